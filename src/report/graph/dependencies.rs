//! What one component needs, and what needs it: as the platform's *Show dependencies* does, with what the target has.

mod json;
mod sequence;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use crate::finding::Evidence;
use crate::graph::{Link, NodeId, PackageGraph};
use crate::model::{ComponentId, Origin, StepName, Strength, Supplier, SupplierOrigin};
use crate::report::sequences::Sequences;
use crate::report::sequences::uses::StepsOf;
use crate::report::text::{count, safe, shown_path};
use crate::target::{Answer, Basis, Presence, Question, Target};
use sequence::OfSequence;

pub use json::schema;

/// The two lists of a component's dependencies.
#[derive(Debug)]
pub struct Dependencies<'a> {
    package: &'a PackageGraph,
    node: NodeId,
    required: Vec<Dependency>,
    dependents: Vec<Dependency>,
    /// What there is to say besides, where the component is a sequence.
    sequence: OfSequence,
}

/// One component at the other end.
#[derive(Debug)]
struct Dependency {
    link: Link,
    origin: Option<Origin>,
    supplier: Option<Supplier>,
    /// Whether the target has it; for what the package defines nobody needs to ask.
    answer: Answer,
    /// The steps of the sequence at either end that name the other.
    steps: Vec<StepName>,
    /// Whether both are sequences, and the one leads back to the other.
    leads_back: bool,
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
        let steps = Steps::of(package, node);
        let collect = |is_from: bool, links: &dyn Fn(NodeId) -> Vec<Link>| {
            let mut found: Vec<Link> = inside.iter().flat_map(|node| links(*node)).collect();
            found.retain(|link| !inside.contains(&link.node));
            found.sort_by_key(|link| (link.node, link.edge.strength));
            found.dedup_by_key(|link| link.node);
            found.sort_by_key(|link| (link.edge.strength, link.node));
            let found = found.into_iter();
            found
                .filter_map(|link| {
                    let other = link.node;
                    Some(Dependency {
                        steps: steps.between(other, is_from),
                        leads_back: is_from && steps.leads_back(other),
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
            sequence: OfSequence::of(package, &steps.sequences, steps.place, target),
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
        self.sequence.human(&mut text);
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
                safe(&format!("{}{}", in_steps(&one.steps), why(one)))
            );
        }
    }
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
        steps: Vec::new(),
        leads_back: false,
    })
}

/// The steps of sequences that name components.
struct Steps<'a> {
    package: &'a PackageGraph,
    node: NodeId,
    sequences: Sequences<'a>,
    /// The place of the component's sequence, where it is one.
    place: Option<usize>,
    own: StepsOf<'a>,
    leading_back: FxHashSet<ComponentId>,
}

impl<'a> Steps<'a> {
    fn of(package: &'a PackageGraph, node: NodeId) -> Self {
        let sequences = Sequences::of(&package.solution);
        let place = sequences.place(package.graph.component(node));
        Self {
            own: place.map_or_else(StepsOf::default, |place| sequences.steps(place)),
            leading_back: place
                .map(|place| sequences.leading_back(place))
                .unwrap_or_default(),
            package,
            node,
            sequences,
            place,
        }
    }

    /// The steps of the component's sequence that name another, or those of the other that name it.
    fn between(&self, other: NodeId, is_from: bool) -> Vec<StepName> {
        let named = |node| self.package.identity(node);
        if is_from {
            return named(other).map_or_else(Vec::new, |other| self.own.that_use(other).to_vec());
        }
        let place = self.sequences.place(self.package.graph.component(other));
        let steps = place
            .map(|place| self.sequences.steps(place))
            .zip(named(self.node));
        steps.map_or_else(Vec::new, |(steps, own)| steps.that_use(own).to_vec())
    }

    fn leads_back(&self, other: NodeId) -> bool {
        let other = self.package.graph.component(other);
        other.is_some_and(|other| self.leading_back.contains(&other))
    }
}

/// Steps as the start of a line; nothing where there are none.
fn in_steps(steps: &[StepName]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    format!("in {}; ", StepName::list(steps))
}

/// Where a component is, in a word or two.
fn state(one: &Dependency) -> &'static str {
    match (one.origin, one.answer.presence) {
        (Some(Origin::Package), _) => "in the package",
        (Some(Origin::Layered), _) => "layer only",
        (None, presence) => self::presence(presence),
    }
}

/// The word for what a target has.
fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Present => "present",
        Presence::Absent => "ABSENT",
        Presence::Unknown => "unknown",
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
    if one.leads_back {
        text.push_str("; leads back to this sequence");
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
