//! What is asked of a check, and how it judges.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule;
use crate::config::{Config, Level, Policies, Suppression};
use crate::finding::{Finding, Hidden, Severity};
use crate::model::ComponentPattern;

/// How a check judges.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CheckOptions {
    /// Whether what nobody knows counts as an error.
    pub unknown_is_error: bool,
    /// Whether absence with less than strong evidence is a warning only.
    pub strict_evidence: bool,
    /// Whether the dependency graph of each package is kept, for a report that draws it.
    pub keeps_graph: bool,
    /// The ids of rules that are switched off: what they would find is allowed.
    pub allowed: BTreeSet<&'static str>,
    /// What all findings of a rule count as, by its id.
    pub levels: BTreeMap<&'static str, Severity>,
    /// What is accepted, by rule, with its place in the configuration.
    pub suppressions: BTreeMap<&'static str, Vec<(usize, Suppression)>>,
    /// The fingerprints of what was found before.
    pub known: BTreeSet<Box<str>>,
    /// What packages may hold.
    pub policies: Policies,
}

impl CheckOptions {
    /// As a configuration says, on a day.
    pub fn configured(config: &Config, today: Date) -> Self {
        let mut options = Self {
            policies: config.policies.clone(),
            ..Self::default()
        };
        for (id, level) in &config.levels {
            if let Some(rule) = rule(&id.value) {
                options.set(rule.id, *level);
            }
        }
        let in_force = config.suppressions.iter().enumerate();
        for (row, suppression) in in_force.filter(|(_, one)| !one.is_expired(today)) {
            if let Some(rule) = rule(&suppression.rule.value) {
                let of_rule = options.suppressions.entry(rule.id).or_default();
                of_rule.push((row, suppression.clone()));
            }
        }
        options
    }

    /// Gives a rule a level, in place of any other.
    pub fn set(&mut self, rule: &'static str, level: Level) {
        self.allowed.remove(rule);
        self.levels.remove(rule);
        let severity = match level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Note,
            Level::Off => {
                self.allowed.insert(rule);
                return;
            }
        };
        self.levels.insert(rule, severity);
    }

    /// Whether a rule is switched off.
    pub fn allows(&self, rule: &str) -> bool {
        self.allowed.contains(rule)
    }

    /// Gives a finding its level, and hides it where it is accepted. What only a configuration makes
    /// worse says nothing of the import.
    pub(super) fn apply(&self, finding: &mut Finding, solution: &str) {
        if let Some(level) = self.levels.get(finding.rule) {
            finding.is_local |= finding.severity < *level;
            finding.is_eased |= finding.severity == Severity::Error && *level < Severity::Error;
            finding.severity = *level;
        }
        let of_rule = self.suppressions.get(finding.rule).into_iter().flatten();
        let mut fitting = of_rule.filter(|(_, one)| {
            let is_here = |name: &crate::model::LogicalName| *name == *solution;
            one.solution.as_ref().is_none_or(is_here) && is_meant(&one.component, finding)
        });
        if let Some((row, suppression)) = fitting.next() {
            finding.hidden = Some(Hidden::Suppressed {
                row: *row,
                reason: suppression.reason.clone(),
            });
        }
    }
}

/// Whether a pattern means what a finding tells of: all of it.
fn is_meant(pattern: &ComponentPattern, finding: &Finding) -> bool {
    let mut parts = finding.parts.iter();
    if finding.is_summary && finding.component.is_some() {
        parts.all(|part| pattern.matches(part.component.as_ref().or(finding.component.as_ref())))
    } else {
        pattern.matches(finding.component.as_ref())
    }
}

/// Whether what packages require will be judged, against a target or by asking that all of it be known. Where it will not
/// be, the places of what they merely refer to need not be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// It will be, and the import will be simulated.
    Import,
    /// It will be.
    All,
    /// It will not be.
    Nothing,
    /// It will not be: the package is installed, and an import of another version will be compared with it.
    Installed,
}

impl Asking {
    /// Whether requirements will be judged.
    pub(super) fn judges(self) -> bool {
        match self {
            Self::Import | Self::All => true,
            Self::Nothing | Self::Installed => false,
        }
    }

    /// Whether versions will be compared, component by component.
    pub(super) fn compares(self) -> bool {
        match self {
            Self::Import | Self::Installed => true,
            Self::All | Self::Nothing => false,
        }
    }
}
