//! Solution packages of what is installed: everything they hold is there, and so is what they require, for without it the
//! import would have failed.

use super::inventory::{Inventory, variable_type};
use super::{Document, Facts, ImportOptions};
use crate::error::Error;
use crate::model::{
    Component, ComponentType, Identity, Manifest, MissingDependency, PackageType, Solution,
    SupplierOrigin, column_type,
};
use crate::package::{Layout, Opened, locate, open};
use crate::parse::parse;
use crate::target::manifest::{
    ColumnDetails, Coverage, PublisherRow, RelationshipKind, RelationshipRow, SolutionRow,
    SourceKind, TargetManifest,
};
use crate::target::read::Mistake;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    matches!(document, Document::Package(_))
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Package(path) = document else {
        return Ok(Vec::new());
    };
    let unreadable = |error: Error| mistake(path, error);
    let mut facts = Vec::new();
    for location in locate(&[(*path).to_owned()]) {
        for opened in open(&location.map_err(unreadable)?, &options.packages) {
            let package = match opened {
                Opened::Package(package) => package,
                Opened::Failed(error) => return Err(unreadable(error)),
                // Searching a folder meets archives of other sorts.
                Opened::PassedOver(_) => continue,
            };
            let solution = parse(&package).map_err(unreadable)?.solution;
            let mut inventory = held_by(&solution);
            // A table can be there without its metadata in the package: what is in it is in the table.
            for row in &solution.manifest.missing_dependencies {
                require(row, &mut inventory);
            }
            facts.push(facts_of(package.layout(), &solution, inventory)?);
        }
    }
    if facts.is_empty() {
        return Err(Mistake::new(
            "it holds no solution",
            "Give an exported solution zip, or a folder that holds one.",
        ));
    }
    Ok(facts)
}

/// What a package that was read would say of an environment in which it is installed, with the sort of source it is;
/// nothing where the solution has no name or no version.
///
/// What the solution requires is not among it: that a package would be imported does not show that it is there.
pub(in crate::target) fn rows_of(
    layout: Layout,
    solution: &Solution,
    kept: &[&Identity],
) -> Option<(SourceKind, TargetManifest)> {
    let mut inventory = held_by(solution);
    for identity in kept {
        inventory.add(identity);
    }
    let facts = facts_of(layout, solution, inventory).ok()?;
    Some((facts.kind, facts.manifest))
}

/// What is wrong with a package, or with one inside it.
fn mistake(path: &str, error: Error) -> Mistake {
    match error {
        Error::Unreadable {
            path: of,
            what,
            remedy,
            ..
        } if of != path => Mistake::new(format!("{of} {what}"), remedy),
        Error::Unreadable { what, remedy, .. }
        | Error::Usage { what, remedy }
        | Error::Target { what, remedy, .. } => Mistake::new(what, remedy),
    }
}

/// The files of a solution that could not be read.
fn unread(solution: &Solution) -> Vec<&str> {
    let mut files: Vec<&str> = solution.unread().map(|flaw| &*flaw.subject).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// What a solution holds.
fn held_by(solution: &Solution) -> Inventory {
    let mut inventory = Inventory::default();
    for component in &solution.components {
        if inventory.add(&component.identity) {
            details(component, &mut inventory);
        }
    }
    for row in &mut inventory.manifest.components {
        row.solution = Some(solution.manifest.name().to_owned());
    }
    inventory
}

/// The rows of a solution, with what was found to come with it.
fn facts_of(layout: Layout, solution: &Solution, inventory: Inventory) -> Result<Facts, Mistake> {
    let manifest = &solution.manifest;
    let name = manifest.name();
    let version = manifest.version().map(|version| version.to_string());
    let managed = manifest.package_type == PackageType::Managed;
    let (false, Some(version)) = (name.is_empty(), version) else {
        return Err(Mistake::new(
            "its solution has no name or no version",
            "Export the solution again.",
        ));
    };
    let (mut rows, count) = inventory.finish();
    add_solution(manifest, &version, &mut rows);
    let (kind, what) = match layout {
        Layout::Zip => (SourceKind::SolutionZip, "package"),
        Layout::Unzipped | Layout::SolutionPackager | Layout::Yaml => {
            (SourceKind::SolutionFolder, "folder")
        }
    };
    let sort = manifest.package_type.name();
    let unread = unread(solution);
    let mut notes = Vec::new();
    if let [first, more @ ..] = unread.as_slice() {
        let more = match more.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        notes.push(format!(
            "{first}{more} could not be read, so what the package lacks is not known; 'solvet check' says why"
        ));
    }
    Ok(Facts {
        kind,
        label: format!("{what} of solution {name} {version}, {sort}"),
        rows: count,
        manifest: rows,
        // The version says that the package shows all of that version.
        solution: Some((
            name.to_owned(),
            Some(version).filter(|_| unread.is_empty()),
            managed,
        )),
        notes,
        ..Facts::default()
    })
}

/// Enters what the package needs and does not bring. It comes from the solution that supplied it.
fn require(row: &MissingDependency, inventory: &mut Inventory) {
    let before = inventory.manifest.components.len();
    inventory.add(&row.required);
    if row.supplier.origin() == SupplierOrigin::Solution {
        for added in &mut inventory.manifest.components[before..] {
            added.solution = Some(row.supplier.solution.as_str().to_owned());
        }
    }
}

/// The solution itself and its publisher.
fn add_solution(manifest: &Manifest, version: &str, rows: &mut TargetManifest) {
    let publisher = manifest.publisher.as_ref();
    let publisher_name = publisher.and_then(|publisher| publisher.unique_name.as_ref());
    let publisher_name = publisher_name.map(|name| name.value.to_string());
    let prefix = publisher.and_then(|publisher| publisher.prefix.as_ref());
    let prefix = prefix.map(|prefix| prefix.value.to_string());
    let parent = manifest.parent_solution.as_ref();
    rows.solutions.push(SolutionRow {
        name: manifest.name().to_owned(),
        version: Some(version.to_owned()),
        managed: Some(manifest.package_type == PackageType::Managed),
        publisher: publisher_name.clone(),
        prefix: prefix.clone(),
        patch_of: parent.map(|parent| parent.value.as_str().to_owned()),
        ..SolutionRow::default()
    });
    rows.coverage
        .insert("solutions".to_owned(), Coverage::partial());
    if let (Some(publisher), Some(name)) = (publisher, publisher_name) {
        let value = publisher.option_value_prefix.as_ref();
        rows.publishers.push(PublisherRow {
            name,
            prefix,
            option_value_prefix: value.and_then(|value| value.value.trim().parse().ok()),
            src: None,
        });
    }
}

/// What the definition of a component says beyond its name.
fn details(component: &Component, inventory: &mut Inventory) {
    let identity = &component.identity;
    let property = |key: &str| component.property(key).map(str::to_owned);
    match (&identity.kind, &identity.schema_name, &identity.table) {
        (ComponentType::Number(1), Some(name), _) => {
            let row = inventory.table(name);
            row.schema_name = property("Name");
            row.entity_set = property("EntitySetName");
            row.ownership = property("OwnershipTypeMask");
        }
        (ComponentType::Number(2), Some(name), Some(table)) => {
            column(component, inventory.column(table, name));
            if component.property("IsPrimaryName").is_some() {
                inventory.table(table).primary_name = Some(name.as_str().to_ascii_lowercase());
            }
        }
        (ComponentType::Number(14), Some(name), Some(table)) => {
            let columns = component.property("EntityKeyAttributes");
            let columns = columns.into_iter().flat_map(|list| list.split(','));
            let columns = columns.map(|column| column.trim().to_ascii_lowercase());
            let columns = columns.filter(|column| !column.is_empty()).collect();
            if let Some(row) = inventory.key(table, name) {
                row.columns = columns;
            }
        }
        (ComponentType::Number(26), ..) => {
            if let Some(row) = inventory.manifest.components.last_mut() {
                let kind = component.property("querytype");
                row.view_type = kind.and_then(|kind| kind.trim().parse().ok());
            }
        }
        (ComponentType::Number(10), ..) => {
            if let Some(row) = inventory.manifest.relationships.last_mut() {
                relationship(component, row);
            }
        }
        (ComponentType::Table(table), ..) if *table == *"connectionreference" => {
            if let Some(row) = inventory.manifest.connection_references.last_mut() {
                row.connector = property("connectorid");
            }
        }
        (ComponentType::Table(table), ..) if *table == *"environmentvariabledefinition" => {
            if let Some(row) = inventory.manifest.environment_variables.last_mut() {
                let code = component.property("type");
                let code = code.and_then(|code| code.trim().parse().ok());
                row.kind = code.and_then(variable_type).map(str::to_owned);
                row.has_default = Some(component.property("defaultvalue").is_some());
            }
        }
        _ => {}
    }
}

fn column(component: &Component, row: &mut ColumnDetails) {
    let kind = component.property("Type").and_then(column_type);
    row.kind = kind.map(str::to_owned);
    row.schema_name = component.property("PhysicalName").map(str::to_owned);
    let length = component.property("MaxLength");
    row.max_length = length.and_then(|length| length.trim().parse().ok());
    row.choice = component.property("OptionSetName").map(str::to_owned);
}

fn relationship(component: &Component, row: &mut RelationshipRow) {
    let property = |key: &str| component.property(key).map(str::to_owned);
    let kind = component.property("EntityRelationshipType");
    if kind == Some("ManyToMany") {
        row.kind = Some(RelationshipKind::ManyToMany);
        row.referencing = property("FirstEntityName");
        row.referenced = property("SecondEntityName");
        row.intersect = property("IntersectEntityName");
    } else {
        row.kind = kind.map(|_| RelationshipKind::OneToMany);
        row.referencing = property("ReferencingEntityName");
        row.column = property("ReferencingAttributeName");
        row.referenced = property("ReferencedEntityName");
    }
}
