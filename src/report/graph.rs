//! The JSON contract of `graph`, schema version 1.

use serde::Serialize;

use super::contract::{ComponentJson, PackageJson};
use super::json::{SCHEMA_VERSION, pretty};
use crate::error::Error;
use crate::graph::{NodeId, PackageGraph};
use crate::model::{Identity, Origin, Strength};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GraphJson<'a> {
    schema_version: u32,
    packages: Vec<PackageJson<'a>>,
    components: Vec<NodeJson<'a>>,
    references: Vec<ReferenceJson<'a>>,
}

#[derive(Debug, Serialize)]
struct NodeJson<'a> {
    id: String,
    package: usize,
    origin: &'static str,
    baseline: bool,
    managed: Option<bool>,
    #[serde(flatten)]
    component: ComponentJson<'a>,
}

#[derive(Debug, Serialize)]
struct ReferenceJson<'a> {
    from: String,
    to: String,
    kind: &'static str,
    strength: &'static str,
    sources: Vec<&'static str>,
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
}

/// Writes the graphs of packages.
pub fn json(packages: &[Result<PackageGraph, Error>]) -> String {
    let mut components = Vec::new();
    let mut references = Vec::new();
    for (number, package) in packages.iter().enumerate() {
        if let Ok(package) = package {
            let first = components.len();
            for node in package.graph.nodes() {
                components.extend(node_json(package, node, first, number));
            }
            references.extend(references_json(package, first));
        }
    }
    let packages = packages.iter().map(|package| match package {
        Ok(package) => PackageJson::read(&package.path, package.layout.name(), &package.solution),
        Err(error) => PackageJson::failed(error),
    });
    pretty(&GraphJson {
        schema_version: SCHEMA_VERSION,
        packages: packages.collect(),
        components,
        references,
    })
}

fn name(first: usize, node: NodeId) -> String {
    format!("c{}", first + node.0 as usize)
}

fn node_json<'a>(
    package: &'a PackageGraph,
    node: NodeId,
    first: usize,
    number: usize,
) -> Option<NodeJson<'a>> {
    let identity: &Identity = package.identity(node)?;
    let origin = package.graph.origin(&package.solution, node);
    Some(NodeJson {
        id: name(first, node),
        package: number,
        origin: match origin {
            Some(Origin::Package) => "package",
            Some(Origin::Layered) => "layered",
            None => "external",
        },
        baseline: false,
        managed: None,
        component: ComponentJson::from(identity),
    })
}

fn references_json(package: &PackageGraph, first: usize) -> Vec<ReferenceJson<'_>> {
    let references = package.graph.references().zip(package.positions());
    references
        .map(|((from, to, edge), position)| {
            let mut sources = Vec::new();
            if edge.derived {
                sources.push("derived");
            }
            if edge.declared {
                sources.push("declared");
            }
            ReferenceJson {
                from: name(first, from),
                to: name(first, to),
                kind: edge.kind.id(),
                strength: match edge.strength {
                    Strength::Required => "required",
                    Strength::Runtime => "runtime",
                },
                sources,
                file: package.file(position.file),
                line: (position.line > 0).then_some(position.line),
                column: (position.column > 0).then_some(position.column),
            }
        })
        .collect()
}
