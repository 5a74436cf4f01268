//! What changed within a component: one value, reference or file.

use std::borrow::Cow;

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
        "(not shown)".to_owned()
    } else {
        cut(value, KEPT).into_owned()
    }
}

/// What a value was and is, as reports may show it. Long ones are cut so that what differs is seen.
pub(super) fn shown_both(path: &str, old: &str, new: &str) -> [String; 2] {
    if may_be_secret(path, old) || may_be_secret(path, new) {
        return ["(not shown)", "(not shown)"].map(str::to_owned);
    }
    apart(old, new, KEPT).map(Cow::into_owned)
}

/// Two values, each within so many characters and an ellipsis on either side. What both begin with is left out where the
/// difference would not be seen.
pub(crate) fn apart<'v>(old: &'v str, new: &'v str, most: usize) -> [Cow<'v, str>; 2] {
    /// Characters that are shown before the difference.
    const BEFORE: usize = 15;
    let alike = old.chars().zip(new.chars());
    let alike = alike.take_while(|(a, b)| a == b).count();
    let is_long = |value: &str| value.chars().nth(most).is_some();
    if alike < most / 2 || !(is_long(old) || is_long(new)) {
        return [cut(old, most), cut(new, most)];
    }
    [old, new].map(|value| {
        let mut places = value.char_indices();
        let start = places
            .nth(alike.saturating_sub(BEFORE))
            .map_or(0, |(at, _)| at);
        Cow::Owned(format!("…{}", cut(&value[start..], most)))
    })
}

/// The first so many characters of a text, with a mark where it has more.
pub(crate) fn cut(value: &str, most: usize) -> Cow<'_, str> {
    // A text has no more characters than bytes.
    let end = (value.len() > most).then(|| value.char_indices().nth(most));
    match end.flatten() {
        Some((end, _)) => Cow::Owned(format!("{}…", &value[..end])),
        None => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_around_what_differs() {
        let alike = "é".repeat(100);
        let [old, new] = [format!("{alike}old"), format!("{alike}new")];
        let shown = apart(&old, &new, 60);
        let before = "é".repeat(15);
        assert_eq!(shown, [format!("…{before}old"), format!("…{before}new")]);
        // One that ends where the other goes on.
        let shown = apart(&alike, &new, 60);
        assert_eq!(shown, [format!("…{before}"), format!("…{before}new")]);
        assert_eq!(apart("old", "new", 60), ["old", "new"]);
        assert_eq!(apart("abc", &alike, 60)[1], format!("{}…", "é".repeat(60)));
    }
}
