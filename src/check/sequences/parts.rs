//! What sequences use, against the package and the target.

use super::steps::{Meant, Part, parts, table_of};
use super::{MIGRATE, number, sequences};
use crate::check::RequirementSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, Guid, Identity, LogicalName, Origin, is_standard_column};
use crate::target::{Answer, ComponentRow, Presence, Question, Target};

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

/// The parts of all sequences that are not in the package, that nothing declares, and that no package before brings.
fn outside<'a>(subject: &RequirementSubject<'a>) -> Vec<(&'a Component, Part<'a>)> {
    let solution = subject.solution;
    let mut outside = Vec::new();
    for sequence in &solution.sequences {
        let Some(component) = solution.component(sequence.component) else {
            continue;
        };
        let mut all = parts(sequence);
        all.extend(assigned(component).map(|identity| Part {
            meant: Meant::Column,
            identity,
            places: super::steps::Places::default(),
            sequence,
            span: component.span,
        }));
        let others = all
            .into_iter()
            .filter(|part| !is_in_package(subject, part) && !is_declared(subject, &part.identity));
        outside.extend(others.map(|part| (component, part)));
    }
    outside
}

/// The column that says to whom steps are assigned.
///
/// Source: `msdyn_assignsequencefieldname` in the reference of the table `msdyn_sequence`,
/// learn.microsoft.com/dynamics365/developer/reference/entities.
fn assigned(sequence: &Component) -> Option<Identity> {
    let column = sequence.property("msdyn_assignsequencefieldname")?.trim();
    let table = sequence.property("msdyn_regardingentityname")?.trim();
    // 1: the steps go to whom a column of the record names.
    let is_used = number(sequence, "msdyn_assignsequencetype").is_none_or(|kind| kind == 1);
    let identity = Identity::of(crate::model::ComponentType::Number(2)).named(column);
    let is_said = is_used && !column.is_empty() && !table.is_empty();
    is_said.then(|| identity.in_table(Some(LogicalName::new(table))))
}

fn is_in_package(subject: &RequirementSubject<'_>, part: &Part<'_>) -> bool {
    let wanted = &part.identity;
    let mut components = subject.solution.components.iter();
    let is_here = |component: &Component| match wanted.object_id {
        Some(id) => component.identity.object_id == Some(id),
        None => component.identity.is_same_as(wanted),
    };
    // A table that the package only adds to is not in it, but then the platform knows that it needs it.
    let is_standard = || {
        let column = wanted.schema_name.as_ref();
        part.meant == Meant::Column && column.is_some_and(|name| is_standard_column(name.as_str()))
    };
    components.any(is_here) || is_standard() || subject.is_brought(wanted)
}

fn is_declared(subject: &RequirementSubject<'_>, wanted: &Identity) -> bool {
    let mut declared = subject
        .requirements
        .iter()
        .filter(|requirement| !requirement.is_derived_only());
    declared.any(|requirement| match wanted.object_id {
        Some(id) => requirement.required.object_id == Some(id),
        None => requirement.required.is_same_as(wanted),
    })
}

/// Whether a row of the target has this identifier, whatever its type.
fn row(target: &Target, id: Guid) -> Option<&ComponentRow> {
    let mut rows = target.manifest().components.iter();
    rows.find(|row| {
        let own = row.id.as_deref();
        own.and_then(|own| own.parse::<Guid>().ok()) == Some(id)
    })
}

/// Whether the target has a part: by any row with its identifier, else as its type is answered.
fn answer(subject: &RequirementSubject<'_>, part: &Part<'_>) -> Answer {
    let listed = part.identity.object_id.zip(subject.target);
    if let Some((id, target)) = listed
        && row(target, id).is_some()
    {
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
    for (component, part) in outside(subject) {
        if !is_meant(part.meant) {
            continue;
        }
        let answer = answer(subject, &part);
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
    let Some(target) = subject.target else {
        return;
    };
    for (component, part) in outside(subject) {
        let is_process = part.meant == Meant::Process;
        let Some(row) = part
            .identity
            .object_id
            .filter(|_| is_process)
            .and_then(|id| row(target, id))
        else {
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

fn sequence_absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    tell_absent(
        subject,
        |meant| meant == Meant::Sequence,
        "Add the sequence to the solution, or import it first; or take these steps out.",
        out,
    );
    let solution = subject.solution;
    for sequence in &solution.sequences {
        let (Some(component), Some(own)) =
            (solution.component(sequence.component), &sequence.regarding)
        else {
            continue;
        };
        for part in parts(sequence) {
            let mut nested = sequences(solution);
            let nested = nested.find(|nested| {
                part.meant == Meant::Sequence
                    && nested.identity.object_id == part.identity.object_id
            });
            let Some(nested) = nested else {
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
    for (component, part) in outside(subject) {
        let is_named = matches!(part.meant, Meant::Table | Meant::Column);
        let is_known = part
            .identity
            .table
            .as_ref()
            .is_none_or(|table| !gone(table));
        let answer = answer(subject, &part);
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
    for of_one in outside.chunk_by(|a, b| std::ptr::eq(a.0, b.0)) {
        let unknown = of_one.iter().filter(|(_, part)| {
            let is_told = part.identity.object_id.is_some() && !goes_with_process(part);
            is_told && answer(subject, part).presence == Presence::Unknown
        });
        let unknown: Vec<_> = unknown.map(|(_, part)| part).collect();
        let (Some((component, _)), false) = (of_one.first(), unknown.is_empty()) else {
            continue;
        };
        let shown: Vec<_> = unknown.iter().take(SHOWN).map(|part| told(part)).collect();
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

/// Whether a stage needs no telling: the step names its process as well.
fn goes_with_process(part: &Part<'_>) -> bool {
    let mut others = parts(part.sequence).into_iter();
    part.meant == Meant::Stage
        && others.any(|other| other.meant == Meant::Process && other.places == part.places)
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
