//! Texts that can be compared: elements of XML without those within them that are components of their own, and JSON.

use std::borrow::Cow;
use std::ops::Range;

use super::walk::{Readable, Reader};
use crate::json::{Json, Value};
use crate::xml::{Event, events};

/// A stretch of an XML text without holes.
pub(super) struct Xml<'a> {
    text: Cow<'a, str>,
    stretch: Range<usize>,
    holes: Vec<Range<usize>>,
    /// Whether it is a process, in which almost every order means something.
    is_process: bool,
}

/// Elements whose order among each other means something: what people see one after the other, or what runs or is handed over
/// in turn. Names are in lower case.
/// Source: learn.microsoft.com/power-apps/developer/model-driven-apps/form-xml-schema, customize-ribbon (parameters of a
/// command, in order), and learn.microsoft.com/power-apps/developer/data-platform/fetchxml/order-rows.
const ORDERED: [&str; 19] = [
    "tab",
    "column",
    "section",
    "row",
    "cell",
    "handler",
    "library",
    "order",
    "area",
    "group",
    "subarea",
    "option",
    "javascriptfunction",
    "url",
    "crmparameter",
    "stringparameter",
    "boolparameter",
    "decimalparameter",
    "intparameter",
];

impl<'a> Xml<'a> {
    /// A whole text.
    pub(super) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self {
            stretch: 0..text.len(),
            holes: Vec::new(),
            is_process: false,
            text,
        }
    }

    /// A whole text of XAML.
    pub(super) fn of_process(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            is_process: true,
            ..Self::of(text)
        }
    }

    /// A part of a text.
    pub(super) fn part(text: &'a str, stretch: Range<usize>, holes: Vec<Range<usize>>) -> Self {
        Self {
            text: Cow::Borrowed(text),
            stretch,
            holes,
            is_process: false,
        }
    }

    /// Whether something is written in it, outside its holes.
    pub(super) fn has(&self, words: &str) -> bool {
        let mut start = self.stretch.start;
        let ends = self.holes.iter().map(|hole| (hole.start, hole.end));
        let last = (self.stretch.end, self.stretch.end);
        ends.chain([last]).any(|(end, next)| {
            let piece = self.text.get(start..end);
            start = next;
            piece.is_some_and(|piece| piece.contains(words))
        })
    }

    /// What is written, holes included.
    pub(super) fn raw(&self) -> Option<&str> {
        self.text.get(self.stretch.clone())
    }
}

impl Readable for Xml<'_> {
    fn folds_case(&self) -> bool {
        true
    }

    fn has_order(&self, name: &str) -> bool {
        if !self.is_process {
            return ORDERED.contains(&name);
        }
        // An element with a dot in its name is a property of the one around it, and arguments are known by their names.
        !name.contains('.') && name != "x:property"
    }

    fn read(&self, into: &mut dyn Reader) {
        for event in events(&self.text, self.stretch.clone(), &self.holes) {
            match event {
                Event::Start(name, attributes) => {
                    let attributes: Vec<_> = attributes.each().collect();
                    into.start(name, &attributes);
                }
                Event::Text(text) => into.value(&text),
                Event::End => into.end(),
            }
        }
    }
}

impl Readable for Json<'_> {
    fn folds_case(&self) -> bool {
        false
    }

    /// Items of lists have their place as name.
    fn has_order(&self, _: &str) -> bool {
        false
    }

    /// Without recursion: documents may be deep.
    fn read(&self, into: &mut dyn Reader) {
        enum Next<'v> {
            Step(Cow<'v, str>, &'v Value<'v>),
            End,
        }
        let mut open = vec![Next::Step(Cow::Borrowed(""), &self.root)];
        while let Some(next) = open.pop() {
            let Next::Step(name, value) = next else {
                into.end();
                continue;
            };
            into.start(&name, &[]);
            open.push(Next::End);
            match value {
                Value::Null => into.value("null"),
                Value::Bool(value) => into.value(if *value { "true" } else { "false" }),
                Value::Number(number) => into.value(&number.to_string()),
                Value::Text(text) => into.value(text),
                Value::List(items) => {
                    let items = items.iter().enumerate().rev();
                    let items = items.map(|(at, item)| Next::Step(format!("[{at}]").into(), item));
                    open.extend(items);
                }
                Value::Object(entries) => {
                    let entries = entries.iter().rev();
                    let entries =
                        entries.map(|(name, value)| Next::Step(Cow::Borrowed(name), value));
                    open.extend(entries);
                }
            }
        }
    }
}
