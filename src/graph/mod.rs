//! The dependency graph of a solution: what contains what, and what requires what.

mod index;

use std::collections::VecDeque;
use std::sync::OnceLock;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

pub use index::ComponentIndex;

use crate::model::{Address, ComponentId, Identity, Solution};

/// Why one component leads to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// The second travels with the first: a table's column, a step's image.
    Contains,
    /// The first cannot be without the second, as the platform recorded at export.
    Requires,
}

/// A component of the package, or one it only names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// In the package.
    Component(ComponentId),
    /// Outside of it.
    External(Box<Identity>),
}

/// The most links of a chain that are given: people cannot follow more, and a hostile package could name millions.
pub const CHAIN: usize = 24;

/// Components and their relations.
///
/// ```
/// # use solvet::{graph::Graph, model::*, package::*, parse::parse};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/sequence-apac-leads");
/// # let location = locate(&[path.into()]).remove(0)?;
/// # let Some(Opened::Package(package)) = open(&location, &OpenOptions::default()).pop() else { panic!() };
/// # let solution = parse(&package)?.solution;
/// let graph = Graph::build(&solution);
/// let required = &solution.manifest.missing_dependencies[3].required;
/// let chain = graph.chain(&solution, required);
/// assert_eq!(chain.last().map(ToString::to_string), Some("column lead.fab_leadscore".into()));
/// # Ok::<(), solvet::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: DiGraph<Node, Relation>,
    index: ComponentIndex,
    externals: FxHashMap<Address, NodeIndex>,
    led_by: OnceLock<Vec<Option<NodeIndex>>>,
}

impl Graph {
    /// Builds the graph from parents and declared dependencies.
    pub fn build(solution: &Solution) -> Self {
        let mut graph = Self {
            nodes: DiGraph::new(),
            index: ComponentIndex::new(solution),
            externals: FxHashMap::default(),
            led_by: OnceLock::new(),
        };
        // The number of a component's node is the component's own.
        for (id, _) in solution.numbered() {
            graph.nodes.add_node(Node::Component(id));
        }
        for (id, component) in solution.numbered() {
            if let Some(parent) = component
                .parent
                .filter(|parent| parent.index() < solution.components.len())
            {
                graph
                    .nodes
                    .add_edge(node_of(parent), node_of(id), Relation::Contains);
            }
        }
        for row in &solution.manifest.missing_dependencies {
            let from = graph.add(solution, &row.dependent);
            let to = graph.add(solution, &row.required);
            if from != to {
                graph.nodes.add_edge(from, to, Relation::Requires);
            }
        }
        graph
    }

    /// The component of the package that an identity points at.
    pub fn find(&self, solution: &Solution, wanted: &Identity) -> Option<ComponentId> {
        self.index.find(solution, wanted)
    }

    /// How the package comes to need a component: a shortest chain from something that nothing else leads to.
    ///
    /// The chain ends with the component itself and is just that where nothing leads to it. Of a very long one the last
    /// [`CHAIN`] links are given.
    pub fn chain(&self, solution: &Solution, wanted: &Identity) -> Vec<Identity> {
        let Some(end) = self.node(solution, wanted) else {
            return vec![wanted.clone()];
        };
        let led_by = self.led_by.get_or_init(|| self.leads());
        let back = std::iter::successors(Some(end), |node| led_by[node.index()]);
        let mut chain: Vec<_> = back
            .take(CHAIN)
            .filter_map(|node| self.identity(solution, node).cloned())
            .collect();
        chain.reverse();
        chain
    }

    /// For every node the one before it on a shortest chain. One walk over the graph serves every question.
    fn leads(&self) -> Vec<Option<NodeIndex>> {
        let mut led_by = vec![None; self.nodes.node_count()];
        let mut seen = vec![false; self.nodes.node_count()];
        let incoming = |node| self.nodes.edges_directed(node, Direction::Incoming).next();
        let first = self
            .nodes
            .node_indices()
            .filter(|node| incoming(*node).is_none());
        // What only cycles lead to is reached last, from its first node.
        for starts in [
            first.collect(),
            self.nodes.node_indices().collect::<Vec<_>>(),
        ] {
            for start in &starts {
                seen[start.index()] |= incoming(*start).is_none();
            }
            let mut queue: VecDeque<_> = starts.into();
            while let Some(node) = queue.pop_front() {
                seen[node.index()] = true;
                let mut next: Vec<_> = self
                    .nodes
                    .edges_directed(node, Direction::Outgoing)
                    .map(|edge| edge.target())
                    .filter(|target| !seen[target.index()])
                    .collect();
                next.sort_unstable();
                next.dedup();
                for target in next {
                    seen[target.index()] = true;
                    led_by[target.index()] = Some(node);
                    queue.push_back(target);
                }
            }
        }
        led_by
    }

    fn node(&self, solution: &Solution, wanted: &Identity) -> Option<NodeIndex> {
        let component = self.find(solution, wanted).map(node_of);
        component.or_else(|| self.external(&wanted.addresses()))
    }

    fn external(&self, addresses: &[Address]) -> Option<NodeIndex> {
        addresses
            .iter()
            .find_map(|address| self.externals.get(address))
            .copied()
    }

    /// The node of a component, added where the package does not hold it.
    fn add(&mut self, solution: &Solution, identity: &Identity) -> NodeIndex {
        if let Some(known) = self.node(solution, identity) {
            return known;
        }
        let node = self
            .nodes
            .add_node(Node::External(Box::new(identity.clone())));
        for address in identity.addresses() {
            self.externals.insert(address, node);
        }
        node
    }

    fn identity<'a>(&'a self, solution: &'a Solution, node: NodeIndex) -> Option<&'a Identity> {
        match &self.nodes[node] {
            Node::Component(id) => solution.component(*id).map(|component| &component.identity),
            Node::External(identity) => Some(identity),
        }
    }
}

fn node_of(id: ComponentId) -> NodeIndex {
    NodeIndex::new(id.index())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_that_nothing_leads_to_still_has_finite_chains() {
        let mut graph = Graph {
            nodes: DiGraph::new(),
            index: ComponentIndex::default(),
            externals: FxHashMap::default(),
            led_by: OnceLock::new(),
        };
        let nodes: Vec<_> = (0..3)
            .map(|number| graph.nodes.add_node(Node::Component(ComponentId(number))))
            .collect();
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            graph
                .nodes
                .add_edge(nodes[from], nodes[to], Relation::Requires);
        }
        assert_eq!(graph.leads(), [None, Some(nodes[0]), Some(nodes[1])]);
    }
}
