//! Summaries on the page of a run: GitHub and Azure take a file of Markdown for it.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use solvet::report::{Report, azure_summary, markdown, markdown_within};

use super::output::{Output, OutputOptions, ReportFormat};
use super::sharing::Shared;

/// Bytes that GitHub shows of the summary of one step.
const GITHUB_SUMMARY: usize = 1024 * 1024;

/// Puts a summary onto the page of a run, where a format of its pipeline is printed and the pipeline says how.
pub(super) fn summarize<'a>(output: &OutputOptions<ReportFormat>, report: impl Fn() -> Report<'a>) {
    if output.prints(ReportFormat::Shared(Shared::Github)) {
        add_github_summary(&report());
    }
    if output.prints(ReportFormat::Shared(Shared::Azure)) {
        add_azure_summary(&report());
    }
}

/// What an environment variable says, where it says something.
fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

/// Adds the report to the summary of the step. Several runs of one step share the room that it has.
fn add_github_summary(report: &Report<'_>) {
    let Some(path) = variable("GITHUB_STEP_SUMMARY") else {
        return;
    };
    let taken = fs::metadata(&path).map_or(0, |file| file.len());
    let taken = usize::try_from(taken).unwrap_or(usize::MAX);
    let room = GITHUB_SUMMARY.saturating_sub(taken.saturating_add(1));
    if room < LEAST {
        Output::stderr(
            "note: the summary of this step has no room left, so this report is not in it",
        );
        return;
    }
    // What another program wrote may lack the end of its line.
    let text = format!("\n{}", markdown_within(report, room));
    let file = OpenOptions::new().append(true).create(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    tell(&path, &written);
}

/// Room with which a summary is worth its while, in bytes.
const LEAST: usize = 4_096;

/// Writes the report into a file of the agent's, and prints the command that shows it.
fn add_azure_summary(report: &Report<'_>) {
    let Some(folder) = variable("AGENT_TEMPDIRECTORY") else {
        return;
    };
    let text = markdown(report);
    // The agent takes the file when the step has ended, so another report needs another name.
    let digest = Sha256::digest(text.as_bytes());
    let mut name = String::new();
    for byte in digest.iter().take(8) {
        let _ = write!(name, "{byte:02x}");
    }
    let path = folder.join(format!("solvet-{name}.md"));
    let is_written = tell(&path, &fs::write(&path, text));
    if let Some(path) = path.to_str().filter(|_| is_written) {
        Output::stdout(&azure_summary(path));
    }
}

/// Says where a summary could not be written, which fails no run; whether it could.
fn tell(path: &Path, written: &std::io::Result<()>) -> bool {
    if let Err(error) = written {
        let path = path.display();
        Output::stderr(&format!(
            "note: the summary cannot be written to {path}: {error}"
        ));
    }
    written.is_ok()
}
