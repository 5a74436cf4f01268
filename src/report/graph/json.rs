//! The JSON contract of `graph`, schema version 1.

use serde::Serialize;

use super::dependencies::{origin as origin_name, sources};
use super::network::{Arrow, Member, Network};
use crate::catalog;
use crate::model::Supplier;
use crate::report::contract::{ComponentJson, PackageJson, SupplierJson};
use crate::report::json::{SCHEMA_VERSION, pretty};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GraphJson<'a> {
    schema_version: u32,
    packages: Vec<PackageJson<'a>>,
    components: Vec<MemberJson<'a>>,
    references: Vec<ReferenceJson<'a>>,
}

#[derive(Debug, Serialize)]
struct MemberJson<'a> {
    id: String,
    package: usize,
    origin: &'static str,
    baseline: bool,
    supplier: Option<SupplierJson<'a>>,
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

/// Writes the graph of packages.
pub fn json(network: &Network<'_>) -> String {
    let packages = network.packages.iter().map(|package| match package {
        Ok(package) => PackageJson::read(&package.path, package.layout.name(), &package.solution),
        Err(error) => PackageJson::failed(error),
    });
    let suppliers: Vec<Option<Supplier>> = network
        .members
        .iter()
        .map(|member| network.supplier(*member))
        .collect();
    let members = network.members.iter().zip(&suppliers).enumerate();
    pretty(&GraphJson {
        schema_version: SCHEMA_VERSION,
        packages: packages.collect(),
        components: members
            .filter_map(|(place, (member, supplier))| {
                member_json(network, place, *member, supplier.as_ref())
            })
            .collect(),
        references: network
            .arrows
            .iter()
            .map(|arrow| reference_json(network, arrow))
            .collect(),
    })
}

fn name(place: usize) -> String {
    format!("c{place}")
}

fn member_json<'a>(
    network: &Network<'a>,
    place: usize,
    member: Member,
    supplier: Option<&'a Supplier>,
) -> Option<MemberJson<'a>> {
    let identity = network.identity(member)?;
    Some(MemberJson {
        id: name(place),
        package: member.package,
        origin: origin_name(network.origin(member)),
        baseline: catalog::held(identity).is_some(),
        managed: supplier.and_then(Supplier::is_managed),
        supplier: supplier.map(SupplierJson::from),
        component: ComponentJson::from(identity),
    })
}

fn reference_json<'a>(network: &Network<'a>, arrow: &Arrow<'a>) -> ReferenceJson<'a> {
    let package = network.packages.get(arrow.package);
    let package = package.and_then(|package| package.as_ref().ok());
    let position = arrow.position;
    ReferenceJson {
        from: name(arrow.from),
        to: name(arrow.to),
        kind: arrow.edge.kind.id(),
        strength: arrow.edge.strength.name(),
        sources: sources(arrow.edge.derived, arrow.edge.declared),
        file: package
            .zip(position)
            .map_or("", |(package, at)| package.file(at.file)),
        line: position.map(|at| at.line).filter(|line| *line > 0),
        column: position.map(|at| at.column).filter(|column| *column > 0),
    }
}
