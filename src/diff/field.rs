//! What changed within a component: one value, reference or file.

use crate::model::may_be_secret;

/// How much a difference matters to whoever uses the solution, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// Texts for people.
    Cosmetic,
    /// There is more than before, and what was there works as before.
    Additive,
    /// Something is otherwise; whether that breaks anybody is not known.
    Changed,
    /// What others may rely on is gone or narrower.
    Breaking,
}

impl Class {
    /// The word for it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Additive => "additive",
            Self::Changed => "changed",
            Self::Breaking => "breaking",
        }
    }
}

/// What sort of thing a field is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// A value of the definition.
    Definition,
    /// A reference to another component; its path is the kind of reference.
    Reference,
    /// A file, or a value in it.
    File,
}

impl What {
    /// The word for it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Reference => "reference",
            Self::File => "file",
        }
    }
}

/// One thing that is otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// What sort of thing.
    pub what: What,
    /// The name of the element or attribute, without where it stands.
    pub(super) name: Box<str>,
    /// Where it stands: names of elements within each other, with what tells them apart in brackets.
    pub path: Box<str>,
    /// What it was; none where it is new.
    pub old: Option<Box<str>>,
    /// What it is; none where it is gone.
    pub new: Option<Box<str>>,
    /// How much it matters.
    pub class: Class,
}

impl Field {
    pub(super) fn new(what: What, path: impl Into<Box<str>>) -> Self {
        let path = path.into();
        Self {
            what,
            name: path.clone(),
            path,
            old: None,
            new: None,
            class: Class::Changed,
        }
    }

    pub(super) fn old(mut self, value: impl Into<Box<str>>) -> Self {
        self.old = Some(value.into());
        self
    }

    pub(super) fn new_value(mut self, value: impl Into<Box<str>>) -> Self {
        self.new = Some(value.into());
        self
    }

    pub(super) fn of_class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// The same with a path that ends with more than a name.
    pub(super) fn named(mut self, name: Box<str>) -> Self {
        self.name = name;
        self
    }
}

/// Characters of a value that are kept; longer ones are texts that nobody compares by eye.
const KEPT: usize = 300;

/// A value as reports may show it: cut where it is long, and not at all where it may be a secret.
pub(super) fn shown(path: &str, value: &str) -> String {
    if may_be_secret(path, value) {
        return "(not shown)".to_owned();
    }
    match value.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
