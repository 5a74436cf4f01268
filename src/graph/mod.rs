//! The dependency graph of a solution: what contains what, and what refers to what.
//!
//! Nodes are the components of the package, the bases of those of which it holds a layer only, and everything else that
//! is named: by the components themselves (derived) or by `MissingDependencies` (declared). A reference to one thing is
//! one edge, whether it is known one way or both.

mod build;
mod implied;
mod learn;
mod lookup;
mod name;
mod order;
mod package;
mod query;
mod relationship;
mod resolve;
mod web_api;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    ComponentId, Identity, IdentityMap, Origin, ReferenceKind, Solution, Strength, Supplier,
};
use crate::source::Span;

pub use order::{ImportOrder, Need, Orderable, brings, import_order};
pub use package::PackageGraph;
pub use query::{CHAIN, Link, Step};

/// The number of a node within its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

/// What a node stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Node {
    /// A component of the package.
    Component(ComponentId),
    /// A column that the platform makes together with the column of the package that this is: `<lookup>name`.
    Generated(ComponentId, Box<Identity>),
    /// What the package names and does not hold.
    External(Box<Identity>),
}

/// One component referring to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// How; [`ReferenceKind::Declared`] where only `MissingDependencies` knows of it.
    pub kind: ReferenceKind,
    /// Whether the platform tracks this one.
    pub strength: Strength,
    /// Whether it was found in the component itself.
    pub derived: bool,
    /// Whether `MissingDependencies` lists it.
    pub declared: bool,
    /// Whether what it names is a guess: a table by undoing the plural of its set's name, a key by the name of its table.
    pub is_guess: bool,
    /// Where it is written.
    pub span: Span,
}

/// Why one node leads to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Relation {
    /// The second travels with the first: a table's column, a step's image.
    Contains,
    /// The first names the second.
    Refers(Edge),
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
    components: IdentityMap<ComponentId>,
    externals: IdentityMap<NodeIndex>,
    /// What each component of the package travels with.
    containers: Vec<Option<NodeIndex>>,
    /// Rows of `MissingDependencies` by what they require.
    rows: FxHashMap<NodeIndex, Vec<usize>>,
}

impl Graph {
    /// Builds the graph from parents, references and declared dependencies. Rows that name nothing are left out.
    pub fn build(solution: &Solution) -> Self {
        build::build(solution)
    }

    /// The component of the package that an identity points at.
    pub fn find(&self, wanted: &Identity) -> Option<ComponentId> {
        self.components.find(wanted).copied()
    }

    /// The node that an identity points at: the package's own, else what it names.
    pub fn node(&self, wanted: &Identity) -> Option<NodeId> {
        let component = self.find(wanted).map(index_of);
        component
            .or_else(|| self.externals.find(wanted).copied())
            .map(id_of)
    }

    /// Every node, the components of the package first and in their order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.node_indices().map(id_of)
    }

    /// What a node stands for.
    pub fn identity<'a>(&'a self, solution: &'a Solution, node: NodeId) -> Option<&'a Identity> {
        match self.nodes.node_weight(index(node))? {
            Node::Component(id) => solution.component(*id).map(|component| &component.identity),
            Node::Generated(_, identity) | Node::External(identity) => Some(identity),
        }
    }

    /// Whether the package defines what a node stands for, holds a layer on it (`None` where it holds nothing of it).
    pub fn origin(&self, solution: &Solution, node: NodeId) -> Option<Origin> {
        match self.nodes.node_weight(index(node))? {
            Node::Component(id) | Node::Generated(id, _) => {
                solution.component(*id).map(|component| component.origin)
            }
            Node::External(_) => None,
        }
    }

    /// Who supplied what a node stands for where the package was exported, as its declared dependencies say.
    pub fn supplier(&self, solution: &Solution, node: NodeId) -> Option<Supplier> {
        let rows = self.rows.get(&index(node))?;
        let mut suppliers = rows.iter().filter_map(|row| {
            let row = solution.manifest.missing_dependencies.get(*row)?;
            Some(&row.supplier)
        });
        let mut joined = suppliers.next()?.clone();
        let solution_of = joined.solution.clone();
        let packages = joined.packages.iter();
        let mut known: FxHashSet<Box<str>> = packages.map(|known| known.name.clone()).collect();
        for supplier in suppliers.filter(|other| other.solution == solution_of) {
            joined.join(supplier, |name| known.insert(name.into()));
        }
        Some(joined)
    }

    /// The component of the package that a node is.
    pub fn component(&self, node: NodeId) -> Option<ComponentId> {
        match self.nodes.node_weight(index(node))? {
            Node::Component(id) => Some(*id),
            Node::Generated(..) | Node::External(_) => None,
        }
    }

    /// Every reference with its two ends, in the order in which they were found.
    pub fn references(&self) -> impl Iterator<Item = (NodeId, NodeId, &Edge)> {
        self.nodes.edge_references().filter_map(|edge| {
            let Relation::Refers(reference) = edge.weight() else {
                return None;
            };
            Some((id_of(edge.source()), id_of(edge.target()), reference))
        })
    }
}

fn index_of(id: ComponentId) -> NodeIndex {
    NodeIndex::new(id.index())
}

fn index(node: NodeId) -> NodeIndex {
    NodeIndex::new(node.0 as usize)
}

fn id_of(index: NodeIndex) -> NodeId {
    NodeId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}
