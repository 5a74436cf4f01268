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
/// Classes within classes at most.
const NESTING: usize = 16;
/// Bases below a class at most.
const DEPTH: usize = 64;

impl Classes {
    /// The classes of an assembly of this many bytes. Their names together take no more: many classes within one of a long
    /// name would take a hundred times as much.
    pub(super) fn of(tables: &Tables<'_>, size: usize) -> Self {
        let mut read = Self {
            known: FxHashMap::default(),
            is_complete: true,
        };
        let around = around(tables);
        let mut lines = Lines {
            tables,
            direct: direct(tables),
            decided: FxHashMap::default(),
        };
        let mut left = size.min(NAMES);
        // The first row stands for what is in no class.
        for row in 2..=tables.count(TYPE_DEF) {
            let name = full_name(tables, &around, row);
            let name = name.filter(|name| name.len() <= left);
            let Some(name) = name else {
                read.is_complete = false;
                break;
            };
            left -= name.len();
            let class = lines.decide(row);
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
        if rows.len() == NESTING {
            return None;
        }
        rows.push(*outer);
    }
    let mut name = String::new();
    // Nested classes have no namespace of their own.
    let space = tables.text(TYPE_DEF, *rows.last()?, 2)?;
    if !space.is_empty() {
        name.push_str(space);
        name.push('.');
    }
    for (depth, row) in rows.into_iter().rev().enumerate() {
        if depth > 0 {
            name.push('+');
        }
        name.push_str(tables.text(TYPE_DEF, row, 1)?);
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
        let found = match interface & 3 {
            0 if is_plug_in(tables, TYPE_DEF, own) => Class::PlugIn,
            0 if (1..=tables.count(TYPE_DEF)).contains(&own) && !extending.contains(&own) => {
                Class::Plain
            }
            1 if is_plug_in(tables, TYPE_REF, own) => Class::PlugIn,
            1 if is_of_the_system(tables, own) => Class::Plain,
            _ => Class::Unknown,
        };
        let known = direct.entry(class).or_insert(found);
        if *known != Class::PlugIn && found != Class::Plain {
            *known = found;
        }
    }
    direct
}

/// Whether an interface is `IPlugin`.
fn is_plug_in(tables: &Tables<'_>, table: usize, row: usize) -> bool {
    tables.is_text(table, row, 2, "Microsoft.Xrm.Sdk") && tables.is_text(table, row, 1, "IPlugin")
}

/// Whether an interface of another assembly is one of .NET itself.
fn is_of_the_system(tables: &Tables<'_>, row: usize) -> bool {
    tables.is_text(TYPE_REF, row, 2, "System")
        || tables.starts_with(TYPE_REF, row, 2, "System.Collections")
}

/// What a class inherits from.
enum Base {
    /// A class of the assembly, by its row.
    Own(usize),
    /// `System.Object`.
    Last,
    /// A class of another assembly, or nothing that can be read.
    Foreign,
}

impl Base {
    fn of(tables: &Tables<'_>, row: usize) -> Self {
        let base = tables.cell(TYPE_DEF, row, 3).unwrap_or_default();
        let parent = base >> 2;
        let is_object = || {
            tables.is_text(TYPE_REF, parent, 2, "System")
                && tables.is_text(TYPE_REF, parent, 1, "Object")
        };
        match base & 3 {
            0 if parent != 0 => Self::Own(parent),
            1 if is_object() => Self::Last,
            _ => Self::Foreign,
        }
    }
}

/// The classes with those that they inherit from.
struct Lines<'t, 'a> {
    tables: &'t Tables<'a>,
    /// What each is by its own interfaces.
    direct: FxHashMap<usize, Class>,
    /// What is decided already, so that many heirs of one class do not walk the same line again.
    decided: FxHashMap<usize, Class>,
}

impl Lines<'_, '_> {
    /// What a class is, by itself and by the classes it inherits from.
    fn decide(&mut self, row: usize) -> Class {
        let (mut row, mut line) = (row, Vec::new());
        let mut class = loop {
            if let Some(class) = self.decided.get(&row) {
                break *class;
            }
            if line.len() == DEPTH {
                break Class::Unknown;
            }
            line.push(row);
            match Base::of(self.tables, row) {
                Base::Own(base) => row = base,
                Base::Last => break Class::Plain,
                Base::Foreign => break Class::Unknown,
            }
        };
        for row in line.into_iter().rev() {
            class = match (self.direct.get(&row), class) {
                (Some(Class::PlugIn), _) | (_, Class::PlugIn) => Class::PlugIn,
                (Some(Class::Unknown), _) => Class::Unknown,
                (Some(Class::Plain | Class::Absent) | None, class) => class,
            };
            self.decided.insert(row, class);
        }
        class
    }
}
