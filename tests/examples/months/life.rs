//! The story: who buys, who writes, who answers how fast, and how content they are. It gets better as the months go by.

use std::collections::BTreeMap;

use aftercare::access::Role;
use aftercare::id::StorefrontId;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::{Mail, Reply, Token, World, filled};

use crate::chance::Chance;
use crate::said::{ANSWER, COMPLAINTS, DONE, MEASURES, Matter, QUESTIONS, RETURN, REVIEWS};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const LOCALES: [&str; 3] = ["en", "zh-CN", "zh-TW"];
const CHANNELS: [&str; 6] = ["web", "email", "social", "chat", "chat", "phone"];
const PRODUCTS: [(&str, &str, i64); 4] =
    [("kettle-7", "Kettle", 10_000), ("cup-1", "Cups", 6_000), ("pot-3", "Pot", 16_000), ("tea-9", "Tea", 4_000)];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// Things that happen in a story before it has gone wrong.
const MOST_ACTS: usize = 100_000;

/// What somebody is about to do.
#[derive(Clone, Debug)]
enum Act {
    Day,
    Buy(i64),
    /// An order's id and facts.
    Deliver {
        facts: (String, Value),
    },
    Write {
        customer: i64,
        order: Option<String>,
        matter: &'static Matter,
    },
    Answer {
        ticket: String,
        tongue: usize,
        handling: i64,
    },
    Resolve {
        ticket: String,
        tongue: usize,
    },
    AskMoney {
        ticket: String,
        order: String,
    },
    Decide {
        ticket: String,
        number: i64,
    },
    Rate {
        path: String,
    },
    Review,
    /// The lead wants one of the figures in `MEASURES` better.
    Improve(usize),
    /// … and has seen to it.
    Improved {
        action: String,
    },
    /// Schedules run.
    Tick,
}

#[derive(Debug)]
pub(crate) struct Life {
    world: World,
    shop: &'static str,
    zone: TimeZone,
    span: (Timestamp, Timestamp),
    agents: Vec<Token>,
    lead: Token,
    chance: Chance,
    /// By instant, and in the order in which they were thought of.
    agenda: BTreeMap<(Timestamp, usize), Act>,
    thought: usize,
    orders: i64,
    customers: i64,
    /// When each mail went out.
    mailed: Vec<Timestamp>,
    counts: BTreeMap<&'static str, usize>,
}

impl Life {
    pub(crate) async fn begin(
        shop: &'static str,
        settings: Value,
        span: (Timestamp, Timestamp),
        public_url: String,
    ) -> Self {
        let mut world = World::new().await;
        world.notify.public_url.clone_from(&public_url);
        world.pages.public_url = public_url;
        world.at(&span.0.to_string());
        world.settings(shop, |now| *now = settings).await;
        let id = StorefrontId::parse(shop).expect("a storefront's id");
        let loaded = world.table.settings(&id, world.now()).await.expect("settings");
        let person = |role: Role| loaded.settings.staff.iter().filter(move |person| person.role == role);
        let ids = person(Role::Agent).map(|person| &*person.id.to_string().leak());
        let agents = ids.map(|id| Token::Staff(shop, id, &["agent"])).collect();
        let lead: &str = person(Role::Lead).next().expect("a lead").id.to_string().leak();
        let admin: &str = person(Role::Admin).next().expect("an admin").id.to_string().leak();
        let mut life = Self {
            shop,
            zone: loaded.zone(),
            span,
            agents,
            lead: Token::Staff(shop, lead, &["lead"]),
            chance: Chance::new(7),
            agenda: BTreeMap::new(),
            thought: 0,
            orders: 0,
            customers: 0,
            mailed: Vec::new(),
            counts: BTreeMap::new(),
            world,
        };
        let admin = Token::Staff(shop, admin, &["admin"]);
        done(&life.world.put(&admin, "/v1/desk/payment-provider", life.world.far.pay.access()).await);
        life.plan(span.0, Act::Day);
        life.plan(span.0, Act::Tick);
        // Late enough that there are days to compare with, as months go by.
        for (place, days) in (0..MEASURES.len()).zip([28, 40, 56]) {
            life.plan(after(span.0, days * DAY + 10 * HOUR), Act::Improve(place));
        }
        life
    }

    /// Everything in its order, until the end.
    pub(crate) async fn play(&mut self) {
        for _ in 0..MOST_ACTS {
            let Some(((at, _), act)) = self.agenda.pop_first() else { return };
            if at > self.span.1 {
                break;
            }
            self.world.until(at);
            self.world.far.pay.at(at);
            self.act(act).await;
        }
        self.world.until(self.span.1);
        self.tick().await;
        self.world.make_sheets().await;
        self.world.settle().await;
    }

    /// Every item of the shop.
    pub(crate) fn items(&self) -> Vec<Value> {
        let ours = |item: &Value| {
            let keys = ["pk", "sk"].map(|name| item[name]["S"].as_str().unwrap_or_default());
            keys.iter().any(|key| key.split(['|', '#']).any(|part| part == self.shop))
        };
        self.world.items().into_iter().filter(ours).collect()
    }

    /// Every mail, with the instant at which it went.
    pub(crate) fn mails(&self) -> Vec<(Timestamp, Mail)> {
        self.mailed.iter().copied().zip(self.world.far.mails()).collect()
    }

    pub(crate) fn summary(&self) -> String {
        let parts = self.counts.iter().map(|(what, count)| format!("{count} {what}"));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn plan(&mut self, at: Timestamp, act: Act) {
        self.thought += 1;
        self.agenda.insert((at, self.thought), act);
    }

    fn soon(&mut self, seconds: i64, act: Act) {
        self.plan(after(self.world.now(), seconds), act);
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// How far the story is, in thousandths.
    fn progress(&self) -> i64 {
        let part = |to: Timestamp| to.as_second() - self.span.0.as_second();
        part(self.world.now()) * 1_000 / part(self.span.1).max(1)
    }

    /// Goes down as the months go by.
    fn falls(&self, from: i64, to: i64) -> i64 {
        from - (from - to) * self.progress() / 1_000
    }

    /// The next instant from then on at which somebody is at work: Monday to Friday, 9 to 18.
    fn at_work(&self, at: Timestamp) -> Timestamp {
        let mut at = at.to_zoned(self.zone.clone());
        for _ in 0..10 {
            let weekend = matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !weekend && (9..18).contains(&at.hour()) {
                break;
            }
            let day = if weekend || at.hour() >= 18 { at.date().tomorrow().expect("a day") } else { at.date() };
            at = day.at(9, 0, 0, 0).to_zoned(self.zone.clone()).expect("an instant");
        }
        at.timestamp()
    }

    async fn act(&mut self, act: Act) {
        match act {
            Act::Day => self.day(),
            Act::Buy(customer) => self.buy(customer).await,
            Act::Deliver { facts } => self.deliver(facts).await,
            Act::Write { customer, order, matter } => self.write(customer, order, matter).await,
            Act::Answer { ticket, tongue, handling } => self.answer(ticket, tongue, handling).await,
            Act::Resolve { ticket, tongue } => self.resolve(ticket, tongue).await,
            Act::AskMoney { ticket, order } => self.ask_money(ticket, order).await,
            Act::Decide { ticket, number } => self.decide(ticket, number).await,
            Act::Rate { path } => self.rate(&path).await,
            Act::Review => self.review().await,
            Act::Improve(place) => self.improve(place).await,
            Act::Improved { action } => {
                done(&self.world.post(&self.lead, &format!("/v1/desk/actions/{action}/finish"), json!(null)).await);
            }
            Act::Tick => self.tick().await,
        }
    }

    /// What comes of one day: orders, questions, reviews.
    fn day(&mut self) {
        let bought = self.chance.within(5, 9);
        for _ in 0..bought {
            let again = self.customers > 20 && self.chance.in_thousand(420 - self.falls(200, 0));
            let customer = if again { self.chance.within(1, self.customers) } else { self.newcomer() };
            let at = self.chance.within(0, DAY - 1);
            self.soon(at, Act::Buy(customer));
        }
        for _ in 0..self.chance.within(0, 3) {
            let (customer, at) = (self.newcomer(), self.chance.within(8 * HOUR, 20 * HOUR));
            let matter = self.chance.one_of(&QUESTIONS);
            self.soon(at, Act::Write { customer, order: None, matter });
        }
        for _ in 0..self.chance.within(1, 4) {
            let at = self.chance.within(0, DAY - 1);
            self.soon(at, Act::Review);
        }
        self.soon(DAY, Act::Day);
    }

    fn newcomer(&mut self) -> i64 {
        self.customers += 1;
        self.customers
    }

    async fn buy(&mut self, customer: i64) {
        self.orders += 1;
        let (product, title, price) = *self.chance.one_of(&PRODUCTS);
        let quantity = self.chance.within(1, 3);
        let (now, total) = (self.world.now(), price * quantity);
        let (payment, order) = (format!("pay-{}", self.orders), format!("order-{}", self.orders));
        let facts = json!({
            "version": 1, "customer": reference(customer), "currency": "CNY", "placed_at": now,
            "promised_at": after(now, 4 * DAY),
            "lines": [{ "id": "line-1", "product": product, "title": title, "quantity": quantity, "total": total }],
            "shipping": 1_000, "payments": [{ "id": payment, "method": "card", "captured": total + 1_000 }],
        });
        self.world.far.pay.captured(&payment, total + 1_000);
        let profile = json!({ "email": address(customer), "locale": LOCALES[tongue(customer)] });
        done(&self.world.put(&self.server(), &format!("/v1/customers/{}", reference(customer)), profile).await);
        done(&self.world.put(&self.server(), &format!("/v1/orders/{order}"), facts.clone()).await);
        self.count("orders");
        let (days, hour) = (self.chance.within(2, 4), self.chance.within(0, 12 * HOUR));
        self.soon(days * DAY, Act::Deliver { facts: (order.clone(), facts) });
        if self.chance.in_thousand(self.falls(75, 20)) {
            let matter = self.chance.one_of(&COMPLAINTS);
            self.soon((days + 1) * DAY + hour, Act::Write { customer, order: Some(order), matter });
        } else if self.chance.in_thousand(40) {
            self.soon((days + 2) * DAY + hour, Act::Write { customer, order: Some(order), matter: &RETURN });
        }
    }

    async fn deliver(&mut self, (order, mut facts): (String, Value)) {
        facts["version"] = json!(2);
        let quantity = facts["lines"][0]["quantity"].clone();
        facts["deliveries"] = json!([{ "line": "line-1", "quantity": quantity, "at": self.world.now() }]);
        done(&self.world.put(&self.server(), &format!("/v1/orders/{order}"), facts).await);
    }

    async fn write(&mut self, customer: i64, order: Option<String>, matter: &'static Matter) {
        let tongue = tongue(customer);
        let now = self.world.now();
        // Nobody chats with a shop that is closed.
        let channel = *self.chance.one_of(if self.at_work(now) == now { &CHANNELS } else { &CHANNELS[..3] });
        let mut body = json!({
            "channel": channel, "kind": matter.kind, "stage": matter.stage, "category": matter.category,
            "subject": matter.words[tongue], "body": matter.words[tongue],
            "customer": { "ref": reference(customer), "email": address(customer), "locale": LOCALES[tongue] },
        });
        if let Some(order) = &order {
            body["order"] = json!({ "id": order });
        }
        let opened = self.world.post(&self.server(), "/v1/tickets", body).await;
        done(&opened);
        let ticket = opened.ticket().to_string();
        self.world.settle().await;
        self.count("tickets");
        let slow = self.chance.in_thousand(self.falls(160, 60));
        let wait = match (channel, slow) {
            ("chat", false) => self.chance.within(30, self.falls(300, 150)),
            (_, true) => self.chance.within(5 * HOUR, 9 * HOUR),
            (_, false) => self.chance.within(600, self.falls(4 * HOUR, 2 * HOUR)),
        };
        let handling = self.chance.within(HOUR, self.falls(60 * HOUR, 16 * HOUR));
        let at = self.at_work(after(self.at_work(self.world.now()), wait));
        self.plan(at, Act::Answer { ticket: ticket.clone(), tongue, handling });
        if let Some(order) = order.filter(|_| matter.kind == "return") {
            self.soon(wait / 2, Act::AskMoney { ticket, order });
        } else if matter.stage == "pre_sale" && self.chance.in_thousand(300) {
            self.soon(2 * DAY, Act::Buy(customer));
        }
    }

    /// Whoever holds the ticket; somebody gets it where nobody does.
    async fn holder(&mut self, ticket: &str) -> Token {
        let seen = self.world.get(&self.lead, &format!("/v1/desk/tickets/{ticket}")).await;
        done(&seen);
        let held = seen.body["ticket"]["assignee"].as_str().or(seen.body["assignee"].as_str());
        let holds = |token: &&Token| matches!(token, Token::Staff(_, id, _) if Some(*id) == held);
        if let Some(token) = self.agents.iter().find(holds) {
            return token.clone();
        }
        let token = self.chance.one_of(&self.agents).clone();
        if let Token::Staff(_, id, _) = &token {
            let body = json!({ "to": id });
            done(&self.world.post(&self.lead, &format!("/v1/desk/tickets/{ticket}/assign"), body).await);
        }
        token
    }

    async fn answer(&mut self, ticket: String, tongue: usize, handling: i64) {
        let who = self.holder(&ticket).await;
        let body = json!({ "body": ANSWER[tongue] });
        done(&self.world.post(&who, &format!("/v1/desk/tickets/{ticket}/replies"), body).await);
        self.world.settle().await;
        let at = self.at_work(after(self.world.now(), handling));
        self.plan(at, Act::Resolve { ticket, tongue });
    }

    async fn resolve(&mut self, ticket: String, tongue: usize) {
        let who = self.holder(&ticket).await;
        let body = json!({ "body": DONE[tongue] });
        let reply = self.world.post(&who, &format!("/v1/desk/tickets/{ticket}/resolve"), body).await;
        // A case that is not settled yet holds it open.
        if reply.status == 409 {
            return self.soon(DAY, Act::Resolve { ticket, tongue });
        }
        done(&reply);
        self.world.settle().await;
    }

    async fn ask_money(&mut self, ticket: String, order: String) {
        let quality = self.chance.in_thousand(700);
        let (kind, reason) = if quality { ("refund_only", "defective") } else { ("return_refund", "change_of_mind") };
        let body =
            json!({ "kind": kind, "reason": reason, "lines": [{ "line": "line-1", "quantity": 1 }], "ticket": ticket });
        let reply = self.world.post(&self.server(), &format!("/v1/orders/{order}/cases"), body).await;
        if reply.status >= 300 {
            return self.count("requests refused");
        }
        self.count("cases");
        self.world.settle().await;
        let number = reply.body["number"].as_i64().expect("a number");
        let (wait, now) = (self.chance.within(HOUR, self.falls(30 * HOUR, 12 * HOUR)), self.world.now());
        self.plan(self.at_work(after(now, wait)), Act::Decide { ticket, number });
    }

    async fn decide(&mut self, ticket: String, number: i64) {
        let path = format!("/v1/desk/tickets/{ticket}/cases/{number}");
        let seen = self.world.get(&self.lead, &path).await;
        done(&seen);
        if seen.body["status"] == "pending" {
            let body = json!({ "hash": seen.body["inside"]["hash"] });
            let said = self.world.post(&self.lead, &format!("{path}/approve"), body).await;
            self.count(if said.status == 200 { "approved by the lead" } else { "left to others" });
            self.world.settle().await;
        }
    }

    /// A customer answers a survey, or its reminder.
    async fn rate(&mut self, path: &str) {
        let page = self.world.visit(path).await;
        let Some((action, token)) = page.forms().remove("answer") else { return };
        let content = self.chance.in_thousand(1_000 - self.falls(280, 110));
        let score = self.chance.within(if content { 4 } else { 1 }, if content { 5 } else { 3 }).to_string();
        let fields = [("token", token.as_str()), ("score", &score), ("solved", if content { "yes" } else { "no" })];
        let fields = if content { &fields[..] } else { &fields[..2] };
        self.world.submit_raw(&action, &[FORM], &filled(fields)).await;
        self.world.settle().await;
        self.count("survey answers");
    }

    async fn improve(&mut self, place: usize) {
        let (figure, goal, measure, takes) = MEASURES[place];
        let (now, Token::Staff(_, owner, _)) = (self.world.now(), &self.lead) else { return };
        let day = |days: i64| after(now, days * DAY).to_zoned(self.zone.clone()).date();
        let (begins, due) = (day(1), day(14));
        let body =
            json!({ "figure": figure, "goal": goal, "measure": measure, "owner": owner, "begins": begins, "due": due });
        let opened = self.world.post(&self.lead, "/v1/desk/actions", body).await;
        done(&opened);
        self.count("improvement actions");
        let action = opened.body["id"].as_str().expect("an id").to_owned();
        self.soon(takes * DAY, Act::Improved { action });
    }

    async fn review(&mut self) {
        let most = if self.chance.in_thousand(self.falls(300, 120)) { REVIEWS.len() - 1 } else { 2 };
        let (score, text) =
            REVIEWS[usize::try_from(self.chance.within(0, i64::try_from(most).unwrap_or(0))).unwrap_or(0)];
        let source = *self.chance.one_of(&["review", "review", "social"]);
        let product = self.chance.one_of(&PRODUCTS).0;
        let body = json!({
            "source": source, "rating": { "score": score, "from": 1, "to": 5 }, "text": text, "product": product, "locale": "en",
        });
        done(&self.world.post(&self.server(), "/v1/feedback", body).await);
        self.count("reviews");
    }

    /// Whatever is due, every other hour of the day, and the sheets of a day once.
    async fn tick(&mut self) {
        self.world.scan().await;
        self.world.survey_scan().await;
        self.world.settle().await;
        self.world.flush().await;
        for message in self.world.far.pay.untold() {
            let headers: Vec<(&str, &str)> =
                message.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let path = format!("/v1/webhooks/payments/{}", self.shop);
            self.world.send(&Token::None, "POST", &path, &headers, &message.body).await;
        }
        self.world.count_all().await;
        let hour = self.world.now().to_zoned(self.zone.clone()).hour();
        if hour == 0 {
            self.world.make_sheets().await;
            self.world.settle().await;
        }
        self.asked();
        // What was asked of AWS is of no interest here.
        drop(self.world.far.made());
        self.soon(if (8..20).contains(&hour) { 2 * HOUR } else { 4 * HOUR }, Act::Tick);
    }

    /// Some of those who were asked answer.
    fn asked(&mut self) {
        let mails = self.world.far.mails_after(self.mailed.len());
        for mail in &mails {
            let is_survey = mail.tags.get("kind").is_some_and(|kind| kind.starts_with("survey"));
            if is_survey && self.chance.in_thousand(400) {
                let text = mail.plain();
                let link = text.lines().find_map(|line| line.strip_prefix(&*self.world.pages.public_url));
                if let Some(path) = link.filter(|path| path.starts_with("/s/")) {
                    let (path, later) = (path.to_owned(), self.chance.within(600, 40 * HOUR));
                    self.soon(later, Act::Rate { path });
                }
            }
        }
        self.mailed.resize(self.mailed.len() + mails.len(), self.world.now());
    }

    fn server(&self) -> Token {
        Token::Storefront(self.shop)
    }
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).expect("time goes on")
}

fn reference(customer: i64) -> String {
    format!("customer-{customer}")
}

fn address(customer: i64) -> String {
    format!("customer-{customer}@example.com")
}

fn tongue(customer: i64) -> usize {
    usize::try_from(customer % 3).unwrap_or(0)
}

#[track_caller]
fn done(reply: &Reply) {
    assert!(reply.status < 300, "{} {}", reply.status, reply.text);
}
