//! Whether a target has a component: present, absent or unknown, each with its evidence.

mod baseline;
mod holding;
mod listing;
mod naming;
mod solutions;
mod surroundings;
mod tables;

use std::sync::LazyLock;

use jiff::Timestamp;

use super::family::Family;
use super::listed::{DependencyEdge, dependency_edges};
use super::manifest::{CoverageDetails, CoverageOf, CoverageState, SolutionRow, TargetManifest};
use super::moments::Moments;
use super::question::{Answer, Presence, Question};
use super::scope::in_scope;
use super::{settle, time};
use crate::finding::Evidence;
use crate::model::{ComponentType, Identity, IdentityMap, LogicalName};
use baseline::Baseline;
use listing::{Absence, Listing};
use solutions::Installed;
use surroundings::Surroundings;

pub use holding::Holding;
pub(super) use listing::contradiction;

/// An environment, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Target {
    manifest: TargetManifest,
    listing: Listing,
    absent: IdentityMap<Absence>,
    tables: tables::Tables,
    installed: Installed,
    surroundings: Surroundings,
    baseline: Baseline,
    age: Age,
}

/// From which age on a capture no longer proves absence.
#[derive(Clone, Debug, Default)]
struct Age {
    /// The moment that counts as now; without it nothing ages.
    now: Option<Timestamp>,
    max_days: i64,
    /// When each source was captured.
    moments: Moments,
}

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const KEY: ComponentType = ComponentType::Number(14);

/// How many days a capture proves absence, where nothing else is asked for.
pub const DEFAULT_MAX_AGE: u32 = 30;

impl Target {
    /// Takes a manifest as it was read.
    pub fn new(manifest: TargetManifest) -> Self {
        let mut absent = IdentityMap::default();
        for row in &manifest.absent {
            let absence = Absence {
                reason: row.reason.clone(),
                src: row.src.clone(),
            };
            absent.insert(&row.identity(), absence);
        }
        Self {
            listing: Listing::new(&manifest),
            absent,
            tables: tables::Tables::new(&manifest),
            installed: Installed::new(&manifest),
            surroundings: Surroundings::default(),
            baseline: Baseline::new(&manifest),
            age: Age {
                moments: Moments::of(&manifest),
                ..Age::default()
            },
            manifest,
        }
    }

    /// The same target with a manifest of a plain environment, which stands for what every environment has.
    #[must_use]
    pub fn with_baseline(mut self, plain: Option<TargetManifest>) -> Self {
        if let Some(plain) = plain {
            self.baseline.replace(Self::new(plain));
        }
        self
    }

    /// The same target where captures older than `max_days` at `now` prove absence less surely.
    #[must_use]
    pub fn aged(mut self, max_days: u32, now: Timestamp) -> Self {
        self.age.now = Some(now);
        self.age.max_days = max_days.into();
        self
    }

    /// Asks a target where there is one. Without one, what every environment has is there all the same, and nothing else is
    /// known.
    pub fn ask(target: Option<&Self>, question: &Question<'_>) -> Answer {
        static BARE: LazyLock<Target> = LazyLock::new(Target::default);
        let Some(target) = target else {
            let answer = BARE.answer(question);
            return match answer.presence {
                Presence::Unknown => Answer::unasked(question.required),
                Presence::Present | Presence::Absent => answer,
            };
        };
        target.answer(question)
    }

    /// The same environment in another state: what is known of every environment, and how captures age, stay.
    #[must_use]
    pub fn with_manifest(&self, manifest: TargetManifest) -> Self {
        let mut other = Self::new(manifest);
        other.baseline.keep(&self.baseline);
        other.age.now = self.age.now;
        other.age.max_days = self.age.max_days;
        other
    }

    /// Whether the manifest lists a component.
    pub fn lists(&self, identity: &Identity) -> bool {
        self.listing.find(identity).is_some()
    }

    /// The patches over a solution.
    pub fn patches_of(&self, parent: &LogicalName) -> impl Iterator<Item = &SolutionRow> {
        let solutions = self.manifest.solutions.iter();
        solutions.filter(move |row| row.is_patch_of(parent))
    }

    /// Which component needs which, as far as the manifest says.
    pub fn dependencies(&self) -> Vec<DependencyEdge> {
        dependency_edges(&self.manifest)
    }

    /// Whether the manifest says that it has everything that needs components of a solution.
    pub fn knows_dependencies(&self, solution: &LogicalName) -> bool {
        let coverage = self.manifest.coverage.get("dependencies");
        coverage.is_some_and(|coverage| {
            let details = &coverage.0;
            let mut solutions = details.solutions.iter();
            details.state == CoverageState::Complete
                && (details.solutions.is_empty() || solutions.any(|name| *solution == **name))
        })
    }

    /// The manifest behind it.
    pub fn manifest(&self) -> &TargetManifest {
        &self.manifest
    }

    /// An installed solution.
    pub fn solution(&self, name: &LogicalName) -> Option<&SolutionRow> {
        self.installed.row(&self.manifest, name)
    }

    /// A sentence where the whole manifest is so old that what it does not list counts less.
    pub fn ageing(&self) -> Option<String> {
        let days = self.age.days(self.age.moments.captured)?;
        (days > self.age.max_days).then(|| {
            format!(
                "The target manifest was captured {days} days ago, more than {}: that it lacks something is fair \
                 evidence only. Capture it again, or allow more with --max-age.",
                self.age.max_days
            )
        })
    }

    /// Whether the environment has a component, by the first of these that answers: known to be absent, listed, what its
    /// table says of it (columns and keys only), covered by a complete family, part of every environment, its solution
    /// installed or not, part of applications that the environment is said to have.
    pub fn answer(&self, question: &Question<'_>) -> Answer {
        let required = question.required;
        if let Some(absence) = self.absent.find(required) {
            let reason = absence.reason.as_ref();
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            let because = format!("the target manifest lists it as absent{reason}");
            return self.absent(Evidence::Strong, because, absence.src.as_deref());
        }
        if let Some(evidence) = self.listing.find(required) {
            if self.listing.differs_by_case(required) {
                return Answer::unknown(
                    "the target manifest lists one whose name differs by case",
                    settle::list_it(required),
                );
            }
            return Answer::present(evidence, "the target manifest lists it");
        }
        let covered = self
            .by_table(question)
            .or_else(|| self.by_coverage(question));
        if let Some(answer) = covered {
            return self.against_baseline(question, answer);
        }
        if let Some(answer) = self.baseline.answer(question) {
            return answer;
        }
        let by_solution = self.by_solution(question);
        // An installed solution of a lower version says more than any application.
        let mut supplier = question.supplier.into_iter();
        if supplier.any(|supplier| self.solution(&supplier.solution).is_some()) {
            return by_solution;
        }
        match self.by_application(question) {
            Some(answer) => decide(by_solution, answer),
            None => by_solution,
        }
    }

    /// What a complete list lacks and every environment has is a contradiction, and neither side is believed.
    fn against_baseline(&self, question: &Question<'_>, answer: Answer) -> Answer {
        if answer.presence != Presence::Absent {
            return answer;
        }
        match self.baseline.answer(question) {
            Some(held) if held.evidence >= answer.evidence => Answer::unknown(
                format!("{}, yet {}", answer.because, held.because),
                "Look in the target for it, and correct the coverage of the manifest.",
            ),
            _ => answer,
        }
    }

    fn by_coverage(&self, question: &Question<'_>) -> Option<Answer> {
        let coverage = self.covers(question)?;
        let name = Family::of(&question.required.kind).name();
        // $metadata leaves out private tables, and nobody has the list of them.
        let evidence = match coverage.of {
            CoverageOf::Metadata => Evidence::Fair,
            CoverageOf::All
            | CoverageOf::Managed
            | CoverageOf::Unmanaged
            | CoverageOf::Visible
            | CoverageOf::NonMicrosoft => Evidence::Strong,
        };
        let because = match name {
            "other" => "the target manifest lists all components of other types and not this one"
                .to_owned(),
            name => format!("the target manifest lists all {name} and not this one"),
        };
        let answer = Answer::absent(evidence, because);
        let at = coverage.at.as_deref().and_then(time::parse);
        let at = at.or_else(|| self.age.moments.at(coverage.src.as_deref()));
        Some(self.age.lower(answer, at))
    }

    /// The coverage that has what is asked for in its scope, where it is complete of components that are named by what
    /// names that one.
    fn covers(&self, question: &Question<'_>) -> Option<&CoverageDetails> {
        let family = Family::of(&question.required.kind);
        let coverage = &self.manifest.coverage.get(family.name())?.0;
        let is_complete = coverage.state == CoverageState::Complete && in_scope(coverage, question);
        let src = coverage.src.as_deref();
        let tells = is_complete && !self.listing.may_hide(question.required, src);
        tells.then_some(coverage)
    }

    /// It is not there, as a source says; less surely where that source is old.
    fn absent(&self, evidence: Evidence, because: impl Into<String>, src: Option<&str>) -> Answer {
        let at = self.age.moments.at(src);
        self.age.lower(Answer::absent(evidence, because), at)
    }
}

impl Age {
    /// How many days ago a moment was.
    fn days(&self, at: Option<Timestamp>) -> Option<i64> {
        Some(time::days_between(at?, self.now?))
    }

    fn lower(&self, answer: Answer, at: Option<Timestamp>) -> Answer {
        match self.days(at).filter(|days| *days > self.max_days) {
            Some(days) if answer.evidence == Evidence::Strong => Answer {
                evidence: Evidence::Fair,
                because: format!("{}, as of {days} days ago", answer.because),
                ..answer
            },
            _ => answer,
        }
    }
}

/// What the solution says against what applications say: a surer presence stands, an absence that is contradicted is
/// unknown.
fn decide(by_solution: Answer, by_application: Answer) -> Answer {
    match (by_solution.presence, by_application.presence) {
        (Presence::Unknown, _) => by_application,
        (Presence::Absent, Presence::Present) => Answer::unknown(
            format!("{}, yet {}", by_solution.because, by_application.because),
            "Look in the target for it, and enter in the manifest whether it is there.",
        ),
        _ => by_solution,
    }
}

#[cfg(test)]
mod tests;
