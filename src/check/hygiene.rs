//! Rules about habits that make the transport of solutions go wrong later: the file's name, the names of the solution, its
//! publisher, and what it customizes of others. All of them are notes.

use super::findings::Findings;
use super::requirement::Requirement;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use super::{RequirementSubject, Subject};
use crate::finding::{Evidence, Severity};
use crate::model::{ComponentType, PackageType, Publisher, SupplierOrigin, Version};
use crate::target::Presence;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "package-file-name",
        severity: Severity::Note,
        summary: "the file is called like the export of another solution, version or package type",
        codes: &[],
        docs: RuleDocs {
            what: "A file or folder that is called as exports are, `Name_1_0_0_1` with `_managed` behind it where it is \
                   managed, has the unique name, version and package type of its content. Other names say nothing.",
            why: "Who imports takes the name for the content, and the wrong version goes on.",
            fix: "Export the solution again, or rename the file.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/export-solutions",
        },
        stage: Stage::Package,
        scope: Scope::Package(file_name),
    },
    Rule {
        id: "solution-display-name",
        severity: Severity::Note,
        summary: "the solution has no display name in its base language",
        codes: &[],
        docs: RuleDocs {
            what: "LocalizedNames has a name in the language that the package says is its base language.",
            why: "Lists of solutions show the display name; without one people cannot tell what they import.",
            fix: "Give the solution a display name where it is built, and export it again.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/create-solution",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(display_name),
    },
    Rule {
        id: "default-publisher",
        severity: Severity::Note,
        summary: "the solution has an environment's default publisher",
        codes: &[],
        docs: RuleDocs {
            what: "The publisher is none that an environment was made with: not DefaultPublisher…, not the CDS Default Publisher, \
                   whose name is like Cr1a2b3, and not the prefix new.",
            why: "Every environment has such a publisher of its own, so nobody can tell whose components these are, and names \
                  with its prefix collide.",
            fix: "Make a publisher of your own with a prefix of your own, and choose it for the solution.",
            source: "learn.microsoft.com/power-platform/alm/solution-concepts-alm, solution publisher",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(default_publisher),
    },
    Rule {
        id: "customizes-managed-base",
        severity: Severity::Note,
        summary: "the package customizes tables or columns that another managed solution brings",
        codes: &[],
        docs: RuleDocs {
            what: "Tables and columns of which the package holds changes and whose base was managed where it was exported, by \
                   another solution than the platform's own. They are told together, unless the target is known to have them.",
            why: "The base never travels with the package: the target needs the solution that has it first.",
            fix: "Install that solution in the target, or leave the table or column out where nothing of it was changed.",
            source: "learn.microsoft.com/power-platform/alm/solution-layers-alm",
        },
        stage: Stage::Manifest,
        scope: Scope::Requirements(managed_base),
    },
];

/// What the name of an export says.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FileName<'a> {
    solution: &'a str,
    version: Version,
    is_managed: bool,
}

impl<'a> FileName<'a> {
    /// Reads a name of the form `Name_1_0_0_1`; others say nothing. Two numbers may belong to the solution's own name, so
    /// three at least are asked for.
    fn parse(stem: &'a str) -> Option<Self> {
        let (rest, is_managed) = match stem.rsplit_once('_') {
            Some((rest, word)) if word.eq_ignore_ascii_case("managed") => (rest, true),
            _ => (stem, false),
        };
        let mut start = rest.len();
        let mut parts = Vec::new();
        while let Some((before, number)) = rest[..start].rsplit_once('_')
            && parts.len() < 4
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            parts.push(number);
            start = before.len();
        }
        parts.reverse();
        let version = parts.join(".").parse().ok()?;
        let solution = &rest[..start];
        let is_name = solution.starts_with(|first: char| !first.is_ascii_digit());
        (parts.len() > 2 && is_name).then_some(Self {
            solution,
            version,
            is_managed,
        })
    }
}

/// The last part of a path, without the ending of a zip.
fn stem(path: &str) -> &str {
    let path = path.trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path);
    let cut = name.len().saturating_sub(4);
    match name.get(cut..) {
        Some(ending) if ending.eq_ignore_ascii_case(".zip") => &name[..cut],
        _ => name,
    }
}

fn file_name(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let Some(said) = FileName::parse(stem(subject.package.path())) else {
        return;
    };
    let mut differences = Vec::new();
    if !said.solution.eq_ignore_ascii_case(manifest.name()) {
        differences.push(format!(
            "the solution is {}, not {}",
            manifest.name(),
            said.solution
        ));
    }
    if let Some(version) = manifest
        .version()
        .filter(|version| *version != said.version)
    {
        differences.push(format!("its version is {version}, not {}", said.version));
    }
    let is_managed = manifest.package_type == PackageType::Managed;
    if is_managed != said.is_managed && !subject.package.layout().is_source() {
        let kind = manifest.package_type.name();
        differences.push(format!("it is {kind}"));
    }
    if !differences.is_empty() {
        out.add(
            manifest.span,
            format!(
                "The name of the package is that of another export: {}.",
                differences.join("; ")
            ),
            "Make sure that it is the one that is meant; export the solution again, or rename the file.",
        );
    }
}

fn display_name(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let base = manifest.export.language_code;
    let mut names = manifest.names.iter();
    let is_named =
        names.any(|(code, name)| base.is_none_or(|base| base == *code) && !name.trim().is_empty());
    if is_named || manifest.parent_solution.is_some() {
        return;
    }
    let language = base.map_or(String::new(), |base| {
        format!(" in its base language {base}")
    });
    out.add(
        manifest.span,
        format!(
            "The solution {} has no display name{language}.",
            manifest.name()
        ),
        "Give it one where it is built, and export it again.",
    );
}

fn default_publisher(subject: &Subject<'_>, out: &mut Findings) {
    let Some(publisher) = &subject.solution.manifest.publisher else {
        return;
    };
    let name = publisher.unique_name.as_ref();
    let name = name.map_or("", |name| &*name.value);
    let start = name.get(.."DefaultPublisher".len()).unwrap_or_default();
    let prefix = publisher.prefix.as_ref();
    let is_new = prefix.is_some_and(|prefix| prefix.value.eq_ignore_ascii_case("new"));
    if start.eq_ignore_ascii_case("DefaultPublisher") || is_new || is_cds_default(publisher) {
        let with = prefix.map_or(String::new(), |prefix| {
            format!(" with the prefix {}", prefix.value)
        });
        out.add(
            publisher.span,
            format!(
                "The publisher {name}{with} is the default one of the environment where the package was exported."
            ),
            "Make a publisher of your own with a prefix of your own, and choose it for the solution.",
        )
        .evidence(Evidence::Fair);
    }
}

/// Whether it is the publisher that an environment has beside its default one and that makers get: a display name of its
/// own, and a unique name of random digits.
fn is_cds_default(publisher: &Publisher) -> bool {
    let name = publisher.unique_name.as_ref();
    let name = name.map_or("", |name| &*name.value).to_ascii_lowercase();
    let digits = name.strip_prefix("cr").unwrap_or_default();
    let is_random =
        (3..=5).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let mut names = publisher.names.iter();
    is_random && names.any(|(_, name)| name.trim().ends_with("Default Publisher"))
}

fn managed_base(subject: &RequirementSubject<'_>, out: &mut Findings) {
    const SHOWN: usize = 3;
    let bases = subject.requirements.iter();
    let bases: Vec<_> = bases.filter(|base| is_base_of_another(base)).collect();
    let Some(first) = bases.first() else {
        return;
    };
    let shown = bases
        .iter()
        .take(SHOWN)
        .map(|base| format!("the {} of {}", base.required, base.supplier.solution));
    let shown: Vec<_> = shown.collect();
    let more = match bases.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    out.add(
        first.span,
        format!(
            "The package customizes what managed solutions brought where it was exported, and their part does not travel: \
             {}{more}.",
            shown.join(", ")
        ),
        "Have those solutions in the target first, or leave out what was not changed.",
    )
    .component(&first.required)
    .summary_of(bases.iter().map(|base| &base.required));
}

/// Whether it is the base of a table or column that the package holds changes of, is another solution's, and may be missing
/// in the target. Where it is known to be missing, that is told as an error.
fn is_base_of_another(base: &Requirement) -> bool {
    const KINDS: [ComponentType; 2] = [ComponentType::Number(1), ComponentType::Number(2)];
    let mut dependents = base.needed_by.iter();
    KINDS.contains(&base.required.kind)
        && base.answer.presence == Presence::Unknown
        && base.supplier.origin() == SupplierOrigin::Solution
        && dependents.any(|dependent| dependent.is_same_as(&base.required))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_something_only_where_it_is_written_as_exports_are() {
        for name in [
            "orders",
            "orders_2",
            "Orders_1_2",
            "_1_0_0_1",
            "managed",
            "1_0_0_1",
            "é_",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_of_an_export_says_solution_version_and_package_type() {
        let name = FileName::parse("Contoso_Orders_2_1_0_0_1_managed");
        let expected = FileName {
            solution: "Contoso_Orders_2",
            version: "1.0.0.1".parse().unwrap_or_else(|_| unreachable!()),
            is_managed: true,
        };
        assert_eq!(name, Some(expected));
    }

    #[test]
    fn a_path_of_any_system_ends_in_the_name() {
        assert_eq!(stem("C:\\exports\\Orders_1_0_0_1.ZIP"), "Orders_1_0_0_1");
        assert_eq!(stem("exports/orders/"), "orders");
        assert_eq!(stem("zip"), "zip");
    }
}
