//! In which order packages are imported.

use std::collections::BTreeMap;

use super::is_deployed;
use crate::check::Examined;
use crate::graph::{ImportOrder, import_order};
use crate::model::LogicalName;

/// The places of the packages in the order of their import, and what is to be known of it.
pub(super) struct Order {
    pub(super) places: Vec<usize>,
    pub(super) notes: Vec<String>,
}

/// The order given, where that is asked for or a Package Deployer package fixes it; else one in which every package comes
/// after those that bring what it needs.
pub(super) fn order(packages: &[Examined], in_order: bool) -> Order {
    let given = Order {
        places: (0..packages.len()).collect(),
        notes: Vec::new(),
    };
    if packages.len() < 2 {
        return given;
    }
    let orderable: Vec<_> = packages.iter().map(Examined::orderable).collect();
    let found = import_order(&orderable);
    let mut notes = repeated(packages);
    notes.extend(cycles(packages, &found));
    if in_order || is_deployed(packages) {
        return Order { notes, ..given };
    }
    if found.order != given.places {
        let names = found.order.iter().filter_map(|place| packages.get(*place));
        let names: Vec<_> = names.map(shown).collect();
        notes.push(format!(
            "The packages are imported in the order that works: {}.",
            names.join(", ")
        ));
    }
    Order {
        places: found.order,
        notes,
    }
}

fn shown(package: &Examined) -> String {
    let manifest = &package.solution.manifest;
    let version = manifest
        .version_text
        .as_ref()
        .map_or("", |text| &text.value);
    format!("{} {version}", manifest.name())
}

/// Solutions that are given more than once.
fn repeated(packages: &[Examined]) -> Vec<String> {
    let mut of: BTreeMap<LogicalName, Vec<&Examined>> = BTreeMap::new();
    for package in packages {
        let name = LogicalName::new(package.solution.manifest.name());
        of.entry(name).or_default().push(package);
    }
    let repeated = of.into_iter().filter(|(_, same)| same.len() > 1);
    let told = repeated.map(|(name, same)| {
        let versions: Vec<_> = same.into_iter().map(shown).collect();
        format!(
            "{name} is given more than once, and imported as often: {}.",
            versions.join(", ")
        )
    });
    told.collect()
}

fn cycles(packages: &[Examined], order: &ImportOrder) -> Vec<String> {
    let cycles = order.cycles.iter().map(|cycle| {
        let names = cycle.iter().filter_map(|place| packages.get(*place));
        let names: Vec<_> = names.map(shown).collect();
        let mut needs = order.needs.iter();
        let example = needs.find(|need| cycle.contains(&need.package) && cycle.contains(&need.on));
        let example = example.and_then(|need| {
            let (package, on) = (packages.get(need.package)?, packages.get(need.on)?);
            let what = need.example.as_ref()?;
            Some(format!(" {} needs the {what} of {}.", shown(package), shown(on)))
        });
        format!(
            "No order imports all of {}: they need each other.{} Move what they share into a solution of its own.",
            names.join(", "),
            example.unwrap_or_default()
        )
    });
    cycles.collect()
}
