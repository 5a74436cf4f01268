//! `JUnit` XML: a suite for each package, a case for each rule, so that a page of test results shows what fails.
//!
//! There is neither time nor duration in it: the same input gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::common::{Report, ReportedPackage};
use super::harmless::without_brackets;
use super::text::{count, one_line, shown_path};
use super::told::Told;
use crate::check::{Rule, Scope};
use crate::error::Error;
use crate::finding::Severity;

/// The suite of what lies in no package.
const ELSEWHERE: &str = "configuration and settings";

/// Writes the report. What is at or above `fail_on` fails its case; the rest is told as its output.
pub fn junit(report: &Report<'_>, fail_on: Severity) -> String {
    let mut all = quick_junit::Report::new(format!("solvet {}", report.command));
    let mut found: BTreeMap<Option<usize>, Found> = BTreeMap::new();
    for one in &report.findings {
        let of = found.entry(one.package).or_default();
        let told = Told::of(report, one);
        of.entry(told.code()).or_default().push(told);
    }
    // Many packages have as many cases of one name, and making a text fit for XML costs more than copying it.
    let rules = report.rules.iter();
    let rules: Vec<Named> = rules.map(|rule| (*rule, XmlString::new(rule.id))).collect();
    for (number, package) in report.packages.iter().enumerate() {
        let name = suite_name(package);
        let suite = if let Some(error) = package.error {
            unreadable(&name, package, error)
        } else {
            let found = found.remove(&Some(number)).unwrap_or_default();
            suite(&name, &rules, found, fail_on, |scope| !is_elsewhere(scope))
        };
        // Where settings are checked no rule looks at a package by itself.
        if suite.tests > 0 {
            all.add_test_suite(suite);
        }
    }
    let elsewhere = found.remove(&None).unwrap_or_default();
    let last = suite(ELSEWHERE, &rules, elsewhere, fail_on, is_elsewhere);
    if last.tests > 0 {
        all.add_test_suite(last);
    }
    // Only a writer could fail, and a text does not.
    let text = all.to_string().unwrap_or_default();
    without_brackets(&text, "&#91;").into_owned()
}

/// A rule with its id as XML has it.
type Named = (&'static Rule, XmlString);

/// What was found in a suite, by rule.
type Found = BTreeMap<&'static str, Vec<Told>>;

fn is_elsewhere(scope: &Scope) -> bool {
    match scope {
        Scope::Settings(_) | Scope::Configuration(_) => true,
        Scope::Package(_) | Scope::Requirements(_) | Scope::Import(_) => false,
    }
}

fn suite_name(package: &ReportedPackage<'_>) -> String {
    let path = shown_path(package.path);
    let (name, version) = (package.name(), package.version());
    let space = if version.is_empty() { "" } else { " " };
    if name == package.path {
        one_line(path)
    } else {
        one_line(&format!("{name}{space}{version} ({path})"))
    }
}

fn suite(
    name: &str,
    rules: &[Named],
    mut found: Found,
    fail_on: Severity,
    has: impl Fn(&Scope) -> bool,
) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let class = XmlString::new(name);
    let rules = rules.iter().filter(|(rule, _)| has(&rule.scope));
    let mut cases: Vec<_> = rules
        .map(|(rule, id)| (id.clone(), found.remove(rule.id).unwrap_or_default()))
        .collect();
    let others = found.into_iter();
    cases.extend(others.map(|(id, told)| (XmlString::new(id), told)));
    for (id, told) in cases {
        let mut case = case(id, told, fail_on);
        case.set_classname(class.clone());
        suite.add_test_case(case);
    }
    suite
}

fn case(rule: XmlString, told: Vec<Told>, fail_on: Severity) -> TestCase {
    let is_accepted = !told.is_empty() && told.iter().all(|one| one.hidden.is_some());
    let fails = |one: &Told| one.severity >= fail_on && one.hidden.is_none();
    let (failing, others): (Vec<_>, Vec<_>) = told.into_iter().partition(fails);
    if is_accepted {
        let mut status = TestCaseStatus::skipped();
        let findings = count(others.len(), "finding");
        status.set_message(format!("{findings} accepted or known before"));
        status.set_description(texts(&others));
        return TestCase::new(rule, status);
    }
    let status = match failing.split_first() {
        None => TestCaseStatus::success(),
        Some((first, more)) => {
            let message = match more.len() {
                0 => first.message.clone(),
                number => format!("{} (and {number} more)", first.message),
            };
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message);
            status.set_type(first.severity.to_string());
            status.set_description(texts(&failing));
            status
        }
    };
    let mut case = TestCase::new(rule, status);
    if !others.is_empty() {
        case.set_system_out(texts(&others));
    }
    case
}

fn unreadable(name: &str, package: &ReportedPackage<'_>, error: &Error) -> TestSuite {
    let told = Told::failure(package, error);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(told.message.clone());
    status.set_type(told.code());
    status.set_description(texts(std::slice::from_ref(&told)));
    let mut case = TestCase::new("reading the package", status);
    case.set_classname(name);
    let mut suite = TestSuite::new(name);
    suite.add_test_case(case);
    suite
}

/// Findings as lines: the message of each at the start of one, what belongs to it indented below.
fn texts(told: &[Told]) -> String {
    let mut text = String::new();
    for one in told {
        let _ = writeln!(text, "{}: {}", one.severity, one.message);
        let place = one.place();
        if !place.is_empty() {
            let _ = writeln!(text, "  Place: {place}");
        }
        for (name, rest) in one.rest() {
            let _ = writeln!(text, "  {name}: {rest}");
        }
    }
    text
}
