//! Desktop flows: processes whose definition is a script in Robin, with lists of what it uses beside it.

use super::super::links::Links;
use crate::json::Value;
use crate::model::{Guid, LogicalName, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// The category of processes that are desktop flows.
const CATEGORY: &str = "6";

/// Reads a process; others than desktop flows name nothing in this way.
pub(in crate::parse) fn flow(
    process: Element<'_, '_>,
    _: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    if process.value("Category") != Some(CATEGORY) {
        return;
    }
    let mut read = |name: &str, read: fn(&Value<'_>, Span, &mut Links<'_>)| {
        if let Some(element) = process.child(name)
            && let Some(text) = element.text()
        {
            let span = element.span();
            links.json(text, span, |document, links| {
                read(&document.root, span, links);
            });
        }
    };
    read("Dependencies", children);
    read("ConnectionReferences", connections);
    if let Some(definition) = process.child("Definition")
        && let Some(script) = definition.text()
    {
        calls(script, definition.span(), links);
    }
}

/// `{"childFlows":["…"]}`, or objects with their identifiers.
fn children(root: &Value<'_>, span: Span, links: &mut Links<'_>) {
    const IDS: [&str; 4] = ["childFlows", "id", "flowId", "workflowId"];
    let list = root.get("childFlows").unwrap_or(&Value::Null);
    for item in list.items() {
        for (name, value) in item.walk() {
            // An item that is a text has no name.
            let is_id = name.is_empty() || IDS.iter().any(|id| name.eq_ignore_ascii_case(id));
            if let Some(id) = value.text().filter(|_| is_id) {
                links.id(Kind::DesktopFlowChild, 29, id, span);
            }
        }
    }
}

/// Names of connection references, or objects with them.
fn connections(root: &Value<'_>, span: Span, links: &mut Links<'_>) {
    for (name, value) in root.walk() {
        let Some(text) = value.text() else {
            continue;
        };
        let is_name = name.is_empty()
            || name.eq_ignore_ascii_case("connectionReferenceLogicalName")
            || name.eq_ignore_ascii_case("logicalName");
        if is_name && text.parse::<Guid>().is_err() {
            links.record(
                Kind::DesktopFlowConnection,
                "connectionreference",
                text,
                span,
            );
        }
    }
}

/// Calls of other desktop flows by their identifiers: `External.RunFlow FlowId: '…'`.
fn calls(script: &str, span: Span, links: &mut Links<'_>) {
    const GUID: usize = 36;
    const ARGUMENT: &str = "flowid";
    let lower = script.to_ascii_lowercase();
    for (at, _) in lower.match_indices(ARGUMENT) {
        let rest = lower.get(at + ARGUMENT.len()..).unwrap_or_default();
        let id = rest.trim_start_matches(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
        if let Some(id) = id.get(..GUID) {
            links.id(Kind::DesktopFlowChild, 29, id, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{linked, of_element};
    use super::*;

    const CHILD: &str = "11111111-2222-3333-4444-555555555555";

    fn read(inner: &str) -> Vec<(Kind, String)> {
        let text = format!("<Workflow><Category>6</Category>{inner}</Workflow>");
        linked(&of_element(&text, flow))
    }

    #[test]
    fn a_desktop_flow_names_the_flows_it_depends_on() {
        let found = read(&format!(
            "<Dependencies>{{\"childFlows\":[\"{CHILD}\"]}}</Dependencies>"
        ));
        assert_eq!(found, [(Kind::DesktopFlowChild, format!("29 {CHILD}"))]);
        let found = read(&format!(
            "<Dependencies>{{\"childFlows\":[{{\"id\":\"{CHILD}\",\"name\":\"x\"}}]}}</Dependencies>"
        ));
        assert_eq!(found, [(Kind::DesktopFlowChild, format!("29 {CHILD}"))]);
    }

    #[test]
    fn a_desktop_flow_names_its_connection_references() {
        let found =
            read("<ConnectionReferences>[{\"logicalName\":\"new_sql\"}]</ConnectionReferences>");
        assert_eq!(
            found,
            [(
                Kind::DesktopFlowConnection,
                "connectionreference new_sql".into()
            )]
        );
    }

    #[test]
    fn a_script_names_the_flows_it_calls() {
        let found = read(&format!(
            "<Definition>\"External.RunFlow FlowId: \\u0027{CHILD}\\u0027 FlowId: '{CHILD}'\"</Definition>"
        ));
        assert_eq!(found, [(Kind::DesktopFlowChild, format!("29 {CHILD}"))]);
    }

    #[test]
    fn other_processes_name_nothing_in_this_way() {
        let text = format!(
            "<Workflow><Category>0</Category><Definition>FlowId: {CHILD}</Definition></Workflow>"
        );
        assert!(of_element(&text, flow).references.is_empty());
    }
}
