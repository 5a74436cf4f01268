//! `$metadata`: the CSDL document of the Web API, which every user can read.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents and the pages after it on
//! entity types, properties and navigation properties.

mod relationships;

use roxmltree::Node;
use rustc_hash::{FxHashMap, FxHashSet};

use super::document::{Document, line_column};
use super::{Facts, ImportOptions};
use crate::target::manifest::{
    ColumnDetails, ColumnRow, Coverage, CoverageOf, SourceKind, TableRow, TargetManifest,
};
use crate::target::read::Mistake;
use crate::xml::{self, XmlFailure};

/// The type that all tables come from.
const BASE: &str = "crmbaseentity";

/// The type that definitions of tables, columns and relationships come from.
const DEFINITION: &str = "crmmodelbaseentity";

/// The type that users and teams have in common, which owns rows.
const PRINCIPAL: &str = "principal";

/// The most tables of principals: users and teams are two.
const PRINCIPALS: usize = 16;

/// The most that inherited columns may take together, in bytes: fifty activity tables inherit sixty columns
/// each.
const INHERITED_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    document.root() == Some("Edmx")
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Xml(text) = document else {
        return Err(document.unrecognised());
    };
    let parsed = xml::parse(text, &options.packages.limits);
    let parsed = parsed.map_err(|failure| damaged(text, &failure))?;
    let model = Model::of(parsed.root_element());
    if !model.types.iter().any(|of| of.name == BASE) {
        return Err(Mistake::new(
            "it is the $metadata of another service: no type of it is a table of Dataverse",
            "Save the whole answer to GET /api/data/v9.2/$metadata of the environment.",
        ));
    }
    let manifest = TargetManifest {
        relationships: relationships::rows(&model),
        tables: tables(&model)?,
        coverage: [
            ("tables", Coverage::complete(CoverageOf::Metadata)),
            ("columns", Coverage::complete(CoverageOf::Metadata)),
            ("relationships", Coverage::partial()),
        ]
        .map(|(family, coverage)| (family.into(), coverage))
        .into(),
        ..TargetManifest::default()
    };
    let columns: usize = manifest.tables.iter().map(|row| row.columns.len()).sum();
    let rows = manifest.tables.len() + columns + manifest.relationships.len();
    Ok(vec![Facts {
        kind: SourceKind::Csdl,
        label: format!("$metadata with {} tables", manifest.tables.len()),
        rows: rows as u64,
        manifest,
        ..Facts::default()
    }])
}

fn damaged(text: &str, failure: &XmlFailure) -> Mistake {
    if let Some(exceeded) = failure.exceeded {
        return Mistake::new(format!("it has {}", failure.detail), exceeded.remedy());
    }
    let (line, column) = line_column(text, text.floor_char_boundary(failure.offset as usize));
    let detail = &failure.detail;
    Mistake::new(
        format!("its XML is damaged in line {line}, column {column}: {detail}"),
        "Save the whole answer to GET /api/data/v9.2/$metadata again.",
    )
}

/// What the document says, as it is written.
struct Model<'a> {
    types: Vec<EntityType<'a>>,
    by_name: FxHashMap<&'a str, usize>,
    /// Entity sets by the type of their rows.
    sets: FxHashMap<&'a str, &'a str>,
}

#[derive(Default)]
struct EntityType<'a> {
    name: &'a str,
    base: Option<&'a str>,
    is_abstract: bool,
    /// Names and types.
    properties: Vec<(&'a str, &'a str)>,
    navigations: Vec<Navigation<'a>>,
}

/// A navigation property: one end of a relationship.
struct Navigation<'a> {
    name: &'a str,
    /// The table at the other end.
    to: &'a str,
    is_collection: bool,
    /// The navigation property of the other end.
    partner: Option<&'a str>,
    /// The lookup's property, `_name_value`.
    property: Option<&'a str>,
}

/// A name without its namespace or alias.
fn local(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, local)| local)
}

/// The column of a lookup's property.
fn lookup(property: &str) -> Option<&str> {
    property.strip_prefix('_')?.strip_suffix("_value")
}

impl<'a> Model<'a> {
    fn of(root: Node<'a, '_>) -> Self {
        let mut model = Self {
            types: Vec::new(),
            by_name: FxHashMap::default(),
            sets: FxHashMap::default(),
        };
        let named = |node: Node<'a, '_>, name| {
            let children = node.children();
            children.filter(move |child| child.tag_name().name() == name)
        };
        let schemas = named(root, "DataServices").flat_map(|services| named(services, "Schema"));
        for element in schemas.flat_map(|schema| schema.children()) {
            match element.tag_name().name() {
                "EntityType" => model.add_type(element),
                "EntityContainer" => {
                    for set in named(element, "EntitySet") {
                        if let (Some(name), Some(of)) =
                            (set.attribute("Name"), set.attribute("EntityType"))
                        {
                            model.sets.entry(local(of)).or_insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
        model
    }

    fn add_type(&mut self, element: Node<'a, '_>) {
        let Some(name) = element.attribute("Name") else {
            return;
        };
        let mut of = EntityType {
            name,
            base: element.attribute("BaseType").map(local),
            is_abstract: element.attribute("Abstract") == Some("true"),
            ..EntityType::default()
        };
        for child in element.children() {
            match child.tag_name().name() {
                "Property" => {
                    let (name, kind) = (child.attribute("Name"), child.attribute("Type"));
                    of.properties.extend(name.zip(kind));
                }
                "NavigationProperty" => of.navigations.extend(navigation(child)),
                _ => {}
            }
        }
        self.by_name.entry(name).or_insert(self.types.len());
        self.types.push(of);
    }

    fn named(&self, name: &str) -> Option<&EntityType<'a>> {
        self.types.get(*self.by_name.get(name)?)
    }

    /// The types that a type inherits from, the nearest first. No chain of the platform is as long as is allowed here.
    fn ancestors(&self, of: &EntityType<'a>) -> impl Iterator<Item = &EntityType<'a>> {
        let base = |of: &EntityType<'a>| of.base.and_then(|base| self.named(base));
        std::iter::successors(base(of), move |of| base(of)).take(16)
    }

    /// Whether a type is a table: it has columns and no part in the definitions of tables, which are types themselves and
    /// come from one of their own. `principal` is what users and teams have in common.
    fn is_table(&self, of: &EntityType<'a>) -> bool {
        !of.properties.is_empty()
            && of.name != PRINCIPAL
            && (!of.is_abstract || self.sets.contains_key(of.name))
            && !self
                .ancestors(of)
                .any(|ancestor| ancestor.name == DEFINITION)
    }
}

fn navigation<'a>(element: Node<'a, '_>) -> Option<Navigation<'a>> {
    let kind = element.attribute("Type")?;
    let collection = kind.strip_prefix("Collection(");
    let collection = collection.and_then(|kind| kind.strip_suffix(')'));
    let mut children = element.children();
    let constraint = children.find(|child| child.tag_name().name() == "ReferentialConstraint");
    Some(Navigation {
        name: element.attribute("Name")?,
        to: local(collection.unwrap_or(kind)),
        is_collection: collection.is_some(),
        partner: element.attribute("Partner"),
        property: constraint.and_then(|constraint| constraint.attribute("Property")),
    })
}

fn tables(model: &Model<'_>) -> Result<Vec<TableRow>, Mistake> {
    let principals = model.types.iter();
    let principals: Vec<&str> = principals
        .filter(|of| of.base == Some(PRINCIPAL))
        .map(|of| of.name)
        .take(PRINCIPALS)
        .collect();
    let mut inherited = 0;
    let mut rows = Vec::new();
    for of in model.types.iter().filter(|of| model.is_table(of)) {
        let mut columns = columns(of, &principals);
        for ancestor in model.ancestors(of) {
            if ancestor.properties.is_empty() {
                continue;
            }
            let own: FxHashSet<String> = columns.iter().map(|row| row.0.name.clone()).collect();
            let names = ancestor.properties.iter().map(|(name, _)| name.len());
            inherited += names
                .map(|bytes| bytes + size_of::<ColumnRow>())
                .sum::<usize>();
            if inherited > INHERITED_BYTES {
                return Err(Mistake::new(
                    "its tables inherit more columns than any environment has",
                    "Find out where the file comes from.",
                ));
            }
            let more = self::columns(ancestor, &principals).into_iter();
            columns.extend(more.filter(|row| !own.contains(&row.0.name)));
        }
        rows.push(TableRow {
            name: of.name.into(),
            entity_set: model.sets.get(of.name).map(|set| (*set).into()),
            columns,
            ..TableRow::default()
        });
    }
    Ok(rows)
}

/// The columns that a type declares itself.
fn columns(of: &EntityType<'_>, principals: &[&str]) -> Vec<ColumnRow> {
    let mut targets = FxHashMap::<&str, Vec<&str>>::default();
    for navigation in &of.navigations {
        if let Some(property) = navigation.property.filter(|_| navigation.to != BASE) {
            let targets = targets.entry(property).or_default();
            match navigation.to {
                PRINCIPAL => targets.extend(principals),
                table => targets.push(table),
            }
        }
    }
    let decimals = of.properties.iter().filter(|(_, kind)| *kind == DECIMAL);
    let decimals: FxHashSet<&str> = decimals.map(|(name, _)| *name).collect();
    let columns = of.properties.iter().map(|&(property, kind)| {
        let mut row = ColumnDetails::default();
        if let Some(name) = lookup(property) {
            let mut targets = targets.remove(property).unwrap_or_default();
            targets.sort_unstable();
            targets.dedup();
            row.name = name.into();
            row.kind = Some(if name == "ownerid" { "Owner" } else { "Lookup" }.into());
            row.targets = targets.into_iter().map(Into::into).collect();
        } else {
            row.name = property.into();
            row.kind = type_of(property, kind, &decimals).map(Into::into);
        }
        ColumnRow(row)
    });
    columns.collect()
}

const DECIMAL: &str = "Edm.Decimal";

/// The types of columns that the types of properties tell surely. An integer may be a choice, and a string a text, a list of
/// choices or the name of a table.
///
/// Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties, "Primitive types".
const TYPES: [(&str, &str); 7] = [
    ("Edm.Boolean", "Boolean"),
    ("Edm.Date", "DateTime"),
    ("Edm.DateTimeOffset", "DateTime"),
    ("Edm.Double", "Double"),
    ("Edm.Guid", "Uniqueidentifier"),
    ("Edm.Int64", "BigInt"),
    (DECIMAL, "Decimal"),
];

/// The type of a column, as metadata names it. An amount of money is a decimal that has another one beside it, with its value
/// in the base currency.
fn type_of(name: &str, kind: &str, decimals: &FxHashSet<&str>) -> Option<&'static str> {
    if kind.ends_with("ManagedProperty") {
        return Some("ManagedProperty");
    }
    let in_base = |name: &str| decimals.contains(&*format!("{name}_base"));
    let is_money = || {
        let source = name.strip_suffix("_base");
        in_base(name) || source.is_some_and(|source| decimals.contains(source))
    };
    if kind == DECIMAL && is_money() {
        return Some("Money");
    }
    let known = TYPES.iter().find(|(edm, _)| *edm == kind);
    known.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests;
