//! That a month's feedback will not come to its goal, marked once: the stream has it told.

use jiff::civil::Date;

use super::keys::Key;
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, document};
use crate::figures::{self, Period, Sheet, Shortfall, Window};
use crate::id::StorefrontId;
use crate::settings::Loaded;

impl Table {
    /// Looks once an hour, from the day on that the settings name; only whole days count. A month in which nothing at all was
    /// counted is one of a shop that is not open yet.
    pub(super) async fn mark_shortfall(
        &self,
        shop: &StorefrontId,
        settings: &Loaded,
        today: Date,
    ) -> Result<bool, Trouble> {
        let rules = &settings.settings.figures;
        let [month, ..] = Period::around(today);
        let key = Key::shortfall(shop, month);
        let Ok(counted) = today.yesterday() else { return Ok(false) };
        if today.day() < rules.feedback_told_on || self.get(&key).await?.is_some() {
            return Ok(false);
        }
        let window = Window { counted, ..month.window() };
        let sheet =
            self.merged(shop, &window, &[]).await?.map(|sheets| sheets.all).filter(|all| *all != Sheet::default());
        let shortfall = sheet.and_then(|sheet| figures::shortfall(&sheet, rules, &window));
        let Some(shortfall) = shortfall else { return Ok(false) };
        let mut transaction = Transaction::default();
        transaction.put_new(Guard::Sheets, &key, Record::new(figures::VERSION, &shortfall)?);
        Ok(self.commit(transaction).await? == Committed::Done)
    }

    pub async fn shortfall(&self, shop: &StorefrontId, month: Period) -> Result<Option<Shortfall>, Trouble> {
        self.get(&Key::shortfall(shop, month)).await?.map(|item| document(&item, figures::VERSION)).transpose()
    }
}
