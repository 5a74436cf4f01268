//! Reports of two packages compared.

mod human;
mod json;

pub use human::{human, verdict};
pub use json::{json, schema};

use std::collections::BTreeMap;

use crate::check::Stage;
use crate::diff::{Class, Diff, Version};
use crate::error::ExitStatus;
use crate::finding::{PlacedFinding, Severity};
use crate::model::{Identity, PackageType};
use crate::simulate::{ActionKind, Doubt, Step, Verdict, removed, stage_of};

/// Two packages compared, with what an upgrade from the one to the other does.
#[derive(Debug)]
pub struct DiffReport<'a> {
    /// The package that counts as the old one.
    pub old: &'a Version,
    /// The package that counts as the new one.
    pub new: &'a Version,
    /// What is otherwise.
    pub diff: Diff,
    /// What an upgrade removes; none where the two are no versions of one solution.
    pub upgrade: Option<Upgrade>,
}

/// What an upgrade does with what the new package lacks.
#[derive(Debug)]
pub struct Upgrade {
    /// What it removes.
    pub removed: Vec<Identity>,
    /// What it leaves, because others have it too.
    pub kept: Vec<Identity>,
    /// What is to be known of it, in sentences.
    pub notes: Vec<String>,
    /// What a target says to it.
    pub target: Option<TargetOutcome>,
}

/// An upgrade in a target.
#[derive(Debug)]
pub struct TargetOutcome {
    /// The target's name for people.
    pub name: String,
    /// The upgrade as it would go there.
    pub step: Step,
}

impl Upgrade {
    /// What an upgrade does where nothing is known of the environment.
    pub fn between(old: &Version, new: &Version) -> Self {
        let (old, new) = (old.solution(), new.solution());
        let removed = removed(old, new);
        let mut notes = Vec::new();
        let is_managed =
            |one: &crate::model::Solution| one.manifest.package_type == PackageType::Managed;
        if !removed.is_empty() && (!is_managed(old) || !is_managed(new)) {
            notes.push(
                "Only managed solutions are upgraded: this is what the upgrade of their managed exports removes."
                    .to_owned(),
            );
        }
        Self {
            removed,
            kept: Vec::new(),
            notes,
            target: None,
        }
    }

    /// The same with something else to be known of it.
    #[must_use]
    pub fn noting(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    /// What an upgrade does in a target, as it was simulated.
    pub fn simulated(name: String, step: Step) -> Self {
        let of = |kind| step.components(kind).cloned().collect();
        let mut notes = Vec::new();
        if let Some(stage) = step
            .stops_at()
            .filter(|stage| *stage != Stage::ApplyUpgrade)
        {
            notes.push(format!(
                "The import stops before the upgrade is applied, at the stage \"{stage}\": 'solvet simulate' with \
                 --operation upgrade and --installed says why."
            ));
        }
        Self {
            removed: of(ActionKind::Delete),
            kept: of(ActionKind::Keep),
            notes,
            target: Some(TargetOutcome { name, step }),
        }
    }
}

impl TargetOutcome {
    /// What was found to stand in the way of removing.
    pub fn blocking(&self) -> impl Iterator<Item = &PlacedFinding> {
        let findings = self.step.findings.iter();
        findings.filter(|placed| {
            stage_of(&placed.finding) == Stage::ApplyUpgrade
                && placed.finding.severity > Severity::Note
        })
    }

    /// What nobody knows of removing.
    pub fn doubts(&self) -> impl Iterator<Item = &Doubt> {
        let doubts = self.step.doubts.iter();
        doubts.filter(|doubt| doubt.stage == Stage::ApplyUpgrade)
    }
}

impl DiffReport<'_> {
    /// The status: 1 where something is breaking and nothing may be, or where the target surely refuses the upgrade.
    pub fn exit_status(&self, requires_additive: bool) -> ExitStatus {
        let target = self
            .upgrade
            .as_ref()
            .and_then(|upgrade| upgrade.target.as_ref());
        let is_refused = target.is_some_and(|target| target.step.verdict == Verdict::Fails);
        if requires_additive && (is_refused || !self.diff.is_additive()) {
            ExitStatus::Findings
        } else {
            ExitStatus::Clean
        }
    }

    /// The classes that occur, the worst first, with how often.
    pub(super) fn classes(&self) -> Vec<(Class, usize)> {
        let all = [
            Class::Breaking,
            Class::Changed,
            Class::Additive,
            Class::Cosmetic,
        ];
        let counted = all.map(|class| (class, self.diff.of_class(class)));
        counted
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

/// Names of components, which are told apart by their identifiers where they are the same.
pub(super) struct Names(BTreeMap<String, usize>);

impl Names {
    /// The names of some components.
    pub(super) fn of<'a>(all: impl IntoIterator<Item = &'a Identity>) -> Self {
        let mut names = BTreeMap::new();
        for one in all {
            *names.entry(one.to_string()).or_default() += 1;
        }
        Self(names)
    }

    /// The name of one of them.
    pub(super) fn of_one(&self, one: &Identity) -> String {
        let name = one.to_string();
        let is_shared = self.0.get(&name).is_some_and(|count| *count > 1);
        match one.object_id.filter(|_| is_shared) {
            Some(id) => format!("{name} {id}"),
            None => name,
        }
    }
}
