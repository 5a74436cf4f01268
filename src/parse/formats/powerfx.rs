//! Power Fx of formula columns and the dependencies of Power Fx functions.
//!
//! Formulas are stored with logical names. What is no column there is a function (before a parenthesis), a name the
//! formula gives itself (before a colon), or an enumeration of the language, which has capitals and no prefix.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::super::links::{Links, is_name};
use crate::json::{Json, Value};
use crate::model::{LogicalName, OWN_TABLE, Pointer, ReferenceKind as Kind};
use crate::source::{FileId, Span};

/// Reads the formulas of a table's columns (YAML): `<column>: =<formula>`, or a block of lines after `<column>: |-`.
pub(in crate::parse) fn formulas(text: &str, file: FileId, links: &mut Links<'_>) {
    let mut entries: Vec<(&str, Range<usize>)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (from, end) = (start, start + line.len());
        start = end;
        let content = line.trim_start_matches('\u{feff}').trim_end();
        let is_inside = content.is_empty() || content.starts_with([' ', '\t']);
        if is_inside && let Some((_, formula)) = entries.last_mut() {
            formula.end = end;
        } else if let Some((name, formula)) = content.split_once(':')
            && is_name(unquoted(name))
        {
            let value = from + line.trim_end().len() - formula.len();
            entries.push((unquoted(name), value..end));
        } else if !(content.is_empty() || content.starts_with('#') || content == "---") {
            let detail = "a line is neither a column with its formula nor inside one";
            links.broken(detail.to_owned(), place(file, from..end));
        }
    }
    for (column, range) in entries {
        let value = text.get(range.clone()).unwrap_or_default();
        let mut links = links.of_column(column);
        match unescaped(value.trim()) {
            // Places inside mean nothing once escapes are undone.
            Some(formula) => {
                for used in names(&formula) {
                    refer(column, &used, place(file, range.clone()), &mut links);
                }
            }
            None => {
                for used in names(value) {
                    let from = range.start + used.at;
                    refer(
                        column,
                        &used,
                        place(file, from..from + used.len()),
                        &mut links,
                    );
                }
            }
        }
    }
}

/// The text of a scalar in quotes.
fn unescaped(value: &str) -> Option<String> {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(text) = inside('\'') {
        return Some(text.replace("''", "'"));
    }
    let mut characters = inside('"')?.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                'n' | 'r' | 't' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    Some(text)
}

fn unquoted(name: &str) -> &str {
    name.trim().trim_matches(['"', '\''])
}

fn place(file: FileId, range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: offset(range.start),
        end: offset(range.end),
    }
}

fn refer(column: &str, used: &Used<'_>, span: Span, links: &mut Links<'_>) {
    let lookup = LogicalName::new(used.name);
    if lookup == *column {
        return;
    }
    let of_own = Pointer::column(OWN_TABLE, used.name);
    links.add(Kind::ColumnPowerFx, of_own, span);
    if let Some(member) = used.member {
        let own = LogicalName::new(OWN_TABLE);
        let through = Pointer::Through(own, lookup, LogicalName::new(member));
        links.add(Kind::ColumnPowerFx, through, span);
    }
}

/// A column in a formula, with the column of the record it leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Used<'a> {
    name: &'a str,
    member: Option<&'a str>,
    at: usize,
}

impl Used<'_> {
    fn len(&self) -> usize {
        self.name.len() + self.member.map_or(0, |member| member.len() + 1)
    }
}

/// What a formula is made of, as far as names need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'a> {
    Name(&'a str, usize),
    Mark(u8),
}

/// The columns a formula uses.
fn names(formula: &str) -> Vec<Used<'_>> {
    let tokens = tokens(formula);
    let mark = |at: usize| match tokens.get(at) {
        Some(Token::Mark(mark)) => Some(*mark),
        _ => None,
    };
    let given: FxHashSet<&str> = (0..tokens.len())
        .filter(|at| mark(at + 1) == Some(b':'))
        .filter_map(|at| match tokens.get(at) {
            Some(Token::Name(name, _)) => Some(*name),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Token::Name(name, at) = *token else {
            continue;
        };
        let is_member = index > 0 && mark(index - 1) == Some(b'.');
        let of_record = is_member
            && index > 1
            && matches!(tokens.get(index - 2), Some(Token::Name(record, _)) if is_this(record))
            && (index < 3 || mark(index - 3) != Some(b'.'));
        let is_call = mark(index + 1) == Some(b'(');
        if (is_member && !of_record) || is_call || given.contains(name) || !is_column(name) {
            continue;
        }
        let member = match (mark(index + 1), tokens.get(index + 2), mark(index + 3)) {
            (Some(b'.'), Some(Token::Name(member, _)), next) if next != Some(b'(') => Some(*member),
            _ => None,
        };
        let member = member.filter(|member| is_column(member));
        found.push(Used { name, member, at });
    }
    found
}

fn is_this(name: &str) -> bool {
    name == "ThisRecord"
}

/// Whether a name can be a column's: all of it in lower case, or with a prefix.
fn is_column(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "true", "false", "in", "exactin", "and", "or", "not", "as", "blank",
    ];
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    is_name(name) && (is_lower || name.contains('_')) && !WORDS.contains(&name)
}

/// Cuts a formula into names and marks; texts and comments are neither, but what braces hold in an interpolated text is.
fn tokens(formula: &str) -> Vec<Token<'_>> {
    let mut cutter = Cutter {
        formula,
        at: 0,
        around: Vec::new(),
        tokens: Vec::new(),
    };
    while cutter.at < formula.len() {
        cutter.step();
    }
    cutter.tokens
}

struct Cutter<'a> {
    formula: &'a str,
    at: usize,
    /// For each interpolated text around, how many braces are open inside it.
    around: Vec<usize>,
    tokens: Vec<Token<'a>>,
}

impl Cutter<'_> {
    fn step(&mut self) {
        // Nothing between the bytes of one character is a name.
        let rest = self.formula.get(self.at..).unwrap_or_default();
        match rest.as_bytes() {
            [b'$', b'"', ..] => self.text(2, true),
            [b'"', ..] => self.text(1, false),
            [b'/', b'/', ..] => self.at += rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => self.at += rest.find("*/").map_or(rest.len(), |end| end + 2),
            [b'\'', ..] => {
                let inside = rest.get(1..).unwrap_or_default();
                let name = inside.split('\'').next().unwrap_or_default();
                self.tokens.push(Token::Name(name, self.at + 1));
                self.at += name.len() + 2;
            }
            [b'}', ..] if self.around.last() == Some(&0) => {
                self.around.pop();
                self.text(1, true);
            }
            [byte, ..] if byte.is_ascii_alphanumeric() || *byte == b'_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                // The letters of a number such as 1e5 are no name.
                if !byte.is_ascii_digit() {
                    self.tokens.push(Token::Name(word, self.at));
                }
                self.at += word.len();
            }
            [byte, ..] => {
                if let Some(open) = self.around.last_mut() {
                    *open += usize::from(*byte == b'{');
                    *open = open.saturating_sub(usize::from(*byte == b'}'));
                }
                if !byte.is_ascii_whitespace() {
                    self.tokens.push(Token::Mark(*byte));
                }
                self.at += 1;
            }
            [] => self.at += 1,
        }
    }

    /// Skips a text from inside its start, up to its end or to a brace that opens a formula.
    fn text(&mut self, start: usize, interpolated: bool) {
        let (end, is_open) = text_end(self.formula.as_bytes(), self.at + start, interpolated);
        self.around.extend(is_open.then_some(0));
        self.at = end;
    }
}

/// Where a text ends, and whether at a brace that opens a formula inside it.
fn text_end(bytes: &[u8], from: usize, interpolated: bool) -> (usize, bool) {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        let twice = bytes.get(at + 1) == Some(byte);
        match byte {
            b'"' | b'{' if twice => at += 1,
            b'"' => return (at + 1, false),
            b'{' if interpolated => return (at + 1, true),
            _ => {}
        }
        at += 1;
    }
    (at, false)
}

/// Reads what a Power Fx function needs: `RequiredEntityAttributeMap` and `RequiredEntityReferences`.
pub(in crate::parse) fn dependencies(document: &Json<'_>, links: &mut Links<'_>) {
    let root = &document.root;
    let map = root.get("RequiredEntityAttributeMap");
    for (table, columns) in map.map_or(&[][..], Value::entries) {
        links.table(Kind::ExpressionTable, table, document.place(table));
        for column in columns.items().iter().filter_map(Value::text) {
            links.column(
                Kind::ExpressionColumn,
                table,
                column,
                document.place(column),
            );
        }
    }
    let tables = root.get("RequiredEntityReferences");
    for table in tables.map_or(&[][..], Value::items) {
        if let Some(table) = table.text().or_else(|| table.get("LogicalName")?.text()) {
            links.table(Kind::ExpressionTable, table, document.place(table));
        }
    }
}

#[cfg(test)]
mod tests;
