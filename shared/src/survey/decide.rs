//! What comes of a command. Done already means no events, not an error.

use jiff::{SignedDuration, Timestamp};

use super::{Answer, Command, Facts, Happened, Rejection, Said, Standing, Survey, SurveyRules, Task, open_at};
use crate::sla::RECORD_AFTER;

/// The events of a command at `now`, in order.
pub fn decide(
    survey: &Survey,
    command: Command<'_>,
    rules: &SurveyRules,
    now: Timestamp,
) -> Result<Vec<Happened>, Rejection> {
    match command {
        Command::Look(facts) => {
            let mut events: Vec<Happened> = look(survey, &facts, rules, now).into_iter().collect();
            events.extend(survey.task.as_ref().and_then(|task| breach(task, now)));
            Ok(events)
        }
        Command::Answer { answer, comment } => answered(survey, answer, comment, rules, now),
        Command::Edit(comment) => edited(survey, comment, now),
        Command::Reopen => Ok(match survey.standing {
            Standing::Scheduled { .. } | Standing::Sent { .. } => vec![Happened::Withdrawn],
            Standing::Skipped { .. } | Standing::Answered { .. } | Standing::Withdrawn | Standing::Expired => vec![],
        }),
        Command::Finish { note } => {
            let task = survey.task.as_ref().ok_or(Rejection::NoTask)?;
            if task.done.is_some() {
                return Ok(vec![]);
            }
            // Whoever is late records the breach as well: nothing depends on when a scan ran.
            let late = (now > task.due && !task.breached).then_some(Happened::TaskBreached { at: task.due });
            Ok(late.into_iter().chain([Happened::TaskDone { note }]).collect())
        }
    }
}

fn look(survey: &Survey, facts: &Facts<'_>, rules: &SurveyRules, now: Timestamp) -> Option<Happened> {
    match &survey.standing {
        Standing::Scheduled { due } if now >= *due => Some(match facts.skip(survey, rules, now) {
            Some(why) => Happened::Skipped { why },
            None => match open_at(now, &facts.zone, rules) {
                opens if opens > now => Happened::Postponed { due: opens },
                _ => sent(rules, now),
            },
        }),
        Standing::Sent { expires, .. } if now > *expires => Some(Happened::Expired),
        Standing::Sent { remind: Some(remind), .. } if now >= *remind => {
            Some(match facts.skip_reminder(survey, rules) {
                Some(why) => Happened::NotReminded { why },
                None => match open_at(now, &facts.zone, rules) {
                    opens if opens > now => Happened::Postponed { due: opens },
                    _ => Happened::Reminded,
                },
            })
        }
        Standing::Scheduled { .. }
        | Standing::Sent { .. }
        | Standing::Skipped { .. }
        | Standing::Answered { .. }
        | Standing::Withdrawn
        | Standing::Expired => None,
    }
}

fn sent(rules: &SurveyRules, now: Timestamp) -> Happened {
    let expires = after(now, 24 * i64::from(rules.valid_days));
    let remind = Some(after(now, i64::from(rules.remind_after_hours))).filter(|remind| *remind < expires);
    Happened::Sent { expires, remind }
}

fn answered(
    survey: &Survey,
    answer: Answer,
    comment: Said,
    rules: &SurveyRules,
    now: Timestamp,
) -> Result<Vec<Happened>, Rejection> {
    let (least, most) = survey.kind.scale();
    if !(least..=most).contains(&answer.score) {
        return Err(Rejection::OffScale { least, most });
    }
    match &survey.standing {
        Standing::Scheduled { .. } | Standing::Skipped { .. } => Err(Rejection::NotSent),
        Standing::Withdrawn => Err(Rejection::Withdrawn),
        Standing::Expired => Err(Rejection::Expired),
        Standing::Sent { expires, .. } | Standing::Answered { expires, .. } if now > *expires => {
            Err(Rejection::Expired)
        }
        Standing::Answered { answer: given, comment: stored, .. } => {
            let same = match comment {
                Said::Nothing => stored.is_none(),
                Said::Same => true,
                Said::New(_) => false,
            };
            if *given == answer && same { Ok(vec![]) } else { Err(Rejection::AnsweredOtherwise) }
        }
        Standing::Sent { .. } => {
            let comment = match comment {
                Said::New(content) => Some(content),
                Said::Nothing | Said::Same => None,
            };
            let low = rules.is_low(survey.kind, answer.score);
            let editable = after(now, i64::from(rules.edit_hours));
            let mut events = vec![Happened::Answered { answer, editable, comment, low }];
            if low {
                events.push(Happened::TaskMade { due: after(now, i64::from(rules.follow_up_hours)) });
            }
            Ok(events)
        }
    }
}

fn edited(survey: &Survey, comment: Said, now: Timestamp) -> Result<Vec<Happened>, Rejection> {
    match &survey.standing {
        Standing::Answered { editable, comment: stored, .. } => match comment {
            Said::Same => Ok(vec![]),
            Said::Nothing if stored.is_none() => Ok(vec![]),
            Said::Nothing | Said::New(_) if now > *editable => Err(Rejection::EditOver),
            Said::Nothing => Ok(vec![Happened::Edited { comment: None }]),
            Said::New(content) => Ok(vec![Happened::Edited { comment: Some(content) }]),
        },
        Standing::Withdrawn => Err(Rejection::Withdrawn),
        Standing::Expired => Err(Rejection::Expired),
        Standing::Scheduled { .. } | Standing::Skipped { .. } | Standing::Sent { .. } => Err(Rejection::NotSent),
    }
}

/// A scan records a breach only when no command that was in time can still be under way.
fn breach(task: &Task, now: Timestamp) -> Option<Happened> {
    let missed = task.done.is_none() && !task.breached && now >= task.due.saturating_add(RECORD_AFTER).ok()?;
    missed.then_some(Happened::TaskBreached { at: task.due })
}

fn after(now: Timestamp, hours: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now)
}
