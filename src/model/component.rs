//! Components and what identifies them.

use std::borrow::Cow;
use std::fmt;

use smol_str::SmolStr;

use super::{ComponentType, Guid, IdentifiedBy, LogicalName};
use crate::source::Span;

/// What names one component: everything a package may say to point at it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    /// The component type.
    pub kind: ComponentType,
    /// The name, for types that have one; for a row of a solution-aware table, the value of its single key.
    pub schema_name: Option<LogicalName>,
    /// The table the component belongs to, for columns, forms, views and their like.
    pub table: Option<LogicalName>,
    /// The record identifier.
    pub object_id: Option<Guid>,
    /// Alternate keys of a row of a solution-aware table, sorted by name: `schemaname`, `uniquename`, …
    pub keys: Vec<(Box<str>, Box<str>)>,
    /// What people call it; never used to match.
    pub display_name: Option<Box<str>>,
}

/// One way to find a component: two components with an equal address are the same one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Address {
    /// By record identifier.
    Id(ComponentType, Guid),
    /// By name.
    Name(ComponentType, LogicalName),
    /// By name within a table.
    InTable(ComponentType, LogicalName, LogicalName),
    /// By several alternate keys, `name=value` sorted and joined.
    Keys(ComponentType, LogicalName),
}

impl Address {
    /// Whether it is that of a component of this numbered type.
    pub fn is_of(&self, number: u32) -> bool {
        let (Self::Id(kind, _)
        | Self::Name(kind, _)
        | Self::InTable(kind, ..)
        | Self::Keys(kind, _)) = self;
        *kind == ComponentType::Number(number)
    }
}

impl Identity {
    /// An identity of which only the type is known yet.
    pub fn of(kind: ComponentType) -> Self {
        Self {
            kind,
            schema_name: None,
            table: None,
            object_id: None,
            keys: Vec::new(),
            display_name: None,
        }
    }

    /// The same identity with a name; an empty one is no name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.schema_name = Some(LogicalName::new(name)).filter(|name| !name.is_empty());
        self
    }

    /// The same identity with a record identifier.
    #[must_use]
    pub fn with_id(mut self, id: Option<Guid>) -> Self {
        self.object_id = id;
        self
    }

    /// The same identity within a table.
    #[must_use]
    pub fn in_table(mut self, table: Option<LogicalName>) -> Self {
        self.table = table;
        self
    }

    /// Takes alternate keys. A single key is also the component's name or, when it is a GUID, its identifier, so that
    /// `id.schemaname="x"` and `schemaName="x"` point at one component.
    #[must_use]
    pub fn with_keys(mut self, mut keys: Vec<(Box<str>, Box<str>)>) -> Self {
        keys.sort();
        if let [(_, value)] = keys.as_slice() {
            match value.parse() {
                Ok(id) => self.object_id = self.object_id.or(Some(id)),
                Err(_) if self.schema_name.is_none() => self = self.named(&value.clone()),
                Err(_) => {}
            }
        }
        self.keys = keys;
        self
    }

    /// The most telling address of [`Identity::addresses`]; none where nothing identifies the component.
    pub fn address(&self) -> Option<Address> {
        self.addresses().next()
    }

    /// Every address this identity answers to, the most telling first. Each is made when it is asked for.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        let by = self.kind.identified_by();
        let first = match by {
            IdentifiedBy::Name => self.by_name().or_else(|| self.nameless_site_map()),
            IdentifiedBy::NameInTable => self.by_name_in_table(),
            IdentifiedBy::Id | IdentifiedBy::IdOrName => {
                self.object_id.map(|id| Address::Id(self.kind.clone(), id))
            }
        };
        let second = move || {
            // A record with several keys is unique by all of them; its own name alone repeats in other parents.
            let named = || self.by_name_in_table().or_else(|| self.by_name());
            (by == IdentifiedBy::IdOrName).then(|| self.by_keys().or_else(named))?
        };
        first
            .into_iter()
            .chain(std::iter::once_with(second).flatten())
    }

    fn by_name(&self) -> Option<Address> {
        let name = self.schema_name.clone()?;
        Some(Address::Name(self.kind.clone(), name))
    }

    fn by_name_in_table(&self) -> Option<Address> {
        let (table, name) = (self.table.clone()?, self.schema_name.clone()?);
        Some(Address::InTable(self.kind.clone(), table, name))
    }

    /// Whether it is a row that joins two others: its keys are looked up in theirs, `msdyn_sequenceid.msdyn_sequenceid`.
    pub fn is_pair(&self) -> bool {
        let dotted = self.keys.iter().filter(|(key, _)| key.contains('.'));
        dotted.count() > 1
    }

    /// Whether it joins two of one type, each with the other: connection roles that match.
    fn is_mutual(&self) -> bool {
        matches!(&self.kind, ComponentType::Table(table) if table.as_str() == "connectionroleassociation")
    }

    /// By several alternate keys; a single one is the name or the identifier.
    fn by_keys(&self) -> Option<Address> {
        if self.keys.len() < 2 {
            return None;
        }
        let mut keys: Vec<(&str, &str)> = self
            .keys
            .iter()
            .map(|(key, value)| (&**key, &**value))
            .collect();
        if self.is_mutual() {
            // Which of the two is written first says nothing.
            let mut values: Vec<&str> = keys.iter().map(|(_, value)| *value).collect();
            values.sort_unstable();
            for (key, value) in keys.iter_mut().zip(values) {
                key.1 = value;
            }
        }
        let keys = keys.into_iter();
        let text: Vec<_> = keys.map(|(key, value)| format!("{key}={value}")).collect();
        let text = LogicalName::new(&text.join("&"));
        Some(Address::Keys(self.kind.clone(), text))
    }

    /// The name in its own case, for the type whose names are said to differ by case, so that two components named alike
    /// but for case are not surely one: web resources.
    pub fn cased_name(&self) -> Option<&str> {
        const WEB_RESOURCE: ComponentType = ComponentType::Number(61);
        let name = self.schema_name.as_ref()?;
        (self.kind == WEB_RESOURCE).then_some(name.as_str())
    }

    /// The classic site map has neither name nor identifier; there is one per environment.
    fn nameless_site_map(&self) -> Option<Address> {
        const SITE_MAP: ComponentType = ComponentType::Number(62);
        (self.kind == SITE_MAP && self.object_id.is_none())
            .then(|| Address::Name(SITE_MAP, LogicalName::new("")))
    }

    /// Whether a record identifier speaks for the same component: it does unless both are known and differ, and the type
    /// is one whose identifiers mean something.
    pub fn agrees_with(&self, id: Option<Guid>) -> bool {
        let differs = matches!((self.object_id, id), (Some(a), Some(b)) if a != b);
        !differs || self.kind.identified_by().ignores_id()
    }

    /// Every name that people may write for it: with its table where it lies in one, the name, the display name and the values
    /// of its keys.
    pub fn written_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let in_table = self.kind.identified_by() == IdentifiedBy::NameInTable;
        let of_table = in_table.then(|| {
            let (table, name) = (self.table.as_ref()?, self.schema_name.as_ref()?);
            Some(Cow::Owned(format!("{table}.{name}")))
        });
        let others = || {
            let name = self.schema_name.as_ref().map(LogicalName::as_str);
            let keys = self.keys.iter().map(|(_, value)| &**value);
            name.into_iter()
                .chain(self.display_name.as_deref())
                .chain(keys)
        };
        // A column's name alone means nothing.
        let is_column = self.kind == ComponentType::Number(2);
        let others = (!is_column).then(others).into_iter().flatten();
        of_table
            .flatten()
            .into_iter()
            .chain(others.map(Cow::Borrowed))
    }

    /// Whether both point at one component.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.agrees_with(other.object_id) && {
            let theirs: Vec<_> = other.addresses().collect();
            self.addresses().any(|mine| theirs.contains(&mine))
        }
    }
}

impl fmt::Display for Identity {
    /// As people name it: `column lead.cts_region`, `form "Information" of lead`, `process "Approve" {…}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind.label())?;
        let by_name = self.kind.identified_by().ignores_id();
        match (&self.schema_name, &self.display_name) {
            (Some(name), _) if by_name => match &self.table {
                Some(table) if self.kind.identified_by() == IdentifiedBy::NameInTable => {
                    return write!(f, " {table}.{name}");
                }
                _ => return write!(f, " {name}"),
            },
            (_, Some(display)) => write!(f, " \"{display}\"")?,
            (Some(name), None) => write!(f, " {name}")?,
            (None, None) => match (&self.object_id, self.keys.as_slice()) {
                (Some(id), _) => write!(f, " {id}")?,
                (None, []) => {}
                (None, keys) => {
                    let text: Vec<_> = keys
                        .iter()
                        .map(|(key, value)| format!("{key}={value}"))
                        .collect();
                    write!(f, " {}", text.join(", "))?;
                }
            },
        }
        match &self.table {
            Some(table) => write!(f, " of {table}"),
            None => Ok(()),
        }
    }
}

/// The number of a component within its [`Solution`](super::Solution).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ComponentId(pub u32);

impl ComponentId {
    /// The position in the solution's list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whether a package defines a component or only adds to one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The package holds the definition: importing creates or replaces the component.
    Package,
    /// The package holds a layer only: the base must exist in the target. True of tables with root behavior 1 or 2, of
    /// items marked `unmodified`, and of forms, apps and site maps that are written as differences (`solutionaction`).
    Layered,
}

/// A file of the package that a component names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The path as the component writes it, such as `/Workflows/Approve-….json`.
    pub path: Box<str>,
    /// Where it is written.
    pub span: Span,
    /// How large it is, in bytes, where the package has it.
    pub bytes: Option<u64>,
}

/// A component of a solution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Component {
    /// What names it.
    pub identity: Identity,
    /// Whether it is defined here or only layered.
    pub origin: Origin,
    /// The component it travels with: a column's table, a step image's step.
    pub parent: Option<ComponentId>,
    /// The leaf values of its definition that later steps ask for, under the platform's own names.
    pub properties: Vec<(Cow<'static, str>, SmolStr)>,
    /// The files it names.
    pub parts: Vec<Part>,
    /// Its definition.
    pub span: Span,
    /// A digest of its definition and of its files, where versions are to be compared.
    pub content: Option<u64>,
}

impl Component {
    /// A value of its definition, by the platform's name for it (exact case).
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether another definition of the same component has the same content, as far as that was compared.
    pub fn is_same_content(&self, other: &Self) -> bool {
        self.content.is_some() && self.content == other.content
    }

    /// The table the component is about: the one it belongs to, or a process's primary table.
    pub fn about(&self) -> Option<LogicalName> {
        let primary = || self.property("PrimaryEntity").map(LogicalName::new);
        let table = self.identity.table.clone().or_else(primary);
        // `none` is written where there is no table.
        table.filter(|table| !table.is_empty() && *table != *"none")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(kind: &str, keys: &[(&str, &str)]) -> Identity {
        let keys = keys
            .iter()
            .map(|&(key, value)| (key.into(), value.into()))
            .collect();
        Identity::of(ComponentType::parse(kind)).with_keys(keys)
    }

    #[test]
    fn a_single_key_is_also_the_name() {
        let by_key = keyed(
            "connectionreference",
            &[("connectionreferencelogicalname", "cts_sql")],
        );
        let by_name = Identity::of(ComponentType::parse("ConnectionReference")).named("CTS_SQL");
        assert!(by_key.is_same_as(&by_name));
    }

    #[test]
    fn a_single_guid_key_is_the_identifier() {
        let id = "11111111-2222-4333-8444-555555555555";
        let by_key = keyed("dvtablesearch", &[("dvtablesearchid", id)]);
        let by_id = Identity::of(ComponentType::parse("DVTableSearch")).with_id(id.parse().ok());
        assert!(by_key.is_same_as(&by_id));
    }

    #[test]
    fn views_of_one_name_are_different_components() {
        let view = |id: &str| {
            Identity::of(ComponentType::Number(26))
                .named("Active Orders")
                .with_id(id.parse().ok())
        };
        let (a, b) = (
            view("11111111-2222-4333-8444-555555555555"),
            view("21111111-2222-4333-8444-555555555555"),
        );
        assert!(!a.is_same_as(&b));
    }

    #[test]
    fn a_column_is_named_with_its_table() {
        let column = Identity::of(ComponentType::Number(2))
            .named("cts_region")
            .in_table(Some("lead".into()));
        assert_eq!(column.to_string(), "column lead.cts_region");
    }
}
