//! The manifest of YAML source: solution.yml, publisher.yml, rootcomponents.yml and missingdependencies.yml are together
//! what solution.xml is; solutioncomponents.yml says what belongs to the solution.

use super::draft::Fragment;
use super::{NOT_WELL_FORMED, manifest, not_a_manifest, places, refused, unreadable};
use crate::error::Error;
use crate::model::{Flaw, FlawKind, Manifest};
use crate::package::{EntryId, Package, ReadFailure, listed_paths};
use crate::source::Span;
use crate::xml::{self, Element, XmlFailure};
use crate::yaml::{self, Key, Node, Value};

/// A manifest together with the texts of its files.
pub(super) struct Read {
    pub(super) manifest: Manifest,
    pub(super) texts: Vec<(EntryId, String)>,
    pub(super) own: Fragment,
}

struct Files<'a> {
    package: &'a Package,
    texts: Vec<(EntryId, String)>,
    flaws: Vec<Flaw>,
}

/// Reads the manifest from solution.yml and the files that belong to it.
pub(super) fn read(package: &Package, id: EntryId) -> Result<Read, Error> {
    let name = &*package.entry(id).name;
    let text = package.text(id).map_err(|ReadFailure { detail, .. }| {
        let what = format!("has a {name} that cannot be read: {detail}");
        unreadable(package, &what, NOT_WELL_FORMED)
    })?;
    let refuse = |failure: &XmlFailure| refused(package, name, &text, failure);
    let solution = yaml::read(&text, id.file(), package.limits()).map_err(|why| refuse(&why))?;
    let mut files = Files {
        package,
        texts: Vec::new(),
        flaws: Vec::new(),
    };
    let whole = files.join(solution);
    let converted = whole.and_then(|whole| yaml::write(&whole, package.limits()).transpose());
    let converted = match converted {
        None => return Err(not_a_manifest(package, name)),
        Some(converted) => converted.map_err(|why| refuse(&why))?,
    };
    // What was written here is well-formed; only a limit can be in its way.
    let document = xml::parse(&converted.xml, package.limits()).map_err(|mut why| {
        why.offset = 0;
        refuse(&why)
    })?;
    let root = Element::new(document.root_element(), id.file());
    let mut own = Fragment::default();
    let mut manifest = manifest::manifest(root, &converted.xml, package.package_type(), &mut own);
    if manifest.managed_text.is_none() {
        manifest.package_type = package.package_type();
    }
    own.put_back(&converted.places);
    places::put_manifest_back(&mut manifest, &converted.places);
    let left_out = converted.left_out.into_iter();
    let left_out: Vec<_> = left_out
        .map(|(span, detail)| Flaw {
            kind: FlawKind::MalformedYaml,
            subject: package.entry_at(span).name.clone(),
            detail: detail.into(),
            span,
        })
        .collect();
    files.check_paths();
    own.flaws.extend(left_out);
    own.flaws.append(&mut files.flaws);
    files.texts.push((id, text));
    Ok(Read {
        manifest,
        texts: files.texts,
        own,
    })
}

impl Files<'_> {
    /// One tree of all files; none where solution.yml holds no `SolutionManifest`.
    fn join(&mut self, solution: Node) -> Option<Node> {
        let mut export = match solution.get("ImportExportXml") {
            Some(export) => export.clone(),
            None => solution,
        };
        let Value::Map(entries) = &mut export.value else {
            return None;
        };
        let manifest = entries
            .iter_mut()
            .find(|(key, _)| key.name == "SolutionManifest");
        let (key, node) = manifest?;
        let whole = key.span;
        let Value::Map(parts) = &mut node.value else {
            return None;
        };
        self.add_publisher(parts);
        for (file, element) in [
            ("rootcomponents.yml", "RootComponents"),
            ("missingdependencies.yml", "MissingDependencies"),
        ] {
            let found = self.package.find_manifest(file);
            if let Some((key, node)) = found.and_then(|id| self.element(id, element)) {
                parts.retain(|(known, _)| known.name != element);
                parts.push((key, node));
            }
        }
        let key = Key {
            name: "ImportExportXml".into(),
            span: whole,
        };
        let span = export.span;
        Some(Node {
            value: Value::Map(vec![(key, export)]),
            span,
        })
    }

    /// solution.yml only names its publisher; the file of that name describes it.
    fn add_publisher(&mut self, parts: &mut [(Key, Node)]) {
        let at = parts.iter().position(|(key, _)| key.name == "Publisher");
        let named = at.and_then(|at| {
            let node = &parts[at].1;
            let name = node.text().or_else(|| node.get("UniqueName")?.text())?;
            Some((at, name.to_owned()))
        });
        let Some((at, name)) = named else {
            return;
        };
        let file = format!("publishers/{name}/publisher.yml");
        let found = self.package.find(&file);
        if let Some(described) = found.and_then(|id| self.element(id, "Publisher")) {
            parts[at] = described;
        } else if let Value::Text(_) = &parts[at].1.value {
            // `Publisher: contoso` names it all the same.
            let span = parts[at].1.span;
            let key = Key {
                name: "UniqueName".into(),
                span,
            };
            let text = parts[at].1.clone();
            parts[at].1 = Node {
                value: Value::Map(vec![(key, text)]),
                span,
            };
        }
    }

    /// The element of this name that a file holds. A file that cannot be read, or holds another, is reported.
    fn element(&mut self, id: EntryId, name: &str) -> Option<(Key, Node)> {
        let root = self.tree(id)?;
        let entries = root.entries().iter();
        let found = entries.clone().find(|(key, _)| key.name == name).cloned();
        if found.is_none() {
            let detail = format!("it does not hold {name}");
            self.report(id, FlawKind::MalformedYaml, detail, root.span);
        }
        found
    }

    fn tree(&mut self, id: EntryId) -> Option<Node> {
        let file = id.file();
        let text = match self.package.text(id) {
            Ok(text) => text,
            Err(ReadFailure { kind, detail }) => {
                self.report(id, kind, detail, Span::start_of(file));
                return None;
            }
        };
        let read = yaml::read(&text, file, self.package.limits());
        self.texts.push((id, text));
        match read {
            Ok(root) => Some(root),
            Err(failure) => {
                let span = Span {
                    file,
                    start: failure.offset,
                    end: failure.offset.saturating_add(1),
                };
                self.report(id, failure.kind, failure.detail, span);
                None
            }
        }
    }

    fn report(&mut self, id: EntryId, kind: FlawKind, detail: String, span: Span) {
        self.flaws.push(Flaw {
            kind,
            subject: self.package.entry(id).name.clone(),
            detail: detail.into(),
            span,
        });
    }

    /// Records each listed path without a file.
    fn check_paths(&mut self) {
        let Some(id) = self.package.find_manifest("solutioncomponents.yml") else {
            return;
        };
        let Some(root) = self.tree(id) else {
            return;
        };
        let Some(paths) = listed_paths(&root) else {
            let detail = "it does not hold SolutionComponents".to_owned();
            self.report(id, FlawKind::MalformedYaml, detail, root.span);
            return;
        };
        let there = Paths::new(self.package);
        for (path, span) in paths {
            if !there.has(&path) {
                self.flaws.push(Flaw {
                    kind: FlawKind::UnmatchedPath,
                    subject: path.into(),
                    detail: "".into(),
                    span,
                });
            }
        }
    }
}

/// The files of a package by their names, lower-case and sorted.
struct Paths(Vec<String>);

impl Paths {
    fn new(package: &Package) -> Self {
        let entries = package.entries();
        let mut names: Vec<_> = entries
            .map(|(_, entry)| entry.name.to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        Self(names)
    }

    /// Whether there is a file at a path, below it, or of that name and more: `canvasapps/a` is `canvasapps/a.meta.yml`.
    fn has(&self, path: &str) -> bool {
        let path = path.to_ascii_lowercase();
        let begins = |text: &str| {
            let first = self.0.partition_point(|name| name.as_str() < text);
            self.0.get(first).is_some_and(|name| name.starts_with(text))
        };
        self.0.binary_search(&path).is_ok()
            || ["/", ".", "_"]
                .iter()
                .any(|end| begins(&format!("{path}{end}")))
    }
}
