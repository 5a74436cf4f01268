//! Rows of tables whose rows are components.

use super::super::inventory::variable_type;
use super::{Answer, Taken, number, relations, text, yes};
use crate::catalog::table_of_entity_set;
use crate::json::Value;
use crate::model::ComponentType;
use crate::target::family::Family;
use crate::target::manifest::{
    ComponentRow, ConnectionReferenceRow, EnvironmentVariableRow, TypeName,
};

/// How the rows of one entity set name components. Source: …/reference/entities, one page for each table.
struct Set {
    /// The entity set.
    name: &'static str,
    /// The component type's number.
    kind: u32,
    id: &'static str,
    /// The column with the name that packages use.
    named: &'static str,
    /// The column with the table that a row belongs to; empty where rows belong to none.
    parent: &'static str,
    /// Words for the values of `statecode`, from 0 on.
    states: &'static [&'static str],
}

const fn set(name: &'static str, kind: u32, id: &'static str, named: &'static str) -> Set {
    Set {
        name,
        kind,
        id,
        named,
        parent: "",
        states: &[],
    }
}

const SETS: &[Set] = &[
    Set {
        states: &["Draft", "Activated", "Suspended"],
        ..set("workflows", 29, "workflowid", "name")
    },
    set("webresourceset", 61, "webresourceid", "name"),
    set("roles", 20, "roleid", "name"),
    Set {
        parent: "objecttypecode",
        ..set("systemforms", 60, "formid", "name")
    },
    Set {
        parent: "returnedtypecode",
        ..set("savedqueries", 26, "savedqueryid", "name")
    },
    Set {
        parent: "primaryentitytypecode",
        ..set(
            "savedqueryvisualizations",
            59,
            "savedqueryvisualizationid",
            "name",
        )
    },
    set("appmodules", 80, "appmoduleid", "uniquename"),
    set("sitemaps", 62, "sitemapid", "sitemapnameunique"),
    set("pluginassemblies", 91, "pluginassemblyid", "name"),
    set("plugintypes", 90, "plugintypeid", "typename"),
    Set {
        states: &["Enabled", "Disabled"],
        ..set(
            "sdkmessageprocessingsteps",
            92,
            "sdkmessageprocessingstepid",
            "name",
        )
    },
    set(
        "sdkmessageprocessingstepimages",
        93,
        "sdkmessageprocessingstepimageid",
        "name",
    ),
    set("serviceendpoints", 95, "serviceendpointid", "name"),
    set("sdkmessages", 201, "sdkmessageid", "name"),
    set("customcontrols", 66, "customcontrolid", "name"),
    set(
        "fieldsecurityprofiles",
        70,
        "fieldsecurityprofileid",
        "name",
    ),
    set("connectionroles", 63, "connectionroleid", "name"),
    Set {
        parent: "primaryentitylogicalname",
        ..set("hierarchyrules", 65, "hierarchyruleid", "name")
    },
    set("reports", 31, "reportid", "name"),
    set("templates", 36, "templateid", "title"),
    set("canvasapps", 300, "canvasappid", "name"),
    set("connectors", 372, "connectorid", "name"),
    set("slas", 152, "slaid", "name"),
    set("routingrules", 150, "routingruleid", "name"),
    set("convertrules", 154, "convertruleid", "name"),
    set(
        "mobileofflineprofiles",
        161,
        "mobileofflineprofileid",
        "name",
    ),
    set("entitydataproviders", 181, "entitydataproviderid", "name"),
];

/// Columns that name a row of a solution-aware table in packages, the most telling first.
const NAMES: [&str; 5] = [
    "uniquename",
    "schemaname",
    "msdyn_uniquename",
    "name",
    "msdyn_name",
];

fn known(name: &str) -> Option<&'static Set> {
    SETS.iter().find(|set| set.name == name)
}

/// Whether the rows of an answer are components: those of a known set, or of a table whose key shows.
pub(super) fn is_known(answer: &Answer<'_, '_>) -> bool {
    known(&answer.set).is_some() || table(answer).is_some()
}

/// The set of a row without a context, by its key.
pub(super) fn guessed(row: &Value<'_>) -> Option<&'static str> {
    let set = SETS.iter().find(|set| row.get(set.id).is_some());
    set.map(|set| set.name)
}

/// The table whose rows an answer has, and its key.
fn table(answer: &Answer<'_, '_>) -> Option<(String, String)> {
    if let Some(table) = table_of_entity_set(&answer.set) {
        let key = crate::catalog::table(table)?.primary_id;
        return Some((table.to_owned(), key.to_owned()));
    }
    // A set is named for its table, in the plural; the key of a table is its name and `id`.
    let row = answer.rows.first()?;
    let mut keys = row.entries().iter().map(|(key, _)| key.as_ref());
    let key = keys.find(|key| {
        let table = key.strip_suffix("id").unwrap_or_default();
        table.contains('_') && !key.starts_with('_') && is_plural_of(&answer.set, table)
    })?;
    Some((key.strip_suffix("id")?.to_owned(), key.to_owned()))
}

/// Whether a set's name is the plural of a table's: `cts_orders`, `cts_companies`, `cts_boxes`.
fn is_plural_of(set: &str, table: &str) -> bool {
    let stem = table.strip_suffix('y').unwrap_or(table);
    set.strip_prefix(stem)
        .is_some_and(|rest| matches!(rest, "s" | "es" | "ies"))
}

pub(super) fn read(answer: &Answer<'_, '_>) -> Taken {
    let components: Vec<_> = answer.rows.iter().filter(|row| counts(row)).collect();
    let rows = components.iter();
    let (kind, rows): (_, Vec<ComponentRow>) = if let Some(set) = known(&answer.set) {
        let rows = rows.filter_map(|row| known_row(set, row));
        (ComponentType::number(set.kind), rows.collect())
    } else {
        let (table, key) = table(answer).unwrap_or_default();
        let kind = ComponentType::table(&table);
        let rows = rows.filter_map(|row| table_row(&kind, &key, row)).collect();
        (kind, rows)
    };
    Taken {
        // What a set is about shows in it even where it has no rows.
        families: vec![Family::of(&kind).name()],
        ..relations::taken(rows, components.len())
    }
}

/// Whether a row is a component of its own: roles repeat for each business unit, and processes for each activation.
fn counts(row: &Value<'_>) -> bool {
    let role = row.get("roleid").and_then(Value::text);
    let root = row.get("_parentrootroleid_value").and_then(Value::text);
    let is_copy = role
        .zip(root)
        .is_some_and(|(role, root)| !role.eq_ignore_ascii_case(root));
    let is_definition =
        row.get("workflowid").is_none() || number(row.get("type")).is_none_or(|kind| kind == 1);
    !is_copy && is_definition
}

fn known_row(set: &Set, row: &Value<'_>) -> Option<ComponentRow> {
    let state = number(row.get("statecode"));
    let state = state.and_then(|state| set.states.get(usize::try_from(state).ok()?));
    let parent = text(row, set.parent).filter(|parent| !set.parent.is_empty() && parent != "none");
    let row = ComponentRow {
        kind: TypeName(ComponentType::number(set.kind)),
        name: text(row, set.named),
        id: text(row, set.id),
        parent,
        managed: yes(row, "ismanaged"),
        state: state.map(|state| (*state).to_owned()),
        view_type: number(row.get("querytype")).and_then(|kind| kind.try_into().ok()),
        ..ComponentRow::default()
    };
    (row.name.is_some() || row.id.is_some()).then_some(row)
}

fn table_row(kind: &ComponentType, key: &str, row: &Value<'_>) -> Option<ComponentRow> {
    Some(ComponentRow {
        kind: TypeName(kind.clone()),
        name: NAMES.iter().find_map(|name| text(row, name)),
        id: Some(text(row, key)?),
        managed: yes(row, "ismanaged"),
        ..ComponentRow::default()
    })
}

pub(super) fn read_connection_references(answer: &Answer<'_, '_>) -> Taken {
    let rows = answer.rows.iter().filter_map(|row| {
        Some(ConnectionReferenceRow {
            name: text(row, "connectionreferencelogicalname")?,
            connector: text(row, "connectorid"),
            connected: row.get("connectionid").map(|id| id.text().is_some()),
            src: None,
        })
    });
    let mut taken = Taken {
        families: vec!["connectionReferences"],
        ..Taken::default()
    };
    taken.manifest.connection_references = rows.collect();
    taken.rows = answer.rows.len() as u64;
    taken.lost = taken.rows - taken.manifest.connection_references.len() as u64;
    taken
}

/// The values of variables may be secrets: only whether there is one is taken.
pub(super) fn read_variables(answer: &Answer<'_, '_>) -> Taken {
    let rows = answer.rows.iter().filter_map(|row| {
        let kind = number(row.get("type")).and_then(variable_type);
        let values = row.get("environmentvariabledefinition_environmentvariablevalue");
        Some(EnvironmentVariableRow {
            name: text(row, "schemaname")?,
            kind: kind.map(str::to_owned),
            has_default: row.get("defaultvalue").map(|value| value.text().is_some()),
            has_value: values.map(|values| !values.items().is_empty()),
            managed: yes(row, "ismanaged"),
            src: None,
        })
    });
    let mut taken = Taken {
        families: vec!["environmentVariables"],
        ..Taken::default()
    };
    taken.manifest.environment_variables = rows.collect();
    taken.rows = answer.rows.len() as u64;
    taken.lost = taken.rows - taken.manifest.environment_variables.len() as u64;
    taken
}
