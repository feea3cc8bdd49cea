//! What was chosen so far. It stands in the addresses and forms of the steps and nowhere else, and is read anew at each.
use std::collections::BTreeMap;

use crate::{
    case::{CaseKind, CaseReason, ask::MOST_PHOTOS, quote::Ask},
    id::{LineId, UploadId},
    order::{MOST_UNITS, Order},
};

/// Between the parts of a list: no id has it, and no address has to escape it.
const BETWEEN: char = '~';

/// What was chosen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub reason: Option<CaseReason>,
    /// Lines of the order, in its order, and how many units of each.
    pub lines: Vec<(LineId, u32)>,
    pub kind: Option<CaseKind>,
    pub photos: Vec<UploadId>,
    /// Some photos were left out, because there were more than a case may have.
    pub many: bool,
    /// Something was chosen, if not all of it.
    pub begun: bool,
    /// The first step is wanted again, whatever was chosen.
    pub anew: bool,
}

impl Asked {
    /// Reads an address or a form. What is no line of the order, or no word of ours, was not chosen.
    pub fn read(fields: &BTreeMap<String, String>, order: &Order) -> Self {
        let word = |name: &str| fields.get(name).map_or("", String::as_str);
        let kind = CaseKind::parse(word("kind")).filter(|kind| *kind != CaseKind::Compensation);
        let mut photos: Vec<UploadId> = Vec::new();
        for id in word("photos").split(BETWEEN).filter_map(UploadId::read) {
            if !photos.contains(&id) {
                photos.push(id);
            }
        }
        let many = photos.len() > MOST_PHOTOS;
        photos.truncate(MOST_PHOTOS);
        let begun = fields.keys().any(|name| name == "reason" || name == "lines" || name.starts_with("q."));
        let anew = fields.contains_key("anew");
        Self { reason: CaseReason::parse(word("reason")), lines: lines(fields, order), kind, photos, many, begun, anew }
    }

    /// The lines as they stand in a form.
    pub fn listed(&self) -> String {
        let parts: Vec<String> =
            self.lines.iter().map(|(line, quantity)| format!("{line}{BETWEEN}{quantity}")).collect();
        parts.join(&BETWEEN.to_string())
    }

    pub fn photo_list(&self) -> String {
        self.photos.iter().map(UploadId::as_str).collect::<Vec<_>>().join(&BETWEEN.to_string())
    }

    /// The query of the step that comes with it.
    pub fn query(&self) -> String {
        let reason = self.reason.map(|reason| format!("reason={reason}"));
        let lines = (!self.lines.is_empty()).then(|| format!("lines={}", self.listed()));
        let kind = self.kind.map(|kind| format!("kind={kind}"));
        let photos = (!self.photos.is_empty()).then(|| format!("photos={}", self.photo_list()));
        [reason, lines, kind, photos].into_iter().flatten().collect::<Vec<_>>().join("&")
    }

    /// What is asked for of one kind; nothing before lines and a reason were chosen.
    pub fn ask(&self, kind: CaseKind) -> Option<Ask> {
        let lines = Some(self.lines.clone()).filter(|lines| !lines.is_empty())?;
        let photos = self.photos.clone();
        Some(Ask { kind, reason: self.reason?, lines, amount: None, photos, overridden: false })
    }
}

/// `lines=cups~2~kettles~1`, or a field for each line as the first step has them.
fn lines(fields: &BTreeMap<String, String>, order: &Order) -> Vec<(LineId, u32)> {
    let listed: Vec<&str> = fields.get("lines").map_or("", String::as_str).split(BETWEEN).collect();
    let chosen = |line: &LineId| {
        let pair = listed.chunks_exact(2).find(|pair| pair.first() == Some(&line.as_str()));
        let written = pair.and_then(|pair| pair.last().copied());
        let written = written.or_else(|| fields.get(&format!("q.{line}")).map(String::as_str))?;
        let quantity: u32 = written.trim().parse().ok()?;
        (1..=MOST_UNITS).contains(&quantity).then_some(quantity)
    };
    let lines = order.facts.lines.iter();
    lines.filter_map(|line| Some((line.id.clone(), chosen(&line.id)?))).collect()
}
