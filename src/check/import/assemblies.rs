//! Rules about plug-in assemblies and security roles that the target has in another form.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::plugins::line;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid, Identity, LogicalName, Solution, Version};
use crate::target::ComponentRow;

const TYPES_REMOVED: u32 = 0x8004_8071;
const NAME_TAKEN: u32 = 0x8004_417B;
const SDK_NEWER: u32 = 0x8004_419B;
const STEP_REPLACED: u32 = 0x8004_5043;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

const ASSEMBLY: ComponentType = ComponentType::Number(91);
const TYPE: ComponentType = ComponentType::Number(90);
const ROLE: ComponentType = ComponentType::Number(20);
const STEP: ComponentType = ComponentType::Number(92);

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "plugin-types-removed",
        severity: Severity::Error,
        summary: "an assembly loses plug-in types without a new major or minor version",
        codes: &[TYPES_REMOVED],
        docs: RuleDocs {
            what: "An assembly of the package has every plug-in type that the target has of it, or a version that differs in \
                   its first two parts. The target's types are known from the package of the installed version \
                   (--installed), or where the manifest lists them with their assembly as parent.",
            why: "The platform takes an assembly of the same major and minor version for the same one, whose types may not \
                  go.",
            fix: "Raise the major or minor version of the assembly, or leave the types in it.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(types_removed),
    },
    Rule {
        id: "assembly-name-taken",
        severity: Severity::Error,
        summary: "the target has another assembly of the same name and line of versions",
        codes: &[NAME_TAKEN],
        docs: RuleDocs {
            what: "The target has no plug-in assembly of the same name, and a version of the same first two parts, under \
                   another identifier. A target that lists assemblies without their versions says nothing.",
            why: "To the platform they are one assembly, and it refuses the second. It happens where an assembly was \
                  registered by hand in the target.",
            fix: "Unregister the one in the target, or raise the major or minor version of the package's.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(name_taken),
    },
    Rule {
        id: "assembly-sdk-newer",
        severity: Severity::Error,
        summary: "an assembly is built against a later SDK than the target has",
        codes: &[SDK_NEWER],
        docs: RuleDocs {
            what: "The version of Microsoft.Xrm.Sdk that a plug-in assembly refers to is no later than the target's platform, \
                   by its first two parts.",
            why: "The platform refuses an assembly that refers to a later SDK than its own.",
            fix: "Build the assembly against the SDK of the target's version.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(sdk_newer),
    },
    Rule {
        id: "step-replaced",
        severity: Severity::Note,
        summary: "plug-in steps of the target are replaced",
        codes: &[STEP_REPLACED],
        docs: RuleDocs {
            what: "No plug-in step of the package has the identifier of one that the target has from elsewhere: from another \
                   solution, or without this solution being installed.",
            why: "The platform switches the target's step off and puts the package's in its place.",
            fix: "See that the package's step does what the target's did.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(step_replaced),
    },
    Rule {
        id: "role-name-taken",
        severity: Severity::Warning,
        summary: "the target has a security role of the same name with another identifier",
        codes: &[],
        docs: RuleDocs {
            what: "No security role of the package has the name of another one in the target.",
            why: "The import makes a second role of that name. Users keep the first, which lacks what the package's grants.",
            fix: "Delete or rename the one in the target, and give its users the package's.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/duplicate-security-roles",
        },
        stage: Stage::Components,
        scope: Scope::Import(role_name_taken),
    },
];

/// The short name of an assembly and the first two parts of its version, of its full name: `Contoso.Orders,
/// Version=1.0.0.0, Culture=neutral, PublicKeyToken=…`.
fn assembly_name(full: &str) -> Option<(LogicalName, Version)> {
    let (name, rest) = full.split_once(',')?;
    let (_, version) = rest.split_once("Version=")?;
    let version = version.split(',').next()?.trim();
    // An assembly's version has four parts; of less than three it is none.
    version.split('.').nth(2)?;
    Some((LogicalName::new(name.trim()), Version::of_line(version)?))
}

/// The short name and the version of an assembly.
fn named(assembly: &Component) -> Option<(LogicalName, Version)> {
    assembly_name(assembly.identity.schema_name.as_ref()?.as_str())
}

/// The class of a plug-in type, of any name it goes by: a class, or one that is qualified with its assembly.
fn class(name: &str) -> LogicalName {
    LogicalName::new(name.split(',').next().unwrap_or(name).trim())
}

type Classes = BTreeSet<LogicalName>;

/// The classes of each assembly's types.
fn classes(solution: &Solution) -> FxHashMap<&Identity, Classes> {
    let mut classes: FxHashMap<_, Classes> = FxHashMap::default();
    let types = solution.components.iter();
    for component in types.filter(|component| component.identity.kind == TYPE) {
        let around = component.parent.and_then(|id| solution.component(id));
        if let (Some(around), Some(name)) = (around, &component.identity.schema_name) {
            let own = classes.entry(&around.identity).or_default();
            own.insert(class(name.as_str()));
        }
    }
    classes
}

/// What is one assembly to the platform: its name, and the line of its version.
type Line = (LogicalName, (u32, u32));

/// The classes that the target has of each assembly; of several of one line, those of the first in the installed package.
fn before(subject: &ImportSubject<'_>) -> BTreeMap<Line, Classes> {
    let mut before: BTreeMap<Line, Classes> = BTreeMap::new();
    if let Some(installed) = subject.import.before {
        let classes = classes(installed);
        let assemblies = installed.components.iter();
        for assembly in assemblies.filter(|component| component.identity.kind == ASSEMBLY) {
            if let Some((name, version)) = named(assembly) {
                let own = || classes.get(&assembly.identity).cloned();
                before
                    .entry((name, version.line()))
                    .or_insert_with(|| own().unwrap_or_default());
            }
        }
        return before;
    }
    for row in subject.rows(&TYPE) {
        let around = row.parent.as_deref().and_then(assembly_name);
        if let (Some((name, version)), Some(own)) = (around, row.name.as_deref()) {
            let classes = before.entry((name, version.line())).or_default();
            classes.insert(class(own));
        }
    }
    before
}

fn types_removed(subject: &ImportSubject<'_>, out: &mut Findings) {
    let assemblies: Vec<&Component> = subject.defined(ASSEMBLY).collect();
    if assemblies.is_empty() {
        return;
    }
    let (before, now) = (before(subject), classes(subject.solution));
    for assembly in assemblies {
        // An assembly without any type is one whose types are not listed.
        let (Some((name, version)), Some(now)) = (named(assembly), now.get(&assembly.identity))
        else {
            continue;
        };
        let line = (name, version.line());
        let removed = before.get(&line).into_iter();
        let removed = removed.flat_map(|before| before.difference(now));
        let removed: Vec<_> = removed.map(LogicalName::as_str).collect();
        if !removed.is_empty() {
            out.add(
                assembly.span,
                format!(
                    "The assembly {} loses {} and keeps version {version}.",
                    line.0,
                    removed.join(", ")
                ),
                "Raise its major or minor version, or leave the types in it.",
            )
            .evidence(Evidence::Fair)
            .component(&assembly.identity)
            .platform(TYPES_REMOVED, &[]);
        }
    }
}

fn name_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let there = LazyCell::new(|| {
        let mut there: FxHashMap<String, Vec<(Guid, &ComponentRow)>> = FxHashMap::default();
        for row in subject.rows(&ASSEMBLY) {
            let line = row.name.as_deref().and_then(line);
            let id = row.id.as_deref().and_then(|id| id.parse().ok());
            if let (Some(line), Some(id)) = (line, id) {
                there.entry(line).or_default().push((id, row));
            }
        }
        there
    });
    for assembly in subject.defined(ASSEMBLY) {
        let full = assembly.identity.schema_name.as_ref();
        let line = full.and_then(|full| line(full.as_str()));
        let (Some(line), Some(own)) = (line, assembly.identity.object_id) else {
            continue;
        };
        let rows = there.get(&line).map_or(&[][..], |rows| &**rows);
        let Some((id, row)) = rows
            .first()
            .filter(|_| rows.iter().all(|(id, _)| *id != own))
        else {
            continue;
        };
        // What becomes of an assembly that the installed version brought under another identifier is not documented.
        let mut solutions = row.solution.iter().chain(&row.solutions);
        let is_own =
            solutions.any(|name| name.eq_ignore_ascii_case(subject.solution.manifest.name()));
        let message = format!(
            "The target has the plug-in assembly {} with the identifier {id}, and the package's is {own}.",
            row.name.as_deref().unwrap_or_default()
        );
        let help = "Unregister the one in the target, or raise the major or minor version of the package's.";
        out.add(assembly.span, message, help)
            .severity(if is_own {
                Severity::Warning
            } else {
                Severity::Error
            })
            .evidence(Evidence::Fair)
            .component(&assembly.identity)
            .platform(NAME_TAKEN, &[]);
    }
}

fn sdk_newer(subject: &ImportSubject<'_>, out: &mut Findings) {
    let platform = subject.target.manifest().environment.version.as_deref();
    let platform = platform.and_then(|version| version.parse::<Version>().ok());
    let Some(platform) = platform else { return };
    for assembly in subject.defined(ASSEMBLY) {
        let sdk = assembly.property("SdkVersion");
        let sdk = sdk.and_then(|version| version.parse::<Version>().ok());
        if let Some(sdk) = sdk.filter(|sdk| sdk.line() > platform.line()) {
            let name = named(assembly).map(|(name, _)| name.to_string());
            let message = format!(
                "The plug-in assembly {} refers to version {sdk} of the SDK, and the target's platform is {platform}.",
                name.unwrap_or_default()
            );
            let help = "Build the assembly against the SDK of the target's version.";
            out.add(assembly.span, message, help)
                .evidence(Evidence::Fair)
                .component(&assembly.identity)
                .platform(SDK_NEWER, &[]);
        }
    }
}

fn step_replaced(subject: &ImportSubject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let own = manifest.name();
    // A patch changes what its parent brought.
    let parent = manifest.parent_solution.as_ref();
    let parent = parent.map(|parent| parent.value.as_str());
    let is_new = subject.installed().is_none() && parent.is_none();
    let is_own = |name: &str| {
        let mut own = [Some(own), parent].into_iter().flatten();
        own.any(|own| name.eq_ignore_ascii_case(own))
    };
    let elsewhere: FxHashSet<Guid> = subject
        .rows(&STEP)
        .filter(|row| {
            let mut solutions = row.solution.iter().chain(&row.solutions).peekable();
            // What no solution is named for may be this one's, where it is installed.
            let is_named = solutions.peek().is_some();
            (is_named || is_new) && !solutions.any(|name| is_own(name))
        })
        .filter_map(|row| row.id.as_deref()?.parse().ok())
        .collect();
    if elsewhere.is_empty() {
        return;
    }
    let replaced = subject.defined(STEP).filter(|step| {
        let id = step.identity.object_id;
        id.is_some_and(|id| elsewhere.contains(&id))
    });
    let replaced: Vec<&Component> = replaced.collect();
    if let Some(first) = replaced.first() {
        let message = match replaced.len() - 1 {
            0 => format!("The target's {} is replaced.", first.identity),
            more => format!(
                "The target's {} and {more} more are replaced.",
                first.identity
            ),
        };
        out.add(
            first.span,
            message,
            "See that the package's step does what the target's did.",
        )
        .component(&first.identity)
        .summary_of(replaced.iter().map(|step| &step.identity))
        .platform(STEP_REPLACED, &[]);
    }
}

/// The identifiers of the target's roles of one name.
struct Ids {
    first: Guid,
    all: FxHashSet<Guid>,
}

/// The roles of the target by name, in lower case.
fn roles(subject: &ImportSubject<'_>) -> FxHashMap<String, Ids> {
    let mut roles: FxHashMap<String, Ids> = FxHashMap::default();
    for row in subject.rows(&ROLE) {
        let id = row.id.as_deref().and_then(|id| id.parse::<Guid>().ok());
        if let (Some(name), Some(id)) = (row.name.as_deref(), id) {
            let same = roles.entry(name.to_ascii_lowercase());
            let same = same.or_insert_with(|| Ids {
                first: id,
                all: FxHashSet::default(),
            });
            same.all.insert(id);
        }
    }
    roles
}

fn role_name_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let there = LazyCell::new(|| roles(subject));
    for role in subject.defined(ROLE) {
        let (Some(name), Some(id)) = (&role.identity.display_name, role.identity.object_id) else {
            continue;
        };
        let same = there.get(&name.to_ascii_lowercase());
        if let Some(same) = same.filter(|same| !same.all.contains(&id)) {
            let other = same.first;
            out.add(
                role.span,
                format!("The target has another security role with the name \"{name}\": {other}."),
                "Delete or rename it, and give its users the package's.",
            )
            .evidence(Evidence::Fair)
            .component(&role.identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assembly_has_a_short_name_and_the_level_of_its_version() {
        let full = "Contoso.Orders, Version=1.20.3.4, Culture=neutral, PublicKeyToken=null";
        let (name, version) = assembly_name(full).unwrap();
        assert_eq!(name, LogicalName::new("contoso.orders"));
        assert_eq!(version.to_string(), "1.20");
        assert_eq!(assembly_name("Contoso.Orders"), None);
    }
}
