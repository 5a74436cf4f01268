//! The chains of references that lead to a component.

use std::fmt::Write as _;

use serde::Serialize;

use crate::graph::{NodeId, PackageGraph, Step};
use crate::report::contract::{ComponentJson, PackageJson};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::text::{count, safe, shown_path};

/// Chains that are written before the rest is only counted.
const SHOWN: usize = 25;

/// Writes why a package needs a component, for people.
pub fn why_human(package: &PackageGraph, node: NodeId, verbose: bool) -> String {
    let name = package
        .identity(node)
        .map_or_else(String::new, ToString::to_string);
    let chains = package.graph.why(node);
    let mut text = format!("{}: {}\n", safe(shown_path(&package.path)), safe(&name));
    if chains.is_empty() {
        let inside = package.graph.origin(&package.solution, node).is_some();
        text.push_str(if inside {
            "  nothing is found that refers to it; it is in the package because it was added\n"
        } else {
            "  nothing is found that refers to it\n"
        });
        return text;
    }
    let _ = writeln!(text, "  {} to it", count(chains.len(), "chain"));
    let limit = if verbose { usize::MAX } else { SHOWN };
    for chain in chains.iter().take(limit) {
        text.push('\n');
        for (depth, step) in chain.iter().enumerate() {
            let _ = writeln!(
                text,
                "  {}{}",
                "  ".repeat(depth),
                line(package, chain, depth, step)
            );
        }
    }
    if let Some(more) = chains.len().checked_sub(limit).filter(|more| *more > 0) {
        let _ = writeln!(text, "\n  … and {more} more; --verbose shows them all");
    }
    text
}

/// A step, with how the one before leads to it.
fn line(package: &PackageGraph, chain: &[Step], depth: usize, step: &Step) -> String {
    let name = package
        .identity(step.node)
        .map_or_else(String::new, ToString::to_string);
    let before = depth.checked_sub(1).and_then(|before| chain.get(before));
    match before {
        None => safe(&name).into_owned(),
        Some(Step { edge: None, .. }) => format!("has {}", safe(&name)),
        Some(Step {
            edge: Some(edge), ..
        }) => format!("{} → {}", edge.kind.id(), safe(&name)),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WhyJson<'a> {
    schema_version: u32,
    package: PackageJson<'a>,
    component: Option<ComponentJson<'a>>,
    chains: Vec<Vec<StepJson<'a>>>,
}

#[derive(Debug, Serialize)]
struct StepJson<'a> {
    component: Option<ComponentJson<'a>>,
    /// How it refers to the next; null where the next travels with it, and at the end.
    kind: Option<&'static str>,
    strength: Option<&'static str>,
}

/// Writes why a package needs a component, for programs.
pub fn why_json(package: &PackageGraph, node: NodeId) -> String {
    let chains = package.graph.why(node);
    let steps = |chain: &Vec<Step>| {
        let steps = chain.iter().map(|step| StepJson {
            component: package.identity(step.node).map(ComponentJson::from),
            kind: step.edge.map(|edge| edge.kind.id()),
            strength: step.edge.map(|edge| edge.strength.name()),
        });
        steps.collect()
    };
    pretty(&WhyJson {
        schema_version: SCHEMA_VERSION,
        package: PackageJson::read(&package.path, package.layout.name(), &package.solution),
        component: package.identity(node).map(ComponentJson::from),
        chains: chains.iter().map(steps).collect(),
    })
}
