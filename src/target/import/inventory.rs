//! Components turned into rows, each into the list that its type has.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::model::{ComponentType, Identity, LogicalName};
use crate::target::manifest::{
    ChoiceRow, ColumnDetails, ColumnRow, ComponentRow, ConnectionReferenceRow, Coverage,
    EnvironmentVariableRow, KeyDetails, KeyRow, RelationshipRow, TableRow, TargetManifest,
};
use crate::target::rows::{families_of, for_each_list};

/// Rows in the making: tables are found again, so that each gets all its columns and keys.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    pub(super) manifest: TargetManifest,
    tables: FxHashMap<LogicalName, usize>,
    columns: FxHashMap<(LogicalName, LogicalName), usize>,
    keys: FxHashMap<(LogicalName, LogicalName), usize>,
    rows: u64,
}

impl Inventory {
    /// The row of a table.
    pub(super) fn table(&mut self, name: &LogicalName) -> &mut TableRow {
        let tables = &mut self.manifest.tables;
        let index = *self.tables.entry(name.clone()).or_insert_with(|| {
            tables.push(TableRow {
                name: lower(name),
                ..TableRow::default()
            });
            tables.len() - 1
        });
        &mut tables[index]
    }

    /// The row of a column.
    pub(super) fn column(&mut self, table: &LogicalName, name: &LogicalName) -> &mut ColumnDetails {
        let place = (table.clone(), name.clone());
        let known = self.columns.get(&place).copied();
        let columns = &mut self.table(table).columns;
        let index = known.unwrap_or_else(|| {
            columns.push(ColumnRow(ColumnDetails {
                name: lower(name),
                ..ColumnDetails::default()
            }));
            columns.len() - 1
        });
        self.columns.insert(place, index);
        &mut self.table(table).columns[index].0
    }

    /// The row of a key that was entered.
    pub(super) fn key(
        &mut self,
        table: &LogicalName,
        name: &LogicalName,
    ) -> Option<&mut KeyDetails> {
        let index = *self.keys.get(&(table.clone(), name.clone()))?;
        let row = self.table(table).keys.get_mut(index)?;
        Some(&mut row.0)
    }

    /// Enters a component by what names it. Whether there was enough to name it.
    pub(super) fn add(&mut self, identity: &Identity) -> bool {
        if identity.address().is_none() {
            return false;
        }
        self.rows += 1;
        let name = identity.schema_name.as_ref();
        let text = || name.map_or(String::new(), |name| name.as_str().to_owned());
        match (&identity.kind, name, &identity.table) {
            (ComponentType::Number(1), Some(name), _) => {
                self.table(name);
            }
            (ComponentType::Number(2), Some(name), Some(table)) => {
                self.column(table, name);
            }
            (ComponentType::Number(14), Some(name), Some(table)) => {
                let place = (table.clone(), name.clone());
                if !self.keys.contains_key(&place) {
                    let keys = &mut self.table(table).keys;
                    keys.push(KeyRow::named(text()));
                    let index = keys.len() - 1;
                    self.keys.insert(place, index);
                }
            }
            (ComponentType::Number(10), Some(_), _) => {
                self.manifest.relationships.push(RelationshipRow {
                    name: text(),
                    ..RelationshipRow::default()
                });
            }
            (ComponentType::Number(9), Some(_), _) => self.manifest.choices.push(ChoiceRow {
                name: text(),
                ..ChoiceRow::default()
            }),
            (ComponentType::Table(table), Some(_), _) if *table == *"connectionreference" => {
                let row = ConnectionReferenceRow {
                    name: text(),
                    ..ConnectionReferenceRow::default()
                };
                self.manifest.connection_references.push(row);
            }
            (ComponentType::Table(table), Some(_), _)
                if *table == *"environmentvariabledefinition" =>
            {
                let row = EnvironmentVariableRow {
                    name: text(),
                    ..EnvironmentVariableRow::default()
                };
                self.manifest.environment_variables.push(row);
            }
            _ => self.manifest.components.push(ComponentRow::of(identity)),
        }
        true
    }

    /// What was entered, with the families that have rows as partial, and how many components.
    pub(super) fn finish(mut self) -> (TargetManifest, u64) {
        let mut families = BTreeSet::new();
        for_each_list!(&self.manifest, rows, => families.extend(families_of(rows)));
        for family in families {
            let coverage = &mut self.manifest.coverage;
            coverage.insert(family.to_owned(), Coverage::partial());
        }
        (self.manifest, self.rows)
    }
}

/// The type of an environment variable, by the value of the choice `environmentvariabledefinition_type`.
///
/// Source: learn.microsoft.com/power-apps/developer/data-platform/reference/entities/environmentvariabledefinition.
pub(super) fn variable_type(value: i64) -> Option<&'static str> {
    const FIRST: i64 = 100_000_000;
    const TYPES: [&str; 6] = [
        "String",
        "Number",
        "Boolean",
        "JSON",
        "Data source",
        "Secret",
    ];
    let place = value.checked_sub(FIRST)?;
    TYPES.get(usize::try_from(place).ok()?).copied()
}

fn lower(name: &LogicalName) -> String {
    name.as_str().to_ascii_lowercase()
}
