//! Sequences for people: a tree of steps, with the sequences that they go on with in their places.

use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::{Sequences, kind, one_process, state};
use crate::model::{
    DefinitionRole, Guid, RecordSort, Sequence, SequenceDefinition, StepSort, StepUse, UseOf,
};
use crate::report::text::{count, safe};

/// Sequences within sequences that are shown in their place; those below come by themselves.
const NESTED: usize = 4;

/// Steps within steps beyond which nothing moves further to the right.
const INDENTED: usize = 20;

/// A line to be written, or what lines are made of.
enum Work<'a> {
    Text(usize, String),
    Use(Place, &'a StepUse),
    Sequence(usize, usize, usize),
}

/// Where something is written that a sequence uses.
#[derive(Clone, Copy)]
struct Place {
    indent: usize,
    /// How many sequences this one is shown within.
    level: usize,
    /// The process that is named beside it.
    process: Option<Guid>,
}

/// What is written, and what has been.
struct Writer<'t> {
    text: &'t mut String,
    shown: FxHashSet<usize>,
    /// The sequence that is being written, after those that it is shown within.
    within: Vec<usize>,
}

impl<'a> Sequences<'a> {
    /// Writes them for people.
    pub(in crate::report) fn human(&self, text: &mut String) {
        if self.solution.sequences.is_empty() {
            text.push_str("\nno sequences\n");
        }
        let named = self.named_by_others();
        let (inner, outer): (Vec<usize>, Vec<usize>) =
            (0..self.solution.sequences.len()).partition(|at| named.contains(at));
        let mut writer = Writer {
            text,
            shown: FxHashSet::default(),
            within: Vec::new(),
        };
        // Those that lead to others come first; what only leads in a circle comes last.
        for at in outer.into_iter().chain(inner) {
            if !writer.shown.contains(&at) {
                writer.text.push('\n');
                self.write(at, &mut writer);
            }
        }
    }

    /// The sequences that others name.
    fn named_by_others(&self) -> FxHashSet<usize> {
        let all = self.solution.sequences.iter().enumerate();
        let uses = all.flat_map(|(at, sequence)| sequence.uses().map(move |one| (at, one)));
        uses.filter_map(|(at, one)| self.used(&one.what).sequence.filter(|other| *other != at))
            .collect()
    }

    fn write(&self, first: usize, writer: &mut Writer<'_>) {
        let mut open = vec![Work::Sequence(0, 0, first)];
        while let Some(work) = open.pop() {
            match work {
                Work::Text(indent, line) => writer.line(indent, &line),
                Work::Use(place, one) => {
                    writer.within.truncate(place.level + 1);
                    if let Some(next) = self.write_use(place, one, writer) {
                        open.push(Work::Sequence(place.indent + 2, place.level + 1, next));
                    }
                }
                Work::Sequence(indent, level, at) => {
                    writer.within.truncate(level);
                    writer.within.push(at);
                    writer.shown.insert(at);
                    let mut works = self.works(indent, level, at);
                    works.reverse();
                    open.append(&mut works);
                }
            }
        }
    }

    /// Writes what is used, and gives the sequence that is to be shown in its place.
    fn write_use(&self, place: Place, one: &StepUse, writer: &mut Writer<'_>) -> Option<usize> {
        let used = self.used(&one.what);
        let mut line = self.line(&used, one, place.process);
        let is_next = one.record == RecordSort::Sequence;
        let mut next = None;
        if let (Some(other), Some(own)) = (used.sequence, writer.within.last().copied()) {
            if other == own && is_next {
                "goes on with itself".clone_into(&mut line);
            } else if writer.shown.contains(&other) {
                let is_around = writer.within.contains(&other);
                line.push_str(", shown above");
                if is_next && is_around {
                    line.insert_str(0, "back to ");
                } else if is_next && self.circles.leads_back(own, other) {
                    line.push_str(", which leads back here");
                }
            } else if place.level < NESTED {
                next = Some(other);
            } else {
                line.push_str(", shown below");
            }
        }
        writer.line(place.indent, &line);
        next
    }

    /// What is to be written of one sequence.
    fn works(&self, indent: usize, level: usize, at: usize) -> Vec<Work<'a>> {
        let sequence = &self.solution.sequences[at];
        let mut works = Vec::new();
        if level == 0 {
            let name = self.identity(sequence).map(ToString::to_string);
            works.push(Work::Text(indent, name.unwrap_or_default()));
        }
        for (label, value) in self.facts(sequence) {
            works.push(Work::Text(indent + 2, format!("{label:<12}{value}")));
        }
        for definition in &sequence.definitions {
            let Some(heading) = heading(sequence, definition) else {
                continue;
            };
            works.push(Work::Text(indent + 2, heading));
            let indent = indent + 4;
            works.extend(uses(sequence, &definition.uses, (indent, level)));
            for (step, name) in definition.numbered() {
                let depth = name.number.matches('.').count();
                let indent = indent + 2 * depth.min(INDENTED);
                let word = sort_word(step.sort, step.kind.as_deref());
                let title = name.title.as_deref().map(|title| format!(" \"{title}\""));
                let title = title.unwrap_or_default();
                works.push(Work::Text(
                    indent,
                    format!("{} {word}{title}", name.short_number()),
                ));
                works.extend(uses(sequence, &step.uses, (indent + 4, level)));
            }
        }
        works
    }

    /// What the row says of the sequence, as (label, value).
    fn facts(&self, sequence: &Sequence) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if let Some(table) = &sequence.regarding {
            let what = UseOf::Table(table.clone());
            facts.push(("for", self.fact(what, RecordSort::Unclear)));
        }
        if let Some(component) = self.component(sequence) {
            let state = state(component).map(|state| ("state", state.to_owned()));
            let kind = kind(component).map(|kind| ("type", kind.to_owned()));
            facts.extend(state.into_iter().chain(kind));
        }
        if let Some(parent) = self.parent(sequence) {
            let what = UseOf::Record(parent);
            facts.push(("parent", self.fact(what, RecordSort::Sequence)));
        }
        let tags: Vec<_> = self.tags(sequence).collect();
        if !tags.is_empty() {
            facts.push(("tags", tags.join(", ")));
        }
        facts
    }

    /// What a column of the row names.
    fn fact(&self, what: UseOf, record: RecordSort) -> String {
        let one = StepUse {
            path: Box::default(),
            what,
            record,
            is_vague: false,
        };
        self.line(&self.used(&one.what), &one, None)
    }
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, line: &str) {
        let _ = writeln!(self.text, "{:indent$}{}", "", safe(line));
    }
}

/// The line above what a definition says; nothing where that is nothing.
fn heading(sequence: &Sequence, definition: &SequenceDefinition) -> Option<String> {
    let mut heading = match definition.role {
        DefinitionRole::Steps => count(definition.steps.len(), "step"),
        DefinitionRole::Exit | DefinitionRole::Assignment if definition.uses.is_empty() => {
            return None;
        }
        DefinitionRole::Exit => "leaves".to_owned(),
        DefinitionRole::Assignment => "assigns".to_owned(),
    };
    if let Some(broken) = &definition.broken {
        heading = format!("not read: {}", broken.why);
    }
    if sequence.definitions.len() > 1 {
        let _ = write!(heading, " in {}", definition.column);
    }
    Some(heading)
}

/// What is used, but for the table that the sequence is about, which is told above, and for words that may mean anything.
fn uses<'a>(
    sequence: &Sequence,
    uses: &'a [StepUse],
    (indent, level): (usize, usize),
) -> impl Iterator<Item = Work<'a>> {
    let place = Place {
        indent,
        level,
        process: one_process(uses),
    };
    let own = sequence.regarding.as_ref();
    let is_own =
        move |one: &StepUse| matches!(&one.what, UseOf::Table(table) if Some(table) == own);
    let uses = uses.iter().filter(move |one| !is_own(one) && !one.is_vague);
    uses.map(move |one| Work::Use(place, one))
}

/// The word for the kind of a step: ours, where the one that is written is understood.
fn sort_word(sort: StepSort, kind: Option<&str>) -> &str {
    match (sort, kind) {
        (StepSort::Other, Some(kind)) => kind,
        (sort, _) => sort.name(),
    }
}
