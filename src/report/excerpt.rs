//! One finding in the form the terminal renderer takes: its sentence, its help, and the few lines around its place.

use std::fmt::Write as _;

use miette::{Diagnostic, LabeledSpan, MietteError, SourceCode, SpanContents};

use super::text::{safe, safe_lines};
use crate::finding::{PlacedFinding, Severity};
use crate::source::Window;

/// Takes a finding with its chain and what the platform would say.
pub(super) fn shown(placed: &PlacedFinding) -> Shown<'_> {
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
            window: placed.place.window.as_ref(),
            text: placed
                .place
                .window
                .as_ref()
                .map(|window| safe_lines(&window.text))
                .unwrap_or_default(),
        }),
    }
}

/// A finding in the form the renderer takes.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) message: String,
    pub(super) help: String,
    pub(super) severity: Severity,
    pub(super) rule: Option<&'static str>,
    pub(super) window: Option<Excerpt<'a>>,
}

/// A few lines of a file. The renderer sees only these, so that a line of megabytes costs nothing.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    file: String,
    line: u32,
    column: u32,
    window: Option<&'a Window>,
    /// The window's text without control characters.
    text: String,
}

impl std::fmt::Display for Shown<'_> {
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

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
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
        let window = self.window.as_ref()?.window?;
        let label = LabeledSpan::new(None, window.start, window.len);
        Some(Box::new(std::iter::once(label)))
    }
}

struct ExcerptContents<'a> {
    excerpt: &'a Excerpt<'a>,
    text: &'a str,
    span: miette::SourceSpan,
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        _: &miette::SourceSpan,
        context_before: usize,
        context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let window = self.window.ok_or(MietteError::OutOfBounds)?;
        // Without context the renderer asks for the place itself, to print its line and column.
        let (start, end) = if context_before == 0 && context_after == 0 {
            (window.start, window.start + window.len)
        } else {
            (0, window.text.len())
        };
        Ok(Box::new(ExcerptContents {
            excerpt: self,
            text: &self.text[start..end],
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
        let line = match self.excerpt.window {
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
