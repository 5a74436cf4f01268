//! Rules of the house: what solvet.toml says that packages may hold. Without a policy they say nothing.

use std::collections::BTreeMap;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::catalog;
use crate::config::Policy;
use crate::finding::Severity;
use crate::model::{
    Component, ComponentType, Identity, Origin, Pointer, ReferenceKind, RootBehavior, Solution,
};

const SOURCE: &str = "docs/configuration.md";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "policy-component-kind",
        severity: Severity::Warning,
        summary: "the package holds a kind of component that the policy does not allow",
        codes: &[],
        docs: RuleDocs {
            what: "The package holds no component of denied-kinds and, where there are allowed-kinds, of those only; what \
                   travels with another component, such as columns and relationships with a table, is judged \
                   with that one.",
            why: "The policy in solvet.toml keeps such components out of this solution.",
            fix: "Move them to the solution that they belong to, or change the policy.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Package(component_kind),
    },
    Rule {
        id: "policy-publisher",
        severity: Severity::Warning,
        summary: "the solution has a publisher that the policy does not allow",
        codes: &[],
        docs: RuleDocs {
            what: "The unique name of the publisher is one of allowed-publishers.",
            why: "The publisher owns the components for good: it cannot be changed once the solution is installed.",
            fix: "Choose an allowed publisher for the solution before it is imported anywhere, or change the policy.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Package(publisher),
    },
    Rule {
        id: "policy-prefix",
        severity: Severity::Warning,
        summary: "custom components have a prefix that the policy does not allow",
        codes: &[],
        docs: RuleDocs {
            what: "Names of tables, columns, choices, web resources, environment variables and connection references that the \
                   package defines begin with one of allowed-prefixes, unless they are the platform's, made by it, or known to be another's.",
            why: "Names are for good, and a prefix says whose they are.",
            fix: "Make the component anew under the publisher with the right prefix, or change the policy.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Package(prefix),
    },
    Rule {
        id: "policy-connector",
        severity: Severity::Warning,
        summary: "the package uses connectors that the policy does not allow",
        codes: &[],
        docs: RuleDocs {
            what: "Every connection reference of the package is for one of allowed-connectors, and so is every connector that a \
                   cloud flow names.",
            why: "An environment's data policy switches flows off that use a connector which it blocks.",
            fix: "Use another connector, or change the policy.",
            source: "learn.microsoft.com/power-platform/admin/wp-data-loss-prevention",
        },
        stage: Stage::Package,
        scope: Scope::Package(connector),
    },
    Rule {
        id: "policy-plug-in-solution",
        severity: Severity::Warning,
        summary: "the package holds plug-ins, which the policy keeps to other solutions",
        codes: &[],
        docs: RuleDocs {
            what: "Plug-in assemblies, packages, types and steps are in the solutions of plug-ins-only-in.",
            why: "An assembly in two solutions is updated by both, and the last import wins.",
            fix: "Move them to one of those solutions, or change the policy.",
            source: SOURCE,
        },
        stage: Stage::Package,
        scope: Scope::Package(plug_ins),
    },
    Rule {
        id: "policy-whole-table",
        severity: Severity::Warning,
        summary: "the package holds tables of others with all their parts, which the policy does not allow",
        codes: &[],
        docs: RuleDocs {
            what: "With whole-tables-of-others = false a table whose name has neither the publisher's prefix nor one of \
                   allowed-prefixes is no root component with all its parts (behavior 0).",
            why: "A layer over every part of the table hides what later updates of its owner change, and ties the target to \
                  everything that the table has where it was exported.",
            fix: "Remove the table from the solution and add only the parts that were changed, or change the policy.",
            source: "learn.microsoft.com/power-platform/alm/segmented-solutions-alm",
        },
        stage: Stage::Package,
        scope: Scope::Package(whole_table),
    },
];

/// Plug-in type, assembly, step, step image.
const PLUG_INS: [ComponentType; 4] = [
    ComponentType::Number(90),
    ComponentType::Number(91),
    ComponentType::Number(92),
    ComponentType::Number(93),
];

/// Relationships, as two types have them, and mappings of tables and columns.
const OF_TABLES: [ComponentType; 4] = [
    ComponentType::Number(3),
    ComponentType::Number(10),
    ComponentType::Number(46),
    ComponentType::Number(47),
];

const TABLE: ComponentType = ComponentType::Number(1);

/// The first few of several components, in words.
fn listed<'a>(components: impl Iterator<Item = &'a Component>) -> String {
    const SHOWN: usize = 3;
    let mut components = components.peekable();
    let shown: Vec<_> = components
        .by_ref()
        .take(SHOWN)
        // By their names, not by what people call them: names have prefixes, and tell two apart.
        .map(|component| Identity {
            display_name: component
                .identity
                .display_name
                .clone()
                .filter(|_| !is_named(component)),
            ..component.identity.clone()
        })
        .map(|identity| format!("the {identity}"))
        .collect();
    let more = match components.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

fn component_kind(subject: &Subject<'_>, out: &mut Findings) {
    let Policy {
        allowed_kinds,
        denied_kinds,
        ..
    } = subject.policy;
    if allowed_kinds.is_none() && denied_kinds.is_empty() {
        return;
    }
    let solution = subject.solution;
    let is_allowed = |kind: &ComponentType| {
        let allowed = allowed_kinds.as_ref();
        allowed.is_none_or(|allowed| allowed.contains(kind))
    };
    // What travels with another component is judged with that one; relationships and mappings travel with tables.
    let travels = |component: &Component| {
        let is_of_table = OF_TABLES.contains(&component.identity.kind);
        component.parent.is_some() || (is_of_table && is_allowed(&TABLE))
    };
    let mut of_kind: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    for component in &solution.components {
        let kind = &component.identity.kind;
        if denied_kinds.contains(kind) || !(is_allowed(kind) || travels(component)) {
            of_kind.entry(kind.label()).or_default().push(component);
        }
    }
    for (label, components) in of_kind {
        if let Some(first) = components.first() {
            let list = listed(components.iter().copied());
            out.add(
                first.span,
                format!(
                    "The policy does not allow components of the kind {label} in {}: {list}.",
                    solution.manifest.name()
                ),
                "Move them to the solution that they belong to, or change [policy] in solvet.toml.",
            )
            .component(&first.identity)
            .distinct(&label)
            .summary_of(components.iter().map(|one| &one.identity))
            .local();
        }
    }
}

fn publisher(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let (Some(allowed), Some(publisher)) =
        (&subject.policy.allowed_publishers, &manifest.publisher)
    else {
        return;
    };
    let name = publisher.unique_name.as_ref();
    let name = name.map_or("", |name| &*name.value);
    if !name.is_empty() && !Policy::allows(allowed, name) {
        out.add(
            publisher.span,
            format!(
                "The policy does not allow the publisher {name} for {}: it allows {}.",
                manifest.name(),
                allowed.join(", ")
            ),
            "Choose an allowed publisher before the solution is imported anywhere, or change [policy] in solvet.toml.",
        )
        .local();
    }
}

/// Whether it has a name beside what people call it.
fn is_named(component: &Component) -> bool {
    component.identity.schema_name.is_some()
}

/// Beginnings of names that the platform gives: lookups of business process flows, connections of agents.
const MADE: [&str; 2] = ["bpf_", "copilots_header_"];

/// The prefix of a component that somebody named; none where its kind has no such names, or where the platform or another
/// publisher is known to have named it.
fn own_prefix(component: &Component) -> Option<String> {
    // Table, column, choice, web resource, environment variable.
    const NAMED: [u32; 5] = [1, 2, 9, 61, 380];
    let identity = &component.identity;
    let has_prefix = NAMED.map(ComponentType::number).contains(&identity.kind)
        || identity.kind == ComponentType::connection_reference();
    if !has_prefix || component.origin != Origin::Package || catalog::known(identity).is_some() {
        return None;
    }
    // A column of a custom table that is called as columns of the platform are is the platform's.
    let is_standard = component.property("IsCustomField") == Some("0");
    let name = identity.schema_name.as_ref()?.as_str();
    let (prefix, rest) = name.split_once('_')?;
    let is_made = MADE.iter().any(|made| name.starts_with(made));
    // Names such as address1_city are the platform's; its tables have no prefix.
    let is_prefix = prefix.len() > 1
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_prefix && !is_standard && !is_made && !rest.is_empty()).then(|| prefix.to_ascii_lowercase())
}

fn prefix(subject: &Subject<'_>, out: &mut Findings) {
    let Some(allowed) = &subject.policy.allowed_prefixes else {
        return;
    };
    let mut of_prefix: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    for component in &subject.solution.components {
        if let Some(prefix) =
            own_prefix(component).filter(|prefix| !Policy::allows(allowed, prefix))
        {
            of_prefix.entry(prefix).or_default().push(component);
        }
    }
    for (prefix, components) in of_prefix {
        if let Some(first) = components.first() {
            let list = listed(components.iter().copied());
            out.add(
                first.span,
                format!(
                    "The policy does not allow the prefix {prefix} in {}: {list}.",
                    subject.solution.manifest.name()
                ),
                "Make them anew under a publisher with an allowed prefix, or change [policy] in solvet.toml.",
            )
            .component(&first.identity)
            .distinct(&prefix)
            .summary_of(components.iter().map(|one| &one.identity))
            .local();
        }
    }
}

fn connector(subject: &Subject<'_>, out: &mut Findings) {
    let Some(allowed) = &subject.policy.allowed_connectors else {
        return;
    };
    let solution = subject.solution;
    let kind = ComponentType::connection_reference();
    let references = solution.components.iter();
    let references = references.filter(|component| component.identity.kind == kind);
    let of_references = references.filter_map(|reference| {
        let id = reference.property("connectorid")?;
        Some((id.rsplit('/').next().unwrap_or(id), reference))
    });
    let of_flows = solution.references.iter().filter_map(|reference| {
        let (ReferenceKind::FlowApi, Pointer::Api(name)) = (reference.kind, &reference.to) else {
            return None;
        };
        Some((name.as_str(), solution.component(reference.from)?))
    });
    let mut by_connector: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    for (name, component) in of_references.chain(of_flows) {
        if !name.is_empty() && !Policy::allows(allowed, name) {
            let users = by_connector.entry(name.to_ascii_lowercase()).or_default();
            // A flow names a connector at each of its steps, one after the other.
            if users
                .last()
                .is_none_or(|last| !std::ptr::eq(*last, component))
            {
                users.push(component);
            }
        }
    }
    for (name, users) in by_connector {
        if let Some(first) = users.first() {
            out.add(
                first.span,
                format!(
                    "The policy does not allow the connector {name} in {}: {}.",
                    solution.manifest.name(),
                    listed(users.iter().copied())
                ),
                "Use another connector, or change [policy] in solvet.toml.",
            )
            .component(&first.identity)
            .distinct(&name)
            .summary_of(users.iter().map(|one| &one.identity))
            .local();
        }
    }
}

fn plug_ins(subject: &Subject<'_>, out: &mut Findings) {
    let Some(allowed) = &subject.policy.plug_ins_only_in else {
        return;
    };
    let solution = subject.solution;
    let package = ComponentType::table("pluginpackage");
    let held = || {
        let components = solution.components.iter();
        components.filter(|component| {
            let kind = &component.identity.kind;
            PLUG_INS.contains(kind) || *kind == package
        })
    };
    let name = solution.manifest.name();
    if let Some(first) = held().next().filter(|_| !Policy::allows(allowed, name)) {
        out.add(
            first.span,
            format!(
                "The policy keeps plug-ins to {}, and {name} holds some: {}.",
                allowed.join(", "),
                listed(held())
            ),
            "Move them to one of those solutions, or change [policy] in solvet.toml.",
        )
        .component(&first.identity)
        .summary_of(held().map(|one| &one.identity))
        .local();
    }
}

fn whole_table(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.policy.denies_whole_tables {
        return;
    }
    let solution = subject.solution;
    let roots = solution.manifest.roots.iter();
    let whole = roots.filter(|root| {
        root.identity.kind == TABLE && root.behavior == RootBehavior::WithSubcomponents
    });
    for root in whole {
        let name = root.identity.schema_name.as_ref();
        let name = name.map_or("", |name| name.as_str());
        if !name.is_empty() && !is_own(subject, solution, name) {
            out.add(
                root.span,
                format!(
                    "The policy does not allow the table {name} with all its parts in {}: it is another's.",
                    solution.manifest.name()
                ),
                "Remove it from the solution and add only the parts that were changed, or change [policy] in solvet.toml.",
            )
            .component(&root.identity)
            .local();
        }
    }
}

/// Whether a table has the publisher's prefix, or one that the policy allows.
fn is_own(subject: &Subject<'_>, solution: &Solution, name: &str) -> bool {
    let Some((prefix, _)) = name.split_once('_') else {
        return false;
    };
    let publisher = solution.manifest.publisher.as_ref();
    let own = publisher.and_then(|publisher| publisher.prefix.as_ref());
    let own = own.is_some_and(|own| own.value.eq_ignore_ascii_case(prefix));
    let allowed = subject.policy.allowed_prefixes.as_deref();
    own || allowed.is_some_and(|allowed| Policy::allows(allowed, prefix))
}
