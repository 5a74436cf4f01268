//! What connection references, environment variables, dataflows and AI models name.

use super::super::links::{Links, is_name};
use super::fetch::{self, QueryKinds};
use crate::json::Value;
use crate::model::{LogicalName, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// Reads what a record of one of these tables names beyond its lookups.
pub(in crate::parse) fn record(row: Element<'_, '_>, links: &mut Links<'_>) {
    match row.name() {
        "connectionreference" => {
            each(
                row,
                "customconnectorid/connectorid|customconnectorid",
                |id, span| {
                    links.id(Kind::ConnectionConnector, 372, id, span);
                },
            );
            each(row, "connectorid", |api, span| {
                links.api(Kind::ConnectionApi, api, span);
            });
        }
        "environmentvariabledefinition" => each(row, "apiid", |api, span| {
            links.api(Kind::VariableConnector, api, span);
        }),
        "msdyn_dataflow" => each(row, "msdyn_mashupdocument", |text, span| {
            mashup(text, span, links);
        }),
        _ => {}
    }
}

fn each<'a>(row: Element<'a, '_>, path: &str, mut found: impl FnMut(&'a str, Span)) {
    for (value, span) in row.values(path) {
        found(value, span);
    }
}

/// The tables of Dataverse in a query in M: `{[Schema="dbo",Item="account"]}[Data]` of a database of Dataverse. It may be
/// written within JSON, with its quotes escaped.
fn mashup(text: &str, span: Span, links: &mut Links<'_>) {
    if !text.contains("CommonDataService.Database") && !text.contains("Dataverse.") {
        return;
    }
    let text = text.replace('\\', "");
    for (at, item) in text.match_indices("Item=\"") {
        let before = text
            .get(..at)
            .unwrap_or_default()
            .trim_end_matches([' ', ',']);
        let rest = text.get(at + item.len()..).unwrap_or_default();
        let name = rest.split('"').next().unwrap_or_default();
        if before.ends_with("Schema=\"dbo\"") && is_name(name) {
            links.table(Kind::DataflowTable, name, span);
        }
    }
}

/// Reads the configuration of an AI model: the data it is bound to.
pub(in crate::parse) fn configuration(
    element: Element<'_, '_>,
    _: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    for name in ["msdyn_databinding", "msdyn_customconfiguration"] {
        let Some(value) = element.child(name) else {
            continue;
        };
        if let Some(text) = value.text() {
            let span = value.span();
            links.json(text, span, |document, links| {
                for (name, value) in document.root.walk() {
                    data(name, value, span, links);
                }
            });
        }
    }
}

/// Data of a model: a query, a table with its columns, or a table that a prompt looks things up in.
fn data(name: &str, value: &Value<'_>, span: Span, links: &mut Links<'_>) {
    const KINDS: QueryKinds = QueryKinds {
        table: Kind::ModelData,
        column: Kind::ModelData,
    };
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let text = value.text();
    if is("query") {
        if let Some(text) = text {
            links.document(text, span, |root, links| {
                fetch::query(root, KINDS, links);
            });
        }
    } else if ["entityLogicalName", "tableLogicalName", "entityName"]
        .iter()
        .any(|known| is(known))
    {
        if let Some(text) = text {
            links.table(Kind::ModelData, text, span);
        }
    } else if is("input")
        && let Some(table) = value.get("schemaName").and_then(Value::text)
    {
        links.table(Kind::ModelData, table, span);
        let columns = value.get("attributes").map_or(&[][..], Value::items);
        for column in columns {
            if let Some(column) = column.get("schemaName").and_then(Value::text) {
                links.column(Kind::ModelData, table, column, span);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{linked, of_element};
    use super::*;

    fn of_record(text: &str) -> Vec<(Kind, String)> {
        linked(&of_element(text, |row, _, links| record(row, links)))
    }

    #[test]
    fn a_connection_reference_names_its_connector_by_identifier_and_by_api() {
        let id = "11111111-2222-3333-4444-555555555555";
        let found = of_record(&format!(
            "<connectionreference><connectorid>/providers/x/apis/shared_new-5ftool</connectorid>\
             <customconnectorid><connectorid>{id}</connectorid></customconnectorid></connectionreference>"
        ));
        assert_eq!(
            found,
            [
                (Kind::ConnectionConnector, format!("372 {id}")),
                (Kind::ConnectionApi, "api shared_new-5ftool".into()),
            ]
        );
    }

    #[test]
    fn an_environment_variable_names_the_connector_of_its_data_source() {
        let found = of_record(
            "<environmentvariabledefinition><apiid>/providers/x/apis/shared_a</apiid>\
             </environmentvariabledefinition>",
        );
        assert_eq!(found, [(Kind::VariableConnector, "api shared_a".into())]);
    }

    #[test]
    fn a_dataflow_names_the_tables_its_query_reads() {
        let found = of_record(
            "<msdyn_dataflow><msdyn_mashupdocument>CommonDataService.Database(\"x\"){[Schema=\"dbo\",\
             Item=\"new_item\"]}[Data], Excel{[Item=\"Sheet\"]}</msdyn_mashupdocument></msdyn_dataflow>",
        );
        assert_eq!(found, [(Kind::DataflowTable, "1 new_item".into())]);
    }

    #[test]
    fn a_configuration_names_the_tables_its_data_is_bound_to() {
        let found = linked(&of_element(
            "<AIConfiguration><msdyn_databinding>{\"input\":{\"schemaName\":\"new_file\",\"attributes\":\
             [{\"schemaName\":\"new_text\"}],\"queries\":{\"train\":{\"query\":\
             \"&lt;fetch>&lt;entity name='new_data'/>&lt;/fetch>\"}}}}</msdyn_databinding></AIConfiguration>",
            configuration,
        ));
        let names = ["1 new_file", "2 new_file.new_text", "1 new_data"];
        assert_eq!(found, names.map(|name| (Kind::ModelData, name.to_owned())));
    }

    #[test]
    fn a_broken_configuration_is_reported_at_its_value() {
        let out = of_element(
            "<AIConfiguration><msdyn_databinding>{\"input\":</msdyn_databinding></AIConfiguration>",
            configuration,
        );
        assert_eq!(out.flaws.len(), 1);
    }
}
