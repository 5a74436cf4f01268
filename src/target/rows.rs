//! What all rows of a manifest have in common: what names one, and which source it comes from.

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
    /// The family of which it lists one.
    fn family(&self) -> Family;
    /// The families of what it lists within itself, each with how many.
    fn parts(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
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

/// Rows that are told apart by their name.
macro_rules! named_rows {
    ($($row:ty: $family:literal $(, $field:ident)*;)*) => {$(
        impl Row for $row {
            fn parts(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($field), self.$field.len())),*]
            }

            fn list(&self) -> &'static str {
                $family
            }

            fn key(&self) -> Key {
                Key::Name(self.name.trim().to_ascii_lowercase())
            }

            fn src(&self) -> Option<&str> {
                self.src.as_deref()
            }

            fn src_mut(&mut self) -> &mut Option<String> {
                &mut self.src
            }

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
    TableRow: "tables", columns, keys;
    RelationshipRow: "relationships";
    ChoiceRow: "choices";
    ConnectionReferenceRow: "connectionReferences";
    EnvironmentVariableRow: "environmentVariables";
);

/// Rows that name a component.
macro_rules! component_rows {
    ($($row:ty: $list:literal, $family:expr;)*) => {$(
        impl Row for $row {
            fn list(&self) -> &'static str {
                $list
            }

            fn key(&self) -> Key {
                Key::of(&self.identity())
            }

            fn src(&self) -> Option<&str> {
                self.src.as_deref()
            }

            fn src_mut(&mut self) -> &mut Option<String> {
                &mut self.src
            }

            fn family(&self) -> Family {
                let family: fn(&ComponentType) -> Family = $family;
                family(&self.kind.0)
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

component_rows!(ComponentRow: "components", Family::of; AbsentRow: "absent", |_| Family::NONE;);

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

    fn src(&self) -> Option<&str> {
        self.src.as_deref()
    }

    fn src_mut(&mut self) -> &mut Option<String> {
        &mut self.src
    }

    fn family(&self) -> Family {
        Family::NONE
    }

    fn called(&self) -> String {
        self.dependent.written()
    }
}

/// Does the same with every list of rows of a manifest, or with the same list of two.
macro_rules! for_each_list {
    ($manifest:expr, $rows:ident => $body:expr) => {
        $crate::target::rows::for_each_list!(@ $manifest, $rows => $body;
            solutions publishers applications tables relationships choices connection_references
            environment_variables components absent dependencies)
    };
    (&$manifest:expr, $rows:ident, => $body:expr) => {
        $crate::target::rows::for_each_list!(& $manifest, $rows => $body;
            solutions publishers applications tables relationships choices connection_references
            environment_variables components absent dependencies)
    };
    (& $manifest:expr, $rows:ident => $body:expr; $($list:ident)*) => {$({
        let $rows = &$manifest.$list;
        $body;
    })*};
    (@ $manifest:expr, $rows:ident => $body:expr; $($list:ident)*) => {$({
        let $rows = &mut $manifest.$list;
        $body;
    })*};
    ($manifest:expr, $other:expr, $rows:ident, $added:ident => $body:expr) => {
        $crate::target::rows::for_each_list!(@@ $manifest, $other, $rows, $added => $body;
            solutions publishers applications tables relationships choices connection_references
            environment_variables components absent dependencies)
    };
    (@@ $manifest:expr, $other:expr, $rows:ident, $added:ident => $body:expr; $($list:ident)*) => {$({
        let ($rows, $added) = (&mut $manifest.$list, &mut $other.$list);
        $body;
    })*};
}
pub(super) use for_each_list;
