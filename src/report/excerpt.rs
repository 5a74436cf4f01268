//! One finding in the form the terminal renderer takes: its sentence, its help, and the few lines around its place.

use std::fmt::Write as _;

use miette::{Diagnostic, LabeledSpan, MietteError, SourceCode, SpanContents};

use super::text::{safe, safe_lines};
use crate::finding::{PlacedFinding, Severity};
use crate::source::Window;

/// Takes a finding with its chain and what the platform would say.
/// Lines of files are cut to the columns that there are.
pub(super) fn shown(placed: &PlacedFinding, columns: Option<usize>) -> Shown {
    let finding = &placed.finding;
    let mut help = safe(&finding.help).into_owned();
    if finding.chain.len() > 1 {
        let chain: Vec<_> = finding.chain.iter().map(ToString::to_string).collect();
        let _ = write!(help, "\nchain: {}", safe(&chain.join(" → ")));
    }
    if let Some((error, message)) = &finding.platform {
        let _ = write!(help, "\nplatform: {error} {}", error.symbol);
        if !message.is_empty() {
            let _ = write!(help, ": {}", safe(message));
        }
    }
    Shown {
        message: safe(&finding.message).into_owned(),
        help,
        severity: finding.severity,
        rule: Some(finding.rule),
        window: Some(Excerpt {
            file: safe(&placed.place.file).into_owned(),
            line: placed.place.line,
            column: placed.place.column,
            window: placed
                .place
                .window
                .as_ref()
                .map(|window| printable(window, columns)),
        }),
    }
}

/// A finding in the form the renderer takes.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) message: String,
    pub(super) help: String,
    pub(super) severity: Severity,
    pub(super) rule: Option<&'static str>,
    pub(super) window: Option<Excerpt>,
}

/// A few lines of a file. The renderer sees only these, so that a line of megabytes costs nothing.
#[derive(Debug)]
pub(super) struct Excerpt {
    file: String,
    line: u32,
    column: u32,
    /// The window, its text without control characters.
    window: Option<Window>,
}

/// Columns before a line of a file: its number, and what the renderer draws.
const MARGIN: usize = 10;
/// The part of a line that is shown before its place, where the line is cut.
const BEFORE: usize = 3;

/// A window as a terminal may show it: without control characters, and no line longer than the columns that there are.
fn printable(window: &Window, columns: Option<usize>) -> Window {
    let mut shown = window.clone();
    shown.text = safe_lines(&window.text).into();
    let Some(columns) = columns.map(|columns| columns.saturating_sub(MARGIN)) else {
        return shown;
    };
    let (mut text, mut begin) = (String::new(), 0);
    for line in shown.text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let place = window.start.checked_sub(begin);
        match place.filter(|place| *place <= content.len()) {
            Some(place) if text.len() <= begin => {
                let room = (content.chars().count() > columns).then_some(columns / BEFORE);
                let from = room.map_or(0, |room| last_characters(&content[..place], room));
                let to = from + first_characters(&content[from..], columns);
                shown.start = text.len() + place - from;
                shown.len = window.len.min(to.saturating_sub(place));
                text.push_str(&content[from..to]);
            }
            Some(_) | None => text.push_str(&content[..first_characters(content, columns)]),
        }
        text.push('\n');
        begin += line.len();
    }
    shown.text = text.into();
    shown
}

/// The bytes of the first so many characters.
fn first_characters(text: &str, count: usize) -> usize {
    text.char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at)
}

/// Where the last so many characters begin.
fn last_characters(text: &str, count: usize) -> usize {
    let Some(before) = count.checked_sub(1) else {
        return text.len();
    };
    text.char_indices()
        .rev()
        .nth(before)
        .map_or(0, |(at, _)| at)
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        // A place without text has no excerpt to show it.
        match &self.window {
            Some(excerpt) if excerpt.window.is_none() && !self.message.contains(&excerpt.file) => {
                write!(f, " [{}]", excerpt.file)
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.rule
            .map(|rule| Box::new(rule) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let excerpt = self.window.as_ref()?;
        excerpt
            .window
            .is_some()
            .then_some(excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let window = self.window.as_ref()?.window.as_ref()?;
        let label = LabeledSpan::new(None, window.start, window.len);
        Some(Box::new(std::iter::once(label)))
    }
}

struct ExcerptContents<'a> {
    excerpt: &'a Excerpt,
    text: &'a str,
    span: miette::SourceSpan,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _: &miette::SourceSpan,
        context_before: usize,
        context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let window = self.window.as_ref().ok_or(MietteError::OutOfBounds)?;
        // Without context the renderer asks for the place itself, to print its line and column.
        let (start, end) = if context_before == 0 && context_after == 0 {
            (window.start, window.start + window.len)
        } else {
            (0, window.text.len())
        };
        Ok(Box::new(ExcerptContents {
            excerpt: self,
            text: &window.text[start..end],
            span: (start, end - start).into(),
        }))
    }
}

impl<'a> SpanContents<'a> for ExcerptContents<'a> {
    fn data(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn span(&self) -> &miette::SourceSpan {
        &self.span
    }

    fn line(&self) -> usize {
        let whole = self.span.offset() == 0;
        let line = match &self.excerpt.window {
            Some(window) if whole => window.first_line,
            _ => self.excerpt.line,
        };
        (line as usize).saturating_sub(1)
    }

    fn column(&self) -> usize {
        (self.excerpt.column as usize).saturating_sub(1)
    }

    fn line_count(&self) -> usize {
        self.text.lines().count()
    }

    fn name(&self) -> Option<&str> {
        Some(&self.excerpt.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> Window {
        Window {
            text: "<first line that is long>\n<second é line with a place in it>\n<third>\n".into(),
            first_line: 1,
            start: 49,
            len: 5,
        }
    }

    /// The text of the place.
    fn marked(window: &Window) -> &str {
        &window.text[window.start..window.start + window.len]
    }

    #[test]
    fn lines_are_left_as_they_are_where_there_is_no_terminal() {
        assert_eq!(marked(&window()), "place");
        assert_eq!(printable(&window(), None), window());
        assert_eq!(printable(&window(), Some(80)), window());
    }

    #[test]
    fn lines_are_cut_to_the_columns_and_the_place_stays_marked() {
        let narrow = printable(&window(), Some(25));
        assert_eq!(&*narrow.text, "<first line tha\nth a place in i\n<third>\n");
        assert_eq!(marked(&narrow), "place");
        let narrower = printable(&window(), Some(13));
        assert_eq!(marked(&narrower), "pl");
        assert_eq!(marked(&printable(&window(), Some(1))), "");
    }
}
