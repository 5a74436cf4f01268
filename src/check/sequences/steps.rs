//! What steps use, told by the steps: one part of a sequence and every step that needs it.

use std::fmt;

use rustc_hash::FxHashMap;

use super::kind;
use crate::model::{
    ComponentType, Guid, Identity, LogicalName, Sequence, SequenceStep, Solution, StepSort, UseOf,
};
use crate::source::Span;

/// Where in a sequence something is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Places {
    /// Steps by their number and what people call them; both copies of a definition count once.
    steps: Vec<(usize, Option<Box<str>>)>,
}

impl Places {
    fn add(&mut self, number: usize, step: &SequenceStep) {
        let place = (number, step.title.clone());
        if !self.steps.contains(&place) {
            self.steps.push(place);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The verb that goes with as many steps as there are.
    pub(super) fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.steps.len() > 1 { many } else { one }
    }
}

impl fmt::Display for Places {
    /// As people find them: `Step 3 "Send the price list"`, `Steps 3 "First touch" and 5 "Reminder"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        f.write_str(match self.steps.len() {
            0 => return f.write_str("The assignment"),
            1 => "Step ",
            _ => "Steps ",
        })?;
        let last = self.steps.len() - 1;
        for (at, (number, title)) in self.steps.iter().take(SHOWN).enumerate() {
            f.write_str(match at {
                0 => "",
                at if at == last => " and ",
                _ => ", ",
            })?;
            write!(f, "{number}")?;
            if let Some(title) = title {
                write!(f, " \"{title}\"")?;
            }
        }
        match self.steps.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The steps of a sequence that are of some sort.
pub(super) fn places(sequence: &Sequence, is_meant: fn(StepSort) -> bool) -> Places {
    let mut places = Places::default();
    for definition in &sequence.definitions {
        let steps = definition.steps.iter().zip(1..);
        for (step, number) in steps.filter(|(step, _)| is_meant(step.sort)) {
            places.add(number, step);
        }
    }
    places
}

/// What a step means by what it names. Only what is understood can be found absent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Meant {
    /// An e-mail template.
    Template,
    /// A business process flow, or another process.
    Process,
    /// Another sequence.
    Sequence,
    /// A table.
    Table,
    /// A column.
    Column,
    /// A team or a queue, which are data of the environment.
    People,
    /// A stage of a process, which goes with the process.
    Stage,
    /// A record of which table nothing tells.
    Unclear,
}

/// One thing that a sequence uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part<'a> {
    /// What it is.
    pub(super) meant: Meant,
    /// The component, as far as it is known; for [`Meant::Unclear`] and its like only the identifier is.
    pub(super) identity: Identity,
    /// Where it is used.
    pub(super) places: Places,
    /// What the sequence says of it besides.
    pub(super) sequence: &'a Sequence,
    /// Where it is first used.
    pub(super) span: Span,
}

/// The parts of a sequence, each once, in the order in which they are first used.
pub(super) fn parts(sequence: &Sequence) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut known: FxHashMap<Key, usize> = FxHashMap::default();
    for definition in &sequence.definitions {
        let of_steps = definition.steps.iter().zip(1..).flat_map(|(step, number)| {
            let uses = step.uses.iter();
            uses.map(move |used| (Some((step, number)), used))
        });
        let around = definition.uses.iter().map(|used| (None, used));
        for (step, used) in of_steps.chain(around) {
            let sort = step.map_or(StepSort::Other, |(step, _)| step.sort);
            let (meant, identity) = meaning(&used.path, sort, &used.what);
            let Some(key) = key(&identity) else {
                continue;
            };
            let at = *known.entry(key).or_insert(parts.len());
            if at == parts.len() {
                parts.push(Part {
                    meant,
                    identity,
                    places: Places::default(),
                    sequence,
                    span: definition.span,
                });
            } else if parts[at].meant == Meant::Unclear {
                parts[at].meant = meant;
                parts[at].identity = identity;
            }
            if let Some((step, number)) = step {
                parts[at].places.add(number, step);
            }
        }
    }
    parts
}

/// What makes two uses one: an identifier is one record, whatever it is taken for; tables and columns go by their names.
pub(super) type Key = (Option<Guid>, Option<LogicalName>, Option<LogicalName>);

/// The key of a component; none where it is known by something else.
pub(super) fn key(identity: &Identity) -> Option<Key> {
    const NAMED: [ComponentType; 2] = [ComponentType::Number(1), ComponentType::Number(2)];
    if NAMED.contains(&identity.kind) {
        return Some((None, identity.table.clone(), identity.schema_name.clone()));
    }
    identity.object_id.map(|id| (Some(id), None, None))
}

/// What a use means, by the name that it has in the definition and by its step.
fn meaning(path: &str, sort: StepSort, what: &UseOf) -> (Meant, Identity) {
    match what {
        UseOf::Table(table) => (Meant::Table, table_of(table)),
        UseOf::Column(table, column) => {
            let identity = Identity::of(ComponentType::Number(2)).named(column.as_str());
            (Meant::Column, identity.in_table(Some(table.clone())))
        }
        UseOf::Record(id) => {
            let meant = meant_record(&last_name(path), sort);
            (meant, record_of(meant, *id))
        }
    }
}

pub(super) fn table_of(table: &LogicalName) -> Identity {
    Identity::of(ComponentType::Number(1)).named(table.as_str())
}

/// The last telling name in a place of the JSON, in lower case: `templateid` of `$.steps[3].templateId`, `template` of
/// `$.steps[3].template.id`.
fn last_name(path: &str) -> String {
    const BARE: [&str; 4] = ["id", "ids", "guid", "value"];
    let names = path.rsplit('.').map(|name| {
        let end = name.find('[').unwrap_or(name.len());
        name[..end].to_ascii_lowercase()
    });
    let mut names = names.filter(|name| !BARE.contains(&&**name));
    names.next().unwrap_or_default()
}

/// What an identifier means. Text messages have templates of another table, of which the platform says nothing.
fn meant_record(name: &str, sort: StepSort) -> Meant {
    let is_text = matches!(sort, StepSort::TextMessage | StepSort::AutomatedTextMessage);
    match () {
        () if name.contains("template") && !is_text => Meant::Template,
        () if name.contains("stage") => Meant::Stage,
        () if name.contains("process") || name.contains("workflow") => Meant::Process,
        () if name.contains("team") || name.contains("queue") => Meant::People,
        () if name.contains("sequence") && !name.contains("step") => Meant::Sequence,
        () => Meant::Unclear,
    }
}

fn record_of(meant: Meant, id: Guid) -> Identity {
    let kind = match meant {
        Meant::Template => ComponentType::Number(36),
        Meant::Process => ComponentType::Number(29),
        Meant::Sequence => kind(),
        Meant::Stage => ComponentType::table("processstage"),
        Meant::Table | Meant::Column | Meant::People | Meant::Unclear => {
            ComponentType::table("record")
        }
    };
    Identity::of(kind).with_id(Some(id))
}

/// What the sequences of a package use and another package may bring.
pub(in crate::check) fn asked(solution: &Solution) -> Vec<Identity> {
    let parts = solution.sequences.iter().flat_map(parts);
    parts.map(|part| part.identity).collect()
}

/// Which steps of the package's sequences use a component, as a sentence; none where no step does.
pub(in crate::check) fn used_in(solution: &Solution, wanted: &Identity) -> Option<String> {
    let wanted = key(wanted)?;
    let told = solution.sequences.iter().filter_map(|sequence| {
        let component = solution.component(sequence.component)?;
        let mut parts = parts(sequence).into_iter();
        let part = parts.find(|part| {
            !part.places.is_empty() && key(&part.identity).as_ref() == Some(&wanted)
        })?;
        let places = part.places.to_string().replacen("Step", "step", 1);
        Some(format!("{places} of the {}", component.identity))
    });
    let told: Vec<_> = told.collect();
    (!told.is_empty()).then(|| format!("It is used in {}.", told.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_of_a_place_tells_what_is_meant() {
        for (path, meant) in [
            ("$.steps[3].templateId", Meant::Template),
            ("$.steps[3].templateIds[0]", Meant::Template),
            ("$.steps[3].template.id", Meant::Template),
            ("$.steps[0].command.processId", Meant::Process),
            ("$.steps[0].command.stageId", Meant::Stage),
            ("$.steps[0].sequenceId", Meant::Sequence),
            ("$.steps[0].sequenceStepId", Meant::Unclear),
            ("$.assign.teamId", Meant::People),
            ("$", Meant::Unclear),
        ] {
            assert_eq!(
                meant_record(&last_name(path), StepSort::Other),
                meant,
                "{path}"
            );
        }
    }

    #[test]
    fn templates_of_text_messages_are_not_those_of_e_mails() {
        let meant = meant_record("templateid", StepSort::TextMessage);
        assert_eq!(meant, Meant::Unclear);
    }
}
