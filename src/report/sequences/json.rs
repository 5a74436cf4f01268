//! The same for programs.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Sequences, kind, one_process, state};
use crate::model::{
    LogicalName, RecordSort, SequenceDefinition, StepName, StepUse, Supplier, UseOf,
};
use crate::report::contract::{ComponentJson, SupplierJson};

/// A sequence.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Sequence")]
pub(in crate::report) struct SequenceJson<'a> {
    /// The component that it is.
    component: Option<ComponentJson<'a>>,
    /// The table whose rows it works on.
    regarding: Option<&'a str>,
    /// `inactive`, `active` or `in revision`.
    state: Option<&'static str>,
    /// `definition` or `activation`.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// The identifier of the sequence that it was made from.
    parent: Option<String>,
    /// What its tags are called.
    tags: Vec<String>,
    /// What it says, one for each column that is filled in.
    definitions: Vec<DefinitionJson<'a>>,
}

/// One column of a sequence that says what it does.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Definition")]
struct DefinitionJson<'a> {
    /// The logical name of the column.
    column: &'a str,
    /// Why it could not be read.
    broken: Option<&'a str>,
    /// What it names outside of any step.
    uses: Vec<UseJson<'a>>,
    /// Its steps, each after the step around it.
    steps: Vec<StepJson<'a>>,
}

/// A step.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Step")]
struct StepJson<'a> {
    /// Its number among the steps around it, such as `3.1`.
    number: Box<str>,
    /// Where it stands in the definition.
    path: &'a str,
    /// The place of the step around it in the list.
    parent: Option<usize>,
    /// What it is called, or else the key that it has in the definition.
    title: Option<Box<str>>,
    /// Its kind as it is written.
    kind: Option<&'a str>,
    /// Its kind in the words of the documentation; `step` where the word for it is not understood.
    sort: &'static str,
    /// What it names.
    uses: Vec<UseJson<'a>>,
}

/// Something that a step names.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Use")]
struct UseJson<'a> {
    /// Where it stands in the definition.
    path: &'a str,
    /// `record`, `table` or `column`.
    what: &'static str,
    /// Of a record, what it is meant to be by the words around it.
    meant: Option<&'static str>,
    /// The identifier or name as it is written.
    name: String,
    /// What that is in the package or among what it declares as missing, as people name it.
    label: Option<String>,
    /// Whether it is a sequence that goes on with this one again, or this one itself.
    leads_back: bool,
    /// Whether the package defines it.
    in_package: bool,
    /// Whether it was managed where the package was exported, as far as the package tells.
    managed: Option<bool>,
    /// Who has it, as far as the package tells.
    supplier: Option<SupplierJson<'a>>,
}

impl<'a> Sequences<'a> {
    /// Each sequence, in the order of the package.
    pub(in crate::report) fn json(&self) -> Vec<SequenceJson<'a>> {
        let sequences = self.solution.sequences.iter().enumerate();
        let rows = sequences.map(|(at, sequence)| {
            let component = self.component(sequence);
            SequenceJson {
                component: component.map(|component| (&component.identity).into()),
                regarding: sequence.regarding.as_ref().map(LogicalName::as_str),
                state: component.and_then(state),
                kind: component.and_then(kind),
                parent: self.parent(sequence).map(|parent| parent.to_string()),
                tags: self.tags(sequence).collect(),
                definitions: sequence
                    .definitions
                    .iter()
                    .map(|one| self.definition(at, one))
                    .collect(),
            }
        });
        rows.collect()
    }

    fn definition(&self, at: usize, definition: &'a SequenceDefinition) -> DefinitionJson<'a> {
        let steps = definition.numbered();
        DefinitionJson {
            column: &definition.column,
            broken: definition.broken.as_ref().map(|broken| &*broken.why),
            uses: self.uses(at, &definition.uses),
            steps: steps
                .map(|(step, StepName { number, title })| StepJson {
                    number,
                    path: &step.path,
                    parent: step.parent,
                    title,
                    kind: step.kind.as_deref(),
                    sort: step.sort.name(),
                    uses: self.uses(at, &step.uses),
                })
                .collect(),
        }
    }

    fn uses(&self, at: usize, uses: &'a [StepUse]) -> Vec<UseJson<'a>> {
        let process = one_process(uses);
        let rows = uses.iter().filter(|one| !one.is_vague).map(|one| {
            let found = self.used(&one.what);
            let (what, name) = match &one.what {
                UseOf::Record(id) => ("record", id.to_string()),
                UseOf::Table(table) => ("table", table.to_string()),
                UseOf::Column(table, column) => ("column", format!("{table}.{column}")),
            };
            let next = found
                .sequence
                .filter(|_| one.record == RecordSort::Sequence);
            UseJson {
                path: &one.path,
                what,
                meant: (what == "record").then(|| one.record.name()),
                name,
                label: self.label(&found, one, process),
                leads_back: next.is_some_and(|next| self.circles.leads_back(at, next)),
                in_package: found.is_defined(),
                managed: found.supplier.and_then(Supplier::is_managed),
                supplier: found.supplier.map(SupplierJson::from),
            }
        });
        rows.collect()
    }
}
