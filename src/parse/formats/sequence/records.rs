//! Which records identifiers of a definition mean, by the words around them.

use rustc_hash::FxHashMap;

use super::steps::Steps;
use super::tree::{Id, Tree};
use crate::model::{RecordSort, StepSort};
use crate::parse::links::is_name;

/// Names that tell nothing of what an identifier means: the name above does.
const BARE: [&str; 26] = [
    "",
    "id",
    "ids",
    "guid",
    "guids",
    "uid",
    "key",
    "value",
    "values",
    "default",
    "defaultvalue",
    "selected",
    "item",
    "items",
    "record",
    "recordid",
    "objectid",
    "entityid",
    "lookup",
    "lookupvalue",
    "reference",
    "ref",
    "target",
    "targetid",
    "data",
    "odatabind",
];

/// Names of what says how the value beside it is called, as parameters are written.
const NAMES: [&str; 6] = [
    "name",
    "key",
    "parameter",
    "parametername",
    "field",
    "fieldname",
];

/// No identifier is further below the name that tells what it is.
const ABOVE: usize = 6;

/// What the objects of a definition say of the identifiers in them.
pub(super) struct Records {
    /// By the table, or by the name of a parameter, that an object names; none where it names several.
    of_objects: FxHashMap<Id, Option<RecordSort>>,
}

impl Records {
    pub(super) fn of(tree: &Tree, steps: &Steps) -> Self {
        let mut of_objects: FxHashMap<Id, Option<RecordSort>> = FxHashMap::default();
        for id in tree.walk().filter(|id| !steps.said[*id]) {
            let (Some(text), Some(object)) = (tree.text(id), tree.parent(id)) else {
                continue;
            };
            let is_of_name = NAMES.contains(&&*tree.node(id).word) && is_name(text);
            let sort = of_table(text).or_else(|| {
                let sort = is_of_name.then(|| of_word(&last_part(text)))?;
                (sort != RecordSort::Unclear).then_some(sort)
            });
            if let Some(sort) = sort {
                let known = of_objects.entry(object).or_insert(Some(sort));
                if *known != Some(sort) {
                    *known = None;
                }
            }
        }
        Self { of_objects }
    }

    /// What an identifier means that stands in a value, after some text, in a step of some sort.
    pub(super) fn meant(
        &self,
        tree: &Tree,
        id: Id,
        before: &str,
        step: Option<StepSort>,
    ) -> RecordSort {
        if let Some(sort) = of_address(before) {
            return sort;
        }
        let mut at = id;
        for _ in 0..ABOVE {
            let node = tree.node(at);
            let word = last_part(&node.key);
            let is_numbered = node.word.is_empty();
            if !is_numbered && !BARE.contains(&&*word) {
                let sort = of_word(&word);
                if sort != RecordSort::Unclear {
                    return in_step(sort, step);
                }
                break;
            }
            let Some(parent) = tree.parent(at) else {
                break;
            };
            if let Some(Some(sort)) = self.of_objects.get(&parent) {
                return in_step(*sort, step);
            }
            at = parent;
        }
        let beside = tree
            .parent(id)
            .and_then(|object| self.of_objects.get(&object));
        match beside {
            Some(Some(sort)) => in_step(*sort, step),
            Some(None) | None if step == Some(StepSort::ConnectSequence) => RecordSort::Sequence,
            Some(None) | None => RecordSort::Unclear,
        }
    }
}

/// Text messages have templates of another table, of which the platform says nothing; and outside of steps a template may be
/// what the sequence was made from.
fn in_step(sort: RecordSort, step: Option<StepSort>) -> RecordSort {
    let is_other = matches!(
        step,
        None | Some(StepSort::TextMessage | StepSort::AutomatedTextMessage)
    );
    // Steps of other kinds may name the sequence that they are in.
    let goes_on = matches!(
        step,
        None | Some(StepSort::ConnectSequence | StepSort::Other | StepSort::Command)
    );
    let is_template = sort == RecordSort::Template && is_other;
    let is_sequence = sort == RecordSort::Sequence && !goes_on;
    if is_template || is_sequence {
        return RecordSort::Unclear;
    }
    sort
}

/// The last part of a name in the form in which names compare: flows write `item/templateid`.
fn last_part(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let letters = last.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Ends of names that say no more than that an identifier follows.
const ENDS: [&str; 12] = [
    "lookupvalue",
    "reference",
    "objectid",
    "recordid",
    "record",
    "lookup",
    "value",
    "guids",
    "guid",
    "ids",
    "id",
    "ref",
];

/// Names of identifiers that are of no component: who did something, where, and when.
const NOISE: [&str; 14] = [
    "tenant",
    "organization",
    "org",
    "environment",
    "correlation",
    "session",
    "trace",
    "request",
    "clientrequest",
    "run",
    "workflowrun",
    "activity",
    "createdby",
    "modifiedby",
];

/// What templates are of that are none of e-mails.
const OTHERS: [&str; 10] = [
    "sequence", "step", "sms", "text", "task", "script", "call", "note", "document", "social",
];

/// A name without what says no more than that an identifier follows.
fn stem(word: &str) -> &str {
    let mut stem = word;
    while let Some(shorter) = ENDS.iter().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter;
    }
    stem
}

/// Whether an identifier of this name is of no component.
pub(super) fn is_noise(name: &str) -> bool {
    NOISE.contains(&stem(&last_part(name)))
}

/// What an identifier of this name means: the end of the name tells, for `templateVersionId` is that of a version.
fn of_word(word: &str) -> RecordSort {
    let stem = stem(word);
    let one = stem.strip_suffix('s').unwrap_or(stem);
    let ends = |end: &str| one.ends_with(end) || stem.ends_with(end);
    match () {
        // The gallery that sequences are made from, and what their designer draws.
        () if ends("template") && OTHERS.iter().any(|other| one.contains(other)) => {
            RecordSort::Unclear
        }
        () if ends("template") || ends("tmpl") || ends("tpl") => RecordSort::Template,
        () if ends("stage") => RecordSort::Stage,
        () if ends("process") || ends("flow") || ends("bpf") => RecordSort::Process,
        () if ends("team")
            || ends("queue")
            || ends("owner")
            || ends("user")
            || ends("assignee") =>
        {
            RecordSort::People
        }
        () if ends("sequence") || one == "seq" => RecordSort::Sequence,
        () => RecordSort::Unclear,
    }
}

/// What a row of a table is.
fn of_table(name: &str) -> Option<RecordSort> {
    match name {
        "template" => Some(RecordSort::Template),
        "workflow" => Some(RecordSort::Process),
        "processstage" => Some(RecordSort::Stage),
        "msdyn_sequence" => Some(RecordSort::Sequence),
        "team" | "queue" | "systemuser" => Some(RecordSort::People),
        _ => None,
    }
}

/// The end of a text, as far as one address goes: there may be thousands of identifiers in it.
pub(super) fn near(before: &str) -> &str {
    const AROUND: usize = 256;
    let start = before.floor_char_boundary(before.len().saturating_sub(AROUND));
    &before[start..]
}

/// What an address ends with that leads to a row: `/templates(`, `etn=template&id=`.
fn of_address(before: &str) -> Option<RecordSort> {
    let before = near(before);
    if let Some(set) = before.strip_suffix('(') {
        return of_table(set.rsplit('/').next()?.strip_suffix('s')?);
    }
    let query = before.rsplit(['?', ' ', '"']).next()?;
    let table = query
        .split('&')
        .find_map(|part| part.strip_prefix("etn="))?;
    of_table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_identifier_tells_what_it_means() {
        for (word, meant) in [
            ("templateId", RecordSort::Template),
            ("item/templateid", RecordSort::Template),
            ("sequenceTemplateId", RecordSort::Unclear),
            ("processId", RecordSort::Process),
            ("bpfStageId", RecordSort::Stage),
            ("sequenceId", RecordSort::Sequence),
            ("sequenceStepId", RecordSort::Unclear),
            ("teamId", RecordSort::People),
            ("targetSequence", RecordSort::Sequence),
            ("templates", RecordSort::Template),
            ("templateVersionId", RecordSort::Unclear),
            ("stepTemplateId", RecordSort::Unclear),
            ("processStepId", RecordSort::Unclear),
            ("queueItemTypeId", RecordSort::Unclear),
            ("other", RecordSort::Unclear),
        ] {
            assert_eq!(of_word(&last_part(word)), meant, "{word}");
        }
    }

    #[test]
    fn an_address_tells_the_table_of_its_row() {
        assert_eq!(of_address("/api/templates("), Some(RecordSort::Template));
        assert_eq!(
            of_address("main.aspx?pagetype=entityrecord&etn=template&id=%7B"),
            Some(RecordSort::Template)
        );
        assert_eq!(of_address("/accounts("), None);
        assert_eq!(of_address("("), None);
    }
}
