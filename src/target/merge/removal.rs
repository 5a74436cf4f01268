//! What sources no longer list, removed.

use std::cell::LazyCell;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Moments;
use super::parts::Part;
use crate::model::IdentityMap;
use crate::target::family::Family;
use crate::target::manifest::{CoverageDetails, CoverageOf, TableRow, TargetManifest};
use crate::target::rows::{Key, Row, for_each_list};

/// Removes what one source said and, read again, no longer says. What it still says stays with what others say of it.
pub(super) fn drop_unsaid(manifest: &mut TargetManifest, addition: &TargetManifest, id: &str) {
    let listed = Listed::of(addition);
    let is_its = |src: Option<&str>| src == Some(id);
    for_each_list!(manifest, rows => {
        rows.retain(|row| !is_its(row.src()) || listed.has_row(row));
    });
    for table in &mut manifest.tables {
        drop_parts(table, listed.table(table), ["columns", "keys"], is_its);
        // Whether columns and keys are complete, it says anew.
        let stays = !is_its(table.src.as_deref());
        table.columns_complete &= stays;
        table.keys_complete &= stays;
    }
    let coverage = &mut manifest.coverage;
    coverage.retain(|_, coverage| !is_its(coverage.0.src.as_deref()));
}

/// A manifest with complete lists, and an older one whose rows they may lack.
pub(super) struct Replacing<'a> {
    pub(super) newer: &'a TargetManifest,
    pub(super) newer_moments: &'a Moments,
    pub(super) older: &'a mut TargetManifest,
    pub(super) older_moments: &'a Moments,
    /// Whether the second of two moments counts as older than the first, for lists of one sort.
    pub(super) is_older: fn(Option<Timestamp>, Option<Timestamp>) -> bool,
}

impl Replacing<'_> {
    /// Removes what complete lists no longer have, and says of each family how much. A list that is complete of everything
    /// replaces all older ones but packages, another one those of its own sort.
    pub(super) fn drop_gone(self) -> Vec<(usize, &'static str)> {
        let listed = LazyCell::new(|| Listed::of(self.newer));
        let mut dropped = Vec::new();
        for (family, coverage) in &self.newer.coverage {
            let Some(family) = Family::named(family).filter(|_| coverage.0.is_whole()) else {
                continue;
            };
            let sources = self.replaced(family, &coverage.0);
            if sources.is_empty() {
                continue;
            }
            let is_gone = |src: Option<&str>| src.is_some_and(|src| sources.contains(src));
            let gone = drop_family(self.older, &listed, family, is_gone);
            if gone > 0 {
                dropped.push((gone, family.name()));
            }
        }
        dropped
    }

    /// The older sources that a complete list of a family replaces.
    fn replaced(&self, family: Family, new: &CoverageDetails) -> FxHashSet<String> {
        let moment = self.newer_moments.at(new.src.as_deref());
        let of_sort = of_same_sort(self.older, self.newer, family, new);
        let sources = self.older.captured.sources.iter().filter(|source| {
            let at = self.older_moments.at(Some(&source.id));
            if of_sort == Some(&source.id) {
                return (self.is_older)(moment, at);
            }
            // What packages hold was installed with them, whatever lists of other things say.
            let stays = source.kind.is_package() && family != Family::SOLUTIONS;
            new.of == CoverageOf::All && at.is_some() && moment > at && !stays
        });
        sources.map(|source| source.id.clone()).collect()
    }
}

/// Removes rows of a family, and columns or keys, that some sources said and that are not listed. Returns how many.
fn drop_family(
    manifest: &mut TargetManifest,
    listed: &Listed<'_>,
    family: Family,
    is_gone: impl Fn(Option<&str>) -> bool,
) -> usize {
    let mut gone = 0;
    for_each_list!(manifest, rows => {
        let before = rows.len();
        rows.retain(|row| !is_gone(row.src()) || row.family() != family || listed.has(row));
        gone += before - rows.len();
    });
    for table in &mut manifest.tables {
        if let Some(newer) = listed.table(table) {
            gone += drop_parts(table, Some(newer), [family.name()], &is_gone);
        }
    }
    gone
}

/// The older source whose list of a family is of the same sort as a new one.
fn of_same_sort<'m>(
    older: &'m TargetManifest,
    newer: &TargetManifest,
    family: Family,
    new: &CoverageDetails,
) -> Option<&'m str> {
    let old = &older.coverage.get(family.name())?.0;
    let kind = |manifest: &TargetManifest, src: &Option<String>| {
        let mut sources = manifest.captured.sources.iter();
        let source = sources.find(|source| Some(&source.id) == src.as_ref());
        source.map(|source| source.kind)
    };
    let is_same = kind(older, &old.src) == kind(newer, &new.src);
    let is_of_sort = old.is_whole() && old.of == new.of && is_same;
    old.src.as_deref().filter(|_| is_of_sort)
}

/// What a manifest lists, to be found again.
struct Listed<'a> {
    components: IdentityMap<()>,
    keys: FxHashSet<(&'static str, Key)>,
    tables: FxHashMap<Key, &'a TableRow>,
}

impl<'a> Listed<'a> {
    fn of(manifest: &'a TargetManifest) -> Self {
        let mut listed = Self {
            components: IdentityMap::default(),
            keys: FxHashSet::default(),
            tables: manifest.tables.iter().map(|row| (row.key(), row)).collect(),
        };
        for_each_list!(&manifest, rows, => listed.add(rows));
        listed
    }

    fn add<R: Row>(&mut self, rows: &[R]) {
        for row in rows {
            if let Some(identity) = row.component() {
                self.components.insert(&identity, ());
            }
            self.keys.insert((row.list(), row.key()));
        }
    }

    /// Whether it has the same row.
    fn has_row<R: Row>(&self, row: &R) -> bool {
        self.keys.contains(&(row.list(), row.key()))
    }

    /// Whether it lists what a row lists. A row that nothing names lists nothing that could be gone.
    fn has<R: Row>(&self, row: &R) -> bool {
        let of_component = row.component().map(|identity| {
            identity.address().is_none() || self.components.find(&identity).is_some()
        });
        of_component.unwrap_or(false) || self.has_row(row)
    }

    fn table(&self, table: &TableRow) -> Option<&'a TableRow> {
        self.tables.get(&table.key()).copied()
    }
}

/// Removes columns or keys of some sources that another row of the table does not list. Returns how many.
fn drop_parts<const N: usize>(
    table: &mut TableRow,
    listed: Option<&TableRow>,
    families: [&str; N],
    is_gone: impl Fn(Option<&str>) -> bool,
) -> usize {
    let TableRow {
        columns, keys, src, ..
    } = table;
    let src = src.as_deref();
    let mut gone = 0;
    if families.contains(&"columns") {
        gone += drop_unlisted(columns, listed.map(|row| &*row.columns), src, &is_gone);
    }
    if families.contains(&"keys") {
        gone += drop_unlisted(keys, listed.map(|row| &*row.keys), src, &is_gone);
    }
    gone
}

fn drop_unlisted<P: Part>(
    parts: &mut Vec<P>,
    listed: Option<&[P]>,
    src: Option<&str>,
    is_gone: impl Fn(Option<&str>) -> bool,
) -> usize {
    let name = |part: &P| part.name().to_ascii_lowercase();
    let listed: FxHashSet<String> = listed.into_iter().flatten().map(name).collect();
    let before = parts.len();
    parts.retain(|part| {
        !is_gone(part.src().or(src)) || listed.contains(&part.name().to_ascii_lowercase())
    });
    before - parts.len()
}
