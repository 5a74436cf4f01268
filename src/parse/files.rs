//! What each file of a package is, and reading it: definitions become fragments, the rest is only checked.

use super::content::{Archives, reader};
use super::draft::{Context, Fragment, table_around};
use super::reading::{at, flaw};
use super::values::is_values_file;
use super::{function, record, walk};
use crate::model::{FlawKind, Manifest, PackageType};
use crate::package::{Entry, EntryId, Layout, Package};
use crate::xml::{self, Element};
use crate::yaml;

/// Whose a file is, as far as its own name and content tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Claim {
    /// Nobody's yet: a component may still name it.
    #[default]
    Open,
    /// A definition or a file whose meaning is known.
    Claimed,
    /// A record of a solution-aware table, which owns the values and file columns of its folder.
    Record,
}

/// What reading a file gave.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) fragment: Fragment,
    /// The text, where places in it may be reported.
    pub(super) text: Option<String>,
    pub(super) claim: Claim,
}

/// Folders whose files are content, not definitions: what customizations.xml or a `.data.xml` says of them counts.
const CONTENT: [&str; 14] = [
    "WebResources",
    "CanvasApps",
    "Reports",
    "PluginAssemblies",
    "Controls",
    "Connector",
    "Connectors",
    "Workflows",
    "ModernFlows",
    "Formulas",
    "StoredProcedures",
    "desktopflowbinaries",
    "Resources",
    "Templates",
];

/// Content that an import reads itself, so that it must be well-formed.
const READ_BY_IMPORT: [&str; 6] = [
    "Connector",
    "Connectors",
    "Workflows",
    "ModernFlows",
    "Formulas",
    "Controls",
];

/// How the files of a package are to be read.
pub(super) struct Plan<'a> {
    pub(super) package: &'a Package,
    package_type: PackageType,
    both: bool,
    base_language: Option<u32>,
    pub(super) archives: Archives,
}

impl<'a> Plan<'a> {
    pub(super) fn new(package: &'a Package, manifest: &Manifest) -> Self {
        let managed = manifest.managed_text.as_ref().map(|text| &*text.value);
        Self {
            package,
            package_type: manifest.package_type,
            both: managed == Some("2"),
            base_language: manifest.export.language_code,
            archives: Archives::of(package),
        }
    }

    /// Reads one file.
    pub(super) fn read(&self, id: EntryId) -> Read {
        let entry = self.package.entry(id);
        let lower = entry.name.to_ascii_lowercase();
        if self.is_other_variant(&lower) {
            return Read {
                claim: Claim::Claimed,
                ..Read::default()
            };
        }
        match entry.extension().as_str() {
            "yml" if self.package.layout() == Layout::Yaml => self.yaml(id, &lower),
            "xml" if !self.is_content(&lower) => self.definition(id),
            "xml" | "xaml" if Self::is_read_by_import(&lower) => self.checked_xml(id),
            "json" if is_values_file(&lower) => self.values(id),
            "json" if function::is_definition(&lower) => self.function(id),
            "json" if Self::is_read_by_import(&lower) || !self.is_content(&lower) => {
                self.checked_json(id, &lower)
            }
            _ => match reader(&lower) {
                Some(reader) => self.content(id, reader),
                None => self.verified(id),
            },
        }
    }

    /// SolutionPackager writes a managed and an unmanaged form of some files side by side; one of them counts.
    fn is_other_variant(&self, lower: &str) -> bool {
        const SUFFIX: &str = "_managed.xml";
        if self.package.layout() != Layout::SolutionPackager {
            return false;
        }
        if let Some(stem) = lower.strip_suffix(SUFFIX) {
            let has_twin = self.package.find(&format!("{stem}.xml")).is_some();
            return self.package_type == PackageType::Unmanaged && (has_twin || self.both);
        }
        let managed_twin = lower
            .strip_suffix(".xml")
            .map(|stem| format!("{stem}{SUFFIX}"));
        let has_twin = managed_twin.is_some_and(|twin| self.package.find(&twin).is_some());
        self.package_type == PackageType::Managed && has_twin
    }

    fn is_content(&self, lower: &str) -> bool {
        let in_content = in_folder(&CONTENT, lower);
        if !in_content || self.package.layout() != Layout::SolutionPackager {
            return in_content;
        }
        // Source folders keep definitions beside the content: `x.js.data.xml`, `App.meta.xml`, `Connectors/x.xml`.
        let beside = lower.ends_with(".data.xml") || lower.ends_with(".meta.xml");
        let lone = lower.matches('/').count() == 1 && !lower.starts_with("webresources/");
        !(beside || lone)
    }

    fn is_read_by_import(lower: &str) -> bool {
        in_folder(&READ_BY_IMPORT, lower)
            || (lower.contains("/formulas/") && lower.starts_with("entities/"))
    }

    fn definition(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        self.elements(id, &text, &mut read);
        read.text = Some(text);
        read
    }

    /// Reads the elements of a definition from its XML.
    fn elements(&self, id: EntryId, text: &str, read: &mut Read) {
        let entry = self.package.entry(id);
        match xml::parse(text, self.package.limits()) {
            Ok(document) => {
                let root = Element::new(document.root_element(), id.file());
                let context = Context {
                    text,
                    base_language: self.base_language,
                    limits: self.package.limits(),
                };
                read.claim = self.dispatch(entry, root, context, &mut read.fragment);
            }
            Err(failure) => {
                read.claim = Claim::Claimed;
                read.fragment.flaws.push(flaw(
                    failure.kind,
                    entry,
                    failure.detail,
                    at(id, failure.offset),
                ));
            }
        }
    }

    /// A file of YAML source: manifests are read by themselves, every other is a definition written as YAML.
    fn yaml(&self, id: EntryId, lower: &str) -> Read {
        let mut read = Read::default();
        if in_folder(&["solutions", "publishers"], lower) {
            read.claim = Claim::Claimed;
            return read;
        }
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        let (entry, limits) = (self.package.entry(id), self.package.limits());
        let converted = match yaml::convert(&text, id.file(), limits) {
            Ok(Some(converted)) => converted,
            Ok(None) => return read,
            Err(failure) => {
                read.claim = Claim::Claimed;
                let place = at(id, failure.offset);
                let flaw = flaw(failure.kind, entry, failure.detail, place);
                read.fragment.flaws.push(flaw);
                read.text = Some(text);
                return read;
            }
        };
        self.elements(id, &converted.xml, &mut read);
        read.fragment.put_back(&converted.places);
        let left_out = converted.left_out.into_iter();
        read.fragment
            .flaws
            .extend(left_out.map(|(span, what)| flaw(FlawKind::MalformedYaml, entry, what, span)));
        read.text = Some(text);
        read
    }

    /// Finds out what a definition file is by its root element, and reads it.
    fn dispatch(
        &self,
        entry: &Entry,
        root: Element<'_, '_>,
        context: Context<'_>,
        out: &mut Fragment,
    ) -> Claim {
        let depth = entry.name.matches('/').count();
        let name = root.name();
        match name {
            "ImportExportXml" if self.is_customizations(entry) => {
                walk::customizations(root, context, out);
                return Claim::Claimed;
            }
            _ if self.is_customizations(entry) => {
                let detail = format!("its root element is {name}, not ImportExportXml");
                let span = root.tag_span(context.text);
                out.flaws
                    .push(flaw(FlawKind::MalformedXml, entry, detail, span));
                return Claim::Claimed;
            }
            // Parts without meaning for the solution: content types, and what a down-level export left out.
            "Types" | "Components" if depth == 0 => return Claim::Claimed,
            _ => {}
        }
        if in_folder(&["Assets"], &entry.name.to_ascii_lowercase()) {
            record::inline(root, context, out);
            return Claim::Claimed;
        }
        let is_record = depth >= 2
            && (entry.stem().eq_ignore_ascii_case(name)
                || record::is_renamed(self.package, entry, name));
        if self.package.layout().is_source() {
            let table = table_folder(&entry.name);
            if let Some(step) = walk::root_step(name, table.is_some()) {
                let mut around: Vec<_> = match table {
                    Some(table) if name != "Entity" => vec![table_around(table)],
                    _ => Vec::new(),
                };
                walk::enter(step, root, context, &mut around, out);
                type_by_folder(&entry.name, out);
                return Claim::Claimed;
            }
        }
        if is_record {
            record::record(root, context, out);
            return Claim::Record;
        }
        if self.package.layout() == Layout::Yaml && is_collection(entry, name) {
            record::inline(root, context, out);
            return Claim::Claimed;
        }
        Claim::Open
    }

    fn is_customizations(&self, entry: &Entry) -> bool {
        match self.package.layout() {
            Layout::Zip | Layout::Unzipped => entry.name.eq_ignore_ascii_case("customizations.xml"),
            Layout::SolutionPackager => entry.name.eq_ignore_ascii_case("Other/Customizations.xml"),
            Layout::Yaml => false,
        }
    }
}

/// Whether a lower-case path lies in one of these top folders.
fn in_folder(folders: &[&str], lower: &str) -> bool {
    lower.split_once('/').is_some_and(|(top, _)| {
        folders
            .iter()
            .any(|folder| folder.eq_ignore_ascii_case(top))
    })
}

/// Whether a file is a collection of records, in a folder of its own name.
fn is_collection(entry: &Entry, name: &str) -> bool {
    let folder = entry.name.split_once('/').map(|(folder, _)| folder);
    entry.stem().eq_ignore_ascii_case(name)
        && folder.is_some_and(|folder| folder.eq_ignore_ascii_case(name))
}

/// Source folders keep a form's type in its path, `Entities/<table>/FormXml/<type>/{id}.xml`, and drop it from the form.
fn type_by_folder(path: &str, out: &mut Fragment) {
    let mut folders = path.split('/').skip(2);
    let is_form = folders
        .next()
        .is_some_and(|folder| folder.eq_ignore_ascii_case("FormXml"));
    let (true, Some(kind), Some(_)) = (is_form, folders.next(), folders.next()) else {
        return;
    };
    for form in &mut out.components {
        if form.property("type").is_none() {
            form.properties.push(("type".into(), kind.into()));
        }
    }
}

/// The table whose source folder a file lies in: `Entities/<table>/…`.
fn table_folder(path: &str) -> Option<&str> {
    let (top, rest) = path.split_once('/')?;
    let (table, _) = rest.split_once('/')?;
    top.eq_ignore_ascii_case("Entities").then_some(table)
}
