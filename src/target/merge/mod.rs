//! Two manifests of one environment made one: the newer says what is so where they differ, and every difference is told.

mod contradictions;
mod coverage;
mod lists;
mod values;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::import::Imported;
use super::manifest::{CapturedSource, MANIFEST_VERSION, SolutionRow, TargetManifest};
use super::moments::{Moments, is_newer};
use super::read::Mistake;
use super::rows::{Row, for_each_list};
use super::time;
use crate::error::Error;
use crate::model::{Guid, LogicalName};
use contradictions::settle_contradictions;
use coverage::join_coverage;
use lists::{Joining, drop_replaced};
use values::join_objects;

/// What to do where a component is said to be there and not to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Contradictions {
    /// Nothing is decided: merging fails.
    #[default]
    Refused,
    /// What was captured last counts.
    NewerCounts,
}

/// What a merge did beyond adding rows, in sentences.
pub type Conflicts = Vec<String>;

/// Enters a source in a manifest. A source that the manifest already has, by its content, replaces what it said before.
///
/// Fails where the source contradicts the manifest: a package of another version than is installed, a component that is
/// there and not there.
pub fn add(
    manifest: &mut TargetManifest,
    imported: Imported,
    contradictions: Contradictions,
) -> Result<Conflicts, Error> {
    let Imported {
        path,
        source,
        manifest: mut addition,
        ..
    } = imported;
    let fail = |mistake: Mistake| Error::Target {
        path: path.clone(),
        what: mistake.what,
        remedy: mistake.remedy,
    };
    let mut result = manifest.clone();
    let before = result.captured.sources.iter().find(|known| {
        known.kind == source.kind
            && known.sha256.is_some()
            && known.sha256 == source.sha256
            && known.solution == source.solution
    });
    let id = before.map(|known| known.id.clone());
    if let Some(id) = &id {
        forget(&mut result, id);
    }
    let id = id.unwrap_or_else(|| new_id(&result));
    check_package(&result, &source).map_err(fail)?;
    let source = CapturedSource { id, ..source };
    stamp(&mut addition, &source);
    addition.manifest_version = MANIFEST_VERSION;
    addition.captured.sources = vec![source];
    let conflicts = join(&mut result, addition, contradictions).map_err(fail)?;
    // Of several sources the oldest counts for what names none.
    let moments = result.captured.sources.iter();
    let oldest = moments
        .filter_map(|source| source.at.clone())
        .min_by_key(|at| time::parse(at));
    result.captured.at = oldest;
    result.captured.tool = Some(concat!("solvet ", env!("CARGO_PKG_VERSION")).to_owned());
    *manifest = result;
    Ok(conflicts)
}

/// Joins another manifest of the same environment to one. The newer capture wins where they differ, and each difference
/// is a sentence.
///
/// Fails where a component is there in one and not there in the other, and nothing tells which is newer.
pub fn merge(
    manifest: &mut TargetManifest,
    mut other: TargetManifest,
    path: &str,
) -> Result<Conflicts, Error> {
    date_sources(manifest);
    date_sources(&mut other);
    let taken: FxHashSet<String> = manifest
        .captured
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let mut number = manifest.captured.sources.len();
    for index in 0..other.captured.sources.len() {
        let old = other.captured.sources[index].id.clone();
        if taken.contains(&old) {
            let new = free_id(&mut number, |id| {
                let mut own = other.captured.sources.iter();
                taken.contains(id) || own.any(|source| source.id == id)
            });
            rename_source(&mut other, &old, &new);
        }
    }
    join(manifest, other, Contradictions::NewerCounts).map_err(|mistake| Error::Target {
        path: path.into(),
        what: mistake.what,
        remedy: mistake.remedy,
    })
}

/// Enters what an import would bring. What the manifest said of the same things before is what was so until then.
pub(super) fn enter(
    manifest: &mut TargetManifest,
    source: CapturedSource,
    mut addition: TargetManifest,
) -> Result<(), Mistake> {
    stamp(&mut addition, &source);
    addition.manifest_version = MANIFEST_VERSION;
    addition.captured.sources = vec![source];
    join(manifest, addition, Contradictions::NewerCounts).map(drop)
}

/// A source without a date is as old as its manifest, which another one is about to join.
fn date_sources(manifest: &mut TargetManifest) {
    for source in &mut manifest.captured.sources {
        if source.at.is_none() {
            source.at.clone_from(&manifest.captured.at);
        }
    }
}

/// An id for another source of a manifest.
pub(super) fn new_id(manifest: &TargetManifest) -> String {
    let sources = &manifest.captured.sources;
    let is_taken = |id: &str| sources.iter().any(|source| source.id == id);
    free_id(&mut sources.len(), is_taken)
}

/// The next id that no source has, counted from a number on.
fn free_id(number: &mut usize, is_taken: impl Fn(&str) -> bool) -> String {
    loop {
        *number += 1;
        let id = format!("s{number}");
        if !is_taken(&id) {
            return id;
        }
    }
}

/// A package must be of what is installed: one of a later version holds what is not there yet.
fn check_package(manifest: &TargetManifest, source: &CapturedSource) -> Result<(), Mistake> {
    let (Some(name), true) = (&source.solution, source.kind.is_package()) else {
        return Ok(());
    };
    let name = LogicalName::new(name);
    let row = manifest
        .solutions
        .iter()
        .find(|row| name == *row.name.as_str());
    let installed = row.and_then(SolutionRow::parsed_version);
    let (Some(installed), Some(held)) = (installed, source.parsed_version()) else {
        return Ok(());
    };
    if held > installed {
        return Err(Mistake::new(
            format!(
                "it is solution {name} {held}, and the manifest says that {installed} is installed"
            ),
            "Give the package of the installed version, or add the list of solutions anew if it was updated since.",
        ));
    }
    Ok(())
}

/// Says of every row where it comes from.
fn stamp(manifest: &mut TargetManifest, source: &CapturedSource) {
    for_each_list!(manifest, rows => {
        for row in rows.iter_mut() {
            *row.src_mut() = Some(source.id.clone());
        }
    });
    for coverage in manifest.coverage.values_mut() {
        coverage.0.src = Some(source.id.clone());
    }
}

/// Removes a source and what only it says.
fn forget(manifest: &mut TargetManifest, id: &str) {
    for_each_list!(manifest, rows => rows.retain(|row| row.src() != Some(id)));
    manifest
        .coverage
        .retain(|_, coverage| coverage.0.src.as_deref() != Some(id));
    manifest.captured.sources.retain(|source| source.id != id);
}

fn rename_source(manifest: &mut TargetManifest, old: &str, new: &str) {
    for_each_list!(manifest, rows => {
        for row in rows.iter_mut().filter(|row| row.src() == Some(old)) {
            *row.src_mut() = Some(new.to_owned());
        }
    });
    for coverage in manifest.coverage.values_mut() {
        if coverage.0.src.as_deref() == Some(old) {
            coverage.0.src = Some(new.to_owned());
        }
    }
    for source in &mut manifest.captured.sources {
        if source.id == old {
            new.clone_into(&mut source.id);
        }
    }
}

/// Joins a manifest whose sources have ids of their own.
fn join(
    manifest: &mut TargetManifest,
    mut addition: TargetManifest,
    contradictions: Contradictions,
) -> Result<Conflicts, Mistake> {
    let (ours, theirs) = (Moments::of(manifest), Moments::of(&addition));
    let mut conflicts = Conflicts::new();
    drop_replaced(manifest, &mut addition, &theirs, &mut conflicts);
    let news = join_lists(manifest, &mut addition, &ours, &theirs, &mut conflicts);
    join_coverage(manifest, &mut addition, &ours, &theirs, &news);
    let newer = is_newer(
        theirs.captured.or(theirs.latest()),
        ours.captured.or(ours.latest()),
    );
    join_parts(manifest, &addition, newer, &mut conflicts);
    manifest
        .captured
        .sources
        .append(&mut addition.captured.sources);
    if newer && addition.captured.at.is_some() {
        manifest.captured.at = addition.captured.at;
    }
    name_solutions(manifest);
    settle_contradictions(manifest, contradictions, &mut conflicts)?;
    Ok(conflicts)
}

/// Joins all lists, and says of which families there were rows that the manifest did not have.
fn join_lists(
    manifest: &mut TargetManifest,
    addition: &mut TargetManifest,
    ours: &Moments,
    theirs: &Moments,
    conflicts: &mut Conflicts,
) -> FxHashSet<&'static str> {
    let sources = manifest.captured.sources.iter();
    let packages = sources
        .chain(&addition.captured.sources)
        .filter(|source| source.kind.is_package())
        .map(|source| source.id.clone());
    let mut joining = Joining {
        packages: packages.collect(),
        ours,
        theirs,
        news: FxHashSet::default(),
        conflicts,
    };
    for_each_list!(manifest, addition, rows, added => joining.rows(rows, added));
    let news = joining.news;
    for connector in addition.connectors.drain(..) {
        let mut known = manifest.connectors.iter();
        if !known.any(|known| known.eq_ignore_ascii_case(&connector)) {
            manifest.connectors.push(connector);
        }
    }
    for note in addition.notes.drain(..) {
        if !manifest.notes.contains(&note) {
            manifest.notes.push(note);
        }
    }
    news
}

/// Joins the parts that are no lists: of two values that differ the newer counts.
fn join_parts(
    manifest: &mut TargetManifest,
    addition: &TargetManifest,
    newer: bool,
    conflicts: &mut Conflicts,
) {
    macro_rules! parts {
        ($($part:ident: $name:literal),*) => {$({
            let values = (serde_json::to_value(&manifest.$part), serde_json::to_value(&addition.$part));
            if let (Ok(Value::Object(mut old)), Ok(Value::Object(new))) = values {
                join_objects(&mut old, new, newer, &mut |key, old, new| {
                    let (taken, left) = if newer { (new, old) } else { (old, new) };
                    conflicts.push(format!("{}.{key} is {taken}, as captured last, and no longer {left}", $name));
                });
                if let Ok(joined) = serde_json::from_value(Value::Object(old)) {
                    manifest.$part = joined;
                }
            }
        })*};
    }
    parts!(environment: "environment", baseline: "baseline", features: "features", limits: "limits", caller: "caller");
}

/// Inventories name solutions by identifiers; where the manifest has those of its solutions, it names them.
fn name_solutions(manifest: &mut TargetManifest) {
    let solutions = manifest.solutions.iter();
    let names: FxHashMap<Guid, String> = solutions
        .filter_map(|row| Some((row.id.as_ref()?.parse().ok()?, row.name.clone())))
        .collect();
    if names.is_empty() {
        return;
    }
    for row in &mut manifest.components {
        for solution in row.solutions.iter_mut().chain(row.solution.as_mut()) {
            if let Some(name) = solution.parse().ok().and_then(|id: Guid| names.get(&id)) {
                solution.clone_from(name);
            }
        }
    }
}

#[cfg(test)]
mod tests;
