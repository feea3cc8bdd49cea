//! What a shop can change about its surveys.

use serde::{Deserialize, Serialize};

use super::SurveyKind;

/// Whom the shop asks, what, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyRules {
    /// Whether anybody is asked at all.
    pub ask: bool,
    pub kind: SurveyKind,
    /// Minutes from the resolving to the survey.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_080))]
    pub after_minutes: u16,
    /// … of a ticket that came by chat.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_080))]
    pub after_minutes_chat: u16,
    /// Nobody is asked before this hour in their own zone …
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23))]
    pub from_hour: u8,
    /// … nor from this one on.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 24))]
    pub until_hour: u8,
    /// Days after a survey of any kind in which its customer gets no other.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90))]
    pub quiet_days: u16,
    /// Surveys of any kind to one customer in 90 days.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 20))]
    pub most_in_90_days: u16,
    /// Days after an NPS survey in which its customer gets no other one of NPS.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub nps_quiet_days: u16,
    /// Hours from the survey to its one reminder.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub remind_after_hours: u16,
    /// Days that a survey can be answered.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub valid_days: u16,
    /// Hours from the answer in which its comment can be edited.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub edit_hours: u16,
    /// Hours that a lead has to follow up on a low score.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub follow_up_hours: u16,
    pub low: LowScores,
}

/// The highest score that is low, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LowScores {
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub csat: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10))]
    pub nps: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 7))]
    pub ces: u8,
}

impl Default for SurveyRules {
    fn default() -> Self {
        Self {
            ask: true,
            kind: SurveyKind::Csat,
            after_minutes: 24 * 60,
            after_minutes_chat: 15,
            from_hour: 9,
            until_hour: 20,
            quiet_days: 7,
            most_in_90_days: 3,
            nps_quiet_days: 90,
            remind_after_hours: 72,
            valid_days: 14,
            edit_hours: 24,
            follow_up_hours: 24,
            low: LowScores::default(),
        }
    }
}

impl Default for LowScores {
    fn default() -> Self {
        Self { csat: 2, nps: 6, ces: 2 }
    }
}

impl SurveyRules {
    /// Somebody has to follow up on this score.
    pub fn is_low(&self, kind: SurveyKind, score: u8) -> bool {
        let highest = match kind {
            SurveyKind::Csat => self.low.csat,
            SurveyKind::Nps => self.low.nps,
            SurveyKind::Ces => self.low.ces,
        };
        score <= highest
    }

    pub(crate) fn check(&self, fault: &mut impl FnMut(&str, &str)) {
        let bounds = [
            ("after_minutes", self.after_minutes, 1, 10_080),
            ("after_minutes_chat", self.after_minutes_chat, 1, 10_080),
            ("from_hour", u16::from(self.from_hour), 0, 23),
            ("until_hour", u16::from(self.until_hour), 1, 24),
            ("quiet_days", self.quiet_days, 1, 90),
            ("most_in_90_days", self.most_in_90_days, 1, 20),
            ("nps_quiet_days", self.nps_quiet_days, 1, 365),
            ("remind_after_hours", self.remind_after_hours, 1, 720),
            ("valid_days", self.valid_days, 1, 60),
            ("edit_hours", self.edit_hours, 1, 720),
            ("follow_up_hours", self.follow_up_hours, 1, 720),
            ("low/csat", u16::from(self.low.csat), 1, 5),
            ("low/nps", u16::from(self.low.nps), 0, 10),
            ("low/ces", u16::from(self.low.ces), 1, 7),
        ];
        for (name, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                fault(&format!("/surveys/{name}"), &format!("must be {least} to {most}"));
            }
        }
        if self.from_hour >= self.until_hour {
            fault("/surveys", "must have from_hour < until_hour");
        }
    }
}
