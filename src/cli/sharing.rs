//! The formats that all commands that find things share, each written from a [`Report`].

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sha2::{Digest as _, Sha256};
use solvet::finding::Severity;
use solvet::report::{Report, azure, azure_summary, github, junit, markdown, markdown_within};

use super::output::{Output, OutputOptions, ReportFormat};

/// A format for pipelines or pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shared {
    Junit,
    Github,
    Azure,
    Markdown,
}

/// Bytes that GitHub shows of the summary of one step.
const GITHUB_SUMMARY: usize = 1024 * 1024;

impl Shared {
    /// The format of the pipeline that the program runs in, which says so in its environment.
    pub(super) fn of_pipeline() -> Option<Self> {
        let says =
            |name: &str| std::env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
        match () {
            () if says("GITHUB_ACTIONS") => Some(Self::Github),
            () if says("TF_BUILD") => Some(Self::Azure),
            () => None,
        }
    }

    /// Whether a pipeline reads it among the other lines of a log.
    pub(super) fn is_for_log(self) -> bool {
        match self {
            Self::Github | Self::Azure => true,
            Self::Junit | Self::Markdown => false,
        }
    }
}

/// How these formats are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct SharingOptions {}

impl SharingOptions {
    /// Writes a report. What is at or above `fail_on` counts as failed.
    #[expect(clippy::unused_self, reason = "the formats take their options from it")]
    pub(super) fn write(&self, format: Shared, report: &Report<'_>, fail_on: Severity) -> String {
        match format {
            Shared::Junit => junit(report, fail_on),
            Shared::Github => github(report),
            Shared::Azure => azure(report),
            Shared::Markdown => markdown(report),
        }
    }
}

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
    tell(&path, written);
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
    let name: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = folder.join(format!("solvet-{name}.md"));
    let is_written = tell(&path, fs::write(&path, text));
    if let Some(path) = path.to_str().filter(|_| is_written) {
        Output::stdout(&azure_summary(path));
    }
}

/// Says where a summary could not be written, which fails no run; whether it could.
fn tell(path: &Path, written: std::io::Result<()>) -> bool {
    if let Err(error) = &written {
        let path = path.display();
        Output::stderr(&format!(
            "note: the summary cannot be written to {path}: {error}"
        ));
    }
    written.is_ok()
}
