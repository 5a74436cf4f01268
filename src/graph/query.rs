//! Questions to the graph. Nothing here recurses: a hostile package may name a chain of a million links.

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use super::{Graph, Relation, id_of, index_of};
use crate::model::{Identity, Solution, Strength};

/// The most links of a chain that are given: people cannot follow more, and a hostile package could name millions.
pub const CHAIN: usize = 24;

impl Graph {
    /// How the package comes to need a component: what requires it, after what that one travels with.
    ///
    /// The chain ends with the component itself, and begins with itself or what contains it where nothing requires it. Of
    /// a very long one the last [`CHAIN`] links are given.
    pub fn chain(&self, solution: &Solution, wanted: &Identity) -> Vec<Identity> {
        let component = self.find(wanted).map(index_of);
        let end = component.or_else(|| self.externals.find(wanted).copied());
        let Some(end) = end else {
            return vec![wanted.clone()];
        };
        let dependent = self.dependent(end);
        let inner = dependent.unwrap_or(end);
        let around = std::iter::successors(Some(inner), |node| self.container(*node));
        let ends = dependent.map(|_| end);
        let mut chain: Vec<_> = ends
            .into_iter()
            .chain(around)
            .take(CHAIN)
            .filter_map(|node| self.identity(solution, id_of(node)).cloned())
            .collect();
        chain.reverse();
        chain
    }

    /// What most surely requires a node: what the platform recorded, else the first that requires it, else that names it.
    fn dependent(&self, node: NodeIndex) -> Option<NodeIndex> {
        let edges = self.nodes.edges_directed(node, Direction::Incoming);
        let leading = edges.filter_map(|edge| {
            let Relation::Refers(reference) = edge.weight() else {
                return None;
            };
            let runtime = reference.strength == Strength::Runtime;
            Some((!reference.declared, runtime, edge.source()))
        });
        leading.min().map(|(_, _, source)| source)
    }

    /// What a node travels with.
    fn container(&self, node: NodeIndex) -> Option<NodeIndex> {
        let edges = self.nodes.edges_directed(node, Direction::Incoming);
        let around = edges.filter(|edge| *edge.weight() == Relation::Contains);
        around.map(|edge| edge.source()).min()
    }
}
