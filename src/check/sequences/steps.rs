//! What steps use, told by the steps: one part of a sequence and every step that needs it.

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    ComponentType, DefinitionRole, Guid, Identity, LogicalName, RecordSort, Sequence, Solution,
    StepName, StepSort, StepUse, UseOf,
};
use crate::source::Span;

/// Where in a sequence something is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Places {
    /// Steps by their number and what people call them; both copies of a definition count once.
    steps: Vec<StepName>,
    seen: FxHashSet<StepName>,
    /// What names it outside of any step, as the start of a sentence.
    around: Option<&'static str>,
}

impl Places {
    /// What is named outside of any step.
    pub(super) fn around(what: &'static str) -> Self {
        Self {
            around: Some(what),
            ..Self::default()
        }
    }

    fn add(&mut self, step: &StepName) {
        if self.seen.insert(step.clone()) {
            self.steps.push(step.clone());
        }
    }

    /// As it is said within a sentence.
    pub(super) fn within(&self) -> String {
        let mut text = self.to_string();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What becomes of them where something is not there.
    pub(super) fn fails(&self) -> &'static str {
        match self.steps.len() {
            0 => "does not work",
            1 => "shows an error",
            _ => "show errors",
        }
    }

    /// The verb that goes with as many steps as there are.
    pub(super) fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.steps.len() > 1 { many } else { one }
    }
}

impl fmt::Display for Places {
    /// As people find them: `Step 3 "Send the price list"`, `Steps 3 "First touch" and 5 "Reminder"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str(self.around.unwrap_or("The definition"));
        }
        // Its first letter is one byte.
        let steps = StepName::list(&self.steps);
        f.write_str("S")?;
        f.write_str(steps.get(1..).unwrap_or_default())
    }
}

/// The steps of a sequence that are of some sort.
pub(super) fn places(sequence: &Sequence, is_meant: fn(StepSort) -> bool) -> Places {
    let mut places = Places::default();
    for definition in &sequence.definitions {
        let steps = definition.numbered();
        for (_, name) in steps.filter(|(step, _)| is_meant(step.sort)) {
            places.add(&name);
        }
    }
    places
}

/// What a step means by what it names. Only what is understood can be found absent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Meant {
    /// A record.
    Record(RecordSort),
    /// A table.
    Table,
    /// A column.
    Column,
}

/// One thing that a sequence uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part<'a> {
    /// What it is.
    pub(super) meant: Meant,
    /// The component, as far as it is known; of a record of which nothing tells what it is, only the identifier is.
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
        let numbered: Vec<_> = definition.numbered().collect();
        let of_steps = numbered.iter().flat_map(|(step, name)| {
            let uses = step.uses.iter();
            uses.map(move |used| (Some(name), used))
        });
        let around = definition.uses.iter().map(|used| (None, used));
        for (step, used) in of_steps.chain(around).filter(|(_, used)| !used.is_vague) {
            let (meant, identity) = meaning(used);
            let Some(key) = key(&identity) else {
                continue;
            };
            let at = *known.entry(key).or_insert(parts.len());
            if at == parts.len() {
                parts.push(Part {
                    meant,
                    identity,
                    places: match definition.role {
                        DefinitionRole::Steps => Places::default(),
                        DefinitionRole::Exit => Places::around("The exit criterion"),
                        DefinitionRole::Assignment => Places::around("The assignment"),
                    },
                    sequence,
                    span: definition.span,
                });
            } else if parts[at].meant == Meant::Record(RecordSort::Unclear) {
                parts[at].meant = meant;
                parts[at].identity = identity;
            }
            if let Some(step) = step {
                parts[at].places.add(step);
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

/// What a use means.
fn meaning(used: &StepUse) -> (Meant, Identity) {
    match &used.what {
        UseOf::Table(table) => (Meant::Table, table_of(table)),
        UseOf::Column(table, column) => {
            let identity = Identity::of(ComponentType::Number(2)).named(column.as_str());
            (Meant::Column, identity.in_table(Some(table.clone())))
        }
        UseOf::Record(id) => (Meant::Record(used.record), used.record.record(*id)),
    }
}

pub(super) fn table_of(table: &LogicalName) -> Identity {
    Identity::of(ComponentType::Number(1)).named(table.as_str())
}

/// What the sequences of a package use and another package may bring.
pub(in crate::check) fn asked(solution: &Solution) -> Vec<Identity> {
    let parts = solution.sequences.iter().flat_map(parts);
    parts.map(|part| part.identity).collect()
}

/// The steps of a package's sequences by what they use.
#[derive(Debug, Default)]
pub(in crate::check) struct StepsByUse {
    told: FxHashMap<Key, Vec<String>>,
}

impl StepsByUse {
    pub(in crate::check) fn of(solution: &Solution) -> Self {
        let mut told: FxHashMap<Key, Vec<String>> = FxHashMap::default();
        for sequence in &solution.sequences {
            let Some(component) = solution.component(sequence.component) else {
                continue;
            };
            let parts = parts(sequence).into_iter();
            for part in parts.filter(|part| !part.places.is_empty()) {
                if let Some(key) = key(&part.identity) {
                    let of = told.entry(key).or_default();
                    of.push(format!(
                        "{} of the {}",
                        part.places.within(),
                        component.identity
                    ));
                }
            }
        }
        Self { told }
    }

    /// The steps that use a component, as a sentence to put after another; nothing where no step does.
    pub(in crate::check) fn after(&self, wanted: &Identity) -> String {
        const SHOWN: usize = 3;
        let Some(told) = key(wanted).and_then(|key| self.told.get(&key)) else {
            return String::new();
        };
        let shown = told.get(..SHOWN).unwrap_or(told).join("; ");
        let more = match told.len().saturating_sub(SHOWN) {
            0 => String::new(),
            1 => "; and in 1 more sequence".to_owned(),
            more => format!("; and in {more} more sequences"),
        };
        format!(" It is used in {shown}{more}.")
    }
}
