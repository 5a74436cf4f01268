//! What a manifest lists, as identities.

use super::manifest::{AbsentRow, ComponentRow, TargetManifest};
use crate::model::{ComponentType, Guid, Identity, LogicalName};
use rustc_hash::FxHashMap;

impl ComponentRow {
    /// The component it means.
    pub(super) fn identity(&self) -> Identity {
        let keys = self.key.iter();
        let keys = keys.map(|(key, value)| (key.as_str().into(), value.as_str().into()));
        identity(
            &self.kind.0,
            self.name.as_ref(),
            self.id.as_ref(),
            self.parent.as_ref(),
        )
        .with_keys(keys.collect())
    }
}

impl AbsentRow {
    /// The component it means.
    pub(super) fn identity(&self) -> Identity {
        let keys = self.key.iter();
        let keys = keys.map(|(key, value)| (key.as_str().into(), value.as_str().into()));
        identity(
            &self.kind.0,
            self.name.as_ref(),
            self.id.as_ref(),
            self.parent.as_ref(),
        )
        .with_keys(keys.collect())
    }
}

fn identity(
    kind: &ComponentType,
    name: Option<&String>,
    id: Option<&String>,
    parent: Option<&String>,
) -> Identity {
    let identity = Identity::of(kind.clone())
        .with_id(id.and_then(|id| id.parse().ok()))
        .in_table(parent.map(|parent| LogicalName::new(parent)));
    match name {
        Some(name) => identity.named(name),
        None => identity,
    }
}

/// Everything a manifest lists as present, each with its source.
pub(super) fn listed_identities(manifest: &TargetManifest) -> Vec<(Identity, Option<&str>)> {
    let named = |kind: &str, name: &str| Identity::of(ComponentType::parse(kind)).named(name);
    let mut rows = Vec::new();
    for table in &manifest.tables {
        let src = table.src.as_deref();
        rows.push((named("1", &table.name), src));
        let within = Some(LogicalName::new(&table.name));
        let columns = table.columns.iter().map(|column| ("2", &column.0.name));
        let keys = table.keys.iter().map(|key| ("14", key));
        rows.extend(
            columns
                .chain(keys)
                .map(|(kind, name)| (named(kind, name).in_table(within.clone()), src)),
        );
    }
    let relationships = manifest.relationships.iter();
    rows.extend(relationships.map(|row| (named("10", &row.name), row.src.as_deref())));
    let choices = manifest.choices.iter();
    rows.extend(choices.map(|row| (named("9", &row.name), row.src.as_deref())));
    let references = manifest.connection_references.iter();
    rows.extend(
        references.map(|row| (named("connectionreference", &row.name), row.src.as_deref())),
    );
    let variables = manifest.environment_variables.iter();
    rows.extend(variables.map(|row| {
        let identity = named("environmentvariabledefinition", &row.name);
        (identity, row.src.as_deref())
    }));
    rows.extend(
        manifest
            .connectors
            .iter()
            .map(|name| (named("372", name), None)),
    );
    rows.extend(listed_components(manifest));
    rows
}

/// The rows of `components`. Inventories name tables, columns and their like by metadata ids, which say nothing by
/// themselves; where the manifest has the ids of its tables and columns, they are the names.
fn listed_components(manifest: &TargetManifest) -> Vec<(Identity, Option<&str>)> {
    let by_id = |row: &ComponentRow| row.id.is_some() && row.identity().address().is_none();
    let names = if manifest.components.iter().any(by_id) {
        names_of_metadata(manifest)
    } else {
        FxHashMap::default()
    };
    let rows = manifest.components.iter().map(|row| {
        let identity = row.identity();
        let name = || {
            names
                .get(&(identity.kind.clone(), identity.object_id?))
                .cloned()
        };
        let translated = if identity.address().is_none() {
            name()
        } else {
            None
        };
        (translated.unwrap_or(identity), row.src.as_deref())
    });
    rows.collect()
}

/// Tables, columns, relationships and choices by their metadata ids.
fn names_of_metadata(manifest: &TargetManifest) -> FxHashMap<(ComponentType, Guid), Identity> {
    let mut names = FxHashMap::default();
    let mut add = |identity: Identity, id: &Option<String>| {
        if let Some(id) = id.as_ref().and_then(|id| id.parse().ok()) {
            names.insert((identity.kind.clone(), id), identity);
        }
    };
    let of = |kind: u32, name: &str| Identity::of(ComponentType::number(kind)).named(name);
    for table in &manifest.tables {
        add(of(1, &table.name), &table.id);
        for column in table.columns.iter().map(|column| &column.0) {
            let within = Some(LogicalName::new(&table.name));
            add(of(2, &column.name).in_table(within), &column.id);
        }
    }
    for row in &manifest.relationships {
        add(of(10, &row.name), &row.id);
    }
    for row in &manifest.choices {
        add(of(9, &row.name), &row.id);
    }
    names
}
