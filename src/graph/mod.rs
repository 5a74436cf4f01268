//! The dependency graph of a solution: what contains what, and what requires what.

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::model::{ComponentId, Identity, IdentityMap, Solution};

/// Why one component leads to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Relation {
    /// The second travels with the first: a table's column, a step's image.
    Contains,
    /// The first cannot be without the second, as the platform recorded at export.
    Requires,
}

/// A component of the package, or one it only names.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Node {
    Component(ComponentId),
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
    components: IdentityMap<ComponentId>,
    externals: IdentityMap<NodeIndex>,
}

impl Graph {
    /// Builds the graph from parents and declared dependencies. Rows that name nothing are left out.
    pub fn build(solution: &Solution) -> Self {
        let mut graph = Self {
            nodes: DiGraph::new(),
            components: IdentityMap::default(),
            externals: IdentityMap::default(),
        };
        // The number of a component's node is the component's own.
        for (id, component) in solution.numbered() {
            graph.nodes.add_node(Node::Component(id));
            graph.components.insert(&component.identity, id);
        }
        for (id, component) in solution.numbered() {
            let parent = component
                .parent
                .filter(|parent| solution.component(*parent).is_some());
            if let Some(parent) = parent {
                let (from, to) = (node_of(parent), node_of(id));
                graph.nodes.add_edge(from, to, Relation::Contains);
            }
        }
        for row in &solution.manifest.missing_dependencies {
            let from = graph.add(&row.dependent);
            let to = graph.add(&row.required);
            if from != to {
                graph.nodes.add_edge(from, to, Relation::Requires);
            }
        }
        graph
    }

    /// The component of the package that an identity points at.
    pub fn find(&self, wanted: &Identity) -> Option<ComponentId> {
        self.components.find(wanted).copied()
    }

    /// How the package comes to need a component: what declares that it requires it, after what that one travels with.
    ///
    /// The chain ends with the component itself, and begins with itself or what contains it where nothing requires it. Of
    /// a very long one the last [`CHAIN`] links are given.
    pub fn chain(&self, solution: &Solution, wanted: &Identity) -> Vec<Identity> {
        let Some(end) = self.node(wanted) else {
            return vec![wanted.clone()];
        };
        let dependent = self.before(end, Relation::Requires);
        let inner = dependent.unwrap_or(end);
        let around =
            std::iter::successors(Some(inner), |node| self.before(*node, Relation::Contains));
        let ends = dependent.map(|_| end);
        let mut chain: Vec<_> = ends
            .into_iter()
            .chain(around)
            .take(CHAIN)
            .filter_map(|node| self.identity(solution, node).cloned())
            .collect();
        chain.reverse();
        chain
    }

    /// The first node that leads to another in this way.
    fn before(&self, node: NodeIndex, relation: Relation) -> Option<NodeIndex> {
        let edges = self.nodes.edges_directed(node, Direction::Incoming);
        let leading = edges.filter(|edge| *edge.weight() == relation);
        leading.map(|edge| edge.source()).min()
    }

    fn node(&self, wanted: &Identity) -> Option<NodeIndex> {
        let component = self.find(wanted).map(node_of);
        component.or_else(|| self.externals.find(wanted).copied())
    }

    /// The node of a component, added where the package does not hold it.
    fn add(&mut self, identity: &Identity) -> NodeIndex {
        if let Some(known) = self.node(identity) {
            return known;
        }
        let node = Node::External(Box::new(identity.clone()));
        let node = self.nodes.add_node(node);
        self.externals.insert(identity, node);
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
