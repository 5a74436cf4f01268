//! Reports of a check of deployment settings.

use serde::Serialize;

use super::contract::{FindingJson, PackageJson};
use super::human::{self, HumanOptions};
use super::json::{SCHEMA_VERSION, pretty};
use super::status_of;
use super::text::{count, safe};
use crate::error::{Error, ExitStatus};
use crate::finding::{PlacedFinding, Severity};
use crate::model::Solution;

/// A package that deployment settings were checked against.
#[derive(Debug)]
pub struct SettingsPackage {
    /// The package as it was given.
    pub path: Box<str>,
    /// Its layout.
    pub layout: &'static str,
    /// Its solution.
    pub solution: Solution,
}

/// The result of a check of deployment settings.
#[derive(Debug)]
pub struct SettingsReport {
    /// The file as it was given.
    pub settings: String,
    /// The target's name for people, where a target was given.
    pub target: Option<String>,
    /// The packages, in the order given.
    pub packages: Vec<Result<SettingsPackage, Error>>,
    /// What was found in the file, worst first.
    pub findings: Vec<PlacedFinding>,
    /// What was found in the configuration.
    pub configuration: Vec<PlacedFinding>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsJson<'a> {
    schema_version: u32,
    settings: &'a str,
    target: Option<&'a str>,
    packages: Vec<PackageJson<'a>>,
    summary: SummaryJson,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Debug, Serialize)]
struct SummaryJson {
    errors: usize,
    warnings: usize,
    notes: usize,
    unreadable: usize,
    suppressed: usize,
}

impl SettingsReport {
    /// The status the run ends with, as that of a check of packages.
    pub fn exit_status(&self, fail_on: Severity) -> ExitStatus {
        let failed = self.packages.iter().filter_map(|one| one.as_ref().err());
        let found = status_of(self.all(), fail_on);
        failed.map(Error::exit_status).fold(found, ExitStatus::max)
    }

    /// What was found in the file and in the configuration.
    pub fn all(&self) -> impl Iterator<Item = &PlacedFinding> {
        self.findings.iter().chain(&self.configuration)
    }

    fn summary(&self) -> SummaryJson {
        let number = |severity: Severity| {
            let findings = self.all().map(|placed| &placed.finding);
            findings
                .filter(|finding| finding.severity == severity && finding.counts())
                .count()
        };
        SummaryJson {
            errors: number(Severity::Error),
            warnings: number(Severity::Warning),
            notes: number(Severity::Note),
            unreadable: self.packages.iter().filter(|one| one.is_err()).count(),
            suppressed: self.all().filter(|placed| !placed.finding.counts()).count(),
        }
    }

    /// The report for people.
    pub fn human(&self, options: HumanOptions) -> String {
        let mut text = human::findings(&self.findings, options);
        text.push_str(&human::findings(&self.configuration, options));
        for error in self.packages.iter().filter_map(|one| one.as_ref().err()) {
            text.push_str(&human::failure(error, options));
        }
        text.push_str(&human::hidden(self.all(), options));
        text + &self.verdict()
    }

    /// The last line of that report only: the counts and what they mean.
    pub fn verdict(&self) -> String {
        let summary = self.summary();
        let meaning = self.meaning();
        let unreadable = match summary.unreadable {
            0 => String::new(),
            number => format!(" ({} unreadable)", count(number, "package")),
        };
        format!(
            "{}{unreadable}: {}, {}, {}. {meaning}\n",
            safe(&self.settings),
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note"),
        )
    }

    /// What the counts mean, as a sentence.
    pub(super) fn meaning(&self) -> String {
        let summary = self.summary();
        let target = self.target.as_deref();
        match (summary.errors, summary.warnings, target) {
            _ if summary.unreadable > 0 => {
                "Not every package was read, so they were not judged.".to_owned()
            }
            (0, 0, Some(target)) => {
                format!("Nothing is wrong with them for {}.", safe(target))
            }
            (0, 0, None) => "Nothing is wrong with them.".to_owned(),
            (0, _, _) => "The import takes them, but see the warnings.".to_owned(),
            (..) => "The import should not be tried with them.".to_owned(),
        }
    }

    /// The report for programs: as that of `check`, with the file as `settings`, without requirements. Findings lie in the
    /// file, so their `package` is null.
    pub fn json(&self) -> String {
        let packages = self.packages.iter().map(|one| match one {
            Ok(package) => PackageJson::read(&package.path, package.layout, &package.solution),
            Err(error) => PackageJson::failed(error),
        });
        pretty(&SettingsJson {
            schema_version: SCHEMA_VERSION,
            settings: &self.settings,
            target: self.target.as_deref(),
            packages: packages.collect(),
            summary: self.summary(),
            findings: self
                .all()
                .map(|placed| FindingJson::new(None, placed))
                .collect(),
        })
    }
}
