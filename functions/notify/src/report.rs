//! The report of a period's figures, to everybody who looks after quality.

use aftercare::access::Role;
use aftercare::aws::keys::Key;
use aftercare::aws::sheets::Head;
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::figures::{Figure, Name, Period, figures};
use aftercare::id::{StaffId, StorefrontId};
use aftercare::improvement::ActionStanding;
use aftercare::mail::{ActionLine, Mail, QualityReport, Trend};
use aftercare::settings::{Loaded, Staff};
use aftercare::survey::SurveyKind;
use jiff::Timestamp;

use crate::intent::{Intent, Recipient, Stage, Subject};
use crate::overdue::{currency, line};

/// People in one transaction, which takes 100 items; a list of staff has at most 300.
const CHUNK: usize = 90;
/// Improvement actions that a report shows; the others are counted.
const MOST_ACTIONS: usize = 10;
/// Times that a trend shows, the one reported on with them.
const TREND: usize = 6;
/// What a shop has targets for, and whether its customers stay.
const TRENDS: [Name; 6] =
    [Name::Csat, Name::ComplaintRate, Name::Handling, Name::FirstResponseChat, Name::Repurchase, Name::Nps];

fn gets_reports(person: &Staff) -> bool {
    match person.role {
        Role::Lead | Role::Manager | Role::Head => true,
        Role::Agent | Role::Finance | Role::Admin => false,
    }
}

/// One mail to each, however often it is heard of, to go out when the shop is open. Those that are there already are somebody
/// else's.
pub(crate) async fn to_staff(
    table: &Table,
    shop: &StorefrontId,
    subject: &Subject,
    now: Timestamp,
) -> Result<(), Trouble> {
    let settings = table.settings(shop, now).await?;
    let hours = settings.calendar(&settings.settings.mail.opening_hours);
    let until = hours.and_then(|hours| hours.next_open(now)).unwrap_or(now);
    let people: Vec<&Staff> = settings.settings.staff.iter().filter(|person| gets_reports(person)).collect();
    for people in people.chunks(CHUNK) {
        let keys: Vec<Key> = people.iter().filter_map(|person| key(shop, &person.id, subject)).collect();
        let there = table.get_many(&keys).await?;
        let mut transaction = Transaction::default();
        for ((person, key), _) in people.iter().zip(keys).zip(&there).filter(|(_, there)| there.is_none()) {
            let (storefront, recipient) = (shop.clone(), Recipient::Staff(person.id.clone()));
            let (subject, stage) = (subject.clone(), Stage::Waiting { until });
            let intent = Intent { storefront, recipient, subject, stage, tries: 0, at: now };
            intent.write(&mut transaction, &key, 0, now)?;
        }
        if !transaction.is_empty() && table.commit(transaction).await? != Committed::Done {
            return Err(Trouble::Unavailable("another worker is writing these mails".to_owned()));
        }
    }
    Ok(())
}

/// Where the mail to one person is; of figures only.
fn key(shop: &StorefrontId, person: &StaffId, subject: &Subject) -> Option<Key> {
    match subject {
        Subject::Report { period } => Some(Key::report_mail(shop, person, *period)),
        Subject::Shortfall { month } => Some(Key::shortfall_mail(shop, person, *month)),
        Subject::Event(_) | Subject::Digest { .. } | Subject::Overdue { .. } => None,
    }
}

/// That a month's feedback will not come to its goal, as it was found.
pub(crate) async fn shortfall(table: &Table, (shop, month): (&StorefrontId, Period)) -> Result<Mail, Trouble> {
    let found = table.shortfall(shop, month).await?;
    let found =
        found.ok_or_else(|| Trouble::Unavailable(format!("what the feedback of {month} lacks is not there")))?;
    Ok(Mail::Shortfall(month, found))
}

/// What the report says: held against the goals of when its figures were closed.
pub(crate) async fn mail(
    table: &Table,
    today: &Loaded,
    (shop, period): (&StorefrontId, Period),
    now: Timestamp,
) -> Result<Mail, Trouble> {
    let gone = || Trouble::Unavailable(format!("the figures of {period} are not there"));
    let heads = earlier(table, shop, period).await?;
    let (_, head) = heads.last().ok_or_else(gone)?;
    let head = head.as_ref().ok_or_else(gone)?;
    let rules = &table.settings_version(shop, head.settings, now).await?.settings.figures;
    let value = |name: Name, (period, head): &(Period, Option<Head>)| {
        head.as_ref().and_then(|head| name.of(&head.all, rules, &period.window()).tenths)
    };
    let before = heads.iter().rev().nth(1);
    let shown = figures(&head.all, rules, &period.window()).into_iter();
    // Nothing is forecast of what is over, and what was never counted is not listed unless it was to be.
    let shown = shown.filter(|figure| figure.name != Name::FeedbackForecast);
    let shown = shown.filter(|figure| figure.tenths.is_some() || figure.goal.is_some());
    let with_before = |figure: Figure| {
        let before = before.and_then(|before| value(figure.name, before));
        (figure, before)
    };
    let trends = TRENDS.into_iter().map(|name| Trend {
        name,
        points: heads.iter().map(|time| (time.0, value(name, time))).collect(),
        goal: rules.goals.get(&name).copied(),
    });
    let given = head.all.scores.get(&SurveyKind::Csat);
    let score = |score: u8| given.and_then(|given| given.get(&score)).copied().unwrap_or(0);
    let actions = table.actions_in(shop, &period.window()).await?;
    let mut lines = Vec::new();
    for action in actions.iter().take(MOST_ACTIONS) {
        let day = now.to_zoned(today.zone()).date();
        let done = action.standing == ActionStanding::Done;
        let effect = if done { table.effect(action, rules, day).await? } else { None };
        lines.push(ActionLine { effect, ..line(action, today) });
    }
    Ok(Mail::QualityReport(QualityReport {
        period,
        figures: shown.map(with_before).collect(),
        trends: trends.filter(|trend| trend.points.iter().any(|(_, value)| value.is_some())).collect(),
        scores: [1, 2, 3, 4, 5].map(score),
        currency: currency(rules),
        more_actions: actions.len() - lines.len(),
        actions: lines,
    }))
}

/// The sheets of a period and of those before it, the oldest first.
async fn earlier(table: &Table, shop: &StorefrontId, period: Period) -> Result<Vec<(Period, Option<Head>)>, Trouble> {
    let mut periods: Vec<Period> = std::iter::successors(Some(period), |period| period.before()).take(TREND).collect();
    periods.reverse();
    let times: Vec<String> = periods.iter().map(ToString::to_string).collect();
    let mut heads: Vec<(Period, Option<Head>)> = periods.into_iter().zip(table.heads(shop, &times).await?).collect();
    // Times before the first that has figures say nothing.
    let first = heads.iter().position(|(_, head)| head.is_some()).unwrap_or(0);
    Ok(heads.split_off(first))
}
