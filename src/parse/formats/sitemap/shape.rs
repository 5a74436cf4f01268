//! What the platform refuses in a site map: one without areas, elements without identifier or in a place that is not theirs.

use super::super::super::links::Links;
use super::super::fetch::is_removed;
use crate::model::ShapeFault as Fault;
use crate::xml::Element;

/// The elements of a site map that have an identifier, each with the one that may hold it (SiteMapType.xsd).
const NESTING: [(&str, &str); 3] = [("Area", "SiteMap"), ("Group", "Area"), ("SubArea", "Group")];

/// Reports what is refused. A map that is written as differences holds what changes only.
pub(super) fn check(around: Element<'_, '_>, links: &mut Links<'_>) {
    let map = if around.name() == "SiteMap" {
        Some(around)
    } else {
        around.child("SiteMap")
    };
    let is_marked = |element: Element<'_, '_>| element.attribute("solutionaction").is_some();
    if around.attribute("unmodified") == Some("1") || around.within(|_| false).any(is_marked) {
        return;
    }
    let Some(map) = map.filter(|map| map.child("Area").is_some()) else {
        let what = map.map_or("", |_| "SiteMap");
        links.misshapen(Fault::SiteMapEmpty, what, around.span());
        return;
    };
    for element in map.within(is_removed) {
        let name = element.name();
        let Some((_, holder)) = NESTING.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        match element.attribute_at("Id") {
            None => links.misshapen(Fault::SiteMapWithoutId, name, element.span()),
            Some((id, span)) if !id.bytes().all(is_of_id) => {
                links.misshapen(Fault::SiteMapId, id, span);
            }
            Some(_) => {}
        }
        if element
            .parent()
            .is_some_and(|parent| parent.name() != *holder)
        {
            links.misshapen(Fault::SiteMapNesting, name, element.span());
        }
    }
}

/// Letters, digits and the underscore, as the documentation of `Area/@Id` and its like says.
fn is_of_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::faults;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let text = format!("<AppModuleSiteMap>{text}</AppModuleSiteMap>");
        faults(&text, check)
    }

    #[test]
    fn a_map_has_areas_with_groups_with_subareas_and_each_an_identifier() {
        let sound = "<SiteMap><Area Id='a'><Titles/><Group Id='b'><SubArea Id='c_1'/></Group></Area></SiteMap>";
        assert!(found(sound).is_empty());
        for (text, expected) in [
            ("<SiteMap/>", "SiteMapEmpty SiteMap"),
            ("", "SiteMapEmpty "),
            ("<SiteMap><Area/></SiteMap>", "SiteMapWithoutId Area"),
            ("<SiteMap><Area Id='a b'/></SiteMap>", "SiteMapId a b"),
            (
                "<SiteMap><Area Id='a'><SubArea Id='b'/></Area></SiteMap>",
                "SiteMapNesting SubArea",
            ),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn differences_need_not_be_whole() {
        let text =
            "<SiteMap><Area Id='a'><SubArea Id='b' solutionaction='Added'/></Area></SiteMap>";
        assert!(found(text).is_empty());
    }
}
