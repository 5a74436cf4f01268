//! Whose the files of a package are: which component names each, what those files name in turn, and which are nobody's.

use rustc_hash::{FxHashMap, FxHashSet};

use super::assemblies;
use super::files::Claim;
use super::formats::page::beside;
use super::merge::{COLUMN, Merge, ancestors};
use crate::model::{
    Address, Component, ComponentId, ComponentType, Flaw, Guid, Pointer, Reference, Unclaimed,
};
use crate::package::{EntryId, Layout, normal_name};
use crate::source::{FileId, Span};

impl Merge<'_> {
    pub(super) fn take_anomalies(&mut self) {
        for anomaly in self.package.anomalies() {
            let name = normal_name(&anomaly.name);
            let span = self
                .package
                .find(&name)
                .map_or(FileId(u32::MAX), EntryId::file);
            self.solution.flaws.push(Flaw {
                kind: anomaly.kind,
                subject: anomaly.name.clone(),
                detail: anomaly.detail.clone(),
                span: Span::start_of(span),
            });
        }
    }

    /// A file is somebody's when it is a definition, a component names it, or it lies where a component keeps its own.
    pub(super) fn leave_unclaimed(&mut self) {
        let (with_parts, owners) = self.claim_parts();
        self.link_files(&owners);
        let assemblies = std::mem::take(&mut self.assemblies);
        let owned = assemblies.into_iter();
        let owned = owned.filter_map(|(entry, assembly)| Some((*owners.get(&entry)?, assembly)));
        assemblies::link(&owned.collect(), &mut self.solution);
        let collections: FxHashSet<&str> = self
            .record_folders
            .keys()
            .filter_map(|folder| ancestors(folder).next())
            .collect();
        // What has a finding of its own needs no second one.
        let anomalies = self.package.anomalies().iter();
        let odd: FxHashSet<String> = anomalies
            .map(|anomaly| normal_name(&anomaly.name).to_ascii_lowercase())
            .collect();
        let mut left = Vec::new();
        for (id, entry) in self.package.entries() {
            let lower = entry.name.to_ascii_lowercase();
            let owned = || {
                self.is_of_a_record(&lower, &collections)
                    || ancestors(&lower).any(|folder| with_parts.contains(folder))
            };
            let is_odd = odd.contains(&lower);
            if !is_odd
                && self.claims[id.0] == Claim::Open
                && !owned()
                && !is_source_aid(self.package.layout(), &lower)
            {
                left.push(Unclaimed {
                    what: entry.name.clone(),
                    span: Span::start_of(id.file()),
                });
            }
        }
        self.solution.unclaimed.append(&mut left);
    }

    /// Claims the files that components name, and says which folders are theirs: a control's files lie beside its
    /// manifest, a plug-in's beside its assembly.
    fn claim_parts(&mut self) -> (FxHashSet<String>, FxHashMap<EntryId, ComponentId>) {
        let mut folders = FxHashSet::default();
        let mut owners = FxHashMap::default();
        let components = &mut self.solution.components;
        for (id, component) in (0..).map(ComponentId).zip(components) {
            if component.parts.is_empty() {
                continue;
            }
            let definition = &*self.package.entry_at(component.span).name;
            for part in &mut component.parts {
                let Some(found) = self.package.find_part(&part.path, definition) else {
                    continue;
                };
                self.claims[found.0] = Claim::Claimed;
                owners.entry(found).or_insert(id);
                part.bytes = Some(self.package.entry(found).size);
                let name = self.package.entry(found).name.to_ascii_lowercase();
                if let Some((folder, _)) = name.rsplit_once('/')
                    && (folder.starts_with("controls/") || folder.starts_with("pluginassemblies/"))
                {
                    folders.insert(folder.to_owned());
                }
            }
        }
        (folders, owners)
    }

    /// The component to which a file belongs.
    fn owner(
        &self,
        entry: EntryId,
        owners: &FxHashMap<EntryId, ComponentId>,
    ) -> Option<ComponentId> {
        owners.get(&entry).copied().or_else(|| {
            let lower = self.package.entry(entry).name.to_ascii_lowercase();
            let record = |folder| self.record_folders.get(folder).copied();
            ancestors(&lower)
                .find_map(record)
                .or_else(|| self.template(&lower))
        })
    }

    /// What a file names, the component names to which it belongs: the one that names the file, else the record in whose
    /// folder it lies. Of several columns, the reader has said which one. What names columns of the owner's table gets it.
    fn link_files(&mut self, owners: &FxHashMap<EntryId, ComponentId>) {
        let mut known = FxHashMap::default();
        for (entry, column, reference) in std::mem::take(&mut self.of_files) {
            let (owner, table) = known.entry(entry).or_insert_with(|| {
                let owner = self.owner(entry, owners);
                let component = owner.and_then(|owner| self.solution.component(owner));
                (owner, component.and_then(Component::about))
            });
            let (owner, table) = (*owner, table.as_ref());
            let component = owner.and_then(|owner| self.solution.component(owner));
            let from = match (column, table) {
                (None, _) => owner,
                (Some(column), Some(table)) => {
                    let address = Address::InTable(COLUMN, table.clone(), column);
                    self.known.get(&address).copied()
                }
                (Some(_), None) => None,
            };
            let name = component.and_then(|owner| owner.identity.schema_name.as_ref());
            let to = if let Pointer::Relative(path) = reference.to {
                let name = name.and_then(|name| beside(name.as_str(), path.as_str()));
                name.map(|name| Pointer::named(61, &name))
            } else {
                reference.to.of_table(table)
            };
            if let (Some(from), Some(to)) = (from, to) {
                self.solution.references.push(Reference {
                    from,
                    kind: reference.kind,
                    to,
                    span: reference.span,
                });
            }
        }
    }

    /// The e-mail template whose text a file of a source folder is: its folder is named by the template's identifier.
    fn template(&self, lower: &str) -> Option<ComponentId> {
        const EMAIL_TEMPLATE: u32 = 36;
        let id = lower.strip_prefix("templates/")?.rsplit('/').nth(1)?;
        let address = Address::Id(ComponentType::Number(EMAIL_TEMPLATE), Guid::parse_used(id)?);
        self.known.get(&address).copied()
    }

    /// Whether a file is a record's: a value beside its definition, or the content of a file column in a folder named
    /// for the column. Definitions and programs beside it are not, nor is what lies among the records inside it.
    fn is_of_a_record(&self, lower: &str, collections: &FxHashSet<&str>) -> bool {
        const NO_VALUES: [&str; 6] = [".xml", ".exe", ".dll", ".js", ".zip", ".ps1"];
        let mut around = ancestors(lower);
        let (Some(folder), above) = (around.next(), around.next()) else {
            return false;
        };
        if self.record_folders.contains_key(folder) {
            return !NO_VALUES.iter().any(|suffix| lower.ends_with(suffix));
        }
        above.is_some_and(|above| self.record_folders.contains_key(above))
            && !collections.contains(folder)
    }
}

/// Files of source folders that belong to a component without being named by it, or serve tools: unpacked canvas apps,
/// localisation files, and the documents of templates.
fn is_source_aid(layout: Layout, lower: &str) -> bool {
    let is_in_app = lower.starts_with("canvasapps/") && lower.matches('/').count() > 1;
    (layout == Layout::Yaml && is_in_app)
        || layout.is_source()
            && (lower.starts_with("canvasapps/src/")
                || lower.contains("_msapp_src/")
                || lower.starts_with("resources/")
                || (lower.starts_with("templates/") && lower.matches('/').count() > 1))
}
