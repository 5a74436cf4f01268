//! Findings that are counted and not shown, in words.

use super::text::{count, safe};
use crate::finding::{Finding, Hidden, PlacedFinding, Severity};

/// What is not shown, for people: how many findings and why, and with `verbose` each of them.
pub(super) fn lines<'a>(
    findings: impl Iterator<Item = &'a PlacedFinding>,
    verbose: bool,
) -> Vec<String> {
    let (mut suppressed, mut known) = (Vec::new(), Vec::new());
    for placed in findings {
        match &placed.finding.hidden {
            Some(Hidden::Suppressed { reason, .. }) => {
                suppressed.push((&placed.finding, Some(&**reason)));
            }
            Some(Hidden::Known) => known.push((&placed.finding, None)),
            None => {}
        }
    }
    let mut lines = Vec::new();
    for (hidden, why) in [
        (suppressed, "suppressed by the configuration"),
        (known, "known to the baseline"),
    ] {
        if hidden.is_empty() {
            continue;
        }
        let errors = hidden.iter();
        let errors = errors.filter(|(finding, _)| finding.severity == Severity::Error);
        let errors = match errors.count() {
            0 => String::new(),
            number => format!(", {} among them", count(number, "error")),
        };
        let findings = count(hidden.len(), "finding");
        let hint = if verbose {
            ""
        } else {
            "; --verbose lists them"
        };
        lines.push(format!("Not shown: {findings} {why}{errors}{hint}."));
        if verbose {
            lines.extend(hidden.iter().map(|(finding, reason)| one(finding, *reason)));
        }
    }
    lines
}

fn one(finding: &Finding, reason: Option<&str>) -> String {
    let component = finding.component.as_ref();
    let component = component.map_or(String::new(), |component| format!(": {component}"));
    let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
    let line = format!("  {} {}{component}{reason}", finding.severity, finding.rule);
    safe(&line).into_owned()
}
