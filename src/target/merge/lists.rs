//! Lists of rows joined.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::values::join_objects;
use super::{Conflicts, Moments, is_newer};
use crate::target::manifest::TargetManifest;
use crate::target::rows::{Row, for_each_list};

/// A complete list replaces an older one of the same sort: what it no longer has is gone.
pub(super) fn drop_replaced(
    manifest: &mut TargetManifest,
    addition: &mut TargetManifest,
    theirs: &Moments,
    conflicts: &mut Conflicts,
) {
    let ours = Moments::of(manifest);
    for (family, coverage) in &addition.coverage.clone() {
        let new = &coverage.0;
        let Some(old) = manifest.coverage.get(family).map(|old| old.0.clone()) else {
            continue;
        };
        let kind = |manifest: &TargetManifest, src: &Option<String>| {
            let sources = manifest.captured.sources.iter();
            let mut sources = sources.filter(|source| Some(&source.id) == src.as_ref());
            sources.next().map(|source| source.kind)
        };
        let same_sort = kind(manifest, &old.src) == kind(addition, &new.src) && old.src.is_some();
        let newer = is_newer(theirs.at(new.src.as_deref()), ours.at(old.src.as_deref()));
        if !(new.is_whole() && old.is_whole() && old.of == new.of && same_sort && newer) {
            continue;
        }
        let Some(src) = old.src else { continue };
        let mut gone = 0;
        for_each_list!(manifest, addition, rows, added => gone += drop_rows(rows, added, &src, family));
        if gone > 0 {
            conflicts.push(format!(
                "{gone} of {family} are no longer listed and were removed"
            ));
        }
    }
}

/// Removes the rows of a family that one source said and a newer list no longer has. Returns how many.
fn drop_rows<R: Row>(rows: &mut Vec<R>, listed: &[R], src: &str, family: &str) -> usize {
    let kept: FxHashSet<_> = listed.iter().map(Row::key).collect();
    let before = rows.len();
    rows.retain(|row| {
        row.src() != Some(src) || row.family().name() != family || kept.contains(&row.key())
    });
    before - rows.len()
}

/// Two manifests whose lists are being joined.
pub(super) struct Joining<'a> {
    /// The sources that are packages.
    pub(super) packages: FxHashSet<String>,
    pub(super) ours: &'a Moments,
    pub(super) theirs: &'a Moments,
    /// The families of which there were rows that the manifest did not have.
    pub(super) news: FxHashSet<&'static str>,
    pub(super) conflicts: &'a mut Conflicts,
}

impl Joining<'_> {
    /// Joins one list.
    pub(super) fn rows<R: Row + Serialize + DeserializeOwned + Clone>(
        &mut self,
        rows: &mut Vec<R>,
        added: &mut Vec<R>,
    ) {
        let mut places: FxHashMap<_, usize> = FxHashMap::default();
        for (index, row) in rows.iter().enumerate() {
            places.entry(row.key()).or_insert(index);
        }
        for row in added.drain(..) {
            let index = places.get(&row.key()).copied();
            if let Some(known) = index.and_then(|index| rows.get_mut(index)) {
                self.row(known, &row);
                continue;
            }
            self.news.insert(row.family().name());
            let parts = row.parts().into_iter().filter(|part| part.1 > 0);
            self.news.extend(parts.map(|part| part.0));
            places.insert(row.key(), rows.len());
            rows.push(row);
        }
    }

    /// Joins a row to one that the manifest has of the same thing.
    fn row<R: Row + Serialize + DeserializeOwned + Clone>(&mut self, known: &mut R, row: &R) {
        // A package tells what it holds; what is installed, others tell better.
        let of_package = |src: Option<&str>| src.is_some_and(|src| self.packages.contains(src));
        let yields = of_package(row.src()) && !of_package(known.src());
        let newer = !yields && is_newer(self.theirs.at(row.src()), self.ours.at(known.src()));
        let src = if yields {
            known.src()
        } else {
            row.src().or(known.src())
        };
        let src = src.map(str::to_owned);
        let before = known.parts();
        let mut differences = Conflicts::new();
        *known = joined(known, row, newer, &mut differences);
        *known.src_mut() = src;
        if !yields {
            self.conflicts.append(&mut differences);
        }
        let grown = known.parts().into_iter().zip(before);
        let grown = grown.filter(|(after, before)| after.1 > before.1);
        self.news.extend(grown.map(|(part, _)| part.0));
    }
}

/// One row made of two of the same thing. `newer` says whether the second one counts where they differ.
fn joined<R: Row + Serialize + DeserializeOwned + Clone>(
    known: &R,
    row: &R,
    newer: bool,
    conflicts: &mut Conflicts,
) -> R {
    let (Ok(Value::Object(mut old)), Ok(Value::Object(mut new))) =
        (serde_json::to_value(known), serde_json::to_value(row))
    else {
        return known.clone();
    };
    for own in ["src", "name"] {
        // The source is settled elsewhere, and two spellings of a name are no difference.
        new.remove(own).map(|value| old.entry(own).or_insert(value));
    }
    let what = || row.what();
    join_objects(&mut old, new, newer, &mut |key, old, new| {
        if DIFFERENCES.contains(&key) {
            let (taken, left) = if newer { (new, old) } else { (old, new) };
            conflicts.push(format!(
                "{}: {key} is {taken}, as captured last, and no longer {left}",
                what()
            ));
        }
    });
    serde_json::from_value(Value::Object(old)).unwrap_or_else(|_| known.clone())
}

/// Keys of rows whose difference people want to know of.
const DIFFERENCES: [&str; 8] = [
    "version",
    "managed",
    "state",
    "connected",
    "hasValue",
    "connector",
    "type",
    "patchOf",
];
