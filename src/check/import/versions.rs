//! Rules about versions and modes: of the platform, of the package, of what is installed.

use super::{ImportSubject, Operation};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::Severity;
use crate::model::Version;
use crate::target::{Cloud, EnvironmentType, SchemaType};

const FORMAT_TOO_NEW: u32 = 0x8004_8068;
const ON_PREMISES: u32 = 0x8004_806B;
const LOWER_VERSION: u32 = 0x8004_8541;
const MANAGED_OVER_UNMANAGED: u32 = 0x8004_8040;
const UNMANAGED_OVER_MANAGED: u32 = 0x8004_8041;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "package-format-too-new",
        severity: Severity::Error,
        summary: "the package's format is newer than the target's platform",
        codes: &[FORMAT_TOO_NEW, 0x8004_8066],
        docs: RuleDocs {
            what: "SolutionPackageVersion of the package is not higher than the first two parts of the target's version.",
            why: "The platform takes packages of its own format or an earlier one.",
            fix: "Export from an environment of the same or an earlier version, or have the target updated.",
            source: CODES,
        },
        stage: Stage::Platform,
        scope: Scope::Import(format_too_new),
    },
    Rule {
        id: "package-format-older",
        severity: Severity::Note,
        summary: "the package's format is older than the target's platform",
        codes: &[0x8004_8067],
        docs: RuleDocs {
            what: "SolutionPackageVersion of the package is lower than the first two parts of the target's version.",
            why: "The platform transforms the package before it imports it; what it cannot transform is lost.",
            fix: "Nothing is to be done. To be rid of the note, export from a current environment.",
            source: CODES,
        },
        stage: Stage::Platform,
        scope: Scope::Import(format_older),
    },
    Rule {
        id: "exported-from-newer-build",
        severity: Severity::Warning,
        summary: "the package was exported from a newer build of the platform than the target has",
        codes: &[],
        docs: RuleDocs {
            what: "The build that solution.xml states as OrganizationVersion, or as version, is not higher than the target's.",
            why: "The import warns of it and goes on; components that the older build does not know yet make it fail.",
            fix: "Import once the target has been updated, or try in a sandbox of the same region first.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/version-mismatch-on-solution-import",
        },
        stage: Stage::Platform,
        scope: Scope::Import(newer_build),
    },
    Rule {
        id: "exported-from-larger-schema",
        severity: Severity::Warning,
        summary: "the package comes from an environment with more of the platform's tables than the target has",
        codes: &[],
        docs: RuleDocs {
            what: "OrganizationSchemaType of the package (Full, Standard) is not above the target's.",
            why: "The import warns of it and goes on; it fails where the package uses a table that the target lacks.",
            fix: "Import into an environment with the same set of tables, or look at what the package requires.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/schematype-mismatch-on-solution-import",
        },
        stage: Stage::Platform,
        scope: Scope::Import(larger_schema),
    },
    Rule {
        id: "online-into-on-premises",
        severity: Severity::Error,
        summary: "a package from the cloud for an installation on own servers",
        codes: &[ON_PREMISES],
        docs: RuleDocs {
            what: "A package that was exported online (generatedBy is CrmLive) is not imported into an on-premises target.",
            why: "The platform refuses it.",
            fix: "Export from an on-premises environment of the target's version.",
            source: CODES,
        },
        stage: Stage::Platform,
        scope: Scope::Import(online_into_on_premises),
    },
    Rule {
        id: "upgrade-of-unmanaged",
        severity: Severity::Error,
        summary: "an upgrade of or with an unmanaged solution",
        codes: &[],
        docs: RuleDocs {
            what: "For an upgrade and for staging one, both the package and the installed solution are managed.",
            why: "The import refuses it with \"The imported solution and the existing solution must both be managed for \
                  upgrade\".",
            fix: "Import as an update, or import the managed package over the managed solution.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/upgrade-fails-pending-upgrade",
        },
        stage: Stage::Manifest,
        scope: Scope::Import(upgrade_of_unmanaged),
    },
    Rule {
        id: "version-not-higher",
        severity: Severity::Error,
        summary: "an upgrade needs a higher version than is installed",
        codes: &[LOWER_VERSION],
        docs: RuleDocs {
            what: "For an upgrade and for staging one, the package's version is higher than the installed one, part by part \
                   as numbers.",
            why: "The platform refuses the same and lower versions. An update would take them.",
            fix: "Raise the version and export again, or import as an update, which removes nothing.",
            source: CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(version_not_higher),
    },
    Rule {
        id: "version-lowered",
        severity: Severity::Warning,
        summary: "an update puts a lower version over a higher one",
        codes: &[],
        docs: RuleDocs {
            what: "An update has at least the installed version.",
            why: "The platform takes it after a question: older definitions replace newer ones, what the newer version added \
                  stays, and the solution says the lower version.",
            fix: "Import the version that is meant, or raise the version of this one.",
            source: "learn.microsoft.com/power-platform/alm/maintain-managed-solutions",
        },
        stage: Stage::Manifest,
        scope: Scope::Import(version_lowered),
    },
    Rule {
        id: "managed-over-unmanaged",
        severity: Severity::Error,
        summary: "a managed package of a solution that is installed unmanaged",
        codes: &[MANAGED_OVER_UNMANAGED],
        docs: RuleDocs {
            what: "A solution of the package's unique name is not there as unmanaged when the package is managed.",
            why: "A solution keeps its mode. The platform refuses the package.",
            fix: "Delete the unmanaged solution in the target (its components stay), or import the unmanaged package.",
            source: CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(managed_over_unmanaged),
    },
    Rule {
        id: "unmanaged-over-managed",
        severity: Severity::Error,
        summary: "an unmanaged package of a solution that is installed managed",
        codes: &[UNMANAGED_OVER_MANAGED],
        docs: RuleDocs {
            what: "A solution of the package's unique name is not there as managed when the package is unmanaged.",
            why: "A solution keeps its mode. The platform refuses the package.",
            fix: "Import the managed package of this version.",
            source: CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(unmanaged_over_managed),
    },
];

/// The levels of the format, which are lines of versions: that of the package and of the target, where both are known.
fn levels(subject: &ImportSubject<'_>) -> Option<(Version, Version)> {
    let stamp = &subject.solution.manifest.export;
    let environment = &subject.target.manifest().environment;
    let package = Version::of_line(stamp.package_version.as_deref()?)?;
    Some((package, Version::of_line(environment.version.as_deref()?)?))
}

fn format_too_new(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((package, target)) = levels(subject).filter(|(package, target)| package > target)
    else {
        return;
    };
    let message =
        format!("The package has format {package}, and the target's platform is {target}.");
    let help = format!(
        "Export from an environment of version {target} or earlier, or have the target updated."
    );
    let manifest = &subject.solution.manifest;
    out.add(manifest.span, message, help)
        .platform(FORMAT_TOO_NEW, &[&target.to_string()]);
}

fn format_older(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((package, target)) = levels(subject).filter(|(package, target)| package < target)
    else {
        return;
    };
    let message = format!(
        "The package has format {package}, older than the target's platform {target}: it is transformed first."
    );
    let help = "Nothing is to be done.";
    out.add(subject.solution.manifest.span, message, help)
        .platform(0x8004_8067, &[]);
}

fn newer_build(subject: &ImportSubject<'_>, out: &mut Findings) {
    let stamp = &subject.solution.manifest.export;
    let build = stamp
        .organization_version
        .as_ref()
        .or(stamp.platform_version.as_ref());
    let build = build.and_then(|build| build.parse::<Version>().ok());
    let environment = &subject.target.manifest().environment;
    let target = environment
        .version
        .as_deref()
        .and_then(|version| version.parse::<Version>().ok());
    let (Some(build), Some(target)) = (build, target) else {
        return;
    };
    // A manifest may state the level alone, which says nothing of the build.
    if target.written_parts() < 3 || build <= target {
        return;
    }
    let message = format!(
        "The package was exported from build {build}, and the target has the earlier {target}."
    );
    let help =
        "Import once the target has been updated, or try it in a sandbox of the same region first.";
    out.add(subject.solution.manifest.span, message, help);
}

fn larger_schema(subject: &ImportSubject<'_>, out: &mut Findings) {
    let stamp = &subject.solution.manifest.export;
    let source = stamp
        .organization_schema_type
        .as_deref()
        .unwrap_or_default();
    let is_smaller = match subject.target.manifest().environment.schema_type {
        Some(SchemaType::Standard) => source.eq_ignore_ascii_case("Full"),
        Some(SchemaType::Full) | None => false,
    };
    if is_smaller {
        let message = format!(
            "The package was exported from a {source} environment, which has more tables than the target's Standard."
        );
        let help = "Look at what the package requires: the import fails where the target lacks a table it uses.";
        out.add(subject.solution.manifest.span, message, help);
    }
}

/// The package's version and the installed one, where both are known.
fn versions(subject: &ImportSubject<'_>) -> Option<(Version, Version)> {
    let installed = subject.installed()?.parsed_version()?;
    Some((subject.solution.manifest.version()?, installed))
}

fn version_not_higher(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((package, installed)) = versions(subject) else {
        return;
    };
    if subject.import.plan.operation.stages() && package <= installed {
        let manifest = &subject.solution.manifest;
        let message = format!(
            "The package is {} {package}, and the target has {installed}: an upgrade needs a higher version.",
            manifest.name()
        );
        let help =
            "Raise the version and export again, or import as an update, which removes nothing.";
        out.add(version_span(subject), message, help)
            .platform(LOWER_VERSION, &[]);
    }
}

fn version_lowered(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((package, installed)) = versions(subject) else {
        return;
    };
    if subject.import.plan.operation == Operation::Update && package < installed {
        let message = format!(
            "The update puts version {package} over {installed}: older definitions replace newer ones, and what the newer \
             version added stays."
        );
        let help = "Import the version that is meant, or raise the version of this one.";
        out.add(version_span(subject), message, help);
    }
}

fn version_span(subject: &ImportSubject<'_>) -> crate::source::Span {
    let manifest = &subject.solution.manifest;
    manifest
        .version_text
        .as_ref()
        .map_or(manifest.span, |text| text.span)
}

/// The mode in which the solution is installed, where it is and the manifest says.
fn installed_mode(subject: &ImportSubject<'_>) -> Option<bool> {
    subject.installed()?.managed
}

/// Tells that the package is in another mode than the installed solution, where it is in this one.
fn tell_other_mode(
    subject: &ImportSubject<'_>,
    is_managed: bool,
    (help, code): (&str, u32),
    out: &mut Findings,
) {
    if subject.is_managed() != is_managed || installed_mode(subject) != Some(!is_managed) {
        return;
    }
    let manifest = &subject.solution.manifest;
    let installed = if is_managed { "unmanaged" } else { "managed" };
    let message = format!(
        "The package is {}, and the target has {} as {installed} solution.",
        manifest.package_type.name(),
        manifest.name()
    );
    let text = manifest.managed_text.as_ref();
    out.add(text.map_or(manifest.span, |text| text.span), message, help)
        .platform(code, &[]);
}

fn managed_over_unmanaged(subject: &ImportSubject<'_>, out: &mut Findings) {
    let help = "Delete the unmanaged solution in the target (its components stay there), or import the unmanaged package.";
    tell_other_mode(subject, true, (help, MANAGED_OVER_UNMANAGED), out);
}

fn unmanaged_over_managed(subject: &ImportSubject<'_>, out: &mut Findings) {
    let help = "Import the managed package of this version.";
    tell_other_mode(subject, false, (help, UNMANAGED_OVER_MANAGED), out);
}

fn online_into_on_premises(subject: &ImportSubject<'_>, out: &mut Findings) {
    let environment = &subject.target.manifest().environment;
    let is_on_premises = environment.cloud == Some(Cloud::OnPremises)
        || environment.kind == Some(EnvironmentType::OnPremises);
    let stamp = &subject.solution.manifest.export;
    let by = stamp.generated_by.as_deref().unwrap_or_default();
    if is_on_premises && by.eq_ignore_ascii_case("CrmLive") {
        let message = "The package was exported online, and the target is on-premises.";
        let help = "Export from an on-premises environment of the target's version.";
        out.add(subject.solution.manifest.span, message.to_owned(), help)
            .platform(ON_PREMISES, &[]);
    }
}

fn upgrade_of_unmanaged(subject: &ImportSubject<'_>, out: &mut Findings) {
    if !subject.import.plan.operation.stages() {
        return;
    }
    let manifest = &subject.solution.manifest;
    // Where both modes are known and differ, the platform says that.
    let message = match (subject.is_managed(), installed_mode(subject)) {
        (false, Some(false) | None) => format!("The package of {} is unmanaged.", manifest.name()),
        (false, Some(true)) | (true, _) => return,
    };
    let message =
        format!("{message} An upgrade takes a managed package over a managed solution only.");
    let help = "Import as an update, or import the managed package.";
    let span = manifest
        .managed_text
        .as_ref()
        .map_or(manifest.span, |text| text.span);
    out.add(span, message, help);
}
