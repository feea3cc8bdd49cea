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

/// The currency of a code, if ISO 4217 knows it.
pub fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(code)
}

/// An amount as people read it, with its code and its currency's digits: `CNY 12.00`, `JPY 1200`, `KWD 1.250`.
pub fn shown(amount: i64, code: &str) -> String {
    let digits = usize::from(currency(code).and_then(|currency| currency.exponent()).unwrap_or(2));
    let (sign, text) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs().to_string());
    let text = format!("{text:0>width$}", width = digits + 1);
    let (whole, rest) = text.split_at(text.len() - digits);
    if digits == 0 { format!("{code} {sign}{whole}") } else { format!("{code} {sign}{whole}.{rest}") }
}
