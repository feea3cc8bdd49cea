//! Improvement actions: what is done so that a figure gets better, by whom and by when, and what it did.

use aftercare::access::{Action as May, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::improvement::{read_action, read_open, write_action, write_open};
use aftercare::aws::keys::Key;
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::desk as asked;
use aftercare::id::ActionId;
use aftercare::improvement::{Action, ActionStanding, Command, LONGEST_REASON, MOST_OPEN, NewAction};
use aftercare::problem::Problem;
use aftercare::settings::Loaded;
use aftercare::view::{ActionPage, ActionView};
use jiff::civil::Date;
use serde_json::Value;

use crate::QualityDesk;

/// `POST /v1/desk/actions`
pub(crate) async fn open(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let shop = &who.storefront;
    let settings = desk.table.settings(shop, call.at).await?;
    let today = today(&settings, call);
    let (new, key) = call.keyed(NewAction::read(&body, today), true)?;
    let unknown = new.unknown(&settings);
    let key = key.unwrap_or_default();
    let id = ActionId::of(&[shop.as_str(), who.id.as_str(), &key, &call.at.as_millisecond().to_string()]);
    let action = Action::opened(new, id, shop, &who.id);
    let answer = Answer::json(201, &ActionView::of(action.clone(), None, today))?;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    for _ in 0..ROUNDS {
        let mut keys = receipt.keys();
        keys.push(Key::open_actions(shop));
        let found = desk.table.get_many(&keys).await?;
        if let Some(answer) = receipt.replay(&found)? {
            return Ok(answer);
        }
        if !unknown.is_empty() {
            return Err(Problem::invalid(unknown).into());
        }
        let (open, version) = read_open(found.last().and_then(Option::as_ref))?;
        if open >= MOST_OPEN {
            let detail = format!("{MOST_OPEN} actions are open, and there can be no more. Finish or drop one first.");
            return Err(Problem::conflict(detail).into());
        }
        let mut transaction = Transaction::default();
        write_action(&mut transaction, &action, 0, &settings.zone())?;
        write_open(&mut transaction, shop, (open + 1, version))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %shop, action = %action.id, staff = %who.id, "improvement action opened");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("improvement actions were changed {ROUNDS} times meanwhile")).into())
}

/// `GET /v1/desk/actions?standing=`: agents see those that they work on.
pub(crate) async fn list(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let standing = parameters.parsed("standing", "one of open, done, dropped", ActionStanding::parse);
    let (limit, after) = (parameters.limit(), parameters.cursor(|text| text.contains('|')).unwrap_or_default());
    parameters.finish()?;
    let today = today(&*desk.table.settings(&who.storefront, call.at).await?, call);
    let (actions, next) = desk.table.actions(&who.storefront, standing, limit, &after).await?;
    let seen = actions.into_iter().filter(|action| sees(who, action));
    let actions = seen.map(|action| ActionView::of(action, None, today)).collect();
    Ok(Answer::json(200, &ActionPage { actions, next })?)
}

/// `GET /v1/desk/actions/{id}`, with what it did.
pub(crate) async fn read(desk: &QualityDesk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let item = desk.table.get(&key(who, id)?).await?;
    let (action, _) = item.as_ref().map(read_action).transpose()?.ok_or_else(Problem::not_found)?;
    if !sees(who, &action) {
        return Err(Problem::not_found().into());
    }
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let today = today(&settings, call);
    let effect = desk.table.effect(&action, &settings.settings.figures, today).await?;
    Ok(Answer::json(200, &ActionView::of(action, effect, today))?)
}

/// `POST /v1/desk/actions/{id}/finish`: its owner says so as well, whatever their role.
pub(crate) async fn finish(desk: &QualityDesk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let ((), key) = call.keyed(Ok(()), true)?;
    end(desk, who, call, (id, &Value::Null, &key.unwrap_or_default()), &Command::Finish).await
}

/// `POST /v1/desk/actions/{id}/drop`
pub(crate) async fn drop(desk: &QualityDesk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let read = asked::read(&body, |fields, faults| {
        let reason = fields.text("reason", 1, LONGEST_REASON, faults);
        fields.required("reason", reason, faults)
    });
    let (why, key) = call.keyed(read, true)?;
    end(desk, who, call, (id, &body, &key.unwrap_or_default()), &Command::Drop { why }).await
}

async fn end(
    desk: &QualityDesk,
    who: &StaffCaller,
    call: &Call,
    (id, body, idempotency): (&str, &Value, &str),
    command: &Command,
) -> Result<Answer, Refusal> {
    let (shop, receipt) = (&who.storefront, Receipt::of_staff(who, call, body, idempotency));
    let settings = desk.table.settings(shop, call.at).await?;
    let today = today(&settings, call);
    let mut keys = receipt.keys();
    keys.extend([key(who, id)?, Key::open_actions(shop)]);
    for _ in 0..ROUNDS {
        let found = desk.table.get_many(&keys).await?;
        if let Some(answer) = receipt.replay(&found)? {
            return Ok(answer);
        }
        let [.., Some(item), open] = found.as_slice() else { return Err(Problem::not_found().into()) };
        let (action, version) = read_action(item)?;
        if !sees(who, &action) {
            return Err(Problem::not_found().into());
        }
        if !who.may(May::WriteActions) && action.owner != who.id {
            return Err(Problem::forbidden("This takes the action's owner, or a lead, manager or head.").into());
        }
        let decided = action.decide(command.clone(), today).map_err(|why| Problem::conflict(why.to_string()))?;
        let Some(after) = decided else {
            return Ok(Answer::json(200, &ActionView::of(action, None, today))?);
        };
        let (open, counted) = read_open(open.as_ref())?;
        let answer = Answer::json(200, &ActionView::of(after.clone(), None, today))?;
        let mut transaction = Transaction::default();
        write_action(&mut transaction, &after, version, &settings.zone())?;
        write_open(&mut transaction, shop, (open.saturating_sub(1), counted))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            let standing = after.standing;
            tracing::info!(storefront = %shop, action = %after.id, staff = %who.id, %standing, "improvement action ended");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("an improvement action was changed {ROUNDS} times meanwhile")).into())
}

/// Whoever looks after quality sees all, agents what they work on.
fn sees(who: &StaffCaller, action: &Action) -> bool {
    who.may(May::WriteActions) || action.is_of(&who.id)
}

fn key(who: &StaffCaller, id: &str) -> Result<Key, Problem> {
    let id = ActionId::parse(id).ok_or_else(Problem::not_found)?;
    Ok(Key::action(&who.storefront, &id))
}

fn today(settings: &Loaded, call: &Call) -> Date {
    call.at.to_zoned(settings.zone()).date()
}
