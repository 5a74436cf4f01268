//! A component while it is read, and what one file adds to a solution.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::formats::assembly::Assembly;
use super::formats::sequence;
use super::row::{Kind, Row, Site};
use crate::limits::Limits;
use crate::model::{
    Component, ComponentId, ComponentType, Flaw, FlawKind, FormHandler, Guid, Identity,
    LogicalName, Origin, Part, Reference, Unclaimed,
};
use crate::source::Span;
use crate::xml::Element;

/// What a file adds to its solution.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    /// Components; parents are positions in this list.
    pub(super) components: Vec<Component>,
    /// What they name; one of the file as a whole is from [`OUTSIDE`].
    pub(super) references: Vec<Reference>,
    /// What columns name whose common file this is: the column, within the table of the columns that name the file.
    pub(super) of_columns: Vec<(LogicalName, Reference)>,
    /// Sequences, with what their definitions may name.
    pub(super) sequences: Vec<sequence::Draft>,
    /// What the file says of itself, where it is an assembly.
    pub(super) assembly: Option<Assembly>,
    /// Functions that forms call.
    pub(super) handlers: Vec<FormHandler>,
    pub(super) languages: Vec<u32>,
    pub(super) unclaimed: Vec<Unclaimed>,
    pub(super) flaws: Vec<Flaw>,
}

/// What every parser may know of the file it reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) text: &'a str,
    /// The language names are taken in where there are several.
    pub(super) base_language: Option<u32>,
    pub(super) limits: &'a Limits,
}

/// A component while it is read.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) identity: Identity,
    pub(super) properties: Vec<(Cow<'static, str>, SmolStr)>,
    pub(super) parts: Vec<Part>,
    pub(super) origin: Origin,
    /// The components around this one, outermost first.
    pub(super) around: &'a [(ComponentId, Identity)],
}

/// Values longer than this many bytes are content, not properties: scripts, documents, pictures.
const PROPERTY_BYTES: usize = 512;

impl Draft<'_> {
    /// Keeps a value under a name, where there is one; of a long one only its length.
    pub(super) fn keep(&mut self, name: impl Into<Cow<'static, str>>, value: Option<&str>) {
        if let Some(value) = value {
            let kept = match value.len() {
                0..=PROPERTY_BYTES => value.into(),
                // That there is content must not be lost, only the content itself.
                bytes => SmolStr::from(format!("({bytes} bytes)")),
            };
            self.properties.push((name.into(), kept));
        }
    }
}

/// Children of an element that name other components, each with what it means.
pub(super) type Named<'d, 'i> = Vec<(&'static Site, Element<'d, 'i>)>;

/// Reads what a row says of its element. Which children name other components is found on the way.
pub(super) fn draft<'a, 'd, 'i>(
    row: &'static Row,
    element: Element<'d, 'i>,
    context: Context<'_>,
    around: &'a [(ComponentId, Identity)],
) -> (Draft<'a>, Named<'d, 'i>) {
    let kind = match row.kind {
        Kind::Number(number) => ComponentType::number(number),
        Kind::Table(table) => ComponentType::table(table),
        Kind::Content => ComponentType::Number(0),
    };
    let mut identity = Identity::of(kind).with_id(path(element, row.id).and_then(Guid::parse_used));
    if let Some(name) = path(element, row.name) {
        identity = identity.named(name);
    }
    let keys = row
        .keys
        .iter()
        .filter_map(|(key, at)| Some(((*key).into(), element.value(at)?.into())));
    identity = identity.with_keys(keys.collect());
    identity.display_name = display_name(element, row.display, context.base_language);
    if let Some((_, parent)) = around.last() {
        add_parent(&mut identity, row.parent_key, parent);
    }
    let mut draft = Draft {
        identity,
        properties: Vec::new(),
        parts: parts(row, element),
        origin: origin(element),
        around,
    };
    let named = read_children(&mut draft, row, element);
    (draft, named)
}

/// Adds the key that names the parent, so that items of one name in two parents are two. An item with an identifier
/// needs none. Its own name stays one of its addresses: manifests may give it alone.
fn add_parent(identity: &mut Identity, key: &'static str, parent: &Identity) {
    if key.is_empty() || identity.object_id.is_some() {
        return;
    }
    let id = parent.object_id.map(|id| id.to_string().into());
    let name = || parent.schema_name.as_ref().map(|name| name.as_str().into());
    let Some(value) = id.or_else(name).or_else(|| parent.display_name.clone()) else {
        return;
    };
    if identity.keys.is_empty() {
        let Some(own) = &identity.schema_name else {
            return;
        };
        identity.keys.push(("name".into(), own.as_str().into()));
    }
    identity.keys.push((key.into(), value));
    identity.keys.sort();
}

/// Keeps the values that a row lists, in its order, and finds the children that name other components. Most values are
/// children with text, and all children are looked at once.
fn read_children<'d, 'i>(
    draft: &mut Draft<'_>,
    row: &'static Row,
    element: Element<'d, 'i>,
) -> Named<'d, 'i> {
    let paths = row.keep;
    let mut named = Vec::new();
    let mut children = [None; Row::KEPT];
    for child in element.children() {
        let name = child.name();
        let site = row.sites.iter().find(|(path, ..)| *path == name);
        named.extend(site.map(|site| (site, child)));
        let found = paths.iter().position(|path| *path == name);
        if let Some(slot) = found.and_then(|index| children.get_mut(index)) {
            *slot = slot.or_else(|| child.text());
        }
    }
    draft
        .properties
        .reserve_exact(children.iter().flatten().count());
    for (path, child) in paths.iter().zip(children) {
        let is_path = path.contains(['/', '@']);
        let name = path.rsplit(['/', '@']).next().unwrap_or(path);
        draft.keep(name, if is_path { element.value(path) } else { child });
    }
    named
}

fn path<'a>(element: Element<'a, '_>, path: &str) -> Option<&'a str> {
    if path.is_empty() {
        None
    } else {
        element.value(path)
    }
}

/// A display name: a plain value, or the one for the base language among localised ones, else the first.
pub(super) fn display_name(
    element: Element<'_, '_>,
    path: &str,
    base_language: Option<u32>,
) -> Option<Box<str>> {
    path.split('|')
        .filter(|path| !path.is_empty())
        .find_map(|path| {
            if path.contains('@') {
                return element.value(path).map(Into::into);
            }
            let named = element.at(path)?;
            let texts = || named.children().filter_map(language_text);
            let in_base = texts().find(|(language, _)| Some(*language) == base_language);
            in_base
                .or_else(|| texts().next())
                .map(|(_, text)| text)
                .or_else(|| named.text())
                .map(Into::into)
        })
}

/// The language and text of `<LocalizedName description="…" languagecode="1033"/>` and its like.
pub(super) fn language_text<'a>(label: Element<'a, '_>) -> Option<(u32, &'a str)> {
    let text = label
        .attribute("description")
        .filter(|text| !text.trim().is_empty())?;
    Some((label.attribute("languagecode")?.trim().parse().ok()?, text))
}

fn parts(row: &Row, element: Element<'_, '_>) -> Vec<Part> {
    let named = row.files.iter().flat_map(|path| element.all(path));
    named
        .filter_map(|file| {
            Some(Part {
                path: file.text()?.into(),
                span: file.span(),
                bytes: None,
            })
        })
        .collect()
}

/// `unmodified="1"` marks a placeholder: the component is named, its definition is the base's.
pub(super) fn origin(element: Element<'_, '_>) -> Origin {
    if element.attribute("unmodified") == Some("1") {
        Origin::Layered
    } else {
        Origin::Package
    }
}

impl Fragment {
    /// Adds a component and says at which position; one that nothing names is reported.
    pub(super) fn add(&mut self, draft: Draft<'_>, span: Span) -> ComponentId {
        let id = ComponentId(u32::try_from(self.components.len()).unwrap_or(u32::MAX));
        if draft.identity.address().is_none() {
            self.flaws.push(Flaw {
                kind: FlawKind::Unnamed,
                subject: draft.identity.to_string().into(),
                detail: "".into(),
                span,
            });
        }
        self.components.push(Component {
            identity: draft.identity,
            origin: draft.origin,
            parent: draft.around.last().map(|(parent, _)| *parent),
            properties: draft.properties,
            parts: draft.parts,
            span,
            content: None,
        });
        id
    }

    /// Whether something in it may be shown to people at its place.
    pub(super) fn has_places(&self) -> bool {
        !(self.flaws.is_empty()
            && self.references.is_empty()
            && self.of_columns.is_empty()
            && self.components.is_empty())
    }

    /// Reports content that no parser understands.
    pub(super) fn leave(&mut self, what: &str, span: Span) {
        self.unclaimed.push(Unclaimed {
            what: what.into(),
            span,
        });
    }
}

/// The table that the components of a file belong to, where the file's folder says it.
pub(super) fn table_around(table: &str) -> (ComponentId, Identity) {
    let identity = Identity::of(ComponentType::Number(1)).named(&table.to_ascii_lowercase());
    // Resolved once all files are read: the table's own file may come later.
    (OUTSIDE, identity)
}

/// Stands for a parent that another file defines.
pub(super) const OUTSIDE: ComponentId = ComponentId(u32::MAX);

/// The name of the table around a component.
pub(super) fn owning_table(around: &[(ComponentId, Identity)]) -> Option<LogicalName> {
    let table = around
        .iter()
        .rev()
        .find(|(_, identity)| identity.kind == ComponentType::Number(1));
    table.and_then(|(_, identity)| identity.schema_name.clone())
}
