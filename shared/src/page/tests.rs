//! What a page says in every status, and what it never says.
use proptest::prelude::*;

use super::*;
use crate::{
    category::{Channel, Solution},
    settings::Loaded,
    ticket::{
        Command, Status, Turn, Voice,
        given::{in_status, shipped, thursday, ticket, when as then},
    },
};

const MESSAGE: Command = Command::Receive { channel: Channel::Web, duplicate: false, voice: Voice::Person };
const PROPOSE: Command = Command::Propose { solution: Solution::Exchange };

/// A ticket and what has happened to it.
struct Tale {
    settings: Loaded,
    ticket: Ticket,
    history: History,
}

impl Tale {
    fn new() -> Self {
        let settings = shipped();
        let ticket = ticket(&settings);
        let opened = Entry {
            storefront: ticket.storefront.clone(),
            ticket: ticket.id,
            seq: 1,
            at: ticket.opened,
            by: Actor::Storefront,
            events: vec![opened(&ticket)],
        };
        let first = Content { subject: "Kettle".to_owned(), body: "It leaks.".to_owned(), ..Content::default() };
        let history = History { contents: [(1, first)].into(), entries: vec![opened], ..History::default() };
        Self { settings, ticket, history }
    }

    /// Somebody does something at a time of that Thursday in Shanghai, with these words.
    fn goes_on(mut self, by: Actor, command: &Command, time: &str, words: &str) -> Self {
        let at = thursday(time);
        let (after, events) = then(&self.ticket, command, at, &self.settings).unwrap();
        let entry = Entry { storefront: after.storefront.clone(), ticket: after.id, seq: after.seq, at, by, events };
        self.history.entries.push(entry);
        if after.contents > self.ticket.contents {
            let internal = matches!(command, Command::Note | Command::Investigate | Command::FollowUp);
            let content = Content { body: words.to_owned(), internal, ..Content::default() };
            self.history.contents.insert(after.contents, content);
        }
        self.ticket = after;
        self
    }

    fn shown(&self, time: &str) -> String {
        self.shown_in(Language::En, time, None)
    }

    fn shown_in(&self, language: Language, time: &str, notice: Option<Notice>) -> String {
        let now = thursday(time);
        let tokens =
            offers(&self.ticket, &self.settings, now).into_iter().map(|form| (form, format!("token of {form}")));
        render(&Facts {
            ticket: &self.ticket,
            history: &self.history,
            shop: &self.settings.settings.shop,
            wording: None,
            promised: &self.settings,
            language,
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
            now,
            path: "/t/shop/token".to_owned(),
            tokens: tokens.collect(),
            claims: Vec::new(),
            choosing: false,
            went_on: None,
            notice,
            draft: Draft::default(),
            style_nonce: "nonce".to_owned(),
        })
        .unwrap()
    }
}

fn opened(ticket: &Ticket) -> Event {
    Event::Opened {
        number: ticket.number.clone(),
        customer: ticket.customer.clone(),
        channel: ticket.channel,
        stage: ticket.stage,
        kind: ticket.kind,
        order: None,
        team: ticket.team.clone(),
        settings: 1,
        acknowledge: crate::event::Acknowledge::Yes,
        spam: false,
        by_agent: false,
        language: None,
        follows: None,
        products: Vec::new(),
    }
}

fn agent() -> Actor {
    Actor::Staff(crate::id::StaffId::parse("lead-1").unwrap())
}

fn forms(ticket: &Ticket, settings: &Loaded) -> Vec<Purpose> {
    offers(ticket, settings, thursday("11:00"))
}

#[test]
fn a_new_ticket_says_by_when_it_is_answered_and_solved() {
    let page = Tale::new().shown("11:00");
    let reply = page.find("Thursday 12 March 2026, 14:00").unwrap();
    let solve = page.find("Thursday 12 March 2026, 18:00").unwrap();
    assert!(reply < solve && page.contains("China time (UTC+8)") && page.contains("Received"));
    assert!(page.contains("It leaks.") && page.contains(">Kettle</h1>"));
}

#[test]
fn a_promise_that_has_passed_is_owned_up_to() {
    let page = Tale::new().shown("14:00:00.001");
    assert!(page.contains("longer than we promised"), "{page}");
    assert!(!page.contains("14:00</time>") && page.contains("18:00</time>"), "{page}");
}

#[test]
fn a_ticket_that_waits_for_its_customer_says_until_when() {
    let question = Command::Reply { contacted: None, then: Some(Turn::WaitingCustomer), standard: None };
    let tale = Tale::new().goes_on(agent(), &question, "10:30", "Which one?");
    assert!(tale.shown("10:31").contains("Thursday 19 March 2026, 10:30"), "7 days in all");
    assert!(tale.shown("10:31").contains("Waiting for your answer"));
}

#[test]
fn each_status_offers_the_forms_that_are_taken() {
    let settings = shipped();
    let asked = Tale::new().goes_on(agent(), &PROPOSE, "10:30", "A new one?").ticket;
    for status in Status::ALL {
        let resolved = (*status == Status::Resolved).then(|| thursday("10:30"));
        let ticket = Ticket { resolved, proposal: asked.proposal, ..in_status(*status, &settings) };
        let expected: &[Purpose] = match status {
            Status::Resolved => &[Purpose::Reply],
            status if status.is_live() => &[Purpose::Reply, Purpose::Accept, Purpose::Reject],
            _ => &[],
        };
        assert_eq!(forms(&ticket, &settings), expected, "{status}");
    }
    let long_ago = Ticket { resolved: Some(thursday("10:30")), ..in_status(Status::Resolved, &settings) };
    let mut days = settings;
    days.settings.lifecycle.reopen_within_days = 1;
    assert_eq!(offers(&long_ago, &days, "2026-03-13T02:30:00Z".parse().unwrap()), [Purpose::Reply]);
    assert_eq!(offers(&long_ago, &days, "2026-03-13T02:30:00.001Z".parse().unwrap()), []);
}

#[test]
fn a_ticket_that_takes_no_more_says_where_to_write() {
    let page = Tale::new().goes_on(Actor::Customer, &Command::Cancel, "10:30", "").shown("10:31");
    assert!(page.contains("mailto:") && !page.contains("<form"), "{page}");
}

#[test]
fn notes_among_staff_are_not_shown_whatever_the_event_says() {
    let mut tale = Tale::new()
        .goes_on(agent(), &Command::Note, "10:10", "secret note")
        .goes_on(agent(), &Command::Investigate, "10:20", "secret finding")
        .goes_on(
            agent(),
            &Command::Reply { contacted: None, then: Some(Turn::Open), standard: None },
            "10:30",
            "secret reply",
        );
    let page = tale.shown("10:31");
    assert!(!page.contains("secret note") && !page.contains("secret finding") && page.contains("secret reply"));
    assert!(page.contains("We looked into it"));
    for content in tale.history.contents.values_mut() {
        content.internal = true;
    }
    let page = tale.shown("10:31");
    assert!(!page.contains("secret") && !page.contains("It leaks") && !page.contains("Kettle"), "{page}");
}

#[test]
fn what_was_typed_becomes_neither_markup_nor_an_attribute() {
    let typed = "</textarea></style><script>alert(1)</script><img src=x onerror=\"x\">\u{202e}'\"{{ 7*7 }}";
    let mut tale = Tale::new().goes_on(Actor::Customer, &MESSAGE, "10:10", typed);
    tale.history.contents.get_mut(&1).unwrap().subject = typed.to_owned();
    tale.settings.settings.shop.name = typed.to_owned();
    let page = tale.shown("10:31");
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'), "{page}");
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</textarea>").count(), 1);
    assert!(page.matches("&#60;script&#62;").count() >= 3, "{page}");
}

#[test]
fn what_an_address_claims_was_done_is_said_only_if_it_was() {
    let tale =
        Tale::new().goes_on(Actor::Customer, &MESSAGE, "10:10", "More.").goes_on(agent(), &PROPOSE, "10:20", "?");
    let said = |tale: &Tale, name: &str, value: &str| {
        Notice::claimed(&[(name.to_owned(), value.to_owned())].into(), &tale.ticket, &tale.history)
    };
    assert_eq!(said(&tale, "sent", "2"), Some(Notice::Sent));
    for (name, value) in [("sent", "1"), ("sent", "3"), ("sent", "x"), ("answered", "1"), ("answered", "2"), ("x", "1")]
    {
        assert_eq!(said(&tale, name, value), None, "{name}={value}");
    }
    let accept = Command::Answer { proposal: 1, accepted: true, note: false };
    let tale = tale.goes_on(Actor::Customer, &accept, "10:30", "");
    assert_eq!(said(&tale, "answered", "1"), Some(Notice::Answered));
    assert!(tale.shown("10:31").contains("You accepted our proposal: an exchange."));
}

#[test]
fn a_message_is_taken_whole_or_refused_with_its_text_kept() {
    let read = |text: &str| read_message(&[("text".to_owned(), text.to_owned())].into(), "text");
    assert_eq!(read("a\r\nb\rc\0"), Ok("a\nb\nc".to_owned()));
    assert_eq!(read(" \r\n").unwrap_err().fault, Some(Fault::Empty));
    assert_eq!(read_message(&BTreeMap::new(), "text").unwrap_err().fault, Some(Fault::Empty));
    assert_eq!(read(&"字".repeat(20_000)).map(|text| text.len()), Ok(60_000));
    let long = "字".repeat(20_001);
    assert_eq!(read(&long), Err(Draft { text: long.clone(), fault: Some(Fault::Long(20_001)) }));
}

#[test]
fn a_page_has_no_script_and_loads_nothing_in_any_language() {
    let tale = Tale::new().goes_on(agent(), &PROPOSE, "10:20", "A new one?");
    for &language in Language::ALL {
        let pages = [
            tale.shown_in(language, "10:31", Some(Notice::Stale)),
            gone(language, "nonce").unwrap(),
            trouble(language, "nonce").unwrap(),
        ];
        for page in pages {
            assert!(page.contains(&format!("<html lang=\"{}\" dir=\"ltr\">", language.tag())), "{page}");
            for forbidden in ["<script", " src=", " style=", "url(", "@import", "http:", " onclick=", " onload="] {
                assert!(!page.contains(forbidden), "{forbidden} in {page}");
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_the_page_keeps_its_shape(typed in "\\PC{0,200}") {
        let plain = Tale::new().goes_on(Actor::Customer, &MESSAGE, "10:10", "plain");
        let tale = Tale::new().goes_on(Actor::Customer, &MESSAGE, "10:10", &typed);
        let tags = |page: String| page.matches('<').count() - page.matches("<p dir").count() - page.matches("</p>").count()
            - page.matches("<p class=\"soft\"").count() - page.matches("<br>").count();
        prop_assert_eq!(tags(tale.shown("10:31")), tags(plain.shown("10:31")));
    }
}
