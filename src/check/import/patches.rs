//! Rules about patches: their parent, its version and mode, and patches that are there already.
//!
//! Source of the rules: learn.microsoft.com/power-platform/alm/create-patches-simplify-solution-updates.

use super::{ImportSubject, Operation};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{LogicalName, PackageType};
use crate::source::Span;
use crate::target::{Presence, SolutionRow};

const BAD_VERSION: u32 = 0x8004_8539;
const NOT_NEWEST: u32 = 0x8006_1771;
const EXISTS: u32 = 0x8004_F042;
const NO_PARENT: u32 = 0x8004_8540;

const LIST_SOLUTIONS: &str = "Add the list of solutions, with versions, to the target manifest.";

const SOURCE: &str =
    "learn.microsoft.com/power-platform/alm/create-patches-simplify-solution-updates";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "patch-without-parent",
        severity: Severity::Error,
        summary: "a patch of a solution that the target lacks",
        codes: &[NO_PARENT],
        docs: RuleDocs {
            what: "The solution that a patch names as its parent is installed, and is no patch itself.",
            why: "A patch is laid over its parent. Without it the platform refuses the patch.",
            fix: "Import the parent first.",
            source: SOURCE,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(without_parent),
    },
    Rule {
        id: "patch-version-invalid",
        severity: Severity::Error,
        summary: "the version of a patch does not fit its parent's",
        codes: &[BAD_VERSION],
        docs: RuleDocs {
            what: "A patch has the first two parts of its parent's version, and higher ones behind them.",
            why: "The platform refuses any other version.",
            fix: "Clone the patch from the version of the parent that the target has.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/error-code-80048539",
        },
        stage: Stage::Manifest,
        scope: Scope::Import(version_invalid),
    },
    Rule {
        id: "patch-exists",
        severity: Severity::Error,
        summary: "the target has this very version of the patch",
        codes: &[EXISTS],
        docs: RuleDocs {
            what: "The target does not have the patch in the version that is imported.",
            why: "A patch cannot be updated.",
            fix: "Raise the version of the patch and export it again.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/error-code-8004f042",
        },
        stage: Stage::Manifest,
        scope: Scope::Import(exists),
    },
    Rule {
        id: "patch-not-newest",
        severity: Severity::Error,
        summary: "the target has another patch of the same or a higher version",
        codes: &[NOT_NEWEST],
        docs: RuleDocs {
            what: "A patch is higher than every patch of its parent that is installed.",
            why: "Patches lie over each other in the order of their versions.",
            fix: "Raise the version of the patch and export it again.",
            source: SOURCE,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(not_newest),
    },
    Rule {
        id: "patch-mode-differs",
        severity: Severity::Error,
        summary: "a patch and its parent are not both managed or both unmanaged",
        codes: &[],
        docs: RuleDocs {
            what: "A managed patch has a managed parent, an unmanaged one an unmanaged parent.",
            why: "The platform refuses the patch; with which code is not published.",
            fix: "Export the patch in the parent's mode.",
            source: SOURCE,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(mode_differs),
    },
];

/// A patch that is imported as one: its parent's name and place.
fn parent<'a>(subject: &ImportSubject<'a>) -> Option<(&'a LogicalName, Span)> {
    let parent = subject.solution.manifest.parent_solution.as_ref()?;
    (subject.import.plan.operation == Operation::Patch).then_some((&parent.value, parent.span))
}

/// The parent as the target has it.
fn installed_parent<'a>(subject: &ImportSubject<'a>) -> Option<(&'a SolutionRow, Span)> {
    let (name, span) = parent(subject)?;
    Some((subject.target.solution(name)?, span))
}

fn without_parent(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((name, span)) = parent(subject) else {
        return;
    };
    let own = subject.solution.manifest.name();
    let row = subject.target.solution(name);
    let message = match (subject.target.has_solution(name, subject.is_managed()), row) {
        (Presence::Absent, _) => {
            format!("{own} is a patch of {name}, and the target does not have {name}.")
        }
        (_, Some(row)) if row.patch_of.is_some() => {
            format!("{own} is a patch of {name}, which is a patch itself.")
        }
        (Presence::Unknown, None) => {
            let message =
                format!("Whether the target has {name}, of which {own} is a patch, is not known.");
            out.add(span, message, LIST_SOLUTIONS)
                .evidence(Evidence::Weak);
            return;
        }
        (Presence::Present | Presence::Unknown, _) => return,
    };
    out.add(span, message, format!("Import {name} first."))
        .platform(NO_PARENT, &[own, name.as_str()]);
}

fn version_invalid(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((parent, span)) = installed_parent(subject) else {
        return;
    };
    let Some(own) = subject.solution.manifest.version() else {
        return;
    };
    let Some(of) = parent.parsed_version() else {
        let message = format!(
            "Which version of {} the target has is not known, nor whether the patch {own} fits it.",
            parent.name
        );
        out.add(span, message, LIST_SOLUTIONS)
            .evidence(Evidence::Weak);
        return;
    };
    if own.line() == of.line() && own > of {
        return;
    }
    let message = format!(
        "The patch has version {own}, which does not fit version {of} of {} in the target.",
        parent.name
    );
    let help = format!(
        "Clone the patch from {} {of}: it keeps the first two parts and raises the others.",
        parent.name
    );
    let saying = format!("Patch version {own} is invalid for parent version {of}");
    out.add(span, message, help)
        .platform_saying(BAD_VERSION, saying);
}

fn exists(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((_, span)) = parent(subject) else {
        return;
    };
    let own = subject.solution.manifest.version();
    let installed = subject.installed().and_then(SolutionRow::parsed_version);
    if let (Some(own), Some(installed)) = (own, installed)
        && own == installed
    {
        let message = format!("The target has version {own} of this patch already.");
        let help = "Raise the version of the patch and export it again.";
        out.add(span, message, help)
            .platform(EXISTS, &[&own.to_string()]);
    }
}

fn not_newest(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((parent, span)) = parent(subject) else {
        return;
    };
    let manifest = &subject.solution.manifest;
    let Some(own) = manifest.version() else {
        return;
    };
    let patches = subject.target.patches_of(parent);
    let others = patches.filter_map(|row| Some((&row.name, row.parsed_version()?)));
    let is_same = |name: &str| LogicalName::new(name) == *manifest.name();
    let higher = others
        .filter(|(name, version)| *version >= own && !(is_same(name) && *version == own))
        .max_by(|a, b| a.1.cmp(&b.1));
    if let Some((name, version)) = higher {
        let message =
            format!("The patch has version {own}, and the target has the patch {name} {version}.");
        let help = format!("Raise the version of the patch above {version} and export it again.");
        out.add(span, message, help)
            .platform(NOT_NEWEST, &[name, &version.to_string()]);
    }
}

fn mode_differs(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some((parent, span)) = installed_parent(subject) else {
        return;
    };
    let Some(managed) = parent.managed else {
        let message = format!(
            "Whether {} is managed in the target is not known.",
            parent.name
        );
        out.add(span, message, LIST_SOLUTIONS)
            .evidence(Evidence::Weak);
        return;
    };
    if managed == subject.is_managed() {
        return;
    }
    let of_parent = if managed {
        PackageType::Managed
    } else {
        PackageType::Unmanaged
    };
    let message = format!(
        "The patch is {}, and {} in the target is {}.",
        subject.solution.manifest.package_type.name(),
        parent.name,
        of_parent.name()
    );
    out.add(
        span,
        message,
        format!("Export the patch as {}.", of_parent.name()),
    );
}
