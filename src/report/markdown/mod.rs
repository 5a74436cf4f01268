//! Markdown for a comment on a change and for the summaries of pipelines: the verdict first, every finding last.

mod escape;
mod findings;
mod missing;
mod page;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::common::{Report, ReportedPackage};
use super::shopping;
use super::simulation::{counted, shown_name};
use super::text::{count, shown_path};
use crate::check::Action;
use crate::finding::Severity;
use crate::simulate::{ActionKind, Step, Verdict};
use escape::{code, escaped};
use page::Page;

/// Writes the report with everything in it.
pub fn markdown(report: &Report<'_>) -> String {
    markdown_within(report, usize::MAX)
}

/// Writes the report in no more than so many bytes, which are to be some thousand: what has no room is left out from the
/// end, finding by finding, and the last sentence says how much.
pub fn markdown_within(report: &Report<'_>, bytes: usize) -> String {
    let mut page = Page::new(bytes);
    page.add(&head(report));
    if !report.packages.is_empty() {
        packages(report, &mut page);
    }
    for note in report.notes {
        page.add(&format!("{}\n\n", escaped(note)));
    }
    steps(report, &mut page);
    to_do(report, &mut page);
    if let Some(picture) = missing::picture(report) {
        page.add("### What the target lacks\n\n");
        page.add(&picture);
    }
    let left_out = findings::findings(report, &mut page);
    if page.is_full() {
        let findings = count(left_out, "finding");
        page.end(&format!(
            "\nThis page has no room for more than {bytes} bytes, so its end is left out: {findings}. The other formats \
             have all of them.\n"
        ));
    }
    page.into_text()
}

fn head(report: &Report<'_>) -> String {
    let mut counts = vec![
        count(report.count(Severity::Error), "error"),
        count(report.count(Severity::Warning), "warning"),
        count(report.count(Severity::Note), "note"),
    ];
    let unreadable = report.failures().count();
    if unreadable > 0 {
        counts.push(format!("{} unreadable", count(unreadable, "package")));
    }
    if report.hidden() > 0 {
        counts.push(format!("{} not counted", count(report.hidden(), "finding")));
    }
    let target = report.target.map_or(String::new(), |target| {
        format!("Target: {}. ", escaped(target))
    });
    format!(
        "## {}\n\n{target}`solvet {}`: {}.\n\n",
        escaped(&report.verdict),
        report.command,
        counts.join(", ")
    )
}

fn packages(report: &Report<'_>, page: &mut Page) {
    let mut of_package: BTreeMap<(usize, Severity), usize> = BTreeMap::new();
    for one in report.counting() {
        if let Some(package) = one.package {
            let severity = one.placed.finding.severity;
            *of_package.entry((package, severity)).or_default() += 1;
        }
    }
    page.add(
        "| package | version | path | errors | warnings | notes |\n|---|---|---|--:|--:|--:|\n",
    );
    for (number, package) in report.packages.iter().enumerate() {
        let counts = if package.error.is_some() {
            "unreadable | | ".to_owned()
        } else {
            let of = |severity| of_package.get(&(number, severity)).copied();
            let of = |severity| of(severity).unwrap_or_default();
            let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
            format!("{errors} | {warnings} | {}", of(Severity::Note))
        };
        let (name, version) = named(package);
        let path = escaped(shown_path(package.path));
        page.add(&format!("| {name} | {version} | {path} | {counts} |\n"));
    }
    page.add("\n");
}

fn named(package: &ReportedPackage<'_>) -> (String, String) {
    match package.solution {
        Some(_) => (escaped(package.name()), escaped(package.version())),
        None => (String::new(), String::new()),
    }
}

fn steps(report: &Report<'_>, page: &mut Page) {
    if report.steps.is_empty() {
        return;
    }
    page.add("### The import\n\n");
    for (number, step) in report.steps.iter().enumerate() {
        page.add(&self::step(number + 1, step));
    }
    page.add("\n");
}

fn step(number: usize, step: &Step) -> String {
    let verdict = match step.verdict {
        Verdict::Unknown => "whether it would succeed cannot be told".to_owned(),
        verdict @ (Verdict::Succeeds | Verdict::SucceedsWithWarnings | Verdict::Fails) => {
            verdict.to_string()
        }
    };
    let stops = step
        .stops_at()
        .map_or(String::new(), |stage| format!(", at the stage \"{stage}\""));
    let name = escaped(&shown_name(step));
    let mut text = format!("{number}. {name}: {} – {verdict}{stops}\n", step.operation);
    let indent = " ".repeat(number.to_string().len() + 2);
    let mut line = |what: &str| {
        let _ = writeln!(text, "{indent}- {}", escaped(what));
    };
    line(&step.because);
    let mut counts: BTreeMap<ActionKind, usize> = BTreeMap::new();
    for action in &step.actions {
        *counts.entry(action.kind).or_default() += 1;
    }
    let counts = counts.iter();
    let counts: Vec<_> = counts
        .map(|(kind, number)| counted(*kind, *number))
        .collect();
    if !counts.is_empty() {
        let would = if step.verdict == Verdict::Fails {
            "Would otherwise: "
        } else {
            "Components: "
        };
        line(&format!("{would}{}.", counts.join(", ")));
    }
    for assumed in &step.assumed {
        line(&format!("Assumed: {assumed}"));
    }
    for doubt in &step.doubts {
        line(&format!("Not known: {} {}", doubt.what, doubt.settle));
    }
    if let Some(left) = &step.left {
        line(left);
    }
    text
}

fn to_do(report: &Report<'_>, page: &mut Page) {
    let certain: Vec<_> = report.shopping.certain().collect();
    let possible: Vec<_> = report.shopping.possible().collect();
    actions(report, "To do before the import", &certain, page);
    // Without a target nothing is known to be needed.
    if report.target.is_some() {
        let title = "Perhaps to do, unless the target has them";
        actions(report, title, &possible, page);
    }
}

fn actions(report: &Report<'_>, title: &str, actions: &[&Action<'_>], page: &mut Page) {
    if actions.is_empty() {
        return;
    }
    page.add(&format!("### {title}\n\n"));
    for (number, action) in actions.iter().enumerate() {
        let (what, is_command, purpose) = shopping::told(action, &report.shoppers);
        let what = if is_command {
            code(&what)
        } else {
            escaped(&what)
        };
        let purpose = escaped(&purpose);
        let number = (number + 1).to_string();
        let indent = " ".repeat(number.len() + 2);
        page.add(&format!("{number}. {what}\n{indent}- {purpose}\n"));
    }
    page.add("\n");
}
