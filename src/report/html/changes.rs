//! Two packages compared: what changed, and what an upgrade removes.

use maud::{Markup, html};

use super::page::Section;
use super::text::{figure, named, said};
use super::{findings, plain};
use crate::diff::{Change, Class, Difference, Field, Version, What};
use crate::model::Identity;
use crate::report::diff::{DiffReport, Names, TargetOutcome, Upgrade};
use crate::report::text::{count, shown_path};
use crate::simulate::holds_data;

/// Removed components that stand in the open.
const SHOWN: usize = 60;

/// The title of the page.
pub(super) fn title(report: &DiffReport<'_>) -> String {
    let names = [report.old, report.new].map(|one| one.solution().manifest.name());
    let names: &[&str] = if names[0].eq_ignore_ascii_case(names[1]) {
        &names[..1]
    } else {
        &names
    };
    super::overview::joined(names, "Comparison")
}

/// The two packages with the counts.
pub(super) fn head(report: &DiffReport<'_>) -> Markup {
    let diff = &report.diff;
    let breaking = diff.of_class(Class::Breaking);
    let (tone, word, sentence) = match () {
        () if diff.is_empty() => ("good", "Same", "Nothing changed."),
        () if breaking > 0 => (
            "error",
            "Breaking",
            "What others may rely on is gone or narrower.",
        ),
        () if diff.of_class(Class::Changed) > 0 => (
            "warning",
            "Changed",
            "Nothing is known to break; see what changed.",
        ),
        () => ("good", "Additive", "What was there works as before."),
    };
    html! {
        section .verdict .(tone) aria-labelledby="title" {
            h1 #title { (title(report)) }
            p .sentence { span class={ "badge " (tone) } { (word) } " " (sentence) }
            p { (version(report.old)) " → " (version(report.new)) }
            ul .figures aria-label="Counts" {
                (figure(breaking, "breaking difference", "error"))
                (figure(diff.of_class(Class::Changed), "changed difference", "warning"))
                (figure(diff.of_class(Class::Additive), "additive difference", "good"))
                (figure(diff.of_class(Class::Cosmetic), "cosmetic difference", "plain"))
                (figure(diff.count(Change::Added), "added component", "plain"))
                (figure(diff.count(Change::Removed), "removed component", "plain"))
            }
            @for note in &diff.notes { p .hint { (said(note)) } }
        }
    }
}

fn version(version: &Version) -> Markup {
    let manifest = &version.solution().manifest;
    html! {
        strong { (named(manifest.name())) @if let Some(text) = &manifest.version_text { " " (named(&text.value)) } }
        " (" (manifest.package_type.name()) ") in " code { (named(shown_path(version.package().path()))) }
    }
}

/// Components that are otherwise, by their types.
pub(super) fn components(report: &DiffReport<'_>) -> Section {
    let all = report.diff.components.as_slice();
    let numbered: Vec<(usize, &Difference)> = all.iter().enumerate().collect();
    let body = html! {
        @if all.is_empty() { p .empty { "No component is otherwise." } }
        @else {
            form .filter .scripted hidden data-for="changes-list" role="search" aria-label="Filter changes" {
                label .search { span { "Search" } input type="search" name="words" placeholder="A component, a value" autocomplete="off" spellcheck="false"; }
                fieldset { legend { "Difference" }
                    @for (class, count) in report.classes() {
                        label class=(tone(class)) { input type="checkbox" name="tone" value=(class.name()) checked; " " (count) " " (class.name()) }
                    }
                }
                p .shown role="status" aria-live="polite" {}
            }
            div #changes-list { @for group in numbered.chunk_by(|(_, a), (_, b)| a.component.kind == b.component.kind) { (of_type(group)) } }
        }
    };
    Section::new("changes", "Changes", body).counting(all.len())
}

fn of_type(group: &[(usize, &Difference)]) -> Markup {
    let label = group.first().map(|(_, one)| one.component.kind.label());
    let names = Names::of(group.iter().map(|(_, one)| &one.component));
    let mut sorted = group.to_vec();
    sorted.sort_by_key(|(_, one)| std::cmp::Reverse(one.class));
    html! {
        details .group open {
            summary { span .kind { (named(&label.unwrap_or_default())) } " " span .count data-all=(group.len()) { (group.len()) } }
            @for (number, one) in sorted { (difference(number, one, &names.of_one(&one.component))) }
        }
    }
}

/// The class of how much a difference matters.
fn tone(class: Class) -> &'static str {
    match class {
        Class::Breaking => "error",
        Class::Changed => "warning",
        Class::Additive => "good",
        Class::Cosmetic => "plain",
    }
}

fn difference(number: usize, one: &Difference, name: &str) -> Markup {
    let tone = tone(one.class);
    html! {
        article class={ "item " (tone) } id={ "item-" (number) } tabindex="-1" data-tone=(one.class.name()) {
            h3 {
                span class={ "badge " (tone) } { (one.class.name()) } " "
                span .message { (one.change.name()) " " (named(name)) } " "
                @if one.change != Change::Removed { button .scripted .show type="button" hidden data-item=(number) { "Show in graph" } }
            }
            @if !one.fields.is_empty() {
                details open[one.fields.len() <= 6] { summary { (count(one.fields.len(), "difference")) } (fields(&one.fields)) }
            }
        }
    }
}

fn fields(fields: &[Field]) -> Markup {
    html! { div .scroll tabindex="0" role="group" aria-label="Values" { table .fields {
        thead { tr { th scope="col" { "What" } th scope="col" { "Before" } th scope="col" { "After" } th scope="col" { "Class" } } }
        tbody { @for field in fields { tr {
            th scope="row" { @if field.what == What::Reference { "reference " } code { (named(&field.path)) } }
            td .old { @match &field.old { Some(value) => { (said(value)) } None => { span .none { "–" } } } }
            td .new { @match &field.new { Some(value) => { (said(value)) } None => { span .none { "–" } } } }
            td { span class={ "badge " (tone(field.class)) } { (field.class.name()) } }
        } } }
    } } }
}

/// What solution.xml says otherwise, and files that belong to no component.
pub(super) fn beside(report: &DiffReport<'_>) -> Option<Section> {
    let (solution, files) = (&report.diff.solution, &report.diff.files);
    let number = solution.len() + files.len();
    let body = html! {
        @if !solution.is_empty() { h3 { "Solution" } (fields(solution)) }
        @if !files.is_empty() { h3 { "Files of no component" } (fields(files)) }
    };
    (number > 0).then(|| Section::new("beside", "Solution and files", body).counting(number))
}

/// What an upgrade removes; none where these are two solutions.
pub(super) fn upgrade(report: &DiffReport<'_>) -> Option<Section> {
    let upgrade = report.upgrade.as_ref()?;
    let place = upgrade.target.as_ref().map(|target| &target.name);
    let body = html! {
        @if let Some(name) = place { p .lead { "In " (named(name)) "." } }
        @for note in &upgrade.notes { p .hint { (said(note)) } }
        @if upgrade.removed.is_empty() { p .empty { "An upgrade removes nothing." } }
        (removed(upgrade))
        @if !upgrade.kept.is_empty() { h3 { "It leaves, because others have it too" } (list(&upgrade.kept, |_| false)) }
        @if let Some(target) = &upgrade.target { (stops(target, report.diff.components.len())) }
    };
    Some(Section::new("upgrade", "What an upgrade removes", body).counting(upgrade.removed.len()))
}

fn removed(upgrade: &Upgrade) -> Markup {
    let (first, rest) = upgrade.removed.split_at(upgrade.removed.len().min(SHOWN));
    html! {
        (list(first, holds_data))
        @if !rest.is_empty() { details { summary { "and " (rest.len()) " more" } (list(rest, holds_data)) } }
    }
}

fn list(all: &[Identity], with_data: impl Fn(&Identity) -> bool) -> Markup {
    let names = Names::of(all);
    html! { ul { @for one in all { li {
        (named(&names.of_one(one))) @if with_data(one) { " " span .badge .error { "with its data" } }
    } } } }
}

/// What keeps an upgrade from removing; its findings are numbered after the changes.
fn stops(target: &TargetOutcome, before: usize) -> Markup {
    let blocking = plain(target.blocking());
    let doubts: Vec<_> = target.doubts().collect();
    html! {
        @if !blocking.is_empty() {
            h3 { "What stands in its way" }
            @for (number, one) in blocking.iter().enumerate() { (findings::article(before + number, one, None)) }
        }
        @if !doubts.is_empty() {
            h3 { "Not known" }
            ul { @for doubt in doubts { li { (said(&doubt.what)) " " span .settle { (said(&doubt.settle)) } } } }
        }
    }
}
