//! From an unzipped export to YAML source, the folder that git integration writes of it.
//!
//! No such folder of the platform's own was at hand: folders and names follow the documentation and what public tools
//! write. What SolutionPackager splits is split the same way, and columns are in files of their own.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};

use super::support::pack::files;
use super::unpack::to_solution_packager;

/// Folders whose XML is content, unless it lies beside content and describes it.
const CONTENT: [&str; 9] = [
    "webresources",
    "canvasapps",
    "controls",
    "reports",
    "pluginassemblies",
    "connectors",
    "workflows",
    "templates",
    "entities/formulas",
];

/// Writes the YAML source of an unzipped export.
///
/// # Panics
///
/// Where the export cannot be read.
pub fn to_yaml_source(export_folder: &Path, to: &Path) {
    let temporary = tempfile::TempDir::new().unwrap();
    let source = temporary.path().join("source");
    to_solution_packager(export_folder, &source);
    let mut listed = BTreeSet::new();
    let mut manifest = None;
    for (path, content) in files(&source) {
        let path = in_lower_folders(&path);
        let lower = path.to_ascii_lowercase();
        if lower == "other/solution.xml" {
            manifest = Some(content);
            continue;
        }
        if !is_definition(&lower) {
            write(to, &path, &content, &mut listed);
            continue;
        }
        let text = String::from_utf8(content).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let document = Document::parse(text).unwrap();
        let root = document.root_element();
        match lower.strip_prefix("other/") {
            Some("customizations.xml") => {
                for collection in root.children().filter(Node::has_children) {
                    let folder = name(collection).to_ascii_lowercase();
                    let path = format!("{folder}/{folder}.yml");
                    write(to, &path, yaml(collection).as_bytes(), &mut listed);
                }
            }
            Some(file) => {
                let path = format!("{}/{file}", name(root).to_ascii_lowercase());
                write(to, &yml(&path), yaml(root).as_bytes(), &mut listed);
            }
            None if name(root) == "Entity" => table(root, &path, to, &mut listed),
            None => write(to, &yml(&path), yaml(root).as_bytes(), &mut listed),
        }
    }
    manifests(&manifest.unwrap(), to, &listed);
}

/// Folders of components are lower-case; names within them, and the type of a form, are as they are.
fn in_lower_folders(path: &str) -> String {
    let parts: Vec<_> = path.split('/').collect();
    let lower = if parts[0].eq_ignore_ascii_case("Entities") {
        3
    } else {
        1
    };
    let parts = parts.iter().enumerate().map(|(at, part)| {
        if at < lower {
            part.to_ascii_lowercase()
        } else {
            (*part).to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn is_definition(lower: &str) -> bool {
    let is_xml = Path::new(lower)
        .extension()
        .is_some_and(|found| found == "xml");
    let in_content = CONTENT.iter().any(|folder| {
        lower
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    });
    let lone = lower.matches('/').count() == 1 && !lower.starts_with("webresources/");
    let beside = lower.ends_with(".data.xml") || lower.ends_with(".meta.xml");
    is_xml && (!in_content || lone || beside)
}

fn yml(path: &str) -> String {
    format!("{}.yml", path.strip_suffix(".xml").unwrap())
}

fn write(to: &Path, path: &str, content: &[u8], listed: &mut BTreeSet<String>) {
    let depth = if path.starts_with("solutions/") { 0 } else { 2 };
    let parts: Vec<_> = path.split('/').take(depth).collect();
    if !parts.is_empty() {
        listed.insert(parts.join("/"));
    }
    let path = to.join(path);
    assert!(!path.exists(), "{} is written twice", path.display());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A table, and each of its columns in a file.
fn table(table: Node<'_, '_>, path: &str, to: &Path, listed: &mut BTreeSet<String>) {
    let (folder, _) = path.rsplit_once('/').unwrap();
    let columns = table
        .descendants()
        .filter(|node| name(*node) == "attribute" && parent_is(*node, "attributes"))
        .filter(|node| node.ancestors().any(|around| name(around) == "EntityInfo"));
    for column in columns {
        let named = column
            .children()
            .find(|child| ["LogicalName", "Name"].contains(&name(*child)))
            .and_then(|child| child.text())
            .or(column.attribute("PhysicalName"));
        let file = named.unwrap().to_ascii_lowercase();
        let path = format!("{folder}/attributes/{file}.yml");
        write(to, &path, yaml(column).as_bytes(), listed);
    }
    let mut text = String::new();
    element(table, "", &mut text, &|node| {
        !(name(node) == "attributes" && parent_is(node, "entity"))
    });
    let path = format!("{folder}/entity.yml");
    write(to, &path, text.as_bytes(), listed);
}

fn parent_is(node: Node<'_, '_>, wanted: &str) -> bool {
    node.parent_element()
        .is_some_and(|parent| name(parent) == wanted)
}

fn manifests(solution: &[u8], to: &Path, listed: &BTreeSet<String>) {
    let text = String::from_utf8(solution.to_vec()).unwrap();
    let document = Document::parse(text.trim_start_matches('\u{feff}')).unwrap();
    let root = document.root_element();
    let find = |wanted: &str| root.descendants().find(|node| name(*node) == wanted);
    let of = |around: Node<'_, '_>| {
        let named = around.children().find(|node| name(*node) == "UniqueName");
        named
            .and_then(|node| node.text())
            .unwrap_or("x")
            .trim()
            .to_owned()
    };
    let manifest = find("SolutionManifest").unwrap();
    let folder = format!("solutions/{}", of(manifest));
    let mut unlisted = BTreeSet::new();
    let mut put = |path: &str, text: &str| write(to, path, text.as_bytes(), &mut unlisted);
    for (file, wanted) in [
        ("rootcomponents.yml", "RootComponents"),
        ("missingdependencies.yml", "MissingDependencies"),
    ] {
        let text = find(wanted).map_or_else(|| format!("{wanted}: {{}}\n"), yaml);
        put(&format!("{folder}/{file}"), &text);
    }
    let mut text = String::new();
    element(root, "", &mut text, &|node| {
        let is_described = parent_is(node, "Publisher") && name(node) != "UniqueName";
        !is_described && !["RootComponents", "MissingDependencies"].contains(&name(node))
    });
    put(&format!("{folder}/solution.yml"), &text);
    if let Some(publisher) = find("Publisher") {
        let path = format!("publishers/{}/publisher.yml", of(publisher));
        put(&path, &yaml(publisher));
    }
    let mut text = String::from("SolutionComponents:\n  Component:\n");
    for path in listed {
        writeln!(text, "    - '@path': {}", quoted(&format!("/{path}"))).unwrap();
    }
    put(&format!("{folder}/solutioncomponents.yml"), &text);
}

fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

fn yaml(node: Node<'_, '_>) -> String {
    let mut out = String::new();
    element(node, "", &mut out, &|_| true);
    out
}

type Keeps<'a> = &'a dyn Fn(Node<'_, '_>) -> bool;

/// Writes an element as an entry of a mapping.
fn element(node: Node<'_, '_>, indent: &str, out: &mut String, keeps: Keeps<'_>) {
    write!(out, "{indent}{}:", quoted(name(node))).unwrap();
    value(node, &format!("{indent}  "), out, keeps);
}

/// Writes what stands behind an element's name: nothing, text, or a mapping on lines of its own.
fn value(node: Node<'_, '_>, indent: &str, out: &mut String, keeps: Keeps<'_>) {
    let children: Vec<_> = node
        .children()
        .filter(|child| child.is_element() && keeps(*child))
        .collect();
    let texts: String = node
        .children()
        .filter_map(|child| child.text().filter(|_| child.is_text()))
        .collect();
    let text = if children.is_empty() || !texts.trim().is_empty() {
        &*texts
    } else {
        ""
    };
    if children.is_empty() && node.attributes().len() == 0 {
        if !text.is_empty() {
            write!(out, " {}", quoted(text)).unwrap();
        }
        out.push('\n');
        return;
    }
    out.push('\n');
    for attribute in node.attributes() {
        let prefix = attribute
            .namespace()
            .and_then(|uri| node.lookup_prefix(uri));
        let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix}:"));
        let key = quoted(&format!("@{prefix}{}", attribute.name()));
        writeln!(out, "{indent}{key}: {}", quoted(attribute.value())).unwrap();
    }
    if !text.is_empty() {
        writeln!(out, "{indent}'#text': {}", quoted(text)).unwrap();
    }
    let mut written = BTreeSet::new();
    for child in &children {
        if !written.insert(name(*child)) {
            continue;
        }
        let same: Vec<_> = children
            .iter()
            .filter(|other| name(**other) == name(*child))
            .collect();
        if let [only] = same.as_slice() {
            element(**only, indent, out, keeps);
            continue;
        }
        writeln!(out, "{indent}{}:", quoted(name(*child))).unwrap();
        for item in same {
            write!(out, "{indent}  -").unwrap();
            value(*item, &format!("{indent}    "), out, keeps);
        }
    }
}

/// A scalar, quoted only where it must be, so that numbers and versions are as a tool writes them.
fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text != "null"
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    if is_plain {
        text.to_owned()
    } else {
        serde_json::to_string(text).unwrap()
    }
}
