//! From a solution's components, references and declared dependencies to its graph.

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::relationship::has_prefix;
use super::resolve::Resolver;
use super::{Edge, Graph, Node, Relation, implied, index_of};
use crate::model::{
    Address, ComponentId, Identity, IdentityMap, Origin, Pointer, ReferenceKind, Solution, Strength,
};
use crate::source::Span;

/// A graph while it grows.
pub(super) struct Builder<'a> {
    pub(super) solution: &'a Solution,
    pub(super) graph: Graph,
    /// The nodes below components of which the package holds a layer.
    bases: FxHashMap<ComponentId, NodeIndex>,
    /// Edges by their ends and kind, packed, so that each is there once.
    edges: FxHashSet<u64>,
    found: Vec<(NodeIndex, NodeIndex, Edge)>,
    nameless: FxHashMap<Address, NodeIndex>,
}

pub(super) fn build(solution: &Solution) -> Graph {
    let mut builder = Builder::new(solution);
    builder.add_declared_nodes();
    let mut resolver = Resolver::new(solution);
    for reference in &solution.references {
        let from = index_of(reference.from);
        if from.index() >= solution.components.len() {
            continue;
        }
        // Nearly all name their target by its own address, which needs no looking about.
        if let Pointer::At(address) = &reference.to {
            let to = resolver.at(&mut builder, address);
            // Looking at what is meant costs; only one that is named as a relationship may be a system one.
            let relationship = Some(to).filter(|_| address.is_of(10));
            let strength = strength(&builder, &resolver, reference.kind, from, relationship);
            builder.refer((from, to), reference.kind, strength, reference.span);
            continue;
        }
        resolver.is_guess = false;
        for to in resolver.resolve(&mut builder, &reference.to) {
            let strength = strength(&builder, &resolver, reference.kind, from, Some(to));
            let added = builder.refer((from, to), reference.kind, strength, reference.span);
            if let Some(edge) = added {
                edge.is_guess = resolver.is_guess;
            }
        }
    }
    implied::add(&mut builder, &mut resolver);
    builder.add_bases();
    builder.add_declared();
    builder.finish()
}

/// Whether the platform tracks a reference of a kind that it tracks in general.
///
/// It tracks none to a system relationship, and none from what it made itself: the ends of relationships that come with a
/// table (of 277 from generated relationships to tables in public exports none is listed), the choices of system columns.
fn strength(
    builder: &Builder<'_>,
    resolver: &Resolver<'_>,
    kind: ReferenceKind,
    from: NodeIndex,
    to: Option<NodeIndex>,
) -> Strength {
    const OF_RELATIONSHIPS: [ReferenceKind; 2] = [
        ReferenceKind::RelationshipTable,
        ReferenceKind::RelationshipColumn,
    ];
    let strength = kind.strength();
    if strength == Strength::Runtime {
        return strength;
    }
    let is_own = if kind == ReferenceKind::ColumnChoice {
        let column = builder.identity(from);
        let name = column.and_then(|column| column.schema_name.as_ref());
        name.is_some_and(|name| !has_prefix(name.as_str()))
    } else {
        OF_RELATIONSHIPS.contains(&kind) && resolver.is_system(builder, from)
    };
    if is_own || to.is_some_and(|to| resolver.is_system(builder, to)) {
        Strength::Runtime
    } else {
        strength
    }
}

/// Records that several keys tell apart, by their own name where only one has it: rows of `MissingDependencies` give that
/// name alone.
fn own_names(solution: &Solution) -> Vec<(Address, ComponentId)> {
    let keyed = solution
        .numbered()
        .filter(|(_, component)| component.identity.keys.len() > 1);
    let mut names: FxHashMap<Address, Option<ComponentId>> = FxHashMap::default();
    for (id, component) in keyed {
        let identity = &component.identity;
        if let Some(name) = identity.schema_name.clone() {
            let address = Address::Name(identity.kind.clone(), name);
            names
                .entry(address)
                .and_modify(|one| *one = None)
                .or_insert(Some(id));
        }
    }
    let mut names: Vec<_> = names
        .into_iter()
        .filter_map(|(address, id)| Some((address, id?)))
        .collect();
    names.sort_unstable();
    names
}

impl<'a> Builder<'a> {
    fn new(solution: &'a Solution) -> Self {
        let mut graph = Graph {
            nodes: DiGraph::with_capacity(solution.components.len() * 2, solution.references.len()),
            components: IdentityMap::with_capacity(solution.components.len()),
            externals: IdentityMap::default(),
            containers: vec![None; solution.components.len()],
            rows: FxHashMap::default(),
        };
        // The number of a component's node is the component's own.
        for (id, component) in solution.numbered() {
            graph.nodes.add_node(Node::Component(id));
            graph.components.insert(&component.identity, id);
        }
        for (address, id) in own_names(solution) {
            graph.components.insert_at(address, None, id);
        }
        for (id, component) in solution.numbered() {
            let parent = component
                .parent
                .filter(|parent| solution.component(*parent).is_some());
            if let Some(parent) = parent {
                let (from, to) = (index_of(parent), index_of(id));
                graph.nodes.add_edge(from, to, Relation::Contains);
                graph.containers[id.index()] = Some(from);
            }
        }
        Self {
            solution,
            graph,
            bases: FxHashMap::default(),
            edges: FxHashSet::with_capacity_and_hasher(solution.references.len(), FxBuildHasher),
            found: Vec::with_capacity(solution.references.len()),
            nameless: FxHashMap::default(),
        }
    }

    /// What `MissingDependencies` names comes first: it says more of a thing than a reference does.
    fn add_declared_nodes(&mut self) {
        for row in &self.solution.manifest.missing_dependencies {
            if !row.required.is_same_as(&row.dependent) {
                self.node(&row.dependent);
                self.node(&row.required);
            }
        }
    }

    /// The node of a component, added where the package does not hold it.
    pub(super) fn node(&mut self, identity: &Identity) -> NodeIndex {
        if let Some(component) = self.graph.components.find(identity) {
            return index_of(*component);
        }
        if let Some(known) = self.graph.externals.find(identity) {
            return *known;
        }
        let node = Node::External(Box::new(identity.clone()));
        let node = self.graph.nodes.add_node(node);
        self.graph.externals.insert(identity, node);
        node
    }

    /// The node at an address that is no part of the identity, such as the identifier of something known by name.
    pub(super) fn node_at(&mut self, address: &Address, identity: &Identity) -> NodeIndex {
        if identity.address().is_some() {
            return self.node(identity);
        }
        if let Some(known) = self.nameless.get(address) {
            return *known;
        }
        let node = self.node(identity);
        self.nameless.insert(address.clone(), node);
        node
    }

    /// A column that comes with a column of the package.
    pub(super) fn generated(&mut self, of: ComponentId, identity: Identity) -> NodeIndex {
        if let Some(known) = self.graph.externals.find(&identity) {
            // A declared row has named it already.
            let known = *known;
            self.graph.nodes[known] = Node::Generated(of, Box::new(identity));
            return known;
        }
        let node = Node::Generated(of, Box::new(identity.clone()));
        let node = self.graph.nodes.add_node(node);
        self.graph.externals.insert(&identity, node);
        node
    }

    /// The node below a component of which the package holds a layer only.
    pub(super) fn base(&mut self, id: ComponentId) -> NodeIndex {
        if let Some(known) = self.bases.get(&id) {
            return *known;
        }
        let identity = self.solution.components[id.index()].identity.clone();
        let node = self
            .graph
            .nodes
            .add_node(Node::External(Box::new(identity)));
        self.bases.insert(id, node);
        node
    }

    /// Adds a derived reference and gives it; a second one of the same kind between the same two changes nothing.
    pub(super) fn refer(
        &mut self,
        (from, to): (NodeIndex, NodeIndex),
        kind: ReferenceKind,
        strength: Strength,
        span: Span,
    ) -> Option<&mut Edge> {
        if from == to {
            return None;
        }
        // A package of a gibibyte has fewer nodes than 28 bits count.
        let ends = (from.index() as u64) << 36 | (to.index() as u64) << 8;
        if !self.edges.insert(ends | kind as u64) {
            return None;
        }
        let edge = Edge {
            kind,
            strength,
            derived: true,
            declared: false,
            is_guess: false,
            span,
        };
        self.found.push((from, to, edge));
        self.found.last_mut().map(|(_, _, edge)| edge)
    }

    /// What a node stands for.
    pub(super) fn identity(&self, node: NodeIndex) -> Option<&Identity> {
        self.graph.identity(self.solution, super::id_of(node))
    }

    /// What the package holds of what a node stands for.
    pub(super) fn origin(&self, node: NodeIndex) -> Option<Origin> {
        self.graph.origin(self.solution, super::id_of(node))
    }

    /// The references of a kind found so far, with their ends and places.
    pub(super) fn found_of(&self, kind: ReferenceKind) -> Vec<(NodeIndex, NodeIndex, Span)> {
        let found = self.found.iter().filter(|(_, _, edge)| edge.kind == kind);
        found
            .map(|(from, to, edge)| (*from, *to, edge.span))
            .collect()
    }

    /// Every layer needs what it lies on.
    fn add_bases(&mut self) {
        for (id, component) in self.solution.numbered() {
            if component.origin == Origin::Layered && component.identity.address().is_some() {
                let base = self.base(id);
                let kind = ReferenceKind::BaseLayer;
                self.refer(
                    (index_of(id), base),
                    kind,
                    Strength::Required,
                    component.span,
                );
            }
        }
    }

    /// A declared row joins the references between the same two, or is one of its own.
    fn add_declared(&mut self) {
        if self.solution.manifest.missing_dependencies.is_empty() {
            return;
        }
        let mut between: FxHashMap<(NodeIndex, NodeIndex), Vec<usize>> = FxHashMap::default();
        for (index, (from, to, _)) in self.found.iter().enumerate() {
            between.entry((*from, *to)).or_default().push(index);
        }
        let rows = self.solution.manifest.missing_dependencies.iter();
        for (number, row) in rows.enumerate() {
            let from = self.node(&row.dependent);
            let to = if row.required.is_same_as(&row.dependent) {
                match self.graph.components.find(&row.required) {
                    Some(id) => self.base(*id),
                    None => continue,
                }
            } else {
                self.node(&row.required)
            };
            self.graph.rows.entry(to).or_default().push(number);
            let known = between.entry((from, to)).or_default();
            for index in known.iter() {
                self.found[*index].2.declared = true;
            }
            if known.is_empty() && from != to {
                known.push(self.found.len());
                let edge = Edge {
                    kind: ReferenceKind::Declared,
                    strength: Strength::Required,
                    derived: false,
                    declared: true,
                    is_guess: false,
                    span: row.span,
                };
                self.found.push((from, to, edge));
            }
        }
    }

    fn finish(self) -> Graph {
        let mut graph = self.graph;
        for (from, to, edge) in self.found {
            graph.nodes.add_edge(from, to, Relation::Refers(edge));
        }
        graph
    }
}
