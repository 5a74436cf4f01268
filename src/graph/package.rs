//! A package with its graph, after its text is gone.

use super::{Graph, NodeId};
use crate::model::{Identity, Solution};
use crate::package::Layout;
use crate::parse::Parsed;
use crate::source::{FileId, Position, Sources};

/// A package's solution with its dependency graph and the places of its references.
#[derive(Debug)]
pub struct PackageGraph {
    /// The package as it was given.
    pub path: Box<str>,
    /// Its layout.
    pub layout: Layout,
    /// Its solution.
    pub solution: Solution,
    /// Its graph.
    pub graph: Graph,
    /// Where each reference of the graph is written, in the order of [`Graph::references`].
    positions: Vec<Position>,
    sources: Sources,
}

impl PackageGraph {
    /// Builds the graph of a parsed package. Its text is dropped.
    pub fn new(path: &str, layout: Layout, parsed: Parsed) -> Self {
        let Parsed {
            mut solution,
            mut sources,
        } = parsed;
        let graph = Graph::build(&solution);
        let spans: Vec<_> = graph.references().map(|(_, _, edge)| edge.span).collect();
        let positions = sources.positions(&spans);
        sources.condense(std::iter::empty());
        // The graph holds them all.
        solution.references = Vec::new();
        Self {
            path: path.into(),
            layout,
            solution,
            graph,
            positions,
            sources,
        }
    }

    /// Where each reference of the graph is written, in their order.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The name of a file of the package.
    pub fn file(&self, file: FileId) -> &str {
        self.sources.name(file)
    }

    /// What a node stands for.
    pub fn identity(&self, node: NodeId) -> Option<&Identity> {
        self.graph.identity(&self.solution, node)
    }
}
