//! What sequences need to be switched on in the target.

use super::{MIGRATE, first_of_many, number, sequences};
use crate::catalog;
use crate::check::RequirementSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Sequence, StepSort};
use crate::target::Features;

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "sequence-feature-off",
        severity: Severity::Warning,
        summary: "steps of a sequence need a feature that is off in the target",
        codes: &[],
        docs: RuleDocs {
            what: "The features that steps need are not off in the target (features.emailEngagement, features.textMessages, \
                   features.linkedInSalesNavigator): automated e-mails, text messages, LinkedIn. Calls can be made without \
                   telephony, so that it is off is a note.",
            why: "The sequence is imported, and these steps do not work.",
            fix: "Switch the feature on in the target, or take the steps out.",
            source: "learn.microsoft.com/dynamics365/sales/steps-sequence",
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(feature_off),
    },
    Rule {
        id: "sequence-without-sales-accelerator",
        severity: Severity::Warning,
        summary: "sequences meet a target where Sales accelerator is off",
        codes: &[],
        docs: RuleDocs {
            what: "Sales accelerator is not off in the target (features.salesAccelerator) where the package has sequences of \
                   the second orchestrator, or such with the definition of a journey. What becomes of them is not \
                   documented, so the evidence is weak.",
            why: "What runs such sequences is provisioned with Sales accelerator.",
            fix: "Enable Sales accelerator in the target; it cannot be installed by hand.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(without_accelerator),
    },
];

/// A feature that steps need, as the target says it.
struct Needed {
    name: &'static str,
    is_on: fn(&Features) -> Option<bool>,
    by: fn(StepSort) -> bool,
    severity: Severity,
    help: &'static str,
}

static NEEDED: [Needed; 4] = [
    Needed {
        name: "e-mail engagement",
        is_on: |features| features.email_engagement,
        by: |sort| sort == StepSort::AutomatedEmail,
        severity: Severity::Warning,
        help: "Switch e-mail engagement on in the Sales Hub of the target, or take the steps out.",
    },
    Needed {
        name: "text messages",
        is_on: |features| features.text_messages,
        by: |sort| matches!(sort, StepSort::TextMessage | StepSort::AutomatedTextMessage),
        severity: Severity::Warning,
        help: "Set a provider of text messages up in the Sales Hub of the target, or take the steps out.",
    },
    Needed {
        name: "LinkedIn Sales Navigator",
        is_on: |features| features.linked_in_sales_navigator,
        by: |sort| sort == StepSort::LinkedIn,
        severity: Severity::Warning,
        help: "Enable LinkedIn Sales Navigator in the target, which needs a licence of LinkedIn's; or take the steps out.",
    },
    Needed {
        name: "telephony",
        is_on: |features| features.telephony,
        by: |sort| sort == StepSort::PhoneCall,
        severity: Severity::Note,
        help: "Set telephony up where sellers are to call from the app; they can call by other means too.",
    },
];

fn feature_off(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let Some(target) = subject.target else {
        return;
    };
    let features = &target.manifest().features;
    for needed in NEEDED
        .iter()
        .filter(|needed| (needed.is_on)(features) == Some(false))
    {
        for sequence in &subject.solution.sequences {
            tell_off(subject, needed, sequence, out);
        }
    }
}

fn tell_off(
    subject: &RequirementSubject<'_>,
    needed: &Needed,
    sequence: &Sequence,
    out: &mut Findings,
) {
    let Some(component) = subject.solution.component(sequence.component) else {
        return;
    };
    let steps = super::steps::places(sequence, needed.by);
    if !steps.is_empty() {
        out.add(
            component.span,
            format!(
                "{steps} of the {} {} {}, which the target has switched off.",
                component.identity,
                steps.verb("needs", "need"),
                needed.name
            ),
            needed.help,
        )
        .severity(needed.severity)
        .evidence(Evidence::Fair)
        .component(&component.identity)
        .distinct(needed.name);
    }
}

fn without_accelerator(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let Some(target) = subject.target else {
        return;
    };
    if target.manifest().features.sales_accelerator != Some(false) {
        return;
    }
    let second = sequences(subject.solution).filter(|sequence| {
        number(sequence, "msdyn_orchestratorversion") == Some(2)
            || sequence.property("msdyn_cjodefinition").is_some()
    });
    let second: Vec<_> = second.collect();
    let Some(first) = second.first() else {
        return;
    };
    let help = catalog::feature(super::SEQUENCE)
        .map_or_else(String::new, |feature| format!("{}.", feature.enabling()));
    out.add(
        first.span,
        format!(
            "The {} may not run: Sales accelerator is off in the target.",
            first_of_many(first, second.len())
        ),
        help,
    )
    .evidence(Evidence::Weak)
    .component(&first.identity)
    .summary_of(second.iter().map(|sequence| &sequence.identity));
}
