//! Money: an integer of minor units and its currency. No float touches it.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// An amount in minor units (`{"amount": 19900, "currency": "CNY"}` is ¥199.00; JPY has 0 digits, KWD 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// Minor units, at least 0.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000_000_000i64))]
    pub amount: i64,
    /// ISO 4217 code.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
}

/// The largest amount taken: 10^15 minor units; a thousand of them still fit an i64.
pub const LARGEST: i64 = 1_000_000_000_000_000;

/// The currency of a code, if ISO 4217 knows it. Codes for no currency, for tests and for metals have no minor unit, and are
/// no money here.
pub fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(code).filter(|currency| currency.exponent().is_some())
}

impl Money {
    /// `CNY 12.00`, for people.
    pub fn shown(&self) -> String {
        shown(self.amount, &self.currency)
    }
}

/// Minor units as people read them, with as many digits as the currency has: `CNY 12.00`, `JPY 1200`, `KWD 1.250`.
pub fn shown(amount: i64, code: &str) -> String {
    let digits = currency(code).and_then(Currency::exponent).map_or(0, usize::from);
    let sign = if amount < 0 { "-" } else { "" };
    let units = format!("{:0>least$}", amount.unsigned_abs(), least = digits + 1);
    match units.split_at(units.len().saturating_sub(digits)) {
        (whole, "") => format!("{code} {sign}{whole}"),
        (whole, part) => format!("{code} {sign}{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_to_its_last_unit_in_the_digits_of_its_currency() {
        for (amount, code, said) in [
            (1200, "CNY", "CNY 12.00"),
            (1200, "JPY", "JPY 1200"),
            (1250, "KWD", "KWD 1.250"),
            (5, "CNY", "CNY 0.05"),
            (0, "CNY", "CNY 0.00"),
            (0, "JPY", "JPY 0"),
            (-5, "EUR", "EUR -0.05"),
            (LARGEST, "EUR", "EUR 10000000000000.00"),
            (i64::MIN, "USD", "USD -92233720368547758.08"),
            (7, "???", "??? 7"),
        ] {
            assert_eq!(shown(amount, code), said);
        }
        assert_eq!(Money { amount: 1999, currency: "EUR".to_owned() }.shown(), "EUR 19.99");
    }
}
