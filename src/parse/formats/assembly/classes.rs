//! The classes of an assembly, and which of them are surely no plug-in.

use rustc_hash::{FxHashMap, FxHashSet};

use super::tables::{INTERFACE, NESTED, TYPE_DEF, TYPE_REF, Tables};

/// What a class is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::parse) enum Class {
    /// It implements `IPlugin`, or inherits from a class that does.
    PlugIn,
    /// Neither it nor any class it inherits from does, down to `System.Object`.
    Plain,
    /// There is none.
    Absent,
    /// It inherits from a class of another assembly, or implements an interface of one.
    Unknown,
}

/// The classes of an assembly by their full names. Where they could not all be read, nothing is known to be missing.
#[derive(Debug, Default)]
pub(in crate::parse) struct Classes {
    known: FxHashMap<Box<str>, Class>,
    is_complete: bool,
}

/// Bytes of all names of one assembly at most.
const NAMES: usize = 16 * 1024 * 1024;
/// Classes within classes, and bases below a class, at most.
const DEPTH: usize = 64;

impl Classes {
    pub(super) fn of(tables: &Tables<'_>) -> Self {
        let mut read = Self {
            known: FxHashMap::default(),
            is_complete: true,
        };
        let (around, direct) = (around(tables), direct(tables));
        let mut left = NAMES;
        // The first row stands for what is in no class.
        for row in 2..=tables.count(TYPE_DEF) {
            let name = full_name(tables, &around, row);
            let name = name.filter(|name| name.len() <= left);
            let Some(name) = name else {
                read.is_complete = false;
                break;
            };
            left -= name.len();
            let class = decide(tables, &direct, row);
            let known = read.known.entry(name.into()).or_insert(class);
            if *known != class {
                *known = Class::Unknown;
            }
        }
        read
    }

    /// What the class of a name is.
    pub(in crate::parse) fn get(&self, name: &str) -> Class {
        let otherwise = if self.is_complete {
            Class::Absent
        } else {
            Class::Unknown
        };
        self.known.get(name).copied().unwrap_or(otherwise)
    }
}

/// The class around each nested one.
fn around(tables: &Tables<'_>) -> FxHashMap<usize, usize> {
    let rows = 1..=tables.count(NESTED);
    let pairs =
        rows.filter_map(|row| Some((tables.cell(NESTED, row, 0)?, tables.cell(NESTED, row, 1)?)));
    pairs.collect()
}

/// `Contoso.Orders.Outer+Inner`.
fn full_name(tables: &Tables<'_>, around: &FxHashMap<usize, usize>, row: usize) -> Option<String> {
    let mut rows = vec![row];
    while let Some(outer) = rows.last().and_then(|row| around.get(row)) {
        if rows.len() == DEPTH {
            return None;
        }
        rows.push(*outer);
    }
    let mut name = String::new();
    for row in rows.into_iter().rev() {
        let (space, own) = (
            tables.text(TYPE_DEF, row, 2)?,
            tables.text(TYPE_DEF, row, 1)?,
        );
        match (name.is_empty(), space) {
            (true, "") => {}
            (true, space) => {
                name.push_str(space);
                name.push('.');
            }
            (false, _) => name.push('+'),
        }
        name.push_str(own);
    }
    Some(name)
}

/// What the interfaces of each class make of it; one without interfaces is plain.
fn direct(tables: &Tables<'_>) -> FxHashMap<usize, Class> {
    let rows = || 1..=tables.count(INTERFACE);
    let class_of = |row| tables.cell(INTERFACE, row, 0);
    // An interface of the assembly that has interfaces itself may lead to any.
    let extending: FxHashSet<usize> = rows().filter_map(class_of).collect();
    let mut direct = FxHashMap::default();
    for row in rows() {
        let (Some(class), Some(interface)) = (class_of(row), tables.cell(INTERFACE, row, 1)) else {
            continue;
        };
        let own = interface >> 2;
        let table = match interface & 3 {
            0 => TYPE_DEF,
            1 => TYPE_REF,
            _ => usize::MAX,
        };
        let found = match (tables.text(table, own, 2), tables.text(table, own, 1)) {
            (Some("Microsoft.Xrm.Sdk"), Some("IPlugin")) => Class::PlugIn,
            (Some(space), Some(_)) if table == TYPE_REF && is_of_the_system(space) => Class::Plain,
            (Some(_), Some(_)) if table == TYPE_DEF && !extending.contains(&own) => Class::Plain,
            _ => Class::Unknown,
        };
        let known = direct.entry(class).or_insert(found);
        if *known != Class::PlugIn && found != Class::Plain {
            *known = found;
        }
    }
    direct
}

fn is_of_the_system(space: &str) -> bool {
    space == "System" || space.starts_with("System.Collections")
}

/// What a class is, by itself and by the classes it inherits from.
fn decide(tables: &Tables<'_>, direct: &FxHashMap<usize, Class>, row: usize) -> Class {
    let (mut row, mut is_unknown) = (row, false);
    for _ in 0..DEPTH {
        match direct.get(&row) {
            Some(Class::PlugIn) => return Class::PlugIn,
            Some(Class::Unknown) => is_unknown = true,
            Some(Class::Plain | Class::Absent) | None => {}
        }
        let Some(base) = tables.cell(TYPE_DEF, row, 3) else {
            return Class::Unknown;
        };
        let parent = base >> 2;
        match base & 3 {
            0 if parent != 0 => row = parent,
            1 => {
                let named = (
                    tables.text(TYPE_REF, parent, 2),
                    tables.text(TYPE_REF, parent, 1),
                );
                let is_last = named == (Some("System"), Some("Object"));
                return if is_last && !is_unknown {
                    Class::Plain
                } else {
                    Class::Unknown
                };
            }
            _ => return Class::Unknown,
        }
    }
    Class::Unknown
}
