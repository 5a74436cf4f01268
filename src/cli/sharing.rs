//! The formats that all commands that find things share, each written from a [`Report`].

use clap::Args;
use solvet::report::Report;

/// A format for pipelines or pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shared {}

/// How these formats are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct SharingOptions {}

impl SharingOptions {
    /// Writes a report.
    #[expect(clippy::unused_self, reason = "the formats take their options from it")]
    pub(super) fn write(&self, format: Shared, _report: &Report<'_>) -> String {
        match format {}
    }
}
