//! What a type cannot say of itself: bounds that are checked in code, from the constants that check them.

use std::collections::BTreeMap;

use aftercare::mail::{WORDING_MOST, keys};
use aftercare::{calendar, intake, money, risk, settings};
use serde_json::{Value, json};

use super::shape::{list, named, or_null, pattern, text, zone};

const LOCALE: &str = "^[A-Za-z][A-Za-z0-9]{0,7}([_-][A-Za-z0-9]{1,8})*$";
const MEDIA_TYPE: &str = "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$";
const ADDRESS: &str = concat!(
    r"^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*",
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
);
/// The same in lower case, since senders are compared so, and with a domain alone for the block list.
const SENDER: &str = concat!(
    r"^(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*",
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
);
const SENDER_OR_DOMAIN: &str = concat!(
    r"^((?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*)?",
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
);
const START: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
const END: &str = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

const ANSWER_NAME: &str = "^[a-z0-9_-]{1,40}$";

/// Adds them to the derived schemas.
pub(super) fn add(all: &mut BTreeMap<String, Value>) {
    let mut document = json!(all);
    for (place, rules) in rules() {
        let found = document.pointer_mut(place).unwrap_or_else(|| panic!("the derived schemas have no {place}"));
        crate::merge(found, rules);
    }
    *all = document.as_object().cloned().unwrap_or_default().into_iter().collect();
}

fn senders(shape: &str, example: &str) -> Value {
    let mut entry = pattern(shape, example);
    entry["maxLength"] = json!(settings::LONGEST_ENTRY);
    list(entry, settings::MOST_ENTRIES)
}

fn rules() -> Vec<(&'static str, Value)> {
    let currencies = json!({ "format": "iso-4217" });
    let entries = list(text(1, settings::LONGEST_ENTRY), settings::MOST_ENTRIES);
    let wording: Vec<&str> = keys().map(|(name, _)| name).collect();
    vec![
        ("/Attachment", json!({ "additionalProperties": false })),
        ("/Attachment/properties/name", text(1, intake::LONGEST_FILE_NAME)),
        ("/Attachment/properties/type", json!({ "pattern": MEDIA_TYPE, "examples": ["image/jpeg"] })),
        ("/Attachment/properties/size", json!({ "maximum": intake::LARGEST_ATTACHMENT })),
        ("/BlockList/properties/customers", entries),
        ("/BlockList/properties/mail", senders(SENDER_OR_DOMAIN, "@spam.example")),
        ("/CalendarSpec/properties/zone", zone()),
        ("/CalendarSpec/properties/holidays", list(json!({ "type": "string", "format": "date" }), calendar::DATES)),
        (
            "/CalendarSpec/properties/overrides",
            json!({
                "maxProperties": calendar::DATES,
                "propertyNames": { "format": "date" },
                "additionalProperties": { "maxItems": calendar::INTERVALS_A_DAY },
            }),
        ),
        ("/Inside/properties/confidence", json!({ "maximum": 100 })),
        ("/Interval", json!({ "items": false, "prefixItems": [pattern(START, "09:00"), pattern(END, "18:00")] })),
        ("/MailAddress", json!({ "pattern": ADDRESS, "examples": ["ann@example.com"] })),
        ("/MailRules/properties/own_addresses", senders(SENDER, "office@shop.example")),
        ("/Money/properties/amount", json!({ "maximum": money::LARGEST })),
        ("/Money/properties/currency", json!({ "format": "iso-4217", "examples": ["CNY"] })),
        ("/Number", json!({ "examples": ["7M3KD0QX"] })),
        ("/PriorityRules/properties/large_order/propertyNames", currencies),
        (
            "/PriorityRules/properties/large_order/additionalProperties",
            json!({ "minimum": 0, "maximum": money::LARGEST }),
        ),
        ("/Profile/properties/name", or_null(text(1, intake::LONGEST_NAME))),
        ("/Profile/properties/email", json!({ "pattern": ADDRESS, "examples": ["ann@example.com"] })),
        ("/Profile/properties/locale", json!({ "pattern": LOCALE, "examples": ["zh-CN"] })),
        ("/Profile/properties/time_zone", or_null(zone())),
        (
            "/Settings/properties/calendars",
            json!({ "maxProperties": settings::MOST_CALENDARS, "propertyNames": { "not": { "const": "always" } } }),
        ),
        (
            "/Settings/properties/answers",
            json!({ "maxProperties": settings::MOST_ANSWERS, "propertyNames": { "pattern": ANSWER_NAME } }),
        ),
        (
            "/AlertRules/properties/rules",
            json!({ "maxProperties": risk::MOST_RULES, "propertyNames": { "pattern": "^[a-z0-9_]{1,40}$" } }),
        ),
        ("/AlertRule/properties/tell", json!({ "minItems": 1, "maxItems": 6 })),
        ("/Settings/properties/staff", json!({ "maxItems": settings::MOST_STAFF })),
        ("/Settings/properties/teams", json!({ "maxItems": settings::MOST_TEAMS })),
        (
            "/Settings/properties/wording",
            json!({
                "propertyNames": named("Language"),
                "additionalProperties": {
                    "propertyNames": { "enum": wording },
                    "additionalProperties": { "minLength": 1, "maxLength": WORDING_MOST },
                },
            }),
        ),
        // Room for the tag of a ticket: + and eight letters.
        ("/Shop/properties/mail", json!({ "pattern": "^[^@]{1,55}@", "maxLength": 245 })),
        ("/Shop/properties/name", text(1, 80)),
        ("/Shop/properties/team", text(1, 40)),
        ("/Shop/properties/time_zone", zone()),
        ("/StandardAnswer/properties/title", text(1, 80)),
        (
            "/StandardAnswer/properties/text",
            json!({
                "minProperties": 1,
                "propertyNames": named("Language"),
                "additionalProperties": { "minLength": 1, "maxLength": settings::LONGEST_ANSWER },
            }),
        ),
        ("/Team/properties/name", text(1, 40)),
        ("/WeekSpec/properties/mon", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/tue", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/wed", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/thu", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/fri", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/sat", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
        ("/WeekSpec/properties/sun", json!({ "maxItems": calendar::INTERVALS_A_DAY })),
    ]
}
