//! XML within limits, and a cursor over its elements.
//!
//! [`parse`] refuses what would exhaust time or memory before the tree is built: the parser compares every attribute of
//! an element with every other, and copies the namespaces in scope into each element that declares one.

mod digest;
mod events;

use roxmltree::{Document, Node, ParsingOptions};

use crate::limits::{Exceeded, Limits};
use crate::model::FlawKind;
use crate::source::{FileId, Span, line_start};

pub(crate) use digest::digests;
pub(crate) use events::{Event, ends, events};

/// Why a text is no document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct XmlFailure {
    /// Malformed, or beyond a limit.
    pub(crate) kind: FlawKind,
    /// What is wrong, as a sentence fragment.
    pub(crate) detail: String,
    /// Where, in bytes of the text.
    pub(crate) offset: u32,
    /// The limit, where it is one.
    pub(crate) exceeded: Option<Exceeded>,
}

/// Namespace declarations of one document. Real exports have at most fourteen; every name is looked up among those in
/// scope.
const NAMESPACES: u32 = 500;

/// Parses a document within the limits.
pub(crate) fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, XmlFailure> {
    let bounds = Bounds::new(limits);
    survey(text, &bounds)?;
    let options = ParsingOptions {
        nodes_limit: limits.xml_nodes,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| failure(text, &bounds, &error))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other error is one of syntax"
)]
fn failure(text: &str, bounds: &Bounds, error: &roxmltree::Error) -> XmlFailure {
    match error {
        roxmltree::Error::NodesLimitReached => beyond(bounds.nodes, 0),
        roxmltree::Error::DtdDetected => XmlFailure {
            kind: FlawKind::MalformedXml,
            detail: "it has a document type declaration, which solution files never have".into(),
            offset: 0,
            exceeded: None,
        },
        other => XmlFailure {
            kind: FlawKind::MalformedXml,
            detail: without_position(&other.to_string()),
            offset: offset_of(text, other.pos()),
            exceeded: None,
        },
    }
}

/// The parser's messages end with their position, which reports print themselves.
fn without_position(message: &str) -> String {
    message
        .rsplit_once(" at ")
        .map_or(message, |(text, _)| text)
        .to_owned()
}

fn offset_of(text: &str, position: roxmltree::TextPos) -> u32 {
    let start = line_start(text, position.row as usize);
    let column = (position.col as usize).saturating_sub(1);
    let within = text[start..]
        .char_indices()
        .nth(column)
        .map_or(0, |(at, _)| at);
    u32::try_from(start + within).unwrap_or(u32::MAX)
}

fn beyond(exceeded: Exceeded, offset: usize) -> XmlFailure {
    XmlFailure {
        kind: FlawKind::BeyondLimit,
        detail: exceeded.detail(),
        offset: u32::try_from(offset).unwrap_or(u32::MAX),
        exceeded: Some(exceeded),
    }
}

/// The limits of one document, as what is reported when they are exceeded.
struct Bounds {
    attributes: Exceeded,
    namespaces: Exceeded,
    depth: Exceeded,
    nodes: Exceeded,
}

impl Bounds {
    fn new(limits: &Limits) -> Self {
        let bound = |limit, option, allowed: u32| Exceeded {
            limit,
            option,
            allowed: allowed.into(),
        };
        let attributes = "attributes of one XML element";
        Self {
            attributes: bound(
                attributes,
                Some("max-xml-attributes"),
                limits.xml_attributes,
            ),
            namespaces: bound("XML namespace declarations", None, NAMESPACES),
            depth: bound(
                "XML elements within elements",
                Some("max-xml-depth"),
                limits.xml_depth,
            ),
            nodes: bound("XML nodes", Some("max-xml-nodes"), limits.xml_nodes),
        }
    }
}

/// Reads the tags of a text once, in linear time, to see that depth, attributes and namespaces stay within limits.
fn survey(text: &str, bounds: &Bounds) -> Result<(), XmlFailure> {
    let bytes = text.as_bytes();
    let (mut depth, mut namespaces, mut at) = (0_u64, 0_u64, 0_usize);
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        at = match bytes.get(open + 1) {
            Some(b'!') => after_markup(bytes, open),
            Some(b'?') => after(bytes, open, b"?>"),
            Some(b'/') => {
                depth = depth.saturating_sub(1);
                open + 2
            }
            _ => {
                let tag = read_tag(bytes, open);
                namespaces += tag.namespaces;
                depth += u64::from(!tag.empty);
                for (count, bound) in [
                    (tag.attributes, &bounds.attributes),
                    (namespaces, &bounds.namespaces),
                    (depth, &bounds.depth),
                ] {
                    if count > bound.allowed {
                        return Err(beyond(*bound, open));
                    }
                }
                tag.end
            }
        };
    }
    Ok(())
}

struct Tag {
    end: usize,
    attributes: u64,
    namespaces: u64,
    empty: bool,
}

/// Reads a start tag from its `<`, counting attributes by their quotes; a `>` inside quotes does not end it.
///
/// Tags are short, so this goes byte by byte; only values are skipped by search.
fn read_tag(bytes: &[u8], open: usize) -> Tag {
    let mut tag = Tag {
        end: bytes.len(),
        attributes: 0,
        namespaces: 0,
        empty: false,
    };
    let (mut at, mut word) = (open + 1, open + 1);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => {
                tag.empty = bytes[at - 1] == b'/';
                tag.end = at + 1;
                return tag;
            }
            b'"' | b'\'' => {
                tag.attributes += 1;
                let name = bytes[word..at].trim_ascii_start();
                tag.namespaces += u64::from(name.starts_with(b"xmlns"));
                match memchr::memchr(*byte, &bytes[at + 1..]) {
                    Some(close) => at += close + 2,
                    None => return tag,
                }
                word = at;
            }
            // The first attribute begins where the element's own name ends.
            b' ' | b'\t' | b'\r' | b'\n' if word == open + 1 => {
                at += 1;
                word = at;
            }
            _ => at += 1,
        }
    }
    tag
}

fn after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    memchr::memmem::find(&bytes[from..], end).map_or(bytes.len(), |found| from + found + end.len())
}

fn after_markup(bytes: &[u8], open: usize) -> usize {
    let rest = &bytes[open..];
    if rest.starts_with(b"<!--") {
        after(bytes, open + 4, b"-->")
    } else if rest.starts_with(b"<![CDATA[") {
        after(bytes, open, b"]]>")
    } else {
        after(bytes, open, b">")
    }
}

/// An element of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a, 'input> {
    node: Node<'a, 'input>,
    file: FileId,
}

impl<'a, 'input> Element<'a, 'input> {
    pub(crate) fn new(node: Node<'a, 'input>, file: FileId) -> Self {
        Self { node, file }
    }

    /// The name without its prefix.
    pub(crate) fn name(self) -> &'a str {
        self.node.tag_name().name()
    }

    /// The whole element.
    pub(crate) fn span(self) -> Span {
        self.range(self.node.range())
    }

    /// The start tag only: what a report marks.
    pub(crate) fn tag_span(self, text: &str) -> Span {
        let mut span = self.span();
        let tag = read_tag(&text.as_bytes()[..span.end as usize], span.start as usize);
        span.end = u32::try_from(tag.end).unwrap_or(u32::MAX);
        span
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let file = self.file;
        self.node
            .children()
            .filter(Node::is_element)
            .map(move |node| Self { node, file })
    }

    pub(crate) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The element at a path of names such as `EntityInfo/entity`; an empty path is the element itself.
    pub(crate) fn at(self, path: &str) -> Option<Self> {
        path.split('/')
            .filter(|name| !name.is_empty())
            .try_fold(self, Self::child)
    }

    /// An attribute by its local name.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        self.node
            .attributes()
            .find(|attribute| attribute.name() == name)
            .map(|attribute| attribute.value())
    }

    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none())
            .map(|attribute| (attribute.name(), attribute.value()))
    }

    /// The text directly inside, without surrounding white space; empty text is none.
    pub(crate) fn text(self) -> Option<&'a str> {
        self.node
            .text()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The text of a child.
    pub(crate) fn child_text(self, name: &str) -> Option<&'a str> {
        self.child(name)?.text()
    }

    /// A value by a short path: `@name` is an attribute, `a/b` a nested child's text, `a/@b` a child's attribute, `.` the
    /// element's own name. Of alternatives (`a|b`) the first that is there counts.
    pub(crate) fn value(self, path: &str) -> Option<&'a str> {
        path.split('|')
            .find_map(|path| match path.rsplit_once('@') {
                None if path == "." => Some(self.name()),
                None => self.at(path)?.text(),
                Some((parent, attribute)) => self
                    .at(parent)?
                    .attribute(attribute)
                    .map(str::trim)
                    .filter(|text| !text.is_empty()),
            })
    }

    /// The values at a short path of [`Element::value`], each with its place; empty ones are none.
    pub(crate) fn values(self, path: &str) -> Vec<(&'a str, Span)> {
        let mut found = Vec::new();
        for path in path.split('|') {
            let (elements, attribute) = match path.rsplit_once('@') {
                Some((parent, name)) => (parent.trim_end_matches('/'), Some(name)),
                None => (path, None),
            };
            let one = |element: Self| match attribute {
                Some(name) => element.attribute_at(name),
                None => Some((element.text()?, element.span())),
            };
            // Most paths are one name, and most are not there.
            match elements {
                "" => found.extend(one(self)),
                path => found.extend(self.all(path).into_iter().filter_map(one)),
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// An attribute's value with its place, without surrounding white space; an empty one is none.
    pub(crate) fn attribute_at(self, name: &str) -> Option<(&'a str, Span)> {
        let mut attributes = self.node.attributes();
        let attribute = attributes.find(|attribute| attribute.name() == name)?;
        let value = attribute.value().trim();
        (!value.is_empty()).then(|| (value, self.range(attribute.range_value())))
    }

    /// The attributes whose value is not empty, each with its place.
    pub(crate) fn attributes_at(self) -> impl Iterator<Item = (&'a str, &'a str, Span)> {
        let plain = self
            .node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none());
        plain.filter_map(move |attribute| {
            let value = attribute.value().trim();
            let span = self.range(attribute.range_value());
            (!value.is_empty()).then(|| (attribute.name(), value, span))
        })
    }

    /// Every element inside this one and itself, in the order of the text, without those that `skip` leaves out.
    pub(crate) fn within(self, skip: impl Fn(Self) -> bool) -> impl Iterator<Item = Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            let from = open.len();
            open.extend(next.children().filter(|child| !skip(*child)));
            open[from..].reverse();
            Some(next)
        })
    }

    fn range(self, range: std::ops::Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file: self.file,
            start: offset(range.start),
            end: offset(range.end),
        }
    }

    /// Every element at a path of names.
    pub(crate) fn all(self, path: &str) -> Vec<Self> {
        path.split('/').fold(vec![self], |found, name| {
            let below =
                |element: Self| element.children().filter(move |child| child.name() == name);
            found.into_iter().flat_map(below).collect()
        })
    }

    /// The element around this one.
    pub(crate) fn parent(self) -> Option<Self> {
        let node = self.node.parent_element()?;
        Some(Self { node, ..self })
    }

    /// Whether there are elements inside.
    pub(crate) fn has_children(self) -> bool {
        self.children().next().is_some()
    }

    /// The source text of the element.
    pub(crate) fn source(self) -> &'a str {
        &self.node.document().input_text()[self.node.range()]
    }
}

#[cfg(test)]
mod tests;
