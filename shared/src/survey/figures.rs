//! What the answers come to. No answers, no number; rounded half up, to one decimal, here and nowhere before.

/// A figure in tenths: 853 is 85.3.
pub type Tenths = i64;

/// CSAT: the share of 4 and 5 among the answers, in percent.
pub fn csat(scores: &[u8]) -> Option<Tenths> {
    tenths(100 * count(scores, |score| score >= 4), scores.len())
}

/// NPS: the share of 9 and 10 less the share of 0 to 6, in percent; −100 to 100.
pub fn nps(scores: &[u8]) -> Option<Tenths> {
    tenths(100 * (count(scores, |score| score >= 9) - count(scores, |score| score <= 6)), scores.len())
}

/// CES: the mean of the answers, 1 to 7.
pub fn ces(scores: &[u8]) -> Option<Tenths> {
    tenths(scores.iter().map(|score| i64::from(*score)).sum(), scores.len())
}

fn count(scores: &[u8], counts: impl Fn(u8) -> bool) -> i64 {
    scores.iter().map(|score| i64::from(counts(*score))).sum()
}

/// Half up means towards the greater one, below zero as well.
fn tenths(sum: i64, of: usize) -> Option<Tenths> {
    let of = i64::try_from(of).ok().filter(|of| *of > 0)?;
    Some((20 * sum + of).div_euclid(2 * of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_no_number() {
        assert_eq!((csat(&[]), nps(&[]), ces(&[])), (None, None, None));
    }

    #[test]
    fn each_is_counted_by_its_definition() {
        assert_eq!(csat(&[1, 2, 3, 4, 5]), Some(400));
        assert_eq!(nps(&[0, 6, 7, 8, 9, 10, 10]), Some(143), "(3 - 2) of 7");
        assert_eq!(ces(&[1, 7, 7]), Some(50));
    }

    #[test]
    fn half_is_rounded_up_below_zero_as_well() {
        // 1 of 16 is 6.25.
        let one = |score: u8, other: u8| std::iter::once(score).chain([other; 15]).collect::<Vec<u8>>();
        assert_eq!(csat(&one(5, 1)), Some(63));
        assert_eq!(nps(&one(0, 8)), Some(-62));
        assert_eq!(csat(&[4, 1, 1]), Some(333));
        assert_eq!(csat(&[4, 4, 1]), Some(667));
    }
}
