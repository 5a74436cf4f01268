//! A definition as a tree in which JSON written as a text within JSON is unfolded.

use std::collections::VecDeque;

use crate::json::{Json, Value};
use crate::model::FlawKind;
use crate::source::FileId;

/// JSON within texts of JSON is followed this deep. What designers of flows nest needs two.
const NESTED: u8 = 4;

/// The longest part of a path that is shown, in bytes: a hostile definition may have names of any length.
const PATH: usize = 160;

/// The place of a value in its tree.
pub(super) type Id = usize;

/// What a value is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Object,
    List,
    Text(Box<str>),
    Number(Box<str>),
    /// `null`, `true` and `false`.
    Other,
}

/// A value with its surroundings.
#[derive(Debug)]
pub(super) struct Node {
    /// Its name in an object, or its number in a list.
    pub(super) key: Box<str>,
    /// Its name in the form in which names compare: without case, signs and Microsoft's prefixes; empty in a list.
    pub(super) word: Box<str>,
    pub(super) parent: Option<Id>,
    pub(super) content: Content,
    pub(super) children: Vec<Id>,
}

/// A definition.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Reads a definition; else says what is wrong with it.
    pub(super) fn read(text: &str, file: FileId) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let mut tree = Self { nodes: Vec::new() };
        tree.add("", None);
        let mut texts: VecDeque<(Id, Box<str>, u8)> = VecDeque::from([(0, text.into(), 0)]);
        while let Some((at, text, level)) = texts.pop_front() {
            match Json::parse_deep(text.trim(), file) {
                Ok(json) => {
                    for (inner, text) in tree.fill(at, &json.root) {
                        if level < NESTED {
                            texts.push_back((inner, text, level + 1));
                        }
                    }
                }
                Err((FlawKind::MalformedJson, detail, at)) if level == 0 => {
                    let before = text.trim().get(..at as usize).unwrap_or_default();
                    let place = before.chars().count() + 1;
                    return Err(format!("{detail} (character {place})"));
                }
                Err((_, detail, _)) if level == 0 => return Err(detail),
                // A text that only looks like JSON is a text.
                Err(_) => {}
            }
        }
        Ok(tree)
    }

    /// A text that is no JSON, as the only value.
    pub(super) fn of_text(text: &str) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        let root = tree.add("", None);
        tree.nodes[root].content = Content::Text(text.into());
        tree
    }

    fn add(&mut self, key: &str, parent: Option<Id>) -> Id {
        let id = self.nodes.len();
        let in_list = parent.is_some_and(|parent| self.nodes[parent].content == Content::List);
        self.nodes.push(Node {
            key: key.into(),
            word: if in_list { "".into() } else { word(key) },
            parent,
            content: Content::Other,
            children: Vec::new(),
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        id
    }

    /// Takes a value in at a place, and gives the texts in it that look like JSON.
    fn fill(&mut self, at: Id, value: &Value<'_>) -> Vec<(Id, Box<str>)> {
        let mut texts = Vec::new();
        let mut open = vec![(at, value)];
        while let Some((at, value)) = open.pop() {
            self.nodes[at].content = match value {
                Value::Null | Value::Bool(_) => Content::Other,
                Value::Number(number) => Content::Number(number.to_string().into()),
                Value::Text(text) => {
                    if text.trim_start().starts_with(['{', '[']) {
                        texts.push((at, Box::from(&**text)));
                    }
                    Content::Text(Box::from(&**text))
                }
                Value::List(_) => Content::List,
                Value::Object(_) => Content::Object,
            };
            for (number, item) in value.items().iter().enumerate() {
                open.push((self.add(&number.to_string(), Some(at)), item));
            }
            for (name, item) in value.entries() {
                open.push((self.add(name, Some(at)), item));
            }
        }
        texts
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent
    }

    /// The children of an object or of a list, in their order.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = (Id, &Node)> {
        let children = self.nodes[id].children.iter();
        children.map(|child| (*child, &self.nodes[*child]))
    }

    /// Every value, each before what is in it, in the order in which they are written.
    pub(super) fn walk(&self) -> impl Iterator<Item = Id> {
        let mut open = vec![0];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(self.nodes[next].children.iter().rev());
            Some(next)
        })
    }

    pub(super) fn is_object(&self, id: Id) -> bool {
        self.nodes[id].content == Content::Object
    }

    /// The text of a value that is one, and is not empty.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match &self.nodes[id].content {
            Content::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Content::Object | Content::List | Content::Number(_) | Content::Other => None,
        }
    }

    /// Where a value stands, such as `$.steps[3].templateId`; of a long path the end.
    pub(super) fn path(&self, id: Id) -> Box<str> {
        let (mut parts, mut length, mut at) = (Vec::new(), 0, id);
        while let Some(parent) = self.parent(at) {
            let key = &*self.nodes[at].key;
            let part = if self.nodes[parent].content == Content::List {
                format!("[{key}]")
            } else if is_plain(key) {
                format!(".{key}")
            } else if key.len() > PATH {
                "['…']".to_owned()
            } else {
                format!("['{key}']")
            };
            length += part.len();
            if length > PATH {
                parts.push("…".to_owned());
                break;
            }
            parts.push(part);
            at = parent;
        }
        parts.push("$".to_owned());
        parts.reverse();
        parts.concat().into()
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= PATH
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A name in the form in which names compare.
fn word(key: &str) -> Box<str> {
    let lower = key.to_ascii_lowercase();
    let bare = match lower.split_once('_') {
        Some((prefix, rest)) if prefix.starts_with("msdyn") => rest,
        _ => &*lower,
    };
    let letters = bare.chars().filter(|letter| letter.is_alphanumeric());
    letters.collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tree {
        Tree::read(text, FileId(0)).unwrap()
    }

    #[test]
    fn json_within_texts_is_unfolded_in_its_place() {
        let tree = read(r#"{"a":"{\"b\":[\"x\",{\"c d\":\"y\"}]}","e":"z"}"#);
        let texts: Vec<_> = tree
            .walk()
            .filter_map(|id| Some((tree.path(id).to_string(), tree.text(id)?)))
            .collect();
        assert_eq!(
            texts,
            [
                ("$.a.b[0]".to_owned(), "x"),
                ("$.a.b[1]['c d']".to_owned(), "y"),
                ("$.e".to_owned(), "z"),
            ]
        );
    }

    #[test]
    fn a_text_that_only_looks_like_json_is_a_text() {
        let tree = read(r#"["{Full name}, hello"]"#);
        assert_eq!(tree.text(1), Some("{Full name}, hello"));
    }

    #[test]
    fn long_paths_are_cut_at_their_start() {
        let text = format!("{}1{}", "{\"abcdefgh\":".repeat(120), "}".repeat(120));
        let tree = read(&text);
        let path = tree.path(tree.len() - 1);
        assert!(path.len() < 200 && path.starts_with("$…."), "{path}");
    }
}
