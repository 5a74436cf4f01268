//! Findings in the words that the formats for pipelines and comments share: each a line, and harmless.

use super::common::{Report, ReportedFinding, ReportedPackage};
use super::text::{one_line, shown_path};
use crate::error::Error;
use crate::finding::{Hidden, Severity};

/// A finding, or the reason why a package could not be read. Every text is one line without control characters.
#[derive(Debug)]
pub(super) struct Told {
    /// The rule; none of a package that could not be read.
    pub(super) rule: Option<&'static str>,
    pub(super) severity: Severity,
    pub(super) message: String,
    /// The component, unless the message names it.
    pub(super) component: Option<String>,
    /// The file or folder on the disk.
    pub(super) path: String,
    /// The file within it, where it is an archive.
    pub(super) within: Option<String>,
    /// Line, column, line and column of the end, from 1; 0 where they are not known.
    pub(super) lines: [u32; 4],
    pub(super) help: String,
    /// What the platform says to it.
    pub(super) platform: Option<String>,
    /// Why it does not count, where it does not.
    pub(super) hidden: Option<String>,
}

/// What a package that could not be read is called in place of a rule: no row of the table, because nothing was there to run
/// a rule on.
pub(super) const UNREADABLE: &str = "unreadable-package";

impl Told {
    /// A finding of a report.
    pub(super) fn of(report: &Report<'_>, one: &ReportedFinding<'_>) -> Self {
        let (finding, place) = (&one.placed.finding, &one.placed.place);
        let location = report.location(one);
        let message = one_line(&finding.message);
        let component = finding.component.as_ref();
        let component = component.map(|component| one_line(&component.to_string()));
        let platform = finding.platform.as_ref().map(|(error, message)| {
            let (code, symbol) = (error.decimal(), error.symbol);
            let colon = if message.is_empty() { "" } else { ": " };
            one_line(&format!("{error} ({code}) {symbol}{colon}{message}"))
        });
        Self {
            rule: Some(finding.rule),
            severity: finding.severity,
            component: component.filter(|component| !message.contains(component)),
            message,
            path: one_line(shown_path(&location.path)),
            within: location.within.as_deref().map(one_line),
            lines: match (location.region, &location.within) {
                (Some(region), _) => [
                    region.line,
                    region.column,
                    region.end_line,
                    region.end_column,
                ],
                (None, Some(_)) => [place.line, place.column, place.end_line, place.end_column],
                (None, None) => [0; 4],
            },
            help: one_line(&finding.help),
            platform,
            hidden: finding.hidden.as_ref().map(|hidden| match hidden {
                Hidden::Suppressed { reason, .. } => {
                    one_line(&format!("accepted by the configuration: {reason}"))
                }
                Hidden::Known => "known to the baseline".to_owned(),
            }),
        }
    }

    /// The numbers of `lines` that are known, each with its name, for a file on the disk: lines of a file within an archive
    /// are not those of the archive.
    pub(super) fn lines_on_disk<'a>(
        &self,
        names: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, u32)> {
        let lines = self.lines.into_iter().filter(|_| self.within.is_none());
        let numbered = names.iter().copied().zip(lines);
        numbered.filter(|(_, number)| *number > 0)
    }

    /// Why a package could not be read.
    pub(super) fn failure(package: &ReportedPackage<'_>, error: &Error) -> Self {
        let location = package.location("");
        Self {
            rule: None,
            severity: Severity::Error,
            message: one_line(&error.to_string()),
            component: None,
            path: one_line(shown_path(&location.path)),
            within: None,
            lines: [0; 4],
            help: one_line(error.remedy()),
            platform: None,
            hidden: None,
        }
    }

    /// What stops or counts of a report, the most severe first: packages that could not be read, then findings.
    pub(super) fn counting(report: &Report<'_>) -> Vec<Self> {
        let failures = report.failures().filter_map(|(number, error)| {
            let package = report.packages.get(number)?;
            Some(Self::failure(package, error))
        });
        let mut told: Vec<_> = failures.collect();
        told.extend(report.counting().map(|one| Self::of(report, one)));
        told.sort_by_key(|one| std::cmp::Reverse(one.severity));
        told
    }

    /// The rule, or what stands for it.
    pub(super) fn code(&self) -> &'static str {
        self.rule.unwrap_or(UNREADABLE)
    }

    /// Line and column behind a file's name, as editors write them.
    fn behind(&self, file: &str) -> String {
        match self.lines {
            [0, ..] => file.to_owned(),
            [line, 0, ..] => format!("{file}:{line}"),
            [line, column, ..] => format!("{file}:{line}:{column}"),
        }
    }

    /// Where it is within an archive.
    pub(super) fn place_within(&self) -> Option<String> {
        self.within.as_deref().map(|within| self.behind(within))
    }

    /// Where it is, as people read it.
    pub(super) fn place(&self) -> String {
        match self.place_within() {
            Some(within) => format!("{within} in {}", self.path),
            None => self.behind(&self.path),
        }
    }

    /// What follows the message, each with what it is.
    pub(super) fn rest(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("Component", self.component.as_deref()),
            ("Help", Some(&*self.help)),
            ("Platform", self.platform.as_deref()),
            ("Not counted", self.hidden.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?)))
    }
}
