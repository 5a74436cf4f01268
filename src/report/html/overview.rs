//! What stands first on a page: the verdict, the counts, the packages.

use maud::{Markup, html};

use super::page::Section;
use super::text::{figure, named, said, shown};
use super::{findings, standing};
use crate::error::Error;
use crate::finding::Severity;
use crate::report::graph::Network;
use crate::report::text::{count, shown_path};
use crate::report::{Report, ReportedPackage};
use crate::target::Presence;

/// Names of packages in a title before the rest is only counted.
const NAMES: usize = 3;
/// Characters of a title that are shown.
const TITLE: usize = 120;

/// The title of a page about packages.
pub(super) fn joined(names: &[&str], what: &str) -> String {
    let with_name = names.iter().filter(|name| !name.is_empty());
    let first: Vec<_> = with_name.clone().take(NAMES).copied().collect();
    let more = match with_name.count().saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let title = if first.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {}{more}", first.join(", "))
    };
    shown(&title, TITLE).into_owned()
}

/// The title of a report.
pub(super) fn title(report: &Report<'_>) -> String {
    let names: Vec<_> = report.packages.iter().map(ReportedPackage::name).collect();
    let what = match report.command {
        "simulate" => "Simulated import",
        "settings check" => "Deployment settings",
        _ => "Check",
    };
    joined(&names, what)
}

/// The verdict with its counts.
pub(super) fn head(report: &Report<'_>) -> Markup {
    let (class, word) = standing(report.standing);
    let checked = report.packages.iter().filter_map(|one| one.checked);
    let answers = checked.flat_map(|one| &one.requirements);
    let answers: Vec<_> = answers.map(|one| one.answer.presence).collect();
    let of = |presence| answers.iter().filter(|one| **one == presence).count();
    html! {
        section .verdict .(class) aria-labelledby="title" {
            h1 #title { (title(report)) }
            p .sentence { span class={ "badge " (class) } { (word) } " " (said(&report.verdict)) }
            @if let Some(target) = report.target { p .target { "Target: " (named(target)) } }
            ul .figures aria-label="Counts" {
                (figure(report.count(Severity::Error), "error", "error"))
                (figure(report.count(Severity::Warning), "warning", "warning"))
                (figure(report.count(Severity::Note), "note", "note"))
                @if report.hidden() > 0 { (figure(report.hidden(), "accepted finding", "plain")) }
                @if !answers.is_empty() && report.target.is_some() {
                    (figure(of(Presence::Absent), "missing component", "error"))
                    (figure(of(Presence::Unknown), "unknown component", "unknown"))
                }
                @if !answers.is_empty() && report.target.is_none() { (figure(answers.len(), "required component", "plain")) }
                (figure(report.packages.len(), "package", "plain"))
            }
        }
    }
}

/// What could not be read; none where everything was.
pub(super) fn failures<'a>(errors: impl Iterator<Item = &'a Error>) -> Option<Section> {
    let errors: Vec<_> = errors.collect();
    let count = errors.len();
    (count > 0).then(|| {
        let body = html! { @for error in errors {
            article .item .error {
                h3 { span .badge .error { "not read" } " " span .message { (said(&error.to_string())) } }
                p .help { (said(error.remedy())) }
                @if let Error::Unreadable { platform: Some(platform), .. } = error {
                    p .platform { (findings::platform(platform, platform.message)) }
                }
            }
        } };
        Section::new("unreadable", "Not read", body).counting(count)
    })
}

/// The packages as a table.
pub(super) fn packages(report: &Report<'_>) -> Option<Section> {
    let body = html! { div .scroll tabindex="0" role="group" aria-label="Packages" { table {
        thead { tr { th scope="col" { "Solution" } th scope="col" { "Version" } th scope="col" { "Package" } th scope="col" { "Components" } } }
        tbody { @for package in &report.packages { (package_row(package)) } }
    } } };
    let count = report.packages.len();
    (count > 0).then(|| Section::new("packages", "Packages", body).counting(count))
}

fn package_row(package: &ReportedPackage<'_>) -> Markup {
    html! { tr {
        th scope="row" { (named(package.name())) @if let Some(solution) = package.solution { " " span .kind { (solution.manifest.package_type.name()) } } }
        td { (named(package.version())) }
        td { code { (named(shown_path(package.path))) } @if let Some(layout) = package.layout { " " span .kind { (layout) } } }
        td { @match package.solution {
            Some(solution) => {
                @for (place, (kind, number)) in solution.counts().iter().enumerate() {
                    @if place > 0 { ", " } (named(&count(*number, &kind.label())))
                }
            }
            None => { @if package.error.is_some() { "not read" } }
        } }
    } }
}

/// The head of a page that shows a graph only.
pub(super) fn graph(network: &Network<'_>) -> Markup {
    let names = network.packages.iter().filter_map(|one| one.as_ref().ok());
    html! {
        section .verdict .plain aria-labelledby="title" {
            h1 #title { "Dependency graph" }
            ul .sources { @for package in names { li {
                (named(package.solution.manifest.name())) " "
                @if let Some(version) = &package.solution.manifest.version_text { (named(&version.value)) " " }
                "in " code { (named(shown_path(&package.path))) }
            } } }
        }
    }
}
