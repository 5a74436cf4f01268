//! The dependency graph on the page: a table of its groups for everyone, and the whole of it as data for the drawing.

use std::collections::BTreeMap;

use maud::html;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::page::Section;
use super::text::{named, shown};
use crate::catalog;
use crate::diff::{Change, Difference};
use crate::model::{Identity, Origin, Strength, SupplierOrigin};
use crate::report::graph::{Member, Network};
use crate::report::harmless::harmless_json;
use crate::report::{Report, text};
use crate::target::Presence;

/// Characters of a label that the drawing gets.
const LABEL: usize = 160;
/// What stands in place of a number where there is none.
const NONE: i64 = -1;

/// What is known of components beyond the graph.
pub(super) struct Known<'a> {
    /// The packages by name.
    names: Vec<&'a str>,
    /// Whether a target has them, by package: the worst that is known of each.
    answers: Vec<(usize, &'a Identity, Presence)>,
    /// What the items of the page are about: package, component, number of the item.
    items: Vec<(usize, &'a Identity, usize)>,
    /// What these items are.
    noun: &'static str,
}

impl<'a> Known<'a> {
    /// Nothing but the names.
    pub(super) fn nothing(names: Vec<&'a str>) -> Self {
        Self {
            names,
            answers: Vec::new(),
            items: Vec::new(),
            noun: "Findings",
        }
    }

    /// What a comparison says of components of the new package.
    pub(super) fn changes(name: &'a str, changes: &'a [Difference]) -> Self {
        let items = changes.iter().enumerate();
        Self {
            items: items
                .filter(|(_, one)| one.change != Change::Removed)
                .map(|(number, one)| (0, &one.component, number))
                .collect(),
            noun: "Changes",
            ..Self::nothing(vec![name])
        }
    }

    /// What a report knows.
    pub(super) fn of(report: &Report<'a>, names: Vec<&'a str>) -> Self {
        let mut known = Self::nothing(names);
        for (number, package) in report.packages.iter().enumerate() {
            let requirements = package.checked.into_iter();
            let requirements = requirements.flat_map(|checked| &checked.requirements);
            known
                .answers
                .extend(requirements.map(|one| (number, &one.required, one.answer.presence)));
        }
        for (number, one) in report.findings.iter().enumerate() {
            if let (Some(package), Some(component)) = (one.package, &one.placed.finding.component) {
                known.items.push((package, component, number));
            }
        }
        known
    }
}

/// The graph as the drawing reads it: one list for each thing that is said of components, so that no name is repeated.
#[derive(Debug, Default, Serialize)]
struct Data<'a> {
    packages: Vec<String>,
    kinds: Vec<String>,
    suppliers: Vec<String>,
    tables: Vec<String>,
    uses: Vec<&'a str>,
    labels: Vec<String>,
    kind: Vec<usize>,
    package: Vec<usize>,
    /// The table that each belongs to.
    table: Vec<i64>,
    /// 0 where the package defines it, 1 where it holds a layer only, 2 where it lies outside.
    origin: Vec<u8>,
    supplier: Vec<i64>,
    /// 0 where nobody asked, 1 present, 2 absent, 3 unknown.
    state: Vec<u8>,
    /// What each travels with.
    around: Vec<i64>,
    /// The numbers of the items that tell of each.
    items: BTreeMap<usize, Vec<usize>>,
    noun: &'static str,
    /// From, to, and twice the number of the use, one more where the platform does not track it.
    edges: Vec<usize>,
}

/// Names, each once, by the order in which they are met.
#[derive(Default)]
struct Names(FxHashMap<String, usize>, Vec<String>);

impl Names {
    fn number(&mut self, name: String) -> usize {
        let next = self.1.len();
        let number = *self.0.entry(name.clone()).or_insert(next);
        if number == next {
            self.1.push(name);
        }
        number
    }
}

/// The section of the graph and its data.
pub(super) fn section(network: &Network<'_>, known: &Known<'_>) -> (Section, String) {
    let data = data(network, known);
    let count = network.members.len();
    let groups = groups(&data);
    let is_asked = data.state.iter().any(|state| *state > 0);
    let body = html! {
        p .lead { (text::count(count, "component")) " and " (text::count(network.arrows.len(), "reference"))
            ". Components of the package stand by their kind, what lies outside by who supplies it." }
        div #explorer .scripted hidden {}
        details .groups open {
            summary { "All groups as a table" }
            div .scroll tabindex="0" role="group" aria-label="Groups of components" { table {
                thead { tr { th scope="col" { "Group" } th scope="col" { "Where" } th .number scope="col" { "Components" } @if is_asked { th .number scope="col" { "Missing" } th .number scope="col" { "Not known" } } } }
                tbody { @for ((outside, name), [all, missing, unknown]) in &groups {
                    tr {
                        th scope="row" { (named(name)) }
                        td { @if *outside { "outside" } @else { "in the package" } }
                        td .number { (all) }
                        @if is_asked { td .number { (missing) } td .number { (unknown) } }
                    }
                } }
            } }
        }
    };
    let section = Section::new("graph", "Dependency graph", body).counting(count);
    (section, embedded(&data))
}

/// How many components each group has, how many of them are absent, and of how many nobody knows.
fn groups(data: &Data<'_>) -> BTreeMap<(bool, String), [usize; 3]> {
    let mut groups: BTreeMap<(bool, String), [usize; 3]> = BTreeMap::new();
    for (place, kind) in data.kind.iter().enumerate() {
        let supplier = data.supplier.get(place).copied();
        let supplier = supplier.and_then(|number| usize::try_from(number).ok());
        let supplier = supplier.and_then(|number| data.suppliers.get(number));
        let kind = data.kinds.get(*kind).cloned().unwrap_or_default();
        let key = supplier.map_or((false, kind), |supplier| (true, supplier.clone()));
        let counts = groups.entry(key).or_default();
        counts[0] += 1;
        match data.state.get(place) {
            Some(2) => counts[1] += 1,
            Some(3) => counts[2] += 1,
            Some(_) | None => {}
        }
    }
    groups
}

fn data<'a>(network: &Network<'a>, known: &Known<'_>) -> Data<'a> {
    let members = network.members.iter().copied().enumerate();
    let places: FxHashMap<Member, usize> = members.map(|(place, member)| (member, place)).collect();
    let mut data = Data {
        packages: known
            .names
            .iter()
            .map(|name| shown(name, LABEL).into_owned())
            .collect(),
        state: states(network, known, &places),
        noun: known.noun,
        ..Data::default()
    };
    let (mut kinds, mut tables, mut suppliers) =
        (Names::default(), Names::default(), Names::default());
    for (place, member) in network.members.iter().enumerate() {
        let identity = network.identity(*member);
        let label = identity.map_or_else(String::new, ToString::to_string);
        data.labels.push(shown(&label, LABEL).into_owned());
        let kind = identity.map_or_else(String::new, |identity| identity.kind.label());
        data.kind
            .push(kinds.number(shown(&kind, LABEL).into_owned()));
        data.package.push(member.package);
        let table = identity.and_then(|identity| identity.table.as_ref());
        let table = table.map(|table| table.as_str().to_ascii_lowercase());
        data.table.push(table.map_or(NONE, |table| {
            at(tables.number(shown(&table, LABEL).into_owned()))
        }));
        let origin = network.origin(*member);
        data.origin.push(match origin {
            Some(Origin::Package) => 0,
            Some(Origin::Layered) => 1,
            None => 2,
        });
        let is_held = origin.is_none() && identity.is_some_and(|one| catalog::held(one).is_some());
        data.supplier.push(match origin {
            Some(_) => NONE,
            None => at(suppliers.number(supplier(network, *member, is_held))),
        });
        if let Some(state) = data
            .state
            .get_mut(place)
            .filter(|state| **state == 0 && is_held)
        {
            *state = 1;
        }
        let around = network.around_member(*member);
        let around = around.and_then(|around| places.get(&around));
        data.around.push(around.map_or(NONE, |place| at(*place)));
    }
    (data.kinds, data.tables, data.suppliers) = (kinds.1, tables.1, suppliers.1);
    for (package, component, item) in &known.items {
        if let Some(place) = place(network, &places, *package, component) {
            data.items.entry(place).or_default().push(*item);
        }
    }
    edges(network, &mut data);
    data
}

fn at(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(NONE)
}

/// The place of a component that a package has or names.
fn place(
    network: &Network<'_>,
    places: &FxHashMap<Member, usize>,
    package: usize,
    component: &Identity,
) -> Option<usize> {
    let (_, part) = network.read().find(|(number, _)| *number == package)?;
    let node = part.graph.node(component)?;
    places.get(&Member { package, node }).copied()
}

/// Whether the target has what lies outside, as far as it was asked: of several answers the worst.
fn states(network: &Network<'_>, known: &Known<'_>, places: &FxHashMap<Member, usize>) -> Vec<u8> {
    let mut states = vec![0; network.members.len()];
    for (package, component, presence) in &known.answers {
        let Some(place) = place(network, places, *package, component) else {
            continue;
        };
        let state = match presence {
            Presence::Present => 1,
            Presence::Absent => 2,
            Presence::Unknown => 3,
        };
        // Absent is worse than unknown, and that than present.
        let rank = |state: u8| [0, 1, 3, 2][usize::from(state.min(3))];
        if let Some(known) = states
            .get_mut(place)
            .filter(|known| rank(**known) < rank(state))
        {
            *known = state;
        }
    }
    states
}

/// Who supplies what lies outside.
fn supplier(network: &Network<'_>, member: Member, is_held: bool) -> String {
    let supplier = network.supplier(member);
    match supplier
        .as_ref()
        .map(|supplier| (supplier.origin(), supplier))
    {
        Some((SupplierOrigin::Solution, supplier)) => {
            shown(supplier.solution.as_str(), LABEL).into_owned()
        }
        Some((SupplierOrigin::Unmanaged, _)) => "unmanaged, not added".into(),
        Some((SupplierOrigin::Platform, _)) => "the platform".into(),
        Some((SupplierOrigin::Unnamed, _)) | None if is_held => "in every environment".into(),
        Some((SupplierOrigin::Unnamed, _)) | None => "supplier not declared".into(),
    }
}

fn edges<'a>(network: &Network<'a>, data: &mut Data<'a>) {
    let mut uses: FxHashMap<&str, usize> = FxHashMap::default();
    data.edges.reserve(network.arrows.len() * 3);
    for arrow in &network.arrows {
        let name = arrow.edge.kind.id();
        let next = data.uses.len();
        let number = *uses.entry(name).or_insert(next);
        if number == next {
            data.uses.push(name);
        }
        let untracked = usize::from(arrow.edge.strength == Strength::Runtime);
        data.edges
            .extend([arrow.from, arrow.to, number * 2 + untracked]);
    }
}

/// Data as it may stand within a script element: nothing in it looks like markup, or like the end of a line.
fn embedded(data: &impl Serialize) -> String {
    let text = serde_json::to_string(data).unwrap_or_default();
    // These characters stand within texts only.
    harmless_json(&text.replace('<', "\\u003c"))
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_element_that_holds_it() {
        let text = embedded(&["</script><!--", "a\u{2028}b"]);
        assert_eq!(text, r#"["\u003c/script>\u003c!--","a\u2028b"]"#);
    }

    #[test]
    fn data_commands_no_pipeline_that_prints_it() {
        assert_eq!(embedded(&["##vso[a]"]), "[\"##vso\\u005ba]\"]");
    }
}
