//! Ribbons (`RibbonDiffXml`) of tables, forms and the application.

mod shape;

use super::super::links::{Links, is_name};
use super::fetch::is_removed;
use crate::model::{LogicalName, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// Reads a ribbon; that of the application has no table.
pub(in crate::parse) fn ribbon(
    ribbon: Element<'_, '_>,
    table: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    shape::check(ribbon, links);
    let table = table.map_or("", LogicalName::as_str);
    for element in ribbon.within(is_removed) {
        for (name, value, span) in element.attributes_at() {
            resource(element, name, value, span, links);
        }
        rule(element, table, links);
    }
}

/// A value that may name a web resource.
fn resource(element: Element<'_, '_>, name: &str, value: &str, span: Span, links: &mut Links<'_>) {
    let is_image = name.contains("Image");
    let kind = if is_image || matches!(name, "Library" | "Address") {
        Kind::RibbonWebResource
    } else {
        Kind::RibbonText
    };
    if links.directive(kind, value, span) || links.web_path(Kind::RibbonText, value, span) {
        return;
    }
    let is_bare = is_image || (element.name(), name) == ("StringParameter", "Value");
    if is_bare && is_file_name(value) {
        links.web_resource(Kind::RibbonText, value, span);
    } else if let Some(text) = value.strip_prefix("$Resources:") {
        // `$Resources:new_/texts.resx:key`; without a file the text is one of the platform's.
        const END: &str = ".resx";
        if let Some(end) = text.to_ascii_lowercase().find(END)
            && let Some(name) = text.get(..end + END.len())
        {
            links.web_resource(Kind::RibbonText, name, span);
        }
    }
}

/// Whether a text without a directive can only be the name of a web resource: a prefix and a file's ending. Pictures
/// may also be words of the platform's icon font, and parameters anything.
fn is_file_name(value: &str) -> bool {
    let Some((prefix, rest)) = value.split_once('_') else {
        return false;
    };
    let ending = rest.rsplit_once('.').map_or("", |(_, ending)| ending);
    (2..=8).contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (2..=5).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !value.contains(char::is_whitespace)
}

/// What rules compare with.
fn rule(element: Element<'_, '_>, table: &str, links: &mut Links<'_>) {
    match element.name() {
        "EntityRule" | "EntityPrivilegeRule" | "EntityPropertyRule" | "FormEntityContextRule" => {
            if let Some((name, span)) = element.attribute_at("EntityName") {
                links.table_or_code(Kind::RibbonTable, name, span);
            }
        }
        "OptionSetRule" => {
            if let Some((name, span)) = element.attribute_at("ObjectTypeCode") {
                links.table_or_code(Kind::RibbonTable, name, span);
            }
            if let Some((name, span)) = element.attribute_at("OptionSet")
                && is_name(name)
            {
                links.named(Kind::RibbonChoice, 9, name, span);
            }
        }
        "ValueRule" => {
            if let Some((name, span)) = element.attribute_at("Field") {
                links.column(Kind::RibbonColumn, table, name, span);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    fn in_table(text: &str) -> Vec<String> {
        found(
            &format!("<RibbonDiffXml>{text}</RibbonDiffXml>"),
            |element, links| {
                ribbon(element, Some(&LogicalName::new("new_a")), links);
            },
        )
    }

    #[test]
    fn libraries_pictures_and_addresses_need_the_directive() {
        let text = "<JavaScriptFunction Library='$webresource:new_/a.js'/><CustomRule Library='$webresource:new_/b.js'/>\
                    <JavaScriptFunction Library='/_static/x.js'/><JavaScriptFunction Library='$webresource:'/>\
                    <Button Image16by16='$webresource:new_/i.png' ToolTipImage32by32='/_imgs/i.png' ModernImage='Save'/>\
                    <Url Address='$webresource:new_/p.html'/><Url Address='https://example.com'/>";
        assert_eq!(
            in_table(text),
            ["new_/a.js", "new_/b.js", "new_/i.png", "new_/p.html"]
                .map(|name| format!("ribbon-web-resource 61 {name}"))
        );
    }

    #[test]
    fn parameters_and_texts_name_web_resources_weakly() {
        let text = "<Button ModernImage='new_/i.svg' LabelText='$Resources:new_/t.resx:key' Alt='$LocLabels:new.x.Alt'/>\
                    <StringParameter Value='new_/html/p.htm'/><StringParameter Value='some_word'/><Button Alt='$Resources:Ribbon.A'/>";
        assert_eq!(
            in_table(text),
            ["new_/i.svg", "new_/t.resx", "new_/html/p.htm"]
                .map(|name| format!("ribbon-text 61 {name}"))
        );
    }

    #[test]
    fn rules_name_tables_choices_and_columns_of_their_own_table() {
        let text = "<EntityRule EntityName='account'/><EntityRule EntityName='{!EntityLogicalName}'/>\
                    <EntityPrivilegeRule EntityName='new_b'/><FormEntityContextRule EntityName='new_c'/>\
                    <OptionSetRule ObjectTypeCode='10' OptionSet='new_color'/><ValueRule Field='new_state' Value='1'/>";
        assert_eq!(
            in_table(text),
            [
                "ribbon-table 1 account",
                "ribbon-table 1 new_b",
                "ribbon-table 1 new_c",
                "ribbon-table TypeCode(10)",
                "ribbon-choice 9 new_color",
                "ribbon-column 2 new_a.new_state"
            ]
        );
    }

    #[test]
    fn the_application_has_no_table_whose_columns_rules_could_name() {
        let text = "<RibbonDiffXml><ValueRule Field='new_state'/></RibbonDiffXml>";
        assert!(found(text, |element, links| ribbon(element, None, links)).is_empty());
    }
}
