//! Sequences that lead back to themselves, by way of others.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Sequences;

/// The circles that sequences go round in.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// The number of the circle that each sequence is in; one that is in none has a number of its own.
    circles: Vec<usize>,
}

impl Circles {
    pub(super) fn of(sequences: &Sequences<'_>) -> Self {
        let all = &sequences.solution.sequences;
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        for _ in all {
            graph.add_node(());
        }
        for (at, sequence) in all.iter().enumerate() {
            for next in sequence.uses().filter_map(|one| sequences.next(one)) {
                graph.add_edge(NodeIndex::new(at), NodeIndex::new(next), ());
            }
        }
        let mut circles = vec![0; all.len()];
        for (number, members) in kosaraju_scc(&graph).into_iter().enumerate() {
            for member in members {
                circles[member.index()] = number;
            }
        }
        Self { circles }
    }

    /// Whether a sequence that another goes on with leads back to that one.
    pub(super) fn leads_back(&self, from: usize, next: usize) -> bool {
        let circle = self.circles.get(from);
        circle.is_some() && circle == self.circles.get(next)
    }
}
