//! Sequences of Dynamics 365 Sales: the columns of a row of `msdyn_sequence`, and the JSON in its definitions.

mod mentions;
mod sort;
mod steps;
#[cfg(test)]
mod tests;
mod tree;
mod words;

pub(in crate::parse) use mentions::{Mention, Said};

use super::super::links::Links;
use super::fetch::is_removed;
use crate::limits::Limits;
use crate::model::{
    ComponentId, Guid, LogicalName, Pointer, ReferenceKind as Kind, Sequence, SequenceDefinition,
    SequenceStep,
};
use crate::source::Span;
use crate::xml::Element;

/// The table whose rows are read.
const TABLE: &str = "msdyn_sequence";

/// The columns that hold definitions, the older one first.
const DEFINITIONS: [&str; 2] = ["msdyn_definition", "msdyn_cjodefinition"];

/// The characters that a definition's column holds.
///
/// Source: `learn.microsoft.com/dynamics365/developer/reference/entities/msdyn_sequence`.
const MOST: usize = 1_000_000;

/// A sequence while its package is read: what its definitions may name is decided when the whole package is known.
#[derive(Debug)]
pub(in crate::parse) struct Draft {
    pub(in crate::parse) sequence: Sequence,
    /// What each definition may name, in the order of the definitions.
    pub(in crate::parse) mentions: Vec<Vec<Mention>>,
}

/// Reads a row, where it is a sequence that is not taken away.
pub(in crate::parse) fn sequence(
    row: Element<'_, '_>,
    component: (ComponentId, Option<Guid>),
    links: &mut Links<'_>,
) -> Option<Draft> {
    if !row.name().eq_ignore_ascii_case(TABLE) || is_removed(row) {
        return None;
    }
    let (component, own) = component;
    let regarding =
        column(row, "msdyn_regardingentityname").map(|(name, _)| LogicalName::new(name));
    let mut draft = Draft {
        sequence: Sequence {
            component,
            regarding,
            definitions: Vec::new(),
        },
        mentions: Vec::new(),
    };
    assigned(row, draft.sequence.regarding.as_ref(), links);
    related(row, links);
    for name in DEFINITIONS {
        if let Some((text, span)) = column(row, name) {
            let (definition, mentions) = definition(name, text, own, (span, links.limits()));
            if let Some(broken) = &definition.broken {
                links.broken(broken.to_string(), span);
            }
            draft.sequence.definitions.push(definition);
            draft.mentions.push(mentions);
        }
    }
    Some(draft)
}

/// The text of a column, with its place.
fn column<'a>(row: Element<'a, '_>, name: &str) -> Option<(&'a str, Span)> {
    let mut columns = row.children();
    let column = columns.find(|column| column.name().eq_ignore_ascii_case(name))?;
    Some((column.text()?, column.span()))
}

/// The column that says who gets the records, where one does.
fn assigned(row: Element<'_, '_>, regarding: Option<&LogicalName>, links: &mut Links<'_>) {
    const FROM_COLUMN: &str = "1";
    let says =
        column(row, "msdyn_assignsequencetype").is_none_or(|(kind, _)| kind.trim() == FROM_COLUMN);
    if let (true, Some(table), Some((name, span))) = (
        says,
        regarding,
        column(row, "msdyn_assignsequencefieldname"),
    ) {
        links.column(Kind::SequenceAssignColumn, table.as_str(), name, span);
    }
}

/// The records that other columns name by a bare identifier.
fn related(row: Element<'_, '_>, links: &mut Links<'_>) {
    for (name, kind) in [
        ("msdyn_workflowid", Kind::SequenceProcess),
        ("msdyn_template", Kind::SequenceTemplate),
    ] {
        if let Some((text, span)) = column(row, name)
            && let Some(id) = Guid::parse_used(text)
        {
            links.add(kind, Pointer::AnyRecord(id), span);
        }
    }
    // A lookup that is written as one is read as that of any row.
    if let Some((text, span)) = column(row, "msdyn_parentsequence") {
        links.record(Kind::SequenceParent, TABLE, text, span);
    }
}

/// Reads one definition.
fn definition(
    column: &str,
    text: &str,
    own: Option<Guid>,
    (span, limits): (Span, &Limits),
) -> (SequenceDefinition, Vec<Mention>) {
    let mut definition = SequenceDefinition {
        column: column.into(),
        broken: None,
        steps: Vec::new(),
        uses: Vec::new(),
        span,
    };
    // Only a text of so many bytes can have so many characters.
    let is_long = text.len() > MOST && text.chars().count() > MOST;
    let tree = if is_long {
        Err(format!(
            "it has more than the {MOST} characters that its column holds"
        ))
    } else {
        tree::Tree::read(text, span.file, limits)
    };
    let tree = match tree {
        Ok(tree) => tree,
        Err(detail) => {
            definition.broken = Some(detail.into());
            return (definition, Vec::new());
        }
    };
    let steps = steps::steps(&tree);
    let mentions = mentions::mentions(&tree, &steps, own);
    definition.steps = steps
        .found
        .into_iter()
        .map(|step| SequenceStep {
            path: tree.path(step.node),
            parent: step.parent,
            title: step.title,
            kind: step.kind,
            sort: step.sort,
            uses: Vec::new(),
        })
        .collect();
    (definition, mentions)
}
