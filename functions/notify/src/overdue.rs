//! An improvement action whose last day is over is told once: to its owner and to whoever opened it. It comes due among the mails,
//! and that it was told and the mails about it are one transaction.

use aftercare::audience;
use aftercare::aws::improvement::{read_action, write_action};
use aftercare::aws::keys::Key;
use aftercare::aws::table::{Item, Table, Transaction, Trouble};
use aftercare::figures::FigureRules;
use aftercare::id::{ActionId, StorefrontId};
use aftercare::improvement::Action;
use aftercare::mail::{ActionLine, Mail, Overdue};
use aftercare::settings::Loaded;
use jiff::Timestamp;

use crate::intent::{Intent, Recipient, Stage, Subject};

/// Writes the mails about an action that is due, to go out when the shop is open. Of two runs at once one writes them.
pub(crate) async fn tell(table: &Table, item: &Item, now: Timestamp) -> Result<(), Trouble> {
    let (action, version) = read_action(item)?;
    let shop = &action.storefront;
    let settings = table.settings(shop, now).await?;
    let zone = settings.zone();
    // Where the shop moved to another zone meanwhile, its day may go on for some hours.
    if action.told || !action.is_overdue(now.to_zoned(zone.clone()).date()) {
        return Ok(());
    }
    let hours = settings.calendar(&settings.settings.mail.opening_hours);
    let until = hours.and_then(|hours| hours.next_open(now)).unwrap_or(now);
    let mut transaction = Transaction::default();
    write_action(&mut transaction, &Action { told: true, ..action.clone() }, version, &zone)?;
    for person in audience::of_action(&action, &settings) {
        let (storefront, recipient) = (shop.clone(), Recipient::Staff(person.id.clone()));
        let subject = Subject::Overdue { action: action.id.clone() };
        let intent = Intent { storefront, recipient, subject, stage: Stage::Waiting { until }, tries: 0, at: now };
        intent.write(&mut transaction, &Key::overdue_mail(shop, &person.id, &action.id), 0, now)?;
    }
    // Where somebody else was faster it is told, or the next run looks again.
    table.commit(transaction).await.map(drop)
}

/// What it says; nothing where the action is overdue no more.
pub(crate) async fn mail(
    table: &Table,
    settings: &Loaded,
    (shop, id): (&StorefrontId, &ActionId),
    now: Timestamp,
) -> Result<Option<Mail>, Trouble> {
    let item = table.get(&Key::action(shop, id)).await?;
    let gone = || Trouble::Unavailable(format!("improvement action {id} is not there"));
    let (action, _) = read_action(&item.ok_or_else(gone)?)?;
    if !action.is_overdue(now.to_zoned(settings.zone()).date()) {
        return Ok(None);
    }
    let measure = action.measure.clone();
    let currency = currency(&settings.settings.figures);
    Ok(Some(Mail::Overdue(Overdue { action: line(&action, settings), measure, currency })))
}

/// An action in a line; what it did is not said of one that is open.
pub(crate) fn line(action: &Action, settings: &Loaded) -> ActionLine {
    let person = settings.person(&action.owner);
    ActionLine {
        figure: action.figure,
        scope: action.scope.as_ref().map(|scope| scope.name.clone()),
        goal: action.goal,
        owner: person.map_or_else(|| action.owner.to_string(), |person| person.email.as_str().to_owned()),
        due: action.due,
        standing: action.standing,
        ended: action.ended,
        effect: None,
    }
}

/// Of the cost of a ticket.
pub(crate) fn currency(rules: &FigureRules) -> Option<String> {
    rules.cost.as_ref().map(|cost| cost.currency.clone())
}
