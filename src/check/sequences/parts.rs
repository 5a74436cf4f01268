//! What sequences use, against the package and the target.

use std::cell::LazyCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::outside::{Outside, outside};
use super::steps::{Meant, Part, parts, table_of};
use super::{MIGRATE, sequences};
use crate::check::RequirementSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid, LogicalName, Origin};
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
            what: "Records that a sequence names and that are neither in the package nor listed in the target, each sequence \
                   once: templates, processes, teams, queues, and identifiers of which nothing tells what they are.",
            why: "Managed parts are not put into the package, and teams and queues never travel.",
            fix: "Look in the target for them, and list them in the target manifest; set teams and queues again by hand.",
            source: MIGRATE,
        },
        stage: Stage::Activation,
        scope: Scope::Requirements(unknown),
    },
];

/// Whether what a part is matters to a rule.
type IsMeant = fn(Meant) -> bool;

/// Whether the target has a part: by any row with its identifier, else as its type is answered.
fn answer(subject: &RequirementSubject<'_>, outside: &Outside<'_>) -> Answer {
    let part = &outside.part;
    if outside.row.is_some() {
        return Answer::present(Evidence::Strong, "the target manifest lists it");
    }
    let question = Question::of(subject.solution, &part.identity, None);
    match part.meant {
        Meant::Template | Meant::Process | Meant::Sequence | Meant::Table | Meant::Column => {
            Target::ask(subject.target, &question)
        }
        Meant::People | Meant::Stage | Meant::Unclear => Answer::unasked(&part.identity),
    }
}

/// Tells every part of some sort that the target surely lacks.
fn tell_absent(
    subject: &RequirementSubject<'_>,
    is_meant: IsMeant,
    help: &str,
    out: &mut Findings,
) {
    for found in outside(subject) {
        let Outside {
            component, part, ..
        } = &found;
        if !is_meant(part.meant) {
            continue;
        }
        let answer = answer(subject, &found);
        if answer.presence != Presence::Absent {
            continue;
        }
        let verb = part.places.verb("shows", "show");
        out.add(
            part.span,
            format!(
                "{} of the {} {verb} an error after the import, for the target lacks the {}: {}.",
                part.places, component.identity, part.identity, answer.because
            ),
            help,
        )
        .evidence(answer.evidence.min(Evidence::Fair))
        .component(&component.identity)
        .chain(&[component.identity.clone(), part.identity.clone()]);
    }
}

fn template_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        |meant| meant == Meant::Template,
        "Have the solution that brings the template in the target first; a template that is managed in the source is never \
         put into the package. Or choose another template in these steps and export again.",
        out,
    );
}

fn process_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        |meant| meant == Meant::Process,
        "Import the process into the target first, or add it to the solution; or take these steps out.",
        out,
    );
    drafts(subject, out);
    for found in outside(subject) {
        let Outside {
            component,
            part,
            row,
        } = &found;
        let Some(row) = row.filter(|_| part.meant == Meant::Process) else {
            continue;
        };
        let state = row.state.as_deref();
        if state.is_some_and(|state| state.eq_ignore_ascii_case("Draft")) {
            let named = row.name.as_deref().map_or_else(
                || part.identity.to_string(),
                |name| format!("process \"{name}\""),
            );
            out.add(
                part.span,
                format!(
                    "{} of the {} {} no effect, for the {named} is a draft in the target.",
                    part.places,
                    component.identity,
                    part.places.verb("has", "have")
                ),
                "Activate the process in the target.",
            )
            .evidence(Evidence::Fair)
            .component(&component.identity)
            .chain(&[component.identity.clone(), part.identity.clone()]);
        }
    }
}

/// Processes of the package that come as drafts.
fn drafts(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let components = subject.solution.components.iter();
    let drafts: FxHashMap<Guid, &Component> = components
        .filter(|process| process.identity.kind == ComponentType::Number(29))
        .filter(|process| process.property("StateCode") == Some("0"))
        .filter_map(|process| Some((process.identity.object_id?, process)))
        .collect();
    if drafts.is_empty() {
        return;
    }
    for sequence in &subject.solution.sequences {
        let Some(component) = subject.solution.component(sequence.component) else {
            continue;
        };
        for part in parts(sequence) {
            let process = part.identity.object_id.and_then(|id| drafts.get(&id));
            if let Some(process) = process {
                out.add(
                    part.span,
                    format!(
                        "{} of the {} {} no effect, for the {} is a draft in the package.",
                        part.places,
                        component.identity,
                        part.places.verb("has", "have"),
                        process.identity
                    ),
                    "Activate the process in the source and export again, or activate it in the target.",
                )
                .evidence(Evidence::Fair)
                .component(&component.identity)
                .chain(&[component.identity.clone(), process.identity.clone()]);
            }
        }
    }
}

fn sequence_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        |meant| meant == Meant::Sequence,
        "Add the sequence to the solution, or import it first; or take these steps out.",
        out,
    );
    let solution = subject.solution;
    let by_id: FxHashMap<Guid, &Component> = sequences(solution)
        .filter_map(|sequence| Some((sequence.identity.object_id?, sequence)))
        .collect();
    for sequence in &solution.sequences {
        let (Some(component), Some(own)) =
            (solution.component(sequence.component), &sequence.regarding)
        else {
            continue;
        };
        for part in parts(sequence) {
            let id = part
                .identity
                .object_id
                .filter(|_| part.meant == Meant::Sequence);
            let Some(nested) = id.and_then(|id| by_id.get(&id)) else {
                continue;
            };
            let other = nested
                .property("msdyn_regardingentityname")
                .map(|name| LogicalName::new(name.trim()));
            let Some(other) = other.filter(|other| !other.is_empty() && other != own) else {
                continue;
            };
            out.add(
                part.span,
                format!(
                    "{} of the {} for rows of {own} {} to the {}, which is for rows of {other}.",
                    part.places,
                    component.identity,
                    part.places.verb("connects", "connect"),
                    nested.identity
                ),
                "Connect to a sequence for the same table.",
            )
            .evidence(Evidence::Fair)
            .component(&component.identity);
        }
    }
}

fn column_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    // Of a table that is not there, its columns need not be told.
    let gone = |table: &LogicalName| {
        let identity = table_of(table);
        let question = Question::of(subject.solution, &identity, None);
        Target::ask(subject.target, &question).presence == Presence::Absent
            && !subject
                .solution
                .components
                .iter()
                .any(|own| own.origin == Origin::Package && own.identity.is_same_as(&identity))
    };
    for found in outside(subject) {
        let Outside {
            component, part, ..
        } = &found;
        let is_named = matches!(part.meant, Meant::Table | Meant::Column);
        let is_known = part
            .identity
            .table
            .as_ref()
            .is_none_or(|table| !gone(table));
        let answer = answer(subject, &found);
        if !is_named || !is_known || answer.presence != Presence::Absent {
            continue;
        }
        let fails = if part.places.is_empty() {
            "does not work"
        } else {
            part.places.verb("shows an error", "show errors")
        };
        out.add(
            part.span,
            format!(
                "{} of the {} {fails} after the import, for the target lacks the {}: {}.",
                part.places, component.identity, part.identity, answer.because
            ),
            subject.hint(&part.identity).unwrap_or_else(|| {
                "Add it to the solution, or have it in the target first; or change these steps."
                    .to_owned()
            }),
        )
        .evidence(answer.evidence.min(Evidence::Fair))
        .component(&component.identity)
        .chain(&[component.identity.clone(), part.identity.clone()]);
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
            let processes = parts.filter(|part| part.meant == Meant::Process);
            let places: FxHashSet<String> = processes.map(|part| part.places.to_string()).collect();
            places
        });
        let unknown = of_one.iter().filter(|found| {
            let part = &found.part;
            let goes_along =
                || part.meant == Meant::Stage && with_process.contains(&part.places.to_string());
            part.identity.object_id.is_some()
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
             teams and queues are set again by hand.",
        )
        .severity(if subject.options.unknown_is_error {
            Severity::Error
        } else {
            Severity::Note
        })
        .evidence(Evidence::Weak)
        .component(&component.identity);
    }
}

fn told(part: &Part<'_>) -> String {
    let id = part
        .identity
        .object_id
        .map_or_else(String::new, |id| id.to_string());
    let what = match part.meant {
        Meant::Template => "e-mail template",
        Meant::Process => "process",
        Meant::Sequence => "sequence",
        Meant::People => "team or queue",
        Meant::Stage => "stage",
        Meant::Table | Meant::Column | Meant::Unclear => "record",
    };
    if part.places.is_empty() {
        return format!("{what} {id}");
    }
    let places = part.places.to_string();
    let places = places.replacen("Step", "step", 1);
    format!("{what} {id} ({places})")
}
