//! Prints what the classifier gets right, as a Markdown table: `cargo run --release -p tests --example classifier`.
//! With the path of another file of labelled messages it measures that one.
#![expect(clippy::print_stdout, reason = "a program that shows figures")]
#![expect(clippy::expect_used, reason = "a program for developers")]
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "statistics")]

#[path = "../classifier/measure.rs"]
#[expect(dead_code, reason = "the flow test `classifier` uses the rest")]
mod measure;

use std::time::Instant;

use aftercare::category::Category;
use aftercare::classify::classify;
use measure::{Found, HELD_OUT, Measured, Share};

fn main() {
    let file = std::env::args().nth(1);
    let lines =
        file.map_or_else(|| HELD_OUT.to_owned(), |path| std::fs::read_to_string(path).expect("a readable file"));
    let measured = Measured::of(&lines);
    println!("| | recall | precision |");
    println!("|---|---|---|");
    for category in Category::ALL {
        line(category.as_str(), measured.category(*category));
    }
    line("danger", measured.danger());
    line("legal", measured.legal());
    println!("\n| | |");
    println!("|---|---|");
    println!("| category right | {} |", shown(measured.category_right()));
    println!("| reason right, where the category is | {} |", shown(measured.reason_right()));
    println!("| left to a person (confidence below 50) | {} |", shown(measured.triaged()));
    for (from, to) in [(0, 50), (50, 70), (70, 90), (90, 100), (50, 100)] {
        println!("| right at confidence {from} to {} | {} |", to - 1, shown(measured.right_between(from, to)));
    }
    println!("| microseconds a message | {} |", speed(&measured));
}

fn line(name: &str, found: Found) {
    println!("| {name} | {} | {} |", shown(found.recall), shown(found.precision));
}

/// Percent with its 95 % Wilson interval, and the counts.
fn shown(share: Share) -> String {
    if share.of == 0 {
        return "none".to_owned();
    }
    let (n, p, z) = (share.of as f64, share.hits as f64 / share.of as f64, 1.96);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let percent = |part: f64| (part * 100.0).clamp(0.0, 100.0);
    format!(
        "{:.1} % ({:.0}–{:.0}), {}/{}",
        percent(p),
        percent(middle - half),
        percent(middle + half),
        share.hits,
        share.of
    )
}

/// The mean over all messages, of a first reading in a fresh process and of the best of twenty rounds.
fn speed(measured: &Measured) -> String {
    let round = || {
        let start = Instant::now();
        let signs: usize = measured.messages().map(|row| classify(&row.subject, &row.body).signs.len()).sum();
        std::hint::black_box(signs);
        start.elapsed().as_nanos() as f64 / 1000.0 / measured.messages().count() as f64
    };
    let best = (0..20).map(|_| round()).fold(f64::INFINITY, f64::min);
    let letters: usize = measured.messages().map(|row| row.subject.chars().count() + row.body.chars().count()).sum();
    format!("{best:.0}, of {} characters on average", letters / measured.messages().count())
}
