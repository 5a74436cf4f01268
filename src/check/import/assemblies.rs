//! Rules about plug-in assemblies and security roles that the target has in another form.

use std::collections::BTreeSet;

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid, LogicalName, Solution};

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
fn assembly_name(full: &str) -> Option<(LogicalName, &str)> {
    let (name, rest) = full.split_once(',')?;
    let (_, version) = rest.split_once("Version=")?;
    let version = version.split(',').next()?.trim();
    let (end, _) = version.match_indices('.').nth(1)?;
    Some((LogicalName::new(name.trim()), &version[..end]))
}

/// The class of a plug-in type, of any name it goes by: a class, or one that is qualified with its assembly.
fn class(name: &str) -> LogicalName {
    LogicalName::new(name.split(',').next().unwrap_or(name).trim())
}

/// The classes of an assembly's types.
fn classes(solution: &Solution, assembly: &Component) -> BTreeSet<LogicalName> {
    let types = solution.components.iter();
    let types = types.filter(|component| component.identity.kind == TYPE);
    let own = types.filter(|component| {
        let around = component.parent.and_then(|id| solution.component(id));
        around.is_some_and(|around| around.identity == assembly.identity)
    });
    own.filter_map(|component| component.identity.schema_name.as_ref())
        .map(|name| class(name.as_str()))
        .collect()
}

/// The classes that the target has of an assembly of this name and of this major and minor version.
fn before(subject: &ImportSubject<'_>, name: &LogicalName, level: &str) -> BTreeSet<LogicalName> {
    let is_same = |full: &str| assembly_name(full).is_some_and(|own| own == (name.clone(), level));
    if let Some(installed) = subject.import.before {
        let assemblies = installed.components.iter();
        let mut assemblies = assemblies.filter(|component| component.identity.kind == ASSEMBLY);
        let same = assemblies.find(|assembly| {
            let full = assembly.identity.schema_name.as_ref();
            full.is_some_and(|full| is_same(full.as_str()))
        });
        return same.map_or_else(BTreeSet::new, |assembly| classes(installed, assembly));
    }
    let types = subject.rows(&TYPE);
    let own = types.filter(|row| row.parent.as_deref().is_some_and(is_same));
    own.filter_map(|row| row.name.as_deref().map(class))
        .collect()
}

fn types_removed(subject: &ImportSubject<'_>, out: &mut Findings) {
    for assembly in subject.defined(ASSEMBLY) {
        let full = assembly.identity.schema_name.as_ref();
        let Some((name, level)) = full.and_then(|full| assembly_name(full.as_str())) else {
            continue;
        };
        let now = classes(subject.solution, assembly);
        // An assembly without any type is one whose types are not listed.
        if now.is_empty() {
            continue;
        }
        let before = before(subject, &name, level);
        let removed: Vec<_> = before.difference(&now).map(LogicalName::as_str).collect();
        if !removed.is_empty() {
            out.add(
                assembly.span,
                format!(
                    "The assembly {name} loses {} and keeps version {level}.",
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

fn role_name_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    for role in subject.defined(ROLE) {
        let (Some(name), Some(id)) = (&role.identity.display_name, role.identity.object_id) else {
            continue;
        };
        let same = subject.rows(&ROLE).filter(|row| {
            let own = row.name.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        let ids = same.filter_map(|row| row.id.as_ref()?.parse::<Guid>().ok());
        let ids: Vec<Guid> = ids.collect();
        if let Some(other) = ids.first()
            && !ids.contains(&id)
        {
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
        assert_eq!(assembly_name(full), Some(("contoso.orders".into(), "1.20")));
        assert_eq!(assembly_name("Contoso.Orders"), None);
    }
}
