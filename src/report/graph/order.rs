//! The order in which to import packages.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::Error;
use crate::graph::{ImportOrder, Need, PackageGraph};
use crate::report::contract::{ComponentJson, PackageJson};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::text::{count, safe, shown_path};

fn name(package: &PackageGraph) -> String {
    let manifest = &package.solution.manifest;
    let version = manifest
        .version_text
        .as_ref()
        .map_or("", |text| &text.value);
    format!(
        "{} {} ({})",
        safe(manifest.name()),
        safe(version),
        safe(shown_path(&package.path))
    )
}

/// Writes the order for people. `packages` are those that could be read, in the order of the numbers in `order`.
pub fn order_human(packages: &[&PackageGraph], order: &ImportOrder) -> String {
    let mut text = String::new();
    let name_of = |number: usize| {
        packages
            .get(number)
            .map_or_else(String::new, |one| name(one))
    };
    for (place, number) in order.order.iter().enumerate() {
        let _ = writeln!(text, "{:>3}. {}", place + 1, name_of(*number));
        for need in order.needs.iter().filter(|need| need.package == *number) {
            let on = packages
                .get(need.on)
                .map_or("", |on| on.solution.manifest.name());
            let _ = writeln!(text, "       after {}: {}", safe(on), safe(&reason(need)));
        }
    }
    for cycle in &order.cycles {
        let names: Vec<_> = cycle.iter().map(|number| name_of(*number)).collect();
        let _ = writeln!(
            text,
            "\nThese need each other, so no order imports them one after the other:\n  {}\nMove the components they \
             share into a solution that is imported first.",
            names.join("\n  ")
        );
    }
    text
}

fn reason(need: &Need) -> String {
    match (&need.example, need.count) {
        (None, _) => "it is a patch of it".into(),
        (Some(example), 0 | 1) => format!("it needs the {example}"),
        (Some(example), more) => {
            format!(
                "it needs the {example} and {}",
                count(more - 1, "other component")
            )
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderJson<'a> {
    schema_version: u32,
    packages: Vec<PackageJson<'a>>,
    order: Vec<usize>,
    needs: Vec<NeedJson<'a>>,
    cycles: Vec<Vec<usize>>,
}

#[derive(Debug, Serialize)]
struct NeedJson<'a> {
    package: usize,
    on: usize,
    count: usize,
    example: Option<ComponentJson<'a>>,
}

/// Writes the order for programs. Numbers are places among all packages, those that cannot be read included.
pub fn order_json(packages: &[Result<PackageGraph, Error>], order: &ImportOrder) -> String {
    let places: Vec<usize> = (0..packages.len())
        .filter(|place| packages[*place].is_ok())
        .collect();
    let place = |number: &usize| places.get(*number).copied().unwrap_or(*number);
    let all = packages.iter().map(|package| match package {
        Ok(package) => PackageJson::read(&package.path, package.layout.name(), &package.solution),
        Err(error) => PackageJson::failed(error),
    });
    let needs = order.needs.iter().map(|need| NeedJson {
        package: place(&need.package),
        on: place(&need.on),
        count: need.count,
        example: need.example.as_ref().map(ComponentJson::from),
    });
    let cycles = order.cycles.iter();
    pretty(&OrderJson {
        schema_version: SCHEMA_VERSION,
        packages: all.collect(),
        order: order.order.iter().map(place).collect(),
        needs: needs.collect(),
        cycles: cycles
            .map(|cycle| cycle.iter().map(place).collect())
            .collect(),
    })
}
