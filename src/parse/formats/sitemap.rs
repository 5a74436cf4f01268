//! Site maps: which tables, pages and pictures the navigation of an app names.

mod shape;

use super::super::links::Links;
use super::fetch::is_removed;
use crate::model::{Pointer, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// Reads a site map, or an element around it.
pub(in crate::parse) fn site_map(
    map: Element<'_, '_>,
    _: Option<&crate::model::LogicalName>,
    links: &mut Links<'_>,
) {
    shape::check(map, links);
    for element in map.within(is_removed) {
        match element.name() {
            "Area" | "Group" | "SubArea" => item(element, links),
            "Privilege" => table(element, links),
            _ => {}
        }
    }
}

fn table(element: Element<'_, '_>, links: &mut Links<'_>) {
    if let Some((name, span)) = element.attribute_at("Entity") {
        links.table(Kind::SitemapTable, name, span);
    }
}

fn item(item: Element<'_, '_>, links: &mut Links<'_>) {
    table(item, links);
    if let Some((id, span)) = item.attribute_at("DefaultDashboard") {
        links.id(Kind::SitemapDashboard, 60, id, span);
    }
    if let Some((name, span)) = item.attribute_at("Page") {
        links.named(Kind::SitemapPage, 300, name, span);
    }
    for attribute in ["Url", "Icon", "VectorIcon", "OutlookShortcutIcon"] {
        let Some((value, span)) = item.attribute_at(attribute) else {
            continue;
        };
        let is_resource = links.directive(Kind::SitemapWebResource, value, span)
            || links.web_path(Kind::SitemapPath, value, span);
        if attribute == "Url" && !is_resource {
            address(value, span, links);
        }
    }
}

/// The parameters of an address within the application: `/main.aspx?pagetype=entitylist&etn=account&viewid={…}`.
fn address(url: &str, span: Span, links: &mut Links<'_>) {
    let is_elsewhere = url.contains("://") && !url.to_ascii_lowercase().contains("main.aspx");
    if is_elsewhere {
        return;
    }
    let parameters = Parameters::of(url);
    let kind = Kind::SitemapUrl;
    if let Some(name) = parameters.get("etn") {
        links.table(kind, &name, span);
    } else if let Some(code) = parameters.get("etc").and_then(|code| code.parse().ok()) {
        links.add(kind, Pointer::TypeCode(code), span);
    }
    // A personal view or dashboard is data.
    let personal = |name, marks: &[&str]| {
        let mark = parameters.get(name);
        mark.is_some_and(|mark| marks.iter().any(|known| mark.eq_ignore_ascii_case(known)))
    };
    if let Some(view) = parameters.get("viewid")
        && !personal("viewtype", &["4230", "userquery"])
    {
        links.id(kind, 26, &view, span);
    }
    if let Some(form) = parameters.get("formid") {
        links.id(kind, 60, &form, span);
    }
    let page = parameters.get("pagetype").unwrap_or_default();
    match &*page.to_ascii_lowercase() {
        "dashboard" if !personal("type", &["user", "1032"]) => {
            if let Some(id) = parameters.get("id") {
                links.id(kind, 60, &id, span);
            }
        }
        "custom" => {
            if let Some(name) = parameters.get("name") {
                links.named(kind, 300, &name, span);
            }
        }
        "webresource" => {
            if let Some(name) = parameters.get("webresourcename") {
                links.web_resource(kind, &name, span);
            }
        }
        "control" => {
            if let Some(name) = parameters.get("controlname") {
                links.named(kind, 66, &name, span);
            }
        }
        _ => {}
    }
}

/// The parameters of an address. Some are written without the page before them.
struct Parameters<'a>(&'a str);

impl<'a> Parameters<'a> {
    fn of(url: &'a str) -> Self {
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        Self(query.split('#').next().unwrap_or_default())
    }

    /// The value of a parameter, in any case.
    fn get(&self, name: &str) -> Option<String> {
        let mut pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
        let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn map(text: &str) -> Vec<String> {
        found(&format!("<SiteMap>{text}</SiteMap>"), |map, links| {
            site_map(map, None, links);
        })
    }

    #[test]
    fn tables_are_named_by_areas_within_groups_and_by_privileges() {
        let text = "<Area><Group><SubArea Entity='new_a'><Privilege Entity='new_b' Privilege='Read'/></SubArea></Group></Area>";
        assert_eq!(
            map(text),
            ["sitemap-table 1 new_a", "sitemap-table 1 new_b"]
        );
    }

    #[test]
    fn web_resources_are_marked_by_the_directive_or_lie_at_the_servers_path() {
        let text = "<Area Icon='$webresource:new_/a.svg'><SubArea Url='$webresource:new_/p.html?x=1' \
                    VectorIcon='/WebResources/new_/b%20c.svg' OutlookShortcutIcon='/_imgs/x.gif' Icon='$webresource:'/></Area>";
        assert_eq!(
            map(text),
            [
                "sitemap-web-resource 61 new_/a.svg",
                "sitemap-web-resource 61 new_/p.html",
                "sitemap-path 61 new_/b c.svg"
            ]
        );
    }

    #[test]
    fn addresses_name_tables_views_dashboards_pages_and_controls() {
        for (url, expected) in [
            (
                format!("/main.aspx?pagetype=entitylist&amp;etn=new_a&amp;viewid=%7b{ID}%7d"),
                vec!["1 new_a".to_owned(), format!("26 {ID}")],
            ),
            (format!("viewid={{{ID}}}"), vec![format!("26 {ID}")]),
            (
                format!("/main.aspx?pagetype=dashboard&amp;id={ID}"),
                vec![format!("60 {ID}")],
            ),
            (
                format!("/main.aspx?pagetype=dashboard&amp;type=user&amp;id={ID}"),
                vec![],
            ),
            (
                "/main.aspx?pagetype=custom&amp;name=new_page_1".into(),
                vec!["300 new_page_1".into()],
            ),
            (
                "/main.aspx?pagetype=webresource&amp;webresourceName=new_/p.html".into(),
                vec!["61 new_/p.html".into()],
            ),
            (
                "/main.aspx?pageType=control&amp;controlName=New.Control".into(),
                vec!["66 New.Control".into()],
            ),
            (
                "/_root/homepage.aspx?etc=4200".into(),
                vec!["TypeCode(4200)".into()],
            ),
            ("https://example.com/?etn=new_a".into(), vec![]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|to| format!("sitemap-url {to}"))
                .collect();
            assert_eq!(map(&format!("<SubArea Url='{url}'/>")), expected, "{url}");
        }
    }

    #[test]
    fn dashboards_and_custom_pages_have_attributes_of_their_own() {
        let text = format!("<SubArea DefaultDashboard='{{{ID}}}'/><SubArea Page='new_page_1'/>");
        assert_eq!(
            map(&text),
            [
                format!("sitemap-dashboard 60 {ID}"),
                "sitemap-page 300 new_page_1".into()
            ]
        );
    }

    #[test]
    fn what_a_difference_takes_away_names_nothing() {
        assert!(map("<Area solutionaction='Removed'><SubArea Entity='new_a'/></Area>").is_empty());
    }
}
