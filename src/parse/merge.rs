//! From the fragments of all files to one solution: numbers, parents, layers, duplicates and unclaimed files.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Fragment, OUTSIDE};
use super::files::Claim;
use super::formats::assembly::Assembly;
use super::formats::sequence;
use super::{numbers, record, sequences};
use crate::model::{
    Address, Component, ComponentId, ComponentType, Flaw, FlawKind, LogicalName, Manifest, Origin,
    Pointer, Reference, ReferenceKind, RootBehavior, Solution,
};
use crate::package::{EntryId, Package};

pub(super) struct Merge<'a> {
    pub(super) package: &'a Package,
    pub(super) solution: Solution,
    pub(super) claims: Vec<Claim>,
    /// Folders of records, lower-case, with the record in each.
    pub(super) record_folders: FxHashMap<String, ComponentId>,
    pub(super) known: FxHashMap<Address, ComponentId>,
    bare: Vec<Component>,
    repeated: Vec<Flaw>,
    sequences: Vec<sequence::Draft>,
    /// What assemblies say of themselves.
    pub(super) assemblies: Vec<(EntryId, Assembly)>,
    /// What files name whose owner is known only once all are read, with the column where they belong to several.
    pub(super) of_files: Vec<(EntryId, Option<LogicalName>, Reference)>,
}

const TABLE: ComponentType = ComponentType::Number(1);
pub(super) const COLUMN: ComponentType = ComponentType::Number(2);

impl<'a> Merge<'a> {
    pub(super) fn new(package: &'a Package, manifest: Manifest) -> Self {
        Self {
            package,
            solution: Solution::of(manifest),
            claims: Vec::new(),
            record_folders: FxHashMap::default(),
            known: FxHashMap::default(),
            bare: Vec::new(),
            repeated: Vec::new(),
            sequences: Vec::new(),
            assemblies: Vec::new(),
            of_files: Vec::new(),
        }
    }

    /// Adds what one file gave. Files come in the order of their names.
    pub(super) fn add(&mut self, entry: EntryId, fragment: Fragment, claim: Claim) {
        let solution = &mut self.solution;
        solution.languages.extend(fragment.languages);
        solution.unclaimed.extend(fragment.unclaimed);
        solution.flaws.extend(fragment.flaws);
        self.assemblies
            .extend(fragment.assembly.map(|assembly| (entry, assembly)));
        self.claims.push(claim);
        let mut numbers = Vec::with_capacity(fragment.components.len());
        for mut component in fragment.components {
            component.parent = component.parent.map(|parent| match parent {
                OUTSIDE => OUTSIDE,
                inside => numbers.get(inside.index()).copied().unwrap_or(OUTSIDE),
            });
            if self.package.layout().is_source() && is_bare(&component) {
                self.bare.push(component);
                numbers.push(OUTSIDE);
            } else {
                numbers.push(self.push(component));
            }
        }
        for mut reference in fragment.references {
            match numbers.get(reference.from.index()) {
                Some(from) => {
                    reference.from = *from;
                    self.solution.references.push(reference);
                }
                None => self.of_files.push((entry, None, reference)),
            }
        }
        for mut handler in fragment.handlers {
            if let Some(form) = numbers.get(handler.form.index()) {
                handler.form = *form;
                self.solution.handlers.push(handler);
            }
        }
        for mut sequence in fragment.sequences {
            let component = &mut sequence.sequence.component;
            if let Some(number) = numbers.get(component.index()) {
                *component = *number;
                self.sequences.push(sequence);
            }
        }
        let of_columns = fragment.of_columns.into_iter();
        self.of_files
            .extend(of_columns.map(|(column, reference)| (entry, Some(column), reference)));
        if let (Claim::Record, Some(record)) = (claim, numbers.first()) {
            let name = self.package.entry(entry).name.to_ascii_lowercase();
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            self.record_folders.insert(folder.to_owned(), *record);
        }
    }

    fn push(&mut self, component: Component) -> ComponentId {
        let next = ComponentId(u32::try_from(self.solution.components.len()).unwrap_or(u32::MAX));
        self.solution.components.push(component);
        next
    }

    /// Source folders list relationships by name in one file and define them in others: a bare name counts only where
    /// no definition is found.
    fn add_bare(&mut self) {
        if self.bare.is_empty() {
            return;
        }
        let defined = self.solution.components.iter();
        let mut known: FxHashSet<Address> = defined
            .flat_map(|component| component.identity.addresses())
            .collect();
        for bare in std::mem::take(&mut self.bare) {
            let addresses: Vec<_> = bare.identity.addresses().collect();
            if !addresses.iter().any(|address| known.contains(address)) {
                known.extend(addresses);
                self.push(bare);
            }
        }
    }

    /// Numbers every component by its most telling address; a second one of the same address is reported.
    fn index(&mut self) {
        let mut repeated: FxHashSet<ComponentId> = FxHashSet::default();
        for (id, component) in self.solution.numbered() {
            let Some(address) = component.identity.address() else {
                continue;
            };
            match self.known.entry(address) {
                Entry::Vacant(vacant) => {
                    vacant.insert(id);
                }
                Entry::Occupied(known) => {
                    let first = &self.solution.components[known.get().index()].identity;
                    let is_part = component
                        .parent
                        .is_some_and(|parent| repeated.contains(&parent));
                    repeated.insert(id);
                    // What is inside a repeated component is repeated with it.
                    if is_part || first.cased_name() != component.identity.cased_name() {
                        continue;
                    }
                    self.repeated.push(Flaw {
                        kind: FlawKind::DuplicateComponent,
                        subject: component.identity.to_string().into(),
                        detail: first.to_string().into(),
                        span: component.span,
                    });
                }
            }
        }
    }

    /// Links what files could not know by themselves, and reports the files that are nobody's.
    pub(super) fn finish(mut self, manifest: EntryId) -> Solution {
        self.claims[manifest.0] = Claim::Claimed;
        self.add_bare();
        self.link_records();
        numbers::name_tables(&mut self.solution);
        self.index();
        self.solution.flaws.append(&mut self.repeated);
        self.link_values();
        self.link_tables();
        self.mark_layers();
        sequences::decide(std::mem::take(&mut self.sequences), &mut self.solution);
        self.take_anomalies();
        self.leave_unclaimed();
        self.solution.languages.sort_unstable();
        self.solution.languages.dedup();
        self.solution
            .flaws
            .sort_by(|a, b| (a.span, a.kind, &a.subject).cmp(&(b.span, b.kind, &b.subject)));
        self.solution
            .unclaimed
            .sort_by_key(|unclaimed| unclaimed.span);
        self.solution
    }

    /// A record in a folder below another record's travels with that one, and is unique within it only.
    fn link_records(&mut self) {
        let mut orphans = Vec::new();
        for (folder, record) in sorted(&self.record_folders) {
            let owner = ancestors(folder)
                .find_map(|above| self.record_folders.get(above))
                .copied();
            let Some(owner) = owner else {
                orphans.push(*record);
                continue;
            };
            let above = &self.solution.components[owner.index()];
            let keys = record::owner_keys(above);
            // What is named for the record around it is a part of it. Anything else looks it up, and the folder says so:
            // the rule of a masked column lies in its masking rule, which may be of another solution.
            let outer = above.identity.kind.name();
            let inner = self.solution.components[record.index()]
                .identity
                .kind
                .name();
            let looked_up = above
                .identity
                .address()
                .filter(|_| !inner.starts_with(&outer));
            let component = &mut self.solution.components[record.index()];
            component.parent = Some(owner);
            component.identity.keys.extend(keys);
            component.identity.keys.sort();
            if let Some(address) = looked_up {
                let span = component.span;
                self.solution.references.push(Reference {
                    from: *record,
                    kind: ReferenceKind::RecordLookup,
                    to: Pointer::At(address),
                    span,
                });
            }
        }
        self.report_orphans(&orphans);
    }

    /// Records that lie in a collection in the folder of a record, `customapis/x/customapirequestparameters/y`, where
    /// that one's definition is not in the package. One that could not be read has a flaw of its own.
    fn report_orphans(&mut self, orphans: &[ComponentId]) {
        if orphans.is_empty() {
            return;
        }
        let entries = self.package.entries().map(|(_, entry)| entry);
        let defined: FxHashSet<String> = entries
            .filter(|entry| matches!(&*entry.extension(), "xml" | "yml"))
            .filter_map(|entry| Some(entry.name.rsplit_once('/')?.0.to_ascii_lowercase()))
            .collect();
        for orphan in orphans {
            let component = &self.solution.components[orphan.index()];
            let name = &*self.package.entry_at(component.span).name;
            let around = ancestors(name).nth(2).filter(|folder| folder.contains('/'));
            if let Some(folder) = around
                && !defined.contains(&folder.to_ascii_lowercase())
            {
                self.solution.flaws.push(Flaw {
                    kind: FlawKind::OrphanRecord,
                    subject: component.identity.to_string().into(),
                    detail: folder.into(),
                    span: component.span,
                });
            }
        }
    }

    /// Values of an environment variable lie in its folder and name it.
    fn link_values(&mut self) {
        let definition = ComponentType::number(380);
        let value = ComponentType::number(381);
        for index in 0..self.solution.components.len() {
            let component = &self.solution.components[index];
            if component.identity.kind == value
                && let Some(name) = component.identity.schema_name.clone()
            {
                let parent = self
                    .known
                    .get(&Address::Name(definition.clone(), name))
                    .copied();
                self.solution.components[index].parent = parent;
            }
        }
    }

    /// Components whose table is in another file get it as their parent.
    fn link_tables(&mut self) {
        let tables = &self.known;
        let find = |table: &LogicalName| tables.get(&Address::Name(TABLE, table.clone())).copied();
        for component in &mut self.solution.components {
            if component.parent == Some(OUTSIDE) {
                component.parent = component.identity.table.as_ref().and_then(find);
            }
        }
    }

    /// Tables of which the package holds a part only: root behavior 1 and 2.
    fn mark_layers(&mut self) {
        let partial: FxHashSet<LogicalName> = self
            .solution
            .manifest
            .roots
            .iter()
            .filter(|root| {
                root.identity.kind == TABLE && root.behavior != RootBehavior::WithSubcomponents
            })
            .filter_map(|root| root.identity.schema_name.clone())
            .collect();
        for component in &mut self.solution.components {
            let name = component.identity.schema_name.as_ref();
            if component.identity.kind == TABLE && name.is_some_and(|name| partial.contains(name)) {
                component.origin = Origin::Layered;
            }
        }
    }
}

fn is_bare(component: &Component) -> bool {
    component.properties.is_empty() && component.identity.kind == ComponentType::Number(10)
}

/// The folders around a path, innermost first.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(folder, _)| folder), |folder| {
        folder.rsplit_once('/').map(|(folder, _)| folder)
    })
}

fn sorted(folders: &FxHashMap<String, ComponentId>) -> Vec<(&String, &ComponentId)> {
    let mut sorted: Vec<_> = folders.iter().collect();
    sorted.sort();
    sorted
}
