//! The languages a mail can be written in. A new one is one file beside this and one line in `languages!`; the compiler
//! then asks for every key.
mod cases;
mod claims;
mod decide;
mod keys;
mod report;
mod surveys;

pub(crate) use cases::CaseKey;
pub(crate) use claims::ClaimKey;
pub(crate) use decide::DecideKey;
pub(crate) use keys::Key;
pub(crate) use report::ReportKey;
use serde::{Deserialize, Serialize};
pub(crate) use surveys::SurveyKey;

/// Everything a language brings: its texts, and what dates and fonts need.
pub(crate) struct Tongue {
    /// Locales it serves, as prefixes; the longest prefix over all languages wins.
    pub(crate) locales: &'static [&'static str],
    /// Font families of this script, after the system's own. Names without quotes: they stand in style attributes.
    pub(crate) fonts: &'static str,
    /// Between two sentences, and between a label and its value.
    pub(crate) sentence_gap: &'static str,
    pub(crate) colon: &'static str,
    /// From Monday.
    pub(crate) weekdays: [&'static str; 7],
    pub(crate) weekdays_short: [&'static str; 7],
    pub(crate) months: [&'static str; 12],
    pub(crate) months_short: [&'static str; 12],
    /// IANA zones whose clocks have a name in this language; the others are named by their city.
    pub(crate) zones: &'static [(&'static str, &'static str)],
    pub(crate) text: fn(Key) -> &'static str,
    pub(crate) of_case: fn(CaseKey) -> &'static str,
    pub(crate) of_claim: fn(ClaimKey) -> &'static str,
    pub(crate) of_decision: fn(DecideKey) -> &'static str,
    pub(crate) of_report: fn(ReportKey) -> &'static str,
    pub(crate) of_survey: fn(SurveyKey) -> &'static str,
}

/// A text of any group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Any(Key),
    Case(CaseKey),
    Claim(ClaimKey),
    Decide(DecideKey),
    Report(ReportKey),
    Survey(SurveyKey),
}

impl From<Key> for Text {
    fn from(key: Key) -> Self {
        Self::Any(key)
    }
}

impl From<CaseKey> for Text {
    fn from(key: CaseKey) -> Self {
        Self::Case(key)
    }
}

impl From<ClaimKey> for Text {
    fn from(key: ClaimKey) -> Self {
        Self::Claim(key)
    }
}

impl From<ReportKey> for Text {
    fn from(key: ReportKey) -> Self {
        Self::Report(key)
    }
}

impl From<DecideKey> for Text {
    fn from(key: DecideKey) -> Self {
        Self::Decide(key)
    }
}

impl From<SurveyKey> for Text {
    fn from(key: SurveyKey) -> Self {
        Self::Survey(key)
    }
}

impl Text {
    pub(crate) fn all() -> impl Iterator<Item = Text> {
        let cases = CaseKey::ALL.iter().copied().map(Text::Case);
        let claims = ClaimKey::ALL.iter().copied().map(Text::Claim);
        let decisions = DecideKey::ALL.iter().copied().map(Text::Decide);
        let reports = ReportKey::ALL.iter().copied().map(Text::Report);
        let surveys = SurveyKey::ALL.iter().copied().map(Text::Survey);
        Key::ALL
            .iter()
            .copied()
            .map(Text::Any)
            .chain(cases)
            .chain(claims)
            .chain(decisions)
            .chain(surveys)
            .chain(reports)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Any(key) => key.name(),
            Self::Case(key) => key.name(),
            Self::Claim(key) => key.name(),
            Self::Decide(key) => key.name(),
            Self::Report(key) => key.name(),
            Self::Survey(key) => key.name(),
        }
    }

    pub(crate) fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::Any(key) => key.placeholders(),
            Self::Case(key) => key.placeholders(),
            Self::Claim(key) => key.placeholders(),
            Self::Decide(key) => key.placeholders(),
            Self::Report(key) => key.placeholders(),
            Self::Survey(key) => key.placeholders(),
        }
    }
}

impl Tongue {
    pub(crate) fn say(&self, text: Text) -> &'static str {
        match text {
            Text::Any(key) => (self.text)(key),
            Text::Case(key) => (self.of_case)(key),
            Text::Claim(key) => (self.of_claim)(key),
            Text::Decide(key) => (self.of_decision)(key),
            Text::Report(key) => (self.of_report)(key),
            Text::Survey(key) => (self.of_survey)(key),
        }
    }
}

macro_rules! languages {
    ($($variant:ident = $tag:tt in $file:ident;)*) => {
        $(mod $file;)*

        /// A language we write mails in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Language {
            $(#[serde(rename = $tag)] $variant,)*
        }

        impl Language {
            pub const ALL: &[Language] = &[$(Language::$variant),*];

            /// The BCP 47 tag, as stored and as written into the mail.
            pub fn tag(self) -> &'static str {
                match self { $(Language::$variant => $tag,)* }
            }

            pub(crate) fn tongue(self) -> &'static Tongue {
                match self { $(Language::$variant => &$file::TONGUE,)* }
            }
        }
    };
}

languages! {
    ZhHans = "zh-Hans" in zh_hans;
    ZhHant = "zh-Hant" in zh_hant;
    En = "en" in en;
}

impl Language {
    /// The language for a locale such as `zh-TW`, `zh_Hant_HK.UTF-8` or `en-GB`; None when we have no such language.
    pub fn of_locale(locale: &str) -> Option<Language> {
        let bare = locale.trim().split(['.', '@']).next().unwrap_or_default();
        let wanted = bare.replace('_', "-").to_ascii_lowercase();
        let served = |&language: &Language| {
            language.tongue().locales.iter().map(move |prefix| (prefix.to_ascii_lowercase(), language))
        };
        Language::ALL
            .iter()
            .flat_map(served)
            .filter(|(prefix, _)| {
                wanted.strip_prefix(prefix.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('-'))
            })
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_finds_its_language_in_any_spelling() {
        let cases: [(&[&str], Option<Language>); 6] = [
            (
                &["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN", "ZH_tw", "zh_TW.UTF-8", "zh-hant-x-a", "yue"],
                Some(Language::ZhHant),
            ),
            (
                &["cmn-Hant", "cmn-Hant-TW", "cmn-TW", "zh-cmn-Hant", "zh-cmn-TW", "zh-yue", "zh-yue-HK", "zh_Hant_HK"],
                Some(Language::ZhHant),
            ),
            (
                &["zh", "zh-CN", "zh-SG", "zh-Hans", "zh-Hans-TW", "zh-Hans-HK", " zh_CN ", "cmn", "yue-Hans"],
                Some(Language::ZhHans),
            ),
            (
                &["cmn-Hans", "cmn-Hans-TW", "cmn-CN", "zh-cmn", "zh-cmn-Hans-CN", "zh-yue-Hans", "zh-yue-CN"],
                Some(Language::ZhHans),
            ),
            (&["en", "en-GB", "EN_us", "en-US-POSIX"], Some(Language::En)),
            (&["", "de", "ja-JP", "eng", "english", "z", "-", "i-default"], None),
        ];
        for (locales, language) in cases {
            for locale in locales {
                assert_eq!(Language::of_locale(locale), language, "{locale}");
            }
        }
    }

    #[test]
    fn a_language_is_stored_by_its_tag() {
        for &language in Language::ALL {
            let stored = serde_json::to_string(&language).unwrap();
            assert_eq!(stored, format!("\"{}\"", language.tag()));
            assert_eq!(serde_json::from_str::<Language>(&stored).unwrap(), language);
            assert_eq!(Language::of_locale(language.tag()), Some(language));
        }
    }

    #[test]
    fn fonts_can_stand_in_an_attribute() {
        for language in Language::ALL {
            assert!(language.tongue().fonts.chars().all(|c| c.is_ascii_alphanumeric() || " ,-".contains(c)));
        }
    }
}
