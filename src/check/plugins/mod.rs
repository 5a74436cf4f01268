//! Rules about plug-ins: what assemblies say of themselves, held against what is registered for them.

mod assemblies;
mod classes;
mod steps;

use super::Subject;
use super::rule::Rule;
use crate::finding::Severity;
use crate::model::{Component, ComponentType};
pub(super) use assemblies::line;

/// The groups of rules.
pub(super) static GROUPS: [&[Rule]; 3] = [classes::RULES, assemblies::RULES, steps::RULES];

/// Where the limits of assemblies are described.
const BUILDING: &str = "learn.microsoft.com/power-apps/developer/data-platform/build-and-package";
const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

const ASSEMBLY: ComponentType = ComponentType::Number(91);

/// How bad it is what a file of an assembly says. In a source folder a map file may bring another one at packing.
fn severity_of_file(subject: &Subject<'_>) -> Severity {
    if subject.package.layout().is_source() {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// The assemblies of a package.
fn assemblies<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Component> {
    let components = subject.solution.components.iter();
    components.filter(|component| component.identity.kind == ASSEMBLY)
}

/// The short name of an assembly, as people know it.
fn short(assembly: &Component) -> &str {
    let full = assembly.identity.schema_name.as_ref();
    full.map_or("without a name", |full| {
        full.as_str().split(',').next().unwrap_or_default().trim()
    })
}

/// Names in a message at most.
const NAMED: usize = 5;

/// The first of some names, and how many there are beyond them.
fn listed(names: &[&str]) -> String {
    let shown = names.get(..NAMED).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
