//! A sheet: what was counted, as exact whole numbers. Sheets of parts add up to the sheet of the whole in any order, so a
//! month is the sum of its days, and nothing has to be counted twice to be looked at in another way.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::feedback::Source;
use crate::survey::SurveyKind;

words!(
    /// What is counted.
    Measure {
        /// Tickets; what turned out to be spam, or went on in another ticket, is `withdrawn`.
        Opened = "opened", Withdrawn = "withdrawn", Complaint = "complaint", ComplaintWithdrawn = "complaint_withdrawn",
        /// Tickets about how somebody of the shop's behaved.
        Attitude = "attitude",
        /// After-sales tickets, and of those that name their order.
        AfterSale = "after_sale", NamesOrder = "names_order",
        /// Messages of the customer's, the first one with them, and of the shop's.
        Contacts = "contacts", Replies = "replies",
        /// Tickets that were answered for the first time; on which a standard answer was used for the first time.
        Answered = "answered", Standard = "standard",
        Resolved = "resolved", Reopened = "reopened",
        /// Requests for money or goods that were decided, and of those within 24 hours.
        Decided = "decided", DecidedInDay = "decided_in_day",
        SurveySent = "survey_sent", SurveySkipped = "survey_skipped", LowScore = "low_score",
        Solved = "solved", Unsolved = "unsolved",
        Orders = "orders",
        /// Orders of customers who had bought within the 90 days before.
        Repeat = "repeat",
        /// Orders whose 90 days are over; `lost` where their customer bought nothing in these. `upset` are those with a bad
        /// experience in between.
        Ended = "ended", Lost = "lost", UpsetEnded = "upset_ended", UpsetLost = "upset_lost",
        /// Tickets before a sale, and orders that followed one within 14 days.
        Asked = "asked", Converted = "converted",
        /// Reviews of tickets whose customer gave a score from 1 to 5, and those within a point of it.
        ReviewCompared = "review_compared", ReviewAgreed = "review_agreed",
    }
);
words!(
    /// What is measured, in seconds but for the steps and the scores.
    Span {
        FirstResponse = "first_response", FirstResponseChat = "first_response_chat",
        /// From receipt to resolved, all cycles so far, in calendar time; and in the working time of the promise.
        Handling = "handling", HandlingWorked = "handling_worked",
        /// From the request for money or goods to the decision.
        Decision = "decision",
        /// What people had to do for a return that is settled.
        ReturnSteps = "return_steps",
        /// Scores from 1 to 5 of the four standards, in reviews.
        ReviewSpeed = "review_speed", ReviewAttitude = "review_attitude", ReviewProcess = "review_process",
        ReviewEffect = "review_effect",
    }
);

/// Values that were measured: how many, their sum, and how many in each of fixed buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    pub n: i64,
    pub sum: i64,
    pub buckets: BTreeMap<u16, i64>,
}

/// Sixteen buckets to a doubling, below 16 one to a value: a bucket's ends are at most a sixteenth apart.
fn bucket(value: i64) -> u16 {
    let value = u64::try_from(value).unwrap_or(0);
    if value < 16 {
        return u16::try_from(value).unwrap_or(0);
    }
    let doublings = 63 - value.leading_zeros();
    let step = u16::try_from((value >> (doublings - 4)) & 15).unwrap_or(0);
    u16::try_from((doublings - 3) * 16).unwrap_or(u16::MAX) + step
}

/// The greatest value of a bucket.
fn greatest(bucket: u16) -> i64 {
    let (doublings, step) = (bucket / 16, i64::from(bucket % 16));
    if doublings == 0 { step } else { ((17 + step) << (doublings - 1)) - 1 }
}

impl Spread {
    pub fn of(value: i64) -> Self {
        Self { n: 1, sum: value, buckets: BTreeMap::from([(bucket(value), 1)]) }
    }

    /// The one in the middle, of an even number the lower one, as its bucket knows it: never below it, and at most a
    /// sixteenth above.
    pub fn median(&self) -> Option<i64> {
        let mut left = (self.n + 1) / 2;
        self.buckets.iter().find_map(|(bucket, n)| {
            left -= n;
            (left <= 0 && self.n > 0).then(|| greatest(*bucket))
        })
    }
}

impl AddAssign<&Self> for Spread {
    fn add_assign(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        add(&mut self.buckets, &other.buckets);
    }
}

/// What became of one sort of promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    pub met: i64,
    pub breached: i64,
    /// Counted as breached first, and then shown to be none.
    pub corrected: i64,
}

impl AddAssign<&Self> for Kept {
    fn add_assign(&mut self, other: &Self) {
        self.met += other.met;
        self.breached += other.breached;
        self.corrected += other.corrected;
    }
}

/// Tickets of one hour of the day: how many came, and how long the answered ones of them waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hour {
    pub opened: i64,
    pub answered: i64,
    pub seconds: i64,
}

impl AddAssign<&Self> for Hour {
    fn add_assign(&mut self, other: &Self) {
        self.opened += other.opened;
        self.answered += other.answered;
        self.seconds += other.seconds;
    }
}

/// Feedback from one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Voices {
    pub n: i64,
    /// Those with a rating, and of these the good and the bad ones.
    pub rated: i64,
    pub good: i64,
    pub bad: i64,
}

impl AddAssign<&Self> for Voices {
    fn add_assign(&mut self, other: &Self) {
        self.n += other.n;
        self.rated += other.rated;
        self.good += other.good;
        self.bad += other.bad;
    }
}

impl AddAssign<&Self> for Sheet {
    fn add_assign(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        add(&mut self.spans, &other.spans);
        add(&mut self.promises, &other.promises);
        for (kind, scores) in &other.scores {
            add(self.scores.entry(*kind).or_default(), scores);
        }
        add(&mut self.hours, &other.hours);
        add(&mut self.voices, &other.voices);
        add(&mut self.paid, &other.paid);
    }
}

/// What was counted of one entry, one day, or any time and scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sheet {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<Measure, i64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spans: BTreeMap<Span, Spread>,
    /// By the names of `sla::figures`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub promises: BTreeMap<String, Kept>,
    /// Answers to surveys, by kind and score.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<SurveyKind, BTreeMap<u8, i64>>,
    /// By the hour in which a ticket came, in the shop's zone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<u8, Hour>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub voices: BTreeMap<Source, Voices>,
    /// Money given back, in minor units by currency.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub paid: BTreeMap<String, i64>,
}

impl Sheet {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn count(&mut self, measure: Measure) {
        *self.counts.entry(measure).or_default() += 1;
    }

    pub fn measure(&mut self, span: Span, value: i64) {
        *self.spans.entry(span).or_default() += &Spread::of(value);
    }

    pub fn get(&self, measure: Measure) -> i64 {
        self.counts.get(&measure).copied().unwrap_or(0)
    }
}

fn add<K: Clone + Ord, V: Default + for<'a> AddAssign<&'a V>>(to: &mut BTreeMap<K, V>, from: &BTreeMap<K, V>) {
    for (key, value) in from {
        *to.entry(key.clone()).or_default() += value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bucket_holds_its_value_and_none_that_is_a_sixteenth_away() {
        for value in (0..5_000).chain([86_400, 259_200, 31_536_000, 1 << 40]) {
            let top = greatest(bucket(value));
            assert!(top >= value && (top - value) * 16 <= value.max(1), "{value} {top}");
            assert_eq!(bucket(top), bucket(value));
            assert_eq!(bucket(top + 1), bucket(value) + 1);
        }
    }

    #[test]
    fn the_median_is_the_lower_middle_and_nothing_has_none() {
        let spread = |values: &[i64]| {
            values.iter().fold(Spread::default(), |mut all, value| {
                all += &Spread::of(*value);
                all
            })
        };
        assert_eq!(spread(&[]).median(), None);
        assert_eq!(spread(&[5]).median(), Some(5));
        assert_eq!(spread(&[9, 1, 2, 3]).median(), Some(2));
        assert_eq!(spread(&[9, 1, 2]).median(), Some(2));
    }

    /// Sheets as entries make them.
    pub(crate) fn sheets() -> impl Strategy<Value = Sheet> {
        let measures = prop::collection::btree_map(prop::sample::select(Measure::ALL), 0i64..9, 0..4);
        let spans = prop::collection::vec((prop::sample::select(Span::ALL), 0i64..1_000_000), 0..4);
        let scores = prop::collection::vec((prop::sample::select(SurveyKind::ALL), 0u8..11), 0..4);
        let rest = (0u8..24, 0i64..9, 0i64..9, prop::sample::select(Source::ALL));
        (measures, spans, scores, rest).prop_map(|(counts, spans, scores, (hour, n, more, source))| {
            let mut sheet = Sheet { counts, ..Sheet::default() };
            for (span, value) in spans {
                sheet.measure(span, value);
            }
            for (kind, score) in scores {
                *sheet.scores.entry(kind).or_default().entry(score).or_default() += 1;
            }
            sheet.hours.insert(hour, Hour { opened: n, answered: more, seconds: n * more });
            sheet.voices.insert(source, Voices { n, rated: more, good: more, bad: 0 });
            sheet.promises.insert("update".to_owned(), Kept { met: n, breached: more, corrected: 0 });
            sheet.paid.insert("CNY".to_owned(), n);
            sheet
        })
    }

    fn sum(parts: &[&Sheet]) -> Sheet {
        parts.iter().fold(Sheet::default(), |mut sum, part| {
            sum += part;
            sum
        })
    }

    proptest! {
        #[test]
        fn sheets_add_up_in_any_order_and_in_any_parts(a in sheets(), b in sheets(), c in sheets()) {
            prop_assert_eq!(sum(&[&a, &b, &c]), sum(&[&c, &a, &b]));
            prop_assert_eq!(sum(&[&sum(&[&a, &b]), &c]), sum(&[&a, &sum(&[&b, &c])]));
            prop_assert_eq!(sum(&[&a, &Sheet::default()]), a.clone());
            let text = serde_json::to_string(&a).unwrap();
            prop_assert_eq!(serde_json::from_str::<Sheet>(&text).unwrap(), a);
        }
    }
}
