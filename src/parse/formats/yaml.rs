//! YAML as a stream of named values with their places.

use saphyr_parser::{Event, Parser};

use crate::source::{FileId, Span};

/// A value of a document: the name it has in the mapping around it, and its place. Items of lists have the list's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'v> {
    pub(super) name: &'v str,
    pub(super) value: &'v str,
    /// Values of the same mapping before this one.
    pub(super) beside: &'v [(String, String)],
    pub(super) span: Span,
}

/// What is open around a value.
enum Open {
    /// A list, with its name.
    List(String),
    /// A mapping: its own name, the name that was read last, its values so far.
    Map {
        key: Option<String>,
        values: Vec<(String, String)>,
    },
}

/// Lists and mappings within each other. Agents have some twenty.
const DEPTH: usize = 200;

/// Values of one mapping that are remembered for those after them.
const BESIDE: usize = 16;

/// Bytes of a name; a longer one means nothing here.
const NAME: usize = 200;

/// Bytes of a document. The longest of public agents have some 100,000.
const BYTES: usize = 8 * 1024 * 1024;

/// Hands out every scalar value that has a name. Fails with what is wrong, as a sentence fragment, and where.
pub(super) fn values(
    text: &str,
    file: FileId,
    mut found: impl FnMut(Named<'_>),
) -> Result<(), (String, Span)> {
    let mut places = Places::new(text, file);
    if text.len() > BYTES {
        return Err((format!("it has more than {BYTES} bytes"), places.at(0, 0)));
    }
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = places.at(error.marker().index(), error.marker().index());
                return Err((error.info().to_owned(), at));
            }
        };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if open.len() >= DEPTH {
                    let at = places.at(span.start.index(), span.start.index());
                    return Err((format!("it has more than {DEPTH} values within values"), at));
                }
                enter(matches!(event, Event::MappingStart(..)), &mut open);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
            }
            Event::Scalar(value, ..) => {
                let place = || places.at(span.start.index(), span.end.index());
                scalar(value.into_owned(), place, &mut open, &mut found);
            }
            Event::Alias(_) => {
                take_name(&mut open);
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

fn enter(is_map: bool, open: &mut Vec<Open>) {
    let name = take_name(open);
    open.push(if is_map {
        Open::Map {
            key: None,
            values: Vec::new(),
        }
    } else {
        Open::List(name)
    });
}

/// A name, or a value that is handed out.
fn scalar(
    value: String,
    place: impl FnOnce() -> Span,
    open: &mut [Open],
    found: &mut impl FnMut(Named<'_>),
) {
    if let Some(Open::Map {
        key: key @ None, ..
    }) = open.last_mut()
    {
        *key = Some(if value.len() <= NAME {
            value
        } else {
            String::new()
        });
        return;
    }
    let name = take_name(open);
    let beside = match open.last() {
        Some(Open::Map { values, .. }) => values.as_slice(),
        _ => &[],
    };
    found(Named {
        name: &name,
        value: &value,
        beside,
        span: place(),
    });
    if let Some(Open::Map { values, .. }) = open.last_mut()
        && values.len() < BESIDE
    {
        values.push((name, value));
    }
}

/// The name of the value that comes next.
fn take_name(open: &mut [Open]) -> String {
    match open.last_mut() {
        Some(Open::List(name)) => name.clone(),
        Some(Open::Map { key, .. }) => key.take().unwrap_or_else(|| {
            // What comes is a name that is no text; the value after it has none.
            *key = Some(String::new());
            String::new()
        }),
        None => String::new(),
    }
}

/// Turns counts of characters, which grow, into places in bytes.
struct Places<'t> {
    text: &'t str,
    file: FileId,
    chars: usize,
    bytes: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str, file: FileId) -> Self {
        Self {
            text,
            file,
            chars: 0,
            bytes: 0,
        }
    }

    fn byte(&mut self, char: usize) -> u32 {
        if char < self.chars {
            let before = self.text.get(..self.bytes).unwrap_or_default();
            let back = before.chars().rev().take(self.chars - char);
            self.bytes -= back.map(char::len_utf8).sum::<usize>();
            self.chars = char;
        }
        let rest = self.text.get(self.bytes..).unwrap_or_default();
        let passed: usize = rest
            .chars()
            .take(char - self.chars)
            .map(char::len_utf8)
            .sum();
        self.chars = char;
        self.bytes += passed;
        u32::try_from(self.bytes).unwrap_or(u32::MAX)
    }

    fn at(&mut self, start: usize, end: usize) -> Span {
        let start = self.byte(start);
        Span {
            file: self.file,
            start,
            end: self.byte(end.max(self.chars)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        values(text, FileId(0), |one| {
            let place = text.get(one.span.start as usize..one.span.end as usize);
            assert_eq!(place, Some(one.value), "{text}");
            found.push((one.name.to_owned(), one.value.to_owned()));
        })
        .unwrap();
        found
    }

    #[test]
    fn values_have_the_name_of_their_mapping_or_list() {
        let text = "kind: A\nactions:\n  - kind: B\n    id: ä\n    flowId: x\nlist: [a, b]\n";
        let names: Vec<_> = all(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["kind", "kind", "id", "flowId", "list", "list"]);
    }

    #[test]
    fn a_mapping_as_a_key_is_no_name() {
        let mut found = 0;
        values("{a: b}: c\n", FileId(0), |_| found += 1).unwrap();
        assert_eq!(found, 2);
    }

    #[test]
    fn malformed_and_deep_documents_are_refused() {
        assert!(values("a: [b", FileId(0), |_| {}).is_err());
        assert!(values(&"- ".repeat(5000), FileId(0), |_| {}).is_err());
    }
}
