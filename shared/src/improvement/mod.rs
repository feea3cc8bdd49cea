//! Improvement: what a shop does about a figure. An action names the figure it is to move, how far, who sees to it and by
//! when; what it did is the figure of the days before it began beside that of the days after it was done.

mod asked;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::figures::{Dimension, Figure, Name, Window};
use crate::id::{ActionId, StaffId, StorefrontId};

pub use asked::{
    LEAST_GOAL, LONGEST_DAYS, LONGEST_MEASURE, LONGEST_NAME, LONGEST_REASON, MOST_GOAL, MOST_MEMBERS, NewAction,
};

/// The version of the stored shape of an action that this code writes.
pub const VERSION: u32 = 1;
/// Open actions of one shop: more than anybody can see to.
pub const MOST_OPEN: usize = 200;
/// Days that are compared on each side: a month evens out the days of the week.
pub const COMPARED_DAYS: i64 = 28;

words!(
    /// How an action stands.
    ActionStanding { Open = "open", Done = "done", Dropped = "dropped" }
);

/// One thing that is done so that a figure gets better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub id: ActionId,
    pub storefront: StorefrontId,
    pub figure: Name,
    /// Whose figure it is; the shop's where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scoped>,
    /// Where the figure is to go, in whole units of it.
    pub goal: i64,
    /// What is done, in the shop's own words.
    pub measure: String,
    pub owner: StaffId,
    /// Who works on it with the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<StaffId>,
    /// The first day on which it can have had an effect.
    pub begins: Date,
    pub due: Date,
    pub standing: ActionStanding,
    /// The day on which it was done or dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who opened it.
    pub by: StaffId,
    /// That it is overdue was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// One team, agent, category, channel or product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scoped {
    pub by: Dimension,
    pub name: String,
}

/// Why something cannot be done to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It was done or dropped before.
    Over(ActionStanding),
    /// The day is before the first on which it can have had an effect.
    TooEarly(Date),
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Over(is) => {
                let other = if *is == ActionStanding::Done { ActionStanding::Dropped } else { ActionStanding::Done };
                write!(f, "The action is {is}, and cannot become {other} any more. Open another one.")
            }
            Self::TooEarly(begins) => write!(
                f,
                "The action is open, and cannot become done before the day on which it begins, {begins}. Wait, or drop it."
            ),
        }
    }
}

/// What is done to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Finish,
    Drop { why: String },
}

impl Action {
    pub fn opened(new: NewAction, id: ActionId, storefront: &StorefrontId, by: &StaffId) -> Self {
        let NewAction { figure, scope, goal, measure, owner, group, begins, due } = new;
        Self {
            id,
            storefront: storefront.clone(),
            figure,
            scope,
            goal,
            measure,
            owner,
            group,
            begins,
            due,
            standing: ActionStanding::Open,
            ended: None,
            why: None,
            by: by.clone(),
            told: false,
        }
    }

    /// Whether somebody owns it, works on it or opened it.
    pub fn is_of(&self, person: &StaffId) -> bool {
        self.owner == *person || self.by == *person || self.group.contains(person)
    }

    /// The action after a command on a day in the shop's zone; nothing where it stands so already.
    pub fn decide(&self, command: Command, today: Date) -> Result<Option<Self>, Rejection> {
        let ended = |standing, why| Some(Self { standing, ended: Some(today), why, ..self.clone() });
        match (self.standing, command) {
            (ActionStanding::Open, Command::Finish) if today < self.begins => Err(Rejection::TooEarly(self.begins)),
            (ActionStanding::Open, Command::Finish) => Ok(ended(ActionStanding::Done, None)),
            (ActionStanding::Open, Command::Drop { why }) => Ok(ended(ActionStanding::Dropped, Some(why))),
            (ActionStanding::Done, Command::Finish) | (ActionStanding::Dropped, Command::Drop { .. }) => Ok(None),
            (ActionStanding::Done, Command::Drop { .. }) | (ActionStanding::Dropped, Command::Finish) => {
                Err(Rejection::Over(self.standing))
            }
        }
    }

    pub fn is_overdue(&self, today: Date) -> bool {
        self.standing == ActionStanding::Open && today > self.due
    }

    /// The days before it began. Compared with `after`.
    pub fn before(&self) -> Option<Window> {
        let to = self.begins.yesterday().ok()?;
        window(to.checked_sub((COMPARED_DAYS - 1).days()).ok()?, to)
    }

    /// The days after it was done, as far as they are counted; none before it is done. A number of things grows with the days,
    /// so it has to be all of them.
    pub fn after(&self, counted: Date) -> Option<Window> {
        let from = self.ended.filter(|_| self.standing == ActionStanding::Done)?.tomorrow().ok()?;
        let to = from.checked_add((COMPARED_DAYS - 1).days()).ok()?;
        window(from, to)
            .map(|window| Window { counted: counted.min(to), ..window })
            .filter(|window| window.counted >= if self.figure.adds_up() { to } else { from })
    }
}

fn window(from: Date, to: Date) -> Option<Window> {
    (from <= to).then_some(Window { from, to, counted: to })
}

/// What an action did to its figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub before: Figure,
    /// None before it is done and a day after that is counted.
    pub after: Option<Figure>,
    /// After less before, in tenths; empty where either has no value.
    pub change: Option<i64>,
    /// Whether the figure went the way it should.
    pub better: Option<bool>,
    /// Whether it is where the action wanted it.
    pub reached: Option<bool>,
}

impl Effect {
    pub fn of(action: &Action, before: Figure, after: Option<Figure>) -> Self {
        let value = after.as_ref().and_then(|after| after.tenths);
        let change = value.zip(before.tenths).map(|(after, before)| after - before);
        let rises = action.figure.rises();
        let reached = value.map(|value| if rises { value >= action.goal * 10 } else { value <= action.goal * 10 });
        let better = change.map(|change| if rises { change > 0 } else { change < 0 });
        Self { before, after, change, better, reached }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::figures::{FigureRules, Measure, Sheet};

    fn action() -> Action {
        Action {
            id: ActionId::of(&["a-1"]),
            storefront: StorefrontId::parse("shop").unwrap(),
            figure: Name::ComplaintRate,
            scope: None,
            goal: 2,
            measure: "Pack cups in double boxes".to_owned(),
            owner: StaffId::parse("lead-1").unwrap(),
            group: vec![],
            begins: date(2026, 3, 1),
            due: date(2026, 3, 31),
            standing: ActionStanding::Open,
            ended: None,
            why: None,
            by: StaffId::parse("manager-1").unwrap(),
            told: false,
        }
    }

    fn complaints(n: i64, orders: i64) -> Figure {
        let counts = [(Measure::Complaint, n), (Measure::Orders, orders)].into();
        let sheet = Sheet { counts, ..Sheet::default() };
        Name::ComplaintRate.of(&sheet, &FigureRules::default(), &action().before().unwrap())
    }

    #[test]
    fn an_action_ends_once_and_one_way() {
        let day = date(2026, 3, 20);
        let done = action().decide(Command::Finish, day).unwrap().unwrap();
        let dropped = action().decide(Command::Drop { why: "too dear".to_owned() }, day).unwrap().unwrap();
        assert_eq!((done.standing, done.ended), (ActionStanding::Done, Some(day)));
        assert_eq!((dropped.standing, dropped.why.as_deref()), (ActionStanding::Dropped, Some("too dear")));
        assert_eq!(done.decide(Command::Finish, date(2026, 4, 1)), Ok(None), "again changes nothing");
        assert_eq!(dropped.decide(Command::Drop { why: "again".to_owned() }, day), Ok(None));
        assert_eq!(dropped.decide(Command::Finish, day), Err(Rejection::Over(ActionStanding::Dropped)));
        assert_eq!(
            done.decide(Command::Drop { why: "no".to_owned() }, day),
            Err(Rejection::Over(ActionStanding::Done))
        );
        assert_eq!(action().decide(Command::Finish, date(2026, 2, 28)), Err(Rejection::TooEarly(date(2026, 3, 1))));
    }

    #[test]
    fn a_refusal_names_both_states() {
        let said = |rejection: Rejection| rejection.to_string();
        assert!(said(Rejection::Over(ActionStanding::Done)).contains("is done, and cannot become dropped"));
        assert!(said(Rejection::Over(ActionStanding::Dropped)).contains("is dropped, and cannot become done"));
        assert!(said(Rejection::TooEarly(date(2026, 3, 1))).contains("is open, and cannot become done before"));
    }

    #[test]
    fn it_is_overdue_on_the_day_after_its_last() {
        assert!(!action().is_overdue(date(2026, 3, 31)) && action().is_overdue(date(2026, 4, 1)));
        let done = action().decide(Command::Finish, date(2026, 3, 20)).unwrap().unwrap();
        assert!(!done.is_overdue(date(2026, 4, 1)));
    }

    #[test]
    fn what_is_compared_are_as_many_days_before_it_began_as_after_it_was_done() {
        let before = action().before().unwrap();
        assert_eq!((before.from, before.to, before.days().count()), (date(2026, 2, 1), date(2026, 2, 28), 28));
        assert_eq!(action().after(date(2026, 5, 1)), None, "not done");
        let done = action().decide(Command::Finish, date(2026, 3, 20)).unwrap().unwrap();
        assert_eq!(done.after(date(2026, 3, 20)), None, "no day after it is counted yet");
        let early = done.after(date(2026, 3, 24)).unwrap();
        assert_eq!((early.from, early.to, early.days().count()), (date(2026, 3, 21), date(2026, 4, 17), 4));
        assert_eq!(done.after(date(2026, 5, 1)).unwrap().days().count(), 28);
        let more = Action { figure: Name::Feedback, ..done };
        assert_eq!(more.after(date(2026, 4, 16)), None, "27 days give less feedback than 28");
        assert_eq!(more.after(date(2026, 4, 17)).unwrap().days().count(), 28);
    }

    #[test]
    fn an_effect_is_better_where_the_figure_went_the_way_it_should() {
        let effect = |after: Option<Figure>| {
            let effect = Effect::of(&action(), complaints(50, 1_000), after);
            (effect.change, effect.better, effect.reached)
        };
        assert_eq!(effect(Some(complaints(20, 1_000))), (Some(-30), Some(true), Some(true)));
        assert_eq!(effect(Some(complaints(21, 1_000))), (Some(-29), Some(true), Some(false)));
        assert_eq!(effect(Some(complaints(50, 1_000))), (Some(0), Some(false), Some(false)), "as before is not better");
        assert_eq!(effect(Some(complaints(0, 0))), (None, None, None), "nothing was counted");
        assert_eq!(effect(None), (None, None, None));
    }
}
