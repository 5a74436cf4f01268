//! What a sequence names besides components: itself, and identifiers that the package does not explain.

use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::{in_steps, presence};
use crate::finding::Evidence;
use crate::graph::PackageGraph;
use crate::model::{Guid, RecordSort, StepName};
use crate::report::sequences::Sequences;
use crate::report::sequences::uses::Unexplained;
use crate::report::text::{count, safe};
use crate::target::{Answer, Question, Target};

/// What there is to say of a sequence; empty for any other component.
#[derive(Debug, Default)]
pub(super) struct OfSequence {
    /// The steps with which it goes on with itself.
    pub(super) itself: Vec<StepName>,
    /// The identifiers that the package does not explain, and whether the target has them.
    pub(super) unexplained: Vec<(Unexplained, Answer)>,
}

impl OfSequence {
    pub(super) fn of(
        package: &PackageGraph,
        sequences: &Sequences<'_>,
        place: Option<usize>,
        target: Option<&Target>,
    ) -> Self {
        let Some(place) = place else {
            return Self::default();
        };
        let rows = target
            .into_iter()
            .flat_map(|target| &target.manifest().components);
        let listed: FxHashSet<Guid> = rows
            .filter_map(|row| row.id.as_ref()?.parse().ok())
            .collect();
        let unexplained = sequences.unexplained(place).into_iter();
        let unexplained = unexplained.map(|one| {
            let answer = if listed.contains(&one.id) {
                Answer::present(Evidence::Strong, "the target manifest lists it")
            } else {
                answer(package, &one, target)
            };
            (one, answer)
        });
        Self {
            itself: sequences.steps_to_itself(place),
            unexplained: unexplained.collect(),
        }
    }

    /// Writes it for people.
    pub(super) fn human(&self, text: &mut String) {
        if !self.itself.is_empty() {
            let steps = StepName::list(&self.itself);
            let _ = writeln!(text, "\ngoes on with itself in {}", safe(&steps));
        }
        if self.unexplained.is_empty() {
            return;
        }
        let many = count(self.unexplained.len(), "identifier");
        let _ = writeln!(text, "\nnames {many} that the package does not explain");
        for (one, answer) in &self.unexplained {
            let _ = writeln!(
                text,
                "  {:<16}{}",
                presence(answer.presence),
                safe(&one.label)
            );
            let place = match &one.column {
                Some(column) => format!("{}in {column}", in_steps(&one.steps)),
                None => format!("in {}", StepName::list(&one.steps)),
            };
            let _ = writeln!(text, "  {:<16}{}", "", safe(&place));
        }
    }
}

/// Whether the target has a record, as far as it is known of which table it is.
fn answer(package: &PackageGraph, one: &Unexplained, target: Option<&Target>) -> Answer {
    let settle = format!("Look in the target for {}.", one.label);
    match one.sort {
        RecordSort::Template | RecordSort::Process | RecordSort::Sequence => {
            let identity = one.sort.record(one.id);
            Target::ask(target, &Question::of(&package.solution, &identity, None))
        }
        RecordSort::People => {
            Answer::unknown("users, teams and queues are data of an environment", settle)
        }
        RecordSort::Stage => Answer::unknown("stages come with their process", settle),
        RecordSort::Unclear => {
            Answer::unknown("nothing tells of which table the record is", settle)
        }
    }
}
