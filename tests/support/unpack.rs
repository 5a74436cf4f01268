//! From an unzipped export to the source folder that SolutionPackager (`pac solution unpack`) writes of it.
//!
//! Layout after learn.microsoft.com "Solution component file reference (SolutionPackager)" and after folders in public
//! repositories. What the tool was seen to do and what matters to a reader:
//!
//! - Elements are cut out of customizations.xml as they are; each file is one element with the namespaces in scope.
//! - `forms` around a form loses its `type` attribute: the folder says it.
//! - Forms, apps and site maps of a managed solution get `_managed` in their file names.
//! - Documents of e-mail and article templates lie in files of their own, and their elements are empty.
//! - A collection that no part of the tool knows is cut up when its items have a name, else it stays where it is.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::Path;

use roxmltree::{Document, Node};

use super::support::pack::files;

/// Collections that stay in `Other/Customizations.xml` although their items have names.
const INLINE: [&str; 6] = [
    "Languages",
    "OrganizationSettings",
    "StoredProcedures",
    "connectionreferences",
    "EntityImageConfigs",
    "AttributeImageConfigs",
];

/// Collections with a file for every item: folder, the value that names the file, and what follows the name; `$` is
/// `_managed` in managed solutions.
const FILES: [(&str, &str, &str, &str); 13] = [
    ("optionsets", "OptionSets", "@Name", ".xml"),
    ("Roles", "Roles", "@name", ".xml"),
    (
        "SdkMessageProcessingSteps",
        "SdkMessageProcessingSteps",
        "@SdkMessageProcessingStepId",
        ".xml",
    ),
    ("Dashboards", "Dashboards", "FormId", ".xml"),
    (
        "InteractionCentricDashboards",
        "InteractionCentricDashboards",
        "FormId",
        ".xml",
    ),
    ("Dialogs", "Dialogs", "FormId", ".xml"),
    ("AppModules", "AppModules", "UniqueName", "/AppModule$.xml"),
    (
        "AppModuleSiteMaps",
        "AppModuleSiteMaps",
        "SiteMapUniqueName",
        "/AppModuleSiteMap$.xml",
    ),
    ("CanvasApps", "CanvasApps", "Name", ".meta.xml"),
    ("Connectors", "Connectors", "name", ".xml"),
    (
        "EnvironmentVariables",
        "EnvironmentVariables",
        "SchemaName",
        ".xml",
    ),
    (
        "EntityDataSources",
        "EntityDataSources",
        "@EntityDataSourceId",
        ".xml",
    ),
    (
        "EntityDataProviders",
        "EntityDataProviders",
        "EntityDataProviderId",
        ".xml",
    ),
];

/// Writes the source folder of an unzipped export.
///
/// # Panics
///
/// Where the export cannot be read, or two of its components would be written to one file.
pub fn to_solution_packager(export_folder: &Path, to: &Path) {
    let mut parts: BTreeMap<String, Vec<u8>> = files(export_folder).into_iter().collect();
    let mut take = |wanted: &str| {
        let name = parts.keys().find(|name| name.eq_ignore_ascii_case(wanted));
        let name = name.cloned().unwrap_or_else(|| panic!("no {wanted}"));
        parts.remove(&name).unwrap()
    };
    let (solution, customizations) = (take("solution.xml"), take("customizations.xml"));
    let customizations = String::from_utf8(customizations).unwrap();
    let text = customizations.trim_start_matches('\u{feff}');
    let document = Document::parse(text).unwrap();
    let managed = String::from_utf8_lossy(&solution).contains("<Managed>1</Managed>");
    // The tool rebuilds the content types when it packs.
    parts.retain(|name, _| !name.eq_ignore_ascii_case("[Content_Types].xml"));
    let mut unpack = Unpack {
        text,
        parts,
        suffix: if managed { "_managed" } else { "" },
        emptied: Vec::new(),
        to,
    };
    unpack.bytes("Other/Solution.xml", &solution);
    for collection in elements(document.root_element()) {
        unpack.collection(collection);
    }
    let rest = unpack.without(document.root_element(), &unpack.emptied);
    unpack.file("Other/Customizations.xml", &rest);
    for (name, content) in std::mem::take(&mut unpack.parts) {
        unpack.bytes(&name, &content);
    }
}

struct Unpack<'a> {
    text: &'a str,
    /// The parts of the export that nothing has moved yet, by their names.
    parts: BTreeMap<String, Vec<u8>>,
    /// What the names of files end with that differ between package types.
    suffix: &'static str,
    /// Collections that are only listed in `Other/Customizations.xml`.
    emptied: Vec<Cut>,
    to: &'a Path,
}

/// A stretch of the text that is replaced.
type Cut = (Range<usize>, String);

impl Unpack<'_> {
    fn collection(&mut self, collection: Node<'_, '_>) {
        let suffix = self.suffix;
        let listed = FILES
            .iter()
            .find(|(listed, ..)| *listed == name(collection));
        if let Some((_, folder, naming, ending)) = listed {
            self.split(collection, folder, naming, &ending.replace('$', suffix));
        }
        match name(collection) {
            "Entities" => self.each(collection, Self::table),
            "EntityRelationships" => self.relationships(collection),
            "Templates" => self.each(collection, Self::templates),
            "Workflows" => self.each_with_file(collection, &["XamlFileName", "JsonFileName"]),
            "SolutionPluginAssemblies" | "CustomControls" => {
                self.each_with_file(collection, &["FileName"]);
            }
            "WebResources" => self.each(collection, Self::web_resource),
            "Reports" => self.each(collection, Self::report),
            "Connectors" => self.move_folder("Connector/", "Connectors/"),
            "FieldSecurityProfiles" | "EntityMaps" | "ConnectionRoles" => {
                self.whole(collection, &format!("Other/{}.xml", name(collection)));
            }
            "SiteMap" => self.whole(collection, &format!("Other/SiteMap{suffix}.xml")),
            "RibbonDiffXml" => self.whole(collection, "Other/RibbonCustomization.xml"),
            "ServiceEndpoints" => self.whole(collection, "PluginAssemblies/ServiceEndpoints.xml"),
            other if listed.is_none() && !INLINE.contains(&other) => {
                // Whatever has a name gets a file of its own.
                let naming = "Name|@Name|SchemaName|name|@name|@schemaName";
                let first = collection.first_element_child();
                if first.is_some_and(|first| value(first, naming).is_some()) {
                    self.split(collection, other, naming, ".meta.xml");
                }
            }
            _ => {}
        }
    }

    fn each(&mut self, collection: Node<'_, '_>, mut write: impl FnMut(&mut Self, Node<'_, '_>)) {
        for item in elements(collection) {
            write(self, item);
        }
        self.empty(collection);
    }

    /// Every item in a file of its own, named by a value of it.
    fn split(&mut self, collection: Node<'_, '_>, folder: &str, naming: &str, ending: &str) {
        self.each(collection, |unpack, item| {
            let named = value(item, naming)
                .unwrap_or_else(|| panic!("{}: no {naming}", &unpack.text[item.range()]));
            let path = format!("{folder}/{}{ending}", file_name(&named));
            unpack.element(&path, item);
        });
    }

    /// Every item beside the part it names; those that name none go together into one file.
    fn each_with_file(&mut self, collection: Node<'_, '_>, named: &[&str]) {
        let mut without = Vec::new();
        for item in elements(collection) {
            let part = named.iter().find_map(|named| value(item, named));
            match part {
                Some(part) => {
                    let part = part.trim_start_matches('/').to_owned();
                    self.element(&format!("{part}.data.xml"), item);
                }
                None => without.push(&self.text[item.range()]),
            }
        }
        let file = match name(collection) {
            "SolutionPluginAssemblies" => "PluginAssemblies/PluginAssemblies.xml",
            "CustomControls" => "Controls/CustomControls.xml",
            _ => "Workflows/Workflows.xml",
        };
        if !without.is_empty() {
            let text = wrapped(collection, &without.concat());
            self.file(file, &text);
        }
        self.empty(collection);
    }

    fn table(&mut self, table: Node<'_, '_>) {
        let name_of_table = value(table, "Name").unwrap();
        let folder = format!("Entities/{name_of_table}");
        let mut cuts = Vec::new();
        for child in elements(table) {
            match name(child) {
                "FormXml" => {
                    for forms in elements(child) {
                        let folder =
                            format!("{folder}/FormXml/{}", forms.attribute("type").unwrap());
                        self.forms(forms, &folder);
                    }
                }
                "SavedQueries" => {
                    for query in elements(child).into_iter().flat_map(elements) {
                        let path = format!(
                            "{folder}/SavedQueries/{}.xml",
                            value(query, "savedqueryid").unwrap()
                        );
                        let around = query.parent_element().unwrap();
                        let text = wrapped(around, &self.text[query.range()]);
                        self.file(&path, &text);
                    }
                }
                "Visualizations" => {
                    for chart in elements(child) {
                        let id = value(chart, "savedqueryvisualizationid").unwrap();
                        self.element(&format!("{folder}/Visualizations/{id}.xml"), chart);
                    }
                }
                "RibbonDiffXml" => self.element(&format!("{folder}/RibbonDiff.xml"), child),
                _ => continue,
            }
            cuts.push(emptied(child));
        }
        let text = self.without(table, &cuts);
        self.file(&format!("{folder}/Entity.xml"), &text);
        self.formulas(table, &folder);
    }

    fn forms(&mut self, forms: Node<'_, '_>, folder: &str) {
        for form in elements(forms) {
            let id = value(form, "formid").unwrap();
            let body = &self.text[form.range()];
            let text = format!("<forms{}>{body}</forms>", namespaces(forms, ""));
            self.file(&format!("{folder}/{id}{}.xml", self.suffix), &text);
        }
    }

    /// The formulas of a table's columns lie in the table's folder; the paths in the columns stay as they are.
    fn formulas(&mut self, table: Node<'_, '_>, folder: &str) {
        let named = table
            .descendants()
            .filter(|node| node.tag_name().name() == "FormulaDefinitionFileName");
        for named in named.filter_map(|node| node.text()) {
            let part = named.trim().trim_start_matches('/').to_owned();
            // Power Fx formulas of one table are in one file, which every column names.
            if let Some(content) = self.parts.remove(&part) {
                self.bytes(&format!("{folder}/{part}"), &content);
            }
        }
    }

    fn relationships(&mut self, collection: Node<'_, '_>) {
        let mut bare = String::new();
        let mut by_table: BTreeMap<String, String> = BTreeMap::new();
        for item in elements(collection) {
            let body = &self.text[item.range()];
            match value(item, "ReferencedEntityName|FirstEntityName") {
                Some(table) => {
                    let name = item.attribute("Name").unwrap();
                    write!(bare, "<EntityRelationship Name=\"{name}\" />").unwrap();
                    by_table.entry(table).or_default().push_str(body);
                }
                // A placeholder says nothing beyond its name.
                None => bare.push_str(body),
            }
        }
        if !bare.is_empty() {
            let text = wrapped(collection, &bare);
            self.file("Other/Relationships.xml", &text);
        }
        for (table, items) in by_table {
            let text = wrapped(collection, &items);
            self.file(&format!("Other/Relationships/{table}.xml"), &text);
        }
        self.empty(collection);
    }

    fn templates(&mut self, sort: Node<'_, '_>) {
        let mut cuts = Vec::new();
        for template in elements(sort) {
            let (folder, id, documents): (_, _, &[_]) = match name(template) {
                "emailtemplate" => (
                    "EmailDocuments",
                    "templateid",
                    &[
                        ("subject", "subject.xsl"),
                        ("body", "body.xsl"),
                        ("presentationxml", "presentationxml.xml"),
                        ("subjectpresentationxml", "subjectpresentationxml.xml"),
                    ],
                ),
                "kbarticletemplate" => (
                    "KBArticleTemplates",
                    "kbarticletemplateid",
                    &[
                        ("formatxml", "formatxml.xsl"),
                        ("structurexml", "structurexml.xml"),
                    ],
                ),
                _ => continue,
            };
            let language = value(template, "languagecode").unwrap();
            let folder = format!(
                "Templates/{folder}/{language}/{}",
                value(template, id).unwrap()
            );
            for (column, file) in documents {
                let column = elements(template)
                    .into_iter()
                    .find(|child| name(*child) == *column);
                let Some(column) = column else { continue };
                let texts = column.children().filter(Node::is_text);
                let text: String = texts.filter_map(|node| node.text()).collect();
                if !text.is_empty() {
                    self.bytes(&format!("{folder}/{file}"), text.as_bytes());
                    cuts.push((
                        column.range(),
                        format!("<{0}></{0}>", column.tag_name().name()),
                    ));
                }
            }
        }
        let text = self.without(sort, &cuts);
        self.file(&format!("Templates/{}.xml", name(sort)), &text);
    }

    /// The content gets the virtual path of the web resource; in the export its name carries a GUID.
    fn web_resource(&mut self, resource: Node<'_, '_>) {
        let path = format!("WebResources/{}", value(resource, "Name").unwrap());
        if let Some(part) = value(resource, "FileName") {
            self.move_part(&part, &path);
        }
        self.element(&format!("{path}.data.xml"), resource);
    }

    fn report(&mut self, report: Node<'_, '_>) {
        if name(report) != "Report" {
            self.element(&format!("Reports/{}.xml", name(report)), report);
            return;
        }
        let of = |named| value(report, named).unwrap();
        let path = format!(
            "Reports/{}/{}/{}",
            of("languagecode"),
            of("reportid"),
            of("filename|name")
        );
        if let Some(part) = value(report, "ExportedFileName") {
            self.move_part(&part, &path);
        }
        self.element(&format!("{path}.data.xml"), report);
    }

    fn move_part(&mut self, part: &str, path: &str) {
        if let Some(content) = self.parts.remove(part.trim_start_matches('/')) {
            self.bytes(path, &content);
        }
    }

    fn move_folder(&mut self, from: &str, to: &str) {
        let moved: Vec<_> = self
            .parts
            .keys()
            .filter(|name| name.starts_with(from))
            .cloned()
            .collect();
        for name in moved {
            let content = self.parts.remove(&name).unwrap();
            self.bytes(&name.replacen(from, to, 1), &content);
        }
    }

    fn whole(&mut self, collection: Node<'_, '_>, path: &str) {
        if collection.has_children() {
            self.element(path, collection);
        }
        self.empty(collection);
    }

    fn empty(&mut self, collection: Node<'_, '_>) {
        self.emptied.push(emptied(collection));
    }

    fn element(&self, path: &str, element: Node<'_, '_>) {
        let text = self.without(element, &[]);
        self.file(path, &text);
    }

    /// An element as the root of a file, with parts of it replaced.
    fn without(&self, element: Node<'_, '_>, cuts: &[Cut]) -> String {
        let range = element.range();
        let tag = start_tag(&self.text[range.clone()]);
        let after_name = 1 + tag[1..]
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))
            .unwrap();
        let mut out = format!("{}{}", &tag[..after_name], namespaces(element, tag));
        let mut at = range.start + after_name;
        let mut cuts: Vec<_> = cuts.iter().collect();
        cuts.sort_by_key(|(cut, _)| cut.start);
        for (cut, replacement) in cuts {
            out.push_str(&self.text[at..cut.start]);
            out.push_str(replacement);
            at = cut.end;
        }
        out + &self.text[at..range.end]
    }

    fn file(&self, path: &str, text: &str) {
        let text = format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}");
        self.bytes(path, text.as_bytes());
    }

    fn bytes(&self, path: &str, content: &[u8]) {
        let path = self.to.join(path);
        assert!(!path.exists(), "{} is written twice", path.display());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
    node.children().filter(Node::is_element).collect()
}

/// The first value that is there: `@name` is an attribute, `name` the text of a child.
fn value(node: Node<'_, '_>, alternatives: &str) -> Option<String> {
    alternatives.split('|').find_map(|wanted| {
        let value = match wanted.strip_prefix('@') {
            Some(attribute) => node.attribute(attribute),
            None => elements(node)
                .into_iter()
                .find(|child| name(*child) == wanted)?
                .text(),
        };
        value
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    })
}

/// What the tool makes of a name that no file may have.
fn file_name(name: &str) -> String {
    name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "_")
}

fn emptied(element: Node<'_, '_>) -> Cut {
    (element.range(), format!("<{} />", name(element)))
}

/// Items within a copy of the element around them.
fn wrapped(around: Node<'_, '_>, items: &str) -> String {
    let name = name(around);
    format!("<{name}{}>{items}</{name}>", namespaces(around, ""))
}

/// The namespaces in scope of an element that its own start tag does not declare.
fn namespaces(element: Node<'_, '_>, tag: &str) -> String {
    let mut declarations = String::new();
    for namespace in element.namespaces() {
        let declaration = match namespace.name() {
            Some("xml") => continue,
            Some(prefix) => format!("xmlns:{prefix}="),
            None => "xmlns=".to_owned(),
        };
        if !tag.contains(&declaration) {
            write!(declarations, " {declaration}\"{}\"", namespace.uri()).unwrap();
        }
    }
    declarations
}

/// The start tag that a text begins with.
fn start_tag(text: &str) -> &str {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '>' => return &text[..=at],
            Some(_) | None => {}
        }
    }
    text
}
