//! Queries (FetchXML) and what shows their results: the layouts of views.

use rustc_hash::FxHashMap;

use super::super::links::Links;
use crate::model::{LogicalName, Pointer, ReferenceKind};
use crate::xml::Element;

/// What references from a query are called.
#[derive(Clone, Copy, Debug)]
pub(in crate::parse) struct QueryKinds {
    pub(in crate::parse) table: ReferenceKind,
    pub(in crate::parse) column: ReferenceKind,
}

/// The tables that a query joins, by the names it calls them.
#[derive(Debug, Default)]
pub(in crate::parse) struct Aliases<'a> {
    main: Option<&'a str>,
    joined: FxHashMap<LogicalName, &'a str>,
}

impl<'a> Aliases<'a> {
    /// The table that the query is about.
    pub(in crate::parse) fn main(&self) -> Option<&'a str> {
        self.main
    }

    /// The table behind a name: an alias, or a table that is called by its own name.
    fn table(&self, name: &'a str) -> &'a str {
        self.alias(name).unwrap_or(name)
    }

    /// The table behind an alias.
    fn alias(&self, name: &str) -> Option<&'a str> {
        self.joined.get(&LogicalName::new(name)).copied()
    }
}

/// Reads a query: an element `fetch`, or one around it.
pub(in crate::parse) fn query<'a>(
    element: Element<'a, '_>,
    kinds: QueryKinds,
    links: &mut Links<'_>,
) -> Aliases<'a> {
    query_of(element, "", kinds, links)
}

/// Reads a query, or a part of one that leaves out its table because it is known.
pub(in crate::parse) fn query_of<'a>(
    element: Element<'a, '_>,
    table: &'a str,
    kinds: QueryKinds,
    links: &mut Links<'_>,
) -> Aliases<'a> {
    let aliases = aliases(element);
    let mut open = vec![(element, table, "")];
    while let Some((element, table, outer)) = open.pop() {
        let (mut inner_table, mut inner_outer) = (table, outer);
        match element.name() {
            "entity" | "link-entity" => {
                inner_table = element.attribute("name").unwrap_or_default();
                inner_outer = table;
                joined(element, inner_table, inner_outer, kinds, links);
            }
            "attribute" => column(element, "name", inner_table, kinds, links),
            "order" => {
                let of = element
                    .attribute("entityname")
                    .map_or(table, |name| aliases.table(name));
                column(element, "attribute", of, kinds, links);
            }
            "condition" => condition(element, table, &aliases, kinds, links),
            _ => {}
        }
        let from = open.len();
        open.extend(
            element
                .children()
                .map(|child| (child, inner_table, inner_outer)),
        );
        open[from..].reverse();
    }
    aliases
}

fn aliases<'a>(element: Element<'a, '_>) -> Aliases<'a> {
    let mut aliases = Aliases::default();
    for element in element.within(|_| false) {
        match (element.name(), element.attribute("name")) {
            ("entity", Some(name)) => aliases.main = aliases.main.or(Some(name)),
            ("link-entity", Some(name)) => {
                let alias = element.attribute("alias").unwrap_or(name);
                let alias = LogicalName::new(alias);
                aliases.joined.entry(alias).or_insert(name);
            }
            _ => {}
        }
    }
    aliases
}

/// A table of the query, and the columns by which it is joined to the one around it.
fn joined(
    element: Element<'_, '_>,
    table: &str,
    outer: &str,
    kinds: QueryKinds,
    links: &mut Links<'_>,
) {
    if let Some((name, span)) = element.attribute_at("name") {
        links.table(kinds.table, name, span);
    }
    column(element, "from", table, kinds, links);
    column(element, "to", outer, kinds, links);
}

fn column(
    element: Element<'_, '_>,
    attribute: &str,
    table: &str,
    kinds: QueryKinds,
    links: &mut Links<'_>,
) {
    if let Some((name, span)) = element.attribute_at(attribute) {
        links.column(kinds.column, table, name, span);
    }
}

fn condition<'a>(
    element: Element<'a, '_>,
    table: &'a str,
    aliases: &Aliases<'a>,
    kinds: QueryKinds,
    links: &mut Links<'_>,
) {
    let of = element
        .attribute("entityname")
        .filter(|name| !name.is_empty())
        .map_or(table, |name| aliases.table(name));
    column(element, "attribute", of, kinds, links);
    // Two columns compared with each other.
    if let Some((other, span)) = element.attribute_at("valueof") {
        match other.split_once('.') {
            Some((alias, name)) => links.column(kinds.column, aliases.table(alias), name, span),
            None => links.column(kinds.column, table, other, span),
        }
    }
}

/// What references from a layout are called.
#[derive(Clone, Copy, Debug)]
pub(in crate::parse) struct LayoutKinds {
    pub(in crate::parse) column: ReferenceKind,
    pub(in crate::parse) icon: ReferenceKind,
    pub(in crate::parse) control: ReferenceKind,
    pub(in crate::parse) relationship: ReferenceKind,
}

/// Reads the layout of a view (`grid`) over a query of a table.
pub(in crate::parse) fn layout(
    grid: Element<'_, '_>,
    table: &str,
    aliases: &Aliases<'_>,
    kinds: LayoutKinds,
    links: &mut Links<'_>,
) {
    let table = aliases.main.unwrap_or(table);
    for element in grid.within(is_removed) {
        match element.name() {
            "grid" => own(element, &["jump"], table, kinds, links),
            "row" => own(element, &["id", "multiobjectidfield"], table, kinds, links),
            "cell" => cell(element, table, aliases, kinds, links),
            "customControl" => {
                if let Some((name, span)) = element.attribute_at("name") {
                    links.named(kinds.control, 66, name, span);
                }
            }
            _ => {}
        }
    }
}

fn own(
    element: Element<'_, '_>,
    attributes: &[&str],
    table: &str,
    kinds: LayoutKinds,
    links: &mut Links<'_>,
) {
    for attribute in attributes {
        if let Some((name, span)) = element.attribute_at(attribute) {
            links.column(kinds.column, table, name, span);
        }
    }
}

fn cell(
    cell: Element<'_, '_>,
    table: &str,
    aliases: &Aliases<'_>,
    kinds: LayoutKinds,
    links: &mut Links<'_>,
) {
    let related = cell
        .attribute("relatedentityname")
        .filter(|name| !name.is_empty());
    if let Some((name, span)) = cell.attribute_at("name") {
        match name.split_once('.') {
            Some((alias, column)) => {
                // An alias that the query lacks may be a related table; otherwise it names nothing.
                if let Some(of) = aliases.alias(alias).or(related) {
                    links.column(kinds.column, of, column, span);
                }
            }
            None => links.column(kinds.column, table, name, span),
        }
    }
    if let Some((name, span)) = cell.attribute_at("imageproviderwebresource") {
        links.web_resource(kinds.icon, name, span);
    }
    if let Some((name, span)) = cell.attribute_at("relationshipname") {
        links.named(kinds.relationship, 10, name, span);
    }
    if let (Some(of), Some((name, span))) = (related, cell.attribute_at("relatedentityattr")) {
        links.column(kinds.column, of, name, span);
    }
    if let Some((name, span)) = cell.attribute_at("primaryentityattr") {
        links.column(kinds.column, table, name, span);
    }
}

/// The older form of a query, `columnset`: columns of one table.
pub(in crate::parse) fn column_set(
    set: Element<'_, '_>,
    table: &str,
    kind: ReferenceKind,
    links: &mut Links<'_>,
) {
    for element in set.within(|_| false) {
        match element.name() {
            "column" | "ascend" | "descend" => {
                if let Some(name) = element.text() {
                    links.column(kind, table, name, element.span());
                }
            }
            "condition" => {
                if let Some((name, span)) = element.attribute_at("column") {
                    links.column(kind, table, name, span);
                }
            }
            _ => {}
        }
    }
}

/// What a difference takes away is not there.
pub(in crate::parse) fn is_removed(element: Element<'_, '_>) -> bool {
    element
        .attribute("solutionaction")
        .is_some_and(|action| action.eq_ignore_ascii_case("removed"))
}

/// A relationship by its name, unless it is one of the items every table has.
pub(in crate::parse) fn relationship(
    kind: ReferenceKind,
    name: &str,
    span: crate::source::Span,
    links: &mut Links<'_>,
) {
    let is_fixed = name
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("hardcoded_"));
    if !is_fixed && super::super::links::is_name(name) {
        links.add(kind, Pointer::named(10, name), span);
    }
}
