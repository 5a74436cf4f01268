//! A source as importers get it: JSON, XML or plain text, whatever stood before it and however it was encoded.

use super::missing::names_any;
use crate::decode;
use crate::json::Value;
use crate::limits::JSON_DEPTH_CEILING;
use crate::target::read::Mistake;

/// The text of a source: decoded, with control sequences for colours taken out.
#[derive(Clone, Debug)]
pub(super) struct Text(String);

/// What a source holds.
#[derive(Debug)]
pub(super) enum Document<'a> {
    /// One JSON value, or several in lines.
    Json(Vec<Value<'a>>),
    /// XML.
    Xml(&'a str),
    /// Anything else.
    Plain(&'a str),
    /// A solution package, by its path: only opening it tells which sort.
    Package(&'a str),
}

/// Line and column of a place in a text, from 1.
pub(super) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

impl Text {
    /// Decodes a source. Bytes that are no text become replacement characters: Windows PowerShell breaks what is not ASCII
    /// in the output of programs, and nothing is matched by what people call it.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let text = decode::lossy(bytes);
        if text.contains('\u{1b}') {
            return Self(anstream::adapter::strip_str(&text).to_string());
        }
        Self(text)
    }

    /// It as a table, whatever its first characters look like.
    pub(super) fn table(&self) -> Document<'_> {
        Document::Plain(&self.0)
    }

    /// What it holds. Fails where it begins as JSON and is none.
    pub(super) fn document(&self) -> Result<Document<'_>, Mistake> {
        if self.is_binary() {
            return Err(Mistake::new(
                "it is no text",
                "docs/target-manifest.md lists what can be added.",
            ));
        }
        let text = self.0.trim_start();
        if text.starts_with('<') {
            return Ok(Document::Xml(text));
        }
        let Some(start) = json_start(&self.0) else {
            return Ok(Document::Plain(&self.0));
        };
        match self.json(start) {
            Ok(values) => Ok(Document::Json(values)),
            // What failed imports leave behind is often cut off, and read all the same.
            Err(_) if names_any(&self.0) => Ok(Document::Plain(&self.0)),
            Err(mistake) => Err(mistake),
        }
    }

    /// Whether it begins with characters that no text has.
    fn is_binary(&self) -> bool {
        const LOOKED_AT: usize = 4000;
        let mut first = self.0.chars().take(LOOKED_AT);
        first.any(|character| {
            character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}')
        })
    }

    fn json(&self, start: usize) -> Result<Vec<Value<'_>>, Mistake> {
        let text = &self.0[start..];
        if let Some(at) = crate::json::too_deep(text, JSON_DEPTH_CEILING) {
            let place = self.place(start + at as usize);
            return Err(Mistake::new(
                format!("its JSON is nested more than {JSON_DEPTH_CEILING} deep {place}"),
                "No answer of the platform is; find out where the file comes from.",
            ));
        }
        let mut values = Vec::new();
        let stream = serde_json::Deserializer::from_str(text).into_iter::<Value<'_>>();
        for value in stream {
            values.push(value.map_err(|error| self.broken(start, &error))?);
        }
        Ok(values)
    }

    fn broken(&self, start: usize, error: &serde_json::Error) -> Mistake {
        if error.is_eof() {
            let place = self.place(self.0.trim_end().len());
            return Mistake::new(
                format!("its JSON ends in the middle of a value {place}"),
                "Write the file again and wait until it is whole.",
            );
        }
        let (before, _) = line_column(&self.0, start);
        let what = error.to_string();
        let what = what
            .rsplit_once(" at line ")
            .map_or(&*what, |(what, _)| what);
        // Only in the first line the text before the JSON shifts the column; it begins a line of its own.
        let (line, column) = (before + error.line() - 1, error.column());
        Mistake::new(
            format!("it is not valid JSON in line {line}, column {column}: {what}"),
            "Write the file again; do not edit it by hand.",
        )
    }

    fn place(&self, offset: usize) -> String {
        let (line, column) = line_column(&self.0, offset);
        format!("in line {line}, column {column}")
    }
}

/// Where JSON begins: a bracket that begins a line and is followed by what may follow it. Programs print lines of their own
/// before it.
fn json_start(text: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let start = offset + (line.len() - content.len());
        offset += line.len();
        let rest = text.get(start + 1..).unwrap_or_default().trim_start();
        let is_json = match content.as_bytes().first() {
            // Text lists of pac number their lines: `[1]`.
            Some(b'[') => rest.is_empty() || rest.starts_with(['{', '[', ']', '"']),
            Some(b'{') => rest.is_empty() || rest.starts_with(['"', '}']),
            _ => false,
        };
        if is_json {
            return Some(start);
        }
    }
    None
}

/// The name of the outermost element of a text that is XML, without its prefix. What stands before it is skipped: the
/// declaration, processing instructions, comments.
pub(super) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ => break,
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|character: char| character.is_whitespace() || "/>".contains(character));
    let name = &name[..end.unwrap_or(name.len())];
    Some(name.rsplit_once(':').map_or(name, |(_, name)| name))
}

/// What to do where `ConvertTo-Json` cut what is nested deep.
pub(super) const DEEPER: &str = "Write the answer again with ConvertTo-Json -Depth 10.";

/// Whether a text is what `ConvertTo-Json` writes for what is nested deeper than it goes.
fn is_cut(text: &str) -> bool {
    text == "System.Object[]" || text.starts_with("@{")
}

/// What is wrong with JSON that `ConvertTo-Json` cut; `what` is the beginning of the sentence.
pub(super) fn cut(what: &str) -> Mistake {
    Mistake::new(format!("{what} cut to texts by ConvertTo-Json"), DEEPER)
}

impl Document<'_> {
    /// The name of the outermost element of XML, without its prefix.
    pub(super) fn root(&self) -> Option<&str> {
        match self {
            Self::Xml(text) => root(text),
            Self::Json(_) | Self::Plain(_) | Self::Package(_) => None,
        }
    }

    /// Why nobody reads it.
    pub(super) fn unrecognised(&self) -> Mistake {
        let has_cut = |value: &Value<'_>| {
            let mut texts = value.walk().filter_map(|(_, value)| value.text());
            texts.any(is_cut)
        };
        let what = match self {
            Self::Json(values) if values.is_empty() => "it is empty",
            Self::Json(values) if values.iter().any(has_cut) => {
                return cut("its rows were");
            }
            Self::Json(values) if values[0].get("manifestVersion").is_some() => {
                return Mistake::new(
                    "it is a target manifest",
                    "Join manifests of one environment with 'solvet target merge'.",
                );
            }
            Self::Json(_) => "its JSON is no answer that is known",
            Self::Xml(_) if self.root() == Some("ImportExportXml") => {
                return Mistake::new(
                    "it is one file of a solution package",
                    "Give the whole package: the zip, or the folder that the file is in.",
                );
            }
            Self::Xml(_) => "its XML is neither $metadata nor an import log",
            Self::Plain(text) if text.trim().is_empty() => "it is empty",
            Self::Plain(_) => "it is no list or message that is known",
            Self::Package(_) => "it is no solution package",
        };
        Mistake::new(
            what,
            "docs/target-manifest.md lists what can be added; for a table give --kind and --map.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::new(text.into())
    }

    fn json_of(text: &Text) -> usize {
        match text.document() {
            Ok(Document::Json(values)) => values.len(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_of_a_program_may_stand_before_json() {
        let text = text("Connected as a@contoso.com\r\n\r\n[\r\n {\"a\": 1}]\r\n");
        assert_eq!(json_of(&text), 1);
    }

    #[test]
    fn a_numbered_list_is_no_json() {
        let text = text("Index\n[1]   ContosoCore\n");
        assert!(matches!(text.document(), Ok(Document::Plain(_))));
    }

    #[test]
    fn json_lines_are_several_values() {
        assert_eq!(json_of(&text("{\"a\":1}\n{\"a\":2}\n")), 2);
    }

    #[test]
    fn json_that_is_cut_off_is_told_with_its_place() {
        let text = text("Connected\n{\"value\": [\n {\"a\":");
        let mistake = text.document().unwrap_err();
        assert_eq!(
            mistake.what,
            "its JSON ends in the middle of a value in line 3, column 7"
        );
    }

    #[test]
    fn colours_are_taken_out() {
        let text = text("\u{1b}[32mConnected\u{1b}[0m\n{\"a\":1}");
        assert_eq!(json_of(&text), 1);
    }
}
