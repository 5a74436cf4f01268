//! What sequences use, against the package and the target.

use std::cell::LazyCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::outside::{Outside, outside};
use super::steps::{Meant, Part, parts, table_of};
use super::{MIGRATE, drafts, nested};
use crate::catalog;
use crate::check::RequirementSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::config::address;
use crate::finding::{self, Evidence, Severity};
use crate::model::{Address, LogicalName, Origin, RecordSort};
use crate::target::{Answer, Presence, Question, Target};

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "sequence-template-absent",
        severity: Severity::Warning,
        summary: "a step of a sequence sends a template that the target lacks",
        codes: &[],
        docs: RuleDocs {
            what: "Every e-mail template that a step names is in the package, in one given before, or in the target.",
            why: "Templates that are managed in the source are not put into the package with the sequence, and the step shows \
                  an error after the import.",
            fix: "Install the solution that has the template in the target first, or choose another template and export again.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(template_absent),
    },
    Rule {
        id: "sequence-process-absent",
        severity: Severity::Warning,
        summary: "a step of a sequence uses a process that the target lacks or that is not active",
        codes: &[],
        docs: RuleDocs {
            what: "Every process that a step names, such as the business process flow whose stage it moves, is in the package, \
                   in one given before, or in the target, and is active there.",
            why: "The step shows an error, or has no effect.",
            fix: "Import the process first, or activate it; or take the step out.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(process_absent),
    },
    Rule {
        id: "nested-sequence-absent",
        severity: Severity::Warning,
        summary: "a sequence connects to one that the target lacks or that is for another table",
        codes: &[],
        docs: RuleDocs {
            what: "Every sequence that another one connects to is in the package, in one given before, or in the target, and is \
                   for rows of the same table.",
            why: "The step shows an error, and the record does not go on.",
            fix: "Add the sequence to the solution, or take the step out.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(sequence_absent),
    },
    Rule {
        id: "sequence-column-absent",
        severity: Severity::Warning,
        summary: "a sequence uses a table or column that the target lacks",
        codes: &[],
        docs: RuleDocs {
            what: "Every table and column that steps name, and the column that says who the steps are assigned to, is in the \
                   package, in one given before, or in the target.",
            why: "The condition or command shows an error after the import, or nobody is assigned.",
            fix: "Add the column to the solution, or have it in the target first; or change the step.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(column_absent),
    },
    Rule {
        id: "sequence-part-unknown",
        severity: Severity::Note,
        summary: "nobody can say whether the target has what a sequence uses",
        codes: &[],
        docs: RuleDocs {
            what: "What a sequence names and what is neither in the package nor settled by the target, each sequence once: \
                   templates, processes, users, teams, queues, tables and columns of no catalogue, and identifiers of which \
                   nothing tells what they are.",
            why: "Managed parts are not put into the package, and teams and queues never travel.",
            fix: "Look in the target for them, and list them in the target manifest; set teams and queues again by hand.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(unknown),
    },
];

/// A record of some sort.
const fn record(sort: RecordSort) -> Meant {
    Meant::Record(sort)
}

/// Whether the target has a part: by any row with its identifier, else as its type is answered.
fn answer(subject: &RequirementSubject<'_>, outside: &Outside<'_>) -> Answer {
    let part = &outside.part;
    if outside.row.is_some() {
        return Answer::present(Evidence::Strong, "the target manifest lists it");
    }
    match part.meant {
        Meant::Record(RecordSort::People | RecordSort::Stage | RecordSort::Unclear) => {
            Answer::unasked(&part.identity)
        }
        Meant::Record(RecordSort::Template | RecordSort::Process | RecordSort::Sequence)
        | Meant::Table
        | Meant::Column => {
            let question = Question::of(subject.solution, &part.identity, None);
            Target::ask(subject.target, &question)
        }
    }
}

/// Tells every part of some sort that the target surely lacks.
fn tell_absent(subject: &RequirementSubject<'_>, meant: Meant, help: &str, out: &mut Findings) {
    for found in outside(subject) {
        let part = &found.part;
        if part.meant != meant {
            continue;
        }
        let answer = answer(subject, &found);
        if answer.presence != Presence::Absent {
            continue;
        }
        tell_lacking(&found, &answer, help.to_owned(), out);
    }
}

/// Tells a part that the target lacks.
fn tell_lacking(found: &Outside<'_>, answer: &Answer, help: String, out: &mut Findings) {
    let Outside {
        component, part, ..
    } = found;
    out.add(
        part.span,
        format!(
            "{} of the {} {} after the import, for the target lacks the {}: {}.",
            part.places,
            component.identity,
            part.places.fails(),
            part.identity,
            answer.because
        ),
        help,
    )
    .evidence(answer.evidence.min(Evidence::Fair))
    .component(&component.identity)
    .chain(&[component.identity.clone(), part.identity.clone()]);
}

fn template_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        record(RecordSort::Template),
        "Have the solution that brings the template in the target first; a template that is managed in the source is never \
         put into the package. Or choose another template in these steps and export again.",
        out,
    );
}

fn process_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        record(RecordSort::Process),
        "Import the process into the target first, or add it to the solution; or take these steps out.",
        out,
    );
    drafts::tell(subject, out);
}

fn sequence_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        record(RecordSort::Sequence),
        "Add the sequence to the solution, or import it first; or take these steps out.",
        out,
    );
    nested::tell_other_tables(subject.solution, out);
}

fn column_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let mut gone = Gone::of(subject);
    for found in outside(subject) {
        let part = &found.part;
        if !matches!(part.meant, Meant::Table | Meant::Column) {
            continue;
        }
        let answer = answer(subject, &found);
        // Of a table that is not there, its columns need not be told.
        let is_of_gone = part
            .identity
            .table
            .as_ref()
            .is_some_and(|table| gone.has(table));
        if answer.presence != Presence::Absent || is_of_gone {
            continue;
        }
        let help = subject.hint(&part.identity).unwrap_or_else(|| {
            "Add it to the solution, or have it in the target first; or change these steps."
                .to_owned()
        });
        tell_lacking(&found, &answer, help, out);
    }
}

/// The tables that neither the package nor the target has.
struct Gone<'a> {
    subject: &'a RequirementSubject<'a>,
    own: FxHashSet<Address>,
    known: FxHashMap<LogicalName, bool>,
}

impl<'a> Gone<'a> {
    fn of(subject: &'a RequirementSubject<'a>) -> Self {
        let components = subject.solution.components.iter();
        let own = components.filter(|own| own.origin == Origin::Package);
        let own = own.filter(|own| own.identity.kind == table_of(&LogicalName::new("")).kind);
        Self {
            subject,
            own: own.flat_map(|own| own.identity.addresses()).collect(),
            known: FxHashMap::default(),
        }
    }

    fn has(&mut self, table: &LogicalName) -> bool {
        if let Some(known) = self.known.get(table) {
            return *known;
        }
        let identity = table_of(table);
        let question = Question::of(self.subject.solution, &identity, None);
        let is_gone = Target::ask(self.subject.target, &question).presence == Presence::Absent
            && !identity
                .addresses()
                .any(|address| self.own.contains(&address));
        self.known.insert(table.clone(), is_gone);
        is_gone
    }
}

fn unknown(subject: &RequirementSubject<'_>, out: &mut Findings) {
    const SHOWN: usize = 4;
    let outside = outside(subject);
    for of_one in outside.chunk_by(|a, b| std::ptr::eq(a.component, b.component)) {
        let Some(first) = of_one.first() else {
            continue;
        };
        // A stage needs no telling where the step names its process as well.
        let with_process = LazyCell::new(|| {
            let parts = parts(first.part.sequence).into_iter();
            let processes = parts.filter(|part| part.meant == record(RecordSort::Process));
            let places: FxHashSet<String> = processes.map(|part| part.places.to_string()).collect();
            places
        });
        let unknown = of_one.iter().filter(|found| {
            let part = &found.part;
            let goes_along = || {
                part.meant == record(RecordSort::Stage)
                    && with_process.contains(&part.places.to_string())
            };
            // What the catalogue has comes with an application, of which other rules tell.
            (part.identity.object_id.is_some() || catalog::known(&part.identity).is_none())
                && !goes_along()
                && answer(subject, found).presence == Presence::Unknown
        });
        let unknown: Vec<_> = unknown.collect();
        let Some(Outside { component, .. }) = unknown.first() else {
            continue;
        };
        let shown = unknown.iter().take(SHOWN).map(|found| told(&found.part));
        let shown: Vec<_> = shown.collect();
        let more = match unknown.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        out.add(
            component.span,
            format!(
                "The {} uses what is not in the package, and nothing tells whether the target has it: {}{more}.",
                component.identity,
                shown.join("; ")
            ),
            "Look in the target for it, and list it in the target manifest; managed parts are never put into the package, and \
             users, teams and queues are set again by hand.",
        )
        // What is surely absent breaks a step and no import, so what may be is no worse.
        .severity(if subject.options.unknown_is_error {
            Severity::Warning
        } else {
            Severity::Note
        })
        .evidence(Evidence::Weak)
        .component(&component.identity)
        .naming(unknown.iter().map(|found| finding::Part::named(address(&found.part.identity))));
    }
}

fn told(part: &Part<'_>) -> String {
    let what = match (part.meant, part.identity.object_id) {
        (Meant::Record(sort), Some(id)) => format!("{} {id}", sort.name()),
        (Meant::Record(_) | Meant::Table | Meant::Column, _) => part.identity.to_string(),
    };
    if part.places.is_empty() {
        return what;
    }
    format!("{what} ({})", part.places.within())
}
