//! Solution packages of what is installed: everything they hold is there, and so is what they require, for without it the
//! import would have failed.

use super::inventory::Inventory;
use super::{Document, Facts, ImportOptions};
use crate::error::Error;
use crate::model::{Component, ComponentType, Manifest, PackageType, Solution};
use crate::package::{Layout, Opened, Package, locate, open};
use crate::parse::parse;
use crate::target::manifest::{Coverage, PublisherRow, SolutionRow, SourceKind, TargetManifest};
use crate::target::read::Mistake;

/// Types of columns: as solution files name them, and as metadata does.
///
/// Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/attributetypecode; the names in files
/// are those of public exports.
const COLUMN_TYPES: [(&str, &str); 18] = [
    ("bigint", "BigInt"),
    ("bit", "Boolean"),
    ("customer", "Customer"),
    ("datetime", "DateTime"),
    ("decimal", "Decimal"),
    ("float", "Double"),
    ("int", "Integer"),
    ("lookup", "Lookup"),
    ("money", "Money"),
    ("multiselectpicklist", "MultiSelectPicklist"),
    ("ntext", "Memo"),
    ("nvarchar", "String"),
    ("owner", "Owner"),
    ("partylist", "PartyList"),
    ("picklist", "Picklist"),
    ("primarykey", "Uniqueidentifier"),
    ("state", "State"),
    ("status", "Status"),
];

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
    let unreadable = |error: Error| match error {
        Error::Unreadable { what, remedy, .. }
        | Error::Usage { what, remedy }
        | Error::Target { what, remedy, .. } => Mistake::new(what, remedy),
    };
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
            facts.push(facts_of(&package, &solution)?);
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

fn facts_of(package: &Package, solution: &Solution) -> Result<Facts, Mistake> {
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
    let mut inventory = Inventory::default();
    for component in &solution.components {
        if inventory.add(&component.identity) {
            details(component, &mut inventory);
        }
    }
    // A table can be there without its metadata in the package: what is in it is in the table.
    for row in &manifest.missing_dependencies {
        inventory.add(&row.required);
    }
    let (mut rows, count) = inventory.finish();
    for row in &mut rows.components {
        row.solution = Some(name.to_owned());
    }
    add_solution(manifest, &version, &mut rows);
    let (kind, what) = match package.layout() {
        Layout::Zip => (SourceKind::SolutionZip, "package"),
        Layout::Unzipped | Layout::SolutionPackager | Layout::Yaml => {
            (SourceKind::SolutionFolder, "folder")
        }
    };
    let sort = manifest.package_type.name();
    Ok(Facts {
        kind,
        label: format!("{what} of solution {name} {version}, {sort}"),
        rows: count,
        manifest: rows,
        solution: Some((name.to_owned(), Some(version), managed)),
        ..Facts::default()
    })
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
    match (&identity.kind, &identity.schema_name, &identity.table) {
        (ComponentType::Number(2), Some(name), Some(table)) => {
            let kind = component.property("Type").unwrap_or_default();
            let known = COLUMN_TYPES.iter().find(|(file, _)| *file == kind);
            if let Some((_, kind)) = known {
                inventory.column(table, name).kind = Some((*kind).to_owned());
            }
        }
        (ComponentType::Table(table), ..) if *table == *"connectionreference" => {
            if let Some(row) = inventory.manifest.connection_references.last_mut() {
                row.connector = component.property("connectorid").map(str::to_owned);
            }
        }
        _ => {}
    }
}
