//! Rules about the connectors of the target: one that is missing, and one that stands in the way.

use std::cell::LazyCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ImportSubject;
use super::surroundings::references;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{ComponentId, ComponentType, Guid, Identity, Pointer, ReferenceKind};
use crate::target::{ComponentRow, Presence, Question};

const CONNECTORS_MISSING: u32 = 0x8006_0474;
const CONNECTOR_EXISTS: u32 = 0x8007_2606;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "connector-absent",
        severity: Severity::Error,
        summary: "the target lacks a connector that a connection reference is for, or a flow without one",
        codes: &[CONNECTORS_MISSING],
        docs: RuleDocs {
            what: "Where the manifest lists every connector of the target, that of each connection reference is among them, and \
                   so is each that a cloud flow names without a connection reference. \
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

/// What the API names of one connector have in common in every environment.
fn common_name(api: &str) -> String {
    custom_name(api).unwrap_or(api).to_ascii_lowercase()
}

fn connector_absent(subject: &ImportSubject<'_>, out: &mut Findings) {
    let listed = &subject.target.manifest().connectors;
    if listed.is_empty() {
        return;
    }
    let listed = listed.iter().map(|listed| common_name(api(listed)));
    let listed: FxHashSet<String> = listed.collect();
    let brings = subject.defined(ComponentType::number(372)).next().is_some();
    for (_, reference) in references(subject) {
        let Some(own) = reference.property("connectorid").map(api) else {
            continue;
        };
        let custom = custom_name(own);
        if own.is_empty() || (custom.is_some() && brings) || listed.contains(&common_name(own)) {
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
    connector_of_flow_absent(subject, &listed, out);
}

/// Connectors that flows without connection references name, each with the first flow. Custom ones are told where the
/// package refers to them.
fn connector_of_flow_absent(
    subject: &ImportSubject<'_>,
    listed: &FxHashSet<String>,
    out: &mut Findings,
) {
    let covered =
        references(subject).filter_map(|(_, reference)| reference.property("connectorid"));
    let mut told: FxHashSet<String> = covered.map(|id| common_name(api(id))).collect();
    let references = &subject.solution.references;
    let with_reference: FxHashSet<ComponentId> = references
        .iter()
        .filter(|reference| reference.kind == ReferenceKind::FlowConnection)
        .map(|reference| reference.from)
        .collect();
    for reference in references {
        let (ReferenceKind::FlowApi, Pointer::Api(name)) = (reference.kind, &reference.to) else {
            continue;
        };
        if with_reference.contains(&reference.from) {
            continue;
        }
        let name = name.as_str();
        let known = common_name(name);
        if custom_name(name).is_some() || listed.contains(&known) || !told.insert(known) {
            continue;
        }
        let connector = Identity::of(ComponentType::number(372)).named(name);
        let question = Question::of(subject.solution, &connector, None);
        let answer = subject.target.answer(&question);
        let flow = subject.solution.component(reference.from);
        let (Some(flow), Presence::Absent) = (flow, answer.presence) else {
            continue;
        };
        out.add(
            flow.span,
            format!(
                "The {} uses the connector {name}, which the target lacks: {}.",
                flow.identity, answer.because
            ),
            "Allow the connector in the environment's policies, or take it out of the flow.",
        )
        .severity(Severity::Warning)
        .evidence(answer.evidence.min(Evidence::Fair))
        .component(&flow.identity)
        .distinct(name);
    }
}

/// The connectors of one name that the target lists, with their ids: of any number the first two of different ids, for
/// whichever id a connector of that name has, the first one with another id is among them.
type Namesakes<'a> = Vec<(Guid, &'a ComponentRow)>;

/// The connectors that the target lists, by name in lower case.
fn listed_connectors<'a>(subject: &ImportSubject<'a>) -> FxHashMap<String, Namesakes<'a>> {
    let mut listed: FxHashMap<String, Namesakes<'a>> = FxHashMap::default();
    for row in subject.rows(&ComponentType::number(372)) {
        let id = row.id.as_deref().and_then(|id| id.parse::<Guid>().ok());
        if let (Some(name), Some(id)) = (row.name.as_deref(), id) {
            let same = listed.entry(name.to_ascii_lowercase()).or_default();
            if same.len() < 2 && same.iter().all(|(known, _)| *known != id) {
                same.push((id, row));
            }
        }
    }
    listed
}

fn connector_exists(subject: &ImportSubject<'_>, out: &mut Findings) {
    let listed = LazyCell::new(|| listed_connectors(subject));
    for connector in subject.defined(ComponentType::number(372)) {
        let (Some(name), Some(id)) = (
            &connector.identity.schema_name,
            connector.identity.object_id,
        ) else {
            continue;
        };
        let mut same = listed
            .get(&name.as_str().to_ascii_lowercase())
            .into_iter()
            .flatten();
        let Some((_, other)) = same.find(|(own, _)| *own != id) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_connector_is_the_same_one_in_every_environment() {
        let a = "shared_cts-5forders-5f1d2c3b4a59687786";
        let is_same = |b: &str| common_name(a) == common_name(b);
        assert!(is_same("shared_cts-5forders-5f9f8e7d6c5b4a3921"));
        assert!(!is_same("shared_cts-5finvoices-5f1d2c3b4a59687786"));
        assert_eq!(common_name("shared_sql"), common_name("Shared_SQL"));
    }
}
