//! Rules about plug-in assemblies and security roles that the target has in another form.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid, Identity, LogicalName, Solution, Version};

const TYPES_REMOVED: u32 = 0x8004_8071;

const ASSEMBLY: ComponentType = ComponentType::Number(91);
const TYPE: ComponentType = ComponentType::Number(90);
const ROLE: ComponentType = ComponentType::Number(20);

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
            source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes",
        },
        stage: Stage::Components,
        scope: Scope::Import(types_removed),
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
