//! The graphs of several packages as one: what one names and another defines is one component.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::graph::{Edge, NodeId, PackageGraph};
use crate::model::{Identity, IdentityMap, Origin, Supplier};
use crate::source::Position;

/// A component of a network: the package that defines or names it, and its node there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Member {
    pub(super) package: usize,
    pub(super) node: NodeId,
}

/// A reference of a network, between places in [`Network::members`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow<'a> {
    pub(super) package: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) edge: &'a Edge,
    pub(super) position: Position,
}

/// Packages with their graphs, joined.
#[derive(Debug)]
pub struct Network<'a> {
    pub(super) packages: &'a [Result<PackageGraph, Error>],
    pub(super) members: Vec<Member>,
    pub(super) arrows: Vec<Arrow<'a>>,
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
        let mut network = Self {
            packages,
            members: Vec::new(),
            arrows: Vec::new(),
            is_part: false,
        };
        let defined = network.defined();
        let mut places: FxHashMap<Member, usize> = FxHashMap::default();
        for (number, package) in network.read() {
            for node in package.graph.nodes() {
                let member = Member {
                    package: number,
                    node,
                };
                // What another package defines is that package's.
                let other = package.graph.origin(&package.solution, node).is_none();
                let found = package.identity(node).filter(|_| other);
                let owner = found.and_then(|identity| defined.find(identity).copied());
                if owner.is_none_or(|owner| owner.package == number) {
                    places.insert(member, network.members.len());
                    network.members.push(member);
                }
            }
        }
        for (number, package) in network.read() {
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
            let references = package.graph.references().zip(package.positions());
            for ((from, to, edge), position) in references {
                if let (Some(from), Some(to)) = (place(from), place(to)) {
                    network.arrows.push(Arrow {
                        package: number,
                        from,
                        to,
                        edge,
                        position: *position,
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

    fn read(&self) -> impl Iterator<Item = (usize, &'a PackageGraph)> + use<'a> {
        let packages = self.packages.iter().enumerate();
        packages.filter_map(|(number, package)| Some((number, package.as_ref().ok()?)))
    }

    /// What packages define, the first package first.
    fn defined(&self) -> IdentityMap<Member> {
        let mut defined = IdentityMap::default();
        for (number, package) in self.read() {
            for node in package.graph.nodes() {
                let origin = package.graph.origin(&package.solution, node);
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

    pub(super) fn package(&self, member: Member) -> Option<&'a PackageGraph> {
        self.packages.get(member.package)?.as_ref().ok()
    }

    pub(super) fn identity(&self, member: Member) -> Option<&'a Identity> {
        self.package(member)?.identity(member.node)
    }

    pub(super) fn origin(&self, member: Member) -> Option<Origin> {
        let package = self.package(member)?;
        package.graph.origin(&package.solution, member.node)
    }

    pub(super) fn supplier(&self, member: Member) -> Option<Supplier> {
        let package = self.package(member)?;
        package.graph.supplier(&package.solution, member.node)
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
            members: kept.iter().map(|place| self.members[*place]).collect(),
            arrows: arrows.collect(),
            is_part: true,
        })
    }

    /// The places of what a name means.
    fn find(&self, name: &str) -> Result<Vec<usize>, UnknownComponent> {
        let mut found = Vec::new();
        for (number, package) in self.read() {
            let nodes = package.graph.named(&package.solution, name);
            if nodes.len() > 1 {
                let choices = nodes
                    .iter()
                    .map(|node| package.graph.written(&package.solution, *node));
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
