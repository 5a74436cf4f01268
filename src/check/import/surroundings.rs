//! Rules about what surrounds a solution and never travels in it: connections, connectors, values of variables.

use std::collections::{BTreeMap, BTreeSet};

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::settings::has_default;
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{
    Address, Component, ComponentId, ComponentType, Identity, LogicalName, Pointer, ReferenceKind,
};
use crate::target::{Presence, Question};

const CONNECTORS_MISSING: u32 = 0x8006_0474;
const REFERENCE_LIMIT: u32 = 0x8009_0444;
const CONNECTOR_EXISTS: u32 = 0x8007_2606;

const SETTINGS: &str = "learn.microsoft.com/power-platform/alm/conn-ref-env-variables-build-tools";
const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "connector-absent",
        severity: Severity::Error,
        summary: "the target lacks a connector that a connection reference is for",
        codes: &[CONNECTORS_MISSING],
        docs: RuleDocs {
            what: "Where the manifest lists every connector of the target, that of each connection reference is among them. \
                   It is an error for a custom connector that the package does not bring, and a warning for one of \
                   Microsoft's or of its partners, which policies may hide.",
            why: "A flow that uses a custom connector is refused where the connector is not there.",
            fix: "Import the solution with the custom connector first; or allow the connector in the environment's policies.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(connector_absent),
    },
    Rule {
        id: "connector-exists",
        severity: Severity::Error,
        summary: "the target has a custom connector of the same name that is another one",
        codes: &[CONNECTOR_EXISTS],
        docs: RuleDocs {
            what: "No custom connector of the target has the name of one in the package and another id. It is an error where \
                   the target's is unmanaged, and a warning where that is not known.",
            why: "Names of connectors are unique, so the package's cannot be made beside one that was made by hand.",
            fix: "Delete the connector in the target, or give one of the two another name.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(connector_exists),
    },
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

/// The API name of a connector: the last part of its id.
fn api(connector: &str) -> &str {
    connector.rsplit('/').next().unwrap_or(connector)
}

/// The API name of a custom connector without what only its environment knows, which follows the name: of
/// `shared_cts-5forders-5f1d2c3b4a` it is `shared_cts-5forders`. `-5f` stands for an underscore, which no other connector has.
fn custom_name(api: &str) -> Option<&str> {
    let (name, own) = api.rsplit_once("-5f")?;
    let is_own = own.len() >= 8 && own.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(if is_own { name } else { api })
}

/// Whether two API names are of one connector.
fn is_same_connector(a: &str, b: &str) -> bool {
    let name = |api| custom_name(api).unwrap_or(api);
    name(a).eq_ignore_ascii_case(name(b))
}

/// The connection references that the package brings, by name.
fn references<'a>(
    subject: &ImportSubject<'a>,
) -> impl Iterator<Item = (&'a LogicalName, &'a Component)> {
    let references = subject.defined(ComponentType::connection_reference());
    references.filter_map(|reference| Some((reference.identity.schema_name.as_ref()?, reference)))
}

fn connector_absent(subject: &ImportSubject<'_>, out: &mut Findings) {
    let listed = &subject.target.manifest().connectors;
    if listed.is_empty() {
        return;
    }
    let brings = subject.defined(ComponentType::number(372)).next().is_some();
    for (_, reference) in references(subject) {
        let Some(own) = reference.property("connectorid").map(api) else {
            continue;
        };
        let mut listed = listed.iter();
        let custom = custom_name(own);
        if own.is_empty()
            || (custom.is_some() && brings)
            || listed.any(|listed| is_same_connector(api(listed), own))
        {
            continue;
        }
        let connector = Identity::of(ComponentType::number(372)).named(own);
        let question = Question::of(subject.solution, &connector, None);
        let answer = subject.target.answer(&question);
        if answer.presence != Presence::Absent {
            continue;
        }
        let severity = if custom.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let described = out.add(
            reference.span,
            format!(
                "The {} is for the connector {own}, which the target lacks: {}.",
                reference.identity, answer.because
            ),
            "Import the solution that brings the connector first, or allow it in the environment's policies.",
        )
        .severity(severity)
        .evidence(answer.evidence.min(Evidence::Fair))
        .component(&reference.identity);
        // What the platform says of others is not known.
        if custom.is_some() {
            described.platform(CONNECTORS_MISSING, &["1", own, "0"]);
        }
    }
}

fn connector_exists(subject: &ImportSubject<'_>, out: &mut Findings) {
    let kind = ComponentType::number(372);
    for connector in subject.defined(kind.clone()) {
        let (Some(name), Some(id)) = (
            &connector.identity.schema_name,
            connector.identity.object_id,
        ) else {
            continue;
        };
        let rows = subject.rows(&kind);
        let mut others = rows.filter(|row| row.name.as_deref().is_some_and(|own| *name == *own));
        let is_other = |own: &str| own.parse().is_ok_and(|own: crate::model::Guid| own != id);
        let Some(other) = others.find(|row| row.id.as_deref().is_some_and(is_other)) else {
            continue;
        };
        let (evidence, made) = match other.managed {
            Some(true) => continue,
            Some(false) => (Evidence::Fair, ", made by hand"),
            None => (Evidence::Weak, ""),
        };
        out.add(
            connector.span,
            format!("The target has another custom connector with the name {name}{made}."),
            "Delete it in the target, or give one of the two another name.",
        )
        .evidence(evidence)
        .component(&connector.identity)
        .platform(CONNECTOR_EXISTS, &[name.as_str()]);
    }
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
    for (name, users) in users {
        if users.len() > limit as usize {
            let identity = Identity::of(ComponentType::connection_reference()).named(name.as_str());
            let own = references(subject).find(|(own, _)| *own == name);
            let span = own.map_or(subject.solution.manifest.span, |(_, own)| own.span);
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
    let values = values.filter(|component| component.identity.kind == kind);
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
    for definition in subject.defined(ComponentType::variable_definition()) {
        let Some(name) = &definition.identity.schema_name else {
            continue;
        };
        let settings = subject.import.settings;
        let is_set = has_default(definition)
            || shipped.contains_key(name)
            || settings.is_some_and(|settings| settings.has_value(name));
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

/// What uses each connection reference, as people call it.
fn users(subject: &ImportSubject<'_>) -> BTreeMap<LogicalName, Vec<String>> {
    let kind = ComponentType::connection_reference();
    let mut users: BTreeMap<LogicalName, Vec<String>> = BTreeMap::new();
    for reference in &subject.solution.references {
        if let Pointer::At(Address::Name(to, name)) = &reference.to
            && *to == kind
            && let Some(user) = subject.solution.component(reference.from)
        {
            let users = users.entry(name.clone()).or_default();
            let user = user.identity.to_string();
            if !users.contains(&user) {
                users.push(user);
            }
        }
    }
    users
}

fn connection_missing(subject: &ImportSubject<'_>, out: &mut Findings) {
    let users = users(subject);
    for (name, reference) in references(subject) {
        let settings = subject.import.settings;
        if settings.is_some_and(|settings| settings.has_connection(name)) {
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
        let used = match users.get(name).map(Vec::as_slice) {
            None | Some([]) => String::new(),
            Some([one]) => format!(": the {one} does not work without"),
            Some([one, others @ ..]) => {
                format!(": the {one} and {} more do not work without", others.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_connector_is_the_same_one_in_every_environment() {
        let a = "shared_cts-5forders-5f1d2c3b4a59687786";
        assert!(is_same_connector(
            a,
            "shared_cts-5forders-5f9f8e7d6c5b4a3921"
        ));
        assert!(!is_same_connector(
            a,
            "shared_cts-5finvoices-5f1d2c3b4a59687786"
        ));
        assert!(is_same_connector("shared_sql", "Shared_SQL"));
    }
}
