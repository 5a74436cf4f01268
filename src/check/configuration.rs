//! Rules about solvet.toml itself: what in it says nothing any more.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::findings::{self, Findings};
use super::placing::placed;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use super::{CheckOptions, rule, rules};
use crate::config::{Config, Suppression};
use crate::finding::{Hidden, PlacedFinding, Severity};
use crate::model::LogicalName;

const SOURCE: &str = "docs/configuration.md";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "configuration-unknown-rule",
        severity: Severity::Warning,
        summary: "solvet.toml names a rule that there is not",
        codes: &[],
        docs: RuleDocs {
            what: "Every id below [rules] and in [[suppress]] is that of a rule.",
            why: "A level or a suppression of no rule does nothing, and who wrote it believes that it does.",
            fix: "Correct the id; 'solvet rules' lists them.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Configuration(unknown_rule),
    },
    Rule {
        id: "suppression-expired",
        severity: Severity::Warning,
        summary: "a suppression in solvet.toml has expired",
        codes: &[],
        docs: RuleDocs {
            what: "No [[suppress]] has an expires before today. What it covered is told again. Today is that of \
                   SOURCE_DATE_EPOCH where it is set.",
            why: "It was accepted for a time, and the time is over.",
            fix: "Put right what was accepted and remove the suppression, or give it another day.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Configuration(expired),
    },
    Rule {
        id: "suppression-unused",
        severity: Severity::Note,
        summary: "a suppression in solvet.toml suppresses nothing",
        codes: &[],
        docs: RuleDocs {
            what: "Every [[suppress]] covers something that was found, where its rule ran in this run and a package of its \
                   solution was read. Rules that need a target do not count without one, nor rules of the import without a \
                   simulation.",
            why: "What it covered is put right, or was renamed; left there, it hides what may come back.",
            fix: "Remove it, or correct its component.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Configuration(unused),
    },
];

/// What was done in a run, so that what a configuration says of it can be judged.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of a run that may be left out by itself"
)]
pub struct Circumstances {
    /// The day.
    pub today: Date,
    /// Whether rules of packages have run, on every package that was given.
    pub has_packages: bool,
    /// Whether a target answered what they require.
    pub has_target: bool,
    /// Whether the import was simulated to its end.
    pub has_import: bool,
    /// Whether deployment settings were checked.
    pub has_settings: bool,
    solutions: BTreeSet<LogicalName>,
    used: BTreeSet<usize>,
}

impl Circumstances {
    /// Those of which only the day is known yet.
    pub fn on(today: Date) -> Self {
        Self {
            today,
            ..Self::default()
        }
    }

    /// Takes what was found in the package of a solution, or in a file beside packages.
    pub fn add(&mut self, solution: &str, findings: &[PlacedFinding]) {
        self.solutions.insert(LogicalName::new(solution));
        let rows = findings
            .iter()
            .filter_map(|placed| match placed.finding.hidden {
                Some(Hidden::Suppressed { row, .. }) => Some(row),
                Some(Hidden::Known) | None => None,
            });
        self.used.extend(rows);
    }

    /// Whether a rule has had everything to find what it finds in the package of a solution.
    pub fn has_looked(&self, rule: &Rule, solution: &str) -> bool {
        self.has_run(rule) && self.solutions.contains(&LogicalName::new(solution))
    }

    /// Whether a rule has had everything to find what it finds.
    fn has_run(&self, rule: &Rule) -> bool {
        match rule.scope {
            Scope::Package(_) => self.has_packages,
            Scope::Requirements(_) => self.has_packages && self.has_target,
            Scope::Import(_) => self.has_packages && self.has_import,
            Scope::Settings(_) => self.has_settings,
            Scope::Configuration(_) => false,
        }
    }
}

/// What the rules of a configuration look at.
#[derive(Clone, Copy, Debug)]
pub struct ConfigurationSubject<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// What was done in the run.
    pub circumstances: &'a Circumstances,
    /// How the run judges.
    pub options: &'a CheckOptions,
}

/// Checks a configuration against what was done and found in a run. The places of what is found lie in its file.
pub fn check_configuration(
    config: &Config,
    circumstances: &Circumstances,
    options: &CheckOptions,
) -> Vec<PlacedFinding> {
    let subject = ConfigurationSubject {
        config,
        circumstances,
        options,
    };
    let running = rules().filter(|rule| !options.allows(rule.id));
    let found = running.flat_map(|rule| match rule.scope {
        Scope::Configuration(run) => findings::run(rule, |out| run(&subject, out)),
        Scope::Package(_) | Scope::Requirements(_) | Scope::Import(_) | Scope::Settings(_) => {
            Vec::new()
        }
    });
    placed(found.collect(), &config.sources, "", options)
}

fn unknown_rule(subject: &ConfigurationSubject<'_>, out: &mut Findings) {
    let config = subject.config;
    let levels = config.levels.iter().map(|(id, _)| id);
    let suppressed = config.suppressions.iter().map(|one| &one.rule);
    for id in levels.chain(suppressed) {
        if rule(&id.value).is_none() {
            let near =
                nearest(&id.value).map_or(String::new(), |near| format!("; is {near} meant"));
            let mark = if near.is_empty() { "." } else { "?" };
            out.add(
                id.span,
                format!("There is no rule {}{near}{mark}", id.value),
                "Correct the id; 'solvet rules' lists them.",
            )
            .distinct(&id.value);
        }
    }
}

/// The rule whose id shares the most words with a text, where it shares more than half of its own.
fn nearest(text: &str) -> Option<&'static str> {
    let words: BTreeSet<&str> = text.split(['-', '_', ' ']).collect();
    let shared = |id: &str| id.split('-').filter(|word| words.contains(word)).count();
    let best = rules().map(|rule| rule.id).max_by_key(|id| {
        let more = id.split('-').count();
        (shared(id), std::cmp::Reverse(more))
    })?;
    (shared(best) * 2 > best.split('-').count()).then_some(best)
}

fn expired(subject: &ConfigurationSubject<'_>, out: &mut Findings) {
    let today = subject.circumstances.today;
    for one in &subject.config.suppressions {
        if let Some(last) = one.expires.filter(|_| one.is_expired(today)) {
            out.add(
                one.rule.span,
                format!(
                    "The suppression of {} for {} has expired on {last}: {}",
                    one.rule.value, one.text, one.reason
                ),
                "Put right what was accepted and remove the suppression, or give it another day.",
            )
            .distinct(&distinct(one));
        }
    }
}

fn unused(subject: &ConfigurationSubject<'_>, out: &mut Findings) {
    let around = subject.circumstances;
    for (row, one) in subject.config.suppressions.iter().enumerate() {
        let has_run = rule(&one.rule.value)
            .is_some_and(|rule| around.has_run(rule) && !subject.options.allows(rule.id));
        let is_read = |name: &LogicalName| around.solutions.contains(name);
        let is_read = one.solution.as_ref().is_none_or(is_read);
        if has_run && is_read && !one.is_expired(around.today) && !around.used.contains(&row) {
            out.add(
                one.rule.span,
                format!(
                    "The suppression of {} for {} suppresses nothing in this run.",
                    one.rule.value, one.text
                ),
                "Remove it, or correct its component; where it is meant for the packages of one solution, name that in \
                 its key solution.",
            )
            .distinct(&distinct(one));
        }
    }
}

fn distinct(one: &Suppression) -> String {
    format!("{} {}", one.rule.value, one.text)
}
