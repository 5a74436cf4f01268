//! Sequences that go on with others: for rows of another table, and in a circle.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::MIGRATE;
use super::steps::{Meant, Part, parts};
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, Guid, RecordSort, Sequence, Solution};

pub(in crate::check) static RULES: &[Rule] = &[Rule {
    id: "sequence-circle",
    severity: Severity::Note,
    summary: "sequences go on with each other in a circle",
    codes: &[],
    docs: RuleDocs {
        what: "No sequence goes on with itself, by its own steps or by those of sequences that it goes on with.",
        why: "The import does not mind, and a record may go round for ever: what the platform does about it is not \
              documented.",
        fix: "Let the last sequence end, unless records are to start again.",
        source: MIGRATE,
    },
    stage: Stage::Activation,
    scope: Scope::Package(circle),
}];

/// The sequences of a package with those that their steps go on with.
struct Network<'a> {
    solution: &'a Solution,
    by_id: FxHashMap<Guid, usize>,
}

impl<'a> Network<'a> {
    fn of(solution: &'a Solution) -> Self {
        let sequences = solution.sequences.iter().enumerate();
        let by_id = sequences.filter_map(|(at, sequence)| {
            let component = solution.component(sequence.component)?;
            Some((component.identity.object_id?, at))
        });
        Self {
            solution,
            by_id: by_id.collect(),
        }
    }

    /// The parts of a sequence that are others of the package, each with its place among them.
    fn nested(&self, sequence: &'a Sequence) -> Vec<(Part<'a>, usize)> {
        let parts = parts(sequence).into_iter();
        // Outside of steps one may be what this one was made from.
        let parts = parts.filter(|part| {
            part.meant == Meant::Record(RecordSort::Sequence) && !part.places.is_empty()
        });
        parts
            .filter_map(|part| {
                let at = part.identity.object_id.and_then(|id| self.by_id.get(&id))?;
                Some((part, *at))
            })
            .collect()
    }

    fn component(&self, at: usize) -> Option<&'a Component> {
        let sequence = self.solution.sequences.get(at)?;
        self.solution.component(sequence.component)
    }
}

/// Tells the steps that go on with a sequence for rows of another table.
pub(super) fn tell_other_tables(solution: &Solution, out: &mut Findings) {
    let network = Network::of(solution);
    for sequence in &solution.sequences {
        let (Some(component), Some(own)) =
            (solution.component(sequence.component), &sequence.regarding)
        else {
            continue;
        };
        for (part, at) in network.nested(sequence) {
            let other = solution.sequences.get(at);
            let other = other.and_then(|other| other.regarding.as_ref());
            let (Some(other), Some(nested)) = (other, network.component(at)) else {
                continue;
            };
            if other == own {
                continue;
            }
            out.add(
                part.span,
                format!(
                    "{} of the {} for rows of {own} {} to the {}, which is for rows of {other}.",
                    part.places,
                    component.identity,
                    part.places.verb("connects", "connect"),
                    nested.identity
                ),
                "Connect to a sequence for the same table.",
            )
            .evidence(Evidence::Fair)
            .component(&component.identity);
        }
    }
}

fn circle(subject: &Subject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    let network = Network::of(solution);
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in &solution.sequences {
        graph.add_node(());
    }
    for (at, sequence) in solution.sequences.iter().enumerate() {
        for (_, other) in network.nested(sequence) {
            graph.add_edge(NodeIndex::new(at), NodeIndex::new(other), ());
        }
    }
    for members in kosaraju_scc(&graph) {
        let Some(first) = members.iter().min().copied() else {
            continue;
        };
        if members.len() == 1 && !graph.contains_edge(first, first) {
            continue;
        }
        let members: FxHashSet<NodeIndex> = members.into_iter().collect();
        let way = way_back(&graph, &members, first);
        if let (false, Some(component)) = (way.is_empty(), network.component(first.index())) {
            tell_circle(&network, &way, component, out);
        }
    }
}

/// The shortest way from a sequence back to itself, by way of those that lead to each other: from the one after it to the
/// last, which is itself.
fn way_back(
    graph: &DiGraph<(), ()>,
    members: &FxHashSet<NodeIndex>,
    first: NodeIndex,
) -> Vec<NodeIndex> {
    let mut before: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
    let mut open = VecDeque::from([first]);
    while let Some(at) = open.pop_front() {
        for next in graph.neighbors(at).filter(|next| members.contains(next)) {
            if let Entry::Vacant(place) = before.entry(next) {
                place.insert(at);
                open.push_back(next);
            }
        }
        if before.contains_key(&first) {
            break;
        }
    }
    let mut way = Vec::new();
    let mut at = first;
    while let Some(earlier) = before.get(&at) {
        way.push(at);
        at = *earlier;
        if at == first {
            break;
        }
    }
    way.reverse();
    way
}

fn tell_circle(network: &Network<'_>, way: &[NodeIndex], first: &Component, out: &mut Findings) {
    const SHOWN: usize = 5;
    let others = way.get(..way.len().saturating_sub(1)).unwrap_or_default();
    let shown = others.iter().take(SHOWN);
    let shown = shown.filter_map(|at| network.component(at.index()));
    let shown: Vec<_> = shown.map(|other| other.identity.clone()).collect();
    let message = if shown.is_empty() {
        format!("The {} goes on with itself.", first.identity)
    } else {
        let names: Vec<_> = shown.iter().map(ToString::to_string).collect();
        let more = match others.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "The {} leads back to itself by way of the {}{more}.",
            first.identity,
            names.join(" and the ")
        )
    };
    let help = "Let the last one end, unless records are to start again.";
    let chain: Vec<_> = [first.identity.clone()].into_iter().chain(shown).collect();
    // Where a circle begins says the order of the export; which one it is say its members.
    let members = way.iter().filter_map(|at| network.component(at.index()));
    out.add(first.span, message, help)
        .evidence(Evidence::Fair)
        .component(&first.identity)
        .summary_of(members.map(|member| &member.identity))
        .chain(&chain);
}
