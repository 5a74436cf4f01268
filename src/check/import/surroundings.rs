//! Rules about what surrounds a solution and never travels in it: connections, values of variables.

use std::cell::LazyCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::settings::{has_default, has_value};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{
    Address, Component, ComponentId, ComponentType, Identity, LogicalName, Pointer, ReferenceKind,
};
use crate::settings::DeploymentSettings;
use crate::source::Span;

const REFERENCE_LIMIT: u32 = 0x8009_0444;

const SETTINGS: &str = "learn.microsoft.com/power-platform/alm/conn-ref-env-variables-build-tools";
const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "connection-reference-overused",
        severity: Severity::Error,
        summary: "more flows share a connection reference than the target allows",
        codes: &[REFERENCE_LIMIT],
        docs: RuleDocs {
            what: "No more cloud flows of the package use one connection reference than the manifest states as limit \
                   (limits.flowsPerConnectionReference). Flows of the target are not counted.",
            why: "The platform refuses the flow that is one too many.",
            fix: "Give some of the flows a connection reference of their own.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(reference_overused),
    },
    Rule {
        id: "variable-value-collides",
        severity: Severity::Error,
        summary: "the package ships a value of a variable that has a value in the target",
        codes: &[],
        docs: RuleDocs {
            what: "The package has no value of an environment variable that has one in the target, unless the installed \
                   version shipped it.",
            why: "A variable has one value. Where the target's is another row the import fails with \"Cannot insert duplicate \
                  key\"; else the package's value replaces it.",
            fix: "Remove the value from the solution (not the variable) and export again, and give it in deployment settings.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/environmentvariables; the failure is known from \
                     public reports",
        },
        stage: Stage::Components,
        scope: Scope::Import(value_collides),
    },
    Rule {
        id: "variable-without-value",
        severity: Severity::Warning,
        summary: "an environment variable has no value in the package, the settings or the target",
        codes: &[],
        docs: RuleDocs {
            what: "Every environment variable of the package has a default or a value in the package, a value in the \
                   deployment settings, or one in the target. It is a note where the target may have one.",
            why: "The maker portal asks for the value. An import by program succeeds, and what reads the variable fails; \
                  some tools stop.",
            fix: "Give the value in deployment settings; solvet settings new writes the file.",
            source: SETTINGS,
        },
        stage: Stage::Activation,
        scope: Scope::Import(without_value),
    },
    Rule {
        id: "connection-missing",
        severity: Severity::Warning,
        summary: "a connection reference has no connection in the settings or the target",
        codes: &[],
        docs: RuleDocs {
            what: "Every connection reference of the package has a connection in the deployment settings or in the target. It \
                   is a note where the target may have one.",
            why: "The import succeeds, and flows that use the reference stay off; canvas apps ask each user.",
            fix: "Make the connection in the target, share it with who imports, and give it in deployment settings; solvet \
                  settings new writes the file.",
            source: SETTINGS,
        },
        stage: Stage::Activation,
        scope: Scope::Import(connection_missing),
    },
];

/// The connection references that the package brings, by name.
pub(super) fn references<'a>(
    subject: &ImportSubject<'a>,
) -> impl Iterator<Item = (&'a LogicalName, &'a Component)> {
    let references = subject.defined(ComponentType::connection_reference());
    references.filter_map(|reference| Some((reference.identity.schema_name.as_ref()?, reference)))
}

/// The place of each connection reference that the package brings; of several of one name that of the first.
fn places<'a>(subject: &ImportSubject<'a>) -> BTreeMap<&'a LogicalName, Span> {
    let mut places = BTreeMap::new();
    for (name, reference) in references(subject) {
        places.entry(name).or_insert(reference.span);
    }
    places
}

fn reference_overused(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some(limit) = subject
        .target
        .manifest()
        .limits
        .flows_per_connection_reference
    else {
        return;
    };
    let flows: BTreeSet<ComponentId> = subject
        .solution
        .numbered()
        .filter(|(_, flow)| subject.imports() && flow.property("ModernFlowType").is_some())
        .map(|(id, _)| id)
        .collect();
    let mut users: BTreeMap<&LogicalName, BTreeSet<ComponentId>> = BTreeMap::new();
    for reference in &subject.solution.references {
        if let Pointer::At(Address::Name(_, name)) = &reference.to
            && reference.kind == ReferenceKind::FlowConnection
            && flows.contains(&reference.from)
        {
            users.entry(name).or_default().insert(reference.from);
        }
    }
    let places = LazyCell::new(|| places(subject));
    for (name, users) in users {
        if users.len() > limit as usize {
            let identity = Identity::of(ComponentType::connection_reference()).named(name.as_str());
            let own = places.get(name).copied();
            let span = own.unwrap_or(subject.solution.manifest.span);
            let (count, most) = (users.len().to_string(), limit.to_string());
            out.add(
                span,
                format!(
                    "{count} flows of the package use the {identity}, and the target allows {most}."
                ),
                "Give some of the flows a connection reference of their own.",
            )
            .evidence(Evidence::Fair)
            .component(&identity)
            .platform(REFERENCE_LIMIT, &[name.as_str(), &count, &most]);
        }
    }
}

/// The values of variables that a solution ships, by the names of their variables.
fn shipped(solution: &crate::model::Solution) -> BTreeMap<&LogicalName, &Component> {
    let kind = ComponentType::table("environmentvariablevalue");
    let values = solution.components.iter();
    let values = values.filter(|row| row.identity.kind == kind && has_value(row));
    values
        .filter_map(|value| Some((value.identity.schema_name.as_ref()?, value)))
        .collect()
}

fn value_collides(subject: &ImportSubject<'_>, out: &mut Findings) {
    if !subject.imports() {
        return;
    }
    let before = subject.import.before.map(shipped).unwrap_or_default();
    for (name, value) in shipped(subject.solution) {
        let row = subject.target.environment_variable(name);
        let has_value = row.and_then(|row| row.has_value) == Some(true);
        if !has_value || before.contains_key(name) {
            continue;
        }
        out.add(
            value.span,
            format!(
                "The package ships a value of the environment variable {name}, which has a value in the target."
            ),
            "Remove the value from the solution, not the variable, and export again.",
        )
        .evidence(Evidence::Weak)
        .component(&value.identity);
    }
}

fn without_value(subject: &ImportSubject<'_>, out: &mut Findings) {
    let shipped = shipped(subject.solution);
    let settings = subject.import.settings.map(DeploymentSettings::by_name);
    for definition in subject.defined(ComponentType::variable_definition()) {
        let Some(name) = &definition.identity.schema_name else {
            continue;
        };
        let is_set = has_default(definition)
            || shipped.contains_key(name)
            || settings
                .as_ref()
                .is_some_and(|settings| settings.has_value(name));
        if is_set {
            continue;
        }
        let row = subject.target.environment_variable(name);
        let has_value = row.and_then(|row| row.has_value);
        let (there, severity) = match has_value {
            Some(true) => continue,
            Some(false) => ("the target has none", Severity::Warning),
            None if subject.is_absent(&definition.identity) => {
                ("the variable is new in the target", Severity::Warning)
            }
            None => ("whether the target has one is not known", Severity::Note),
        };
        out.add(
            definition.span,
            format!(
                "The environment variable {name} has neither a default nor a value in the package, and {there}."
            ),
            "Give the value in deployment settings; 'solvet settings new' writes the file.",
        )
        .severity(severity)
        .evidence(Evidence::Fair)
        .component(&definition.identity);
    }
}

/// What uses a connection reference, as people call it: the first, and all that are called otherwise.
struct Users {
    first: String,
    others: FxHashSet<String>,
}

/// What uses each connection reference.
fn users<'a>(subject: &ImportSubject<'a>) -> BTreeMap<&'a LogicalName, Users> {
    let kind = ComponentType::connection_reference();
    let mut users: BTreeMap<&LogicalName, Users> = BTreeMap::new();
    for reference in &subject.solution.references {
        let Pointer::At(Address::Name(to, name)) = &reference.to else {
            continue;
        };
        let user = subject.solution.component(reference.from);
        let Some(user) = user.filter(|_| *to == kind) else {
            continue;
        };
        let user = user.identity.to_string();
        match users.entry(name) {
            Entry::Vacant(vacant) => {
                vacant.insert(Users {
                    first: user,
                    others: FxHashSet::default(),
                });
            }
            Entry::Occupied(mut known) if known.get().first != user => {
                known.get_mut().others.insert(user);
            }
            Entry::Occupied(_) => {}
        }
    }
    users
}

fn connection_missing(subject: &ImportSubject<'_>, out: &mut Findings) {
    let users = LazyCell::new(|| users(subject));
    let settings = subject.import.settings.map(DeploymentSettings::by_name);
    for (name, reference) in references(subject) {
        if settings
            .as_ref()
            .is_some_and(|settings| settings.has_connection(name))
        {
            continue;
        }
        let row = subject.target.connection_reference(name);
        let (there, severity) = match row.and_then(|row| row.connected) {
            Some(true) => continue,
            Some(false) => ("has no connection in the target", Severity::Warning),
            None if subject.is_absent(&reference.identity) => (
                "is new in the target and has no connection",
                Severity::Warning,
            ),
            None => ("may have no connection in the target", Severity::Note),
        };
        let used = match users.get(name) {
            None => String::new(),
            Some(Users { first, others }) if others.is_empty() => {
                format!(": the {first} does not work without")
            }
            Some(Users { first, others }) => {
                let count = others.len();
                format!(": the {first} and {count} more do not work without")
            }
        };
        out.add(
            reference.span,
            format!("The connection reference {name} {there}{used}."),
            "Give a connection in deployment settings; 'solvet settings new' writes the file.",
        )
        .severity(severity)
        .evidence(Evidence::Fair)
        .component(&reference.identity);
    }
}
