//! Mails to whoever looks after a ticket: it is theirs, its customer wrote or decided, or somebody has to be asked again.
use super::{
    Shop, Task, ToDo, clean,
    lang::{Key, SurveyKey, Text},
    letter::{Block, Due, Letter, Tone},
    staff::{open, order, reference},
    when,
    words::Words,
};

/// Subject, heading, what happened, and what is to do now.
fn keys(task: Task) -> [Text; 4] {
    let of_survey = |keys: [SurveyKey; 4]| keys.map(Text::from);
    let keys = match task {
        Task::LowScore => {
            return of_survey([SurveyKey::LowSubject, SurveyKey::LowHeading, SurveyKey::LowIntro, SurveyKey::LowAct]);
        }
        Task::LowScoreLate => {
            return of_survey([
                SurveyKey::LateSubject,
                SurveyKey::LateHeading,
                SurveyKey::LateIntro,
                SurveyKey::LateAct,
            ]);
        }
        Task::NotSolved => {
            return of_survey([
                SurveyKey::UnsolvedSubject,
                SurveyKey::UnsolvedHeading,
                SurveyKey::UnsolvedIntro,
                SurveyKey::UnsolvedAct,
            ]);
        }
        Task::Assigned => [Key::AssignedSubject, Key::AssignedHeading, Key::AssignedIntro, Key::AssignedAct],
        Task::Wrote => [Key::WroteSubject, Key::WroteHeading, Key::WroteIntro, Key::WroteAct],
        Task::Accepted => [Key::AcceptedSubject, Key::AcceptedHeading, Key::AcceptedIntro, Key::AcceptedAct],
        Task::Rejected => [Key::RejectedSubject, Key::RejectedHeading, Key::RejectedIntro, Key::RejectedAct],
        Task::Chase => [Key::ChaseSubject, Key::ChaseHeading, Key::ChaseIntro, Key::ChaseAct],
        Task::Expired => [Key::ExpiredSubject, Key::ExpiredHeading, Key::ExpiredIntro, Key::ExpiredAct],
        Task::FollowedUp => [Key::FollowedSubject, Key::FollowedHeading, Key::FollowedIntro, Key::FollowedAct],
        Task::Corrected => [Key::CorrectedSubject, Key::CorrectedHeading, Key::CorrectedIntro, Key::CorrectedAct],
    };
    keys.map(Text::from)
}

pub(super) fn heading(task: Task, words: Words<'_>) -> String {
    let [_, heading, ..] = keys(task);
    words.plain(heading)
}

pub(super) fn to_do(facts: &ToDo, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let [subject, heading, intro, act] = keys(facts.task).map(|key| words.say(key, &[("number", &number)]));
    let mut blocks = vec![Block::Text(intro.clone()), Block::Strong(act)];
    blocks.extend(facts.due_at.map(|at| {
        Block::Due(vec![Due {
            label: words.plain(if facts.late { Key::WasDue } else { Key::TaskDue }),
            when: when::long(words, at, &facts.time_zone),
            zone: when::zone_name(words, at, &facts.time_zone),
        }])
    }));
    let offered = facts.solution.and_then(|solution| words.solution(solution));
    let mut table: Vec<(String, String)> = Vec::new();
    table.extend(facts.next.as_deref().map(|next| (words.plain(Key::LabelNextTicket), clean::line(next))));
    table.extend(offered.map(|offered| (words.plain(Key::LabelProposed), offered)));
    table.extend(facts.score.map(|(kind, score)| {
        let most = kind.scale().1;
        (words.plain(SurveyKey::LabelScore), words.say(SurveyKey::ScoreOf, &[("score", &score), ("most", &most)]))
    }));
    table.extend([
        (words.plain(Key::LabelCategory), words.category(facts.category)),
        (words.plain(Key::LabelPriority), words.priority(facts.priority)),
        (words.plain(Key::LabelStatus), words.status(facts.status)),
    ]);
    table.extend(order(facts.order.as_deref(), words));
    blocks.push(Block::Facts(table));
    blocks.extend(open(facts.link.as_deref(), words));
    Letter {
        subject,
        preview: intro,
        heading,
        reference: reference(&number, words),
        tone: if facts.late { Tone::Late } else { tone(facts.task) },
        blocks,
        footer: vec![words.say(Key::FooterTask, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(super) fn tone(task: Task) -> Tone {
    match task {
        Task::Assigned | Task::Wrote | Task::Accepted | Task::FollowedUp | Task::Corrected => Tone::Calm,
        Task::Rejected | Task::Chase | Task::Expired | Task::LowScore | Task::NotSolved => Tone::Soon,
        Task::LowScoreLate => Tone::Late,
    }
}
