//! Reports as one page each, for reading, searching and printing in a browser.
//!
//! A page holds all it needs: no file beside it and no network. All but the drawing of the graph is plain HTML, which a
//! reader without scripts or a printer gets whole. Texts of packages are untrusted: whatever they hold is shown and never
//! does anything.

mod changes;
mod findings;
mod needs;
mod network;
mod overview;
mod page;
mod steps;
mod text;

use maud::html;

use super::diff::DiffReport;
use super::graph::{Network, Part};
use super::{Report, ReportedFinding, Standing};
use crate::graph::Graph;
use crate::simulate::Verdict;
use network::Known;
use page::{Page, Section};
use text::said;

/// Writes what a check, a simulation or a check of settings found.
///
/// The dependency graph is on the page where the packages of the report have kept theirs.
pub fn report(report: &Report<'_>) -> String {
    let mut page = Page::new(overview::title(report), overview::head(report));
    page.push(overview::failures(
        report.failures().map(|(_, error)| error),
    ));
    page.push(told("notes", "Notes", report.notes.iter()));
    page.push(steps::section(report));
    page.push(Some(findings::section(report)));
    page.push(needs::shopping(report));
    page.push(needs::requirements(report));
    let parts = report.packages.iter().map(|package| {
        let checked = package.checked?;
        let graph = checked.graph.as_deref()?;
        Some(Part::new(&checked.solution, graph))
    });
    let parts: Vec<_> = parts.collect();
    if parts.iter().any(Option::is_some) {
        let network = Network::of_parts(parts);
        let names = report.packages.iter().map(super::ReportedPackage::name);
        let known = Known::of(report, names.collect());
        page.draw(network::section(&network, &known));
    }
    page.push(overview::packages(report));
    page.finish()
}

/// Writes the dependency graph of packages.
pub fn graph(network: &Network<'_>) -> String {
    let names: Vec<&str> = network
        .packages
        .iter()
        .map(|package| match package {
            Ok(package) => package.solution.manifest.name(),
            Err(_) => "",
        })
        .collect();
    let mut page = Page::new(
        overview::joined(&names, "Dependency graph"),
        overview::graph(network),
    );
    page.push(overview::failures(
        network
            .packages
            .iter()
            .filter_map(|package| package.as_ref().err()),
    ));
    page.draw(network::section(network, &Known::nothing(names)));
    page.finish()
}

/// Writes two packages compared, with the graph of the new one.
pub fn diff(report: &DiffReport<'_>) -> String {
    let mut page = Page::new(changes::title(report), changes::head(report));
    page.push(changes::upgrade(report));
    page.push(Some(changes::components(report)));
    page.push(changes::beside(report));
    let solution = report.new.solution();
    let graph = Graph::build(solution);
    let network = Network::of_parts(vec![Some(Part::new(solution, &graph))]);
    let known = Known::changes(solution.manifest.name(), &report.diff.components);
    page.draw(network::section(&network, &known));
    page.finish()
}

/// The class and the word of how something stands.
fn standing(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Passes => ("good", "Passes"),
        Standing::Warns => ("warning", "Warnings"),
        Standing::Unknown => ("unknown", "Not known"),
        Standing::Fails => ("error", "Fails"),
    }
}

/// The class and the word of a verdict.
fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Succeeds => ("good", "would succeed"),
        Verdict::SucceedsWithWarnings => ("warning", "would succeed with warnings"),
        Verdict::Unknown => ("unknown", "cannot be told"),
        Verdict::Fails => ("error", "would fail"),
    }
}

/// A section of notes; none where there are none.
fn told<'a>(
    id: &'static str,
    title: &str,
    notes: impl Iterator<Item = &'a String>,
) -> Option<Section> {
    let notes: Vec<_> = notes.collect();
    (!notes.is_empty()).then(|| {
        Section::new(
            id,
            title,
            html! { ul { @for note in notes { li { (said(note)) } } } },
        )
    })
}

/// Findings that are no part of a report of their own.
fn plain<'a>(
    placed: impl Iterator<Item = &'a crate::finding::PlacedFinding>,
) -> Vec<ReportedFinding<'a>> {
    placed
        .map(|placed| ReportedFinding {
            package: None,
            placed,
        })
        .collect()
}
