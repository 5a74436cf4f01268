//! YAML source to the XML it stands for, with a way back from every place in the XML to the YAML.
//!
//! Git integration writes each element as a mapping: `@a` is the attribute `a`, `#text` the text beside attributes, a
//! list a repeated element. Turned back into XML, every parser of elements reads it. Source of the mapping:
//! learn.microsoft.com/power-platform/alm/solution-source-control-yaml-format.

mod read;
mod write;

use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::xml::XmlFailure;

pub(crate) use read::read;
pub(crate) use write::write;

/// A value with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What a value is. Numbers and truth values are text as they are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// Nothing, or an unquoted `null`.
    Empty,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Node {
    /// The entries of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Empty | Value::Text(_) | Value::List(_) => &[],
        }
    }

    /// The value of a key.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let mut entries = self.entries().iter();
        entries
            .find(|(key, _)| key.name == name)
            .map(|(_, node)| node)
    }

    /// The items of a list; anything else is the one item itself, for a single element is written without a list.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Empty => &[],
            Value::Text(_) | Value::Map(_) => std::slice::from_ref(self),
        }
    }

    /// Text that is not blank.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Empty | Value::List(_) | Value::Map(_) => None,
        }
    }
}

/// A YAML file as XML.
#[derive(Debug)]
pub(crate) struct Converted {
    /// One element.
    pub(crate) xml: String,
    /// From places in it to places in the YAML.
    pub(crate) places: Places,
    /// What cannot be written as XML and was left out, each as a sentence fragment.
    pub(crate) left_out: Vec<(Span, String)>,
}

/// The places of the YAML that stretches of the converted text come from.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Where a stretch begins in the text, in rising order.
    starts: Vec<(u32, Span)>,
}

impl Places {
    /// The place of the YAML that a place of the converted text comes from.
    pub(crate) fn back(&self, span: Span) -> Span {
        let after = self
            .starts
            .partition_point(|(start, _)| *start <= span.start);
        let found = self.starts.get(after.saturating_sub(1));
        found.map_or(Span::start_of(span.file), |(_, origin)| *origin)
    }

    fn push(&mut self, start: usize, origin: Span) {
        self.starts
            .push((u32::try_from(start).unwrap_or(u32::MAX), origin));
    }
}

/// A YAML file as XML; none where it does not hold exactly one element.
pub(crate) fn convert(
    text: &str,
    file: FileId,
    limits: &Limits,
) -> Result<Option<Converted>, XmlFailure> {
    write(&read(text, file, limits)?, limits)
}
