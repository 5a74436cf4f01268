//! Processes that steps use and that are drafts, in the package or in the target.

use rustc_hash::FxHashMap;

use super::outside::rows;
use super::steps::parts;
use crate::check::RequirementSubject;
use crate::check::findings::Findings;
use crate::finding::Evidence;
use crate::model::{Component, ComponentType, Guid, Identity};
use crate::target::ComponentRow;

const PROCESS: ComponentType = ComponentType::Number(29);

/// A process that is not active, where it is, and what to do.
#[derive(Clone)]
struct Draft {
    named: Identity,
    place: &'static str,
    help: &'static str,
}

/// Tells the steps that have no effect, because their process is a draft.
pub(super) fn tell(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    if solution.sequences.is_empty() {
        return;
    }
    let components = solution.components.iter();
    let own: FxHashMap<Guid, Option<Draft>> = components
        .filter(|process| process.identity.kind == PROCESS)
        .filter_map(|process| Some((process.identity.object_id?, in_package(process))))
        .collect();
    let rows = rows(subject);
    for sequence in &solution.sequences {
        let Some(component) = solution.component(sequence.component) else {
            continue;
        };
        for part in parts(sequence) {
            let Some(id) = part.identity.object_id else {
                continue;
            };
            let draft = match own.get(&id) {
                Some(draft) => draft.clone(),
                // One that a package before brings comes in the state that it has there.
                None if subject.is_brought(&part.identity) => None,
                None => rows.get(&id).and_then(|row| in_target(row, id)),
            };
            let Some(draft) = draft else {
                continue;
            };
            out.add(
                part.span,
                format!(
                    "{} of the {} {} no effect, for the {} is a draft in the {}.",
                    part.places,
                    component.identity,
                    part.places.verb("has", "have"),
                    draft.named,
                    draft.place
                ),
                draft.help,
            )
            .evidence(Evidence::Fair)
            .component(&component.identity)
            .chain(&[component.identity.clone(), draft.named]);
        }
    }
}

fn in_package(process: &Component) -> Option<Draft> {
    (process.property("StateCode") == Some("0")).then(|| Draft {
        named: process.identity.clone(),
        place: "package",
        help: "Activate the process in the source and export again, or activate it in the target.",
    })
}

fn in_target(row: &ComponentRow, id: Guid) -> Option<Draft> {
    let is_process = row.kind.0 == PROCESS;
    let state = row.state.as_deref()?;
    if !is_process || !state.eq_ignore_ascii_case("Draft") {
        return None;
    }
    let mut named = Identity::of(PROCESS).with_id(Some(id));
    named.display_name = row.name.as_deref().map(Into::into);
    Some(Draft {
        named,
        place: "target",
        help: "Activate the process in the target.",
    })
}
