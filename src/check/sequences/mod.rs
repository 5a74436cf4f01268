//! Rules about sequences of Dynamics 365 Sales: how they are packed, what their steps use, and which features they need.
//!
//! Managed components that a sequence uses are never put into its package, and after an import "the steps that are dependent
//! on the missed components will show an error": learn.microsoft.com/dynamics365/sales/migrate-sequence. Such steps are
//! warnings, for the import itself succeeds; what the package declares as missing, other rules tell.

mod drafts;
mod features;
mod nested;
mod outside;
mod package;
mod parts;
mod steps;

use crate::model::{Component, ComponentType, Solution};
use crate::source::Span;

pub(super) use features::RULES as FEATURES;
pub(super) use nested::RULES as NESTED;
pub(super) use package::RULES as PACKAGE;
pub(super) use parts::RULES as PARTS;
pub(super) use steps::{StepsByUse, asked};

/// The table of sequences.
const SEQUENCE: &str = "msdyn_sequence";

/// The page that says how sequences are moved from one environment to another.
pub(super) const MIGRATE: &str = "learn.microsoft.com/dynamics365/sales/migrate-sequence";

/// The type of sequences.
fn kind() -> ComponentType {
    ComponentType::table(SEQUENCE)
}

/// The sequences of a package; rows that only take one away are none.
pub(super) fn sequences(solution: &Solution) -> impl Iterator<Item = &Component> {
    let sequences = solution.sequences.iter();
    sequences.filter_map(|sequence| solution.component(sequence.component))
}

/// Where findings about sequences may point once the text of the package is gone.
pub(super) fn places(solution: &Solution) -> impl Iterator<Item = Span> + '_ {
    let definitions = solution.sequences.iter();
    let definitions = definitions.flat_map(|sequence| &sequence.definitions);
    let definitions = definitions.map(|definition| definition.span);
    sequences(solution)
        .map(|sequence| sequence.span)
        .chain(definitions)
}

/// The first of several, and how many more there are.
pub(super) fn first_of_many(first: &Component, count: usize) -> String {
    match count.saturating_sub(1) {
        0 => first.identity.to_string(),
        more => format!("{} and {more} more", first.identity),
    }
}

/// Whether a sequence is the active copy of another one: `msdyn_type` is 1.
fn is_copy(sequence: &Component) -> bool {
    number(sequence, "msdyn_type") == Some(1)
}

/// A number that a column of a sequence holds.
fn number(sequence: &Component, column: &str) -> Option<u32> {
    sequence.property(column)?.trim().parse().ok()
}
