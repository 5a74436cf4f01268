//! Rules about plug-in types and the classes that they stand for.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{CODES, listed, severity_of_file, short};
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Part, Severity};
use crate::model::{Component, ComponentId, ComponentType, Guid, LogicalName};
use crate::source::Span;

const TYPES_LACKING: u32 = 0x8004_418B;
const NO_PLUGIN: u32 = 0x8004_418C;
const TYPE_REPEATED: u32 = 0x8004_417C;

const TYPE: ComponentType = ComponentType::Number(90);

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "plugin-class-missing",
        severity: Severity::Error,
        summary: "a plug-in type is registered for a class that its assembly does not have",
        codes: &[TYPES_LACKING],
        docs: RuleDocs {
            what: "Every plug-in type of an assembly has its class in the file of the assembly. An assembly that cannot be \
                   read says nothing. In a source folder it is a warning: a map file may bring another assembly.",
            why: "The platform takes no assembly that lacks a registered type.",
            fix: "Build the assembly with the class, or remove the type and its steps and export again.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(class_missing),
    },
    Rule {
        id: "plugin-class-unfit",
        severity: Severity::Error,
        summary: "a plug-in type is registered for a class that implements no plug-in",
        codes: &[NO_PLUGIN],
        docs: RuleDocs {
            what: "The class of a plug-in type implements IPlugin, itself or by a class that it inherits from. A class that \
                   inherits from another assembly, as workflow activities do, is not judged.",
            why: "The platform refuses the type.",
            fix: "Implement IPlugin, or remove the type and export again.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(class_unfit),
    },
    Rule {
        id: "duplicate-plugin-type",
        severity: Severity::Error,
        summary: "an assembly has two plug-in types of one class",
        codes: &[TYPE_REPEATED],
        docs: RuleDocs {
            what: "No two plug-in types of one assembly have the same class.",
            why: "The platform takes one type of a class in an assembly, and refuses the second.",
            fix: "Keep one of the types; a merge of two branches often leaves both.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(duplicate_type),
    },
];

/// The class of a plug-in type.
fn class(component: &Component) -> Option<&str> {
    let name = component.property("AssemblyQualifiedName");
    let name = name.or(component
        .identity
        .schema_name
        .as_ref()
        .map(LogicalName::as_str));
    name?.split(',').next().map(str::trim)
}

/// The plug-in types of each assembly.
fn types<'a>(subject: &Subject<'a>) -> BTreeMap<ComponentId, Vec<&'a Component>> {
    let mut types: BTreeMap<ComponentId, Vec<&Component>> = BTreeMap::new();
    for component in &subject.solution.components {
        if let Some(assembly) = component.parent
            && component.identity.kind == TYPE
        {
            types.entry(assembly).or_default().push(component);
        }
    }
    types
}

/// The types of each assembly whose class is of one sort, as the file of the assembly says.
fn types_whose_class_is<'a>(
    subject: &Subject<'a>,
    sort: &str,
) -> impl Iterator<Item = (&'a Component, Span, Vec<&'a str>)> {
    let solution = subject.solution;
    types(subject)
        .into_iter()
        .filter_map(move |(id, mut types)| {
            types.retain(|one| one.property("Class") == Some(sort));
            let span = types.first()?.span;
            let names = types.into_iter().filter_map(class).collect();
            Some((solution.component(id)?, span, names))
        })
}

fn class_missing(subject: &Subject<'_>, out: &mut Findings) {
    for (assembly, span, names) in types_whose_class_is(subject, "absent") {
        let lacks = match names.as_slice() {
            [one] => format!("class of its plug-in type {one}"),
            // The names of classes are long, and the number says more than a second one.
            [first, more @ ..] if more.len() > 1 => {
                let (types, more) = (names.len(), more.len());
                format!("classes of {types} plug-in types: {first} and {more} more")
            }
            few => format!("classes of {} plug-in types: {}", few.len(), listed(few)),
        };
        let message = format!(
            "The file of the plug-in assembly {} lacks the {lacks}.",
            short(assembly)
        );
        let help =
            "Build the assembly with the class, or remove the type and its steps and export again.";
        out.add(span, message, help)
            .severity(severity_of_file(subject))
            .component(&assembly.identity)
            .naming(names.iter().map(|name| Part::named(*name)))
            .platform(TYPES_LACKING, &[]);
    }
}

fn class_unfit(subject: &Subject<'_>, out: &mut Findings) {
    for (assembly, span, names) in types_whose_class_is(subject, "plain") {
        let message = format!(
            "The plug-in assembly {} has a plug-in type for {}, which does not implement IPlugin.",
            short(assembly),
            listed(&names)
        );
        out.add(
            span,
            message,
            "Implement IPlugin, or remove the type and export again.",
        )
        .severity(severity_of_file(subject))
        .component(&assembly.identity)
        .naming(names.iter().map(|name| Part::named(*name)))
        .platform(NO_PLUGIN, &[]);
    }
}

fn duplicate_type(subject: &Subject<'_>, out: &mut Findings) {
    for (assembly, types) in types(subject) {
        let Some(assembly) = subject.solution.component(assembly) else {
            continue;
        };
        let mut seen: FxHashMap<&str, Option<Guid>> = FxHashMap::default();
        let mut repeated: Vec<(&str, Span)> = Vec::new();
        for one in types {
            let Some(name) = class(one) else { continue };
            let id = one.identity.object_id;
            // What is written twice with one identifier is one type that is defined twice, which is told by itself.
            if *seen.entry(name).or_insert(id) != id {
                repeated.push((name, one.span));
            }
        }
        if let Some((_, span)) = repeated.first() {
            let names: Vec<_> = repeated.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "The plug-in assembly {} has two plug-in types of the class {}.",
                short(assembly),
                listed(&names)
            );
            let help = "Keep one of the types; a merge of two branches often leaves both.";
            out.add(*span, message, help)
                .component(&assembly.identity)
                .naming(names.iter().map(|name| Part::named(*name)))
                .platform(TYPE_REPEATED, &[]);
        }
    }
}
