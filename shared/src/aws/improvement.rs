//! Improvement actions in the table, where they are found by, and what they did to their figures.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::keys::{self, Key};
use super::known::versioned;
use super::pages::cursor;
use super::table::{Guard, Item, Record, Table, Transaction, Trouble, counter, document};
use crate::figures::{FigureRules, Sheet, Window};
use crate::id::StorefrontId;
use crate::improvement::{Action, ActionStanding, Effect, VERSION};

/// Actions of one standing that a report looks at.
const MOST_OF_A_PERIOD: i32 = 200;

impl Table {
    /// A storefront's actions, the open ones first and by when they are due, the others from the last that ended; and where the
    /// next page begins.
    pub async fn actions(
        &self,
        shop: &StorefrontId,
        standing: Option<ActionStanding>,
        limit: usize,
        after: &str,
    ) -> Result<(Vec<Action>, Option<String>), Trouble> {
        let (first, last) =
            standing.map_or_else(|| (String::new(), "~".to_owned()), |standing| keys::action_rows(standing, None));
        let most = i32::try_from(limit).unwrap_or(100);
        let rows = self.desk(&keys::action_partition(shop), first.as_str().max(after), &last, most).await?;
        let next = rows.last().map(|(row, _)| cursor(row)).filter(|_| rows.len() == limit);
        let actions = self.actions_at(rows).await?.into_iter();
        // The index may be behind by a moment.
        Ok((actions.filter(|action| standing.is_none_or(|standing| action.standing == standing)).collect(), next))
    }

    /// Those that were open on a day of a window, the open ones first.
    pub async fn actions_in(&self, shop: &StorefrontId, window: &Window) -> Result<Vec<Action>, Trouble> {
        let mut found = Vec::new();
        for standing in ActionStanding::ALL {
            let since = (*standing != ActionStanding::Open).then_some(window.from);
            let (first, last) = keys::action_rows(*standing, since);
            let rows = self.desk(&keys::action_partition(shop), &first, &last, MOST_OF_A_PERIOD).await?;
            found.extend(self.actions_at(rows).await?);
        }
        found.retain(|action| action.begins <= window.to);
        Ok(found)
    }

    async fn actions_at(&self, rows: Vec<(String, Key)>) -> Result<Vec<Action>, Trouble> {
        let wanted: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        items.iter().flatten().map(|item| document(item, VERSION)).collect()
    }

    /// What an action did to its figure, as far as days are counted.
    pub async fn effect(&self, action: &Action, rules: &FigureRules, today: Date) -> Result<Option<Effect>, Trouble> {
        let Some(before) = action.before() else { return Ok(None) };
        let figure = async |window: Window| {
            let sheet = self.sheet_of(action, &window).await?;
            Ok::<_, Trouble>(action.figure.of(&sheet, rules, &window))
        };
        let after = match action.after(today) {
            Some(window) => Some(figure(window).await?),
            None => None,
        };
        Ok(Some(Effect::of(action, figure(before).await?, after)))
    }

    /// What was counted in a window of what an action is about.
    async fn sheet_of(&self, action: &Action, window: &Window) -> Result<Sheet, Trouble> {
        let shop = &action.storefront;
        let Some(scope) = &action.scope else {
            return Ok(self.merged(shop, window, &[]).await?.unwrap_or_default().all);
        };
        let sheets = self.merged(shop, window, &[scope.by]).await?.unwrap_or_default();
        Ok(sheets.by.get(&scope.by).and_then(|parts| parts.get(&scope.name)).cloned().unwrap_or_default())
    }
}

/// An action with the version that it was read with.
pub fn read_action(item: &Item) -> Result<(Action, u32), Trouble> {
    Ok((document(item, VERSION)?, counter(item, "ver").unwrap_or(0)))
}

/// How many actions are open, with the version of that; 0 is none yet.
pub fn read_open(item: Option<&Item>) -> Result<(usize, u32), Trouble> {
    versioned(item, VERSION)
}

/// Adds how many are open to a transaction: of two that change it at once one looks again.
pub fn write_open(
    transaction: &mut Transaction,
    shop: &StorefrontId,
    (open, read): (usize, u32),
) -> Result<(), Trouble> {
    transaction.put_next(Guard::Improvement, &Key::open_actions(shop), Record::new(VERSION, &open)?, read);
    Ok(())
}

/// Adds an action to a transaction, unless somebody else changed it since it was read; 0 is not there yet. An open one comes
/// due among the mails when its last day is over.
pub fn write_action(transaction: &mut Transaction, action: &Action, read: u32, zone: &TimeZone) -> Result<(), Trouble> {
    let (partition, row) = keys::action_row(action);
    let mut record = Record::new(VERSION, action)?.with("desk_pk", partition).with("desk_sk", row);
    let over = action.due.saturating_add(1.day()).to_zoned(zone.clone());
    if let Ok(over) = over
        && action.standing == ActionStanding::Open
        && !action.told
    {
        let person = format!("{}|{}", action.storefront, action.owner);
        record = record.with("due_shard", keys::mail_shard(&person)).with("due_at", keys::instant(over.timestamp()));
    }
    transaction.put_next(Guard::Improvement, &Key::action(&action.storefront, &action.id), record, read);
    Ok(())
}
