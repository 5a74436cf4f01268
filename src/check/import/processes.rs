//! Rules about processes: workflows, actions, business process flows and cloud flows.

use std::collections::{BTreeMap, BTreeSet};

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{
    Address, Component, ComponentType, Guid, LogicalName, Pointer, ReferenceKind, SupplierOrigin,
};
use crate::target::ComponentRow;

const NOT_UPDATABLE: u32 = 0x8004_8021;
const NAME_CONFLICT: u32 = 0x8004_8027;
const REPLACED: u32 = 0x8004_5042;
const TOO_MANY_TABLES: u32 = 0x8006_0415;

const PROCESS: ComponentType = ComponentType::Number(29);

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "process-of-another-solution",
        severity: Severity::Error,
        summary: "a process of the package belongs to another managed solution of the target",
        codes: &[NOT_UPDATABLE],
        docs: RuleDocs {
            what: "No process of the package has the identifier of one that another managed solution brought to the target.",
            why: "The import is refused unless the process may be customized; if it may, the package's definition lies over \
                  the other.",
            fix: "Take the process out of this solution, or make a copy of it with an identifier of its own.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(of_another_solution),
    },
    Rule {
        id: "process-name-taken",
        severity: Severity::Error,
        summary: "the target has a process of the same name with another identifier",
        codes: &[NAME_CONFLICT],
        docs: RuleDocs {
            what: "No action or business process flow of the package has the name of another one in the target. For \
                   workflows and dialogs it is a warning; names of business rules and cloud flows may repeat.",
            why: "The platform refuses a process whose name another one has.",
            fix: "Rename one of the two, or delete the one in the target where it was made by hand.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(name_taken),
    },
    Rule {
        id: "process-flow-too-large",
        severity: Severity::Warning,
        summary: "a business process flow has stages of more than five tables",
        codes: &[TOO_MANY_TABLES],
        docs: RuleDocs {
            what: "A business process flow names no more than five tables.",
            why: "The platform lets one go over five tables; the import or the activation is refused.",
            fix: "Leave stages of further tables to another business process flow.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(flow_too_large),
    },
    Rule {
        id: "process-replaced",
        severity: Severity::Note,
        summary: "a process that is active in the target is replaced",
        codes: &[REPLACED],
        docs: RuleDocs {
            what: "No process of the package is active in the target under the same identifier.",
            why: "The platform deactivates the target's, replaces it and says so. What waits in it goes on with the old \
                  definition.",
            fix: "Nothing is to be done; import while nobody works with it.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(replaced),
    },
    Rule {
        id: "process-stays-off",
        severity: Severity::Note,
        summary: "processes that are active in the package are not switched on",
        codes: &[],
        docs: RuleDocs {
            what: "Where the package has active processes, the import is asked to switch them on (--activate-plugins).",
            why: "New ones stay off, and users notice it first.",
            fix: "Import with --activate-plugins, as the maker portal does; or switch them on afterwards.",
            source: "learn.microsoft.com/power-platform/developer/cli/reference/solution",
        },
        stage: Stage::Activation,
        scope: Scope::Import(stays_off),
    },
];

/// What sort of process it is.
///
/// Source: the `category` choice in learn.microsoft.com/power-apps/developer/data-platform/reference/entities/workflow.
fn category(process: &Component) -> &str {
    process.property("Category").unwrap_or_default().trim()
}

/// The target's processes by their identifiers.
fn listed<'a>(subject: &ImportSubject<'a>) -> BTreeMap<Guid, &'a ComponentRow> {
    let rows = subject.rows(&PROCESS);
    rows.filter_map(|row| Some((identifier(row)?, row)))
        .collect()
}

fn identifier(row: &ComponentRow) -> Option<Guid> {
    row.id.as_ref()?.parse().ok()
}

fn of_another_solution(subject: &ImportSubject<'_>, out: &mut Findings) {
    let own = LogicalName::new(subject.solution.manifest.name());
    let listed = listed(subject);
    for process in subject.defined(PROCESS) {
        let row = process.identity.object_id.and_then(|id| listed.get(&id));
        let Some(row) = row.filter(|row| row.managed == Some(true)) else {
            continue;
        };
        let others = row.solution.iter().chain(&row.solutions);
        let mut others = others.map(|name| LogicalName::new(name));
        let is_own = others.clone().any(|name| name == own);
        let Some(other) = others
            .find(|name| SupplierOrigin::of(name) == SupplierOrigin::Solution)
            .filter(|_| !is_own && !belongs_to_patch(subject, row))
        else {
            continue;
        };
        out.add(
            process.span,
            format!(
                "The {} belongs to the solution {other} of the target; the import fails unless it may be customized.",
                process.identity
            ),
            "Take it out of this solution, or make a copy of it.",
        )
        .evidence(Evidence::Weak)
        .component(&process.identity)
        .platform(NOT_UPDATABLE, &[]);
    }
}

/// Whether a component came with the solution that this package patches, or with a patch of this solution.
fn belongs_to_patch(subject: &ImportSubject<'_>, row: &ComponentRow) -> bool {
    let manifest = &subject.solution.manifest;
    let own = LogicalName::new(manifest.name());
    let parent = manifest.parent_solution.as_ref();
    row.solution.iter().chain(&row.solutions).any(|name| {
        let name = LogicalName::new(name);
        let patched = subject
            .target
            .solution(&name)
            .and_then(|row| row.patch_of.as_deref());
        parent.is_some_and(|parent| parent.value == name)
            || patched.is_some_and(|patched| own == *patched)
    })
}

fn name_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let mut named: BTreeMap<LogicalName, Vec<&ComponentRow>> = BTreeMap::new();
    for row in subject.rows(&PROCESS) {
        if let Some(name) = &row.name {
            named.entry(LogicalName::new(name)).or_default().push(row);
        }
    }
    for process in subject.defined(PROCESS) {
        let severity = match category(process) {
            // Dialogs, actions and business process flows; then workflows.
            "3" | "4" => Severity::Error,
            "0" | "1" => Severity::Warning,
            _ => continue,
        };
        let (Some(name), Some(id)) = (&process.identity.display_name, process.identity.object_id)
        else {
            continue;
        };
        let same = named.get(&LogicalName::new(name));
        let mut same = same.into_iter().flatten().filter_map(|row| identifier(row));
        let Some(other) = same.clone().find(|other| *other != id) else {
            continue;
        };
        // Under its own identifier it is there already, beside the other one.
        if same.any(|other| other == id) {
            continue;
        }
        out.add(
            process.span,
            format!("The target has another process with the name \"{name}\": {other}."),
            "Rename one of the two, or delete the target's where it was made by hand.",
        )
        .severity(severity)
        .evidence(Evidence::Fair)
        .component(&process.identity)
        .platform(NAME_CONFLICT, &[name]);
    }
}

fn flow_too_large(subject: &ImportSubject<'_>, out: &mut Findings) {
    const MOST: usize = 5;
    let mut tables: BTreeMap<_, BTreeSet<&LogicalName>> = BTreeMap::new();
    for reference in &subject.solution.references {
        if reference.kind == ReferenceKind::ProcessTable
            && let Pointer::At(Address::Name(_, table)) = &reference.to
        {
            tables.entry(reference.from).or_default().insert(table);
        }
    }
    for (id, tables) in tables {
        let process = subject.solution.component(id);
        let process = process.filter(|process| category(process) == "4" && subject.imports());
        let Some(process) = process.filter(|_| tables.len() > MOST) else {
            continue;
        };
        let names: Vec<_> = tables.iter().map(|name| name.as_str()).collect();
        out.add(
            process.span,
            format!(
                "The {} goes over {} tables, and {MOST} are allowed: {}.",
                process.identity,
                names.len(),
                names.join(", ")
            ),
            "Leave further tables to another business process flow.",
        )
        .evidence(Evidence::Fair)
        .component(&process.identity)
        .platform(TOO_MANY_TABLES, &[]);
    }
}

fn replaced(subject: &ImportSubject<'_>, out: &mut Findings) {
    let listed = listed(subject);
    for process in subject.defined(PROCESS) {
        let row = process.identity.object_id.and_then(|id| listed.get(&id));
        let state = row.and_then(|row| row.state.as_deref());
        let is_active = state.is_some_and(|state| state.eq_ignore_ascii_case("Activated"));
        // Cloud and desktop flows are saved as they are.
        if is_active && !matches!(category(process), "5" | "6") {
            out.add(
                process.span,
                format!(
                    "The {} is active in the target; it is deactivated and replaced.",
                    process.identity
                ),
                "Import while nobody works with it.",
            )
            .evidence(Evidence::Fair)
            .component(&process.identity)
            .platform(REPLACED, &[]);
        }
    }
}

fn stays_off(subject: &ImportSubject<'_>, out: &mut Findings) {
    if subject.import.plan.switches.activate_plugins {
        return;
    }
    let active = subject
        .defined(PROCESS)
        .filter(|process| process.property("StateCode") == Some("1"));
    let active: Vec<&Component> = active.collect();
    let Some(first) = active.first() else {
        return;
    };
    let message = match active.len() - 1 {
        0 => format!(
            "The {} is active in the package and is not switched on.",
            first.identity
        ),
        more => format!(
            "The {} and {more} more are active in the package and are not switched on.",
            first.identity
        ),
    };
    out.add(
        first.span,
        message,
        "Import with --activate-plugins, or switch them on afterwards.",
    )
    .evidence(Evidence::Fair)
    .component(&first.identity)
    .summary_of(active.iter().map(|process| &process.identity));
}
