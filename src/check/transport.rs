//! Rules about what should not travel, or does not arrive as it was: settings of the whole environment, secrets, values and
//! addresses of one environment, connections of one person.

mod addresses;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::settings::{has_default, has_value};
use super::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{
    Address, Component, ComponentType, FlawKind, Identity, LogicalName, PackageType, Pointer,
    ReferenceKind, VariableType, secret_in,
};
use crate::package::EntryId;
use crate::source::{FileId, Span};

/// The groups of rules.
pub(super) static GROUPS: [&[Rule]; 2] = [RULES, addresses::RULES];

const EMPTY_SECRET: u32 = 0x8004_4818;
const SITE_MAP_REPLACED: u32 = 0x8004_8043;
const SETTINGS_REPLACED: u32 = 0x8004_8044;
const REPORT_OUTSIDE: u32 = 0x8004_F038;

const SITE_MAP: ComponentType = ComponentType::Number(62);
const SETTING: ComponentType = ComponentType::Number(25);
const REPORT: ComponentType = ComponentType::Number(31);
const DATA_SOURCE: ComponentType = ComponentType::Number(183);

static RULES: &[Rule] = &[
    Rule {
        id: "environment-settings-replaced",
        severity: Severity::Warning,
        summary: "an unmanaged package replaces the site map or settings of the whole environment",
        codes: &[SITE_MAP_REPLACED, SETTINGS_REPLACED],
        docs: RuleDocs {
            what: "An unmanaged package has neither the classic site map, of which an environment has one, nor settings of the \
                   organization. Site maps of apps are not meant.",
            why: "The import succeeds and replaces what the target had, and nothing brings it back.",
            fix: "Take the site map and the settings out of the solution, unless replacing them is wanted.",
            source: "ImportSolutionSiteMapWarning and ImportSolutionOrganizationSettingsWarning in the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(settings_replaced),
    },
    Rule {
        id: "report-outside-package",
        severity: Severity::Warning,
        summary: "a managed package changes how a report hangs together with one that it lacks",
        codes: &[REPORT_OUTSIDE],
        docs: RuleDocs {
            what: "In a managed package, the reports that ReportLinks relate are in the package. In source folders the relations \
                   are not read.",
            why: "The platform refuses to change, with a managed package, a report that the package does not have.",
            fix: "Add the other report to the solution, or remove the relation.",
            source: "CannotModifyReportOutsideSolutionIfManaged in the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(report_outside),
    },
    Rule {
        id: "data-source-secret",
        severity: Severity::Note,
        summary: "the package has data sources of virtual tables, whose secrets do not travel",
        codes: &[EMPTY_SECRET],
        docs: RuleDocs {
            what: "The package has no data source of virtual tables.",
            why: "Secrets of data sources are not exported: virtual tables show nothing until someone enters them.",
            fix: "Enter the secrets in the target after the import (settings, virtual entity data sources).",
            source: "EmptySecretInDataSource in the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(data_source),
    },
    Rule {
        id: "secret-in-package",
        severity: Severity::Warning,
        summary: "a secret lies in the package",
        codes: &[],
        docs: RuleDocs {
            what: "Environment variables of the type secret have addresses of secrets in a key vault as defaults and values, \
                   those of other types hold no key of an account, shared access key, signature of an address or password \
                   of a connection string, and the settings of data sources hold no password.",
            why: "Whoever gets the package can read the secret, and so can whoever reads its repository.",
            fix: "Change the secret, keep it in a key vault, and put its address in its place, in a variable of the type secret. The \
                  password of a data source is entered in each target after the import.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/environmentvariables-azure-key-vault-secrets",
        },
        stage: Stage::Package,
        scope: Scope::Package(secret),
    },
    Rule {
        id: "variable-value-shipped",
        severity: Severity::Note,
        summary: "the package ships current values of environment variables",
        codes: &[],
        docs: RuleDocs {
            what: "The package has definitions of environment variables and their defaults, and no current values.",
            why: "The values are those of the environment where the package was exported, and every target gets them.",
            fix: "Remove the values from the solution, not the variables, and give each environment its own in deployment \
                  settings.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/environmentvariables",
        },
        stage: Stage::Components,
        scope: Scope::Package(value_shipped),
    },
    Rule {
        id: "flow-without-connection-reference",
        severity: Severity::Warning,
        summary: "a cloud flow reaches connectors without connection references",
        codes: &[],
        docs: RuleDocs {
            what: "Each connector that a cloud flow uses has a connection reference, unless whoever runs the flow lends the \
                   connection.",
            why: "The flow uses a connection of whoever made it. None can be given at import: the flow stays off until someone \
                  opens it in the target and chooses one.",
            fix: "Use connection references in the flow (the solution checker of flows offers it), and export again.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/create-connection-reference",
        },
        stage: Stage::Activation,
        scope: Scope::Package(flow_connection),
    },
];

/// The components of one type.
fn of_kind<'a>(
    subject: &Subject<'a>,
    kind: ComponentType,
) -> impl Iterator<Item = &'a Component> + use<'a> {
    let components = subject.solution.components.iter();
    components.filter(move |component| component.identity.kind == kind)
}

/// The first few names, and how many more.
fn few<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 3;
    let more = names.len().saturating_sub(SHOWN);
    let shown: Vec<_> = names.take(SHOWN).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn settings_replaced(subject: &Subject<'_>, out: &mut Findings) {
    const HELP: &str = "Take it out of the solution, unless replacing the target's is wanted.";
    if subject.solution.manifest.package_type == PackageType::Managed {
        return;
    }
    // A site map of an app has a name.
    let is_classic =
        |map: &&Component| map.identity.schema_name.is_none() && map.identity.object_id.is_none();
    for map in of_kind(subject, SITE_MAP).filter(is_classic) {
        let message = "The package replaces the site map of the environment.".to_owned();
        out.add(map.span, message, HELP)
            .component(&map.identity)
            .platform(SITE_MAP_REPLACED, &[]);
    }
    for setting in of_kind(subject, SETTING) {
        let message = format!("The package replaces the {}.", setting.identity);
        out.add(setting.span, message, HELP)
            .component(&setting.identity)
            .platform(SETTINGS_REPLACED, &[]);
    }
}

fn report_outside(subject: &Subject<'_>, out: &mut Findings) {
    if subject.solution.manifest.package_type != PackageType::Managed || subject.is_incomplete() {
        return;
    }
    let ids = of_kind(subject, REPORT).filter_map(|report| report.identity.object_id);
    let own: rustc_hash::FxHashSet<_> = ids.collect();
    for reference in &subject.solution.references {
        let (ReferenceKind::ReportParent, Pointer::At(Address::Id(_, parent))) =
            (reference.kind, &reference.to)
        else {
            continue;
        };
        let Some(report) = subject.solution.component(reference.from) else {
            continue;
        };
        if !own.contains(parent) {
            out.add(
                reference.span,
                format!(
                    "The {} is related to the report {parent}, which is not in this managed package.",
                    report.identity
                ),
                "Add the other report to the solution, or remove the relation.",
            )
            .evidence(Evidence::Fair)
            .component(&report.identity)
            .platform(REPORT_OUTSIDE, &[]);
        }
    }
}

fn data_source(subject: &Subject<'_>, out: &mut Findings) {
    for source in of_kind(subject, DATA_SOURCE) {
        out.add(
            safe_place(subject, source),
            format!(
                "The secrets of the {} do not travel with the package.",
                source.identity
            ),
            "Enter them in the target after the import.",
        )
        .component(&source.identity)
        .platform(EMPTY_SECRET, &[]);
    }
}

/// The place of a data source, unless the lines around it would show a secret to whoever reads the report.
fn safe_place(subject: &Subject<'_>, source: &Component) -> Span {
    if source.property("HoldsSecret").is_some() {
        subject.solution.manifest.span
    } else {
        source.span
    }
}

/// Passwords in the settings of data sources.
fn secret_of_source(subject: &Subject<'_>, out: &mut Findings) {
    const HELP: &str = "Change the password, take it out of the data source's settings, and enter it in each target after the \
                        import.";
    for source in of_kind(subject, DATA_SOURCE) {
        if source.property("HoldsSecret").is_some() {
            let message = format!("The settings of the {} hold a password.", source.identity);
            out.add(subject.solution.manifest.span, message, HELP)
                .evidence(Evidence::Fair)
                .component(&source.identity);
        }
    }
}

/// Secrets are told at solution.xml: a report shows the lines around a place, and must not show a secret.
fn secret(subject: &Subject<'_>, out: &mut Findings) {
    const DEFAULT: &str = "default";
    const VALUE: &str = "value";
    secret_of_source(subject, out);
    let span = subject.solution.manifest.span;
    let mut tell = |definition: &Identity, what: &str, message: String| {
        const HELP: &str = "Change the secret, keep it in a key vault, and put its address in its place, in a variable of the type secret.";
        out.add(span, message, HELP)
            .evidence(Evidence::Fair)
            .component(definition)
            .distinct(what);
    };
    let definitions: BTreeMap<&LogicalName, &Component> =
        of_kind(subject, ComponentType::variable_definition())
            .filter_map(|definition| Some((definition.identity.schema_name.as_ref()?, definition)))
            .collect();
    let is_secret =
        |definition: &Component| VariableType::of(definition) == Some(VariableType::Secret);
    for definition in definitions.values() {
        let default = definition.property("defaultvalue");
        let default = default.or_else(|| definition.property("DefaultValue"));
        let default = default.unwrap_or_default().trim();
        let identity = &definition.identity;
        if is_secret(definition) {
            if has_default(definition) && !default.starts_with("/subscriptions/") {
                let message =
                    format!("The default of the {identity} is not the address of a secret.");
                tell(identity, DEFAULT, message);
            }
        } else if let Some(kind) = secret_in(default) {
            tell(
                identity,
                DEFAULT,
                format!("The default of the {identity} holds {kind}."),
            );
        }
    }
    for value in of_kind(subject, ComponentType::number(381)).filter(|row| has_value(row)) {
        let name = value.identity.schema_name.as_ref();
        let definition = name.and_then(|name| definitions.get(name));
        // The definition may be another solution's; then the row itself is what can be named.
        let identity = definition.map_or(&value.identity, |definition| &definition.identity);
        let is_address = value.property("isSecretAddress").is_some();
        if definition.is_some_and(|definition| is_secret(definition)) {
            if !is_address {
                let message =
                    format!("The value of the {identity} is not the address of a secret.");
                tell(identity, VALUE, message);
            }
        } else if let Some(kind) = value.property("secret") {
            tell(
                identity,
                VALUE,
                format!("The value of the {identity} holds {kind}."),
            );
        }
    }
}

fn value_shipped(subject: &Subject<'_>, out: &mut Findings) {
    let values = of_kind(subject, ComponentType::number(381));
    let names: BTreeSet<&LogicalName> = values
        .filter(|row| has_value(row))
        .filter_map(|value| value.identity.schema_name.as_ref())
        .collect();
    if names.is_empty() {
        return;
    }
    // Told at solution.xml, for the lines around the values would show them.
    out.add(
        subject.solution.manifest.span,
        format!(
            "The package ships the current values of environment variables: {}.",
            few(names.iter().map(|name| name.as_str()))
        ),
        "Remove the values from the solution, not the variables, unless every target is to have them.",
    )
    .naming(names.iter().map(|name| Part::named(name.as_str())));
}

/// The components by the files that they name.
fn owners<'a>(subject: &Subject<'a>) -> FxHashMap<EntryId, &'a Identity> {
    let mut owners = FxHashMap::default();
    for component in &subject.solution.components {
        if component.parts.is_empty() {
            continue;
        }
        let definition = &*subject.package.entry_at(component.span).name;
        for part in &component.parts {
            if let Some(entry) = subject.package.find_part(&part.path, definition) {
                owners.entry(entry).or_insert(&component.identity);
            }
        }
    }
    owners
}

fn flow_connection(subject: &Subject<'_>, out: &mut Findings) {
    let mut flows: BTreeMap<FileId, (Span, Vec<&str>)> = BTreeMap::new();
    for flaw in &subject.solution.flaws {
        if flaw.kind == FlawKind::MakersConnection {
            let first = flows.entry(flaw.span.file);
            let (_, connectors) = first.or_insert((flaw.span, Vec::new()));
            connectors.push(&flaw.detail);
        }
    }
    if flows.is_empty() {
        return;
    }
    let owners = owners(subject);
    for (file, (span, mut connectors)) in flows {
        connectors.sort_unstable();
        connectors.dedup();
        let flow = owners.get(&EntryId(file.0 as usize));
        let named = match flow {
            Some(flow) => flow.to_string(),
            None => format!("flow in {}", subject.package.entry_at(span).name),
        };
        let described = out.add(
            span,
            format!(
                "The {named} has no connection reference for {}.",
                few(connectors.iter().copied())
            ),
            "Use a connection reference for it where the flow is built, and export again; else choose a connection in the target.",
        );
        let described = described.evidence(Evidence::Fair);
        let described = described.naming(connectors.iter().map(|name| Part::named(*name)));
        if let Some(flow) = flow {
            described.component(flow);
        }
    }
}
