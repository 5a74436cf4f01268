//! Sequences of Dynamics 365 Sales: the columns of a row of `msdyn_sequence`, and the JSON in its definitions.

mod mentions;
mod queries;
mod records;
mod sort;
mod steps;
#[cfg(test)]
mod tests;
mod tree;
mod words;

pub(in crate::parse) use mentions::{Mention, Said};
use tree::Tree;

use super::super::links::Links;
use super::fetch::is_removed;
use crate::limits::Limits;
use crate::model::{
    BrokenDefinition, ComponentId, DefinitionRole, Guid, LogicalName, Pointer,
    ReferenceKind as Kind, Sequence, SequenceDefinition, SequenceStep,
};
use crate::source::Span;
use crate::xml::Element;

/// The table whose rows are read.
const TABLE: &str = "msdyn_sequence";

/// The columns that hold definitions, the older one first, and those that hold conditions. What is in the latter nobody has
/// published: JSON, a query or words.
const DEFINITIONS: [(&str, DefinitionRole); 4] = [
    ("msdyn_definition", DefinitionRole::Steps),
    ("msdyn_cjodefinition", DefinitionRole::Steps),
    ("msdyn_sequenceexitcriterion", DefinitionRole::Exit),
    ("msdyn_assignsequencecondition", DefinitionRole::Assignment),
];

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
            assigned: None,
            definitions: Vec::new(),
        },
        mentions: Vec::new(),
    };
    draft.sequence.assigned = assigned(row, draft.sequence.regarding.as_ref(), links);
    related(row, links);
    for (name, role) in DEFINITIONS {
        if let Some((text, span)) = column(row, name) {
            let mut definition = SequenceDefinition {
                column: name.into(),
                role,
                broken: None,
                steps: Vec::new(),
                uses: Vec::new(),
                span,
            };
            let mentions = read(&mut definition, text, own, links.limits());
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
fn assigned(
    row: Element<'_, '_>,
    regarding: Option<&LogicalName>,
    links: &mut Links<'_>,
) -> Option<LogicalName> {
    const FROM_COLUMN: &str = "1";
    let kind = column(row, "msdyn_assignsequencetype");
    let is_said = kind.is_none_or(|(kind, _)| kind.trim() == FROM_COLUMN);
    let (name, span) = column(row, "msdyn_assignsequencefieldname").filter(|_| is_said)?;
    links.column(Kind::SequenceAssignColumn, regarding?.as_str(), name, span);
    Some(LogicalName::new(name))
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

/// Whether a text is written as JSON that holds something.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with(['{', '['])
}

/// Reads one definition, and gives what it may name.
fn read(
    definition: &mut SequenceDefinition,
    text: &str,
    own: Option<Guid>,
    limits: &Limits,
) -> Vec<Mention> {
    let within = (definition.span, limits);
    // Only a text of so many bytes can have so many characters.
    let is_long = text.len() > MOST && text.chars().count() > MOST;
    let tree = if is_long {
        Err(format!(
            "it has more than the {MOST} characters that its column holds"
        ))
    } else {
        Tree::read(text, definition.span.file)
    };
    let tree = match (tree, definition.role) {
        (Ok(tree), _) => tree,
        (Err(why), DefinitionRole::Steps) => {
            let is_json = is_long || is_json(text);
            let why = if is_json {
                &*why
            } else {
                "it is not written as JSON"
            };
            definition.broken = Some(BrokenDefinition {
                is_json,
                why: why.into(),
            });
            // What is left of broken JSON cannot tell the identifiers of steps from others.
            if is_json {
                return Vec::new();
            }
            Tree::of_text(text)
        }
        (Err(why), DefinitionRole::Exit | DefinitionRole::Assignment) => {
            if is_json(text) {
                let why = why.into();
                definition.broken = Some(BrokenDefinition { is_json: true, why });
            }
            Tree::of_text(text)
        }
    };
    let mut steps = steps::steps(&tree);
    if definition.role != DefinitionRole::Steps {
        steps.forget();
    }
    let mentions = mentions::mentions(&tree, &steps, own, within);
    let found = steps.found.into_iter().map(|step| SequenceStep {
        path: tree.path(step.node),
        parent: step.parent,
        title: step.title,
        kind: step.kind,
        sort: step.sort,
        uses: Vec::new(),
    });
    definition.steps = found.collect();
    mentions
}
