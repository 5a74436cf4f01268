//! One of the two packages that are compared, with the texts that its components are written in.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::text::Xml;
use crate::check::Files;
use crate::error::Error;
use crate::json::Json;
use crate::model::{
    Component, ComponentType, Identity, IdentityMap, Reference, RootBehavior, RootComponent,
    Solution,
};
use crate::package::{EntryId, Layout, Package};
use crate::parse::{Parsed, parse};
use crate::source::{FileId, Sources};
use crate::{xml, yaml};

/// A package as it is compared.
#[derive(Debug)]
pub struct Version {
    package: Package,
    solution: Solution,
    sources: Sources,
    pub(super) files: Files,
    /// Components in the order of their definitions, and where each stands in it.
    order: Vec<usize>,
    places: Vec<usize>,
    /// Where the element of each component ends; where it starts, its span says.
    ends: Vec<u32>,
    /// The references of each component.
    references: Vec<Vec<usize>>,
}

/// What a solution holds: a component, or a root of which only the name travels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) identity: &'a Identity,
    pub(super) component: Option<usize>,
    pub(super) listing: Listing,
}

/// What the list of root components says of a component.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Listing {
    /// It is one.
    Root(RootBehavior),
    /// It is none, and no table or other component that is one brings it along.
    Absent,
    /// It travels with another one, or which one is meant is not known.
    Unclear,
}

/// How a definition can be read.
pub(super) enum Definition<'a> {
    Xml(Xml<'a>),
    Json(Json<'a>),
}

/// Layouts that write definitions alike.
fn family(layout: Layout) -> u8 {
    match layout {
        Layout::Zip | Layout::Unzipped => 0,
        Layout::SolutionPackager => 1,
        Layout::Yaml => 2,
    }
}

impl Version {
    /// Parses a package.
    pub fn read(package: Package) -> Result<Self, Error> {
        let Parsed { solution, sources } = parse(&package)?;
        let components = &solution.components;
        let mut order: Vec<usize> = (0..components.len()).collect();
        order.sort_by_key(|index| (components[*index].span.file, components[*index].span.start));
        let ends = ends(&sources, components, &order);
        let mut places = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = place;
        }
        let mut references = vec![Vec::new(); components.len()];
        for (index, reference) in solution.references.iter().enumerate() {
            if let Some(own) = references.get_mut(reference.from.index()) {
                own.push(index);
            }
        }
        Ok(Self {
            files: Files::of(&package, &solution),
            package,
            solution,
            sources,
            order,
            places,
            ends,
            references,
        })
    }

    /// The solution.
    pub fn solution(&self) -> &Solution {
        &self.solution
    }

    /// The package.
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// Whether the other one writes definitions in the same way.
    pub(super) fn is_packed_as(&self, other: &Self) -> bool {
        family(self.package.layout()) == family(other.package.layout())
    }

    /// The components, then the roots that are none of them.
    pub(super) fn members(&self) -> Vec<Member<'_>> {
        let solution = &self.solution;
        let mut known: IdentityMap<usize> = IdentityMap::with_capacity(solution.components.len());
        let mut members = Vec::new();
        for (index, component) in solution.components.iter().enumerate() {
            known.insert(&component.identity, index);
            let has_owner = component.parent.is_some() || component.identity.table.is_some();
            members.push(Member {
                identity: &component.identity,
                component: Some(index),
                listing: if has_owner {
                    Listing::Unclear
                } else {
                    Listing::Absent
                },
            });
        }
        let mut left = Vec::new();
        for root in &solution.manifest.roots {
            match known.find(&root.identity) {
                Some(index) => members[*index].listing = Listing::Root(root.behavior),
                None => left.push(root),
            }
        }
        let blind = Self::blind(&members, &left);
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for root in left {
            let is_meant = blind.contains(&root.identity.kind) && is_id_only(&root.identity);
            if !is_meant
                && root.identity.address().is_some()
                && seen.insert(format!("{:?}", root.identity.address()))
            {
                members.push(Member {
                    identity: &root.identity,
                    component: None,
                    listing: Listing::Root(root.behavior),
                });
            }
        }
        for member in &mut members {
            if member.listing == Listing::Absent && blind.contains(&member.identity.kind) {
                member.listing = Listing::Unclear;
            }
        }
        members
    }

    /// Types whose roots are given by identifiers and whose definitions have none: then a root is one of these, and which one
    /// cannot be told. Where there are more roots than such definitions, some of the roots are something else.
    fn blind<'a>(
        members: &[Member<'a>],
        left: &[&'a RootComponent],
    ) -> FxHashSet<&'a ComponentType> {
        let mut counts: FxHashMap<&ComponentType, isize> = FxHashMap::default();
        for root in left.iter().filter(|root| is_id_only(&root.identity)) {
            *counts.entry(&root.identity.kind).or_default() += 1;
        }
        for member in members {
            let is_root = matches!(member.listing, Listing::Root(_));
            if !is_root
                && member.identity.object_id.is_none()
                && let Some(count) = counts.get_mut(&member.identity.kind)
            {
                *count -= 1;
            }
        }
        let blind = counts.into_iter().filter(|(_, count)| *count <= 0);
        blind.map(|(kind, _)| kind).collect()
    }

    pub(super) fn component(&self, index: usize) -> &Component {
        &self.solution.components[index]
    }

    pub(super) fn references(&self, index: usize) -> impl Iterator<Item = &Reference> {
        let own = self.references[index].iter();
        own.filter_map(|index| self.solution.references.get(*index))
    }

    /// The definition of a component, where it can be told from others.
    pub(super) fn definition(&self, index: usize) -> Option<Definition<'_>> {
        let span = self.component(index).span;
        let text = self.sources.text(span.file)?;
        let entry = self.package.entry(entry_of(span.file));
        match entry.extension().as_str() {
            "xml" => Some(Definition::Xml(Xml::part(
                text,
                self.extent(index),
                self.holes(index),
            ))),
            "yml" | "yaml" if self.is_alone(index) => {
                let limits = self.package.limits();
                let converted = yaml::convert(text, span.file, limits).ok().flatten()?;
                Some(Definition::Xml(Xml::of(converted.xml)))
            }
            "json" if self.is_alone(index) => {
                let json = Json::parse(text, span.file, self.package.limits());
                json.ok().map(Definition::Json)
            }
            _ => None,
        }
    }

    /// Whether no other component is written in its file.
    fn is_alone(&self, index: usize) -> bool {
        let file = self.component(index).span.file;
        let place = self.places[index];
        let is_there = |other: Option<&usize>| {
            other.is_some_and(|other| self.component(*other).span.file == file)
        };
        let before = place.checked_sub(1).and_then(|place| self.order.get(place));
        !is_there(before) && !is_there(self.order.get(place + 1))
    }

    /// Where components lie within the definition of this one.
    fn holes(&self, index: usize) -> Vec<Range<usize>> {
        let file = self.component(index).span.file;
        let own = self.extent(index);
        let behind = self.order[self.places[index] + 1..].iter();
        let within = behind
            .take_while(|other| self.component(**other).span.file == file)
            .map(|other| self.extent(*other))
            .take_while(|other| other.start < own.end);
        let mut holes: Vec<Range<usize>> = Vec::new();
        for other in within {
            let is_inside = holes.last().is_some_and(|hole| other.start < hole.end);
            if other.start > own.start && other.end <= own.end && !is_inside {
                holes.push(other);
            }
        }
        holes
    }

    /// Where the element of a component stands in its file.
    fn extent(&self, index: usize) -> Range<usize> {
        self.component(index).span.start as usize..self.ends[index] as usize
    }

    /// The files of a component that it names, in the order in which it does.
    pub(super) fn named_files(&self, index: usize) -> Vec<EntryId> {
        let component = self.component(index);
        let definition = &self.package.entry_at(component.span).name;
        let parts = component.parts.iter();
        parts
            .filter_map(|part| self.package.find_part(&part.path, definition))
            .collect()
    }

    /// Files by their names in lower case.
    pub(super) fn by_name(&self, files: &[EntryId]) -> FxHashMap<String, EntryId> {
        let files = files.iter();
        files
            .map(|file| (self.package.entry(*file).name.to_ascii_lowercase(), *file))
            .collect()
    }
}

fn is_id_only(identity: &Identity) -> bool {
    identity.object_id.is_some() && identity.schema_name.is_none() && identity.keys.len() < 2
}

fn entry_of(file: FileId) -> EntryId {
    EntryId(file.0 as usize)
}

/// Where the elements of components end, each file read once.
fn ends(sources: &Sources, components: &[Component], order: &[usize]) -> Vec<u32> {
    let files: Vec<&[usize]> = order
        .chunk_by(|a, b| components[*a].span.file == components[*b].span.file)
        .collect();
    let found = files.par_iter().flat_map_iter(|members| {
        let mut starts: Vec<u32> = members
            .iter()
            .map(|index| components[*index].span.start)
            .collect();
        starts.dedup();
        let text = members
            .first()
            .and_then(|first| sources.text(components[*first].span.file));
        let ends = text.map_or_else(Vec::new, |text| xml::ends(text, &starts));
        members.iter().map(move |index| {
            let start = components[*index].span.start;
            let place = starts.binary_search(&start).ok();
            (
                *index,
                place
                    .and_then(|place| ends.get(place))
                    .copied()
                    .unwrap_or(start),
            )
        })
    });
    let found: Vec<(usize, u32)> = found.collect();
    let mut ends = vec![0; components.len()];
    for (index, end) in found {
        ends[index] = end;
    }
    ends
}
