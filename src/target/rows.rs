//! What all rows of a manifest have in common: what names one, and which source it comes from.

use std::collections::BTreeSet;

use super::family::Family;
use super::manifest::{
    AbsentRow, ApplicationRow, ChoiceRow, ComponentName, ComponentRow, ConnectionReferenceRow,
    DependencyRow, EnvironmentVariableRow, PublisherRow, RelationshipRow, SolutionRow, TableRow,
};
use crate::model::{Address, ComponentType, Identity};

/// A row of a manifest.
pub(super) trait Row {
    /// What tells it from other rows of its list.
    fn key(&self) -> Key;
    /// The source it comes from.
    fn src(&self) -> Option<&str>;
    /// The same, to be set.
    fn src_mut(&mut self) -> &mut Option<String>;
    /// The list of the manifest that it stands in.
    fn list(&self) -> &'static str;
    /// The component that it lists as present, where it lists one.
    fn component(&self) -> Option<Identity> {
        None
    }
    /// The family of which it lists one.
    fn family(&self) -> Family;
    /// The families of what it lists within itself, each with how many.
    fn parts(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }
    /// It as a table, where it is one.
    fn as_table(&mut self) -> Option<&mut TableRow> {
        None
    }
    /// What names it within its list.
    fn called(&self) -> String;
    /// What a sentence calls it.
    fn what(&self) -> String {
        format!("{} {}", self.family().singular(), self.called())
    }
}

/// What tells a row from others of its list.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    /// A name, in lower case.
    Name(String),
    /// A component.
    Component(Address),
    /// What has no address, as it is written.
    Written(String),
}

impl Key {
    fn of(identity: &Identity) -> Self {
        identity.address().map_or_else(
            || Self::Written(format!("{identity} {:?}", identity.object_id)),
            Self::Component,
        )
    }
}

/// Every row has its source in a field of this name.
macro_rules! sourced {
    () => {
        fn src(&self) -> Option<&str> {
            self.src.as_deref()
        }

        fn src_mut(&mut self) -> &mut Option<String> {
            &mut self.src
        }
    };
}

/// Rows that are told apart by their name; those that list a component say its type.
macro_rules! named_rows {
    (@table $row:ident) => { None };
    (@table $row:ident $($field:ident)+) => { Some($row) };
    ($($row:ty: $family:literal $(of $kind:literal)? $(, $field:ident)*;)*) => {$(
        impl Row for $row {
            fn parts(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($field), self.$field.len())),*]
            }

            fn as_table(&mut self) -> Option<&mut TableRow> {
                named_rows!(@table self $($field)*)
            }

            fn list(&self) -> &'static str {
                $family
            }

            fn component(&self) -> Option<Identity> {
                let kinds: &[&str] = &[$($kind)?];
                let kind = ComponentType::parse(kinds.first()?);
                Some(Identity::of(kind).named(&self.name))
            }

            fn key(&self) -> Key {
                Key::Name(self.name.trim().to_ascii_lowercase())
            }

            sourced!();

            fn family(&self) -> Family {
                Family::named($family).unwrap_or(Family::OTHER)
            }

            fn called(&self) -> String {
                self.name.clone()
            }
        }
    )*};
}

named_rows!(
    SolutionRow: "solutions";
    PublisherRow: "publishers";
    ApplicationRow: "applications";
    TableRow: "tables" of "1", columns, keys;
    RelationshipRow: "relationships" of "10";
    ChoiceRow: "choices" of "9";
    ConnectionReferenceRow: "connectionReferences" of "connectionreference";
    EnvironmentVariableRow: "environmentVariables" of "environmentvariabledefinition";
);

/// Rows that name a component, there or not there.
macro_rules! component_rows {
    ($($row:ty: $list:literal, $is_present:literal;)*) => {$(
        impl Row for $row {
            fn component(&self) -> Option<Identity> {
                $is_present.then(|| self.identity())
            }

            fn list(&self) -> &'static str {
                $list
            }

            fn key(&self) -> Key {
                Key::of(&self.identity())
            }

            sourced!();

            fn family(&self) -> Family {
                if $is_present { Family::of(&self.kind.0) } else { Family::NONE }
            }

            fn called(&self) -> String {
                self.identity().to_string()
            }

            fn what(&self) -> String {
                self.called()
            }
        }
    )*};
}

component_rows!(ComponentRow: "components", true; AbsentRow: "absent", false;);

impl ComponentName {
    fn written(&self) -> String {
        let Self {
            kind,
            name,
            id,
            parent,
        } = self;
        format!("{} {name:?} {id:?} {parent:?}", kind.0).to_ascii_lowercase()
    }
}

impl Row for DependencyRow {
    fn list(&self) -> &'static str {
        "dependencies"
    }

    fn key(&self) -> Key {
        Key::Written(self.dependent.written() + " > " + &self.required.written())
    }

    sourced!();

    fn family(&self) -> Family {
        Family::NONE
    }

    fn called(&self) -> String {
        self.dependent.written()
    }
}

/// The families of which rows, and what they list within themselves, are.
pub(super) fn families_of<R: Row>(rows: &[R]) -> BTreeSet<&'static str> {
    let families = rows.iter().flat_map(|row| {
        let parts = row.parts().into_iter().filter(|part| part.1 > 0);
        std::iter::once(row.family().name()).chain(parts.map(|part| part.0))
    });
    families.filter(|family| !family.is_empty()).collect()
}

/// Does the same with every list of rows of a manifest, to be read or changed, or with the same list of two.
macro_rules! for_each_list {
    (@shared $manifest:expr, $rows:ident => $body:expr; $($list:ident)*) => {$({
        let $rows = &$manifest.$list;
        $body;
    })*};
    (@changed $manifest:expr, $rows:ident => $body:expr; $($list:ident)*) => {$({
        let $rows = &mut $manifest.$list;
        $body;
    })*};
    (@both $manifest:expr, $other:expr, $rows:ident, $added:ident => $body:expr; $($list:ident)*) => {$({
        let ($rows, $added) = (&mut $manifest.$list, &mut $other.$list);
        $body;
    })*};
    (@lists $($what:tt)*) => {
        $crate::target::rows::for_each_list!($($what)*;
            solutions publishers applications tables relationships choices connection_references
            environment_variables components absent dependencies)
    };
    (&$manifest:expr, $rows:ident, => $body:expr) => {
        $crate::target::rows::for_each_list!(@lists @shared $manifest, $rows => $body)
    };
    ($manifest:expr, $rows:ident => $body:expr) => {
        $crate::target::rows::for_each_list!(@lists @changed $manifest, $rows => $body)
    };
    ($manifest:expr, $other:expr, $rows:ident, $added:ident => $body:expr) => {
        $crate::target::rows::for_each_list!(@lists @both $manifest, $other, $rows, $added => $body)
    };
}
pub(super) use for_each_list;
