//! JSON within limits, as a tree that knows where its texts stand.
//!
//! Texts without escapes are slices of the file, so that their places need no keeping; what is escaped gets the place of
//! the name before it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::limits::{Exceeded, JSON_DEPTH_CEILING, Limits};
use crate::model::FlawKind;
use crate::source::{FileId, Span, line_start};

/// Deeper documents are not read, however they are: a tree so deep can still be dropped on any stack.
const DEEPEST: u32 = 2_000;

/// A value of a document.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; which one does not matter here.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// Values in brackets.
    List(Vec<Value<'a>>),
    /// Names with their values, in their order.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

/// A JSON document with the text it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Json<'a> {
    pub(crate) root: Value<'a>,
    text: &'a str,
    file: FileId,
}

impl<'a> Json<'a> {
    /// Parses a document within the limits.
    pub(crate) fn parse(text: &'a str, file: FileId, limits: &Limits) -> Result<Self, JsonFailure> {
        within(text, limits)?;
        let root = serde_json::from_str(text).map_err(|error| failure(text, &error))?;
        Ok(Self { root, text, file })
    }

    /// The same of a document that may be nested deeper than files are: what people draw as steps one within the other.
    /// It is read with a stack of its own.
    pub(crate) fn parse_deep(text: &'a str, file: FileId) -> Result<Self, JsonFailure> {
        const STACK: usize = 64 * 1024 * 1024;
        within_depth(text, DEEPEST, None)?;
        if too_deep(text, JSON_DEPTH_CEILING).is_none() {
            let root = serde_json::from_str(text).map_err(|error| failure(text, &error))?;
            return Ok(Self { root, text, file });
        }
        let read = || {
            let mut reader = serde_json::Deserializer::from_str(text);
            reader.disable_recursion_limit();
            let root = Value::deserialize(&mut reader)?;
            reader.end().map(|()| root)
        };
        let root = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            let joined = thread.spawn_scoped(scope, read).ok()?.join();
            joined.ok()
        });
        let no_thread = || {
            let detail = "there is no memory to read JSON that is nested so deep".to_owned();
            (FlawKind::BeyondLimit, detail, 0)
        };
        let root = root.ok_or_else(no_thread)?;
        let root = root.map_err(|error| failure(text, &error))?;
        Ok(Self { root, text, file })
    }

    /// Where a text of the document stands; the start of the document for one that was escaped.
    pub(crate) fn place(&self, text: &str) -> Span {
        let start = (text.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let (start, len) = if start <= self.text.len() {
            (start, text.len())
        } else {
            (0, 0)
        };
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file: self.file,
            start: offset(start),
            end: offset(start + len),
        }
    }

    /// Where a named text stands; the place of its name for one that was escaped.
    pub(crate) fn place_of(&self, name: &str, text: &str) -> Span {
        let own = self.place(text);
        if own.end == 0 { self.place(name) } else { own }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }
}

impl<'a> Value<'a> {
    /// The value of a name, in any case.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.entries()
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The value at a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Value<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The text, where it is one that is not empty.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&**text).filter(|text| !text.trim().is_empty()),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// Names with their values; none where it is no object.
    pub(crate) fn entries(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        if let Self::Object(entries) = self {
            entries
        } else {
            &[]
        }
    }

    /// The values of a list; none where it is none.
    pub(crate) fn items(&self) -> &[Value<'a>] {
        if let Self::List(items) = self {
            items
        } else {
            &[]
        }
    }

    /// Every value inside this one with the name it has, in the order of the text; list items have the list's name.
    pub(crate) fn walk<'v>(&'v self) -> impl Iterator<Item = (&'v str, &'v Value<'a>)> {
        let mut open: Vec<(&str, &Value<'a>)> = vec![("", self)];
        std::iter::from_fn(move || {
            let (name, value) = open.pop()?;
            let from = open.len();
            match value {
                Self::List(items) => open.extend(items.iter().map(|item| (name, item))),
                Self::Object(entries) => {
                    open.extend(entries.iter().map(|(name, value)| (&**name, value)));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            }
            open[from..].reverse();
            Some((name, value))
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no reader asks for the number itself"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no reader asks for the number itself"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = entries.next_key::<Name<'de>>()? {
            object.push((name.0, entries.next_value()?));
        }
        Ok(Value::Object(object))
    }
}

/// A name, kept as a slice of the text where it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Names)
    }
}

/// Why a text is no JSON: the kind of flaw, what is wrong as a sentence fragment, where, in bytes of the text.
pub(crate) type JsonFailure = (FlawKind, String, u32);

/// Whether a text is JSON, without building a tree.
pub(crate) fn check(text: &str, limits: &Limits) -> Result<(), JsonFailure> {
    within(text, limits)?;
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map(|_| ())
        .map_err(|error| failure(text, &error))
}

/// Whether a text keeps within the limits. Depth is measured before it is read, for readers recurse.
fn within(text: &str, limits: &Limits) -> Result<(), JsonFailure> {
    within_depth(text, limits.json_depth, Some("max-json-depth"))
}

fn within_depth(text: &str, allowed: u32, option: Option<&'static str>) -> Result<(), JsonFailure> {
    let Some(offset) = too_deep(text, allowed) else {
        return Ok(());
    };
    let exceeded = Exceeded {
        limit: "JSON values within values",
        option,
        allowed: allowed.into(),
    };
    Err((FlawKind::BeyondLimit, exceeded.detail(), offset))
}

fn failure(text: &str, error: &serde_json::Error) -> JsonFailure {
    let start = line_start(text, error.line());
    let offset = (start + error.column().saturating_sub(1)).min(text.len());
    let message = match error.to_string() {
        _ if text.trim().is_empty() => "it is empty".to_owned(),
        _ if error.is_eof() => "it ends in the middle of a value".to_owned(),
        message => message,
    };
    let detail = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    (
        FlawKind::MalformedJson,
        detail.to_owned(),
        u32::try_from(offset).unwrap_or(u32::MAX),
    )
}

/// The place where brackets outside strings are nested deeper than allowed.
pub(crate) fn too_deep(text: &str, allowed: u32) -> Option<u32> {
    // Most files have fewer brackets than may be nested.
    let brackets = memchr::memchr2_iter(b'{', b'[', text.as_bytes()).count();
    if brackets <= allowed as usize {
        return None;
    }
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > allowed {
                    return u32::try_from(at).ok();
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_is_cut_off_is_malformed_at_its_end() {
        let (kind, _, offset) = check("{\n \"a\": [1,", &Limits::default()).unwrap_err();
        assert_eq!((kind, offset), (FlawKind::MalformedJson, 10));
    }

    #[test]
    fn deep_json_is_refused_and_brackets_in_strings_do_not_count() {
        let limits = Limits::default();
        let (kind, ..) = check(&"[".repeat(100_000), &limits).unwrap_err();
        assert_eq!(kind, FlawKind::BeyondLimit);
        let text = format!("\"{}\"", "[".repeat(1000));
        assert!(check(&text, &limits).is_ok());
    }
}
