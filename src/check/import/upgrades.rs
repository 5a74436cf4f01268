//! Rules about upgrades: staged ones, their base, and what stands in the way of removing the old version.

use rustc_hash::FxHashSet;

use super::{Dependent, ImportSubject, Operation, Removal};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::config::address;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{Component, ComponentType, Identity, IdentityMap, LogicalName};
use crate::target::{Presence, SolutionRow};

const PENDING: u32 = 0x8004_8539;
const PENDING_OTHERWISE: u32 = 0x8004_F086;
const NOT_STAGED: u32 = 0x8004_853B;
const UPGRADE_FAILED: u32 = 0x8004_F046;
const IN_USE: u32 = 0x8004_F01D;

const TROUBLESHOOT: &str = "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/upgrade-fails-pending-upgrade";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "upgrade-pending",
        severity: Severity::Error,
        summary: "an upgrade of the solution was staged and not applied yet",
        codes: &[PENDING, PENDING_OTHERWISE],
        docs: RuleDocs {
            what: "The target has no holding solution of the solution that is imported.",
            why: "Until a staged upgrade is applied or deleted, the platform takes no other version, upgrade or patch.",
            fix: "Apply the upgrade, or delete the holding solution, whose name ends in _Upgrade.",
            source: TROUBLESHOOT,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(pending),
    },
    Rule {
        id: "upgrade-without-base",
        severity: Severity::Error,
        summary: "a solution is staged for upgrade that the target lacks",
        codes: &[],
        docs: RuleDocs {
            what: "A solution that is staged for upgrade is installed.",
            why: "The import fails with \"Cannot create a holding solution for missing base\".",
            fix: "Import it the first time without staging it.",
            source: "the platform's message in public failure reports of build pipelines",
        },
        stage: Stage::Manifest,
        scope: Scope::Import(without_base),
    },
    Rule {
        id: "upgrade-not-staged",
        severity: Severity::Error,
        summary: "an upgrade is applied that was not staged",
        codes: &[NOT_STAGED, 0x8004_853C],
        docs: RuleDocs {
            what: "The target has a holding solution of the solution whose upgrade is applied.",
            why: "There is nothing to apply. Pipelines come to it where --skip-lower-version passed over the package before.",
            fix: "Stage the new version first.",
            source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes",
        },
        stage: Stage::ApplyUpgrade,
        scope: Scope::Import(not_staged),
    },
    Rule {
        id: "removed-component-in-use",
        severity: Severity::Error,
        summary: "something in the target needs a component that the upgrade removes",
        codes: &[UPGRADE_FAILED, IN_USE, 0x8004_F020],
        docs: RuleDocs {
            what: "Nothing in the target needs a component that the installed version has and the new one lacks.",
            why: "The new version is imported, and removing the old one fails. Both stay installed until the upgrade is applied.",
            fix: "Remove what needs the component in the target, or keep the component in the new version.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/solution-cannot-be-deleted-due-to-dependencies",
        },
        stage: Stage::ApplyUpgrade,
        scope: Scope::Import(in_use),
    },
    Rule {
        id: "removed-base-below-another-publisher",
        severity: Severity::Error,
        summary: "the upgrade removes the base of a component on which another publisher has a layer",
        codes: &[UPGRADE_FAILED],
        docs: RuleDocs {
            what: "No solution of another publisher has a layer on a component that the new version lacks.",
            why: "The platform removes no base layer below others' layers: \"there are other managed layers over the base layer\".",
            fix: "Upgrade or remove the other solution first, or keep the component.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/multiple-publisher-shared-component-failure",
        },
        stage: Stage::ApplyUpgrade,
        scope: Scope::Import(below_another),
    },
    Rule {
        id: "removed-fallback-form",
        severity: Severity::Error,
        summary: "the upgrade removes a main form that may be the last fallback form of its table",
        codes: &[UPGRADE_FAILED],
        docs: RuleDocs {
            what: "Of a table that stays, the new version has a main form where the installed one had.",
            why: "The platform deletes no form that is the only fallback form of type main of a table.",
            fix: "Keep a main form, or make another one the fallback form in the target before the upgrade.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/import-update-export-solutions; which forms are fallback \
                     forms neither packages nor manifests say, so it is not known whether the upgrade fails",
        },
        stage: Stage::ApplyUpgrade,
        scope: Scope::Import(fallback_form),
    },
    Rule {
        id: "removed-system-column",
        severity: Severity::Error,
        summary: "the upgrade removes a column that is not custom",
        codes: &[UPGRADE_FAILED],
        docs: RuleDocs {
            what: "A column that the new version lacks is a custom one, or its table goes with it.",
            why: "The platform deletes no other: \"Cannot delete attribute … since the attribute is not a custom field\".",
            fix: "Keep the column in the solution.",
            source: "the platform's message in public failure reports",
        },
        stage: Stage::ApplyUpgrade,
        scope: Scope::Import(system_column),
    },
];

fn pending(subject: &ImportSubject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let operation = subject.import.plan.operation;
    if matches!(operation, Operation::ApplyUpgrade | Operation::Skip) {
        return;
    }
    let base = manifest.parent_solution.as_ref();
    let base = base.map_or(manifest.name(), |parent| parent.value.as_str());
    let holding = SolutionRow::holding_name(base);
    let name = LogicalName::new(base);
    match subject
        .target
        .has_solution(&LogicalName::new(&holding), true)
    {
        Presence::Present => {}
        // What is not there cannot have an upgrade pending; of what is there a partial list may leave it out.
        Presence::Unknown if subject.target.solution(&name).is_some() => {
            let message =
                format!("Whether an upgrade of {base} is pending in the target is not known.");
            let help = "Add the list of all solutions to the target manifest: holding solutions are in it.";
            out.add(manifest.span, message, help)
                .evidence(Evidence::Weak);
            return;
        }
        Presence::Unknown | Presence::Absent => return,
    }
    let message = format!("The target has {holding}: an upgrade of {base} that was not applied.");
    let help = format!("Apply the upgrade of {base}, or delete {holding}.");
    let found = out.add(manifest.span, message, help);
    if operation.stages() {
        found.platform_saying(
            PENDING,
            format!("Holding solution {holding} already exists."),
        );
    } else {
        found.platform(PENDING_OTHERWISE, &[]);
    }
}

fn without_base(subject: &ImportSubject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let name = LogicalName::new(manifest.name());
    let is_absent = subject.target.has_solution(&name, subject.is_managed()) == Presence::Absent;
    if subject.import.plan.operation == Operation::Stage && is_absent {
        let message = format!(
            "{name} is staged for upgrade, and the target does not have it: \"Cannot create a holding solution for missing \
             base {name}.\""
        );
        let help = "Import it the first time without staging it.";
        out.add(manifest.span, message, help);
    }
}

fn not_staged(subject: &ImportSubject<'_>, out: &mut Findings) {
    if subject.import.plan.operation != Operation::ApplyUpgrade {
        return;
    }
    let manifest = &subject.solution.manifest;
    let holding = LogicalName::new(&SolutionRow::holding_name(manifest.name()));
    let help = "Stage the new version first.";
    match subject.target.has_solution(&holding, true) {
        Presence::Absent => {
            let message = format!(
                "No upgrade of {} is staged in the target: it does not have {holding}.",
                manifest.name()
            );
            out.add(manifest.span, message, help)
                .platform(NOT_STAGED, &[manifest.name()]);
        }
        Presence::Unknown => {
            let message = format!(
                "Whether an upgrade of {} is staged in the target is not known.",
                manifest.name()
            );
            out.add(manifest.span, message, help)
                .evidence(Evidence::Weak);
        }
        Presence::Present => other_version_staged(subject, &holding, out),
    }
}

/// What is applied is what was staged, whatever package is given.
fn other_version_staged(subject: &ImportSubject<'_>, holding: &LogicalName, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let staged = subject
        .target
        .solution(holding)
        .and_then(SolutionRow::parsed_version);
    if let (Some(staged), Some(given)) = (staged, manifest.version())
        && staged != given
    {
        let message = format!(
            "{holding} is version {staged}, and the package is {given}: what is applied is not the package."
        );
        let help = format!("Give the package of {staged}.");
        out.add(manifest.span, message, help)
            .evidence(Evidence::Weak);
    }
}

fn in_use(subject: &ImportSubject<'_>, out: &mut Findings) {
    for removal in subject.import.removals {
        let Some(first) = removal.dependents.first() else {
            continue;
        };
        let evidence = removal
            .dependents
            .iter()
            .map(|dependent| dependent.evidence)
            .max();
        let more = match removal.dependents.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let message = format!(
            "The new version lacks the {}, which {}{more} in the target needs: the old version cannot be removed.",
            removal.component,
            shown(first)
        );
        let help = format!(
            "Remove what needs it from the target, or keep the {} in the new version.",
            removal.component
        );
        let count = removal.dependents.len().to_string();
        out.add(subject.solution.manifest.span, message, help)
            .evidence(evidence.unwrap_or(Evidence::Fair))
            .component(&removal.component)
            .naming(
                removal
                    .dependents
                    .iter()
                    .map(|dependent| Part::named(address(&dependent.component))),
            )
            .platform(UPGRADE_FAILED, &["", &inner(removal, &count)]);
    }
}

/// The error that the failed upgrade wraps.
fn inner(removal: &Removal, count: &str) -> String {
    format!(
        "0x{IN_USE:08X}: Solution dependencies exist, cannot uninstall. DependencyCount : {count} RequiredComponentObject \
         details: Type: {}",
        removal.component.kind
    )
}

fn shown(dependent: &Dependent) -> String {
    match &dependent.solution {
        Some(solution) => format!("the {} of {solution}", dependent.component),
        None => format!("the {}", dependent.component),
    }
}

fn below_another(subject: &ImportSubject<'_>, out: &mut Findings) {
    for removal in subject.import.removals {
        let Some((solution, publisher)) = &removal.above else {
            continue;
        };
        let message = format!(
            "The new version lacks the {}, on which {solution} of publisher {publisher} has a layer: the old version cannot \
             be removed.",
            removal.component
        );
        let help = format!(
            "Upgrade or remove {solution} first, or keep the {}.",
            removal.component
        );
        let id = removal
            .component
            .object_id
            .map_or(String::new(), |id| id.to_string());
        let inner = format!(
            "The uninstall operation will delete the base layer for the component '{}' with id '{id}'. The operation cannot \
             continue because there are other managed layers over the base layer.",
            removal.component.kind.name()
        );
        out.add(subject.solution.manifest.span, message, help)
            .component(&removal.component)
            .platform(UPGRADE_FAILED, &["", &inner]);
    }
}

/// What is removed of one type without its table, as the installed version has it.
fn removed_of<'a>(subject: &ImportSubject<'a>, kind: u32) -> Vec<(&'a Identity, &'a Component)> {
    let kind = ComponentType::Number(kind);
    let Some(before) = subject.import.before else {
        return Vec::new();
    };
    let removals = subject
        .import
        .removals
        .iter()
        .map(|removal| &removal.component);
    let tables = removals
        .clone()
        .filter(|identity| identity.kind == ComponentType::Number(1));
    let tables: FxHashSet<&LogicalName> = tables
        .filter_map(|table| table.schema_name.as_ref())
        .collect();
    let mut installed: IdentityMap<&Component> = IdentityMap::default();
    for component in before
        .components
        .iter()
        .filter(|one| one.identity.kind == kind)
    {
        installed.insert(&component.identity, component);
    }
    let stays = |identity: &&Identity| {
        identity
            .table
            .as_ref()
            .is_some_and(|table| !tables.contains(table))
    };
    let removed = removals
        .filter(|identity| identity.kind == kind)
        .filter(stays);
    removed
        .filter_map(|identity| Some((identity, *installed.find(identity)?)))
        .collect()
}

fn fallback_form(subject: &ImportSubject<'_>, out: &mut Findings) {
    let is_main = |form: &&Component| {
        form.identity.kind == ComponentType::Number(60) && form.property("type") == Some("main")
    };
    let main = subject.solution.components.iter().filter(is_main);
    let kept: FxHashSet<_> = main
        .filter_map(|form| form.identity.table.as_ref())
        .collect();
    for (identity, before) in removed_of(subject, 60) {
        let has_other = identity
            .table
            .as_ref()
            .is_some_and(|table| kept.contains(table));
        if has_other || !is_main(&before) {
            continue;
        }
        let table = identity.table.as_ref().map_or("", |table| table.as_str());
        let message = format!(
            "The upgrade removes the {identity}, and the new version has no other main form of this table: if it is the only \
             fallback form, the old version cannot be removed."
        );
        let help = "Keep a main form, or make another one the fallback form in the target first.";
        let inner = format!(
            "You cannot delete this form because it is the only fallback form of type main for the '{table}' table."
        );
        out.add(subject.solution.manifest.span, message, help)
            .evidence(Evidence::Weak)
            .component(identity)
            .platform(UPGRADE_FAILED, &["", &inner]);
    }
}

fn system_column(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (identity, before) in removed_of(subject, 2) {
        let is_primary = before.property("IsPrimaryName").is_some();
        if !is_primary && before.property("IsCustomField") != Some("0") {
            continue;
        }
        let name = identity
            .schema_name
            .as_ref()
            .map_or("", |name| name.as_str());
        let table = identity.table.as_ref().map_or("", |table| table.as_str());
        let message = format!(
            "The new version lacks the {identity}, which is not a custom column: the old version cannot be removed."
        );
        let inner = format!(
            "Cannot delete attribute: {name} from Entity: {table} since the attribute is not a custom field"
        );
        out.add(
            subject.solution.manifest.span,
            message,
            "Keep the column in the solution.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(UPGRADE_FAILED, &["", &inner]);
    }
}
