//! Figures in whole numbers, and tables in Markdown.

use std::fmt::Write as _;

/// The middle value, and the one that 99 of 100 do not pass.
pub(crate) fn median(values: &[u64]) -> u64 {
    percentile(values, 50)
}

pub(crate) fn percentile(values: &[u64], percent: usize) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(0)
}

/// `value / unit` with so many decimals.
pub(crate) fn decimal(value: u64, unit: u64, decimals: u32) -> String {
    let scale = 10u64.pow(decimals);
    let scaled = (value * scale + unit / 2) / unit;
    if decimals == 0 {
        return grouped(scaled);
    }
    format!("{}.{:0width$}", grouped(scaled / scale), scaled % scale, width = decimals as usize)
}

/// Milliseconds of nanoseconds.
pub(crate) fn ms(ns: u64) -> String {
    decimal(ns, 1_000_000, 2)
}

/// Microseconds of nanoseconds.
pub(crate) fn us(ns: u64) -> String {
    decimal(ns, 1_000, 0)
}

/// `1234567` as `1 234 567`.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A table: a heading, the columns' names and the rows.
pub(crate) fn table(heading: &str, columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    let mut text = format!("\n### {heading}\n\n{}", line(&mut columns.iter().copied()));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slow_end_are_values_that_were_measured() {
        let values: Vec<u64> = (1..=200).rev().collect();
        assert_eq!((median(&values), percentile(&values, 99)), (100, 198));
        assert_eq!(median(&[7]), 7);
        assert_eq!(median(&[]), 0);
    }

    #[test]
    fn figures_are_rounded_half_up_and_grouped() {
        assert_eq!(ms(1_234_567), "1.23");
        assert_eq!(ms(1_005_000), "1.01");
        assert_eq!(us(1_234_567_500), "1 234 568");
        assert_eq!(decimal(3, 2, 1), "1.5");
    }
}
