//! What is in a package: the report of `inspect`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::contract::{ComponentJson, PackageJson};
use super::json::{SCHEMA_VERSION, pretty};
use super::nature::{is_link, nature, title};
use super::schema;
use super::sequences::{Sequences, json::SequenceJson};
use super::text::{count, safe, shown_path};
use crate::error::Error;
use crate::model::{
    Component, ComponentId, ComponentType, Flaw, FlawKind, Located, Origin, Solution,
};
use crate::package::{Layout, normal_name};
use crate::parse::Parsed;
use crate::source::Place;

/// The content of one package, with the places of its components.
#[derive(Debug)]
pub struct Inventory {
    path: Box<str>,
    layout: Layout,
    solution: Solution,
    places: Vec<Place>,
}

/// Which components to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InventoryFilter {
    /// Only of this type.
    pub kind: Option<ComponentType>,
    /// Every component with its properties instead of the first few of each type.
    pub verbose: bool,
}

fn located(text: Option<&Located<Box<str>>>) -> &str {
    text.map_or("-", |text| &text.value)
}

/// Components of one type that are listed before the rest is only counted.
const SHOWN: usize = 12;

impl Inventory {
    /// Takes a parsed package.
    pub fn new(path: &str, layout: Layout, parsed: Parsed) -> Self {
        let Parsed { solution, sources } = parsed;
        let places = solution
            .components
            .iter()
            .map(|component| Place {
                window: None,
                ..sources.place(component.span)
            })
            .collect();
        Self {
            path: path.into(),
            layout,
            solution,
            places,
        }
    }

    /// Whether there is a component of this type.
    pub fn has(&self, kind: &ComponentType) -> bool {
        let mut components = self.solution.components.iter();
        components.any(|component| component.identity.kind == *kind)
    }

    fn listed<'a>(
        &'a self,
        filter: &'a InventoryFilter,
    ) -> impl Iterator<Item = (ComponentId, &'a Component)> {
        self.solution.numbered().filter(|(_, component)| {
            filter
                .kind
                .as_ref()
                .is_none_or(|kind| component.identity.kind == *kind)
        })
    }

    /// Writes its sequences for people, step by step.
    pub fn human_sequences(&self) -> String {
        let mut text = String::new();
        self.heading(&mut text);
        Sequences::of(&self.solution).human(&mut text);
        text
    }

    /// Writes it for people.
    pub fn human(&self, filter: &InventoryFilter) -> String {
        let mut text = String::new();
        self.heading(&mut text);
        let mut by_kind: BTreeMap<&ComponentType, Vec<ComponentId>> = BTreeMap::new();
        for (id, component) in self.listed(filter) {
            by_kind
                .entry(&component.identity.kind)
                .or_default()
                .push(id);
        }
        for (kind, mut ids) in by_kind {
            let _ = writeln!(text, "\n{}", self.group(kind, &ids));
            // What the author made comes before what every table has.
            ids.sort_by_key(|id| self.is_system_column(*id));
            let limit = if filter.verbose || filter.kind.is_some() {
                usize::MAX
            } else {
                SHOWN
            };
            for id in ids.iter().take(limit) {
                self.component(&mut text, *id, filter.verbose);
            }
            if let Some(more) = ids.len().checked_sub(limit).filter(|more| *more > 0) {
                let _ = writeln!(text, "  … and {more} more; --kind {kind} shows them all");
            }
        }
        for unclaimed in &self.solution.unclaimed {
            let _ = writeln!(text, "\nnot understood: {}", safe(&unclaimed.what));
        }
        text
    }

    /// The heading of the components of one kind.
    fn group(&self, kind: &ComponentType, ids: &[ComponentId]) -> String {
        let mut components = ids.iter().map(|id| &self.solution.components[id.index()]);
        if components.all(|component| is_link(&component.identity)) {
            format!("{} ({kind})", count(ids.len(), "link"))
        } else {
            count(ids.len(), &kind.label())
        }
    }

    fn is_system_column(&self, id: ComponentId) -> bool {
        let component = &self.solution.components[id.index()];
        component.identity.kind == ComponentType::Number(2)
            && component.property("IsCustomField") != Some("1")
    }

    /// The files that are missing from what is listed, because they cannot be read or not within the limits.
    fn not_read(&self) -> impl Iterator<Item = &Flaw> {
        self.solution.flaws.iter().filter(|flaw| {
            matches!(
                flaw.kind,
                FlawKind::MalformedXml
                    | FlawKind::MalformedJson
                    | FlawKind::MalformedYaml
                    | FlawKind::UndecodableText
                    | FlawKind::UnreadableEntry
                    | FlawKind::BeyondLimit
            )
        })
    }

    fn heading(&self, text: &mut String) {
        let manifest = &self.solution.manifest;
        let kind = manifest.package_type.name();
        let version = safe(located(manifest.version_text.as_ref()));
        let name = safe(manifest.name());
        let _ = writeln!(
            text,
            "{name} {version} ({kind}) in {}",
            safe(shown_path(&self.path))
        );
        for (label, value) in self.facts() {
            let _ = writeln!(text, "  {label:<12}{}", safe(&value));
        }
        for flaw in self.not_read() {
            let separator = if flaw.detail.is_empty() { "" } else { ": " };
            let line = format!("{}{separator}{}", flaw.subject, flaw.detail);
            let _ = writeln!(text, "  not read: {}", safe(&line));
        }
    }

    /// What solution.xml says of the solution, as (label, value).
    fn facts(&self) -> Vec<(&'static str, String)> {
        let manifest = &self.solution.manifest;
        let mut facts = Vec::new();
        if let Some(name) = manifest.display_name() {
            facts.push(("name", name.to_owned()));
        }
        if let Some(publisher) = &manifest.publisher {
            let name = located(publisher.unique_name.as_ref());
            let prefix = located(publisher.prefix.as_ref());
            let options = located(publisher.option_value_prefix.as_ref());
            let text = format!("{name}, prefix {prefix}, option values {options}");
            facts.push(("publisher", text));
        }
        let export = &manifest.export;
        let or_dash = |text: &Option<Box<str>>| text.as_deref().unwrap_or("-").to_owned();
        facts.push((
            "exported",
            format!(
                "from platform {}, package version {}, by {}",
                or_dash(&export.platform_version),
                or_dash(&export.package_version),
                or_dash(&export.generated_by)
            ),
        ));
        if let Some(parent) = &manifest.parent_solution {
            facts.push(("patch of", parent.value.as_str().to_owned()));
        }
        let languages = self.solution.languages.iter().map(ToString::to_string);
        let languages: Vec<_> = languages.collect();
        if !languages.is_empty() {
            facts.push(("languages", languages.join(", ")));
        }
        let components = count(self.solution.components.len(), "component");
        let roots = count(manifest.roots.len(), "root component");
        let missing = count(manifest.missing_dependencies.len(), "missing dependency");
        facts.push((
            "holds",
            format!("{components}, {roots}; {missing} declared"),
        ));
        facts
    }

    fn component(&self, text: &mut String, id: ComponentId, verbose: bool) {
        let component = &self.solution.components[id.index()];
        let layered = match component.origin {
            Origin::Layered => " (changes an existing one)",
            Origin::Package => "",
        };
        let title = title(&self.solution, component);
        let nature = nature(component).map_or(String::new(), |nature| format!("  [{nature}]"));
        let _ = writeln!(text, "  {}{}{layered}", safe(&title), safe(&nature));
        if verbose {
            let _ = writeln!(text, "      at {}", self.places[id.index()]);
            for (key, value) in &component.properties {
                let _ = writeln!(text, "      {} = {}", safe(key), safe(value));
            }
            for part in &component.parts {
                let _ = writeln!(text, "      file {}", safe(&normal_name(&part.path)));
            }
        }
    }

    /// Writes inventories for programs.
    pub fn json(packages: &[Result<Self, Error>], filter: &InventoryFilter) -> String {
        let packages = packages.iter().map(|package| match package {
            Ok(inventory) => inventory.contract(filter),
            Err(error) => InventoryJson {
                package: PackageJson::failed(error),
                content: None,
            },
        });
        pretty(&InspectJson {
            schema_version: SCHEMA_VERSION,
            packages: packages.collect(),
        })
    }

    /// Writes the sequences of inventories for programs.
    pub fn json_sequences(packages: &[Result<Self, Error>]) -> String {
        let packages = packages.iter().map(|package| match package {
            Ok(inventory) => {
                let (path, layout) = (&inventory.path, inventory.layout.name());
                SequencesJson {
                    package: PackageJson::read(path, layout, &inventory.solution),
                    sequences: Some(Sequences::of(&inventory.solution).json()),
                }
            }
            Err(error) => SequencesJson {
                package: PackageJson::failed(error),
                sequences: None,
            },
        });
        pretty(&InspectJson {
            schema_version: SCHEMA_VERSION,
            packages: packages.collect(),
        })
    }

    /// The JSON Schema of `inspect --sequences --format json`, as text.
    pub fn sequences_schema() -> String {
        schema::of::<InspectJson<SequencesJson<'_>>>("sequences", "Sequences of packages")
    }

    fn contract<'a>(&'a self, filter: &'a InventoryFilter) -> InventoryJson<'a> {
        let manifest = &self.solution.manifest;
        let publisher = manifest.publisher.as_ref();
        let prefix = publisher.and_then(|publisher| publisher.prefix.as_ref());
        let parent = manifest.parent_solution.as_ref();
        let unclaimed = self.solution.unclaimed.iter();
        InventoryJson {
            package: PackageJson::read(&self.path, self.layout.name(), &self.solution),
            content: Some(ContentJson {
                display_name: manifest.display_name(),
                prefix: prefix.map(|prefix| &*prefix.value),
                patch_of: parent.map(|parent| parent.value.as_str()),
                languages: &self.solution.languages,
                root_components: manifest.roots.len(),
                missing_dependencies: manifest.missing_dependencies.len(),
                components: self
                    .listed(filter)
                    .map(|(id, component)| self.entry(id, component))
                    .collect(),
                not_read: self.not_read().map(NotReadJson::from).collect(),
                unclaimed: unclaimed.map(|one| &*one.what).collect(),
            }),
        }
    }

    fn entry<'a>(&'a self, id: ComponentId, component: &'a Component) -> EntryJson<'a> {
        let place = &self.places[id.index()];
        let parent = component
            .parent
            .and_then(|parent| self.solution.component(parent));
        let properties = component.properties.iter();
        EntryJson {
            component: (&component.identity).into(),
            origin: match component.origin {
                Origin::Package => "package",
                Origin::Layered => "layered",
            },
            parent: parent.map(|parent| (&parent.identity).into()),
            file: &place.file,
            line: place.line,
            column: place.column,
            properties: properties.map(|(key, value)| (&**key, &**value)).collect(),
            files: component
                .parts
                .iter()
                .map(|part| normal_name(&part.path))
                .collect(),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct InspectJson<T> {
    /// The version of this contract.
    schema_version: u32,
    /// The packages, in the order given.
    packages: Vec<T>,
}

/// The sequences of a package.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Sequences")]
struct SequencesJson<'a> {
    /// The package that was read.
    package: PackageJson<'a>,
    /// The sequences, in the order of the package; none where it could not be read.
    sequences: Option<Vec<SequenceJson<'a>>>,
}

#[derive(Debug, Serialize)]
struct InventoryJson<'a> {
    package: PackageJson<'a>,
    content: Option<ContentJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContentJson<'a> {
    display_name: Option<&'a str>,
    prefix: Option<&'a str>,
    patch_of: Option<&'a str>,
    languages: &'a [u32],
    root_components: usize,
    missing_dependencies: usize,
    components: Vec<EntryJson<'a>>,
    not_read: Vec<NotReadJson<'a>>,
    unclaimed: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct NotReadJson<'a> {
    file: &'a str,
    detail: &'a str,
}

impl<'a> From<&'a Flaw> for NotReadJson<'a> {
    fn from(flaw: &'a Flaw) -> Self {
        Self {
            file: &flaw.subject,
            detail: &flaw.detail,
        }
    }
}

#[derive(Debug, Serialize)]
struct EntryJson<'a> {
    component: ComponentJson<'a>,
    origin: &'static str,
    parent: Option<ComponentJson<'a>>,
    file: &'a str,
    line: u32,
    column: u32,
    properties: BTreeMap<&'a str, &'a str>,
    files: Vec<String>,
}
