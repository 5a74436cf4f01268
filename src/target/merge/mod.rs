//! Two manifests of one environment made one: the newer says what is so where they differ, and every difference is told.

mod contradictions;
mod coverage;
mod lists;
mod parts;
mod removal;
mod values;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::import::Imported;
use super::manifest::{CapturedSource, MANIFEST_VERSION, SolutionRow, SourceKind, TargetManifest};
use super::moments::{Moments, is_newer};
use super::read::Mistake;
use super::rows::{Row, for_each_list};
use super::time;
use crate::error::Error;
use crate::model::{Guid, LogicalName};
use contradictions::settle_contradictions;
use coverage::join_coverage;
use lists::Joining;
use removal::{Replacing, drop_unsaid};
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
    let again = before.map(|known| known.id.clone());
    if let Some(id) = &again {
        drop_unsaid(&mut result, &addition, id);
    }
    let id = again.clone().unwrap_or_else(|| new_id(&result));
    check_package(&result, &source).map_err(fail)?;
    let source = CapturedSource { id, ..source };
    stamp(&mut addition, &source);
    addition.manifest_version = MANIFEST_VERSION;
    addition.captured.sources = vec![source];
    let conflicts = join(&mut result, addition, contradictions).map_err(fail)?;
    if let Some(id) = again {
        // What it said before has its date until it is joined with what it says now.
        let mut sources = result.captured.sources.iter();
        if let Some(former) = sources.position(|source| source.id == id) {
            result.captured.sources.remove(former);
        }
    }
    result.captured.at = captured_at(&result, manifest.captured.at.take());
    result.captured.tool = Some(concat!("solvet ", env!("CARGO_PKG_VERSION")).to_owned());
    *manifest = result;
    Ok(conflicts)
}

/// When a manifest was captured to which a source was added. What names no source keeps the date that the manifest had, and
/// where it had none, or everything names a source, the oldest source counts.
fn captured_at(manifest: &TargetManifest, before: Option<String>) -> Option<String> {
    before.filter(|_| names_no_source(manifest)).or_else(|| {
        let sources = manifest.captured.sources.iter();
        let moments = sources.filter_map(|source| source.at.clone());
        moments.min_by_key(|at| time::parse(at))
    })
}

/// Whether something in it names no source.
fn names_no_source(manifest: &TargetManifest) -> bool {
    let mut any = false;
    for_each_list!(&manifest, rows, => any |= rows.iter().any(|row| row.src().is_none()));
    any || manifest
        .coverage
        .values()
        .any(|coverage| coverage.0.src.is_none())
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
    if manifest.captured.at != other.captured.at {
        name_capture(manifest);
        name_capture(&mut other);
    }
    let sources = manifest.captured.sources.iter();
    let taken: FxHashSet<String> = sources.map(|source| source.id.clone()).collect();
    let sources = other.captured.sources.iter();
    let own: FxHashSet<String> = sources.map(|source| source.id.clone()).collect();
    let mut number = taken.len();
    let mut names = FxHashMap::default();
    for source in &other.captured.sources {
        if taken.contains(&source.id) {
            let new = free_id(&mut number, |id| taken.contains(id) || own.contains(id));
            names.insert(source.id.clone(), new);
        }
    }
    rename_sources(&mut other, &names);
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

/// What names no source comes from the manifest itself, and is as old as that: so it stays when another one joins it.
fn name_capture(manifest: &mut TargetManifest) {
    if manifest.captured.at.is_none() || !names_no_source(manifest) {
        return;
    }
    let sources = manifest.captured.sources.iter();
    let taken: FxHashSet<&str> = sources.map(|source| source.id.as_str()).collect();
    let source = CapturedSource {
        id: free_id(&mut taken.len(), |id| taken.contains(id)),
        kind: SourceKind::Manifest,
        at: manifest.captured.at.clone(),
        ..CapturedSource::default()
    };
    for_each_source(manifest, |src| {
        src.get_or_insert_with(|| source.id.clone());
    });
    manifest.captured.sources.push(source);
}

/// Does something with the source of each row and of what is said of each family.
fn for_each_source(manifest: &mut TargetManifest, mut change: impl FnMut(&mut Option<String>)) {
    for_each_list!(manifest, rows => for row in rows {
        change(row.src_mut());
    });
    let coverage = manifest.coverage.values_mut();
    coverage.for_each(|coverage| change(&mut coverage.0.src));
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
    for_each_source(manifest, |src| *src = Some(source.id.clone()));
}

/// Gives sources other ids.
fn rename_sources(manifest: &mut TargetManifest, names: &FxHashMap<String, String>) {
    let rename = |src: &mut Option<String>| {
        if let Some(new) = src.as_ref().and_then(|src| names.get(src)) {
            *src = Some(new.clone());
        }
    };
    for_each_source(manifest, rename);
    for table in &mut manifest.tables {
        let columns = table.columns.iter_mut().map(|column| &mut column.0.src);
        let keys = table.keys.iter_mut().map(|key| &mut key.0.src);
        columns.chain(keys).for_each(rename);
    }
    for source in &mut manifest.captured.sources {
        if let Some(new) = names.get(&source.id) {
            source.id.clone_from(new);
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
    drop_replaced(manifest, &mut addition, (&ours, &theirs), &mut conflicts);
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

/// Removes what newer complete lists lack: from the manifest what is no longer there, and from what is added what an older
/// source would bring back.
fn drop_replaced(
    manifest: &mut TargetManifest,
    addition: &mut TargetManifest,
    (ours, theirs): (&Moments, &Moments),
    conflicts: &mut Conflicts,
) {
    let from_ours = Replacing {
        newer: addition,
        newer_moments: theirs,
        older: manifest,
        older_moments: ours,
        is_older: is_newer,
    };
    for (gone, family) in from_ours.drop_gone() {
        conflicts.push(format!(
            "{gone} of {family} are no longer listed and were removed"
        ));
    }
    let from_theirs = Replacing {
        newer: manifest,
        newer_moments: ours,
        older: addition,
        older_moments: theirs,
        // What is added counts unless it is known to be older.
        is_older: |ours, theirs| !is_newer(theirs, ours),
    };
    for (gone, family) in from_theirs.drop_gone() {
        conflicts.push(format!(
            "{gone} of {family} are in an older list only and were left out"
        ));
    }
}

/// Joins all lists, and says of which families there were rows that the manifest did not have.
fn join_lists(
    manifest: &mut TargetManifest,
    addition: &mut TargetManifest,
    ours: &Moments,
    theirs: &Moments,
    conflicts: &mut Conflicts,
) -> FxHashSet<&'static str> {
    let packages = manifest.package_sources().into_iter();
    let packages = packages.chain(addition.package_sources());
    let mut joining = Joining {
        packages: packages.map(str::to_owned).collect(),
        ours,
        theirs,
        news: FxHashSet::default(),
        conflicts,
    };
    for_each_list!(manifest, addition, rows, added => joining.rows(rows, added));
    let news = joining.news;
    let connectors = std::mem::take(&mut addition.connectors);
    add_names(
        &mut manifest.connectors,
        connectors,
        str::to_ascii_lowercase,
    );
    let notes = std::mem::take(&mut addition.notes);
    add_names(&mut manifest.notes, notes, str::to_owned);
    news
}

/// Adds names that are not known yet; what two have in common makes them one.
fn add_names(known: &mut Vec<String>, added: Vec<String>, common: impl Fn(&str) -> String) {
    if added.is_empty() {
        return;
    }
    let mut taken: FxHashSet<String> = known.iter().map(|name| common(name)).collect();
    known.extend(added.into_iter().filter(|name| taken.insert(common(name))));
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
