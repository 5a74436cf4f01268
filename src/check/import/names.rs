//! Rules about names of what is new in the target, and about tables that security roles are about.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ImportSubject;
use super::publisher::is_new;
use crate::catalog::{self, Class};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{
    Component, ComponentId, ComponentType, Identity, LogicalName, Pointer, ReferenceKind,
};
use crate::target::{Presence, Question};

const INVALID_PREFIX: u32 = 0x8004_4366;
const KEYWORD: u32 = 0x8004_4362;
const CONNECTOR_PREFIX: u32 = 0x8007_2605;
const INVALID_PRIVILEGE: u32 = 0x8004_8058;

const TABLE: ComponentType = ComponentType::Number(1);
const CONNECTOR: ComponentType = ComponentType::Number(372);

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "new-name-without-prefix",
        severity: Severity::Error,
        summary: "a new table, choice or connector has a name without a valid prefix, or a keyword of SQL as its name",
        codes: &[INVALID_PREFIX, KEYWORD, CONNECTOR_PREFIX],
        docs: RuleDocs {
            what: "Every table, global choice and custom connector that the target does not have yet and that is not \
                   Microsoft's has a name that begins with a prefix and an underscore, of two to eight characters for \
                   connectors, and neither they nor new columns are called as a keyword of SQL (CURRENT_DATE).",
            why: "The platform creates no custom component without a valid customization prefix, and its database takes no \
                  keywords as names.",
            fix: "Make the component anew under a publisher with a prefix.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(without_prefix),
    },
    Rule {
        id: "privilege-of-absent-table",
        severity: Severity::Warning,
        summary: "a security role grants privileges of tables that the target lacks",
        codes: &[INVALID_PRIVILEGE],
        docs: RuleDocs {
            what: "The tables that privileges of the package's security roles are about are in the package or in the target. Only \
                   tables that the target surely lacks count; they are told together for each role.",
            why: "There is no such privilege in the target. The platform has a code for it that stops the import; that it always \
                  does is not known.",
            fix: "Install the solutions that have the tables first, or take the privileges out of the role and export again.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(privilege_of_absent_table),
    },
];

/// Keywords of SQL that look like names with a prefix. No other keyword can be the name of a custom component.
/// Source: learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql.
const KEYWORDS: [&str; 7] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "session_user",
    "system_user",
    "identity_insert",
];

/// Whether a name begins with a prefix. Only of connectors is it known how long one may be; tables and choices of Microsoft
/// begin with all sorts of words.
fn has_prefix(identity: &Identity, name: &str) -> bool {
    let Some((prefix, rest)) = name.split_once('_') else {
        return false;
    };
    let fits = identity.kind != CONNECTOR || (2..=8).contains(&prefix.len());
    fits && !prefix.is_empty() && !rest.is_empty()
}

/// Whether it is a table or choice of Microsoft's, whose names need no prefix.
fn is_known(identity: &Identity, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    match &identity.kind {
        ComponentType::Number(1) => catalog::table(&lower).is_some(),
        ComponentType::Number(9) => catalog::choice(&lower).is_some(),
        ComponentType::Number(_) | ComponentType::Table(_) => false,
    }
}

fn without_prefix(subject: &ImportSubject<'_>, out: &mut Findings) {
    let named = [
        TABLE,
        ComponentType::Number(9),
        CONNECTOR,
        ComponentType::Number(2),
    ];
    for component in named.into_iter().flat_map(|kind| subject.defined(kind)) {
        let identity = &component.identity;
        let name = identity
            .schema_name
            .as_ref()
            .map_or("", LogicalName::as_str);
        let Some((code, what)) = fault(identity, name) else {
            continue;
        };
        if name.is_empty() || is_known(identity, name) || !is_new(subject, component) {
            continue;
        }
        out.add(
            component.span,
            format!("The new {identity} has {what}."),
            "Make the component anew under a publisher with a prefix.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(code, &[name]);
    }
}

/// What is wrong with a name, with the platform's code for it.
fn fault(identity: &Identity, name: &str) -> Option<(u32, &'static str)> {
    if KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Some((KEYWORD, "a keyword of SQL as its name"));
    }
    // Names of columns without a prefix have a code of their own.
    let is_column = identity.kind == ComponentType::Number(2);
    if is_column || has_prefix(identity, name) {
        return None;
    }
    let code = if identity.kind == CONNECTOR {
        CONNECTOR_PREFIX
    } else {
        INVALID_PREFIX
    };
    Some((code, "a name without a valid customization prefix"))
}

/// Whether the target surely lacks a table of this name. A privilege may as well be about something that is no table, and
/// lists leave out inner tables of the platform, of which every role may have privileges (`prvReadLicense`).
fn lacks(subject: &ImportSubject<'_>, name: &LogicalName) -> bool {
    let lower = name.as_str().to_ascii_lowercase();
    let may_lack = match catalog::table(&lower) {
        Some(table) => table.fact.class != Class::Platform,
        None => lower.contains('_'),
    };
    if !may_lack {
        return false;
    }
    let table = Identity::of(TABLE).named(&lower);
    let answer = subject
        .target
        .answer(&Question::of(subject.solution, &table, None));
    answer.presence == Presence::Absent && answer.evidence == Evidence::Strong
}

fn privilege_of_absent_table(subject: &ImportSubject<'_>, out: &mut Findings) {
    const SHOWN: usize = 3;
    if !subject.imports() {
        return;
    }
    let components = subject.solution.components.iter();
    let tables = components.filter(|component| component.identity.kind == TABLE);
    let own: FxHashSet<_> = tables
        .filter_map(|table| table.identity.schema_name.as_ref())
        .collect();
    let mut known: FxHashMap<&LogicalName, bool> = FxHashMap::default();
    let mut roles: Vec<(ComponentId, Vec<&LogicalName>)> = Vec::new();
    for reference in &subject.solution.references {
        let Pointer::Privilege(name) = &reference.to else {
            continue;
        };
        let is_granted = reference.kind == ReferenceKind::RoleTable && !own.contains(name);
        if !is_granted || !*known.entry(name).or_insert_with(|| lacks(subject, name)) {
            continue;
        }
        match roles.last_mut() {
            Some((role, tables)) if *role == reference.from => tables.push(name),
            _ => roles.push((reference.from, vec![name])),
        }
    }
    for (role, mut tables) in roles {
        let Some(role) = subject.solution.component(role) else {
            continue;
        };
        tables.sort_unstable();
        tables.dedup();
        let shown = tables.iter().take(SHOWN).map(|name| name.as_str());
        let shown: Vec<_> = shown.collect();
        let more = match tables.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        tell(role, &format!("{}{more}", shown.join(", ")), &tables, out);
    }
}

fn tell(role: &Component, shown: &str, tables: &[&LogicalName], out: &mut Findings) {
    out.add(
        role.span,
        format!(
            "The {} grants privileges of tables that the target lacks: {shown}.",
            role.identity
        ),
        "Install the solutions that have the tables first, or take the privileges out of the role and export again.",
    )
    .evidence(Evidence::Fair)
    .component(&role.identity)
    .naming(tables.iter().map(|table| Part::named(table.as_str())))
    .platform(INVALID_PRIVILEGE, &[]);
}
