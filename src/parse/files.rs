//! What each file of a package is, and reading it: definitions become fragments, the rest is only checked.

use super::content::{Archives, LARGEST_MARKUP, Reader, markup, reader};
use super::draft::{Context, Fragment, table_around};
use super::links::Links;
use super::{control, function, record, values, walk};
use crate::json::{self, Json, JsonFailure};
use crate::model::{Flaw, FlawKind, Manifest, PackageType};
use crate::package::{Entry, EntryId, Layout, Package, ReadFailure};
use crate::source::Span;
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
    package: &'a Package,
    package_type: PackageType,
    both: bool,
    base_language: Option<u32>,
    archives: Archives,
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
            "json" if lower.ends_with("environmentvariablevalues.json") => self.values(id),
            "json" if file_name(&lower) == "environment_variable_values.json" => self.values(id),
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

    fn checked_xml(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        let entry = self.package.entry(id);
        match xml::parse(&text, self.package.limits()) {
            Ok(document) => {
                let root = Element::new(document.root_element(), id.file());
                let lower = entry.name.to_ascii_lowercase();
                if control::is_manifest(&lower) {
                    control::missing_files(
                        self.package,
                        &entry.name,
                        root,
                        &text,
                        &mut read.fragment,
                    );
                }
                if let Some(Reader::Xml(refer)) = reader(&lower) {
                    refer(root, &mut self.links(&mut read.fragment));
                }
            }
            Err(failure) => read.fragment.flaws.push(flaw(
                failure.kind,
                entry,
                failure.detail,
                at(id, failure.offset),
            )),
        }
        if read.fragment.has_places() {
            read.text = Some(text);
        }
        read
    }

    fn links<'f>(&'f self, out: &'f mut Fragment) -> Links<'f> {
        Links::of_file(out, self.package.limits())
    }

    /// JSON that an import reads, and what it names.
    fn checked_json(&self, id: EntryId, lower: &str) -> Read {
        let mut read = Read::default();
        let Some(Reader::Json(refer)) = reader(lower) else {
            self.sound_json(id, &mut read);
            return read;
        };
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        match Json::parse(&text, id.file(), self.package.limits()) {
            Ok(document) => refer(&document, &mut self.links(&mut read.fragment)),
            Err(failure) => self.report_json(id, failure, &mut read),
        }
        self.name_flaws(id, &mut read);
        if read.fragment.has_places() {
            read.text = Some(text);
        }
        read
    }

    /// A file that only its reader understands.
    fn content(&self, id: EntryId, reader: Reader) -> Read {
        let mut read = Read::default();
        match reader {
            Reader::Archive(refer) => match self.package.bytes(id) {
                Ok(bytes) => {
                    let share = self.archives.share(bytes.len());
                    refer(bytes, id.file(), share, &mut self.links(&mut read.fragment));
                }
                Err(failure) => self.report(id, failure, &mut read),
            },
            Reader::Markup(_) if self.package.entry(id).size > LARGEST_MARKUP => {
                return self.verified(id);
            }
            Reader::Markup(refer) => match self.package.bytes(id).map(markup) {
                Ok(Some(text)) => {
                    refer(&text, id.file(), &mut self.links(&mut read.fragment));
                    if read.fragment.has_places() {
                        read.text = Some(text);
                    }
                }
                Ok(None) => {}
                Err(failure) => self.report(id, failure, &mut read),
            },
            Reader::Text(refer) => {
                let Some(text) = self.text(id, &mut read) else {
                    return read;
                };
                refer(&text, id.file(), &mut self.links(&mut read.fragment));
                if read.fragment.has_places() {
                    read.text = Some(text);
                }
            }
            Reader::Xml(_) => return self.checked_xml(id),
            Reader::Json(_) => {
                let lower = self.package.entry(id).name.to_ascii_lowercase();
                return self.checked_json(id, &lower);
            }
        }
        self.name_flaws(id, &mut read);
        read
    }

    /// What is wrong within a file that no component is known for is said of the file.
    fn name_flaws(&self, id: EntryId, read: &mut Read) {
        let flaws = read.fragment.flaws.iter_mut();
        for flaw in flaws.filter(|flaw| flaw.subject.is_empty()) {
            flaw.subject = format!("file {}", self.package.entry(id).name).into();
        }
    }

    /// The text of a JSON file that is well-formed; of another, the flaw is reported.
    fn sound_json(&self, id: EntryId, read: &mut Read) -> Option<String> {
        let text = self.text(id, read)?;
        let Err(failure) = json::check(&text, self.package.limits()) else {
            return Some(text);
        };
        self.report_json(id, failure, read);
        read.text = Some(text);
        None
    }

    fn report_json(&self, id: EntryId, failure: JsonFailure, read: &mut Read) {
        let (kind, detail, offset) = failure;
        let entry = self.package.entry(id);
        read.fragment
            .flaws
            .push(flaw(kind, entry, detail, at(id, offset)));
    }

    fn values(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Some(text) = self.sound_json(id, &mut read) {
            values::values(
                &text,
                &self.package.entry(id).name,
                Span::start_of(id.file()),
                &mut read.fragment,
            );
            read.text = Some(text);
        }
        read.claim = Claim::Claimed;
        read
    }

    fn function(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Some(text) = self.sound_json(id, &mut read) {
            let (name, span) = (&self.package.entry(id).name, Span::start_of(id.file()));
            function::function(&text, name, span, &mut read.fragment);
            read.text = Some(text);
            read.claim = Claim::Record;
        }
        read
    }

    fn verified(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Err(failure) = self.package.verify(id) {
            self.report(id, failure, &mut read);
        }
        read
    }

    fn text(&self, id: EntryId, read: &mut Read) -> Option<String> {
        match self.package.text(id) {
            Ok(text) => Some(text),
            Err(failure) => {
                self.report(id, failure, read);
                None
            }
        }
    }

    fn report(&self, id: EntryId, failure: ReadFailure, read: &mut Read) {
        // Nobody must be told to remove a file only because it could not be read.
        read.claim = Claim::Claimed;
        let entry = self.package.entry(id);
        read.fragment
            .flaws
            .push(flaw(failure.kind, entry, failure.detail, at(id, 0)));
    }
}

fn flaw(kind: FlawKind, entry: &Entry, detail: String, span: Span) -> Flaw {
    Flaw {
        kind,
        subject: entry.name.clone(),
        detail: detail.into(),
        span,
    }
}

fn at(id: EntryId, offset: u32) -> Span {
    Span {
        file: id.file(),
        start: offset,
        end: offset.saturating_add(1),
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

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
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
