//! What one component needs, and what needs it: as the platform's *Show dependencies* does, with what the target has.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use crate::finding::Evidence;
use crate::graph::{Link, NodeId, PackageGraph};
use crate::model::{Origin, Strength, Supplier, SupplierOrigin};
use crate::report::contract::{ComponentJson, PackageJson, SupplierJson};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::sequences::steps_that_use;
use crate::report::text::{count, safe, shown_path};
use crate::target::{Answer, Basis, Presence, Question, Target};

/// The two lists of a component's dependencies.
#[derive(Debug)]
pub struct Dependencies<'a> {
    package: &'a PackageGraph,
    node: NodeId,
    required: Vec<Dependency>,
    dependents: Vec<Dependency>,
}

/// One component at the other end.
#[derive(Debug)]
struct Dependency {
    link: Link,
    origin: Option<Origin>,
    supplier: Option<Supplier>,
    /// Whether the target has it; for what the package defines nobody needs to ask.
    answer: Answer,
    /// The steps of the sequence at either end that name the other, and how many more do.
    steps: (Vec<Box<str>>, usize),
}

impl<'a> Dependencies<'a> {
    /// Collects what a component and what travels with it need, and what needs them.
    pub fn new(package: &'a PackageGraph, node: NodeId, target: Option<&Target>) -> Self {
        let mut inside = BTreeSet::from([node]);
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            let parts = package.graph.parts(next);
            open.extend(parts.into_iter().filter(|part| inside.insert(*part)));
        }
        let collect = |is_from: bool, links: &dyn Fn(NodeId) -> Vec<Link>| {
            let mut found: Vec<Link> = inside.iter().flat_map(|node| links(*node)).collect();
            found.retain(|link| !inside.contains(&link.node));
            found.sort_by_key(|link| (link.node, link.edge.strength));
            found.dedup_by_key(|link| link.node);
            found.sort_by_key(|link| (link.edge.strength, link.node));
            let found = found.into_iter();
            found
                .filter_map(|link| {
                    let (from, to) = if is_from {
                        (node, link.node)
                    } else {
                        (link.node, node)
                    };
                    let steps = steps(package, from, to);
                    Some(Dependency {
                        steps,
                        ..dependency(package, link, target)?
                    })
                })
                .collect()
        };
        Self {
            package,
            node,
            required: collect(true, &|node| package.graph.required(node)),
            dependents: collect(false, &|node| package.graph.dependents(node)),
        }
    }

    /// Writes them for people.
    pub fn human(&self) -> String {
        let name = self
            .package
            .identity(self.node)
            .map_or_else(String::new, ToString::to_string);
        let mut text = format!(
            "{}: {}\n",
            safe(shown_path(&self.package.path)),
            safe(&name)
        );
        self.list(
            &mut text,
            "needs",
            "needs nothing that could be found",
            &self.required,
        );
        self.list(
            &mut text,
            "is needed by",
            "nothing is found that needs it",
            &self.dependents,
        );
        text
    }

    fn list(&self, text: &mut String, title: &str, none: &str, list: &[Dependency]) {
        if list.is_empty() {
            let _ = writeln!(text, "\n{none}");
            return;
        }
        let _ = writeln!(text, "\n{title} {}", count(list.len(), "component"));
        for one in list {
            let Some(identity) = self.package.identity(one.link.node) else {
                continue;
            };
            let state = state(one);
            let _ = writeln!(text, "  {state:<16}{}", safe(&identity.to_string()));
            let _ = writeln!(
                text,
                "  {:<16}{}",
                "",
                safe(&format!("{}{}", by_steps(&one.steps), why(one)))
            );
        }
    }

    /// Writes them for programs.
    pub fn json(&self) -> String {
        let package = self.package;
        pretty(&DependenciesJson {
            schema_version: SCHEMA_VERSION,
            package: PackageJson::read(&package.path, package.layout.name(), &package.solution),
            component: package.identity(self.node).map(ComponentJson::from),
            required: self.rows(&self.required),
            dependents: self.rows(&self.dependents),
        })
    }

    fn rows<'s>(&'s self, list: &'s [Dependency]) -> Vec<DependencyJson<'s>> {
        let rows = list.iter().filter_map(|one| {
            let identity = self.package.identity(one.link.node)?;
            let edge = one.link.edge;
            Some(DependencyJson {
                component: identity.into(),
                origin: origin(one.origin),
                state: one.answer.presence.name(),
                evidence: one.answer.evidence.to_string(),
                because: &one.answer.because,
                settle: one.answer.settle.as_deref(),
                managed: one.supplier.as_ref().and_then(Supplier::is_managed),
                supplier: one.supplier.as_ref().map(SupplierJson::from),
                kind: edge.kind.id(),
                strength: edge.strength.name(),
                sources: sources(edge.derived, edge.declared),
                steps: &one.steps.0,
            })
        });
        rows.collect()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DependenciesJson<'a> {
    schema_version: u32,
    package: PackageJson<'a>,
    component: Option<ComponentJson<'a>>,
    required: Vec<DependencyJson<'a>>,
    dependents: Vec<DependencyJson<'a>>,
}

#[derive(Debug, Serialize)]
struct DependencyJson<'a> {
    #[serde(flatten)]
    component: ComponentJson<'a>,
    origin: &'static str,
    state: &'static str,
    evidence: String,
    because: &'a str,
    settle: Option<&'a str>,
    managed: Option<bool>,
    supplier: Option<SupplierJson<'a>>,
    kind: &'static str,
    strength: &'static str,
    sources: Vec<&'static str>,
    /// Steps of the sequence that refers, by their titles or places.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    steps: &'a [Box<str>],
}

/// The word for what a package holds of a component.
pub(super) fn origin(origin: Option<Origin>) -> &'static str {
    match origin {
        Some(Origin::Package) => "package",
        Some(Origin::Layered) => "layered",
        None => "external",
    }
}

/// How a reference is known.
pub(super) fn sources(derived: bool, declared: bool) -> Vec<&'static str> {
    let sources = [("derived", derived), ("declared", declared)].into_iter();
    sources
        .filter_map(|(name, is)| is.then_some(name))
        .collect()
}

fn dependency(package: &PackageGraph, link: Link, target: Option<&Target>) -> Option<Dependency> {
    let identity = package.identity(link.node)?;
    let origin = package.graph.origin(&package.solution, link.node);
    let supplier = package.graph.supplier(&package.solution, link.node);
    let answer = if origin.is_some() {
        Answer::present(Evidence::Strong, "the package holds it itself").by(Basis::Packages)
    } else {
        let question = Question::of(&package.solution, identity, supplier.as_ref());
        Target::ask(target, &question)
    };
    Some(Dependency {
        link,
        origin,
        supplier,
        answer,
        steps: Default::default(),
    })
}

/// The steps of a sequence that name a component.
fn steps(package: &PackageGraph, from: NodeId, to: NodeId) -> (Vec<Box<str>>, usize) {
    let Some(to) = package.identity(to) else {
        return Default::default();
    };
    let (titles, more) = steps_that_use(&package.solution, package.graph.component(from), to);
    (titles.into_iter().map(Into::into).collect(), more)
}

/// The same in words.
fn by_steps((titles, more): &(Vec<Box<str>>, usize)) -> String {
    let quoted: Vec<_> = titles.iter().map(|title| format!("\"{title}\"")).collect();
    let quoted = quoted.join(", ");
    match (titles.len(), more) {
        (0, _) => String::new(),
        (1, 0) => format!("in step {quoted}; "),
        (_, 0) => format!("in steps {quoted}; "),
        (_, more) => format!("in steps {quoted} and {more} more; "),
    }
}

/// Where a component is, in a word or two.
fn state(one: &Dependency) -> &'static str {
    match (one.origin, one.answer.presence) {
        (Some(Origin::Package), _) => "in the package",
        (Some(Origin::Layered), _) => "layer only",
        (None, Presence::Present) => "present",
        (None, Presence::Absent) => "ABSENT",
        (None, Presence::Unknown) => "unknown",
    }
}

/// How a component is known to be needed, and who has it.
fn why(one: &Dependency) -> String {
    let edge = one.link.edge;
    let mut text = edge.kind.id().to_owned();
    // What the platform lists it has tracked.
    if edge.strength == Strength::Runtime && !edge.declared {
        text.push_str(", not tracked by the platform");
    }
    if one.origin.is_some() {
        return text;
    }
    match one
        .supplier
        .as_ref()
        .map(|supplier| (supplier.origin(), supplier))
    {
        Some((SupplierOrigin::Solution, supplier)) => {
            text.push_str("; managed, so not in the package; supplied by ");
            text.push_str(supplier.solution.as_str());
            if let Some(version) = &supplier.version {
                let _ = write!(text, " {version}");
            }
        }
        Some((SupplierOrigin::Unmanaged, _)) => {
            text.push_str("; unmanaged where it was exported, and not added to the solution");
        }
        Some((SupplierOrigin::Platform, _)) => text.push_str("; supplied by the platform"),
        Some((SupplierOrigin::Unnamed, _)) | None => text.push_str("; not in the package"),
    }
    text
}
