//! What components consist of, as digests: whether an import changes one shows where those of two versions differ.
//!
//! A component is its definition without those within it, and its files, which count by size and checksum. Digests are equal
//! only where all of that is, as surely as checksums tell: where it is not known what belongs to a component, more counts as
//! its own than it has.

use std::hash::Hasher as _;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::model::{Component, Solution};
use crate::package::{EntryId, Layout, Package};
use crate::source::{FileId, Sources};
use crate::xml;

/// The digest of each component, in the order of the solution; none where part of it is not at hand.
pub(super) fn digests(
    package: &Package,
    solution: &Solution,
    sources: &Sources,
) -> Vec<Option<u64>> {
    let components = &solution.components;
    if translates(package) {
        return vec![None; components.len()];
    }
    let mut order: Vec<usize> = (0..components.len()).collect();
    order.sort_unstable_by_key(|index| components[*index].span);
    let files: Vec<&[usize]> = order
        .chunk_by(|a, b| components[*a].span.file == components[*b].span.file)
        .collect();
    let definitions = files.par_iter().flat_map_iter(|members| {
        let digests = of_file(package, components, sources, members);
        members.iter().copied().zip(digests)
    });
    let mut digests = vec![None; components.len()];
    for (index, digest) in definitions.collect::<Vec<_>>() {
        digests[index] = digest;
    }
    let owned = Owned::new(package, components, &files);
    let nobodys = owned.nobodys(package);
    let with_files = digests.into_par_iter().zip(components).zip(&owned.files);
    with_files
        .map(|((digest, component), files)| {
            let mut hasher = FxHasher::default();
            hasher.write_u64(digest?);
            hasher.write_u64(nobodys?);
            hasher.write_u8(component.origin as u8);
            for file in files.as_deref()? {
                add(&mut hasher, package, *file)?;
            }
            Some(hasher.finish())
        })
        .collect()
}

/// The files of a package beside those that define components.
#[derive(Debug)]
pub(crate) struct Files {
    /// For each component its files.
    pub(crate) owned: Vec<Vec<EntryId>>,
    /// What is nobody's.
    pub(crate) rest: Vec<EntryId>,
}

impl Files {
    /// Finds whose the files of a package are.
    pub(crate) fn of(package: &Package, solution: &Solution) -> Self {
        let components = &solution.components;
        let mut order: Vec<usize> = (0..components.len()).collect();
        order.sort_unstable_by_key(|index| components[*index].span);
        let files: Vec<&[usize]> = order
            .chunk_by(|a, b| components[*a].span.file == components[*b].span.file)
            .collect();
        let owned = Owned::new(package, components, &files);
        let nobodys = package.entries().filter(|(id, entry)| {
            let lower = entry.name.to_ascii_lowercase();
            let is_frame = FRAME.contains(&&*lower) || is_elsewhere(package, &lower);
            !owned.known.contains(id) && !is_frame
        });
        Self {
            rest: nobodys.map(|(id, _)| id).collect(),
            owned: owned
                .files
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect(),
        }
    }
}

/// Source folders may keep texts of components in files of their own, under names that the components give them.
fn translates(package: &Package) -> bool {
    let mut entries = package.entries();
    package.layout().is_source() && entries.any(|(_, entry)| entry.extension() == "resx")
}

/// The digests of what one file defines. Of a file that is no XML all of it counts for each.
fn of_file(
    package: &Package,
    components: &[Component],
    sources: &Sources,
    members: &[usize],
) -> Vec<Option<u64>> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let file = components[*first].span.file;
    let entry = entry_of(file);
    let is_xml = package.layout() != Layout::Yaml && package.entry(entry).extension() == "xml";
    if !is_xml {
        let mut hasher = FxHasher::default();
        let whole = add(&mut hasher, package, entry).map(|()| hasher.finish());
        return vec![whole; members.len()];
    }
    let Some(text) = sources.text(file) else {
        return vec![None; members.len()];
    };
    let start = |index: &usize| components[*index].span.start;
    let mut starts: Vec<u32> = members.iter().map(start).collect();
    starts.dedup();
    let digests = xml::digests(text, &starts);
    let digest = |index| starts.binary_search(&start(index)).ok();
    members
        .iter()
        .map(|index| digest(index).and_then(|at| digests[at]))
        .collect()
}

/// Adds a file, by name and content.
fn add(hasher: &mut FxHasher, package: &Package, file: EntryId) -> Option<()> {
    let (size, checksum) = package.checksum(file).ok()?;
    hasher.write(package.entry(file).name.as_bytes());
    hasher.write_u64(size);
    hasher.write_u32(checksum);
    Some(())
}

/// The files that every package has, in lower case; none is a component's.
const FRAME: [&str; 3] = ["[content_types].xml", "solution.xml", "customizations.xml"];

/// Which files are whose, beside definitions.
struct Owned {
    /// For each component its files, sorted; none where one that it names is not there.
    files: Vec<Option<Vec<EntryId>>>,
    /// Files that are a component's, or define some.
    known: FxHashSet<EntryId>,
}

impl Owned {
    fn new(package: &Package, components: &[Component], files: &[&[usize]]) -> Self {
        let mut owned = Self {
            files: vec![Some(Vec::new()); components.len()],
            known: FxHashSet::default(),
        };
        let folders = owned.folders(package, components, files);
        for (id, entry) in package.entries() {
            if owned.known.contains(&id) || folders.is_empty() {
                continue;
            }
            let lower = entry.name.to_ascii_lowercase();
            let mut around = std::iter::successors(folder(&lower), |inner| folder(inner));
            if let Some(index) = around.find_map(|folder| folders.get(folder)) {
                owned.known.insert(id);
                if let Some(files) = &mut owned.files[*index] {
                    files.push(id);
                }
            }
        }
        for files in owned.files.iter_mut().flatten() {
            files.sort_unstable();
            files.dedup();
        }
        owned
    }

    /// Takes the files that components name, and says which folders are theirs: those of records, controls and assemblies.
    fn folders(
        &mut self,
        package: &Package,
        components: &[Component],
        files: &[&[usize]],
    ) -> FxHashMap<String, usize> {
        let mut folders = FxHashMap::default();
        for first in files.iter().filter_map(|members| members.first()) {
            let file = entry_of(components[*first].span.file);
            self.known.insert(file);
            let lower = package.entry(file).name.to_ascii_lowercase();
            if let Some(folder) = folder(&lower).filter(|folder| folder.contains('/')) {
                folders.insert(folder.to_owned(), *first);
            }
        }
        for (index, component) in components.iter().enumerate() {
            for part in &component.parts {
                let definition = &*package.entry_at(component.span).name;
                let Some(found) = package.find_part(&part.path, definition) else {
                    self.files[index] = None;
                    continue;
                };
                self.known.insert(found);
                if let Some(files) = &mut self.files[index] {
                    files.push(found);
                }
                let lower = package.entry(found).name.to_ascii_lowercase();
                let is_shared =
                    lower.starts_with("controls/") || lower.starts_with("pluginassemblies/");
                if let Some(folder) = folder(&lower).filter(|_| is_shared) {
                    folders.insert(folder.to_owned(), index);
                }
            }
        }
        folders
    }

    /// The digest of what lies in folders and is nobody's: it may belong to any component.
    fn nobodys(&self, package: &Package) -> Option<u64> {
        let mut hasher = FxHasher::default();
        for id in self.rest(package) {
            add(&mut hasher, package, id)?;
        }
        Some(hasher.finish())
    }

    /// What lies in folders and is nobody's.
    fn rest(&self, package: &Package) -> impl Iterator<Item = EntryId> {
        let entries = package.entries().filter(|(id, entry)| {
            let lower = entry.name.to_ascii_lowercase();
            let is_nobodys = lower.contains('/') && !self.known.contains(id);
            is_nobodys && !is_elsewhere(package, &lower)
        });
        entries.map(|(id, _)| id)
    }
}

/// Files of source folders that say something of the solution, or are the twin of another of which one counts.
fn is_elsewhere(package: &Package, lower: &str) -> bool {
    let has_twin = || {
        let stem = lower.strip_suffix(".xml")?;
        let twin = match stem.strip_suffix("_managed") {
            Some(plain) => format!("{plain}.xml"),
            None => format!("{stem}_managed.xml"),
        };
        package.find(&twin)
    };
    match package.layout() {
        Layout::Zip | Layout::Unzipped => false,
        Layout::SolutionPackager => lower.starts_with("other/") || has_twin().is_some(),
        Layout::Yaml => lower.starts_with("solutions/") || lower.starts_with("publishers/"),
    }
}

fn entry_of(file: FileId) -> EntryId {
    EntryId(file.0 as usize)
}

/// The folder around a path.
fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}
