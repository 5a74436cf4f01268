//! From YAML text to a tree, within limits: no alias is followed, and nothing recurses.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::{Key, Node, Value};
use crate::limits::{Exceeded, Limits};
use crate::model::FlawKind;
use crate::source::{FileId, Span};
use crate::xml::XmlFailure;

/// Commas of one file. The scanner reads a whole `[a, b]` before it says anything; the platform writes none of these.
const COMMAS: usize = 1_000_000;

/// Mappings within mappings, whatever is allowed of XML: the tree is dropped by recursion.
const DEPTH: u32 = 1_000;

/// Reads the one document of a file.
pub(crate) fn read(text: &str, file: FileId, limits: &Limits) -> Result<Node, XmlFailure> {
    // The scanner takes a NUL for the end of the text.
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(malformed("it has a NUL character", at));
    }
    if memchr::memchr_iter(b',', text.as_bytes()).count() > COMMAS {
        return Err(beyond("commas in one YAML file", None, COMMAS as u64, 0));
    }
    let offsets = Offsets::new(text);
    let mut tree = Tree {
        file,
        open: Vec::new(),
        root: None,
        documents: 0,
        nodes: 0,
        depth: 0,
        limits,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error, &offsets))?;
        let span = Span {
            file,
            start: offsets.byte(span.start.index()),
            end: offsets.byte(span.end.index()),
        };
        tree.take(event, span)?;
    }
    Ok(tree.root.unwrap_or(Node {
        value: Value::Empty,
        span: Span::start_of(file),
    }))
}

fn syntax(error: &ScanError, offsets: &Offsets<'_>) -> XmlFailure {
    let at = offsets.byte(error.marker().index());
    malformed(error.info(), at as usize)
}

fn malformed(detail: &str, at: usize) -> XmlFailure {
    XmlFailure {
        kind: FlawKind::MalformedYaml,
        detail: detail.to_owned(),
        offset: u32::try_from(at).unwrap_or(u32::MAX),
        exceeded: None,
    }
}

fn beyond(
    limit: &'static str,
    option: Option<&'static str>,
    allowed: u64,
    offset: u32,
) -> XmlFailure {
    let exceeded = Exceeded {
        limit,
        option,
        allowed,
    };
    XmlFailure {
        kind: FlawKind::BeyondLimit,
        detail: exceeded.detail(),
        offset,
        exceeded: Some(exceeded),
    }
}

/// A collection whose end has not been read.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

struct Tree<'a> {
    file: FileId,
    open: Vec<(Open, Span)>,
    root: Option<Node>,
    documents: u32,
    nodes: u64,
    depth: u32,
    limits: &'a Limits,
}

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), XmlFailure> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(malformed("it has a second document", span.start as usize));
                }
                Ok(())
            }
            Event::Alias(_) => {
                let what = "it has an alias ('*'), which the platform never writes";
                Err(malformed(what, span.start as usize))
            }
            Event::Scalar(text, style, _, _) => self.scalar(&text, style, span),
            Event::SequenceStart(..) => {
                if let Some((Open::List(_), _)) = self.open.last() {
                    let what = "it has a list directly within a list";
                    return Err(malformed(what, span.start as usize));
                }
                self.begin(Open::List(Vec::new()), span)
            }
            Event::MappingStart(..) => {
                self.depth += 1;
                let allowed = self.limits.xml_depth.min(DEPTH);
                if self.depth > allowed {
                    let limit = "XML elements within elements";
                    let option = Some("max-xml-depth");
                    return Err(beyond(limit, option, allowed.into(), span.start));
                }
                self.begin(Open::Map(Vec::new(), None), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
        }
    }

    fn count(&mut self, span: Span) -> Result<(), XmlFailure> {
        self.nodes += 1;
        let allowed = u64::from(self.limits.xml_nodes);
        if self.nodes > allowed {
            let option = Some("max-xml-nodes");
            return Err(beyond("XML nodes", option, allowed, span.start));
        }
        Ok(())
    }

    fn begin(&mut self, collection: Open, span: Span) -> Result<(), XmlFailure> {
        self.count(span)?;
        if let Some((Open::Map(_, None), _)) = self.open.last() {
            let what = "it has a collection as the key of a mapping";
            return Err(malformed(what, span.start as usize));
        }
        self.open.push((collection, span));
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), XmlFailure> {
        let Some((open, start)) = self.open.pop() else {
            return Ok(());
        };
        let value = match open {
            Open::List(items) => Value::List(items),
            Open::Map(entries, _) => {
                self.depth = self.depth.saturating_sub(1);
                unique(&entries)?;
                Value::Map(entries)
            }
        };
        let end = span.end.max(start.end);
        self.add(Node {
            value,
            span: Span { end, ..start },
        });
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Result<(), XmlFailure> {
        self.count(span)?;
        if let Some((Open::Map(_, key @ None), _)) = self.open.last_mut() {
            *key = Some(Key {
                name: text.to_owned(),
                span,
            });
            return Ok(());
        }
        let is_null =
            style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        let value = if is_null {
            Value::Empty
        } else {
            Value::Text(text.to_owned())
        };
        self.add(Node { value, span });
        Ok(())
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Open::List(items), _)) => items.push(node),
            Some((Open::Map(entries, key), _)) => {
                let key = key.take().unwrap_or(Key {
                    name: String::new(),
                    span: Span::start_of(self.file),
                });
                entries.push((key, node));
            }
        }
    }
}

/// Readers disagree about which of two equal keys counts, so there must be none.
fn unique(entries: &[(Key, Node)]) -> Result<(), XmlFailure> {
    let mut keys: Vec<&Key> = entries.iter().map(|(key, _)| key).collect();
    keys.sort_by(|a, b| (&a.name, a.span).cmp(&(&b.name, b.span)));
    match keys.windows(2).find(|pair| pair[0].name == pair[1].name) {
        Some(pair) => {
            let what = format!("it has the key '{}' twice in one mapping", pair[1].name);
            Err(malformed(&what, pair[1].span.start as usize))
        }
        None => Ok(()),
    }
}

/// From the scanner's places, which count characters, to bytes.
struct Offsets<'a> {
    text: &'a str,
    /// The byte at which every [`STEP`]th character begins; empty where all are one byte long.
    marks: Vec<u32>,
}

const STEP: usize = 256;

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            let starts = text.char_indices().step_by(STEP);
            starts
                .map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX))
                .collect()
        };
        Self { text, marks }
    }

    fn byte(&self, character: usize) -> u32 {
        let found = if self.marks.is_empty() {
            character.min(self.text.len())
        } else {
            let mark = self.marks.get(character / STEP).or(self.marks.last());
            let from = mark.map_or(0, |mark| *mark as usize);
            let rest = &self.text[from..];
            let within = rest.char_indices().nth(character % STEP);
            within.map_or(self.text.len(), |(at, _)| from + at)
        };
        u32::try_from(found).unwrap_or(u32::MAX)
    }
}
