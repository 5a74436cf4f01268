//! Rules about what people see and click, and the scripts and files behind it: ribbons, site maps, dashboards, form scripts,
//! web resources, connectors.

mod files;
mod nowhere;
mod scripts;
mod shape;

use super::rule::Rule;
use crate::model::{Component, ComponentType, Solution};
use crate::source::Span;

/// The groups of rules.
pub(super) static GROUPS: [&[Rule]; 4] =
    [shape::RULES, scripts::RULES, files::RULES, nowhere::RULES];

const WEB_RESOURCE: ComponentType = ComponentType::Number(61);

/// The web resources that the package brings.
fn web_resources(solution: &Solution) -> impl Iterator<Item = &Component> {
    let components = solution.components.iter();
    components.filter(|component| component.identity.kind == WEB_RESOURCE)
}

/// Where findings of these rules may point once the text of the package is gone.
pub(super) fn places(solution: &Solution) -> impl Iterator<Item = Span> + '_ {
    files::places(solution)
}
