//! From findings and doubts to a verdict.

use std::fmt;

use crate::check::{Checked, Operation, Requirement, Stage, most_settling, rule};
use crate::finding::{Evidence, Finding, PlacedFinding, Severity};
use crate::target::Presence;

/// What becomes of an import, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It succeeds.
    Succeeds,
    /// It succeeds, and something breaks or surprises.
    SucceedsWithWarnings,
    /// Nobody can say.
    Unknown,
    /// It fails.
    Fails,
}

impl Verdict {
    /// The name of it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeds => "succeeds",
            Self::SucceedsWithWarnings => "succeeds-with-warnings",
            Self::Unknown => "unknown",
            Self::Fails => "fails",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeds => "would succeed",
            Self::SucceedsWithWarnings => "would succeed with warnings",
            Self::Unknown => "cannot be told",
            Self::Fails => "would fail",
        })
    }
}

/// What becomes of a stage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StageOutcome {
    /// It passes.
    Passes,
    /// Nobody can say.
    Unknown,
    /// It fails, and the import with it.
    Fails,
    /// The import does not come to it.
    NotReached,
    /// The operation has no such stage.
    NotPart,
}

impl StageOutcome {
    /// The name of it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Unknown => "unknown",
            Self::Fails => "fails",
            Self::NotReached => "not-reached",
            Self::NotPart => "not-part",
        }
    }
}

/// Something that nobody knows and that decides the import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// The stage that it decides.
    pub stage: Stage,
    /// What is not known, as a sentence.
    pub what: String,
    /// What would settle it, as a sentence.
    pub settle: String,
}

/// What stages come to.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) evidence: Evidence,
    pub(super) stages: Vec<(Stage, StageOutcome)>,
}

/// The stage at which the platform would say a finding.
pub fn stage_of(finding: &Finding) -> Stage {
    rule(finding.rule).map_or(Stage::Components, |rule| rule.stage)
}

/// Whether a finding makes the import fail: an error of more than weak evidence, unless it is one only here or is accepted. What
/// a baseline knows makes it fail all the same.
pub fn is_fatal(finding: &Finding) -> bool {
    is_error(finding) && !is_doubtful(finding)
}

/// Whether a finding is an error of the import that nobody accepts.
fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error && !finding.is_local && !finding.is_suppressed()
}

/// Whether a finding leaves open whether the import fails: weak evidence decides nothing, and what is beyond solvet's limits
/// says nothing of the platform's.
fn is_doubtful(finding: &Finding) -> bool {
    let weak = finding.evidence == Evidence::Weak || finding.rule == "limit-exceeded";
    is_error(finding) && weak
}

/// What is not known of a checked package: its requirements, its roots, what was not read of it.
pub(super) fn doubts_of(operation: Operation, checked: &Checked) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if operation == Operation::Skip {
        return doubts;
    }
    // A staged upgrade is applied without looking at the package again.
    if operation != Operation::ApplyUpgrade {
        requirement_doubts(&checked.requirements, &mut doubts);
    }
    for placed in &checked.findings {
        let finding = &placed.finding;
        if !has_stage(operation, stage_of(finding)) {
            continue;
        }
        if is_doubtful(finding) || is_open_root(finding) {
            doubts.push(Doubt {
                stage: stage_of(finding),
                what: finding.message.clone(),
                settle: finding.help.clone(),
            });
        }
    }
    doubts
}

/// A root without definition that the target may have or not: the import fails where it has not.
fn is_open_root(finding: &Finding) -> bool {
    let is_open = finding.severity == Severity::Warning && !finding.is_suppressed();
    finding.rule == "root-without-definition" && is_open
}

fn requirement_doubts(requirements: &[Requirement], doubts: &mut Vec<Doubt>) {
    for is_declared in [true, false] {
        let own = || {
            let own = requirements.iter();
            own.filter(|requirement| requirement.is_derived_only() != is_declared)
        };
        let stage = if is_declared {
            Stage::Manifest
        } else {
            Stage::Dependencies
        };
        let unknown: Vec<_> = own()
            .filter(|one| one.answer.presence == Presence::Unknown)
            .collect();
        let settle = most_settling(unknown.iter().copied()).map_or("", |(settle, _)| settle);
        // What is named is something that this would settle.
        let is_settled =
            |one: &&&Requirement| one.answer.settle.as_deref().unwrap_or_default() == settle;
        let named = unknown.iter().find(is_settled).or(unknown.first());
        if let Some(named) = named {
            let required = &named.required;
            let what = match unknown.len() {
                1 => format!("Whether the target has the {required} is not known"),
                count => format!(
                    "Whether the target has {count} of the required components is not known, among them the {required}"
                ),
            };
            doubts.push(Doubt {
                stage,
                what: format!("{what}: {}.", named.answer.because),
                settle: settle.to_owned(),
            });
        }
        let mut weak = own().filter(|one| {
            one.answer.presence == Presence::Present && one.answer.evidence == Evidence::Weak
        });
        if let Some(first) = weak.next() {
            let count = 1 + weak.count();
            let and = match count {
                1 => " is".to_owned(),
                2 => " and 1 other are".to_owned(),
                _ => format!(" and {} others are", count - 1),
            };
            doubts.push(Doubt {
                stage,
                what: format!("The {}{and} only presumed to be there: {}.", first.required, first.answer.because),
                settle: "Add a source to the target manifest that lists them: 'solvet target show' says which.".into(),
            });
        }
    }
}

/// The least evidence on which a success rests: that of what is required, and fair where something is assumed.
fn weakest(operation: Operation, checked: &Checked, assumed: &[String]) -> Evidence {
    let requirements = checked.requirements.iter();
    let requirements = requirements.filter(|_| operation != Operation::ApplyUpgrade);
    let evidence = requirements.map(|requirement| requirement.answer.evidence);
    let least = if assumed.is_empty() {
        Evidence::Strong
    } else {
        Evidence::Fair
    };
    evidence.min().unwrap_or(Evidence::Strong).min(least)
}

/// What a judgement looks at beside the package.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// What nobody knows.
    pub(super) doubts: &'a [Doubt],
    /// What is taken to be as usual.
    pub(super) assumed: &'a [String],
    /// Whether stages after one that fails are judged, too.
    pub(super) keep_going: bool,
}

/// Judges the stages of an operation by what was found and what is not known.
pub(super) fn judge(operation: Operation, checked: &Checked, told: &Told<'_>) -> Judgement {
    let findings = || checked.findings.iter().map(|placed| &placed.finding);
    let mut stages = Vec::new();
    let mut failed: Option<Evidence> = None;
    for stage in Stage::ALL {
        let fatal = findings().filter(|finding| is_fatal(finding) && stage_of(finding) == stage);
        let outcome = if !has_stage(operation, stage) {
            StageOutcome::NotPart
        } else if failed.is_some() && !told.keep_going {
            StageOutcome::NotReached
        } else if let Some(evidence) = fatal.map(|finding| finding.evidence).max() {
            failed = failed.or(Some(evidence));
            StageOutcome::Fails
        } else if told.doubts.iter().any(|doubt| doubt.stage == stage) {
            StageOutcome::Unknown
        } else {
            StageOutcome::Passes
        };
        stages.push((stage, outcome));
    }
    let is_open = stages
        .iter()
        .any(|(_, outcome)| *outcome == StageOutcome::Unknown);
    let warns = findings().any(|finding| {
        finding.severity >= Severity::Warning
            && !finding.is_suppressed()
            && !finding.is_local
            && has_stage(operation, stage_of(finding))
    });
    let weakest = weakest(operation, checked, told.assumed);
    let (verdict, evidence) = match failed {
        Some(evidence) => (Verdict::Fails, evidence),
        None if is_open => (Verdict::Unknown, Evidence::Weak),
        None if warns => (Verdict::SucceedsWithWarnings, weakest),
        None => (Verdict::Succeeds, weakest),
    };
    Judgement {
        verdict,
        evidence,
        stages,
    }
}

/// Whether an operation has a stage.
fn has_stage(operation: Operation, stage: Stage) -> bool {
    match operation {
        Operation::Skip => false,
        Operation::ApplyUpgrade => stage == Stage::ApplyUpgrade,
        Operation::Upgrade => true,
        Operation::Install | Operation::Update | Operation::Stage | Operation::Patch => {
            stage != Stage::ApplyUpgrade
        }
    }
}

/// The findings that show: those of the stages to which the import comes.
pub(super) fn shown(
    findings: Vec<PlacedFinding>,
    stages: &[(Stage, StageOutcome)],
) -> Vec<PlacedFinding> {
    let is_reached = |finding: &Finding| {
        let stage = stage_of(finding);
        let mut stages = stages.iter();
        stages.any(|(other, outcome)| {
            *other == stage && !matches!(outcome, StageOutcome::NotReached | StageOutcome::NotPart)
        })
    };
    findings
        .into_iter()
        .filter(|placed| is_reached(&placed.finding))
        .collect()
}
