//! What packages require from elsewhere, and what to do about what is missing.

use maud::{Markup, html};

use super::findings::chain;
use super::page::Section;
use super::text::{named, said};
use crate::check::{Action, Checked, Requirement, SupplierGroup, group_by_supplier};
use crate::model::SupplierOrigin;
use crate::report::{Report, shopping as words, supply, text};
use crate::target::Presence;

/// Components of an action that stand in the open.
const SHOWN: usize = 4;

/// What to do before the import; none where nothing is to be done.
pub(super) fn shopping(report: &Report<'_>) -> Option<Section> {
    let list = &report.shopping;
    let certain: Vec<_> = list.certain().collect();
    let possible: Vec<_> = list.possible().collect();
    if certain.is_empty() && possible.is_empty() {
        return None;
    }
    let title = if report.target.is_some() {
        "To do before the import"
    } else {
        "What it needs elsewhere"
    };
    let body = html! {
        @if !certain.is_empty() { ol .actions { @for action in &certain { (entry(report, action)) } } }
        @if !possible.is_empty() {
            h3 { "Perhaps, unless the target has them" }
            ol .actions start=(certain.len() + 1) { @for action in &possible { (entry(report, action)) } }
        }
    };
    Some(Section::new("shopping", title, body).counting(certain.len() + possible.len()))
}

fn entry(report: &Report<'_>, action: &Action<'_>) -> Markup {
    let name = |package: usize| {
        report
            .shoppers
            .get(package)
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    let components = words::components(action);
    let (first, rest) = components.split_at(components.len().min(SHOWN));
    let packages = action.packages();
    html! {
        li .action {
            p .title { (said(&words::title(action, name))) }
            @if let Some(command) = action.command() { pre .command { code { (command) } } }
            @if let Some(brings) = words::brings(action) { p { (said(&brings)) } }
            @if action.is_hint { p .hint { "As far as the catalogue knows." } }
            p .for { "For " @for (place, one) in first.iter().enumerate() { @if place > 0 { ", " } (named(&one.to_string())) }
                @if rest.is_empty() { "." } }
            @if !rest.is_empty() {
                details { summary { "and " (text::count(rest.len(), "other component")) }
                    ul { @for one in rest { li { (named(&one.to_string())) } } } }
            }
            @if report.shoppers.len() > 1 {
                p .for { "Needed by " @for (place, package) in packages.iter().enumerate() { @if place > 0 { ", " } (named(&name(*package))) } "." }
            }
        }
    }
}

/// What packages require; none where nothing was asked.
pub(super) fn requirements(report: &Report<'_>) -> Option<Section> {
    let checked: Vec<&Checked> = report
        .packages
        .iter()
        .filter_map(|one| one.checked)
        .collect();
    let count = checked.iter().map(|one| one.requirements.len()).sum();
    if checked.is_empty() {
        return None;
    }
    let is_several = checked.len() > 1;
    let body = html! {
        @for one in &checked {
            @if is_several { h3 { (named(one.solution.manifest.name())) } }
            @if one.requirements.is_empty() { p .empty { "Requires nothing from elsewhere." } }
            @else {
                p .lead { (text::count(one.requirements.len(), "component")) " from elsewhere"
                    @if report.target.is_some() { (supply::presence_counts(&one.requirements)) } "." }
                @for group in group_by_supplier(&one.requirements) { (of_supplier(&group)) }
            }
        }
    };
    Some(Section::new("requirements", "Requirements", body).counting(count))
}

fn of_supplier(group: &SupplierGroup<'_>) -> Markup {
    let supplier = &group.supplier;
    let version = supplier.version.as_ref().map(ToString::to_string);
    let (name, way) = match supplier.origin() {
        SupplierOrigin::Unnamed => ("Solution not known", String::new()),
        SupplierOrigin::Unmanaged => (
            "The unmanaged layer",
            ": these were not added to the solution; nothing installs them".to_owned(),
        ),
        SupplierOrigin::Platform | SupplierOrigin::Solution => {
            (supplier.solution.as_str(), supply::way(group))
        }
    };
    let counts = [Presence::Absent, Presence::Unknown, Presence::Present]
        .map(|presence| (presence, group.count(presence)));
    html! {
        details .supplier open[group.count(Presence::Absent) > 0] {
            summary {
                span .name { (named(name)) } @if let Some(version) = version { " " (version) }
                @for (presence, number) in counts { @if number > 0 { " " span class={ "badge " (tone(presence)) } { (number) " " (presence.name()) } } }
            }
            @if let Some(way) = way.strip_prefix([':', ',']) { p .way { (said(way.trim())) } }
            div .scroll tabindex="0" role="group" aria-label="Required components" { table {
                thead { tr { th scope="col" { "Component" } th scope="col" { "Target" } th scope="col" { "Why it is needed" } th scope="col" { "How that is known" } } }
                tbody { @for one in &group.requirements { (row(one)) } }
            } }
        }
    }
}

/// The class of a presence.
fn tone(presence: Presence) -> &'static str {
    match presence {
        Presence::Present => "good",
        Presence::Absent => "error",
        Presence::Unknown => "unknown",
    }
}

fn row(one: &Requirement) -> Markup {
    let presence = one.answer.presence;
    html! {
        tr {
            th scope="row" { (named(&one.required.to_string())) }
            td { span class={ "badge " (tone(presence)) } { (presence.name()) } }
            td { @if one.chain.len() > 1 { (chain(&one.chain)) } @else { "The package only changes it." } }
            td { (said(&one.answer.because)) @if let Some(settle) = &one.answer.settle { " " span .settle { (said(settle)) } } }
        }
    }
}
