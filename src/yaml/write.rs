//! From a tree to XML: names are checked, texts escaped, and the place of everything is noted.

use std::collections::BTreeSet;

use super::{Converted, Key, Node, Places, Value};
use crate::limits::{Exceeded, Limits};
use crate::model::FlawKind;
use crate::source::Span;
use crate::xml::XmlFailure;

/// Writes the one element of a tree; none where there is not exactly one.
pub(crate) fn write(root: &Node, limits: &Limits) -> Result<Option<Converted>, XmlFailure> {
    let mut elements = root
        .entries()
        .iter()
        .filter(|(key, _)| is_element(&key.name));
    let (Some((key, node)), None) = (elements.next(), elements.next()) else {
        return Ok(None);
    };
    if matches!(node.value, Value::List(_)) || !is_name(&key.name) {
        return Ok(None);
    }
    let mut prefixes = BTreeSet::new();
    collect_prefixes(root, &mut prefixes);
    let mut writer = Writer {
        out: Converted {
            xml: String::new(),
            places: Places::default(),
            left_out: Vec::new(),
        },
        declarations: prefixes.into_iter().map(declaration).collect(),
        limits,
    };
    writer.element(&key.name, node, around(key, node))?;
    Ok(Some(writer.out))
}

/// Whether a key is that of an element: `?xml` and `#comment` are the other things an XML document holds.
fn is_element(key: &str) -> bool {
    !key.starts_with(['@', '#', '?'])
}

/// The place of an element: its key, and its text where that is all it has.
fn around(key: &Key, node: &Node) -> Span {
    match node.value {
        Value::Text(_) => Span {
            end: node.span.end.max(key.span.end),
            ..key.span
        },
        Value::Empty | Value::List(_) | Value::Map(_) => key.span,
    }
}

/// The place of an item of a list: its first entry.
fn item_place(item: &Node) -> Span {
    let first = item.entries().first();
    first.map_or(item.span, |(key, node)| around(key, node))
}

struct Writer<'a> {
    out: Converted,
    /// Declarations of prefixes, for the outermost element.
    declarations: String,
    limits: &'a Limits,
}

impl Writer<'_> {
    /// Writes what stands under a key. The tree is no deeper than the reader allowed.
    fn entry(&mut self, key: &Key, node: &Node) -> Result<(), XmlFailure> {
        if !is_name(&key.name) {
            let what = format!("'{}' is no name of an element", key.name);
            self.out.left_out.push((key.span, what));
            return Ok(());
        }
        if let Value::List(items) = &node.value {
            for item in items {
                self.element(&key.name, item, item_place(item))?;
            }
            return Ok(());
        }
        self.element(&key.name, node, around(key, node))
    }

    fn element(&mut self, name: &str, node: &Node, place: Span) -> Result<(), XmlFailure> {
        let bytes = self.out.xml.len() as u64;
        if bytes > self.limits.entry_bytes {
            return Err(too_long(self.limits, place));
        }
        self.out.places.push(self.out.xml.len(), place);
        self.out.xml.push('<');
        self.out.xml.push_str(name);
        let declarations = std::mem::take(&mut self.declarations);
        self.out.xml.push_str(&declarations);
        for (key, value) in node.entries() {
            if let Some(attribute) = key.name.strip_prefix('@') {
                self.attribute(attribute, key, value);
            }
        }
        let opened = self.out.xml.len();
        self.out.xml.push('>');
        match &node.value {
            Value::Text(text) => self.text(text, node.span, false),
            Value::Map(entries) => {
                for (key, value) in entries {
                    match (&*key.name, &value.value) {
                        ("#text" | "#cdata-section", Value::Text(text)) => {
                            self.text(text, value.span, false);
                        }
                        (name, _) if is_element(name) => self.entry(key, value)?,
                        _ => {}
                    }
                }
            }
            Value::Empty | Value::List(_) => {}
        }
        if self.out.xml.len() == opened + 1 {
            self.out.xml.truncate(opened);
            self.out.xml.push_str("/>");
        } else {
            self.out.xml.push_str("</");
            self.out.xml.push_str(name);
            self.out.xml.push('>');
        }
        Ok(())
    }

    fn attribute(&mut self, name: &str, key: &Key, node: &Node) {
        // Prefixes are declared once, and without them names need no namespace.
        if name == "xmlns" || name.starts_with("xmlns:") {
            return;
        }
        let text = match &node.value {
            Value::Text(text) if is_name(name) => text,
            Value::Empty if is_name(name) => "",
            Value::Text(_) | Value::Empty | Value::List(_) | Value::Map(_) => {
                let what = format!("'{}' is no attribute with a value", key.name);
                self.out.left_out.push((key.span, what));
                return;
            }
        };
        self.out.places.push(self.out.xml.len(), around(key, node));
        self.out.xml.push(' ');
        self.out.xml.push_str(name);
        self.out.xml.push_str("=\"");
        self.text(text, node.span, true);
        self.out.xml.push('"');
    }

    fn text(&mut self, text: &str, place: Span, in_attribute: bool) {
        if !in_attribute && !text.is_empty() {
            self.out.places.push(self.out.xml.len(), place);
        }
        let xml = &mut self.out.xml;
        let mut has_foreign = false;
        for character in text.chars() {
            match character {
                '&' => xml.push_str("&amp;"),
                '<' => xml.push_str("&lt;"),
                '>' => xml.push_str("&gt;"),
                '"' if in_attribute => xml.push_str("&quot;"),
                '\n' if in_attribute => xml.push_str("&#10;"),
                '\t' if in_attribute => xml.push_str("&#9;"),
                '\r' => xml.push_str("&#13;"),
                '\u{0}'..='\u{8}'
                | '\u{b}'
                | '\u{c}'
                | '\u{e}'..='\u{1f}'
                | '\u{fffe}'
                | '\u{ffff}' => {
                    has_foreign = true;
                    xml.push('\u{fffd}');
                }
                other => xml.push(other),
            }
        }
        if has_foreign {
            let what = "it has a character that XML does not allow".to_owned();
            self.out.left_out.push((place, what));
        }
    }
}

fn too_long(limits: &Limits, place: Span) -> XmlFailure {
    let exceeded = Exceeded {
        limit: "bytes in one file",
        option: Some("max-entry-bytes"),
        allowed: limits.entry_bytes,
    };
    XmlFailure {
        kind: FlawKind::BeyondLimit,
        detail: exceeded.detail(),
        offset: place.start,
        exceeded: Some(exceeded),
    }
}

fn collect_prefixes<'a>(node: &'a Node, out: &mut BTreeSet<&'a str>) {
    for (key, value) in node.entries() {
        let name = key.name.trim_start_matches('@');
        if let Some((prefix, _)) = name.split_once(':')
            && !matches!(prefix, "xml" | "xmlns")
            && is_name(name)
        {
            out.insert(prefix);
        }
        collect_prefixes(value, out);
    }
    if let Value::List(items) = &node.value {
        for item in items {
            collect_prefixes(item, out);
        }
    }
}

fn declaration(prefix: &str) -> String {
    let uri = match prefix {
        "xsi" => "http://www.w3.org/2001/XMLSchema-instance".to_owned(),
        other => format!("urn:prefix:{other}"),
    };
    format!(" xmlns:{prefix}=\"{uri}\"")
}

/// Whether a text is an XML name with at most one colon. Source: "Namespaces in XML", with the letters of XML 1.0.
fn is_name(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_part = |part: &&str| {
        let mut characters = part.chars();
        characters.next().is_some_and(begins_name) && characters.all(continues_name)
    };
    parts.len() <= 2 && parts.iter().all(is_part) && text != "xmlns"
}

fn begins_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | 'a'..='z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn continues_name(character: char) -> bool {
    begins_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::super::convert;
    use super::*;
    use crate::source::FileId;

    fn converted(text: &str) -> Converted {
        convert(text, FileId(0), &Limits::default())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn attributes_texts_lists_and_nothing_become_xml() {
        let text = "a:\n  '@x': 1.0\n  '#text': 007\n  b:\n    - c: {}\n      '@y': \"<&\\\"\"\n    - null\n    - 'null'\n";
        assert_eq!(
            converted(text).xml,
            "<a x=\"1.0\">007<b y=\"&lt;&amp;&quot;\"><c/></b><b/><b>null</b></a>"
        );
    }

    #[test]
    fn prefixes_are_declared_once() {
        let text = "a:\n  b:\n    '@xsi:nil': 'true'\n    '@xmlns:xsi': x\n";
        let xml = converted(text).xml;
        let expected =
            "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><b xsi:nil=\"true\"/></a>";
        assert_eq!(xml, expected);
        assert!(crate::xml::parse(&xml, &Limits::default()).is_ok());
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        let found = converted("a:\n  b c: 1\n  <<: 2\n  '@': 3\n  '@d': [4]\n  e: \"\\a\"\n");
        assert_eq!(found.xml, "<a><e>\u{fffd}</e></a>");
        assert_eq!(found.left_out.len(), 5);
    }

    #[test]
    fn places_lead_back_to_the_yaml() {
        let text = "ä:\n  b:\n    - '@x': ü\n      c: d\n";
        let found = converted(text);
        let back = |wanted: &str| {
            let start = u32::try_from(found.xml.find(wanted).unwrap()).unwrap();
            let span = found.places.back(Span {
                file: FileId(0),
                start,
                end: start + 1,
            });
            &text[span.start as usize..span.end as usize]
        };
        assert_eq!(back("<b"), "'@x': ü");
        assert_eq!(back("<c"), "c: d");
        assert_eq!(back("d<"), "d");
    }
}
