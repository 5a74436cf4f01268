//! What was found, rule by rule, the worst first.

use maud::{Markup, html};

use super::page::Section;
use super::text::{named, said};
use crate::catalog::PlatformError;
use crate::check::rule;
use crate::finding::{Hidden, PlacedFinding, Severity};
use crate::model::Identity;
use crate::report::{Location, Region, Report, ReportedFinding, text};
use crate::source::Place;

/// Findings of one rule up to which its group stands open where it holds notes only.
const OPEN_NOTES: usize = 3;

/// The section of findings. It is there where there are none, too: that is what people look for.
pub(super) fn section(report: &Report<'_>) -> Section {
    let count = report.counting().count();
    let body = if report.findings.is_empty() {
        html! { p .empty { "Nothing was found." } }
    } else {
        html! {
            (filter(report))
            div #findings-list { @for (id, group) in grouped(&report.findings) { (of_rule(report, id, &group)) } }
        }
    };
    Section::new("findings", "Findings", body).counting(count)
}

/// A finding with its number in the report.
type Numbered<'a> = (usize, ReportedFinding<'a>);

/// Findings by rule: the rules with the worst findings first, then in the order in which they are met.
fn grouped<'a>(findings: &[ReportedFinding<'a>]) -> Vec<(&'static str, Vec<Numbered<'a>>)> {
    let mut groups: Vec<(&'static str, Vec<Numbered<'a>>)> = Vec::new();
    let mut places = rustc_hash::FxHashMap::default();
    for (number, finding) in findings.iter().enumerate() {
        let rule = finding.placed.finding.rule;
        let place = *places.entry(rule).or_insert(groups.len());
        if place == groups.len() {
            groups.push((rule, Vec::new()));
        }
        if let Some((_, group)) = groups.get_mut(place) {
            group.push((number, *finding));
        }
    }
    groups.sort_by_key(|(_, group)| {
        let worst = group.iter().map(|(_, one)| rank(one.placed)).max();
        std::cmp::Reverse(worst)
    });
    groups
}

/// What counts before what is only counted, the worse before the better.
fn rank(placed: &PlacedFinding) -> (bool, Severity) {
    (placed.finding.counts(), placed.finding.severity)
}

fn of_rule(report: &Report<'_>, id: &'static str, group: &[Numbered<'_>]) -> Markup {
    let worst = group.iter().map(|(_, one)| rank(one.placed)).max();
    let is_open = match worst {
        Some((true, Severity::Error | Severity::Warning)) => true,
        Some((true, Severity::Note)) => group.len() <= OPEN_NOTES,
        Some((false, _)) | None => false,
    };
    let tone = worst.map_or("note", |(_, severity)| severity.name());
    html! {
        details .group open[is_open] {
            summary {
                span class={ "badge " (tone) } { (tone) } " "
                span .rule { (id) } " "
                span .count data-all=(group.len()) { (group.len()) }
                @if let Some(rule) = rule(id) { span .summary { (rule.summary) } }
            }
            @for (number, one) in group { (article(*number, one, Some(report))) }
        }
    }
}

/// One finding with everything that is known of it.
pub(super) fn article(
    number: usize,
    one: &ReportedFinding<'_>,
    report: Option<&Report<'_>>,
) -> Markup {
    let (finding, place) = (&one.placed.finding, &one.placed.place);
    let tone = finding.severity.name();
    let location = match report {
        Some(report) => report.location(one),
        None => Location {
            path: place.file.to_string(),
            within: None,
            region: Region::of(place),
        },
    };
    html! {
        article class={ "item " (tone) } id={ "item-" (number) } tabindex="-1" data-tone=(tone) data-rule=(finding.rule)
            data-package=[one.package] data-hidden[!finding.counts()] data-fingerprint=(one.placed.fingerprint) {
            h3 { span class={ "badge " (tone) } { (tone) } " " span .message { (said(&finding.message)) } }
            @if !finding.help.is_empty() { p .help { (said(&finding.help)) } }
            @if let Some(hidden) = &finding.hidden { (accepted(hidden)) }
            dl {
                div { dt { "Rule" } dd .rule { (finding.rule) } }
                @if let Some(component) = &finding.component {
                    div { dt { "Component" } dd .component {
                        (named(&component.to_string())) " "
                        button .scripted .show type="button" hidden data-item=(number) { "Show in graph" }
                    } }
                }
                @if !location.path.is_empty() || location.within.is_some() {
                    div { dt { "Place" } dd .place { (written(&location, place)) } }
                }
                @if let Some((error, message)) = &finding.platform { div { dt { "Platform" } dd .platform { (platform(error, message)) } } }
                @if finding.chain.len() > 1 { div { dt { "Because of" } dd { (chain(&finding.chain)) } } }
                div { dt { "Evidence" } dd { (finding.evidence.to_string()) @if finding.is_local { ", an error by the configuration only" } } }
            }
        }
    }
}

fn accepted(hidden: &Hidden) -> Markup {
    html! { p .accepted { @match hidden {
        Hidden::Suppressed { reason, .. } => { "Accepted by the configuration: " (said(reason)) }
        Hidden::Known => { "Known to the baseline." }
    } } }
}

fn written(location: &Location, place: &Place) -> Markup {
    // Within an archive the file is the package's own; on the disk it may be that of a source folder.
    let (line, column) = match (&location.within, location.region) {
        (Some(_), _) => (place.line, place.column),
        (None, Some(region)) => (region.line, region.column),
        (None, None) => (0, 0),
    };
    html! {
        code { (named(&location.path)) }
        @if let Some(within) = &location.within { " → " code { (named(within)) } }
        @if line > 0 {
            ", line " span .line { (line) }
            @if column > 0 { ", column " span .column { (column) } }
        }
    }
}

/// What the platform says, with its code as people look for it.
pub(super) fn platform(error: &PlatformError, message: &str) -> Markup {
    html! {
        code .code { (error.to_string()) } " (" (error.decimal()) ") " code { (error.symbol) }
        @if !message.is_empty() { ": " q { (said(message)) } }
    }
}

/// How one component leads to the next.
pub(super) fn chain(chain: &[Identity]) -> Markup {
    html! { ol .chain { @for one in chain { li { (named(&one.to_string())) } } } }
}

fn filter(report: &Report<'_>) -> Markup {
    let all = &report.findings;
    let count = |severity| {
        let of = all.iter();
        of.filter(|one| one.placed.finding.severity == severity && one.placed.finding.counts())
            .count()
    };
    let mut rules: Vec<_> = all.iter().map(|one| one.placed.finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let hidden = report.hidden();
    html! {
        form .filter .scripted hidden data-for="findings-list" role="search" aria-label="Filter findings" {
            label .search { span { "Search" } input type="search" name="words" placeholder="Words, a component, a file, a code" autocomplete="off" spellcheck="false"; }
            fieldset { legend { "Severity" }
                @for severity in [Severity::Error, Severity::Warning, Severity::Note] {
                    label class=(severity.name()) { input type="checkbox" name="tone" value=(severity.name()) checked; " " (text::count(count(severity), severity.name())) }
                }
                @if hidden > 0 { label { input type="checkbox" name="hidden"; " " (hidden) " accepted" } }
            }
            label { span { "Rule" } select name="rule" { option value="" { "All rules" } @for id in rules { option { (id) } } } }
            @if report.packages.len() > 1 {
                label { span { "Package" } select name="package" {
                    option value="" { "All packages" }
                    @for (number, package) in report.packages.iter().enumerate() { option value=(number) { (super::text::shown(package.name(), 80)) } }
                } }
            }
            p .shown role="status" aria-live="polite" {}
        }
    }
}
