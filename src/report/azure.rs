//! Issues of Azure Pipelines: commands of the agent, which it counts and shows on the page of the run.
//!
//! The form is the agent's own, github.com/microsoft/azure-pipelines-agent `Command.cs` and
//! learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.

use std::fmt::Write as _;

use super::common::Report;
use super::harmless::harmless_lines;
use super::hidden;
use super::text::{one_line, sentence};
use super::told::Told;
use crate::error::Error;
use crate::finding::Severity;

/// Writes an issue for every error, every warning and every package that could not be read, the most severe first; then
/// notes as lines, for the agent knows no issues of that sort.
pub fn azure(report: &Report<'_>) -> String {
    let mut text = String::new();
    for one in Told::counting(report) {
        match one.severity {
            Severity::Error => issue("error", &one, &mut text),
            Severity::Warning => issue("warning", &one, &mut text),
            Severity::Note => {
                let place = one.place();
                let colon = if place.is_empty() { "" } else { ": " };
                let line = format!("note {}: {place}{colon}{}", one.code(), words(&one));
                let _ = writeln!(text, "{}", harmless_lines(&line));
            }
        }
    }
    for line in hidden::lines(report.findings.iter().map(|one| one.placed), false) {
        let _ = writeln!(text, "{}", harmless_lines(&line));
    }
    text
}

/// The issue of what kept a command from its work.
pub fn azure_error(error: &Error) -> String {
    format!(
        "##vso[task.logissue type=error;]{}\n",
        escaped(&one_line(&sentence(error)))
    )
}

/// The command that puts a file of Markdown onto the page of the run.
pub fn azure_summary(path: &str) -> String {
    format!("##vso[task.uploadsummary]{}\n", escaped(path))
}

fn issue(sort: &str, one: &Told, text: &mut String) {
    let _ = write!(text, "##vso[task.logissue type={sort};");
    if !one.path.is_empty() {
        let _ = write!(text, "sourcepath={};", escaped(&one.path));
    }
    for (name, number) in one.lines_on_disk(&["linenumber", "columnnumber"]) {
        let _ = write!(text, "{name}={number};");
    }
    let place = one.place_within();
    let place = place.map_or(String::new(), |place| format!("{place}: "));
    let message = escaped(&format!("{place}{}", words(one)));
    let _ = writeln!(text, "code={};]{message}", one.code());
}

/// The message and what follows it, in a line.
fn words(one: &Told) -> String {
    let mut words = one.message.clone();
    for (name, rest) in one.rest() {
        let _ = write!(words, " {name}: {rest}");
    }
    words
}

/// Text as a value of a command or behind it. The percent sign comes first, for the others are written with it.
fn escaped(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace(';', "%3B")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace(']', "%5D")
}
