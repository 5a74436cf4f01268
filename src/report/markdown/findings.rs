//! Findings as lists, by severity and rule: the first few of a rule at once, the rest behind a click.

use std::fmt::Write as _;

use super::escape::{code, escaped};
use super::page::Page;
use crate::check::rule;
use crate::report::common::Report;
use crate::report::text::count;
use crate::report::told::{Told, UNREADABLE};

/// Findings of a rule that are shown at once.
const SHOWN: usize = 5;

/// Writes every finding; how many had no room.
pub(super) fn findings(report: &Report<'_>, page: &mut Page) -> usize {
    let mut told = Told::counting(report);
    // Sorting is stable, so that findings of a rule stay in their order; what could not be read comes first.
    told.sort_by_key(|one| (std::cmp::Reverse(one.severity), one.rule));
    let mut left_out = 0;
    for of_severity in told.chunk_by(|one, next| one.severity == next.severity) {
        let noun = of_severity.first().map(|one| one.severity.name());
        let title = count(of_severity.len(), noun.unwrap_or_default());
        page.add(&format!("### {title}\n\n"));
        for of_rule in of_severity.chunk_by(|one, next| one.rule == next.rule) {
            left_out += group(of_rule, page);
        }
    }
    left_out + hidden(report, page)
}

/// The findings of one rule.
fn group(told: &[Told], page: &mut Page) -> usize {
    let id = told.first().map_or(UNREADABLE, Told::code);
    let summary = rule(id).map_or("a package could not be read", |rule| rule.summary);
    page.add(&format!("**{}**: {}\n\n", code(id), escaped(summary)));
    let (shown, rest) = told.split_at(told.len().min(SHOWN));
    let left_out = items(shown, page);
    page.add("\n");
    left_out + folded(&format!("{} more of {id}", rest.len()), rest, page)
}

/// Findings that do not count, with the reason.
fn hidden(report: &Report<'_>, page: &mut Page) -> usize {
    let hidden = report.findings.iter();
    let hidden = hidden.filter(|one| !one.placed.finding.counts());
    let told: Vec<_> = hidden.map(|one| Told::of(report, one)).collect();
    let findings = count(told.len(), "finding");
    folded(&format!("{findings} accepted or known before"), &told, page)
}

/// Findings behind a title; nothing where there are none.
fn folded(title: &str, told: &[Told], page: &mut Page) -> usize {
    if told.is_empty() {
        return 0;
    }
    if !page.add(&format!("<details><summary>{title}</summary>\n\n")) {
        return told.len();
    }
    let left_out = items(told, page);
    page.end("\n</details>\n\n");
    left_out
}

/// Findings as items; how many had no room.
fn items(told: &[Told], page: &mut Page) -> usize {
    let written = told.iter().filter(|one| page.add(&item(one))).count();
    told.len() - written
}

fn item(one: &Told) -> String {
    let mut text = format!("- {}\n", escaped(&one.message));
    if one.hidden.is_some() {
        let _ = writeln!(text, "  - {}: {}", one.severity, code(one.code()));
    }
    let place = one.place();
    if !place.is_empty() {
        let _ = writeln!(text, "  - Place: {}", escaped(&place));
    }
    for (name, rest) in one.rest() {
        let _ = writeln!(text, "  - {name}: {}", escaped(rest));
    }
    text
}
