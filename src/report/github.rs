//! Annotations of GitHub Actions: commands of the runner, which it shows beside the files of a change.
//!
//! The form is the runner's own, github.com/actions/runner `src/Runner.Common/ActionCommand.cs`: properties are parted by
//! commas, and what has a meaning in them is written as `%` and two digits.

use std::fmt::Write as _;

use super::common::Report;
use super::harmless::harmless_lines;
use super::hidden;
use super::text::{one_line, sentence};
use super::told::Told;
use crate::error::Error;
use crate::finding::Severity;

/// Annotations of each severity that GitHub shows of one step.
const SHOWN: usize = 10;

/// Writes an annotation for every finding that counts and every package that could not be read, the most severe first.
pub fn github(report: &Report<'_>) -> String {
    let mut text = String::new();
    let told = Told::counting(report);
    for one in &told {
        annotation(one, &mut text);
    }
    let more: usize = told
        .chunk_by(|one, next| one.severity == next.severity)
        .map(|same| same.len().saturating_sub(SHOWN))
        .sum();
    if more > 0 {
        let _ = writeln!(
            text,
            "GitHub shows {SHOWN} annotations of each severity: {more} more in the summary."
        );
    }
    for line in hidden::lines(report.findings.iter().map(|one| one.placed), false) {
        let _ = writeln!(text, "{}", harmless_lines(&line));
    }
    text
}

/// The annotation of what kept a command from its work.
pub fn github_error(error: &Error) -> String {
    format!(
        "::error title=solvet::{}\n",
        data(&one_line(&sentence(error)))
    )
}

fn annotation(one: &Told, text: &mut String) {
    let command = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = write!(text, "::{command} title={}", property(one.code()));
    if !one.path.is_empty() {
        let _ = write!(text, ",file={}", property(&one.path));
    }
    for (name, number) in one.lines_on_disk(&["line", "col", "endLine", "endColumn"]) {
        let _ = write!(text, ",{name}={number}");
    }
    let _ = write!(text, "::");
    if let Some(place) = one.place_within() {
        let _ = write!(text, "{}: ", data(&place));
    }
    text.push_str(&data(&one.message));
    for (name, rest) in one.rest() {
        let _ = write!(text, "%0A{name}: {}", data(rest));
    }
    text.push('\n');
}

/// Text as the message of a command. The percent sign comes first, for the others are written with it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
