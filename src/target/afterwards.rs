//! The manifest of an environment as it would be after an import.
//!
//! What is known stays known; nothing becomes known that neither the manifest nor the package says.

use jiff::SignedDuration;

use super::import::rows_of;
use super::manifest::{
    AbsentRow, CapturedSource, ComponentRow, SolutionRow, SourceKind, TargetManifest,
};
use super::merge;
use super::moments::Moments;
use super::rows::{Row, for_each_list};
use super::time;
use crate::model::{Identity, IdentityMap, LogicalName, PackageType, Solution};
use crate::package::Layout;

/// Where what a package holds comes to lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Landing {
    /// In the solution itself: a first import, an update, a patch.
    Own,
    /// In the holding solution beside it, until the upgrade is applied.
    Holding,
    /// In the solution itself, in place of the old version and its patches.
    Replacing,
}

/// What an import changes.
#[derive(Clone, Debug)]
pub struct Effect<'a> {
    /// The solution that is imported.
    pub solution: &'a Solution,
    /// The form in which its package was read.
    pub layout: Layout,
    /// The name of its file.
    pub file: String,
    /// Where it comes to lie.
    pub landing: Landing,
    /// What is removed.
    pub removed: Vec<&'a Identity>,
}

/// The manifest after an import that succeeds. Rows that the package does not speak of stay as they are.
pub fn afterwards(before: &TargetManifest, effect: &Effect<'_>) -> TargetManifest {
    let mut after = before.clone();
    remove(&mut after, effect);
    let Some((kind, mut rows)) = rows_of(effect.layout, effect.solution) else {
        return after;
    };
    forget_absences(&mut after, effect.solution);
    let version = effect
        .solution
        .manifest
        .version()
        .map(|version| version.to_string());
    let name = match effect.landing {
        Landing::Holding => SolutionRow::holding_name(effect.solution.manifest.name()),
        Landing::Own | Landing::Replacing => effect.solution.manifest.name().to_owned(),
    };
    let unread = effect.solution.unread().next().is_some();
    // What was captured before the import yields to it.
    let moments = Moments::of(&after);
    let latest = moments.latest().max(moments.captured);
    let at = latest.and_then(|at| at.checked_add(SignedDuration::from_secs(1)).ok());
    let note = format!("simulated import of {}", effect.solution.manifest.name());
    let source = CapturedSource {
        id: merge::new_id(&after),
        kind,
        file: Some(effect.file.clone()),
        at: at.map(time::text),
        solution: Some(name.clone()),
        version: version.clone().filter(|_| !unread),
        managed: Some(effect.solution.manifest.package_type == PackageType::Managed),
        note: Some(note),
        ..CapturedSource::default()
    };
    let row = rows.solutions.pop();
    for row in &mut rows.components {
        if row.solution.as_deref() == Some(effect.solution.manifest.name()) {
            row.solution = Some(name.clone());
        }
    }
    // Joining fails only where a component is there and not there, and what the import brings is there.
    let mut joined = after.clone();
    if merge::enter(&mut joined, source, rows).is_ok() {
        after = joined;
    }
    if let Some(row) = row {
        let row = SolutionRow {
            name,
            version,
            holding: (effect.landing == Landing::Holding).then_some(true),
            ..row
        };
        enter_solution(&mut after, row, effect.landing);
    }
    after
}

/// The manifest after a staged upgrade was applied: the holding solution takes the place of its base.
pub fn promoted(
    before: &TargetManifest,
    name: &LogicalName,
    removed: &[&Identity],
) -> TargetManifest {
    let mut after = before.clone();
    remove_components(&mut after, removed);
    let holding = LogicalName::new(&SolutionRow::holding_name(name.as_str()));
    let staged = after
        .solutions
        .iter()
        .find(|row| holding == *row.name.as_str());
    if let Some(staged) = staged.cloned() {
        let row = SolutionRow {
            name: name.as_str().to_owned(),
            holding: None,
            ..staged
        };
        enter_solution(&mut after, row, Landing::Replacing);
    }
    after
}

/// Enters a solution in place of the row of its name, of which it keeps what it does not say itself.
fn enter_solution(manifest: &mut TargetManifest, row: SolutionRow, landing: Landing) {
    let name = LogicalName::new(&row.name);
    if landing == Landing::Replacing {
        let holding = LogicalName::new(&SolutionRow::holding_name(&row.name));
        manifest.solutions.retain(|other| {
            let is_patch = other.patch_of.as_deref().is_some_and(|base| name == *base);
            !is_patch && holding != *other.name.as_str()
        });
    }
    let src = import_source(manifest);
    let known = manifest
        .solutions
        .iter_mut()
        .find(|known| name == *known.name.as_str());
    match known {
        Some(known) => {
            known.version = row.version.or(known.version.take());
            known.managed = row.managed.or(known.managed);
            known.publisher = row.publisher.or(known.publisher.take());
            known.prefix = row.prefix.or(known.prefix.take());
            known.src = known.src.take().or(Some(src));
        }
        None => manifest.solutions.push(SolutionRow {
            src: Some(src),
            ..row
        }),
    }
}

/// The source that tells what is installed after simulated imports: what the packages hold is there as surely as they are.
fn import_source(manifest: &mut TargetManifest) -> String {
    const NOTE: &str = "solutions that simulated imports installed";
    let sources = manifest.captured.sources.iter();
    let mut known = sources.filter(|source| source.note.as_deref() == Some(NOTE));
    if let Some(known) = known.next() {
        return known.id.clone();
    }
    let id = merge::new_id(manifest);
    manifest.captured.sources.push(CapturedSource {
        id: id.clone(),
        kind: SourceKind::Other,
        at: manifest.captured.at.clone(),
        note: Some(NOTE.to_owned()),
        ..CapturedSource::default()
    });
    id
}

fn remove(manifest: &mut TargetManifest, effect: &Effect<'_>) {
    remove_components(manifest, &effect.removed);
}

/// Removes what is deleted. What no complete list covers is listed as absent, so that its absence stays known.
fn remove_components(manifest: &mut TargetManifest, removed: &[&Identity]) {
    if removed.is_empty() {
        return;
    }
    let mut gone: IdentityMap<()> = IdentityMap::default();
    for identity in removed {
        gone.insert(identity, ());
    }
    let is_gone = |identity: &Identity| gone.find(identity).is_some();
    for_each_list!(manifest, rows => rows.retain(|row| !row.component().is_some_and(|own| is_gone(&own))));
    for table in &mut manifest.tables {
        let mut columns = std::mem::take(&mut table.columns);
        let mut keys = std::mem::take(&mut table.keys);
        columns.retain(|column| !is_gone(&table.column_identity(&column.0.name)));
        keys.retain(|key| !is_gone(&table.key_identity(&key.0.name)));
        table.columns = columns;
        table.keys = keys;
    }
    manifest.dependencies.retain(|row| {
        let (dependent, required) = (row.dependent.identity(), row.required.identity());
        !is_gone(&dependent) && !is_gone(&required)
    });
    let src = import_source(manifest);
    manifest
        .absent
        .extend(removed.iter().map(|identity| AbsentRow {
            reason: Some("removed by an upgrade".to_owned()),
            src: Some(src.clone()),
            ..AbsentRow::of(identity)
        }));
}

/// What the package brings is no longer absent.
fn forget_absences(manifest: &mut TargetManifest, solution: &Solution) {
    if manifest.absent.is_empty() {
        return;
    }
    let mut brought: IdentityMap<()> = IdentityMap::default();
    for component in &solution.components {
        brought.insert(&component.identity, ());
    }
    manifest
        .absent
        .retain(|row| brought.find(&row.identity()).is_none());
}

/// The components that a manifest lists as those of a solution. There may be more: rows of tables and columns seldom say whose
/// they are.
pub fn content_of(manifest: &TargetManifest, solution: &LogicalName) -> Vec<Identity> {
    let is_own = |name: Option<&str>| name.is_some_and(|name| *solution == *name);
    let components = manifest.components.iter().filter(|row| {
        is_own(row.solution.as_deref())
            || row.solutions.iter().any(|name| *solution == **name)
            || row.layers.iter().any(|layer| *solution == *layer.solution)
    });
    let tables = manifest.tables.iter();
    let tables = tables.filter(|row| is_own(row.solution.as_deref()));
    let components = components.map(ComponentRow::identity);
    components
        .chain(tables.filter_map(Row::component))
        .collect()
}
