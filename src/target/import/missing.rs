//! Components that the platform said it lacks, and the `Required` elements in which texts name them.
//!
//! Such texts are seldom whole documents: elements are not closed, the end is cut off, and all of it may be a value of XML or
//! JSON, escaped once or more. So each start tag is found and read for itself.

use std::borrow::Cow;

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::model::{Address, Identity, Supplier, SupplierOrigin};
use crate::parse::required;
use crate::target::manifest::AbsentRow;

/// The longest start tag that is read, in bytes: names have hundreds of characters.
const TAG_BYTES: usize = 16 * 1024;

/// How often a tag may be escaped. Real ones are escaped twice at most.
const ESCAPED: usize = 6;

/// What is before the name of the solution in the platform's message, in English.
const REFUSED: &str = "cannot be imported: ";

/// Rows of what is missing, each once.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) rows: Vec<AbsentRow>,
    seen: FxHashSet<Address>,
    /// Tags that could not be read.
    cut: usize,
    /// Tags that name nothing.
    unnamed: usize,
}

/// Why something is missing: what was done, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempt<'a> {
    /// The solution that was imported.
    pub(super) solution: Option<&'a str>,
    /// The day, `YYYY-MM-DD`.
    pub(super) date: Option<&'a str>,
}

impl Attempt<'_> {
    /// `the import of ContosoCore failed on 2026-11-20 for lack of it`.
    fn reason(self) -> String {
        let what = match self.solution {
            Some(solution) => format!("the import of {solution}"),
            None => "an import".to_owned(),
        };
        match self.date {
            Some(date) => format!("{what} failed on {date} for lack of it"),
            None => format!("{what} failed for lack of it"),
        }
    }
}

impl Missing {
    /// Adds a component; the first reason counts.
    pub(super) fn add(&mut self, identity: &Identity, supplier: &Supplier, reason: &str) {
        let has_type = !identity.kind.to_string().is_empty();
        let Some(address) = identity.address().filter(|_| has_type) else {
            self.unnamed += 1;
            return;
        };
        if !self.seen.insert(address) {
            return;
        }
        let is_named = supplier.origin() == SupplierOrigin::Solution;
        self.rows.push(AbsentRow {
            solution: is_named.then(|| supplier.solution.as_str().to_owned()),
            reason: Some(reason.to_owned()),
            ..AbsentRow::of(identity)
        });
    }

    /// Adds what the `Required` elements of a text name, however they are escaped. Where the text says which solution was
    /// refused, the last one before an element counts.
    pub(super) fn scan(&mut self, text: &str, attempt: Attempt<'_>) {
        let mut refused = refused(text).peekable();
        let mut attempt = attempt;
        let mut reason = attempt.reason();
        let mut starts = starts(text).peekable();
        while let Some(start) = starts.next() {
            let mut newest = None;
            while let Some((_, name)) = refused.next_if(|(at, _)| *at < start) {
                newest = Some(name);
            }
            if newest.is_some() {
                attempt.solution = newest;
                reason = attempt.reason();
            }
            let next = starts.peek().copied().unwrap_or(text.len());
            let end = text.floor_char_boundary(next.min(start + TAG_BYTES));
            match read(&text[start..end]) {
                Some((identity, supplier)) => self.add(&identity, &supplier, &reason),
                None => self.cut += 1,
            }
        }
    }

    /// Leaves out what a text names, because the text does not say enough of it.
    pub(super) fn leave_out(&mut self, text: &str) {
        self.cut += starts(text).count();
    }

    /// What the user should know of what was left out.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let rows = |count: usize| match count {
            1 => "1 missing component is".to_owned(),
            count => format!("{count} missing components are"),
        };
        if self.cut > 0 {
            let rows = rows(self.cut);
            notes.push(format!(
                "{rows} left out: the text is cut off or damaged there"
            ));
        }
        if self.unnamed > 0 {
            let rows = rows(self.unnamed);
            notes.push(format!(
                "{rows} left out: nothing in the text identifies them"
            ));
        }
        notes
    }
}

/// Whether a text names anything that is missing.
pub(super) fn names_any(text: &str) -> bool {
    starts(text).next().is_some()
}

/// The solutions that a text says were refused, each with its place.
fn refused(text: &str) -> impl Iterator<Item = (usize, &str)> {
    memmem::find_iter(text.as_bytes(), REFUSED).filter_map(move |at| {
        let rest = &text[at + REFUSED.len()..];
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let end = rest.find(|character| !is_name(character));
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some((at, name))
    })
}

/// Where start tags of `Required` elements begin, escaped or not.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    const NAME: &str = "Required";
    memmem::find_iter(text.as_bytes(), NAME).filter_map(move |at| {
        // An element without attributes names nothing.
        let after = text[at + NAME.len()..].chars().next()?;
        let is_tag = after.is_whitespace() || matches!(after, '\\' | '&');
        opening(&text[..at]).filter(|_| is_tag)
    })
}

/// Where the `<` at the end of a text begins, which may be escaped: `&lt;`, `&amp;lt;`, `\u003c`, `&#60;`.
fn opening(before: &str) -> Option<usize> {
    if before.ends_with('<') {
        return Some(before.len() - 1);
    }
    if let Some(mut rest) = before.strip_suffix("lt;") {
        for _ in 0..ESCAPED {
            match rest.strip_suffix("amp;") {
                Some(shorter) => rest = shorter,
                None => break,
            }
        }
        return rest.strip_suffix('&').map(str::len);
    }
    let escapes = [r"\u003c", r"\u003C", "&#60;", "&#x3c;", "&#x3C;"].into_iter();
    let mut rests = escapes.filter_map(|escape| before.strip_suffix(escape));
    rests.next().map(|rest| rest.trim_end_matches('\\').len())
}

/// Reads what a start tag at the beginning of a text names; `None` where the text ends within it.
fn read(text: &str) -> Option<(Identity, Supplier)> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..ESCAPED {
        let unescaped = match escaping(&text)? {
            Escaping::None => return read_tag(&text),
            Escaping::Xml => without_references(&text),
            Escaping::Json => without_backslashes(&text),
            Escaping::Doubled => text.replace("\"\"", "\""),
        };
        text = Cow::Owned(unescaped);
    }
    None
}

/// How a tag is escaped outermost.
enum Escaping {
    None,
    Xml,
    Json,
    /// Quotes are doubled, as in a table.
    Doubled,
}

/// Tells by how the tag opens, and by what stands around its first value.
fn escaping(text: &str) -> Option<Escaping> {
    match text.as_bytes().first()? {
        b'&' => return Some(Escaping::Xml),
        b'\\' => return Some(Escaping::Json),
        _ => {}
    }
    let (_, value) = text.split_once('=')?;
    let value = value.trim_start();
    match value.as_bytes().first()? {
        b'&' => Some(Escaping::Xml),
        b'\\' => Some(Escaping::Json),
        b'"' => {
            let doubled = value.strip_prefix("\"\"");
            let is_value = |rest: &str| !rest.starts_with([' ', '/', '>', '\t', '\r', '\n']);
            let is_doubled = doubled.is_some_and(|rest| !rest.is_empty() && is_value(rest));
            Some(if is_doubled {
                Escaping::Doubled
            } else {
                Escaping::None
            })
        }
        b'\'' => Some(Escaping::None),
        _ => None,
    }
}

/// Puts characters in the place of references to them, once.
fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = reference(after);
        out.push(reference.map_or('&', |(character, _)| character));
        rest = reference.map_or(after, |(_, len)| &after[len..]);
    }
    out.push_str(rest);
    out
}

/// The character that a reference means, and the reference's length after its `&`.
fn reference(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 5] = [
        ("lt;", '<'),
        ("gt;", '>'),
        ("amp;", '&'),
        ("quot;", '"'),
        ("apos;", '\''),
    ];
    if let Some((name, character)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*character, name.len()));
    }
    let number = text.strip_prefix('#')?;
    let end = number.bytes().take(8).position(|byte| byte == b';')?;
    let digits = &number[..end];
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    Some((char::from_u32(code.ok()?)?, end + 2))
}

/// Takes the backslashes of a JSON text out, once.
fn without_backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut characters = after.chars();
        let (character, len) = match characters.next() {
            Some('n') => ('\n', 1),
            Some('r') => ('\r', 1),
            Some('t') => ('\t', 1),
            Some('u') => {
                let code = after
                    .get(1..5)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let character = code.and_then(char::from_u32);
                let len = if code.is_some() { 5 } else { 1 };
                (character.unwrap_or(char::REPLACEMENT_CHARACTER), len)
            }
            Some(other) => (other, other.len_utf8()),
            None => break,
        };
        out.push(character);
        rest = &after[len..];
    }
    out.push_str(rest);
    out
}

/// Reads a start tag that is not escaped any more. It becomes an element of its own; what the platform forgot to escape in
/// it is escaped.
fn read_tag(text: &str) -> Option<(Identity, Supplier)> {
    let mut element = String::with_capacity(text.len() + 2);
    let mut quote = None;
    let mut is_whole = false;
    for (at, character) in text.char_indices() {
        match character {
            '>' if quote.is_none() => {
                is_whole = true;
                break;
            }
            '<' if at > 0 => element.push_str("&lt;"),
            '&' if reference(&text[at + 1..]).is_none() => element.push_str("&amp;"),
            '"' | '\'' => {
                match quote {
                    None => quote = Some(character),
                    Some(open) if open == character => quote = None,
                    Some(_) => {}
                }
                element.push(character);
            }
            '\t' | '\r' | '\n' => element.push(' '),
            control if control.is_control() => {}
            other => element.push(other),
        }
    }
    if !is_whole {
        return None;
    }
    if element.ends_with('/') {
        element.pop();
    }
    element.push_str("/>");
    required(&element)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = r#"<Required type="2" schemaName="cts_region" parentSchemaName="lead" displayName="R &amp; D" solution="ContosoCore (1.4.0.12)" />"#;

    fn scanned(text: &str) -> Missing {
        let mut missing = Missing::default();
        missing.scan(text, Attempt::default());
        missing
    }

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    }

    fn in_json(text: &str) -> String {
        let text = serde_json::to_string(text).unwrap();
        text[1..text.len() - 1].to_owned()
    }

    #[test]
    fn a_tag_is_read_however_it_is_escaped() {
        let once = escaped(TAG);
        for text in [
            TAG.to_owned(),
            escaped(&once),
            escaped(&escaped(&once)),
            in_json(TAG),
            in_json(&once),
            escaped(&in_json(TAG)),
            in_json(&in_json(TAG)),
            in_json(TAG).replace('<', r"\u003c").replace('>', r"\u003e"),
            TAG.replace('"', "\"\""),
            TAG.replace('"', "'"),
            once,
        ] {
            let missing = scanned(&text);
            assert_eq!((missing.rows.len(), missing.cut), (1, 0), "{text}");
            let row = &missing.rows[0];
            assert_eq!(row.name.as_deref(), Some("cts_region"), "{text}");
            assert_eq!(row.parent.as_deref(), Some("lead"));
            assert_eq!(row.solution.as_deref(), Some("ContosoCore"));
        }
    }

    #[test]
    fn a_tag_that_is_cut_off_is_counted() {
        let missing = scanned(&format!("{TAG}<Required type=\"2\" schemaName=\"cts_"));
        assert_eq!(missing.rows.len(), 1);
        assert_eq!(
            missing.notes(),
            ["1 missing component is left out: the text is cut off or damaged there"]
        );
    }

    #[test]
    fn what_the_platform_forgot_to_escape_does_no_harm() {
        let missing =
            scanned("<Required type=\"1\" schemaName=\"cts_a\" displayName=\"R&D <new>\" />");
        assert_eq!(missing.rows.len(), 1, "{missing:?}");
    }

    #[test]
    fn elements_of_that_name_without_attributes_are_something_else() {
        assert!(!names_any("<Required>true</Required> RequiredLevel"));
    }

    #[test]
    fn the_solution_refused_last_counts() {
        let text = format!("cannot be imported: A. {TAG} cannot be imported: B_2. {TAG}").replacen(
            "cts_region",
            "cts_first",
            1,
        );
        let reasons: Vec<_> = scanned(&text).rows;
        let reasons: Vec<_> = reasons.iter().map(|row| row.reason.as_deref()).collect();
        assert_eq!(
            reasons,
            [
                Some("the import of A failed for lack of it"),
                Some("the import of B_2 failed for lack of it")
            ]
        );
    }

    #[test]
    fn a_million_openings_take_no_time() {
        let text = "&amp;lt;Required ".repeat(200_000);
        assert_eq!(scanned(&text).rows.len(), 0);
        let text = format!("<Required {}", "&amp;".repeat(1_000_000));
        assert_eq!(scanned(&text).rows.len(), 0);
    }
}
