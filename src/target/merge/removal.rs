//! What sources no longer list, removed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::parts::Part;
use super::{Conflicts, Moments, is_newer};
use crate::model::IdentityMap;
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

/// A complete list replaces older ones: what it no longer has is gone. One that is complete of everything replaces them all,
/// another one those of its own sort.
pub(super) fn drop_replaced(
    manifest: &mut TargetManifest,
    addition: &TargetManifest,
    theirs: &Moments,
    conflicts: &mut Conflicts,
) {
    let mut whole = addition.coverage.iter().map(|(family, of)| (family, &of.0));
    if !whole.any(|(_, coverage)| coverage.is_whole()) {
        return;
    }
    let ours = Moments::of(manifest);
    let listed = Listed::of(addition);
    for (family, new) in addition.coverage.iter().map(|(family, of)| (family, &of.0)) {
        if !new.is_whole() {
            continue;
        }
        let new_moment = theirs.at(new.src.as_deref());
        let replaced = replaced(manifest, addition, family, new);
        let replaced = replaced.filter(|src| is_newer(new_moment, ours.at(Some(src))));
        let is_gone = |src: Option<&str>| {
            let Some(src) = src else { return false };
            let is_older = new_moment > ours.at(Some(src)) && ours.at(Some(src)).is_some();
            replaced.as_deref() == Some(src) || (new.of == CoverageOf::All && is_older)
        };
        let mut gone = 0;
        for_each_list!(manifest, rows => {
            let before = rows.len();
            rows.retain(|row| {
                !is_gone(row.src()) || row.family().name() != family || listed.has(row)
            });
            gone += before - rows.len();
        });
        for table in &mut manifest.tables {
            if let Some(newer) = listed.table(table) {
                gone += drop_parts(table, Some(newer), [family.as_str()], is_gone);
            }
        }
        if gone > 0 {
            conflicts.push(format!(
                "{gone} of {family} are no longer listed and were removed"
            ));
        }
    }
}

/// The source whose list of a family a new one of the same sort replaces.
fn replaced(
    manifest: &TargetManifest,
    addition: &TargetManifest,
    family: &str,
    new: &CoverageDetails,
) -> Option<String> {
    let old = &manifest.coverage.get(family)?.0;
    let kind = |manifest: &TargetManifest, src: &Option<String>| {
        let mut sources = manifest.captured.sources.iter();
        let source = sources.find(|source| Some(&source.id) == src.as_ref());
        source.map(|source| source.kind)
    };
    let same_sort = kind(manifest, &old.src) == kind(addition, &new.src);
    let is_replaced = old.is_whole() && old.of == new.of && same_sort;
    old.src.clone().filter(|_| is_replaced)
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
