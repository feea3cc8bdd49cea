//! `make bench`: see tests/bench/README.md.
#![expect(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot be made ends it")]

mod cost;
mod events;
mod far;
mod sandbox;
mod stats;
mod units;
mod verbs;
mod wire;

use std::path::PathBuf;

fn main() {
    let far = far::Far::new();
    let place = sandbox::Place { binaries: PathBuf::from(std::env::args().nth(1).expect("binaries")), scratch: PathBuf::from("target/bench"), far: far.listen() };
    std::fs::create_dir_all(&place.scratch).expect("scratch");
    let mut team = verbs::Team::start(&place, &far);
    let commands = cost::count(&mut team);
    println!("{}", cost::report(&commands));
}
