//! What every format for pipelines and pages tells, whichever command found it.

use std::collections::BTreeMap;

use super::location::{Location, Region};
use super::path_map::PathMap;
use super::settings::SettingsReport;
use super::simulation::SimulationReport;
use super::{CheckReport, Entry, human};
use crate::check::{CheckOptions, Checked, Rule, Scope, ShoppingList, rules};
use crate::error::Error;
use crate::finding::{PlacedFinding, Severity};
use crate::model::Solution;
use crate::package::Layout;
use crate::simulate::{Step, Verdict};

/// What one run found, in the shape that formats share. They write texts of packages as they are, so each of them makes
/// harmless what is not in its own syntax.
#[derive(Debug)]
pub struct Report<'a> {
    /// The command that found it: `check`, `simulate` or `settings check`.
    pub command: &'static str,
    /// What comes of it, as a sentence.
    pub verdict: String,
    /// The same as one of few words.
    pub standing: Standing,
    /// The target's name for people, where a target was given.
    pub target: Option<&'a str>,
    /// The packages; findings name them by their place here.
    pub packages: Vec<ReportedPackage<'a>>,
    /// What was found: package by package, then in settings and in the configuration.
    pub findings: Vec<ReportedFinding<'a>>,
    /// The rules that ran, in the order of the table.
    pub rules: Vec<&'static Rule>,
    /// What to do before the import; nothing where the command asks for no requirements.
    pub shopping: ShoppingList<'a>,
    /// The unique names of the solutions that the shopping list counts.
    pub shoppers: Vec<&'a str>,
    /// The imports, where they were simulated.
    pub steps: &'a [Step],
    /// What is to be known of the run as a whole, in sentences.
    pub notes: &'a [String],
    /// The source folders of archives.
    pub maps: &'a [PathMap],
}

/// How it stands, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Nothing is wrong.
    Passes,
    /// Something breaks or surprises, and nothing stops an import.
    Warns,
    /// Nobody can say.
    Unknown,
    /// Something is an error, or a package could not be read.
    Fails,
}

/// A package of a run: read, or not.
#[derive(Clone, Copy, Debug)]
pub struct ReportedPackage<'a> {
    /// The package as it was given; within an archive after an exclamation mark.
    pub path: &'a str,
    /// How it is packed, where it could be read.
    pub layout: Option<&'a str>,
    /// Its solution, where it could be read.
    pub solution: Option<&'a Solution>,
    /// What it requires, where that was asked.
    pub checked: Option<&'a Checked>,
    /// Why it could not be read.
    pub error: Option<&'a Error>,
}

/// A finding with the package in which it lies.
#[derive(Clone, Copy, Debug)]
pub struct ReportedFinding<'a> {
    /// The place of the package in [`Report::packages`]; none where it lies in settings or in the configuration.
    pub package: Option<usize>,
    /// The finding.
    pub placed: &'a PlacedFinding,
}

impl<'a> Report<'a> {
    /// What a check found, judged so.
    pub fn of_check(report: &'a CheckReport, judging: &CheckOptions) -> Self {
        let summary = report.summary();
        let standing = match () {
            () if summary.errors > 0 || summary.unreadable > 0 => Standing::Fails,
            () if summary.warnings > 0 || summary.absent > summary.accepted => Standing::Warns,
            () => Standing::Passes,
        };
        let mut findings = Vec::new();
        for (number, entry) in report.packages.iter().enumerate() {
            if let Entry::Checked(checked) = entry {
                findings.extend(of(Some(number), &checked.findings));
            }
        }
        findings.extend(of(None, &report.configuration));
        let packages = report.packages.iter().map(|entry| match entry {
            Entry::Checked(checked) => ReportedPackage::checked(checked),
            Entry::Failed(error) => ReportedPackage::failed(error),
        });
        Self {
            command: "check",
            verdict: human::meaning(&summary, report),
            standing,
            target: report.target.as_deref(),
            packages: packages.collect(),
            findings,
            rules: ran(judging, |scope| {
                !matches!(scope, Scope::Import(_) | Scope::Settings(_))
            }),
            shopping: ShoppingList::of(report.checked()),
            shoppers: report.names(),
            steps: &[],
            notes: &[],
            maps: &[],
        }
    }

    /// What a simulation found, judged so; `with_settings` says whether deployment settings were given.
    pub fn of_simulation(
        report: &'a SimulationReport,
        judging: &CheckOptions,
        with_settings: bool,
    ) -> Self {
        let steps = &report.simulation.steps;
        let checked = steps.iter().filter_map(|step| {
            let checked = step.checked.as_ref()?;
            Some((step.package?, checked))
        });
        let checked: BTreeMap<usize, &Checked> = checked.collect();
        let read = report.packages.iter().enumerate();
        let read = read.map(|(number, path)| match checked.get(&number) {
            Some(checked) => ReportedPackage::checked(checked),
            None => ReportedPackage::at(path),
        });
        let failed = report.failed.iter().map(ReportedPackage::failed);
        let mut findings: Vec<_> = steps
            .iter()
            .flat_map(|step| of(step.package, &step.findings))
            .collect();
        findings.extend(of(None, &report.simulation.settings));
        findings.extend(of(None, &report.configuration));
        Self {
            command: "simulate",
            verdict: report.sentence(),
            standing: match report.verdict() {
                Verdict::Succeeds => Standing::Passes,
                Verdict::SucceedsWithWarnings => Standing::Warns,
                Verdict::Unknown => Standing::Unknown,
                Verdict::Fails => Standing::Fails,
            },
            target: Some(&report.target),
            packages: read.chain(failed).collect(),
            findings,
            rules: ran(judging, |scope| {
                with_settings || !matches!(scope, Scope::Settings(_))
            }),
            shopping: report.shopping(),
            shoppers: report.names(),
            steps,
            notes: &report.simulation.notes,
            maps: &[],
        }
    }

    /// What a check of deployment settings found, judged so.
    pub fn of_settings(report: &'a SettingsReport, judging: &CheckOptions) -> Self {
        let packages = report.packages.iter().map(|package| match package {
            Ok(package) => ReportedPackage {
                layout: Some(package.layout),
                solution: Some(&package.solution),
                ..ReportedPackage::at(&package.path)
            },
            Err(error) => ReportedPackage::failed(error),
        });
        let findings = of(None, &report.findings).chain(of(None, &report.configuration));
        let mut all = Self {
            command: "settings check",
            verdict: report.meaning(),
            standing: Standing::Passes,
            target: report.target.as_deref(),
            packages: packages.collect(),
            findings: findings.collect(),
            rules: ran(judging, |scope| {
                matches!(scope, Scope::Settings(_) | Scope::Configuration(_))
            }),
            shopping: ShoppingList::of(std::iter::empty()),
            shoppers: Vec::new(),
            steps: &[],
            notes: &[],
            maps: &[],
        };
        all.standing = match () {
            () if all.failures().next().is_some() || all.count(Severity::Error) > 0 => {
                Standing::Fails
            }
            () if all.count(Severity::Warning) > 0 => Standing::Warns,
            () => Standing::Passes,
        };
        all
    }

    /// The packages that could not be read, each with its place and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &'a Error)> {
        let numbered = self.packages.iter().enumerate();
        numbered.filter_map(|(number, package)| Some((number, package.error?)))
    }

    /// The findings that count: no configuration accepts them, and no baseline knows them.
    pub fn counting(&self) -> impl Iterator<Item = &ReportedFinding<'a>> {
        self.findings
            .iter()
            .filter(|one| one.placed.finding.counts())
    }

    /// How many findings of a severity count.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting()
            .filter(|one| one.placed.finding.severity == severity)
            .count()
    }

    /// How many findings a configuration accepts or a baseline knows.
    pub fn hidden(&self) -> usize {
        self.findings.len() - self.counting().count()
    }

    /// The archives with a source folder that are no package of the run.
    pub fn unused_maps(&self) -> impl Iterator<Item = &'a str> {
        let unused = self.maps.iter().filter(|map| {
            let mut packages = self.packages.iter();
            !packages.any(|package| map.is_of(package))
        });
        unused.map(PathMap::archive)
    }

    /// Where on the disk a finding is: in the source folder of its archive, where there is one.
    pub fn location(&self, finding: &ReportedFinding<'_>) -> Location {
        let placed = finding.placed;
        let found = match finding.package.and_then(|number| self.packages.get(number)) {
            None => Location::of(&placed.place.file, ""),
            Some(package) => {
                let mut maps = self.maps.iter();
                let map = maps.find(|map| map.is_of(package));
                match map.and_then(|map| map.location(placed)) {
                    Some(mapped) => return mapped,
                    None => package.location(&placed.place.file),
                }
            }
        };
        let is_text = found.within.is_none() && !placed.place.file.is_empty();
        Location {
            region: Region::of(&placed.place).filter(|_| is_text),
            ..found
        }
    }
}

/// The findings of one package.
fn of(
    package: Option<usize>,
    findings: &[PlacedFinding],
) -> impl Iterator<Item = ReportedFinding<'_>> {
    findings
        .iter()
        .map(move |placed| ReportedFinding { package, placed })
}

/// The rules that are switched on, of scopes that a command has.
fn ran(judging: &CheckOptions, has: impl Fn(&Scope) -> bool) -> Vec<&'static Rule> {
    let rules = rules().filter(|rule| has(&rule.scope) && !judging.allows(rule.id));
    rules.collect()
}

impl<'a> ReportedPackage<'a> {
    /// A package of which only the path is known.
    fn at(path: &'a str) -> Self {
        Self {
            path,
            layout: None,
            solution: None,
            checked: None,
            error: None,
        }
    }

    fn checked(checked: &'a Checked) -> Self {
        Self {
            layout: Some(checked.layout.name()),
            solution: Some(&checked.solution),
            checked: Some(checked),
            ..Self::at(&checked.path)
        }
    }

    fn failed(error: &'a Error) -> Self {
        let path = match error {
            Error::Unreadable { path, .. } | Error::Target { path, .. } => path,
            Error::Usage { .. } => "",
        };
        Self {
            error: Some(error),
            ..Self::at(path)
        }
    }

    /// The unique name of the solution, else the path.
    pub fn name(&self) -> &'a str {
        let name = self
            .solution
            .map_or("", |solution| solution.manifest.name());
        if name.is_empty() { self.path } else { name }
    }

    /// The version of the solution as it is written; empty where it has none.
    pub fn version(&self) -> &'a str {
        let text = self
            .solution
            .and_then(|one| one.manifest.version_text.as_ref());
        text.map_or("", |text| &text.value)
    }

    /// Where a file of it is on the disk; the package itself for an empty name.
    pub fn location(&self, file: &str) -> Location {
        let is_archive = self
            .layout
            .is_none_or(|layout| layout == Layout::Zip.name());
        if is_archive {
            Location::in_archive(self.path, file)
        } else {
            Location::of(self.path, file)
        }
    }
}
