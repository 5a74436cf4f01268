//! The steps that use something, for the report of one component's dependencies.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Sequences, one_process};
use crate::model::{
    ComponentId, ComponentType, Guid, Identity, RecordSort, Sequence, StepName, StepUse, UseOf,
};

/// An identifier that a sequence names and that the package does not explain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::report) struct Unexplained {
    /// The identifier.
    pub(in crate::report) id: Guid,
    /// What it is meant to be.
    pub(in crate::report) sort: RecordSort,
    /// The same as people name it.
    pub(in crate::report) label: String,
    /// The steps that name it.
    pub(in crate::report) steps: Vec<StepName>,
    /// The column that names it, where it stands outside of any step.
    pub(in crate::report) column: Option<Box<str>>,
}

impl<'a> Sequences<'a> {
    /// The place of the sequence that a component is.
    pub(in crate::report) fn place(&self, component: Option<ComponentId>) -> Option<usize> {
        self.by_component.get(&component?).copied()
    }

    fn sequence(&self, at: usize) -> Option<&'a Sequence> {
        self.solution.sequences.get(at)
    }

    /// The other sequences that one goes on with and that lead back to it.
    pub(in crate::report) fn leading_back(&self, at: usize) -> FxHashSet<ComponentId> {
        let uses = self.sequence(at).into_iter().flat_map(Sequence::uses);
        let next = uses.filter_map(|one| self.next(one));
        let next = next.filter(|next| *next != at && self.circles.leads_back(at, *next));
        next.filter_map(|next| Some(self.sequence(next)?.component))
            .collect()
    }

    /// The steps of a sequence by what they use.
    pub(in crate::report) fn steps(&self, at: usize) -> StepsOf<'a> {
        let mut steps = StepsOf::default();
        for definition in self
            .sequence(at)
            .into_iter()
            .flat_map(|one| &one.definitions)
        {
            for (step, name) in definition.numbered() {
                for one in step.uses.iter().filter(|one| !one.is_vague) {
                    steps.add(&one.what, &name);
                }
            }
        }
        steps
    }

    /// The steps with which a sequence goes on with itself.
    pub(in crate::report) fn steps_to_itself(&self, at: usize) -> Vec<StepName> {
        let mut names = Names::default();
        for definition in self
            .sequence(at)
            .into_iter()
            .flat_map(|one| &one.definitions)
        {
            for (step, name) in definition.numbered() {
                if step.uses.iter().any(|one| self.next(one) == Some(at)) {
                    names.add(&name);
                }
            }
        }
        names.names
    }

    /// The identifiers that a sequence names and that nothing in the package explains, in the order in which they are named.
    pub(in crate::report) fn unexplained(&self, at: usize) -> Vec<Unexplained> {
        let mut places: FxHashMap<Guid, usize> = FxHashMap::default();
        let mut found: Vec<(Unexplained, Names)> = Vec::new();
        for definition in self
            .sequence(at)
            .into_iter()
            .flat_map(|one| &one.definitions)
        {
            let numbered: Vec<_> = definition.numbered().collect();
            let of_steps = numbered
                .iter()
                .map(|(step, name)| (&*step.uses, Some(name)));
            for (uses, name) in of_steps.chain([(&*definition.uses, None)]) {
                let process = one_process(uses);
                for one in uses {
                    let Some(id) = self.unknown_record(one) else {
                        continue;
                    };
                    let place = *places.entry(id).or_insert(found.len());
                    if place == found.len() {
                        found.push((self.unexplained_one(one, id, process), Names::default()));
                    }
                    let (first, names) = &mut found[place];
                    if first.sort == RecordSort::Unclear && one.record != first.sort {
                        let column = first.column.take();
                        *first = self.unexplained_one(one, id, process);
                        first.column = column;
                    }
                    match name {
                        Some(name) => names.add(name),
                        None => first.column = Some(definition.column.clone()),
                    }
                }
            }
        }
        let found = found.into_iter();
        found
            .map(|(one, names)| Unexplained {
                steps: names.names,
                ..one
            })
            .collect()
    }

    /// The identifier of a record that nothing in the package explains.
    fn unknown_record(&self, one: &StepUse) -> Option<Guid> {
        let UseOf::Record(id) = &one.what else {
            return None;
        };
        let is_known = self.records.contains_key(id) || self.stages.contains_key(id);
        (!is_known).then_some(*id)
    }

    fn unexplained_one(&self, one: &StepUse, id: Guid, process: Option<Guid>) -> Unexplained {
        let label = self.label(&self.used(&one.what), one, process);
        Unexplained {
            id,
            sort: one.record,
            label: label.unwrap_or_else(|| format!("{} {id}", one.record.name())),
            steps: Vec::new(),
            column: None,
        }
    }
}

/// Steps, each once: both copies of a definition have the same ones.
#[derive(Debug, Default)]
struct Names {
    names: Vec<StepName>,
    seen: FxHashSet<StepName>,
}

impl Names {
    fn add(&mut self, name: &StepName) {
        if self.seen.insert(name.clone()) {
            self.names.push(name.clone());
        }
    }
}

/// The steps of one sequence by what they use.
#[derive(Debug, Default)]
pub(in crate::report) struct StepsOf<'a> {
    by_use: FxHashMap<&'a UseOf, Names>,
}

impl<'a> StepsOf<'a> {
    fn add(&mut self, what: &'a UseOf, name: &StepName) {
        self.by_use.entry(what).or_default().add(name);
    }

    /// The steps that use a component.
    pub(in crate::report) fn that_use(&self, component: &Identity) -> &[StepName] {
        let name = component.schema_name.clone();
        let what = if component.kind == ComponentType::Number(1) {
            name.map(UseOf::Table)
        } else if component.kind == ComponentType::Number(2) {
            let table = component.table.clone();
            table
                .zip(name)
                .map(|(table, name)| UseOf::Column(table, name))
        } else {
            component.object_id.map(UseOf::Record)
        };
        let names = what.and_then(|what| self.by_use.get(&what));
        names.map_or(&[], |names| &names.names)
    }
}
