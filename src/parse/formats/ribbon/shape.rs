//! What the platform refuses in a ribbon: identifiers that are repeated or too long, elements in a place that is not theirs.

use rustc_hash::FxHashSet;

use super::super::super::links::Links;
use super::super::fetch::is_removed;
use crate::model::ShapeFault as Fault;
use crate::source::Span;
use crate::xml::Element;

/// The most characters of an identifier, of which `RibbonImportRibbonDiffIdInvalidLength` speaks.
const LONGEST_ID: usize = 128;

/// The privileges of a table, as `EntityPrivilegeRule` names them (RibbonTypes.xsd).
const PRIVILEGES: [&str; 8] = [
    "Create", "Read", "Write", "Delete", "Assign", "Share", "Append", "AppendTo",
];

/// Identifiers that were met, each with the sort of element that it is of: a button and its command may share one.
type Met<'a> = FxHashSet<(&'static str, &'a str)>;

/// Reports what is refused.
pub(super) fn check(ribbon: Element<'_, '_>, links: &mut Links<'_>) {
    let mut met = Met::default();
    for element in ribbon.within(is_removed) {
        match element.name() {
            "CustomAction" => {
                identified(element, "action", &mut met, links);
                action(element, &mut met, links);
            }
            "CommandDefinition" if is_within(element, &["CommandDefinitions"]) => {
                identified(element, "command", &mut met, links);
            }
            // Elements of these names within a command only name a rule.
            "EnableRule" if is_within(element, &["EnableRules", "RuleDefinitions"]) => {
                identified(element, "enable rule", &mut met, links);
            }
            "DisplayRule" if is_within(element, &["DisplayRules", "RuleDefinitions"]) => {
                identified(element, "display rule", &mut met, links);
            }
            "EntityPrivilegeRule" => {
                if let Some((name, span)) = element.attribute_at("PrivilegeType")
                    && !PRIVILEGES.contains(&name)
                {
                    links.misshapen(Fault::RibbonPrivilege, name, span);
                }
            }
            _ => {}
        }
    }
}

/// Whether the elements around one have these names, the innermost first.
fn is_within(element: Element<'_, '_>, names: &[&str]) -> bool {
    let mut around = element;
    names.iter().all(|name| {
        around.parent().is_some_and(|parent| {
            around = parent;
            parent.name() == *name
        })
    })
}

fn identified<'a>(
    element: Element<'a, '_>,
    sort: &'static str,
    met: &mut Met<'a>,
    links: &mut Links<'_>,
) {
    let Some((id, span)) = element.attribute_at("Id") else {
        return;
    };
    if id.chars().count() > LONGEST_ID {
        links.misshapen(Fault::RibbonIdTooLong, id, span);
    }
    if !met.insert((sort, id)) {
        links.misshapen(Fault::RibbonIdRepeated, id, span);
    }
}

/// A custom action adds what it holds to the place that it names, `<id>._children`, or replaces the element `<id>`.
fn action<'a>(action: Element<'a, '_>, met: &mut Met<'a>, links: &mut Links<'_>) {
    let location = action.attribute("Location").map(str::trim);
    let replaced = location.filter(|place| !place.is_empty() && !place.ends_with("_children"));
    for definition in action.children() {
        if definition.name() != "CommandUIDefinition" || is_removed(definition) {
            continue;
        }
        for outer in definition.children().filter(|child| !is_removed(*child)) {
            if let Some(place) = replaced {
                replacement(outer, place, links);
            }
            for control in outer.within(is_removed) {
                // What is replaced may be replaced again.
                let is_replacement = replaced.is_some() && control.span() == outer.span();
                if !is_replacement {
                    identified(control, "control", met, links);
                }
            }
        }
    }
}

fn replacement(element: Element<'_, '_>, place: &str, links: &mut Links<'_>) {
    let own = element.attribute_at("Id");
    if matches!(element.name(), "Ribbon" | "Tabs" | "ContextualTabs") {
        let span: Span = own.map_or(element.span(), |(_, span)| span);
        links.misshapen(Fault::RibbonOutermost, element.name(), span);
    } else if let Some((id, span)) = own
        && !id.eq_ignore_ascii_case(place)
    {
        links.misshapen(Fault::RibbonElementElsewhere, id, span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::faults;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        faults(&format!("<RibbonDiffXml>{text}</RibbonDiffXml>"), check)
    }

    fn action(location: &str, control: &str) -> String {
        format!(
            "<CustomActions><CustomAction Id='new.a' Location='{location}'><CommandUIDefinition>{control}\
             </CommandUIDefinition></CustomAction></CustomActions>"
        )
    }

    #[test]
    fn one_identifier_may_be_of_one_element_of_a_sort_only() {
        let commands = "<CommandDefinitions><CommandDefinition Id='new.a'><EnableRules><EnableRule Id='new.r'/>\
                        </EnableRules></CommandDefinition><CommandDefinition Id='new.b'><EnableRules>\
                        <EnableRule Id='new.r'/></EnableRules></CommandDefinition></CommandDefinitions>";
        assert!(
            found(&format!(
                "{}{commands}",
                action("x._children", "<Button Id='new.b'/>")
            ))
            .is_empty()
        );
        let twice = action("x._children", "<Button Id='new.b'/><Button Id='new.b'/>");
        assert_eq!(found(&twice), ["RibbonIdRepeated new.b"]);
    }

    #[test]
    fn identifiers_have_a_greatest_length() {
        let rule = |length: usize| {
            let id = "r".repeat(length);
            format!(
                "<RuleDefinitions><EnableRules><EnableRule Id='{id}'/></EnableRules></RuleDefinitions>"
            )
        };
        assert!(found(&rule(128)).is_empty());
        assert_eq!(found(&rule(129)).len(), 1);
    }

    #[test]
    fn what_replaces_an_element_is_called_like_it() {
        let button = "<Button Id='Mscrm.A'/>";
        assert!(found(&action("Mscrm.A", button)).is_empty());
        assert!(found(&action("Mscrm.Menu.Controls._children", button)).is_empty());
        assert_eq!(
            found(&action("Mscrm.B", button)),
            ["RibbonElementElsewhere Mscrm.A"]
        );
        assert_eq!(
            found(&action("Mscrm.Tabs", "<Tabs Id='Mscrm.Tabs'/>")),
            ["RibbonOutermost Tabs"]
        );
    }

    #[test]
    fn rules_ask_for_privileges_that_there_are() {
        let rule = |name: &str| format!("<EntityPrivilegeRule PrivilegeType='{name}'/>");
        assert!(found(&rule("AppendTo")).is_empty());
        assert_eq!(found(&rule("Update")), ["RibbonPrivilege Update"]);
    }
}
