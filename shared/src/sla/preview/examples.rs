//! Stories told to the clocks, and what is refused of them.

use serde_json::{Value, json};

use super::Told;
use crate::settings::Settings;

/// Of normal priority, from Thursday 10:00 in Shanghai until Friday evening.
fn story(more: Value) -> Value {
    let mut story =
        json!({ "priority": "normal", "start": "2026-03-12T10:00:00+08:00", "now": "2026-03-13T20:00:00+08:00" });
    story.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story
}

/// What one clock says.
fn said(clock: &str, more: Value) -> Value {
    let preview = json!(Told::read(&story(more), &Settings::shipped()).unwrap().preview());
    let clocks = preview["clocks"].as_array().unwrap();
    assert_eq!(clocks.len(), 6);
    clocks.iter().find(|said| said["clock"] == clock).unwrap().clone()
}

fn wrong(more: Value) -> Vec<String> {
    let faults = Told::read(&story(more), &Settings::shipped()).unwrap_err();
    faults.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn without_more_it_is_the_shops_own_promises() {
    let expected = json!({
        "clock": "resolution", "outcome": "breached", "target_seconds": 28_800, "calendar": "office", "elapsed_seconds": 61_200,
        "due": [{ "since": "2026-03-12T02:00:00.000Z", "due_at": "2026-03-12T10:00:00.000Z" }],
        "warned_at": "2026-03-12T08:00:00.000Z", "breached_at": "2026-03-12T10:00:00.000Z",
        "manager_at": "2026-03-13T05:00:00.000Z", "head_at": "2026-03-13T09:00:00.000Z",
    });
    assert_eq!(said("resolution", json!({})), expected);
    assert_eq!(said("payout", json!({}))["outcome"], "running");
    assert_eq!(said("first_response", json!({ "chat": true }))["target_seconds"], 180);
}

#[test]
fn a_pause_moves_the_due_instant_of_the_clocks_that_pause() {
    let pause = json!({ "pauses": [{ "from": "2026-03-12T12:00:00+08:00", "to": "2026-03-13T17:00:00+08:00" }] });
    let resolution = said("resolution", pause.clone());
    assert_eq!(resolution["outcome"], "running");
    assert_eq!(resolution["elapsed_seconds"], 3 * 3_600);
    let due = json!([
        { "since": "2026-03-12T02:00:00.000Z", "due_at": "2026-03-12T10:00:00.000Z" },
        { "since": "2026-03-12T04:00:00.000Z" },
        { "since": "2026-03-13T09:00:00.000Z", "due_at": "2026-03-16T06:00:00.000Z" },
    ]);
    assert_eq!(resolution["due"], due);
    assert_eq!(said("first_response", pause)["due"].as_array().unwrap().len(), 1);
    let lasting = said("resolution", json!({ "pauses": [{ "from": "2026-03-12T12:00:00+08:00" }] }));
    assert_eq!((&lasting["outcome"], &lasting["elapsed_seconds"]), (&json!("paused"), &json!(7_200)));
}

#[test]
fn a_change_into_the_past_breaks_it_then() {
    let urgent = json!({ "changes": [{ "at": "2026-03-12T16:00:00+08:00", "priority": "urgent" }] });
    let said = said("first_response", urgent);
    assert_eq!(said["breached_at"], "2026-03-12T06:00:00.000Z", "it was broken by then");
    let low = json!({ "priority": "low", "changes": [{ "at": "2026-03-12T16:00:00+08:00", "priority": "urgent" }] });
    let preview = self::said("first_response", low);
    assert_eq!(
        (&preview["breached_at"], &preview["target_seconds"]),
        (&json!("2026-03-12T08:00:00.000Z"), &json!(3_600))
    );
}

#[test]
fn kept_in_time_and_too_late() {
    let at = |instant: &str| json!({ "fulfilled": { "resolution": instant } });
    let met = said("resolution", at("2026-03-12T18:00:00+08:00"));
    assert_eq!((&met["outcome"], &met["elapsed_seconds"]), (&json!("met"), &json!(28_800)));
    let late = said("resolution", at("2026-03-12T18:00:00.001+08:00"));
    assert_eq!(
        (&late["outcome"], &late["breached_at"]),
        (&json!("fulfilled_late"), &json!("2026-03-12T10:00:00.000Z"))
    );
}

#[test]
fn another_calendar_and_another_policy_are_tried_before_they_are_switched_on() {
    let night =
        json!({ "zone": "Asia/Shanghai", "week": { "thu": [["20:00", "23:00"]], "fri": [["08:00", "24:00"]] } });
    let said = |clock: &str, more: &Value| self::said(clock, more.clone());
    let given = json!({ "calendar": night });
    assert_eq!(said("resolution", &given)["due"][0]["due_at"], "2026-03-13T05:00:00.000Z", "three hours and five");
    assert_eq!(said("resolution", &given)["calendar"], "preview");
    assert_eq!(said("update", &given)["calendar"], "always", "calendar time stays what it is");
    let policy =
        json!({ "policy": { "resolution": { "calendar": "always", "urgent": 1, "high": 2, "normal": 3, "low": 4 } } });
    assert_eq!(said("resolution", &policy)["breached_at"], "2026-03-12T02:00:03.000Z");
    assert_eq!(said("first_response", &policy)["outcome"], Value::Null, "it makes no such promise");
    let adopted = json!({ "changes": [{ "at": "2026-03-12T11:00:00+08:00", "policy": policy["policy"] }] });
    assert_eq!(said("first_response", &adopted)["outcome"], "cancelled");
    assert_eq!(said("resolution", &adopted)["breached_at"], "2026-03-12T03:00:00.000Z");
    let back =
        json!({ "policy": policy["policy"], "changes": [{ "at": "2026-03-12T10:00:02+08:00", "policy": "current" }] });
    assert_eq!(said("resolution", &back)["due"][1]["due_at"], "2026-03-12T10:00:00.000Z");
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_place() {
    let found = wrong(json!({
        "priority": "soon", "chat": 1, "calendar": { "zone": "Mars/Base", "week": { "mon": [["09:00", "18:00"]] } },
        "policy": { "resolution": { "calendar": "none", "urgent": 9, "high": 2, "normal": 3, "low": 4 } },
        "pauses": [{ "from": "2026-03-12T12:00:00+08:00", "to": "2026-03-12T11:00:00+08:00" }, { "from": "2026-03-11T00:00:00Z" }],
        "changes": [{ "at": "2027-01-01T00:00:00Z", "priority": "low" }, { "at": "2026-03-12T11:00:00+08:00" }],
        "fulfilled": { "resolved": "2026-03-12T11:00:00+08:00" }, "extra": 1,
    }));
    let places = [
        "/priority",
        "/chat",
        "/calendar/zone",
        "/policy/resolution",
        "/pauses/0/to",
        "/pauses/1/from",
        "/changes/0/at",
        "/changes/1/priority",
        "/changes/1/at",
        "/fulfilled/resolved",
        "/extra",
    ];
    for place in places {
        assert!(found.iter().any(|pointer| pointer == place), "{place} of {found:?}");
    }
    assert_eq!(wrong(json!({ "now": "2026-03-12T09:59:59+08:00" })), ["/now"]);
    assert_eq!(wrong(json!({ "calendar": "siesta" })), ["/calendar"]);
    assert_eq!(wrong(json!({ "pauses": vec![json!({ "from": "2026-03-12T12:00:00+08:00" }); 101] })), ["/pauses"]);
    let closed = json!({ "calendar": { "zone": "Asia/Shanghai" } });
    assert_eq!(wrong(closed), ["/calendar/week"], "a year without working time");
}
