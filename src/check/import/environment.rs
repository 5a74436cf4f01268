//! Rules about the environment itself: its languages, what it forbids, and who imports.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::ImportSubject;
use crate::catalog;
use crate::check::findings::Findings;
use crate::check::requirement::Requirement;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::sequences::{StepsByUse, sequences};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{ComponentType, Identity, IdentityMap, LogicalName, Origin};
use crate::target::{CheckerEnforcement, Presence, Question};

const TABLE: ComponentType = ComponentType::Number(1);

const FILE_TOO_LARGE: u32 = 0x8004_0375;
const UNPACKED_TOO_LARGE: u32 = 0x8004_8499;
const NO_DEFINITION: u32 = 0x8004_F019;
const LANGUAGES_IGNORED: u32 = 0x8004_8026;
const TEMPLATE_IGNORED: u32 = 0x8004_847A;
const ROLES_NEED_PRIVILEGES: u32 = 0x8004_8018;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "package-too-large",
        severity: Severity::Error,
        summary: "the package is larger than the target takes",
        codes: &[FILE_TOO_LARGE, UNPACKED_TOO_LARGE],
        docs: RuleDocs {
            what: "The package file, and its files together once unpacked, are not larger than the limits that the manifest \
                   states (limits.solutionFileBytes, limits.unpackedBytes).",
            why: "The platform refuses a larger file before it reads it.",
            fix: "Divide the solution, or take out what it need not carry, such as pictures and unused code.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/the-import-file-is-too-large-upload",
        },
        stage: Stage::Package,
        scope: Scope::Import(too_large),
    },
    Rule {
        id: "unmanaged-customizations-blocked",
        severity: Severity::Error,
        summary: "the target takes no unmanaged solutions",
        codes: &[],
        docs: RuleDocs {
            what: "An unmanaged package is not imported where the environment blocks unmanaged customizations.",
            why: "The platform refuses it.",
            fix: "Import the managed package, or switch the setting off in the environment's features.",
            source: "learn.microsoft.com/power-platform/alm/block-unmanaged-customizations",
        },
        stage: Stage::Platform,
        scope: Scope::Import(unmanaged_blocked),
    },
    Rule {
        id: "solution-checker-enforced",
        severity: Severity::Error,
        summary: "the target checks solutions before it imports them",
        codes: &[],
        docs: RuleDocs {
            what: "The environment is a managed one that enforces the solution checker, to warn or to block.",
            why: "Where it blocks, critical findings of the checker stop the import. What it finds, only the checker knows.",
            fix: "Run the solution checker before, and correct what is critical.",
            source: "learn.microsoft.com/power-platform/admin/managed-environment-solution-checker",
        },
        stage: Stage::Platform,
        scope: Scope::Import(checker_enforced),
    },
    Rule {
        id: "caller-without-privileges",
        severity: Severity::Warning,
        summary: "who imports may lack the privileges for it",
        codes: &[ROLES_NEED_PRIVILEGES],
        docs: RuleDocs {
            what: "Where the manifest names the security roles of who imports, System Administrator or System Customizer is \
                   among them; for packages with sequences Sequence Manager does as well. Another role may do, so this is \
                   weak evidence.",
            why: "The import needs privileges for everything in the package; the first that is missing stops it.",
            fix: "Import as somebody with the role System Administrator.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/import-update-export-solutions",
        },
        stage: Stage::Components,
        scope: Scope::Import(caller_without_privileges),
    },
    Rule {
        id: "rows-of-absent-table",
        severity: Severity::Error,
        summary: "the package holds rows of a table that the target lacks",
        codes: &[NO_DEFINITION],
        docs: RuleDocs {
            what: "The table of every row that travels as a component is in the package or in the target.",
            why: "Such rows are components only where their table is: the platform does not know the kind of component.",
            fix: "Install what brings the table first, or take the rows out of the solution.",
            source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes",
        },
        stage: Stage::Components,
        scope: Scope::Import(rows_of_absent_table),
    },
    Rule {
        id: "language-not-enabled",
        severity: Severity::Warning,
        summary: "the package has labels in a language that the target has not enabled",
        codes: &[LANGUAGES_IGNORED],
        docs: RuleDocs {
            what: "Every language that customizations.xml lists is enabled in the target.",
            why: "Labels of other languages are left out with a warning. Enabling the language later brings them only with \
                  another import.",
            fix: "Enable the language in the target first, where its labels are wanted.",
            source: "learn.microsoft.com/power-platform/alm/create-solutions-support-multiple-languages",
        },
        stage: Stage::Languages,
        scope: Scope::Import(language_not_enabled),
    },
    Rule {
        id: "template-language-not-enabled",
        severity: Severity::Warning,
        summary: "a template is in a language that the target has not enabled",
        codes: &[TEMPLATE_IGNORED],
        docs: RuleDocs {
            what: "The language of every e-mail, article, contract and mail merge template is enabled in the target.",
            why: "A template has one language. In another one it is left out with a warning, and what uses it makes the import \
                  fail when dependencies are computed.",
            fix: "Enable the language in the target, or take the template out of the solution.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/an-error-calculating-dependencies",
        },
        stage: Stage::Languages,
        scope: Scope::Import(template_language),
    },
];

fn too_large(subject: &ImportSubject<'_>, out: &mut Findings) {
    let limits = &subject.target.manifest().limits;
    let size = subject.size;
    let sizes = [
        (
            "file",
            size.packed,
            limits.solution_file_bytes,
            FILE_TOO_LARGE,
        ),
        (
            "content",
            size.unpacked,
            limits.unpacked_bytes,
            UNPACKED_TOO_LARGE,
        ),
    ];
    for (what, size, limit, code) in sizes {
        if let (Some(size), Some(limit)) = (size, limit)
            && size > limit
            && subject.imports()
        {
            out.add(
                subject.solution.manifest.span,
                format!("The package's {what} has {size} bytes, and the target takes {limit}."),
                "Divide the solution, or take out what it need not carry.",
            )
            .evidence(Evidence::Fair)
            .platform(code, &[]);
        }
    }
}

fn unmanaged_blocked(subject: &ImportSubject<'_>, out: &mut Findings) {
    let environment = &subject.target.manifest().environment;
    let is_blocked = environment.block_unmanaged_customizations == Some(true);
    if is_blocked && subject.imports() && !subject.is_managed() {
        let manifest = &subject.solution.manifest;
        let span = manifest
            .managed_text
            .as_ref()
            .map_or(manifest.span, |text| text.span);
        out.add(
            span,
            "The package is unmanaged, and the target blocks unmanaged customizations.".to_owned(),
            "Import the managed package, or switch the setting off.",
        )
        .evidence(Evidence::Fair);
    }
}

fn checker_enforced(subject: &ImportSubject<'_>, out: &mut Findings) {
    let (does, severity) = match subject.target.manifest().features.solution_checker {
        Some(CheckerEnforcement::Block) => (
            "refuses solutions with critical findings of the solution checker",
            Severity::Error,
        ),
        Some(CheckerEnforcement::Warn) => (
            "warns of solutions with critical findings of the solution checker",
            Severity::Note,
        ),
        Some(CheckerEnforcement::None) | None => return,
    };
    if subject.imports() {
        out.add(
            subject.solution.manifest.span,
            format!("The target {does}; what it finds in this package is not known."),
            "Run the solution checker before the import.",
        )
        .severity(severity)
        .evidence(Evidence::Weak);
    }
}

fn caller_without_privileges(subject: &ImportSubject<'_>, out: &mut Findings) {
    const SUFFICIENT: [&str; 2] = ["System Administrator", "System Customizer"];
    let roles = &subject.target.manifest().caller.roles;
    let has_sequences = sequences(subject.solution).next().is_some();
    let suffices = |role: &String| {
        let of_sequences = Some(&"Sequence Manager").filter(|_| has_sequences);
        let mut sufficient = SUFFICIENT.iter().chain(of_sequences);
        sufficient.any(|known| known.eq_ignore_ascii_case(role.trim()))
    };
    if roles.is_empty() || !subject.imports() || roles.iter().any(suffices) {
        return;
    }
    let brings_roles = subject.defined(ComponentType::Number(20)).next().is_some();
    let described = out
        .add(
            subject.solution.manifest.span,
            format!(
                "Who imports has {}, and neither System Administrator nor System Customizer.",
                roles.join(", ")
            ),
            "Import as somebody with the role System Administrator.",
        )
        .evidence(Evidence::Weak);
    if brings_roles {
        described.platform(ROLES_NEED_PRIVILEGES, &[]);
    }
}

/// The tables that the package is found to need.
fn needed_tables<'a>(subject: &ImportSubject<'a>) -> IdentityMap<&'a Requirement> {
    let mut tables = IdentityMap::default();
    let requirements = subject.requirements.iter();
    for needed in requirements.filter(|needed| needed.required.kind == TABLE) {
        tables.insert(&needed.required, needed);
    }
    tables
}

fn rows_of_absent_table(subject: &ImportSubject<'_>, out: &mut Findings) {
    let components = &subject.solution.components;
    let needed = LazyCell::new(|| needed_tables(subject));
    let tables = components
        .iter()
        .filter(|table| table.identity.kind == TABLE && table.origin == Origin::Package);
    let mut known: BTreeSet<&LogicalName> = tables
        .filter_map(|table| table.identity.schema_name.as_ref())
        .collect();
    for component in components.iter().filter(|_| subject.imports()) {
        let ComponentType::Table(name) = &component.identity.kind else {
            continue;
        };
        // The table of a pair comes with its relationship, and lists of tables leave it out.
        if component.identity.is_pair() {
            continue;
        }
        // Each table is told once.
        if !known.insert(name) {
            continue;
        }
        let table = Identity::of(TABLE).named(name.as_str());
        let question = Question::of(subject.solution, &table, None);
        let answer = subject.target.answer(&question);
        if answer.presence == Presence::Absent {
            // Where the package is found to need the table, its place is kept.
            let needed = needed.find(&table).copied();
            let help = needed
                .filter(|needed| needed.remedy.supply().is_some())
                .map_or_else(
                    || without_table(name.as_str()),
                    |needed| needed.remedy.sentence(&table),
                );
            out.add(
                needed.map_or(component.span, |needed| needed.span),
                format!(
                    "The {} is a row of the table {name}, which the target lacks: {}.",
                    component.identity, answer.because
                ),
                help,
            )
            .evidence(answer.evidence.min(Evidence::Fair))
            .component(&component.identity)
            .platform(NO_DEFINITION, &[name.as_str()]);
        }
    }
}

/// What to do about rows of a table that no requirement tells of.
fn without_table(name: &str) -> String {
    let table = catalog::table(name);
    let feature = table.and_then(|table| catalog::feature_of_application(table.application));
    let first = feature.map_or_else(
        || "Install what brings the table first".to_owned(),
        |feature| feature.enabling(),
    );
    format!("{first}; or take its rows out of the solution.")
}

/// The languages that the target has enabled, where the manifest says.
fn enabled(subject: &ImportSubject<'_>) -> Option<BTreeSet<u32>> {
    let environment = &subject.target.manifest().environment;
    if environment.languages.is_empty() || !subject.imports() {
        return None;
    }
    let languages = environment.languages.iter().copied();
    Some(languages.chain(environment.base_language).collect())
}

fn language_not_enabled(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some(enabled) = enabled(subject) else {
        return;
    };
    let languages = subject.solution.languages.iter();
    let others = languages.filter(|language| !enabled.contains(language));
    let others: Vec<_> = others.map(u32::to_string).collect();
    if !others.is_empty() {
        let list = others.join(", ");
        out.add(
            subject.solution.manifest.span,
            format!("The target has not enabled these languages of the package: {list}."),
            "Enable them in the target first, where their labels are wanted.",
        )
        .evidence(Evidence::Fair)
        .naming(others.into_iter().map(Part::named))
        .platform(LANGUAGES_IGNORED, &[&list]);
    }
}

fn template_language(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some(enabled) = enabled(subject) else {
        return;
    };
    let steps = StepsByUse::of(subject.solution);
    for kind in [36, 37, 38, 39] {
        for template in subject.defined(ComponentType::Number(kind)) {
            let language = template.property("languagecode");
            let language = language.and_then(|code| code.trim().parse::<u32>().ok());
            let Some(language) =
                language.filter(|language| *language > 0 && !enabled.contains(language))
            else {
                continue;
            };
            out.add(
                template.span,
                format!(
                    "The {} is in language {language}, which the target has not enabled.",
                    template.identity
                ),
                "Enable the language in the target, or take the template out of the solution."
                    .to_owned()
                    + &steps.after(&template.identity),
            )
            .component(&template.identity)
            .platform(TEMPLATE_IGNORED, &[]);
        }
    }
}
