//! Columns and keys of one table, of two sources: each keeps the source that tells of it most surely, and all of them are
//! listed only as far as the newest complete list goes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Moments, add_names, is_newer};
use crate::target::manifest::{ColumnDetails, ColumnRow, KeyRow, TableRow};

/// What a table lists within itself: a list of its parts, and whether it is complete.
pub(super) struct PartList<P> {
    pub(super) rows: Vec<P>,
    pub(super) is_complete: bool,
}

/// The columns and the keys of a table.
pub(super) struct Parts {
    pub(super) columns: PartList<ColumnRow>,
    pub(super) keys: PartList<KeyRow>,
}

impl TableRow {
    /// Takes its columns and keys out of it.
    pub(super) fn take_parts(&mut self) -> Parts {
        Parts {
            columns: PartList {
                rows: std::mem::take(&mut self.columns),
                is_complete: std::mem::take(&mut self.columns_complete),
            },
            keys: PartList {
                rows: std::mem::take(&mut self.keys),
                is_complete: std::mem::take(&mut self.keys_complete),
            },
        }
    }

    /// Gives it columns and keys.
    pub(super) fn set_parts(&mut self, parts: Parts) {
        let Parts { columns, keys } = parts;
        (self.columns, self.columns_complete) = (columns.rows, columns.is_complete);
        (self.keys, self.keys_complete) = (keys.rows, keys.is_complete);
    }
}

/// A column or key.
pub(super) trait Part {
    fn name(&self) -> &str;
    fn src(&self) -> Option<&str>;
    fn src_mut(&mut self) -> &mut Option<String>;
    /// Takes what another source says of it. Where both say something, the newer counts.
    fn join(&mut self, other: Self, newer: bool);
}

impl Part for ColumnRow {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn src(&self) -> Option<&str> {
        self.0.src.as_deref()
    }

    fn src_mut(&mut self) -> &mut Option<String> {
        &mut self.0.src
    }

    fn join(&mut self, other: Self, newer: bool) {
        let ColumnDetails {
            name: _,
            kind,
            schema_name,
            targets,
            max_length,
            choice,
            managed,
            id,
            src: _,
        } = other.0;
        let own = &mut self.0;
        take(&mut own.kind, kind, newer);
        take(&mut own.schema_name, schema_name, newer);
        take(&mut own.max_length, max_length, newer);
        take(&mut own.choice, choice, newer);
        take(&mut own.managed, managed, newer);
        take(&mut own.id, id, newer);
        add_names(&mut own.targets, targets, str::to_ascii_lowercase);
    }
}

impl Part for KeyRow {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn src(&self) -> Option<&str> {
        self.0.src.as_deref()
    }

    fn src_mut(&mut self) -> &mut Option<String> {
        &mut self.0.src
    }

    fn join(&mut self, other: Self, newer: bool) {
        let columns = other.0.columns;
        if !columns.is_empty() && (newer || self.0.columns.is_empty()) {
            self.0.columns = columns;
        }
    }
}

fn take<T>(own: &mut Option<T>, other: Option<T>, newer: bool) {
    if other.is_some() && (newer || own.is_none()) {
        *own = other;
    }
}

/// The rows of one table in two manifests, as sources tell of them.
#[derive(Clone, Copy)]
pub(super) struct TwoTables<'a> {
    /// The sources that are packages, which yield to others.
    pub(super) packages: &'a FxHashSet<String>,
    pub(super) ours: &'a Moments,
    pub(super) theirs: &'a Moments,
    /// The sources of the two rows.
    pub(super) our_src: Option<&'a str>,
    pub(super) their_src: Option<&'a str>,
}

/// What became of two lists of parts.
pub(super) struct Outcome<P> {
    pub(super) list: PartList<P>,
    /// Whether there are some that the manifest did not have.
    pub(super) has_news: bool,
    /// How many a newer complete list no longer has.
    pub(super) gone: usize,
    /// Which of the two says that they are complete, where one does: whether it is ours.
    pub(super) by_ours: Option<bool>,
}

impl TwoTables<'_> {
    fn is_package(self, src: Option<&str>) -> bool {
        src.is_some_and(|src| self.packages.contains(src))
    }

    /// Joins two lists of parts. What a newer complete list lacks is gone; what an older one has that a newer complete one
    /// lacks does not come back. A list stays complete if nothing is added that it lacks.
    pub(super) fn join<P: Part>(self, ours: PartList<P>, theirs: PartList<P>) -> Outcome<P> {
        let their_moment = self.theirs.at(self.their_src);
        let newer = is_newer(their_moment, self.ours.at(self.our_src));
        let mut listed: FxHashMap<String, P> = FxHashMap::default();
        let mut order = Vec::new();
        for mut part in theirs.rows {
            let src = part.src_mut();
            *src = src.take().or_else(|| self.their_src.map(str::to_owned));
            let name = part.name().to_ascii_lowercase();
            order.push(name.clone());
            listed.entry(name).or_insert(part);
        }
        let (mut rows, mut gone, mut kept) = (Vec::new(), 0, false);
        for mut part in ours.rows {
            let src = part.src_mut();
            *src = src.take().or_else(|| self.our_src.map(str::to_owned));
            let of_part = self.ours.at(part.src());
            if let Some(other) = listed.remove(&part.name().to_ascii_lowercase()) {
                self.join_part(&mut part, other);
            } else if theirs.is_complete && is_newer(their_moment, of_part) {
                gone += 1;
                continue;
            } else {
                kept = true;
            }
            rows.push(part);
        }
        let may_add = newer || !ours.is_complete;
        let added = order.iter().filter_map(|name| listed.remove(name));
        let before = rows.len();
        rows.extend(added.filter(|_| may_add));
        let has_news = rows.len() > before;
        let by_ours = match (ours.is_complete, theirs.is_complete) {
            (true, true) => Some(!newer),
            (true, false) => (!has_news).then_some(true),
            (false, true) => (!kept).then_some(false),
            (false, false) => None,
        };
        Outcome {
            list: PartList {
                rows,
                is_complete: by_ours.is_some(),
            },
            has_news,
            gone,
            by_ours,
        }
    }

    /// Joins what two sources say of one part. A package yields to what others say.
    fn join_part<P: Part>(self, part: &mut P, other: P) {
        let (own, src) = (part.src(), other.src());
        let newer = match (self.is_package(own), self.is_package(src)) {
            (false, true) => false,
            (true, false) => true,
            _ => is_newer(self.theirs.at(src), self.ours.at(own)),
        };
        if newer {
            *part.src_mut() = src.map(str::to_owned);
        }
        part.join(other, newer);
    }
}

/// Leaves the source out where it is that of the table.
pub(super) fn shorten<P: Part>(parts: &mut [P], src: Option<&str>) {
    for part in parts {
        if part.src() == src {
            *part.src_mut() = None;
        }
    }
}
