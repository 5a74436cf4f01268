//! The graph for people: how much refers to what, and what lies outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::network::{Arrow, Network};
use crate::error::Error;
use crate::graph::PackageGraph;
use crate::model::{ComponentType, Strength, SupplierOrigin};
use crate::report::text::{count, safe, shown_path};

/// Groups of components that need each other which are named before the rest is only counted.
const SHOWN_CYCLES: usize = 5;
/// Members of such a group that are named before the rest is only counted.
const SHOWN_MEMBERS: usize = 6;

/// Writes a summary of each package's graph.
pub fn human(network: &Network<'_>, failure: impl Fn(&Error) -> String) -> String {
    if network.is_part {
        return part(network);
    }
    let mut texts = Vec::new();
    for package in network.packages {
        texts.push(match package {
            Ok(package) => summary(package),
            Err(error) => failure(error),
        });
    }
    texts.join("\n")
}

/// Writes what lies around some components: each with what it refers to.
fn part(network: &Network<'_>) -> String {
    let name = |place: usize| {
        let member = network.members.get(place);
        let identity = member.and_then(|member| network.identity(*member));
        identity.map_or_else(String::new, ToString::to_string)
    };
    let mut text = format!(
        "{}, {}\n",
        count(network.members.len(), "component"),
        count(network.arrows.len(), "reference")
    );
    let mut arrows: BTreeMap<usize, Vec<&Arrow<'_>>> = BTreeMap::new();
    for arrow in &network.arrows {
        arrows.entry(arrow.from).or_default().push(arrow);
    }
    for place in 0..network.members.len() {
        let _ = writeln!(text, "  {}", safe(&name(place)));
        for arrow in arrows.get(&place).into_iter().flatten() {
            let runtime = match arrow.edge.strength {
                Strength::Required => "",
                Strength::Runtime => " (not tracked)",
            };
            let kind = arrow.edge.kind.id();
            let _ = writeln!(text, "    {kind} → {}{runtime}", safe(&name(arrow.to)));
        }
    }
    text
}

fn summary(package: &PackageGraph) -> String {
    let graph = &package.graph;
    let mut text = format!(
        "{}: {}\n",
        safe(shown_path(&package.path)),
        safe(package.solution.manifest.name())
    );
    let outside: Vec<_> = graph
        .nodes()
        .filter(|node| graph.origin(&package.solution, *node).is_none())
        .collect();
    let inside = package.solution.components.len();
    let references = graph.references().count();
    let _ = writeln!(
        text,
        "  {}, {}, {} outside the package",
        count(inside, "component"),
        count(references, "reference"),
        count(outside.len(), "component")
    );
    let mut by_supplier: BTreeMap<String, BTreeMap<ComponentType, usize>> = BTreeMap::new();
    for node in outside {
        let supplier = graph.supplier(&package.solution, node);
        let name = match supplier
            .as_ref()
            .map(|supplier| (supplier.origin(), supplier))
        {
            Some((SupplierOrigin::Solution | SupplierOrigin::Unmanaged, supplier)) => {
                supplier.solution.to_string()
            }
            Some((SupplierOrigin::Platform, _)) => "the platform".into(),
            Some((SupplierOrigin::Unnamed, _)) | None => "not declared".into(),
        };
        if let Some(identity) = package.identity(node) {
            let kinds = by_supplier.entry(name).or_default();
            *kinds.entry(identity.kind.clone()).or_default() += 1;
        }
    }
    for (supplier, kinds) in by_supplier {
        let kinds: Vec<_> = kinds
            .iter()
            .map(|(kind, number)| count(*number, &kind.label()))
            .collect();
        let _ = writeln!(text, "  {}: {}", safe(&supplier), safe(&kinds.join(", ")));
    }
    cycles(package, &mut text);
    text
}

fn cycles(package: &PackageGraph, text: &mut String) {
    let cycles = package.graph.cycles();
    for cycle in cycles.iter().take(SHOWN_CYCLES) {
        let names = cycle.iter().take(SHOWN_MEMBERS);
        let names: Vec<_> = names
            .filter_map(|node| Some(package.identity(*node)?.to_string()))
            .collect();
        let more = match cycle.len().checked_sub(SHOWN_MEMBERS) {
            Some(more) if more > 0 => format!(" and {more} more"),
            _ => String::new(),
        };
        let _ = writeln!(text, "  need each other: {}{more}", safe(&names.join(", ")));
    }
    if let Some(more) = cycles
        .len()
        .checked_sub(SHOWN_CYCLES)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(text, "  … and {more} more such groups");
    }
}
