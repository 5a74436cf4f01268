//! The dependency graph of a solution: what contains what, and what requires what.

mod index;

use std::collections::VecDeque;

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
}

impl Graph {
    /// Builds the graph from parents and declared dependencies.
    pub fn build(solution: &Solution) -> Self {
        let mut graph = Self {
            nodes: DiGraph::new(),
            index: ComponentIndex::new(solution),
            externals: FxHashMap::default(),
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

    /// How the package comes to need a component: the shortest chain from something that nothing else leads to.
    ///
    /// The chain ends with the component itself and is just that where nothing leads to it.
    pub fn chain(&self, solution: &Solution, wanted: &Identity) -> Vec<Identity> {
        let Some(end) = self.node(solution, wanted) else {
            return vec![wanted.clone()];
        };
        let mut next: Vec<Option<NodeIndex>> = vec![None; self.nodes.node_count()];
        let mut seen = vec![false; self.nodes.node_count()];
        seen[end.index()] = true;
        let mut queue = VecDeque::from([end]);
        let mut start = end;
        while let Some(node) = queue.pop_front() {
            start = node;
            let mut leading: Vec<_> = self
                .nodes
                .edges_directed(node, Direction::Incoming)
                .map(|edge| edge.source())
                .filter(|source| !seen[source.index()])
                .collect();
            if leading.is_empty() && (node != end) {
                break;
            }
            leading.sort_unstable();
            leading.dedup();
            for source in leading {
                seen[source.index()] = true;
                next[source.index()] = Some(node);
                queue.push_back(source);
            }
        }
        let path = std::iter::successors(Some(start), |node| next[node.index()]);
        path.filter_map(|node| self.identity(solution, node).cloned())
            .collect()
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
