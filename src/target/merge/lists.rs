//! Lists of rows joined.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parts::{Parts, TwoTables, shorten};
use super::values::join_objects;
use super::{Conflicts, Moments, is_newer};
use crate::target::manifest::TableRow;
use crate::target::rows::Row;

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
                self.row(known, row);
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
    fn row<R: Row + Serialize + DeserializeOwned + Clone>(&mut self, known: &mut R, mut row: R) {
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
        let sources = [known.src(), row.src()].map(|src| src.map(str::to_owned));
        let parts = (
            known.as_table().map(TableRow::take_parts),
            row.as_table().map(TableRow::take_parts),
        );
        let mut differences = Conflicts::new();
        *known = joined(known, &row, newer, &mut differences);
        *known.src_mut() = src;
        if !yields {
            self.conflicts.append(&mut differences);
        }
        if let ((Some(ours), Some(theirs)), Some(table)) = (parts, known.as_table()) {
            self.parts(table, sources, ours, theirs);
        }
    }

    /// Joins the columns and keys of two rows of one table, each of its source.
    fn parts(
        &mut self,
        table: &mut TableRow,
        sources: [Option<String>; 2],
        ours: Parts,
        theirs: Parts,
    ) {
        let [our_src, their_src] = sources;
        let both = TwoTables {
            packages: &self.packages,
            ours: self.ours,
            theirs: self.theirs,
            our_src: our_src.as_deref(),
            their_src: their_src.as_deref(),
        };
        let columns = both.join(ours.columns, theirs.columns);
        let keys = both.join(ours.keys, theirs.keys);
        for (part, gone, has_news) in [
            ("columns", columns.gone, columns.has_news),
            ("keys", keys.gone, keys.has_news),
        ] {
            if has_news {
                self.news.insert(part);
            }
            if gone > 0 {
                let name = &table.name;
                let line =
                    format!("{gone} of {part} of {name} are no longer listed and were removed");
                self.conflicts.push(line);
            }
        }
        // A table is as old as the oldest list that is said to be complete of it.
        let moment = |is_ours: &bool| {
            let at = if *is_ours {
                self.ours.at(our_src.as_deref())
            } else {
                self.theirs.at(their_src.as_deref())
            };
            (at.is_none(), at)
        };
        let complete = [columns.by_ours, keys.by_ours].into_iter().flatten();
        if let Some(is_ours) = complete.min_by_key(moment) {
            table
                .src
                .clone_from(if is_ours { &our_src } else { &their_src });
        }
        table.set_parts(Parts {
            columns: columns.list,
            keys: keys.list,
        });
        shorten(&mut table.columns, table.src.as_deref());
        shorten(&mut table.keys, table.src.as_deref());
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
