//! The text of a package's files, and places in it.
//!
//! Spans are byte offsets into decoded text; lines and columns are computed only when something is reported, and the
//! text of a package can be dropped once its places are known.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// A path as reports write it: with `/`, alike on every system.
pub fn slashed(path: &str) -> Cow<'_, str> {
    slashed_on(path, cfg!(windows))
}

/// On others than Windows `\\` is a character of a name.
fn slashed_on(path: &str, is_windows: bool) -> Cow<'_, str> {
    if is_windows && path.contains('\\') {
        Cow::Owned(path.replace('\\', "/"))
    } else {
        Cow::Borrowed(path)
    }
}

/// The number of a file within its package's [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A stretch of a file, in bytes of its decoded text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The very beginning of a file, for what concerns the file as a whole.
    pub fn start_of(file: FileId) -> Self {
        Self {
            file,
            start: 0,
            end: 0,
        }
    }
}

/// The files of one package: every name, and the text of those that were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    kept: HashMap<Span, Place>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    name: Box<str>,
    text: Option<String>,
    line_starts: OnceLock<Vec<u32>>,
}

impl Sources {
    /// Adds a file by name; its number is the count of files added before.
    pub fn add(&mut self, name: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile {
            name: name.into(),
            text: None,
            line_starts: OnceLock::new(),
        });
        id
    }

    /// Gives a file its decoded text.
    pub fn set_text(&mut self, file: FileId, text: String) {
        if let Some(file) = self.files.get_mut(file.0 as usize) {
            file.text = Some(text);
        }
    }

    /// The name of a file within its package, with `/` between folders.
    pub fn name(&self, file: FileId) -> &str {
        self.files
            .get(file.0 as usize)
            .map_or("", |file| &file.name)
    }

    /// The text of a file, where it was read and not dropped.
    pub(crate) fn text(&self, file: FileId) -> Option<&str> {
        self.files.get(file.0 as usize)?.text.as_deref()
    }

    /// Drops all text, after looking up the places of the spans that may still be asked for.
    pub fn condense(&mut self, spans: impl Iterator<Item = Span>) {
        // In order, so that columns on a very long line are counted once and not from its start for every span.
        let mut spans: Vec<Span> = spans.collect();
        spans.sort_unstable();
        spans.dedup();
        let mut counted = Counted::default();
        let places = spans
            .iter()
            .map(|span| (*span, self.place_from(*span, &mut counted)));
        self.kept = places.collect();
        for file in &mut self.files {
            file.text = None;
            file.line_starts = OnceLock::new();
        }
    }

    /// The place of a span, for people: line and column, and the lines around it.
    pub fn place(&self, span: Span) -> Place {
        if let Some(kept) = self.kept.get(&span) {
            return kept.clone();
        }
        self.place_from(span, &mut Counted::default())
    }

    /// The name, line and column of every span, in their order: places without the text around them. Line and column are 0
    /// where the file has no text.
    pub fn positions(&self, spans: &[Span]) -> Vec<Position> {
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_unstable_by_key(|index| spans[*index]);
        let mut positions = vec![Position::default(); spans.len()];
        // In order, so that columns on a very long line are counted once and not from its start for every span.
        let mut counted = Counted::default();
        for index in order {
            let span = spans[index];
            positions[index].file = span.file;
            let file = self.files.get(span.file.0 as usize);
            if let Some((file, text)) = file.and_then(|file| Some((file, file.text.as_deref()?))) {
                let starts = file.line_starts.get_or_init(|| line_starts(text));
                let start = clamp(text, span.start);
                let (line, column) = position(text, starts, start, (span.file, &mut counted));
                positions[index].line = line;
                positions[index].column = column;
            }
        }
        positions
    }

    fn place_from(&self, span: Span, counted: &mut Counted) -> Place {
        let Some(file) = self.files.get(span.file.0 as usize) else {
            return Place::default();
        };
        let Some(text) = file.text.as_deref() else {
            return Place::in_file(&file.name);
        };
        let starts = file.line_starts.get_or_init(|| line_starts(text));
        let (start, end) = (
            clamp(text, span.start),
            clamp(text, span.end.max(span.start)),
        );
        let (line, column) = position(text, starts, start, (span.file, counted));
        let (end_line, end_column) = position(text, starts, end, (span.file, &mut counted.clone()));
        Place {
            file: file.name.clone(),
            line,
            column,
            end_line,
            end_column,
            window: Some(window(text, starts, start, end)),
        }
    }
}

/// Where a span starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// The line, counted from 1; 0 where the file has no text.
    pub line: u32,
    /// The column in Unicode code points, counted from 1; 0 where the file has no text.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            file: FileId(u32::MAX),
            line: 0,
            column: 0,
        }
    }
}

/// A place in a package, as reports print it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The file within the package.
    pub file: Box<str>,
    /// The line, counted from 1; 0 where the file has no text.
    pub line: u32,
    /// The column in Unicode code points, counted from 1; 0 where the file has no text.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
    /// The text around it.
    pub window: Option<Window>,
}

impl Place {
    /// A file as a whole.
    pub fn in_file(name: &str) -> Self {
        Self {
            file: name.into(),
            ..Self::default()
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// A few lines of a file around a place, short enough to print.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
    /// The lines, each cut to a readable length around the place.
    pub text: Box<str>,
    /// The number of the first line, counted from 1.
    pub first_line: u32,
    /// Where the place starts in `text`, in bytes.
    pub start: usize,
    /// How long it is in `text`, in bytes.
    pub len: usize,
}

/// Lines shown before and after the line of the place.
const CONTEXT_LINES: usize = 1;
/// Bytes of one line that are shown before the place, and from it on: a minified file is one line of megabytes.
const BEFORE: usize = 40;
const AFTER: usize = 90;

/// The offset at which a line begins, in bytes; lines are counted from 1, and one that is not there begins with the text.
pub(crate) fn line_start(text: &str, line: usize) -> usize {
    let Some(breaks_before) = line.checked_sub(2) else {
        return 0;
    };
    memchr::memchr_iter(b'\n', text.as_bytes())
        .nth(breaks_before)
        .map_or(0, |at| at + 1)
}

fn line_starts(text: &str) -> Vec<u32> {
    let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes())
        .map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
    std::iter::once(0).chain(after_breaks).collect()
}

/// The nearest character boundary at or before an offset.
fn clamp(text: &str, offset: u32) -> usize {
    text.floor_char_boundary(offset as usize)
}

/// The index of the line that holds an offset.
fn line_of(starts: &[u32], offset: usize) -> usize {
    starts
        .partition_point(|start| *start as usize <= offset)
        .saturating_sub(1)
}

/// The last place whose column was counted: a later one on the same line is counted from there.
#[derive(Clone, Copy, Default)]
struct Counted {
    file: Option<FileId>,
    line: usize,
    offset: usize,
    column: usize,
}

fn position(
    text: &str,
    starts: &[u32],
    offset: usize,
    (file, counted): (FileId, &mut Counted),
) -> (u32, u32) {
    let line = line_of(starts, offset);
    let is_later = counted.file == Some(file) && counted.line == line && counted.offset <= offset;
    let (from, column) = if is_later {
        (counted.offset, counted.column)
    } else {
        (starts[line] as usize, 1)
    };
    let column = column + text[from..offset].chars().count();
    *counted = Counted {
        file: Some(file),
        line,
        offset,
        column,
    };
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(line + 1), number(column))
}

fn window(text: &str, starts: &[u32], start: usize, end: usize) -> Window {
    let line = line_of(starts, start);
    let first = line.saturating_sub(CONTEXT_LINES);
    let mut shown = String::new();
    let (mut at, mut len) = (0, 0);
    for number in first..=(line + CONTEXT_LINES).min(starts.len() - 1) {
        let from = starts[number] as usize;
        let to = starts
            .get(number + 1)
            .map_or(text.len(), |next| *next as usize);
        let content = text[from..to].trim_end_matches(['\r', '\n']);
        if number == line {
            let target = (start - from).min(content.len());
            let cut = content.floor_char_boundary(target.saturating_sub(BEFORE));
            let stop = content.floor_char_boundary((target + AFTER).min(content.len()));
            at = shown.len() + (target - cut);
            len = (end - start).min(stop - target);
            shown.push_str(&content[cut..stop]);
        } else {
            shown.push_str(&content[..content.floor_char_boundary(AFTER.min(content.len()))]);
        }
        shown.push('\n');
    }
    Window {
        text: shown.into(),
        first_line: u32::try_from(first + 1).unwrap_or(u32::MAX),
        start: at,
        len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_windows_are_written_with_slashes() {
        let slashed = |path| slashed_on(path, true);
        assert_eq!(slashed(r"C:\a b\release\x.zip"), "C:/a b/release/x.zip");
        assert_eq!(slashed(r"\\server\share\x.zip"), "//server/share/x.zip");
        assert_eq!(slashed_on(r"one\name.zip", false), r"one\name.zip");
    }

    fn place(text: &str, start: u32, end: u32) -> Place {
        let mut sources = Sources::default();
        let file = sources.add("a.xml");
        sources.set_text(file, text.into());
        sources.place(Span { file, start, end })
    }

    #[test]
    fn columns_count_code_points() {
        let place = place("ä\nöü<x/>", 7, 11);
        assert_eq!((place.line, place.column, place.end_column), (2, 3, 7));
    }

    #[test]
    fn a_window_of_a_very_long_line_is_short_and_marks_the_place() {
        let text = format!("{}MARK{}", "a".repeat(100_000), "b".repeat(100_000));
        let window = place(&text, 100_000, 100_004).window.unwrap();
        assert!(window.text.len() < 300);
        assert_eq!(
            &window.text[window.start..window.start + window.len],
            "MARK"
        );
    }

    #[test]
    fn carriage_returns_are_not_shown() {
        let window = place("one\r\ntwo\r\nthree", 5, 8).window.unwrap();
        assert_eq!(&*window.text, "one\ntwo\nthree\n");
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(place("ab", 90, 95).column, 3);
    }
}
