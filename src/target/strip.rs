//! A manifest that can be shown to others: what the environment has, and nothing of where it is or whose.

use super::manifest::{Caller, Captured, TargetManifest};

/// The same manifest without what should not be shared: the environment's name, address and ids, ids of metadata and of
/// solutions, what people call things, file names, remarks and keys of one's own. What answers questions stays, so ids of
/// components that only their id tells apart stay too: they are those of the solutions that ship them.
#[must_use]
pub fn strip(mut manifest: TargetManifest) -> TargetManifest {
    let environment = &mut manifest.environment;
    environment.name = None;
    environment.url = None;
    environment.environment_id = None;
    environment.organization_id = None;
    let Captured { tool, sources, .. } = &mut manifest.captured;
    *tool = None;
    for source in sources {
        source.file = None;
        source.sha256 = None;
        source.note = None;
    }
    manifest.baseline.file = None;
    manifest.notes.clear();
    for row in &mut manifest.solutions {
        row.display_name = None;
        row.id = None;
        row.installed_on = None;
    }
    for table in &mut manifest.tables {
        table.id = None;
        for column in &mut table.columns {
            column.0.id = None;
        }
    }
    for row in &mut manifest.relationships {
        row.id = None;
    }
    for row in &mut manifest.choices {
        row.id = None;
    }
    for row in &mut manifest.components {
        let by_id = row.kind.0.identified_by();
        if by_id.ignores_id() {
            row.id = row.id.take().filter(|_| row.name.is_none());
        } else if by_id == crate::model::IdentifiedBy::Id {
            row.name = None;
        }
    }
    for row in &mut manifest.absent {
        row.reason = None;
    }
    manifest.caller = Caller::default();
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(json: &str) -> TargetManifest {
        strip(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_address_of_the_environment_is_taken_out() {
        let manifest =
            stripped(r#"{"environment":{"url":"https://a.crm.dynamics.com","version":"9.2"}}"#);
        assert_eq!(manifest.environment.url, None);
        assert_eq!(manifest.environment.version.as_deref(), Some("9.2"));
    }

    #[test]
    fn an_id_that_alone_tells_a_component_stays_and_what_people_call_it_does_not() {
        let manifest = stripped(
            r#"{"components":[{"type":29,"name":"Order approval","id":"b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e"}]}"#,
        );
        assert!(manifest.components[0].id.is_some());
        assert_eq!(manifest.components[0].name, None);
    }

    #[test]
    fn the_id_of_a_table_is_taken_out() {
        let manifest = stripped(
            r#"{"tables":[{"name":"account","id":"b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e"}]}"#,
        );
        assert_eq!(manifest.tables[0].id, None);
    }
}
