//! Options of commands that find things: levels of rules, and baselines.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use solvet::Error;
use solvet::check::{CheckOptions, Circumstances, rule, rules};
use solvet::config::{Baseline, Config, Level, may_write_baseline};
use solvet::finding::{PlacedFinding, Severity};
use solvet::target;

/// The heading of these options in the help.
const FINDINGS: &str = "Findings";

/// Levels of rules, which go before those of the configuration, and what was found before.
#[derive(Debug, Args)]
pub(super) struct JudgingOptions {
    /// Make what a rule finds an error; may be given several times, as the next three
    #[arg(long, value_name = "RULE", value_parser = known, help_heading = FINDINGS)]
    deny: Vec<&'static str>,

    /// Make what a rule finds a warning
    #[arg(long, value_name = "RULE", value_parser = known, help_heading = FINDINGS)]
    warn: Vec<&'static str>,

    /// Switch a rule off
    #[arg(long, value_name = "RULE", value_parser = known, help_heading = FINDINGS)]
    allow: Vec<&'static str>,

    /// Run this rule and no others but those given so
    #[arg(long, value_name = "RULE", value_parser = known, help_heading = FINDINGS)]
    only: Vec<&'static str>,

    /// Count what this file knows from before, and do not show it
    #[arg(long, value_name = "FILE", help_heading = FINDINGS)]
    baseline: Option<String>,

    /// Write what is found to this file, for --baseline; replaces a baseline, and no other file
    #[arg(long, value_name = "FILE", help_heading = FINDINGS)]
    write_baseline: Option<String>,
}

fn known(id: &str) -> Result<&'static str, String> {
    let found = rule(id).map(|rule| rule.id);
    found.ok_or_else(|| format!("there is no rule '{id}'; 'solvet rules' lists them"))
}

/// A run of which a baseline may be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedRun<'a> {
    /// How it judged.
    pub(super) judging: &'a CheckOptions,
    /// What was done in it.
    pub(super) circumstances: &'a Circumstances,
    /// Whether every package could be read.
    pub(super) is_whole: bool,
}

/// The day that counts as today.
pub(super) fn today() -> Date {
    TimeZone::UTC.to_datetime(target::now()).date()
}

impl JudgingOptions {
    /// How to judge: as the configuration says, and the command line before it. Fails where a file cannot be used, before
    /// any work is done.
    pub(super) fn options(&self, config: &Config) -> Result<CheckOptions, Error> {
        if let Some(path) = &self.write_baseline {
            may_write_baseline(path)?;
        }
        let mut options = CheckOptions::configured(config, today());
        self.set_levels(&mut options)?;
        if let Some(path) = &self.baseline {
            options.known = Baseline::read(path)?.fingerprints();
        }
        Ok(options)
    }

    /// The path of the baseline, where one is given.
    pub(super) fn baseline(&self) -> Option<&str> {
        self.baseline.as_deref()
    }

    fn set_levels(&self, options: &mut CheckOptions) -> Result<(), Error> {
        if !self.only.is_empty() {
            let wanted = |id: &&str| self.only.contains(id);
            options.allowed.retain(|id| !wanted(id));
            let others = rules().map(|rule| rule.id).filter(|id| !wanted(id));
            options.allowed.extend(others);
        }
        let mut seen = BTreeSet::new();
        for (ids, level) in [
            (&self.deny, Level::Error),
            (&self.warn, Level::Warning),
            (&self.allow, Level::Off),
        ] {
            for id in ids.iter().collect::<BTreeSet<_>>() {
                if !seen.insert(id) {
                    return Err(Error::Usage {
                        what: format!("the rule {id} is given two levels"),
                        remedy: "Give it one of --deny, --warn and --allow.".into(),
                    });
                }
                if level == Level::Off || self.only.is_empty() || self.only.contains(id) {
                    options.set(id, level);
                }
            }
        }
        Ok(())
    }

    /// Writes the baseline, where one is to be written. Each solution comes with what was found in its package. What the
    /// baselines before hold of rules that have not run, and of solutions whose packages were not given, stays in it. Nothing
    /// is written where a package could not be read, for what it holds is not known; then it returns what to tell.
    pub(super) fn write_baseline<'a>(
        &self,
        found: impl Iterator<Item = (&'a str, &'a [PlacedFinding])>,
        run: JudgedRun<'_>,
    ) -> Result<Option<String>, Error> {
        let Some(path) = &self.write_baseline else {
            return Ok(None);
        };
        if !run.is_whole {
            let note = "is not written, for not every package could be read";
            return Ok(Some(format!("the baseline {path} {note}")));
        }
        let mut baseline = Baseline::default();
        let is_kept = |id: &str, solution: &str| {
            rule(id).is_none_or(|rule| {
                run.judging.allows(rule.id) || !run.circumstances.has_looked(rule, solution)
            })
        };
        let replaced = Path::new(path).exists().then_some(path);
        for before in self.baseline.iter().chain(replaced) {
            baseline.keep(Baseline::read(before)?, is_kept);
        }
        for (solution, findings) in found {
            baseline.add(solution, findings);
        }
        baseline.write(path)?;
        Ok(None)
    }
}

/// Circumstances of which only the day is known yet.
pub(super) fn circumstances() -> Circumstances {
    Circumstances::on(today())
}

/// That rules which would find errors are switched off, so that a verdict does not rest on them.
pub(super) fn switched_off(judging: &CheckOptions) -> Option<String> {
    let rules = judging.allowed.iter().filter_map(|id| rule(id));
    let errors = rules
        .filter(|rule| rule.severity == Severity::Error)
        .count();
    let note = match errors {
        0 => return None,
        1 => {
            "1 rule that finds errors is switched off, and the verdict does not rest on it.".into()
        }
        _ => format!(
            "{errors} rules that find errors are switched off, and the verdict does not rest on them."
        ),
    };
    Some(note)
}
