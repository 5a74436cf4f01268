//! Rows of a manifest by name: tables, relationships, and what surrounds solutions in an environment.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Target;
use crate::model::LogicalName;
use crate::target::manifest::{
    ColumnDetails, ConnectionReferenceRow, EnvironmentVariableRow, RelationshipRow, TableRow,
};

/// Where the rows of a manifest stand, by name; of several of one name the first. Most runs never ask, so it is found when
/// it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    variables: OnceLock<Places>,
    references: OnceLock<Places>,
    tables: OnceLock<Places>,
    relationships: OnceLock<Places>,
    /// The columns of each table, in the order of the tables.
    columns: OnceLock<Vec<OnceLock<Places>>>,
}

type Places = FxHashMap<LogicalName, usize>;

fn places<'a>(names: impl Iterator<Item = &'a String>) -> Places {
    let mut places = Places::default();
    for (place, name) in names.enumerate() {
        places.entry(LogicalName::new(name)).or_insert(place);
    }
    places
}

impl Target {
    /// A table that the manifest lists.
    pub fn table(&self, name: &LogicalName) -> Option<&TableRow> {
        let rows = &self.manifest.tables;
        let known = &self.surroundings.tables;
        let known = known.get_or_init(|| places(rows.iter().map(|row| &row.name)));
        rows.get(*known.get(name)?)
    }

    /// A table that the manifest lists, with a column of it where that is listed as well.
    pub fn column(
        &self,
        table: &LogicalName,
        name: &LogicalName,
    ) -> Option<(&TableRow, Option<&ColumnDetails>)> {
        let rows = &self.manifest.tables;
        let tables = &self.surroundings.tables;
        let tables = tables.get_or_init(|| places(rows.iter().map(|row| &row.name)));
        let place = *tables.get(table)?;
        let row = rows.get(place)?;
        let columns = &self.surroundings.columns;
        let columns = columns.get_or_init(|| rows.iter().map(|_| OnceLock::new()).collect());
        let of_table = row.columns.iter().map(|column| &column.0.name);
        let known = columns.get(place)?.get_or_init(|| places(of_table));
        let column = known.get(name).and_then(|place| row.columns.get(*place));
        Some((row, column.map(|column| &column.0)))
    }

    /// A relationship that the manifest lists.
    pub fn relationship(&self, name: &LogicalName) -> Option<&RelationshipRow> {
        let rows = &self.manifest.relationships;
        let known = &self.surroundings.relationships;
        let known = known.get_or_init(|| places(rows.iter().map(|row| &row.name)));
        rows.get(*known.get(name)?)
    }

    /// An environment variable that the manifest lists.
    pub fn environment_variable(&self, name: &LogicalName) -> Option<&EnvironmentVariableRow> {
        let rows = &self.manifest.environment_variables;
        let known = &self.surroundings.variables;
        let known = known.get_or_init(|| places(rows.iter().map(|row| &row.name)));
        rows.get(*known.get(name)?)
    }

    /// A connection reference that the manifest lists.
    pub fn connection_reference(&self, name: &LogicalName) -> Option<&ConnectionReferenceRow> {
        let rows = &self.manifest.connection_references;
        let known = &self.surroundings.references;
        let known = known.get_or_init(|| places(rows.iter().map(|row| &row.name)));
        rows.get(*known.get(name)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(json: &str) -> Target {
        Target::new(serde_json::from_str(json).unwrap())
    }

    const TWO: &str = r#"{"environmentVariables":[{"name":"cts_A","type":"Number"},{"name":"cts_a","type":"String"}],
        "connectionReferences":[{"name":"cts_A","connected":true},{"name":"CTS_a","connected":false}]}"#;

    #[test]
    fn of_several_rows_whose_names_differ_by_case_the_first_counts() {
        let target = target(TWO);
        let variable = target.environment_variable(&"CTS_A".into()).unwrap();
        assert_eq!(variable.name, "cts_A");
        let reference = target.connection_reference(&"cts_a".into()).unwrap();
        assert_eq!(reference.connected, Some(true));
        assert!(target.environment_variable(&"cts_b".into()).is_none());
    }

    #[test]
    fn the_same_environment_in_another_state_is_looked_through_anew() {
        let before = target(TWO);
        assert!(before.environment_variable(&"cts_a".into()).is_some());
        let after = before.with_manifest(crate::target::TargetManifest::default());
        assert!(after.environment_variable(&"cts_a".into()).is_none());
        assert!(after.connection_reference(&"cts_a".into()).is_none());
    }
}
