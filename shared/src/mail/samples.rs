//! One of every mail in every language, as real shops would send them: for tests, and to be looked at as pictures.
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    Acknowledgement, CaseTask, ClockAlert, Digest, DigestCause, DigestLine, Language, Mail, Merged, NoWorkingTime,
    Proposal, Reminder, Rendered, Reply, Resolved, Shop, SurveyMail, Task, ToDo, UrgentTicket, Waiting, Wording,
    action, cases, render, report, shortfall,
};
use crate::{
    category::{Category, Priority, Reason, Solution},
    priority::{Ground, Part},
    sla::{ClockKind, Level},
    ticket::Status,
};

/// Name (`acknowledgement.en`) and mail, in every language.
pub fn samples() -> Vec<(String, Rendered)> {
    let sample = |language: Language| {
        let mails = mails(Home::of(language));
        mails.into_iter().map(move |(name, mail)| {
            let rendered = render(&mail, &Home::of(language).shop(), language, &Wording::new()).unwrap();
            (format!("{name}.{}", language.tag()), rendered)
        })
    };
    Language::ALL.iter().flat_map(|&language| sample(language)).collect()
}

/// What differs between the shops of the samples.
#[derive(Clone, Copy)]
pub(super) struct Home {
    shop: &'static str,
    zone: &'static str,
    pub(super) subject: &'static str,
    /// Of goods that are sent back.
    pub(super) titles: [&'static str; 2],
    agent: &'static str,
    body: &'static str,
    closing: &'static str,
    offer: &'static str,
    calendar: &'static str,
    measure: &'static str,
}

impl Home {
    pub(super) fn of(language: Language) -> Home {
        match language {
            Language::ZhHans => Home {
                shop: "莲花家居",
                zone: "Asia/Shanghai",
                subject: "电热水壶收到就漏水，要求换货",
                titles: ["保温杯 500 毫升（白色）", "替换滤芯"],
                agent: "小周",
                body: "王女士，您好：\n\n非常抱歉给您带来不便。我已为您登记换货，新水壶今天下午发出，单号会以短信发给您。\n旧水壶请先不要使用，也不必寄回。\n\n请您确认收货地址是否仍为订单上的地址？\n\n祝好\n小周",
                closing: "王女士，您好：\n\n新水壶已于今天上午签收，换货已完成。如有其他问题，随时联系我们。",
                offer: "王女士，您好：\n\n我们可以为您免费换一个新的电热水壶，今天下午即可发出，旧水壶不必寄回。\n\n小周",
                calendar: "国庆值班",
                measure: "易碎品改用双层纸箱包装。\n仓库每班抽检十件。",
            },
            Language::ZhHant => Home {
                shop: "蓮花家居",
                zone: "Asia/Taipei",
                subject: "快煮壺收到就漏水，想換貨",
                titles: ["保溫杯 500 毫升（白色）", "替換濾心"],
                agent: "怡君",
                body: "王小姐您好：\n\n很抱歉造成您的不便。我已為您登記換貨，新的快煮壺今天下午寄出，物流單號會以簡訊通知您。\n原本的商品請先不要使用，也不必寄回。\n\n請問收件地址是否與訂單相同？\n\n怡君 敬上",
                closing: "王小姐您好：\n\n新的快煮壺今天上午已送達，換貨已完成。若有其他問題，歡迎隨時與我們聯繫。",
                offer: "王小姐您好：\n\n我們可以免費為您更換一個新的快煮壺，今天下午即可寄出，原本的商品不必寄回。\n\n怡君",
                calendar: "連假值班",
                measure: "易碎品改用雙層紙箱包裝。\n倉庫每班抽檢十件。",
            },
            Language::En => Home {
                shop: "Lotus Home",
                zone: "America/New_York",
                subject: "Kettle leaks straight out of the box, I want a new one",
                titles: ["Thermal flask, 500 ml, white", "Spare filter"],
                agent: "Maya",
                body: "Hello Ms Wang,\n\nI am sorry about the kettle. A new one leaves our warehouse this afternoon, and you will get the tracking number by text message.\nPlease do not use the old one; there is no need to send it back.\n\nIs the address on your order still right?\n\nBest wishes,\nMaya",
                closing: "Hello Ms Wang,\n\nYour new kettle was delivered this morning, so the exchange is complete. Let us know if anything else comes up.",
                offer: "Hello Ms Wang,\n\nWe can send you a new kettle this afternoon, free of charge. There is no need to send the old one back.\n\nMaya",
                calendar: "Holiday shift",
                measure: "Pack what breaks in double boxes.\nCheck ten of them a shift.",
            },
        }
    }

    pub(super) fn shop(self) -> Shop {
        Shop { name: self.shop.to_owned(), site_url: Some("https://shop.example/".to_owned()) }
    }

    pub(super) fn time_zone(self) -> TimeZone {
        TimeZone::get(self.zone).unwrap()
    }
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) const NUMBER: &str = "7K3M-9QXA";
const EARLIER: &str = "5FJ8-2WTC";

pub(super) fn mails(home: Home) -> Vec<(&'static str, Mail)> {
    let link = Some("https://care.shop.example/t/7K3M-9QXA?k=2&s=abc".to_owned());
    let acknowledgement = Acknowledgement {
        number: NUMBER.to_owned(),
        subject: home.subject.to_owned(),
        status: Status::New,
        first_response_due: Some(at("2026-06-03T09:30:00Z")),
        resolution_due: Some(at("2026-06-04T03:00:00Z")),
        follows: None,
        time_zone: home.time_zone(),
        link: None,
    };
    let reply = Reply {
        number: NUMBER.to_owned(),
        subject: home.subject.to_owned(),
        body: home.body.to_owned(),
        agent_name: Some(home.agent.to_owned()),
        status: Status::WaitingCustomer,
        link: None,
    };
    let resolved = Resolved {
        number: NUMBER.to_owned(),
        subject: home.subject.to_owned(),
        body: Some(home.closing.to_owned()),
        silent: false,
        reopens_until: Some(at("2026-06-11T06:00:00Z")),
        time_zone: home.time_zone(),
        link: None,
    };
    let mut all = vec![
        ("acknowledgement", Mail::Acknowledgement(acknowledgement.clone())),
        ("acknowledgement-follows", {
            let follows = Some(EARLIER.to_owned());
            Mail::Acknowledgement(Acknowledgement { follows, ..acknowledgement.clone() })
        }),
        ("acknowledgement-no-due", {
            let open = Acknowledgement { first_response_due: None, resolution_due: None, ..acknowledgement };
            Mail::Acknowledgement(Acknowledgement { link: link.clone(), ..open })
        }),
        ("reply", Mail::Reply(reply.clone())),
        ("reply-no-name", Mail::Reply(Reply { agent_name: None, status: Status::Open, link: link.clone(), ..reply })),
        ("resolved", Mail::Resolved(resolved.clone())),
        ("resolved-silent", Mail::Resolved(Resolved { body: None, silent: true, ..resolved.clone() })),
        (
            "resolved-plain",
            Mail::Resolved(Resolved { body: None, reopens_until: None, link: link.clone(), ..resolved }),
        ),
        ("urgent", Mail::UrgentTicket(urgent(home, link.clone()))),
    ];
    all.extend(progress(home, link.clone()));
    all.extend(cases::samples::mails(home));
    let tasks = Task::ALL.iter().map(|task| (name_of(*task), Mail::ToDo(to_do(home, *task, link.clone()))));
    all.extend(tasks);
    let levels = [
        ("warned", Level::Warned),
        ("breached", Level::Breached),
        ("escalated-manager", Level::Manager),
        ("escalated-head", Level::Head),
        ("daily", Level::Daily),
    ];
    all.extend(levels.map(|(name, level)| (name, Mail::ClockAlert(alert(home, level)))));
    all.push(("no-working-time", {
        let calendar = home.calendar.to_owned();
        Mail::NoWorkingTime(NoWorkingTime { number: NUMBER.to_owned(), calendar, link })
    }));
    all.push(("digest", Mail::Digest(digest(home, 14))));
    all.push(("digest-long", Mail::Digest(digest(home, 63))));
    all.push(("quality-report", Mail::QualityReport(report::samples::month())));
    let (month, short) = shortfall::sample();
    all.push(("feedback-short", Mail::Shortfall(month, short)));
    all.push(("action-overdue", Mail::Overdue(action::samples::overdue(home.measure))));
    all
}

/// The mails to a customer between the acknowledgement and the end.
fn progress(home: Home, link: Option<String>) -> Vec<(&'static str, Mail)> {
    let (number, subject) = (NUMBER.to_owned(), home.subject.to_owned());
    let proposal = Proposal {
        number: number.clone(),
        subject: subject.clone(),
        solution: Solution::Exchange,
        body: home.offer.to_owned(),
        link: None,
    };
    let waiting = Waiting {
        number: number.clone(),
        subject: subject.clone(),
        status: Status::WaitingThirdParty,
        by: Some(at("2026-06-04T03:00:00Z")),
        time_zone: home.time_zone(),
        link: None,
    };
    let reminder = Reminder {
        number: number.clone(),
        subject: subject.clone(),
        proposal: false,
        resolves_at: Some(at("2026-06-10T03:00:00Z")),
        time_zone: home.time_zone(),
        link: None,
    };
    let survey = SurveyMail {
        number: number.clone(),
        subject: subject.clone(),
        again: false,
        until: at("2026-06-17T03:00:00Z"),
        time_zone: home.time_zone(),
        answer: "https://care.shop.example/s/shop/abc".to_owned(),
        unsubscribe: "https://care.shop.example/u/shop/abc".to_owned(),
        link: link.clone(),
    };
    let goods = Waiting { status: Status::WaitingReturn, by: Some(at("2026-06-17T03:00:00Z")), ..waiting.clone() };
    vec![
        ("proposal", Mail::Proposal(proposal.clone())),
        ("proposal-link", {
            let solution = Solution::ReturnRefund;
            Mail::Proposal(Proposal { solution, link: link.clone(), ..proposal })
        }),
        ("survey", Mail::Survey(survey.clone())),
        ("survey-reminder", Mail::Survey(SurveyMail { again: true, ..survey })),
        ("waiting-third-party", Mail::Waiting(waiting)),
        ("waiting-return", Mail::Waiting(goods)),
        ("reminder", Mail::Reminder(reminder.clone())),
        ("reminder-proposal", Mail::Reminder(Reminder { proposal: true, link: link.clone(), ..reminder })),
        ("merged", Mail::Merged(Merged { number, subject, into: EARLIER.to_owned(), link })),
    ]
}

fn name_of(task: Task) -> &'static str {
    match task {
        Task::Assigned => "task-assigned",
        Task::Wrote => "task-wrote",
        Task::Accepted => "task-accepted",
        Task::Rejected => "task-rejected",
        Task::Chase => "task-chase",
        Task::Expired => "task-expired",
        Task::FollowedUp => "task-followed-up",
        Task::Corrected => "task-corrected",
        Task::LowScore => "task-low-score",
        Task::LowScoreLate => "task-low-score-late",
        Task::NotSolved => "task-not-solved",
    }
}

fn to_do(home: Home, task: Task, link: Option<String>) -> ToDo {
    let decided = matches!(task, Task::Accepted | Task::Rejected);
    let over = task == Task::FollowedUp;
    let survey = matches!(task, Task::LowScore | Task::LowScoreLate | Task::NotSolved);
    ToDo {
        task,
        number: NUMBER.to_owned(),
        category: Category::Quality,
        priority: Priority::High,
        status: match task {
            Task::Chase => Status::WaitingThirdParty,
            Task::FollowedUp => Status::Closed,
            Task::LowScore | Task::LowScoreLate => Status::Resolved,
            Task::Assigned
            | Task::Wrote
            | Task::Accepted
            | Task::Rejected
            | Task::Expired
            | Task::Corrected
            | Task::NotSolved => Status::Open,
        },
        order: Some("SO-20260528-118".to_owned()),
        score: survey.then_some((crate::survey::SurveyKind::Csat, 2)),
        solution: decided.then_some(Solution::Exchange),
        next: over.then(|| EARLIER.to_owned()),
        due_at: (!over && task != Task::Corrected).then(|| at("2026-06-03T09:30:00Z")),
        late: matches!(task, Task::Expired | Task::LowScoreLate),
        time_zone: home.time_zone(),
        link,
    }
}

fn urgent(home: Home, link: Option<String>) -> UrgentTicket {
    let part = |ground, points| Part { ground, points };
    UrgentTicket {
        number: NUMBER.to_owned(),
        category: Category::Quality,
        reason: Some(Reason::Malfunction),
        order: Some("SO-20260528-118".to_owned()),
        score: vec![part(Ground::Category, 20), part(Ground::Danger, 60), part(Ground::Vip, 10)],
        danger: true,
        legal: false,
        first_response_due: Some(at("2026-06-03T06:30:00Z")),
        time_zone: home.time_zone(),
        link,
    }
}

fn alert(home: Home, level: Level) -> ClockAlert {
    let assigned = level != Level::Daily;
    ClockAlert {
        level,
        clock: if assigned { ClockKind::FirstResponse } else { ClockKind::Resolution },
        number: NUMBER.to_owned(),
        category: Category::Delivery,
        priority: Priority::High,
        status: Status::Open,
        order: Some("SO-20260528-118".to_owned()),
        assignee: assigned.then(|| home.agent.to_owned()),
        due_at: at("2026-06-03T07:05:00Z"),
        elapsed: SignedDuration::from_secs(if level == Level::Warned { 90 * 60 } else { 190 * 60 }),
        target: Some(SignedDuration::from_secs(120 * 60)),
        time_zone: home.time_zone(),
        link: None,
    }
}

fn digest(home: Home, total: usize) -> Digest {
    let causes = [
        DigestCause::Clock(ClockKind::FirstResponse, Level::Warned),
        DigestCause::Clock(ClockKind::Resolution, Level::Breached),
        DigestCause::UrgentTicket,
        DigestCause::Clock(ClockKind::FirstResponse, Level::Manager),
        DigestCause::NoWorkingTime,
        DigestCause::Clock(ClockKind::Resolution, Level::Daily),
        DigestCause::Clock(ClockKind::FirstResponse, Level::Head),
        DigestCause::Task(Task::Wrote),
        DigestCause::Task(Task::Chase),
        DigestCause::Case(CaseTask::Approve),
    ];
    let categories = [Category::Delivery, Category::Quality, Category::AccountPayment];
    let priorities = [Priority::High, Priority::Normal, Priority::Low];
    let line = |index: usize| DigestLine {
        number: format!("7K{index:02}-9QXA"),
        cause: causes[index % causes.len()],
        category: Some(categories[index % categories.len()]),
        priority: Some(match causes[index % causes.len()] {
            DigestCause::UrgentTicket => Priority::Urgent,
            DigestCause::Clock(..) | DigestCause::NoWorkingTime | DigestCause::Task(_) | DigestCause::Case(_) => {
                priorities[index % priorities.len()]
            }
        }),
        due_at: (causes[index % causes.len()] != DigestCause::NoWorkingTime)
            .then(|| at("2026-06-03T07:05:00Z") + SignedDuration::from_mins(i64::try_from(index).unwrap())),
        link: None,
    };
    Digest {
        lines: (0..total).map(line).collect(),
        total,
        from: at("2026-06-03T07:10:00Z"),
        to: at("2026-06-03T07:15:00Z"),
        time_zone: home.time_zone(),
    }
}
