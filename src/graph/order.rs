//! In which order to import several packages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::{NodeId, PackageGraph};
use crate::catalog::is_everywhere;
use crate::model::{
    Component, Identity, IdentityMap, LogicalName, Origin, Sequence, Solution, Strength,
    SupplierOrigin,
};

/// Why one package is to be imported before another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Need {
    /// The package that needs, by its place among those given.
    pub package: usize,
    /// The package that brings what it needs.
    pub on: usize,
    /// How many components it brings.
    pub count: usize,
    /// The first of them; the solution itself, for a patch.
    pub example: Option<Identity>,
}

/// An order of import.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportOrder {
    /// The places of the packages, the first to import first.
    pub order: Vec<usize>,
    /// Who needs whom.
    pub needs: Vec<Need>,
    /// Packages that need each other: no order imports them one after the other.
    pub cycles: Vec<Vec<usize>>,
}

/// A package that is to be ordered: its solution, and what the platform will ask for that it does not define, each with the
/// solution that supplied it where one is named.
#[derive(Clone, Debug)]
pub struct Orderable<'a> {
    /// The solution.
    pub solution: &'a Solution,
    /// What it requires.
    pub required: Vec<(&'a Identity, Option<LogicalName>)>,
}

impl<'a> From<&'a PackageGraph> for Orderable<'a> {
    fn from(package: &'a PackageGraph) -> Self {
        Self {
            solution: &package.solution,
            required: required(package),
        }
    }
}

/// Finds an order in which every package comes after those that bring what it needs. Packages that do not need each other
/// keep the order in which they were given; those of a cycle stand together.
pub fn import_order(packages: &[Orderable<'_>]) -> ImportOrder {
    let needs = needs(packages);
    let mut graph: DiGraph<usize, ()> = DiGraph::new();
    for number in 0..packages.len() {
        graph.add_node(number);
    }
    for need in &needs {
        graph.add_edge(NodeIndex::new(need.package), NodeIndex::new(need.on), ());
    }
    let versions = versions(packages);
    for (later, earlier) in &versions {
        graph.add_edge(NodeIndex::new(*later), NodeIndex::new(*earlier), ());
    }
    let mut groups: Vec<Vec<usize>> = petgraph::algo::kosaraju_scc(&graph)
        .into_iter()
        .map(|group| {
            let mut members: Vec<_> = group.into_iter().map(NodeIndex::index).collect();
            members.sort_unstable();
            members
        })
        .collect();
    groups.sort_unstable();
    let pairs = needs.iter().map(|need| (need.package, need.on));
    let order = arranged(&groups, pairs.chain(versions));
    let cycles = groups.into_iter().filter(|group| group.len() > 1).collect();
    ImportOrder {
        order,
        needs,
        cycles,
    }
}

/// Packages of one solution, each later version after the one before it.
fn versions(packages: &[Orderable<'_>]) -> Vec<(usize, usize)> {
    let mut of: BTreeMap<LogicalName, Vec<usize>> = BTreeMap::new();
    for (number, package) in packages.iter().enumerate() {
        let name = LogicalName::new(package.solution.manifest.name());
        of.entry(name).or_default().push(number);
    }
    let mut pairs = Vec::new();
    for mut same in of.into_values() {
        same.sort_by_key(|number| packages[*number].solution.manifest.version());
        pairs.extend(same.windows(2).map(|pair| (pair[1], pair[0])));
    }
    pairs
}

/// Groups one after the other, each when all that it needs is there; of several that could come the one given first.
fn arranged(groups: &[Vec<usize>], after: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut group_of: FxHashMap<usize, usize> = FxHashMap::default();
    for (number, group) in groups.iter().enumerate() {
        group_of.extend(group.iter().map(|member| (*member, number)));
    }
    let mut waiting = vec![0_usize; groups.len()];
    let mut unblocks: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (package, on) in after {
        let (from, on) = (group_of[&package], group_of[&on]);
        if from != on {
            waiting[from] += 1;
            unblocks[on].push(from);
        }
    }
    let ready = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(group, _)| Reverse(group)).collect();
    let mut order = Vec::new();
    while let Some(Reverse(group)) = ready.pop() {
        order.extend(&groups[group]);
        for next in &unblocks[group] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                ready.push(Reverse(*next));
            }
        }
    }
    order
}

/// Whether a package brings a component, so that another one may rely on it: what it only changes, and what every
/// environment has, it does not. A column, form or view on somebody else's table counts where its name has the package's
/// own prefix; others may have come with the table.
pub fn brings(solution: &Solution, component: &Component) -> bool {
    let identity = &component.identity;
    if component.origin != Origin::Package || is_everywhere(identity) {
        return false;
    }
    let prefix = solution.manifest.publisher.as_ref();
    let prefix = prefix.and_then(|publisher| publisher.prefix.as_ref());
    let is_own = |name: &LogicalName| {
        prefix.is_some_and(|prefix| name.starts_with(&format!("{}_", prefix.value)))
    };
    match (&identity.table, &identity.schema_name) {
        (Some(table), name) => is_own(table) || name.as_ref().is_some_and(is_own),
        // The classic site map has no name: every environment has one.
        (None, None) => identity.object_id.is_some(),
        (None, Some(_)) => true,
    }
}

/// What each package needs of the others: components it names and another one defines, and the solution a patch is of.
fn needs(packages: &[Orderable<'_>]) -> Vec<Need> {
    let mut brought: IdentityMap<usize> = IdentityMap::default();
    let mut by_solution: FxHashMap<LogicalName, usize> = FxHashMap::default();
    for (number, package) in packages.iter().enumerate() {
        for component in &package.solution.components {
            if brings(package.solution, component) {
                brought.insert(&component.identity, number);
            }
        }
        let name = LogicalName::new(package.solution.manifest.name());
        by_solution.entry(name).or_insert(number);
    }
    let mut found: BTreeMap<(usize, usize), Need> = BTreeMap::new();
    for (number, package) in packages.iter().enumerate() {
        let mut add = |on: usize, example: Option<&Identity>| {
            if on != number {
                let need = found.entry((number, on)).or_insert_with(|| Need {
                    package: number,
                    on,
                    count: 0,
                    example: example.cloned(),
                });
                need.count += usize::from(example.is_some());
            }
        };
        for (identity, supplier) in &package.required {
            let from = brought.find_all(identity);
            // Another version of the same solution brings nothing new.
            let other = from
                .iter()
                .find(|on| !is_same_solution(packages, number, ***on));
            // Who supplied it where the package was exported, brings it.
            let supplied = supplier.as_ref().and_then(|name| by_solution.get(name));
            let is_told = supplier
                .as_ref()
                .is_some_and(|name| SupplierOrigin::of(name) == SupplierOrigin::Solution);
            let other = other.copied().filter(|_| !is_told);
            if let Some(on) = supplied.or(other) {
                add(*on, Some(identity));
            }
        }
        for used in package.solution.sequences.iter().flat_map(Sequence::uses) {
            // What steps use breaks them where it is not there, although the import does not ask for it.
            let identity = used.identity();
            let from = brought.find_all(&identity);
            if let (false, Some(on)) = (from.contains(&&number), from.first()) {
                add(**on, Some(&identity));
            }
        }
        let parent = package.solution.manifest.parent_solution.as_ref();
        if let Some(on) = parent.and_then(|parent| by_solution.get(&parent.value)) {
            add(*on, None);
        }
    }
    found.into_values().collect()
}

fn is_same_solution(packages: &[Orderable<'_>], a: usize, b: usize) -> bool {
    let name = |number: usize| LogicalName::new(packages[number].solution.manifest.name());
    name(a) == name(b)
}

/// What the platform will ask for that the package does not define, with the solution that supplied it.
fn required(package: &PackageGraph) -> Vec<(&Identity, Option<LogicalName>)> {
    let graph = &package.graph;
    let outside = graph
        .nodes()
        .filter(|node| graph.origin(&package.solution, *node).is_none());
    // What every environment has, no package needs to bring.
    let is_held = |node: &NodeId| {
        let identity = package.identity(*node);
        identity.is_some_and(is_everywhere)
    };
    let needed = outside.filter(|node| !is_held(node)).filter(|node| {
        let mut dependents = graph.dependents(*node).into_iter();
        dependents.any(|link| link.edge.strength == Strength::Required)
    });
    needed
        .filter_map(|node| {
            let supplier = graph.supplier(&package.solution, node);
            Some((
                package.identity(node)?,
                supplier.map(|supplier| supplier.solution),
            ))
        })
        .collect()
}
