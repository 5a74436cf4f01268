//! A rule: its row in the table, from which all documentation derives.

use super::findings::Findings;
use super::import::ImportSubject;
use super::stage::Stage;
use super::{ConfigurationSubject, RequirementSubject, SettingsSubject, Subject};
use crate::finding::Severity;

/// A rule of the table.
#[derive(Debug)]
pub struct Rule {
    /// Its id, in kebab-case; never reused.
    pub id: &'static str,
    /// The worst severity it reports by default.
    pub severity: Severity,
    /// What it finds, as a sentence fragment.
    pub summary: &'static str,
    /// The platform's error codes for it.
    pub codes: &'static [u32],
    /// Its documentation.
    pub docs: RuleDocs,
    /// The stage of an import at which the platform would say it.
    pub stage: Stage,
    /// The function, and what it looks at.
    pub scope: Scope,
}

/// A rule's documentation.
#[derive(Debug)]
pub struct RuleDocs {
    /// What it looks for.
    pub what: &'static str,
    /// What goes wrong otherwise.
    pub why: &'static str,
    /// How to put it right.
    pub fix: &'static str,
    /// Where the facts come from.
    pub source: &'static str,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// One package by itself.
    Package(fn(&Subject<'_>, &mut Findings)),
    /// What a package requires, once answered.
    Requirements(fn(&RequirementSubject<'_>, &mut Findings)),
    /// A deployment settings file.
    Settings(fn(&SettingsSubject<'_>, &mut Findings)),
    /// A configuration, once everything else was found.
    Configuration(fn(&ConfigurationSubject<'_>, &mut Findings)),
    /// What an import meets in the state in which the target is; run by a simulation.
    Import(fn(&ImportSubject<'_>, &mut Findings)),
}
