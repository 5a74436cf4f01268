//! The manifest of an environment as it would be after an import.
//!
//! What is known stays known; nothing becomes known that neither the manifest nor the package says.

use jiff::SignedDuration;
use rustc_hash::FxHashSet;

use super::import::rows_of;
use super::listed::dependency_edges;
use super::manifest::{
    AbsentRow, CapturedSource, ComponentRow, LayerRow, SolutionRow, SourceKind, TargetManifest,
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
    /// In the solution itself, which is new: a first import, a patch.
    Own,
    /// In the solution itself, over what it had: an update, which removes nothing.
    Over,
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
    /// What the installed version had, and stays although the new one lacks it.
    pub kept: Vec<&'a Identity>,
    /// Whether the unmanaged layers of what it holds are removed.
    pub is_forced: bool,
}

/// The manifest after an import that succeeds. Rows that the package does not speak of stay as they are.
pub fn afterwards(before: &TargetManifest, effect: &Effect<'_>) -> TargetManifest {
    let mut after = before.clone();
    remove_components(&mut after, &effect.removed);
    let Some((kind, mut rows)) = rows_of(effect.layout, effect.solution, &effect.kept) else {
        return after;
    };
    let brought: IdentityMap<()> = effect
        .solution
        .components
        .iter()
        .map(|component| &component.identity)
        .collect();
    after
        .absent
        .retain(|row| brought.find(&row.identity()).is_none());
    let own = effect.solution.manifest.name();
    let name = match effect.landing {
        Landing::Holding => SolutionRow::holding_name(own),
        Landing::Own | Landing::Over | Landing::Replacing => own.to_owned(),
    };
    let row = rows.solutions.pop();
    leave_to_owners(&after, &mut rows, own, &name);
    let source = CapturedSource {
        kind,
        ..source(&after, effect, &name)
    };
    enter(&mut after, source, rows);
    let is_managed = effect.solution.manifest.package_type == PackageType::Managed;
    let layer = LayerRow {
        solution: if is_managed {
            name.clone()
        } else {
            "Active".to_owned()
        },
        publisher: row.as_ref().and_then(|row| row.publisher.clone()),
        managed: Some(is_managed),
        active: (!is_managed).then_some(true),
    };
    lay(&mut after, &brought, &layer, effect.is_forced);
    if let Some(row) = row {
        let row = SolutionRow {
            name,
            version: effect
                .solution
                .manifest
                .version()
                .map(|version| version.to_string()),
            holding: (effect.landing == Landing::Holding).then_some(true),
            ..row
        };
        enter_solution(&mut after, row, effect.landing);
    }
    after
}

/// What the package says of the target. Only where it is all of the solution it shows what that lacks: after an update there
/// may be more.
fn source(manifest: &TargetManifest, effect: &Effect<'_>, name: &str) -> CapturedSource {
    let solution = effect.solution;
    let is_whole = effect.landing != Landing::Over && solution.unread().next().is_none();
    // What was captured before the import yields to it.
    let moments = Moments::of(manifest);
    let latest = moments.latest().max(moments.captured);
    let at = latest.and_then(|at| at.checked_add(SignedDuration::from_secs(1)).ok());
    CapturedSource {
        id: merge::new_id(manifest),
        file: Some(effect.file.clone()),
        at: at.map(time::text),
        solution: Some(name.to_owned()),
        version: solution
            .manifest
            .version()
            .filter(|_| is_whole)
            .map(|version| version.to_string()),
        managed: Some(solution.manifest.package_type == PackageType::Managed),
        note: Some(format!("simulated import of {}", solution.manifest.name())),
        ..CapturedSource::default()
    }
}

/// A component that another solution brought stays that one's; what is the package's own is that of the solution under the
/// name it lands in.
fn leave_to_owners(manifest: &TargetManifest, rows: &mut TargetManifest, own: &str, name: &str) {
    let mut owners: IdentityMap<&str> = IdentityMap::default();
    for row in &manifest.components {
        if let Some(owner) = row
            .solution
            .as_deref()
            .filter(|owner| !owner.eq_ignore_ascii_case(own))
        {
            owners.insert(&row.identity(), owner);
        }
    }
    for row in &mut rows.components {
        let is_others = owners.find(&row.identity()).is_some();
        row.solution = row
            .solution
            .take()
            .filter(|_| !is_others)
            .map(|_| name.to_owned());
    }
}

/// Joins what the package brings. Where the manifest contradicts it all the same, what it knows not to be there no longer
/// counts: that leaves unknown what it spoke of, and loses nothing that is there.
fn enter(manifest: &mut TargetManifest, source: CapturedSource, rows: TargetManifest) {
    let mut joined = manifest.clone();
    if merge::enter(&mut joined, source.clone(), rows.clone()).is_err() {
        joined = manifest.clone();
        joined.absent.clear();
        if merge::enter(&mut joined, source, rows).is_err() {
            return;
        }
    }
    *manifest = joined;
}

/// Lays the solution's layer on its components where their layers are known: on top of the managed ones, below the unmanaged
/// one, which goes where the import is forced and the kind does not merge.
fn lay(
    manifest: &mut TargetManifest,
    brought: &IdentityMap<()>,
    layer: &LayerRow,
    is_forced: bool,
) {
    for row in &mut manifest.components {
        if row.layers.is_empty() || brought.find(&row.identity()).is_none() {
            continue;
        }
        if is_forced && !layer.is_active() && !row.kind.0.merges_layers() {
            row.layers.retain(|other| !other.is_active());
        }
        let is_there = row.layers.iter().any(|other| {
            other.solution.eq_ignore_ascii_case(&layer.solution)
                || (layer.is_active() && other.is_active())
        });
        if !is_there {
            let active = row
                .layers
                .iter()
                .take_while(|other| other.is_active())
                .count();
            row.layers
                .insert(if layer.is_active() { 0 } else { active }, layer.clone());
        }
    }
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

/// Gives what belonged to a holding solution and to patches to the solution that takes their place.
fn adopt(manifest: &mut TargetManifest, name: &str, former: &FxHashSet<LogicalName>) {
    let rename = |solution: &mut String| {
        if former.contains(&LogicalName::new(solution)) {
            name.clone_into(solution);
        }
    };
    for row in &mut manifest.components {
        row.solution.as_mut().map(rename);
        row.solutions.iter_mut().for_each(rename);
        row.solutions.dedup();
        row.layers
            .iter_mut()
            .for_each(|layer| rename(&mut layer.solution));
        row.layers
            .dedup_by(|a, b| a.solution.eq_ignore_ascii_case(&b.solution));
    }
    for row in &mut manifest.tables {
        row.solution.as_mut().map(rename);
    }
    for source in &mut manifest.captured.sources {
        source.solution.as_mut().map(rename);
    }
}

/// Enters a solution in place of the row of its name, of which it keeps what it does not say itself.
fn enter_solution(manifest: &mut TargetManifest, row: SolutionRow, landing: Landing) {
    let name = LogicalName::new(&row.name);
    if landing == Landing::Replacing {
        let holding = LogicalName::new(&SolutionRow::holding_name(&row.name));
        let is_former =
            |other: &SolutionRow| other.is_patch_of(&name) || holding == *other.name.as_str();
        let former = manifest.solutions.iter().filter(|other| is_former(other));
        let mut former: FxHashSet<_> = former.map(|other| LogicalName::new(&other.name)).collect();
        former.insert(holding.clone());
        manifest.solutions.retain(|other| !is_former(other));
        adopt(manifest, &row.name, &former);
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

/// Removes what is deleted. What no complete list covers is listed as absent, so that its absence stays known.
fn remove_components(manifest: &mut TargetManifest, removed: &[&Identity]) {
    if removed.is_empty() {
        return;
    }
    let gone: IdentityMap<()> = removed.iter().copied().collect();
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
    let edges = dependency_edges(manifest);
    let mut edges = edges.iter();
    manifest.dependencies.retain(|_| {
        let mut ends = edges.next().into_iter();
        !ends.any(|edge| is_gone(&edge.dependent) || is_gone(&edge.required))
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
