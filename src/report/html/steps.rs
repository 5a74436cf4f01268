//! The imports of a simulation: what is done, at which stage it stops, what becomes of every component.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::page::Section;
use super::text::{named, said};
use super::verdict;
use crate::report::simulation::is_managed;
use crate::report::{Report, text};
use crate::simulate::{ActionKind, ComponentAction, StageOutcome, Step, Winner};

/// The imports; none where nothing was simulated.
pub(super) fn section(report: &Report<'_>) -> Option<Section> {
    let steps = report.steps;
    if steps.is_empty() {
        return None;
    }
    let body = html! {
        ol .steps { @for step in steps { (one(step)) } }
    };
    Some(Section::new("steps", "Import steps", body).counting(steps.len()))
}

fn one(step: &Step) -> Markup {
    let (class, word) = verdict(step.verdict);
    let name = match step.solution.as_str() {
        "" => "(no name)",
        name => name,
    };
    html! {
        li class={ "step " (class) } {
            h3 {
                (named(name)) @if let Some(version) = &step.version { " " (version.to_string()) }
                ": " (step.operation.to_string()) " " span class={ "badge " (class) } { (word) }
            }
            p { (said(&step.because)) @if let Some(installed) = &step.installed { " Installed: " (installed.to_string()) "." } }
            ol .stages aria-label="Stages of the import" { @for (stage, outcome) in &step.stages {
                @if let Some((class, word)) = reached(*outcome) {
                    li class=(class) { span .stage { (stage.to_string()) } " " span .outcome { (word) } }
                }
            } }
            (actions(step))
            @if !step.assumed.is_empty() || !step.doubts.is_empty() {
                h4 { "Not known" }
                ul {
                    @for doubt in &step.doubts { li { (said(&doubt.what)) " " span .settle { (said(&doubt.settle)) } } }
                    @for assumed in &step.assumed { li { "Assumed: " (said(assumed)) } }
                }
            }
            @if let Some(left) = &step.left { p .left { (said(left)) } }
        }
    }
}

/// The class and the words of a stage; none for one that the operation does not have.
fn reached(outcome: StageOutcome) -> Option<(&'static str, &'static str)> {
    match outcome {
        StageOutcome::Passes => Some(("good", "passes")),
        StageOutcome::Unknown => Some(("unknown", "not known")),
        StageOutcome::Fails => Some(("error", "fails")),
        StageOutcome::NotReached => Some(("plain", "not reached")),
        StageOutcome::NotPart => None,
    }
}

fn actions(step: &Step) -> Markup {
    let mut kinds: BTreeMap<ActionKind, Vec<&ComponentAction>> = BTreeMap::new();
    for action in &step.actions {
        kinds.entry(action.kind).or_default().push(action);
    }
    html! {
        @for (kind, actions) in &kinds {
            details .actions open[is_grave(*kind) && actions.len() <= 40] {
                summary { span .kind { (kind.name()) } " " span .count { (text::count(actions.len(), "component")) } }
                ul { @for action in actions { (of_component(step, action)) } }
            }
        }
    }
}

/// Whether people must know of it before they import.
fn is_grave(kind: ActionKind) -> bool {
    match kind {
        ActionKind::Delete | ActionKind::Overwrite | ActionKind::Convert => true,
        ActionKind::Create
        | ActionKind::Update
        | ActionKind::CreateOrUpdate
        | ActionKind::Unchanged
        | ActionKind::Keep
        | ActionKind::Skip => false,
    }
}

fn of_component(step: &Step, action: &ComponentAction) -> Markup {
    let component = step.component(action);
    let name = component.map_or_else(String::new, ToString::to_string);
    let loses_data = component.is_some_and(|one| action.loses_data(one));
    html! {
        li {
            (named(&name))
            @if loses_data { " " span .badge .error { "with its data" } }
            @if action.loses_customizations { " " span .badge .warning { "customizations are lost" } }
            @match &action.winner {
                // The layer of an unmanaged import is the unmanaged one itself.
                Winner::Active if action.kind.lands() && is_managed(step) => { " " span .kind { "the unmanaged layer wins" } }
                Winner::Other(solution) => { " " span .kind { "the layer of " (named(solution)) " wins" } }
                Winner::Active | Winner::Imported | Winner::Unknown | Winner::None => {}
            }
        }
    }
}
