//! In which order to import several packages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::{NodeId, PackageGraph};
use crate::catalog;
use crate::model::{Identity, IdentityMap, LogicalName, Origin, Strength, comes_with_its_table};

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

/// Finds an order in which every package comes after those that bring what it needs. Packages that do not need each other
/// keep the order in which they were given; those of a cycle stand together.
pub fn import_order(packages: &[&PackageGraph]) -> ImportOrder {
    let needs = needs(packages);
    let mut graph: DiGraph<usize, ()> = DiGraph::new();
    for number in 0..packages.len() {
        graph.add_node(number);
    }
    for need in &needs {
        graph.add_edge(NodeIndex::new(need.package), NodeIndex::new(need.on), ());
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
    let order = arranged(&groups, &needs);
    let cycles = groups.into_iter().filter(|group| group.len() > 1).collect();
    ImportOrder {
        order,
        needs,
        cycles,
    }
}

/// Groups one after the other, each when all that it needs is there; of several that could come the one given first.
fn arranged(groups: &[Vec<usize>], needs: &[Need]) -> Vec<usize> {
    let mut group_of: FxHashMap<usize, usize> = FxHashMap::default();
    for (number, group) in groups.iter().enumerate() {
        group_of.extend(group.iter().map(|member| (*member, number)));
    }
    let mut waiting = vec![0_usize; groups.len()];
    let mut unblocks: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for need in needs {
        let (from, on) = (group_of[&need.package], group_of[&need.on]);
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

/// What each package needs of the others: components it names and another one defines, and the solution a patch is of.
fn needs(packages: &[&PackageGraph]) -> Vec<Need> {
    let mut brought: IdentityMap<usize> = IdentityMap::default();
    let mut by_solution: FxHashMap<LogicalName, usize> = FxHashMap::default();
    for (number, package) in packages.iter().enumerate() {
        for component in &package.solution.components {
            if component.origin == Origin::Package {
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
        for (identity, supplier) in required(package) {
            let from = brought.find_all(identity);
            // Another version of the same solution brings nothing new.
            let other = from
                .iter()
                .find(|on| !is_same_solution(packages, number, ***on));
            let supplied = supplier.and_then(|name| by_solution.get(&name));
            if let Some(on) = other.copied().or(supplied) {
                add(*on, Some(identity));
            }
        }
        let parent = package.solution.manifest.parent_solution.as_ref();
        if let Some(on) = parent.and_then(|parent| by_solution.get(&parent.value)) {
            add(*on, None);
        }
    }
    found.into_values().collect()
}

fn is_same_solution(packages: &[&PackageGraph], a: usize, b: usize) -> bool {
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
        identity.is_some_and(|of| catalog::held(of).is_some() || comes_with_its_table(of))
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
