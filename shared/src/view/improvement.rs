//! Improvement actions as staff read them.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Number;

use super::figures::decimal;
use crate::figures::{Figure, Name, Unit, Window};
use crate::id::{ActionId, StaffId};
use crate::improvement::{Action, ActionStanding, Effect, Scoped};

/// One thing that is done so that a figure gets better.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Action))]
pub struct ActionView {
    pub id: ActionId,
    pub figure: Name,
    pub unit: Unit,
    /// Whose figure it is; the shop's where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scoped>,
    /// Where the figure is to go.
    pub goal: i64,
    /// What is done.
    pub measure: String,
    pub owner: StaffId,
    /// Who works on it with the owner.
    pub group: Vec<StaffId>,
    /// The first day on which it can have had an effect.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub begins: Date,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub due: Date,
    pub standing: ActionStanding,
    /// It is open, and its last day is over.
    pub overdue: bool,
    /// The day on which it was done or dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub ended: Option<Date>,
    /// Why it was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who opened it.
    pub by: StaffId,
    /// What it did; only where one action is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<EffectView>,
}

/// One page of actions.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionPage {
    /// The open ones first and by when they are due, then those that are done and those that were dropped, the latest first.
    pub actions: Vec<ActionView>,
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The figure before an action began beside that after it was done.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Effect))]
pub struct EffectView {
    pub before: MeasuredView,
    /// From when a day after it is counted; of what adds up, such as feedback, when all of them are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<MeasuredView>,
    /// After less before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub change: Option<Number>,
    /// Whether the figure went the way it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
    /// Whether it is where the action wanted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
}

/// A figure over some days.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Measured))]
pub struct MeasuredView {
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub from: Date,
    /// The last day that is counted.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub to: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub value: Option<Number>,
    /// What was counted in all: the sample.
    pub denominator: i64,
}

impl ActionView {
    pub fn of(action: Action, effect: Option<Effect>, today: Date) -> Self {
        let overdue = action.is_overdue(today);
        let effect = effect.and_then(|effect| EffectView::of(&action, effect, today));
        let Action { id, storefront: _, figure, scope, goal, measure, owner, group, begins, due, .. } = action;
        let Action { standing, ended, why, by, .. } = action;
        let unit = figure.unit();
        Self {
            id,
            figure,
            unit,
            scope,
            goal,
            measure,
            owner,
            group,
            begins,
            due,
            standing,
            overdue,
            ended,
            why,
            by,
            effect,
        }
    }
}

impl EffectView {
    fn of(action: &Action, effect: Effect, today: Date) -> Option<Self> {
        let Effect { before, after, change, better, reached } = effect;
        Some(Self {
            before: MeasuredView::of(&action.before()?, &before),
            after: action.after(today).zip(after).map(|(window, after)| MeasuredView::of(&window, &after)),
            change: change.map(decimal),
            better,
            reached,
        })
    }
}

impl MeasuredView {
    fn of(window: &Window, figure: &Figure) -> Self {
        let to = window.to.min(window.counted);
        Self { from: window.from, to, value: figure.tenths.map(decimal), denominator: figure.denominator }
    }
}
