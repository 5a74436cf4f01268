//! What sequences use and the package neither has nor asks for elsewhere.

use rustc_hash::{FxHashMap, FxHashSet};

use super::steps::{Key, Meant, Part, Places, key, parts};
use super::{is_copy, kind, sequences};
use crate::check::RequirementSubject;
use crate::model::{
    Component, ComponentId, ComponentType, Guid, Identity, Sequence, Solution, is_standard_column,
};
use crate::target::ComponentRow;

/// A part of a sequence that must come from elsewhere.
pub(super) struct Outside<'a> {
    /// The sequence.
    pub(super) component: &'a Component,
    /// What it uses.
    pub(super) part: Part<'a>,
    /// What the target lists with its identifier, whatever its type.
    pub(super) row: Option<&'a ComponentRow>,
}

/// The parts of all sequences that are not in the package, that no requirement tells of, and that no package before brings.
pub(super) fn outside<'a>(subject: &RequirementSubject<'a>) -> Vec<Outside<'a>> {
    let solution = subject.solution;
    if solution.sequences.is_empty() {
        return Vec::new();
    }
    let known = known(subject);
    let originals = originals(solution);
    let rows = rows(subject);
    let mut outside = Vec::new();
    for sequence in &solution.sequences {
        let Some(component) = solution.component(sequence.component) else {
            continue;
        };
        let mut all = parts(sequence);
        let assigned = assigned(sequence).filter(|own| {
            let own = key(own);
            !all.iter().any(|part| key(&part.identity) == own)
        });
        all.extend(assigned.map(|identity| Part {
            meant: Meant::Column,
            identity,
            places: Places::around("The assignment"),
            sequence,
            span: component.span,
        }));
        let others = all.into_iter().filter(|part| {
            let key = key(&part.identity);
            let is_told = |key: &Key| {
                let original = originals.get(&sequence.component);
                original.is_some_and(|parts| parts.contains(key))
            };
            let is_known = key.is_some_and(|key| known.contains(&key) || is_told(&key));
            !is_known && !is_standard(part) && !subject.is_brought(&part.identity)
        });
        outside.extend(others.map(|part| {
            Outside {
                component,
                row: part
                    .identity
                    .object_id
                    .and_then(|id| rows.get(&id).copied()),
                part,
            }
        }));
    }
    outside
}

/// What the sequences use of which the package has active copies: what both use is told of the original alone.
fn originals(solution: &Solution) -> FxHashMap<ComponentId, FxHashSet<Key>> {
    let parents = solution.sequence_parents();
    if parents.is_empty() {
        return FxHashMap::default();
    }
    let ids = solution.sequences.iter().filter_map(|sequence| {
        let component = solution.component(sequence.component)?;
        Some((component.identity.object_id?, sequence))
    });
    let ids: FxHashMap<Guid, &Sequence> = ids.collect();
    let copies = solution.sequences.iter().filter_map(|copy| {
        let component = solution.component(copy.component)?;
        let original = ids.get(parents.get(&copy.component)?)?;
        let is_copy = is_copy(component) && original.component != copy.component;
        let keys = || {
            parts(original)
                .iter()
                .filter_map(|part| key(&part.identity))
                .collect()
        };
        is_copy.then(|| (copy.component, keys()))
    });
    copies.collect()
}

/// The column that says to whom steps are assigned.
fn assigned(sequence: &Sequence) -> Option<Identity> {
    let (column, table) = (sequence.assigned.as_ref()?, sequence.regarding.as_ref()?);
    let identity = Identity::of(ComponentType::Number(2)).named(column.as_str());
    Some(identity.in_table(Some(table.clone())))
}

/// What the package has, and what requirements tell of: whether that is there, other rules say.
fn known(subject: &RequirementSubject<'_>) -> FxHashSet<Key> {
    let solution = subject.solution;
    let others = solution.components.iter();
    let others = others.filter(|component| component.identity.kind != kind());
    let components = others.chain(sequences(solution));
    let components = components.map(|component| &component.identity);
    let required = subject.requirements.iter();
    let required = required.map(|requirement| &requirement.required);
    let stages = solution
        .stages()
        .into_keys()
        .map(|stage| (Some(stage), None, None));
    components
        .chain(required)
        .filter_map(key)
        .chain(stages)
        .collect()
}

/// A column that every table has comes with its table.
fn is_standard(part: &Part<'_>) -> bool {
    let column = part.identity.schema_name.as_ref();
    part.meant == Meant::Column && column.is_some_and(|name| is_standard_column(name.as_str()))
}

/// The target's rows by their identifiers.
pub(super) fn rows<'a>(subject: &RequirementSubject<'a>) -> FxHashMap<Guid, &'a ComponentRow> {
    let rows = subject.target.into_iter();
    let rows = rows.flat_map(|target| &target.manifest().components);
    rows.filter_map(|row| Some((row.id.as_ref()?.parse().ok()?, row)))
        .collect()
}
