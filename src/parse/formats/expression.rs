//! Expressions in steps of processes (Visual Basic): where their values come from.

use rustc_hash::FxHashMap;

use crate::model::Guid;
use crate::xml::Element;

/// Where an expression takes a record from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source<'a> {
    /// Through a lookup column of the primary table: the lookup, the table it leads to.
    Related(&'a str, &'a str),
    /// Those that point at the primary record: the relationship, its lookup column, the table of that one.
    Linked(&'a str, &'a str, &'a str),
    /// A new record of a table.
    New(&'a str),
    /// A literal record: its table, the variable with its identifier.
    Record(&'a str, &'a str),
}

/// Reads an expression for the texts in it that name a record, by what stands before them.
pub(super) fn sources(text: &str) -> impl Iterator<Item = Source<'_>> {
    let parts: Vec<&str> = text.split('"').collect();
    // Texts are every second part; what is between them says what they are.
    let found: Vec<_> = (1..parts.len())
        .step_by(2)
        .filter_map(|at| {
            let before = parts.get(at - 1)?.trim_end();
            source(before, parts.get(at)?, parts.get(at + 1..)?)
        })
        .collect();
    found.into_iter()
}

fn source<'a>(before: &str, text: &'a str, after: &[&'a str]) -> Option<Source<'a>> {
    if before.ends_with("InputEntities(") || before.ends_with("CreatedEntities(") {
        return key(text);
    }
    if before.ends_with("Entity(") && new(before) {
        return Some(Source::New(text));
    }
    let is_record = before.ends_with("WorkflowPropertyType.EntityReference,")
        || (before.ends_with("EntityReference(") && new(before));
    // `"table", "label", variable, "Lookup"`: the variable stands after the second text.
    let variable = after.get(2).map_or("", |between| {
        between.trim_matches(|c: char| c == ',' || c.is_whitespace())
    });
    is_record.then_some(Source::Record(text, variable))
}

/// Whether the last call before a text makes an object.
fn new(before: &str) -> bool {
    let call = before.trim_end_matches('(');
    let name = call.rsplit(|c: char| c.is_whitespace() || c == '(').next();
    let before = call.strip_suffix(name.unwrap_or_default()).unwrap_or("");
    before.trim_end().ends_with("New")
}

/// The key under which a step keeps a record: `related_<lookup>#<table>`, or
/// `relatedlinked_<relationship>#<lookup>#<table>#Temp` in rollup columns.
fn key(key: &str) -> Option<Source<'_>> {
    if let Some(linked) = key.strip_prefix("relatedlinked_") {
        let mut parts = linked.split('#');
        return Some(Source::Linked(parts.next()?, parts.next()?, parts.next()?));
    }
    let mut parts = key.strip_prefix("related_")?.split('#');
    Some(Source::Related(parts.next()?, parts.next()?))
}

/// The first text of an expression, or what is written without one: identifiers come both ways.
pub(super) fn literal(text: &str) -> &str {
    text.split('"').nth(1).unwrap_or(text)
}

/// Literal identifiers by the variable that holds each: a record is written in two steps.
#[derive(Debug, Default)]
pub(super) struct Lookups<'a> {
    ids: FxHashMap<&'a str, &'a str>,
}

impl<'a> Lookups<'a> {
    /// Takes an evaluation that makes an identifier: `WorkflowPropertyType.Guid, "…"`.
    pub(super) fn learn(&mut self, arguments: Element<'a, '_>) {
        let argument = |key: &str| {
            let mut children = arguments.children();
            children
                .find(|child| child.attribute("Key") == Some(key))?
                .text()
        };
        let (Some(parameters), Some(result)) = (argument("Parameters"), argument("Result")) else {
            return;
        };
        let Some((_, rest)) = parameters.split_once("WorkflowPropertyType.Guid,") else {
            return;
        };
        let id = literal(rest);
        if Guid::parse_used(id).is_some() {
            self.ids.insert(result.trim_matches(['[', ']', ' ']), id);
        }
    }

    pub(super) fn get(&self, variable: &str) -> Option<&'a str> {
        self.ids.get(variable).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Source<'_>> {
        sources(text).collect()
    }

    #[test]
    fn a_related_record_is_named_by_its_lookup_and_table() {
        let text = r#"[InputEntities("related_new_owner#new_person")]"#;
        assert_eq!(found(text), [Source::Related("new_owner", "new_person")]);
    }

    #[test]
    fn a_rollup_names_relationship_lookup_and_table() {
        let text = r#"[CreatedEntities("relatedlinked_new_a_b#new_aid#new_b#Temp")]"#;
        assert_eq!(found(text), [Source::Linked("new_a_b", "new_aid", "new_b")]);
    }

    #[test]
    fn records_of_the_process_itself_name_nothing() {
        for text in [
            r#"[InputEntities("primaryEntity").Id]"#,
            r#"[CreatedEntities("CreateStep1_localParameter#Temp")]"#,
            r#"[New Object() { WorkflowPropertyType.String, "related_a#b", "String" }]"#,
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_new_record_names_its_table() {
        for text in [
            r#"[New Entity("new_item")]"#,
            r#"[New Microsoft.Xrm.Sdk.Entity("new_item")]"#,
        ] {
            assert_eq!(found(text), [Source::New("new_item")], "{text}");
        }
    }

    #[test]
    fn a_literal_record_names_its_table_and_the_variable_of_its_identifier() {
        let text = r#"[New Object() { Microsoft.Xrm.Sdk.Workflow.WorkflowPropertyType.EntityReference, "template", "Hello", Step1_2, "Lookup" }]"#;
        assert_eq!(found(text), [Source::Record("template", "Step1_2")]);
        let text = r#"[New EntityReference("team", New Guid("1"))]"#;
        assert!(matches!(found(text)[0], Source::Record("team", _)));
    }

    #[test]
    fn an_identifier_is_read_with_and_without_an_expression() {
        assert_eq!(literal(r#"[New Guid("x")]"#), "x");
        assert_eq!(literal("x"), "x");
    }
}
