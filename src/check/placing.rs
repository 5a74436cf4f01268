//! From what rules find to what is told: levels, suppressions, places, order, fingerprints, and what was known before.

use std::cmp::Reverse;

use super::CheckOptions;
use crate::config::fingerprints;
use crate::finding::{Finding, Hidden, PlacedFinding, Severity};
use crate::source::Sources;

/// Makes of what rules found in one package, or in a file beside packages, what is told of it.
pub(super) fn placed(
    found: Vec<Finding>,
    sources: &Sources,
    solution: &str,
    options: &CheckOptions,
) -> Vec<PlacedFinding> {
    let found = found.into_iter();
    let found = found.filter(|finding| !options.allows(finding.rule));
    let mut placed: Vec<_> = found
        .map(|mut finding| {
            options.apply(&mut finding, solution);
            PlacedFinding {
                place: sources.place(finding.span),
                finding,
                fingerprint: "".into(),
                part_fingerprints: Vec::new(),
            }
        })
        .collect();
    placed.sort_by(|a, b| order(a).cmp(&order(b)));
    fingerprints(solution, &mut placed);
    for one in &mut placed {
        if one.finding.hidden.is_none() && is_known(one, options) {
            one.finding.hidden = Some(Hidden::Known);
        }
    }
    placed
}

/// Whether a baseline has it. What tells of several things is known where each of them is.
fn is_known(placed: &PlacedFinding, options: &CheckOptions) -> bool {
    let known = &options.known;
    match placed.part_fingerprints.as_slice() {
        [] => known.contains(&placed.fingerprint),
        parts => parts.iter().all(|part| known.contains(part)),
    }
}

/// Worst first, then by place, so that reports are the same whatever the threads.
fn order(placed: &PlacedFinding) -> (Reverse<Severity>, &str, u32, u32, &str, &str) {
    let PlacedFinding { finding, place, .. } = placed;
    (
        Reverse(finding.severity),
        &place.file,
        place.line,
        place.column,
        finding.rule,
        &finding.message,
    )
}
