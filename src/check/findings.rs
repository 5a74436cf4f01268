//! Collecting what a rule finds.

use super::rule::Rule;
use super::timings;
use crate::catalog::platform_error;
use crate::finding::{Evidence, Finding, Part, Severity};
use crate::model::Identity;
use crate::source::Span;

/// Takes what one rule finds.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    found: Vec<Finding>,
}

/// Runs a rule and returns what it found.
pub(super) fn run(rule: &'static Rule, run: impl FnOnce(&mut Findings)) -> Vec<Finding> {
    let mut findings = Findings {
        rule,
        found: Vec::new(),
    };
    timings::in_rule(rule.id, || run(&mut findings));
    findings.found
}

/// A finding while a rule describes it.
#[derive(Debug)]
pub(super) struct Described<'a>(&'a mut Finding);

impl Findings {
    /// Adds a finding: where, one sentence, and what to do. It has the rule's severity and strong evidence until told
    /// otherwise.
    pub(super) fn add(
        &mut self,
        span: Span,
        message: String,
        help: impl Into<String>,
    ) -> Described<'_> {
        self.found.push(Finding {
            rule: self.rule.id,
            severity: self.rule.severity,
            evidence: Evidence::Strong,
            message,
            span,
            component: None,
            chain: Vec::new(),
            help: help.into(),
            platform: None,
            distinct: String::new(),
            parts: Vec::new(),
            is_summary: false,
            is_local: false,
            is_eased: false,
            hidden: None,
        });
        let last = self.found.len() - 1;
        Described(&mut self.found[last])
    }
}

impl Described<'_> {
    pub(super) fn severity(self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    pub(super) fn evidence(self, evidence: Evidence) -> Self {
        self.0.evidence = evidence;
        self
    }

    pub(super) fn component(self, component: &Identity) -> Self {
        self.0.component = Some(component.clone());
        self
    }

    /// What tells it from other findings of its rule about the same component: what it names beside that.
    pub(super) fn distinct(self, name: &str) -> Self {
        name.clone_into(&mut self.0.distinct);
        self
    }

    /// That it is of the house's own rules, and says nothing of the import.
    pub(super) fn local(self) -> Self {
        self.0.is_local = true;
        self
    }

    /// What it tells of beside its component: a baseline knows the finding only while it knows all of that.
    pub(super) fn naming(self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.0.parts = parts.into_iter().collect();
        self
    }

    /// That it tells of all of these in one, or of one of them as the order of the export has it: its component and its file
    /// do not tell it from others, only these and what is distinct do.
    pub(super) fn summary(self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.0.is_summary = true;
        self.naming(parts)
    }

    /// That it tells of all of these components in one.
    pub(super) fn summary_of<'a>(self, components: impl IntoIterator<Item = &'a Identity>) -> Self {
        self.summary(components.into_iter().map(Part::of))
    }

    pub(super) fn chain(self, chain: &[Identity]) -> Self {
        self.0.chain = chain.to_vec();
        self
    }

    /// What the platform would say under a code that it uses for several messages.
    pub(super) fn platform_saying(self, code: u32, message: String) -> Self {
        self.0.platform = platform_error(code).map(|error| (error, message));
        self
    }

    /// What the platform would say, with the arguments of its message.
    pub(super) fn platform(self, code: u32, arguments: &[&str]) -> Self {
        self.0.platform = platform_error(code).map(|error| (error, error.fill(arguments)));
        self
    }
}
