//! Questions to the graph. Nothing here recurses: a hostile package may name a chain of a million links.

use std::collections::VecDeque;

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Edge, Graph, NodeId, Relation, id_of, index, index_of};
use crate::model::{Identity, ReferenceKind, Solution, Strength};

/// The most links of a chain that are given: people cannot follow more, and a hostile package could name millions.
pub const CHAIN: usize = 24;

/// One end of a reference, seen from the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The other end.
    pub node: NodeId,
    /// The strongest reference between the two.
    pub edge: Edge,
}

/// One step of a chain: a node, and how it leads to the next one; `None` where the next travels with it, and at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The node.
    pub node: NodeId,
    /// How it refers to the next.
    pub edge: Option<Edge>,
}

impl Graph {
    /// What a node refers to, each once, in the order of the nodes.
    pub fn required(&self, node: NodeId) -> Vec<Link> {
        self.links(node, Direction::Outgoing)
    }

    /// What refers to a node, each once, in the order of the nodes.
    pub fn dependents(&self, node: NodeId) -> Vec<Link> {
        self.links(node, Direction::Incoming)
    }

    fn links(&self, node: NodeId, direction: Direction) -> Vec<Link> {
        let edges = self.nodes.edges_directed(index(node), direction);
        let mut links: Vec<Link> = edges
            .filter_map(|edge| {
                let Relation::Refers(reference) = edge.weight() else {
                    return None;
                };
                let other = match direction {
                    Direction::Outgoing => edge.target(),
                    Direction::Incoming => edge.source(),
                };
                Some(Link {
                    node: id_of(other),
                    edge: *reference,
                })
            })
            .collect();
        links.sort_by_key(|link| {
            (
                link.node,
                link.edge.strength,
                !link.edge.declared,
                link.edge.kind,
            )
        });
        links.dedup_by_key(|link| link.node);
        links
    }

    /// What travels with a node.
    pub fn parts(&self, node: NodeId) -> Vec<NodeId> {
        let edges = self.nodes.edges_directed(index(node), Direction::Outgoing);
        let inside = edges.filter(|edge| *edge.weight() == Relation::Contains);
        let mut parts: Vec<_> = inside.map(|edge| id_of(edge.target())).collect();
        parts.sort_unstable();
        parts
    }

    /// The component that a node travels with.
    pub fn around(&self, node: NodeId) -> Option<NodeId> {
        self.container(index(node)).map(id_of)
    }

    /// The chains that lead to a node: one for each component that refers to it, the shortest from one that nothing else in
    /// the package refers to. Of a very long one the last [`CHAIN`] links are given.
    pub fn why(&self, node: NodeId) -> Vec<Vec<Step>> {
        let before = self.ways_from_roots();
        let mut chains = Vec::new();
        let mut links = self.dependents(node);
        // What belongs to a table says nothing of why the table is needed, where anything else does.
        if links
            .iter()
            .any(|link| link.edge.kind != ReferenceKind::OwnTable)
        {
            links.retain(|link| link.edge.kind != ReferenceKind::OwnTable);
        }
        for link in links {
            let mut chain = vec![
                Step { node, edge: None },
                Step {
                    node: link.node,
                    edge: Some(link.edge),
                },
            ];
            let mut at = index(link.node);
            while chain.len() < CHAIN
                && let Some((earlier, edge)) = before.get(&at)
                && id_of(*earlier) != node
            {
                chain.push(Step {
                    node: id_of(*earlier),
                    edge: *edge,
                });
                at = *earlier;
            }
            chain.reverse();
            chains.push(chain);
        }
        chains
    }

    /// For each node what leads to it on a shortest way from a component that nothing refers to and that travels with
    /// nothing. Those of a cycle that nothing leads to are led to by what they travel with.
    fn ways_from_roots(&self) -> FxHashMap<NodeIndex, (NodeIndex, Option<Edge>)> {
        let mut before: FxHashMap<NodeIndex, (NodeIndex, Option<Edge>)> = FxHashMap::default();
        let mut open: VecDeque<NodeIndex> = self.roots().into_iter().map(index).collect();
        let mut seen: FxHashSet<NodeIndex> = open.iter().copied().collect();
        while let Some(next) = open.pop_front() {
            let mut edges: Vec<_> = self.nodes.edges(next).collect();
            // What travels with it comes first, and the order of the edges does not matter.
            edges.sort_by_key(|edge| match edge.weight() {
                Relation::Contains => (0, Strength::Required, edge.target()),
                Relation::Refers(reference) => (1, reference.strength, edge.target()),
            });
            for edge in edges {
                if seen.insert(edge.target()) {
                    let how = match edge.weight() {
                        Relation::Contains => None,
                        Relation::Refers(reference) => Some(*reference),
                    };
                    before.insert(edge.target(), (next, how));
                    open.push_back(edge.target());
                }
            }
        }
        for node in self.nodes.node_indices() {
            if !seen.contains(&node)
                && let Some(around) = self.container(node)
            {
                before.insert(node, (around, None));
            }
        }
        before
    }

    /// Everything that a node needs, directly or through others, with what travels with it.
    pub fn closure(&self, node: NodeId) -> Vec<NodeId> {
        let mut walk = petgraph::visit::Dfs::new(&self.nodes, index(node));
        let mut found = Vec::new();
        while let Some(next) = walk.next(&self.nodes) {
            found.push(id_of(next));
        }
        found.sort_unstable();
        found
    }

    /// Groups of components that need each other, by tracked references: the platform imports such a group in one go.
    pub fn cycles(&self) -> Vec<Vec<NodeId>> {
        let tracked = petgraph::visit::EdgeFiltered::from_fn(
            &self.nodes,
            |edge: petgraph::graph::EdgeReference<'_, Relation>| matches!(edge.weight(), Relation::Refers(reference) if reference.strength == Strength::Required),
        );
        // Kosaraju's algorithm as petgraph has it does not recurse; Tarjan's does.
        let groups = petgraph::algo::kosaraju_scc(&tracked).into_iter();
        let mut cycles: Vec<Vec<NodeId>> = groups
            .filter(|group| group.len() > 1)
            .map(|group| {
                let mut nodes: Vec<_> = group.into_iter().map(id_of).collect();
                nodes.sort_unstable();
                nodes
            })
            .collect();
        cycles.sort_unstable();
        cycles
    }

    /// Components of the package that nothing in it refers to and that travel with nothing.
    pub fn roots(&self) -> Vec<NodeId> {
        self.ends(Direction::Incoming)
    }

    /// Components of the package that refer to nothing and hold nothing.
    pub fn leaves(&self) -> Vec<NodeId> {
        self.ends(Direction::Outgoing)
    }

    fn ends(&self, direction: Direction) -> Vec<NodeId> {
        self.nodes()
            .filter(|node| self.component(*node).is_some())
            .filter(|node| {
                let mut edges = self.nodes.edges_directed(index(*node), direction);
                edges.next().is_none()
            })
            .collect()
    }

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
        *self.containers.get(node.index())?
    }
}
