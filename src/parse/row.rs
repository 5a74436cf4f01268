//! How a component is written: a row says where its element stands and which values name it.

use super::draft::{Draft, Named};
use super::links::Links;
use crate::model::{LogicalName, Origin, ReferenceKind};
use crate::source::Span;
use crate::xml::Element;

/// The type a row's elements have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A numbered type.
    Number(u32),
    /// A row of a solution-aware table.
    Table(&'static str),
    /// Known content that is no component of its own.
    Content,
}

/// Whether a component comes of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Keep,
    /// The element is there, but empty: exports write skeletons of ribbons for every table.
    Drop,
}

/// What a row may add to what its paths say.
pub(super) type Finish = fn(&mut Draft<'_>, Element<'_, '_>) -> Verdict;

/// How a value of a definition names another component.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Naming {
    /// A table by its logical name.
    Table,
    /// A table by its logical name or its object type code.
    TableOrCode,
    /// Columns, separated by commas, of the table around the component.
    Column,
    /// Columns, separated by commas, of the table that the value at this path names.
    ColumnOf(&'static str),
    /// A component of this type by its name.
    Named(u32),
    /// A component of this type by its record identifier.
    Id(u32),
    /// A record of this table by its key.
    Record(&'static str),
    /// A web resource by its name, marked by the directive or not.
    WebResource,
    /// A web resource, only where the directive marks it.
    Directive,
}

/// A value that names another component: its path, how it names it, and what the reference means.
pub(super) type Site = (&'static str, Naming, ReferenceKind);

/// Reads what no path leads to.
pub(super) type Refer = fn(Element<'_, '_>, Option<&LogicalName>, &mut Links<'_>);

fn nothing(_: Element<'_, '_>, _: Option<&LogicalName>, _: &mut Links<'_>) {}

/// Where a component's element stands and what is read from it. Paths are short paths of [`Element::value`].
#[derive(Debug)]
pub(super) struct Row {
    /// The path below the root of customizations.xml; `*` stands for any name.
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    /// A value, or the element with one `label` per language.
    pub(super) display: &'static str,
    /// Alternate keys, as (key, path).
    pub(super) keys: &'static [(&'static str, &'static str)],
    /// For what is unique within its parent only: the alternate key that names the parent.
    pub(super) parent_key: &'static str,
    /// Values kept under their path's last name.
    pub(super) keep: &'static [&'static str],
    /// Elements that name files of the package.
    pub(super) files: &'static [&'static str],
    /// Elements of the definition that hold elements of their own and are on no row's path. Asked for only where rows
    /// stand below this one; elsewhere all that stands inside is the definition.
    pub(super) content: &'static [&'static str],
    pub(super) finish: Finish,
    /// Values that name other components.
    pub(super) sites: &'static [Site],
    /// Reads the references that no path leads to.
    pub(super) refer: Refer,
}

fn keep_it(_: &mut Draft<'_>, _: Element<'_, '_>) -> Verdict {
    Verdict::Keep
}

impl Row {
    /// The most values a row keeps.
    pub(super) const KEPT: usize = 24;

    pub(super) const fn new(path: &'static str, number: u32) -> Self {
        Self::of(path, Kind::Number(number))
    }

    pub(super) const fn of(path: &'static str, kind: Kind) -> Self {
        Self {
            path,
            kind,
            name: "",
            id: "",
            display: "",
            keys: &[],
            parent_key: "",
            keep: &[],
            files: &[],
            content: &[],
            finish: keep_it,
            sites: &[],
            refer: nothing,
        }
    }

    pub(super) const fn name(mut self, path: &'static str) -> Self {
        self.name = path;
        self
    }

    pub(super) const fn id(mut self, path: &'static str) -> Self {
        self.id = path;
        self
    }

    pub(super) const fn display(mut self, path: &'static str) -> Self {
        self.display = path;
        self
    }

    pub(super) const fn keys(mut self, keys: &'static [(&'static str, &'static str)]) -> Self {
        self.keys = keys;
        self
    }

    pub(super) const fn within_parent(mut self, key: &'static str) -> Self {
        self.parent_key = key;
        self
    }

    pub(super) const fn keep(mut self, paths: &'static [&'static str]) -> Self {
        assert!(paths.len() <= Self::KEPT, "a row keeps too many values");
        self.keep = paths;
        self
    }

    pub(super) const fn files(mut self, paths: &'static [&'static str]) -> Self {
        self.files = paths;
        self
    }

    pub(super) const fn content(mut self, names: &'static [&'static str]) -> Self {
        self.content = names;
        self
    }

    pub(super) const fn names(mut self, sites: &'static [Site]) -> Self {
        self.sites = sites;
        self
    }

    pub(super) const fn refer(mut self, refer: Refer) -> Self {
        self.refer = refer;
        self
    }

    pub(super) const fn finish(mut self, finish: Finish) -> Self {
        self.finish = finish;
        self
    }
}

/// Reads the values of a row that name other components.
pub(super) fn refer(
    row: &Row,
    element: Element<'_, '_>,
    named: &Named<'_, '_>,
    table: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    let mut tables = Tables {
        element,
        own: table.map_or("", LogicalName::as_str),
        found: Vec::new(),
    };
    for (site, child) in named {
        if let Some(value) = child.text() {
            at_site(site, value, child.span(), &mut tables, links);
        }
    }
    for site in row.sites.iter().filter(|(path, ..)| !is_child(path)) {
        for (value, span) in element.values(site.0) {
            at_site(site, value, span, &mut tables, links);
        }
    }
    (row.refer)(element, table, links);
}

/// Whether a path is the name of a child.
fn is_child(path: &str) -> bool {
    !path.contains(['/', '@', '|'])
}

/// The tables that columns of one element are of. A path is followed once: a hostile definition may name any number of
/// columns.
struct Tables<'d, 'i, 'o> {
    element: Element<'d, 'i>,
    own: &'o str,
    found: Vec<(&'static str, &'d str)>,
}

impl<'d> Tables<'d, '_, '_> {
    fn at(&mut self, path: &'static str) -> &'d str {
        if let Some((_, table)) = self.found.iter().find(|(known, _)| *known == path) {
            return table;
        }
        let table = self.element.value(path).unwrap_or_default();
        self.found.push((path, table));
        table
    }
}

fn at_site(
    (_, naming, kind): &Site,
    value: &str,
    span: Span,
    tables: &mut Tables<'_, '_, '_>,
    links: &mut Links<'_>,
) {
    match naming {
        Naming::Table => links.table(*kind, value, span),
        Naming::TableOrCode => links.table_or_code(*kind, value, span),
        Naming::Column => links.columns(*kind, tables.own, value, span),
        Naming::ColumnOf(path) => links.columns(*kind, tables.at(path), value, span),
        Naming::Named(number) => links.named(*kind, *number, value, span),
        Naming::Id(number) => links.id(*kind, *number, value, span),
        Naming::Record(table) => links.record(*kind, table, value, span),
        Naming::WebResource => links.web_resource(*kind, value, span),
        Naming::Directive => {
            links.directive(*kind, value, span);
        }
    }
}

/// Exports write a form, app or site map as differences against its base layer, marked with `solutionaction`, when the
/// base belongs to another solution: managed ones mostly, but 4 of 156 unmanaged ones too.
pub(super) fn layered_by_differences(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    const MARK: &str = "solutionaction";
    // Most have no such word at all, and looking for it is cheap.
    if memchr::memmem::find(element.source().as_bytes(), MARK.as_bytes()).is_some()
        && any(element, |inside| inside.attribute(MARK).is_some())
    {
        draft.origin = Origin::Layered;
    }
    Verdict::Keep
}

/// Whether an element or one inside it is such a one.
fn any(element: Element<'_, '_>, is_such: impl Fn(Element<'_, '_>) -> bool) -> bool {
    let mut open = vec![element];
    while let Some(next) = open.pop() {
        if is_such(next) {
            return true;
        }
        open.extend(next.children());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ComponentType, Identity};

    fn origin(text: &str) -> Origin {
        let document = crate::xml::parse(text, &crate::limits::Limits::default()).unwrap();
        let mut draft = Draft {
            identity: Identity::of(ComponentType::Number(60)),
            properties: Vec::new(),
            parts: Vec::new(),
            origin: Origin::Package,
            around: &[],
        };
        let form = Element::new(document.root_element(), crate::source::FileId(0));
        layered_by_differences(&mut draft, form);
        draft.origin
    }

    #[test]
    fn differences_are_marked_by_an_attribute_however_it_is_written() {
        for text in [
            "<a><b solutionaction='Added'/></a>",
            "<a><b\n solutionaction = \"Added\"/></a>",
        ] {
            assert_eq!(origin(text), Origin::Layered, "{text}");
        }
    }

    #[test]
    fn text_and_comments_mark_nothing() {
        for text in [
            "<a><!-- <b solutionaction=\"Added\"/> --></a>",
            "<a><b><![CDATA[ solutionaction=\"Added\"]]></b></a>",
        ] {
            assert_eq!(origin(text), Origin::Package, "{text}");
        }
    }
}
