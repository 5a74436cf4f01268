//! The graphs of several packages as one: what one names and another defines is one component.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::graph::{Edge, Graph, NodeId, PackageGraph};
use crate::model::{Identity, IdentityMap, Origin, Solution, Supplier};
use crate::source::Position;

/// A component of a network: the package that defines or names it, and its node there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::report) struct Member {
    pub(in crate::report) package: usize,
    pub(in crate::report) node: NodeId,
}

/// A reference of a network, between places in [`Network::members`].
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Arrow<'a> {
    pub(super) package: usize,
    pub(in crate::report) from: usize,
    pub(in crate::report) to: usize,
    pub(in crate::report) edge: &'a Edge,
    /// Where it is written, where that is known.
    pub(super) position: Option<Position>,
}

/// A package as a network looks at it.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Part<'a> {
    pub(in crate::report) solution: &'a Solution,
    pub(in crate::report) graph: &'a Graph,
    /// The places of its references, in their order; none where they are not known.
    positions: &'a [Position],
}

impl<'a> Part<'a> {
    /// A package of which the places of references are not known.
    pub(in crate::report) fn new(solution: &'a Solution, graph: &'a Graph) -> Self {
        Self {
            solution,
            graph,
            positions: &[],
        }
    }

    fn identity(&self, node: NodeId) -> Option<&'a Identity> {
        self.graph.identity(self.solution, node)
    }
}

/// Packages with their graphs, joined.
#[derive(Debug)]
pub struct Network<'a> {
    /// The packages as they were read; empty where a check has read them.
    pub(in crate::report) packages: &'a [Result<PackageGraph, Error>],
    /// Those that could be read, at the places of all.
    parts: Vec<Option<Part<'a>>>,
    pub(in crate::report) members: Vec<Member>,
    pub(in crate::report) arrows: Vec<Arrow<'a>>,
    /// Whether it is part of a larger one only.
    pub(super) is_part: bool,
}

/// What of a network is shown: what lies around some components.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Focus {
    /// Components as people write them.
    pub components: Vec<String>,
    /// How many references away from them, in both directions.
    pub depth: usize,
}

/// A component that no package has, or a name that means several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownComponent {
    /// The name as it was given.
    pub name: String,
    /// What it may mean; empty where nothing is called so.
    pub choices: Vec<String>,
}

impl<'a> Network<'a> {
    /// Joins the graphs of packages.
    pub fn new(packages: &'a [Result<PackageGraph, Error>]) -> Self {
        let parts = packages.iter().map(|package| {
            let package = package.as_ref().ok()?;
            Some(Part {
                positions: package.positions(),
                ..Part::new(&package.solution, &package.graph)
            })
        });
        Self::joined(packages, parts.collect())
    }

    /// Joins the graphs of packages that a check has read, at their places among all.
    pub(in crate::report) fn of_parts(parts: Vec<Option<Part<'a>>>) -> Self {
        Self::joined(&[], parts)
    }

    fn joined(packages: &'a [Result<PackageGraph, Error>], parts: Vec<Option<Part<'a>>>) -> Self {
        let mut network = Self {
            packages,
            parts,
            members: Vec::new(),
            arrows: Vec::new(),
            is_part: false,
        };
        let defined = network.defined();
        let read: Vec<_> = network.read().collect();
        let mut places: FxHashMap<Member, usize> = FxHashMap::default();
        for (number, package) in read.iter().copied() {
            for node in package.graph.nodes() {
                let member = Member {
                    package: number,
                    node,
                };
                // What another package defines is that package's.
                let other = package.graph.origin(package.solution, node).is_none();
                let found = package.identity(node).filter(|_| other);
                let owner = found.and_then(|identity| defined.find(identity).copied());
                if owner.is_none_or(|owner| owner.package == number) {
                    places.insert(member, network.members.len());
                    network.members.push(member);
                }
            }
        }
        for (number, package) in read {
            let place = |node: NodeId| {
                let member = Member {
                    package: number,
                    node,
                };
                places.get(&member).copied().or_else(|| {
                    let owner = defined.find(package.identity(node)?)?;
                    places.get(owner).copied()
                })
            };
            for (index, (from, to, edge)) in package.graph.references().enumerate() {
                if let (Some(from), Some(to)) = (place(from), place(to)) {
                    network.arrows.push(Arrow {
                        package: number,
                        from,
                        to,
                        edge,
                        position: package.positions.get(index).copied(),
                    });
                }
            }
        }
        network
    }

    /// Whether any package could be read.
    pub fn has_packages(&self) -> bool {
        self.read().next().is_some()
    }

    /// The packages that could be read, with their places among all.
    pub(in crate::report) fn read(&self) -> impl Iterator<Item = (usize, Part<'a>)> {
        let parts = self.parts.iter().enumerate();
        parts.filter_map(|(number, part)| Some((number, (*part)?)))
    }

    /// What packages define, the first package first.
    fn defined(&self) -> IdentityMap<Member> {
        let mut defined = IdentityMap::default();
        for (number, package) in self.read() {
            for node in package.graph.nodes() {
                let origin = package.graph.origin(package.solution, node);
                if let (Some(Origin::Package), Some(identity)) = (origin, package.identity(node)) {
                    let member = Member {
                        package: number,
                        node,
                    };
                    defined.insert(identity, member);
                }
            }
        }
        defined
    }

    fn part(&self, member: Member) -> Option<Part<'a>> {
        *self.parts.get(member.package)?
    }

    pub(in crate::report) fn identity(&self, member: Member) -> Option<&'a Identity> {
        self.part(member)?.identity(member.node)
    }

    pub(in crate::report) fn origin(&self, member: Member) -> Option<Origin> {
        let part = self.part(member)?;
        part.graph.origin(part.solution, member.node)
    }

    pub(in crate::report) fn supplier(&self, member: Member) -> Option<Supplier> {
        let part = self.part(member)?;
        part.graph.supplier(part.solution, member.node)
    }

    /// What a member travels with, in the package that defines or names it.
    pub(in crate::report) fn around_member(&self, member: Member) -> Option<Member> {
        let node = self.part(member)?.graph.around(member.node)?;
        Some(Member { node, ..member })
    }

    /// The part of the network around some components.
    pub fn around(&self, focus: &Focus) -> Result<Self, UnknownComponent> {
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        let mut open: VecDeque<(usize, usize)> = VecDeque::new();
        for name in &focus.components {
            open.extend(self.find(name)?.into_iter().map(|place| (place, 0)));
        }
        let mut near: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for arrow in &self.arrows {
            near.entry(arrow.from).or_default().push(arrow.to);
            near.entry(arrow.to).or_default().push(arrow.from);
        }
        while let Some((place, depth)) = open.pop_front() {
            if kept.insert(place) && depth < focus.depth {
                let others = near.get(&place).into_iter().flatten();
                open.extend(others.map(|other| (*other, depth + 1)));
            }
        }
        let places: FxHashMap<usize, usize> = kept.iter().copied().zip(0..).collect();
        let arrows = self.arrows.iter().filter_map(|arrow| {
            let (from, to) = (places.get(&arrow.from)?, places.get(&arrow.to)?);
            Some(Arrow {
                from: *from,
                to: *to,
                ..*arrow
            })
        });
        Ok(Self {
            packages: self.packages,
            parts: self.parts.clone(),
            members: kept.iter().map(|place| self.members[*place]).collect(),
            arrows: arrows.collect(),
            is_part: true,
        })
    }

    /// The places of what a name means.
    fn find(&self, name: &str) -> Result<Vec<usize>, UnknownComponent> {
        let mut found = Vec::new();
        for (number, package) in self.read() {
            let nodes = package.graph.named(package.solution, name);
            if nodes.len() > 1 {
                let choices = nodes
                    .iter()
                    .map(|node| package.graph.written(package.solution, *node));
                return Err(UnknownComponent {
                    name: name.into(),
                    choices: choices.collect(),
                });
            }
            let members = nodes.into_iter().map(|node| Member {
                package: number,
                node,
            });
            found.extend(members);
        }
        let places: Vec<usize> = (0..self.members.len())
            .filter(|place| found.contains(&self.members[*place]))
            .collect();
        if places.is_empty() {
            return Err(UnknownComponent {
                name: name.into(),
                choices: Vec::new(),
            });
        }
        Ok(places)
    }
}
