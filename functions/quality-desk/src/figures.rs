//! `GET /v1/desk/figures?from=&to=&by=`: what the shop's work comes to, as JSON or, where that is accepted, as CSV.

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::figures::{Dimension, FigureRules, Period, Sheets, Window};
use aftercare::problem::{Fault, Problem};
use aftercare::view::{self, FiguresView};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::QualityDesk;

/// Days of one answer: a year.
const MOST_DAYS: i32 = 366;

pub(crate) async fn read(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let today = call.at.to_zoned(settings.zone()).date();
    let mut parameters = call.parameters();
    let day = |text: &str| text.parse::<Date>().ok().filter(|day| (2000..2100).contains(&day.year()));
    let from = parameters.parsed("from", "a day such as 2026-01-31", day);
    let to = parameters.parsed("to", "a day such as 2026-01-31", day);
    let by = parameters.parsed("by", "one of team, agent, category, channel, product", Dimension::parse);
    parameters.finish()?;
    let from = from.unwrap_or_else(|| to.unwrap_or(today).first_of_month());
    let window = Window { from, to: to.unwrap_or_else(|| from.last_of_month()), counted: today };
    let last = from.saturating_add(MOST_DAYS.days());
    if window.to < from || window.to >= last {
        let rule = format!("must be from the day of `from` on, and at most {MOST_DAYS} days");
        return Err(Problem::invalid(vec![Fault::new("query to", rule)]).into());
    }
    // An agent sees what they did themselves.
    let only = (!who.may(Action::ReadAllFigures)).then_some(who.id.as_str());
    if only.is_some() && by.is_some_and(|by| by != Dimension::Agent) {
        return Err(Problem::forbidden("Agents see their own figures: leave `by` out.").into());
    }
    let by = by.or(only.map(|_| Dimension::Agent));
    let wanted = by.as_slice();
    let period = Period::around(from).into_iter().find(|period| period.days() == (window.from, window.to));
    let closed = match period {
        Some(period) => desk.table.closed(&who.storefront, period, wanted).await?,
        None => None,
    };
    let view = match closed {
        // Held against the goals of when it was closed.
        Some((head, sheets)) => {
            let then = desk.table.settings_version(&who.storefront, head.settings, call.at).await?;
            let closed = Some(view::instant(head.made));
            FiguresView::of(&sheets, by, only, (&then.settings.figures, &window), closed)
        }
        None => {
            let sheets: Option<Sheets> = desk.table.merged(&who.storefront, &window, wanted).await?;
            let rules: &FigureRules = &settings.settings.figures;
            FiguresView::of(&sheets.unwrap_or_default(), by, only, (rules, &window), None)
        }
    };
    if call.accept.as_deref().is_some_and(|accept| accept.starts_with("text/csv")) {
        let headers = vec![("content-type", "text/csv; charset=utf-8".to_owned())];
        return Ok(Answer { status: 200, headers, body: view::csv(&view) });
    }
    Ok(Answer::json(200, &view)?)
}
