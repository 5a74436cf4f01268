//! The rules of a run, with their documentation.

use std::collections::BTreeSet;

use serde_json::json;
use serde_sarif::sarif::{MultiformatMessageString, ReportingConfiguration, ReportingDescriptor};

use super::{MAX_DESCRIPTION, bag};
use crate::catalog::{Confidence, failures};
use crate::check::Rule;
use crate::finding::Severity;
use crate::report::Report;
use crate::report::text::bounded;
use crate::report::told::UNREADABLE;

/// The rules that ran, and the one of packages that could not be read where there is one.
pub(super) fn descriptors(report: &Report<'_>) -> Vec<ReportingDescriptor> {
    let sure = sure_rules();
    let rules = report.rules.iter();
    let mut descriptors: Vec<_> = rules.map(|rule| descriptor(rule, &sure)).collect();
    if report.failures().next().is_some() {
        let what = "A package that cannot be read cannot be checked";
        let mut descriptor = described(UNREADABLE, what, what, Severity::Error);
        descriptor.help = Some(multiformat("Do what the finding says.".into()));
        descriptors.push(descriptor);
    }
    descriptors
}

/// The rules that predict a failure of which it is sure that the platform behaves so.
fn sure_rules() -> BTreeSet<&'static str> {
    let sure = failures()
        .iter()
        .filter(|one| one.confidence == Confidence::High);
    sure.flat_map(|one| one.predicted.iter().copied()).collect()
}

fn descriptor(rule: &Rule, sure: &BTreeSet<&str>) -> ReportingDescriptor {
    let docs = &rule.docs;
    let mut descriptor = described(rule.id, rule.summary, docs.what, rule.severity);
    let precision = if sure.contains(rule.id) {
        "very-high"
    } else {
        "high"
    };
    let kind = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    };
    let text = format!(
        "{}\n\nWhy it matters: {}\n\nHow to fix: {}\n\nSource: {}",
        docs.what, docs.why, docs.fix, docs.source
    );
    let markdown = format!(
        "{}\n\n**Why it matters.** {}\n\n**How to fix.** {}\n\n**Source.** {}",
        docs.what, docs.why, docs.fix, docs.source
    );
    let mut help = multiformat(text);
    help.markdown = Some(markdown);
    descriptor.help = Some(help);
    let stage = rule.stage.to_string();
    descriptor.properties = Some(bag([
        ("precision", json!(precision)),
        ("problem.severity", json!(kind)),
        ("tags", json!(["dataverse", stage])),
    ]));
    descriptor
}

fn described(id: &str, summary: &str, what: &str, severity: Severity) -> ReportingDescriptor {
    ReportingDescriptor::builder()
        .id(id)
        .name(id)
        .short_description(multiformat(bounded(summary, MAX_DESCRIPTION).into_owned()))
        .full_description(multiformat(bounded(what, MAX_DESCRIPTION).into_owned()))
        .default_configuration(
            ReportingConfiguration::builder()
                .level(json!(severity.to_string()))
                .build(),
        )
        .build()
}

fn multiformat(text: String) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}
