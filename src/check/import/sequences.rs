//! Rules about the import of sequences of Dynamics 365 Sales: who may do it, and what it leaves for later.

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::sequences::{MIGRATE, first_of_many, sequences};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType};

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "sequence-caller",
        severity: Severity::Warning,
        summary: "who imports sequences may lack the role or the licence for them",
        codes: &[],
        docs: RuleDocs {
            what: "Where the manifest names the roles and licences of who imports (caller.roles, caller.licences), there is one \
                   among them that sequences are documented for. Another may do, so this is weak evidence.",
            why: "Sequences are refused, or cannot be opened and activated afterwards.",
            fix: "Import as a System Administrator or Sequence Manager with Sales Premium or Sales Enterprise.",
            source: "learn.microsoft.com/dynamics365/sales/migrate-sequence, prerequisites; \
                     learn.microsoft.com/dynamics365/sales/create-manage-sequences",
        },
        stage: Stage::Components,
        scope: Scope::Import(caller),
    },
    Rule {
        id: "sequence-left-behind",
        severity: Severity::Note,
        summary: "what an import of sequences leaves in the target for good",
        codes: &[],
        docs: RuleDocs {
            what: "An unmanaged package with sequences: said once, for what becomes of it later.",
            why: "Everything in it may be edited in the target afterwards. Whoever deletes a sequence there deletes the \
                  sequence alone: its templates, processes and tags stay.",
            fix: "Delete the parts by hand where the sequence was only tried.",
            source: MIGRATE,
        },
        stage: Stage::Components,
        scope: Scope::Import(left_behind),
    },
];

/// The sequences that the import brings.
fn imported<'a>(subject: &ImportSubject<'a>) -> Vec<&'a Component> {
    let all = sequences(subject.solution);
    all.filter(|_| subject.imports()).collect()
}

fn caller(subject: &ImportSubject<'_>, out: &mut Findings) {
    const ROLES: [&str; 3] = ["systemadministrator", "sequencemanager", "salesmanager"];
    const LICENCES: [&str; 3] = [
        "salespremium",
        "salesenterprise",
        "microsoftrelationshipsales",
    ];
    let sequences = imported(subject);
    let Some(first) = sequences.first() else {
        return;
    };
    let caller = &subject.target.manifest().caller;
    let stated = [
        ("role", &caller.roles, &ROLES[..]),
        ("licence", &caller.licences, &LICENCES[..]),
    ];
    for (what, stated, sufficient) in stated {
        let suffices = |stated: &String| {
            let stated = stated.to_ascii_lowercase().replace(' ', "");
            sufficient.iter().any(|known| stated.contains(known))
        };
        if stated.is_empty() || stated.iter().any(suffices) {
            continue;
        }
        let (wanted, help) = if what == "role" {
            (
                "System Administrator, Sequence Manager or Sales Manager",
                "Import as somebody with the role System Administrator or Sequence Manager.",
            )
        } else {
            (
                "Sales Premium, Sales Enterprise or Microsoft Relationship Sales",
                "Import as somebody with the licence Sales Premium or Sales Enterprise.",
            )
        };
        out.add(
            first.span,
            format!(
                "The package has the {}, and who imports has the {what} {}: none of {wanted}.",
                first_of_many(first, sequences.len()),
                stated.join(", ")
            ),
            help,
        )
        .evidence(Evidence::Weak)
        .component(&first.identity)
        .distinct(what)
        .summary_of(sequences.iter().map(|sequence| &sequence.identity));
    }
}

fn left_behind(subject: &ImportSubject<'_>, out: &mut Findings) {
    let sequences = imported(subject);
    let Some(first) = sequences.first() else {
        return;
    };
    if subject.is_managed() {
        return;
    }
    let kinds = [
        (
            ComponentType::Number(36),
            "e-mail template",
            "e-mail templates",
        ),
        (ComponentType::Number(29), "process", "processes"),
        (
            ComponentType::table("msdyn_salestag"),
            "sales tag",
            "sales tags",
        ),
    ];
    let stays =
        kinds
            .into_iter()
            .filter_map(|(kind, one, many)| match subject.defined(kind).count() {
                0 => None,
                1 => Some(format!("1 {one}")),
                count => Some(format!("{count} {many}")),
            });
    let stays: Vec<_> = stays.collect();
    let parts = if stays.is_empty() {
        String::new()
    } else {
        format!(": here {}", stays.join(", "))
    };
    out.add(
        first.span,
        format!(
            "Everything of the {} may be edited in the target afterwards; whoever deletes a sequence there leaves its \
             templates, processes and tags behind{parts}.",
            first_of_many(first, sequences.len())
        ),
        "Delete the parts by hand where the sequence was only tried.",
    )
    .component(&first.identity)
    .summary_of(sequences.iter().map(|sequence| &sequence.identity));
}
