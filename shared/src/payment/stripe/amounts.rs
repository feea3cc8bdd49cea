//! Amounts in Stripe's units, which are those of ISO 4217 but for three currencies. A hundred times too much money would
//! be a costly mistake.

/// What Stripe takes for an amount of ours; nothing for one that it has no number for.
pub(super) fn theirs(amount: i64, currency: &str) -> Option<i64> {
    match currency {
        // Without a minor unit, and written with two digits all the same.
        "ISK" | "UGX" => amount.checked_mul(100),
        // ISO gives it two digits (a fifth is the real one), Stripe none.
        "MGA" => whole(amount),
        _ => Some(amount),
    }
}

/// The other way round; its currency is written in small letters.
pub(super) fn ours(amount: i64, currency: &str) -> Option<i64> {
    match currency.to_ascii_uppercase().as_str() {
        "ISK" | "UGX" => whole(amount),
        "MGA" => amount.checked_mul(100),
        _ => Some(amount),
    }
}

fn whole(amount: i64) -> Option<i64> {
    (amount % 100 == 0).then_some(amount / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::currency;

    /// The currencies that Stripe writes without digits, and with three.
    const NONE: [&str; 15] =
        ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
    const THREE: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

    #[test]
    fn one_whole_unit_is_what_stripe_takes_for_one() {
        let whole = |code: &str| 10_i64.pow(currency(code).and_then(|known| known.exponent()).unwrap().into());
        for code in NONE {
            assert_eq!(theirs(whole(code), code), Some(1), "{code}");
        }
        for code in THREE {
            assert_eq!(theirs(whole(code), code), Some(1_000), "{code}");
        }
        for code in ["CNY", "EUR", "HUF", "ISK", "TWD", "UGX", "USD"] {
            assert_eq!(theirs(whole(code), code), Some(100), "{code}");
        }
    }

    #[test]
    fn an_amount_comes_back_as_it_went() {
        for code in ["CNY", "ISK", "JPY", "KWD", "UGX"] {
            assert_eq!(ours(theirs(1_234, code).unwrap(), &code.to_lowercase()), Some(1_234), "{code}");
        }
        assert_eq!(theirs(1_200, "MGA").and_then(|amount| ours(amount, "mga")), Some(1_200));
    }

    #[test]
    fn what_there_is_no_number_for_is_not_asked() {
        assert_eq!(theirs(1_250, "MGA"), None);
        assert_eq!(ours(150, "isk"), None);
        assert_eq!(theirs(i64::MAX, "ISK"), None);
    }
}
