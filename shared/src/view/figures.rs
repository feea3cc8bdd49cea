//! Figures as staff read them, and as a sheet of a spreadsheet.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Number;

use crate::figures::{Dimension, Figure, FigureRules, Name, Sheets, Unit, Window, figures, ranking, spread};

/// What is counted of somebody less often than this gets no place among others.
const LEAST: i64 = 5;

/// One figure. There is no value where nothing was counted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Figure))]
pub struct FigureView {
    pub name: Name,
    /// Its definition.
    pub about: &'static str,
    pub unit: Unit,
    /// Rounded half up to one decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub value: Option<Number>,
    pub numerator: i64,
    /// What was counted in all: the sample.
    pub denominator: i64,
    /// Of times that were measured, the one in the middle, at most a sixteenth above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_seconds: Option<i64>,
    /// Where it comes from and where it is to go, and whether it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
    /// Among those of its group, the best first; those who do the same share it, and too small a sample has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// How far the best and the worst of the groups are apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub spread: Option<Number>,
}

/// The figures of one of many.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FigureGroup))]
pub struct GroupView {
    /// The team, the agent, the category, the channel or the product.
    pub name: String,
    pub figures: Vec<FigureView>,
}

/// What `GET /v1/desk/figures` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Figures))]
pub struct FiguresView {
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub from: Date,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub to: Date,
    /// The last day that is counted.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub counted: Date,
    /// When the period was closed: it does not change any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub closed_at: Option<String>,
    /// Of all; empty for agents, who see their own.
    pub figures: Vec<FigureView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Dimension>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupView>,
}

impl FiguresView {
    /// `only`: whoever may see nobody else's.
    pub fn of(
        sheets: &Sheets,
        by: Option<Dimension>,
        only: Option<&str>,
        (rules, window): (&FigureRules, &Window),
        closed_at: Option<String>,
    ) -> Self {
        let parts = by.and_then(|by| sheets.by.get(&by));
        let apart = |name: Name| parts.and_then(|parts| spread(name, parts, LEAST, rules, window)).map(decimal);
        let all = figures(&sheets.all, rules, window).into_iter();
        let figures_of_all: Vec<FigureView> =
            all.map(|figure| FigureView { spread: apart(figure.name), ..FigureView::of(figure) }).collect();
        let seen = |name: &str| only.is_none_or(|only| only == name);
        let groups = parts.into_iter().flatten().filter(|(name, _)| seen(name)).map(|(name, sheet)| {
            let place = |figure: Name| {
                let ranked = parts.map(|parts| ranking(figure, parts, LEAST, rules, window)).unwrap_or_default();
                ranked.iter().find(|(_, who, _)| who == name).map(|(place, ..)| *place)
            };
            let figures = figures(sheet, rules, window).into_iter();
            let figures =
                figures.map(|figure| FigureView { place: place(figure.name), ..FigureView::of(figure) }).collect();
            GroupView { name: name.clone(), figures }
        });
        let groups = groups.collect();
        let Window { from, to, counted } = *window;
        let figures = if only.is_some() { Vec::new() } else { figures_of_all };
        Self { from, to, counted: counted.min(to), closed_at, figures, by, groups }
    }
}

impl FigureView {
    fn of(figure: Figure) -> Self {
        let timed = matches!(figure.unit, Unit::Seconds | Unit::Hours);
        Self {
            name: figure.name,
            about: figure.about,
            unit: figure.unit,
            value: figure.tenths.map(decimal),
            numerator: figure.numerator,
            denominator: figure.denominator,
            median_seconds: figure.median.filter(|_| timed),
            from: figure.goal.and_then(|goal| goal.from),
            goal: figure.goal.map(|goal| goal.to),
            reached: figure.reached,
            place: None,
            spread: None,
        }
    }
}

/// Tenths as a number with one decimal, by its digits.
pub(super) fn decimal(tenths: i64) -> Number {
    let sign = if tenths < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    text.parse().unwrap_or_else(|_| Number::from(tenths / 10))
}

/// The same as rows of a spreadsheet. No cell can be taken for a formula.
pub fn csv(view: &FiguresView) -> String {
    let mut text = "group,figure,unit,value,numerator,denominator,from,goal,reached,place\r\n".to_owned();
    let all = view.figures.iter().map(|figure| ("", figure));
    let groups = view.groups.iter().flat_map(|group| group.figures.iter().map(|figure| (group.name.as_str(), figure)));
    for (group, figure) in all.chain(groups) {
        let shown = |cell: Option<String>| cell.unwrap_or_default();
        let cells = [
            cell(group),
            figure.name.to_string(),
            figure.unit.to_string(),
            shown(figure.value.as_ref().map(ToString::to_string)),
            figure.numerator.to_string(),
            figure.denominator.to_string(),
            shown(figure.from.map(|from| from.to_string())),
            shown(figure.goal.map(|goal| goal.to_string())),
            shown(figure.reached.map(|reached| reached.to_string())),
            shown(figure.place.map(|place| place.to_string())),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A name in quotes; one that begins as a formula does is text by its first mark.
fn cell(name: &str) -> String {
    let guarded = if name.starts_with(['=', '+', '-', '@', '\t']) { format!("'{name}") } else { name.to_owned() };
    if guarded.is_empty() { guarded } else { format!("\"{}\"", guarded.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_decimal_and_its_sign() {
        let shown = |tenths| decimal(tenths).to_string();
        assert_eq!([853, 0, -5, -625].map(shown), ["85.3", "0.0", "-0.5", "-62.5"]);
    }

    #[test]
    fn no_name_is_a_formula_or_ends_its_cell() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell(""), "");
    }
}
