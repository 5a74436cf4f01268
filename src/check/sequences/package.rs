//! How sequences are packed.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{MIGRATE, first_of_many, is_copy, number, sequences};
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{
    Address, Component, ComponentId, ComponentType, DefinitionRole, Guid, LogicalName, PackageType,
    Pointer, Sequence, SequenceDefinition, Solution, StepSort, UseOf,
};

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "sequence-managed",
        severity: Severity::Warning,
        summary: "sequences are in a managed package",
        codes: &[],
        docs: RuleDocs {
            what: "A package with sequences is unmanaged.",
            why: "Their documentation says to export them as unmanaged always. Managed ones cannot be edited as their owners \
                  expect, and leave with the solution.",
            fix: "Export the solution as unmanaged, and import that.",
            source: MIGRATE,
        },
        stage: Stage::Components,
        scope: Scope::Package(managed),
    },
    Rule {
        id: "sequence-definition-unsound",
        severity: Severity::Warning,
        summary: "the definition of a sequence cannot be read, or one of its two copies is missing",
        codes: &[],
        docs: RuleDocs {
            what: "The definition of every sequence can be read as JSON and has steps. One that is written as something else \
                   than JSON, or in which no step is found, is a note. Where the package has active copies of sequences, \
                   every active sequence has one, and every copy has its sequence. How the platform keeps copies is not \
                   documented, so the evidence is weak.",
            why: "A definition that cannot be read opens as an error, and a sequence without its copy does not run.",
            fix: "Open the sequence in the source, save and activate it, and export the solution again.",
            source: "learn.microsoft.com/dynamics365/developer/reference/entities/msdyn_sequence, msdyn_type and msdyn_definition",
        },
        stage: Stage::Activation,
        scope: Scope::Package(unsound),
    },
    Rule {
        id: "sequence-too-long",
        severity: Severity::Warning,
        summary: "a sequence has more steps than can be activated",
        codes: &[],
        docs: RuleDocs {
            what: "No sequence has more than 40 tasks or 400 steps, by its own columns or by its definition.",
            why: "It is imported, and cannot be activated.",
            fix: "Divide the sequence, and let the first part connect to the second.",
            source: "learn.microsoft.com/dynamics365/developer/reference/entities/msdyn_sequence, the ranges of msdyn_totaltasks and \
                     msdyn_maxstepcount",
        },
        stage: Stage::Activation,
        scope: Scope::Package(too_long),
    },
    Rule {
        id: "sequence-segments-apart",
        severity: Severity::Note,
        summary: "segments and assignment rules do not travel with sequences",
        codes: &[],
        docs: RuleDocs {
            what: "A package with sequences that names the tables of segments, assignment rules or seller attributes.",
            why: "Those are data: no solution carries them. They are moved after the sequences, with the Configuration \
                  Migration tool, and arrive inactive; users, teams and queues in them are set again by hand.",
            fix: "Export them with the Configuration Migration tool, and import its data package after this solution.",
            source: "learn.microsoft.com/dynamics365/sales/wa-migrate-assignment-rules-segments",
        },
        stage: Stage::Activation,
        scope: Scope::Package(segments_apart),
    },
];

fn managed(subject: &Subject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    let all: Vec<_> = sequences(solution).collect();
    let Some(first) = all.first() else {
        return;
    };
    if solution.manifest.package_type != PackageType::Managed {
        return;
    }
    let message = format!(
        "The package is managed and has the {}.",
        first_of_many(first, all.len())
    );
    out.add(
        first.span,
        message,
        "Export the solution as unmanaged, and import that.",
    )
    .component(&first.identity)
    .summary_of(all.iter().map(|sequence| &sequence.identity));
}

fn unsound(subject: &Subject<'_>, out: &mut Findings) {
    for sequence in &subject.solution.sequences {
        let Some(component) = subject.solution.component(sequence.component) else {
            continue;
        };
        let of_steps = sequence.definitions.iter();
        let of_steps = of_steps.filter(|definition| definition.role == DefinitionRole::Steps);
        // The newer form of a definition may be there and empty beside the older one.
        let has_steps = of_steps
            .clone()
            .any(|definition| !definition.steps.is_empty());
        let others = sequence.definitions.iter();
        for definition in others
            .filter(|one| one.broken.is_some() || one.role == DefinitionRole::Steps && !has_steps)
        {
            unsound_definition(component, definition, out);
        }
        if component.property("statecode") == Some("1") && of_steps.count() == 0 {
            out.add(
                component.span,
                format!("The {} is active and has no definition.", component.identity),
                "Open it in the source and see whether it has steps; save it, and export the solution again.",
            )
            .severity(Severity::Note)
            .evidence(Evidence::Weak)
            .component(&component.identity);
        }
    }
    copies(subject.solution, out);
}

/// Tells a definition that cannot be read, or in which no step is found.
fn unsound_definition(component: &Component, definition: &SequenceDefinition, out: &mut Findings) {
    let column = &definition.column;
    let (severity, message, help) = match &definition.broken {
        Some(broken) if broken.is_json => (
            Severity::Warning,
            format!(
                "The column {column} of the {} cannot be read: {}.",
                component.identity, broken.why
            ),
            "Open it in the source, save and activate it, and export the solution again.",
        ),
        Some(_) => (
            Severity::Note,
            format!(
                "The column {column} of the {} is not written as JSON, so that nothing is known of its steps.",
                component.identity
            ),
            "Open it in the target after the import and see whether its steps show errors.",
        ),
        None if definition.steps.is_empty() => (
            Severity::Note,
            format!(
                "No step is found in the column {column} of the {}; what it names is checked as that of the whole sequence.",
                component.identity
            ),
            "Open it in the source and see whether it has steps; how definitions are written is not published.",
        ),
        None => return,
    };
    out.add(definition.span, message, help)
        .severity(severity)
        .evidence(Evidence::Weak)
        .component(&component.identity)
        .distinct(column);
}

/// Active copies against what they are copies of, where the package has any.
fn copies(solution: &Solution, out: &mut Findings) {
    let all = solution.sequences.iter();
    let all = all.filter_map(|sequence| {
        let id = sequence.component;
        Some((id, solution.component(id)?))
    });
    let (copies, originals): (Vec<_>, Vec<_>) = all.partition(|(_, component)| is_copy(component));
    if copies.is_empty() {
        return;
    }
    let parents = solution.sequence_parents();
    let name = |of: &Component| of.identity.display_name.as_deref().map(LogicalName::new);
    let names = |of: &[(ComponentId, &Component)]| -> FxHashSet<LogicalName> {
        of.iter()
            .filter_map(|(_, component)| name(component))
            .collect()
    };
    let (copy_names, original_names) = (names(&copies), names(&originals));
    let of_copies: FxHashSet<Guid> = copies
        .iter()
        .filter_map(|(id, _)| parents.get(id).copied())
        .collect();
    let ids: FxHashSet<Guid> = originals
        .iter()
        .filter_map(|(_, component)| component.identity.object_id)
        .collect();
    for (id, copy) in &copies {
        let is_named = name(copy).is_some_and(|name| original_names.contains(&name));
        if !is_named && !parents.get(id).is_some_and(|parent| ids.contains(parent)) {
            let what = "is an active copy of a sequence that is not in the package";
            missing_half(copy, what, out);
        }
    }
    for (_, component) in &originals {
        let is_active = component.property("statecode") == Some("1");
        let is_named = name(component).is_some_and(|name| copy_names.contains(&name));
        let id = component.identity.object_id;
        if is_active && !is_named && !id.is_some_and(|id| of_copies.contains(&id)) {
            let what = "is active, and unlike others its active copy is not in the package";
            missing_half(component, what, out);
        }
    }
}

fn missing_half(sequence: &Component, what: &str, out: &mut Findings) {
    out.add(
        sequence.span,
        format!("The {} {what}.", sequence.identity),
        "Add the sequence to the solution again, and export it.",
    )
    .evidence(Evidence::Weak)
    .component(&sequence.identity)
    .distinct(what);
}

fn too_long(subject: &Subject<'_>, out: &mut Findings) {
    const TASKS: usize = 40;
    const STEPS: usize = 400;
    for sequence in &subject.solution.sequences {
        let Some(component) = subject.solution.component(sequence.component) else {
            continue;
        };
        let (tasks, steps) = counted(sequence);
        let stated = |column: &str| number(component, column).unwrap_or_default() as usize;
        let sizes = [
            ("tasks", tasks.max(stated("msdyn_totaltasks")), TASKS),
            ("steps", steps.max(stated("msdyn_maxstepcount")), STEPS),
        ];
        for (what, size, most) in sizes {
            if size > most {
                out.add(
                    component.span,
                    format!(
                        "The {} has {size} {what}, and at most {most} can be activated.",
                        component.identity
                    ),
                    "Divide it, and let the first part connect to the second.",
                )
                .evidence(Evidence::Fair)
                .component(&component.identity)
                .distinct(what);
            }
        }
    }
}

/// How many tasks and steps the longest definition of a sequence has. Only what a seller must do is counted as a task, so
/// that the number is never too high.
fn counted(sequence: &Sequence) -> (usize, usize) {
    let is_task = |sort: StepSort| match sort {
        StepSort::Email
        | StepSort::TextMessage
        | StepSort::PhoneCall
        | StepSort::Task
        | StepSort::LinkedIn => true,
        StepSort::AutomatedEmail
        | StepSort::AutomatedTextMessage
        | StepSort::Wait
        | StepSort::AbTest
        | StepSort::Condition
        | StepSort::Command
        | StepSort::ConnectSequence
        | StepSort::Other => false,
    };
    let sizes = sequence.definitions.iter().map(|definition| {
        let steps = definition.steps.iter();
        let tasks = steps.filter(|step| is_task(step.sort)).count();
        (tasks, definition.steps.len())
    });
    sizes.fold((0, 0), |most, size| {
        (most.0.max(size.0), most.1.max(size.1))
    })
}

/// Tables whose rows are moved with the Configuration Migration tool.
const DATA: [&str; 5] = [
    "msdyn_segment",
    "msdyn_segmentattribute",
    "msdyn_assignmentrule",
    "msdyn_attribute",
    "msdyn_attributevalue",
];

fn segments_apart(subject: &Subject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    let Some(first) = sequences(solution).next() else {
        return;
    };
    let tables = named_tables(solution);
    let named: Vec<_> = DATA
        .into_iter()
        .filter(|name| tables.contains(&LogicalName::new(name)))
        .collect();
    if !named.is_empty() {
        out.add(
            first.span,
            format!(
                "The package has sequences and names {}, whose rows no solution carries.",
                named.join(", ")
            ),
            "Move segments and assignment rules with the Configuration Migration tool, after this solution.",
        )
        .component(&first.identity)
        .summary(named.into_iter().map(Part::named));
    }
}

/// Every table that a package has, has rows of, or names.
fn named_tables(solution: &Solution) -> BTreeSet<LogicalName> {
    const TABLE: ComponentType = ComponentType::Number(1);
    let rows = solution.manifest.missing_dependencies.iter();
    let roots = solution.manifest.roots.iter();
    let identities = solution
        .components
        .iter()
        .map(|component| &component.identity);
    let identities = identities
        .chain(rows.map(|row| &row.required))
        .chain(roots.map(|root| &root.identity));
    let of_identities = identities.flat_map(|identity| {
        let own = match &identity.kind {
            ComponentType::Table(table) => Some(table),
            kind if *kind == TABLE => identity.schema_name.as_ref(),
            ComponentType::Number(_) => None,
        };
        own.into_iter().chain(&identity.table).cloned()
    });
    let of_references = solution.references.iter();
    let of_references = of_references.filter_map(|reference| {
        let Pointer::At(address) = &reference.to else {
            return None;
        };
        match address {
            Address::Name(kind, name) if *kind == TABLE => Some(name.clone()),
            Address::InTable(_, table, _) => Some(table.clone()),
            Address::Name(..) | Address::Id(..) | Address::Keys(..) => None,
        }
    });
    let definitions = solution
        .sequences
        .iter()
        .flat_map(|sequence| &sequence.definitions);
    let of_steps = definitions.flat_map(|definition| {
        let steps = definition.steps.iter().flat_map(|step| &step.uses);
        steps
            .chain(&definition.uses)
            .filter_map(|part| match &part.what {
                UseOf::Table(table) | UseOf::Column(table, _) => Some(table.clone()),
                UseOf::Record(_) => None,
            })
    });
    of_identities.chain(of_references).chain(of_steps).collect()
}
