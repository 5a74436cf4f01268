//! References: where one component names another, and how it names it.

use super::reference_kind::ReferenceKind;
use super::{Address, ComponentId, ComponentType, Guid, LogicalName};
use crate::source::Span;

/// Whether the platform tracks a reference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Strength {
    /// The platform tracks it as a dependency: without what it names, an import is refused.
    Required,
    /// The platform does not track it: an import succeeds, and what refers breaks when it is used.
    Runtime,
}

impl Strength {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Runtime => "runtime",
        }
    }
}

/// Stands for the table that what refers is about, in pointers to its columns, where the file that names them does not say
/// which one that is.
pub const OWN_TABLE: &str = "";

/// How a reference names its target: an address, or a way to one that needs to know more than the file it stands in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pointer {
    /// The target's own address.
    At(Address),
    /// The table with this entity set name, as Web API addresses have it.
    EntitySet(LogicalName),
    /// The table with this entity set name; what names the set also names the key of this table, which is likely meant.
    EntitySetLike(LogicalName, LogicalName),
    /// A column of the table with this entity set name: the set, the table that is likely meant, the column.
    ColumnOfSet(LogicalName, Option<LogicalName>, LogicalName),
    /// What a navigation property of the table with this entity set name follows, a lookup column or a relationship: the
    /// set, the table that is likely meant, the property. Nothing where neither is known.
    Navigation(LogicalName, Option<LogicalName>, LogicalName),
    /// The custom connector that is called by this API name, which is made of its name; nothing where the package has
    /// none, for the platform's own connectors have such names too.
    Api(LogicalName),
    /// The table with this object type code; codes of 10000 and more differ between environments and name nothing.
    TypeCode(u32),
    /// The relationships behind a lookup column: a table and its column.
    Lookup(LogicalName, LogicalName),
    /// The relationship behind a lookup column that leads to one of its tables: the table, the column, where it leads.
    LookupTo(LogicalName, LogicalName, LogicalName),
    /// A column of the table at the other end of a relationship: the relationship, the table at this end, the column.
    Across(LogicalName, LogicalName, LogicalName),
    /// A column of the table that a lookup column points at: the table, the lookup column, the column.
    Through(LogicalName, LogicalName, LogicalName),
    /// The process or custom API that brings a message of this name.
    Message(LogicalName),
    /// What a lookup of a record names: the lookup's column, the key column of its target, the key's value.
    Record(LogicalName, LogicalName, LogicalName),
    /// What a lookup of a record names by several keys: the lookup's column, the keys as `name=value`, sorted and joined
    /// by `&`.
    Keyed(LogicalName, LogicalName),
    /// The table that a privilege is about, by what follows its verb; other privileges are about no table.
    Privilege(LogicalName),
    /// A web resource by a path that starts where the one that refers lies.
    Relative(LogicalName),
    /// The component that has this record identifier, of whatever type; nothing where neither the package nor what it
    /// declares as missing has one, for much that has an identifier is data.
    AnyRecord(Guid),
    /// A component of this type whose name ends with this, after any publisher's prefix.
    Suffix(ComponentType, LogicalName),
}

impl Pointer {
    /// A table by its logical name.
    pub fn table(name: &str) -> Self {
        Self::named(1, name)
    }

    /// A column of a table.
    pub fn column(table: &str, column: &str) -> Self {
        Self::At(Address::InTable(
            ComponentType::Number(2),
            LogicalName::new(table),
            LogicalName::new(column),
        ))
    }

    /// The same pointer where it names columns of [`OWN_TABLE`] and what refers is about this table; none where it is
    /// about none.
    #[must_use]
    pub fn of_table(mut self, own: Option<&LogicalName>) -> Option<Self> {
        if let Self::At(Address::InTable(_, table, _))
        | Self::Lookup(table, _)
        | Self::LookupTo(table, ..)
        | Self::Through(table, ..) = &mut self
            && table.as_str() == OWN_TABLE
        {
            *table = own?.clone();
        }
        Some(self)
    }

    /// A component of a numbered type by its name.
    pub fn named(number: u32, name: &str) -> Self {
        Self::At(Address::Name(
            ComponentType::number(number),
            LogicalName::new(name),
        ))
    }

    /// A component of a numbered type by its record identifier.
    pub fn id(number: u32, id: Guid) -> Self {
        Self::At(Address::Id(ComponentType::number(number), id))
    }
}

/// One component naming another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// What refers.
    pub from: ComponentId,
    /// How.
    pub kind: ReferenceKind,
    /// What it names.
    pub to: Pointer,
    /// Where.
    pub span: Span,
}
