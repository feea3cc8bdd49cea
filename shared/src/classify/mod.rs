use crate::category::{Category, Reason};
#[derive(Clone, Debug)]
pub struct Classification {
    pub category: Category,
    pub reason: Option<Reason>,
    pub confidence: u8,
    pub signs: Vec<String>,
    pub danger: bool,
    pub legal: bool,
}
pub fn classify(_s: &str, _b: &str) -> Classification {
    Classification {
        category: Category::Other,
        reason: None,
        confidence: 40,
        signs: vec![],
        danger: _b.contains("fire"),
        legal: false,
    }
}
