//! Which entries a deployment settings file has, and which it lacks.

use std::collections::BTreeSet;

use super::super::findings::Findings;
use super::super::rule::{Rule, RuleDocs, Scope};
use super::super::stage::Stage;
use super::{SOURCE, SettingsSubject, has_default, reference_identity, variable_identity};
use crate::finding::{Evidence, Severity};
use crate::model::{Identity, Located, LogicalName};
use crate::source::Span;
use crate::target::Presence;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "settings-unknown-key",
        severity: Severity::Note,
        summary: "deployment settings have a key that nobody reads",
        codes: &[],
        docs: RuleDocs {
            what: "The only keys at the top of deployment settings are EnvironmentVariables and ConnectionReferences.",
            why: "What stands under another key has no effect; a typing mistake hides a whole list.",
            fix: "Correct the key, or remove it.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(unknown_key),
    },
    Rule {
        id: "settings-entry-unmatched",
        severity: Severity::Error,
        summary: "an entry of the deployment settings is for nothing in the packages or the target",
        codes: &[],
        docs: RuleDocs {
            what: "Every entry names an environment variable or a connection reference that a package of the run or the \
                   target has. It is an error where no entry of the file does: the file is for another solution.",
            why: "Nothing takes the value or the connection, or the import fails with a message that does not name it.",
            fix: "Correct the name, give the package that has the component, or remove the entry.",
            source: "learn.microsoft.com/power-platform/alm/solution-async (ComponentParameters)",
        },
        stage: Stage::Activation,
        scope: Scope::Settings(entry_unmatched),
    },
    Rule {
        id: "settings-entry-missing",
        severity: Severity::Warning,
        summary: "the deployment settings have no entry for a component of the packages",
        codes: &[],
        docs: RuleDocs {
            what: "Every connection reference of the packages has an entry, and every environment variable that has \
                   neither a default nor a value in the package. It is a note where the target may have what is missing, \
                   and nothing where it has it.",
            why: "The import succeeds. Flows whose references have no connection stay off, and what reads the variable \
                  fails.",
            fix: "Add the entry; solvet settings new writes one for each.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(entry_missing),
    },
    Rule {
        id: "settings-duplicate-entry",
        severity: Severity::Warning,
        summary: "deployment settings have two entries for one component",
        codes: &[],
        docs: RuleDocs {
            what: "Each environment variable and each connection reference has one entry; names are compared without case.",
            why: "Which of the two counts is not documented.",
            fix: "Remove one of them.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(duplicate_entry),
    },
    Rule {
        id: "settings-entry-empty",
        severity: Severity::Warning,
        summary: "an entry of the deployment settings is not filled in",
        codes: &[],
        docs: RuleDocs {
            what: "Every ConnectionId is filled in, and so is every Value whose variable has none elsewhere. It is a note \
                   where the target's reference has a connection.",
            why: "The import succeeds, and flows and apps that use the reference do not work; what reads the variable \
                  fails.",
            fix: "Make the connection in the target, share it with who imports, and enter its id; enter the value.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(entry_empty),
    },
];

fn unknown_key(subject: &SettingsSubject<'_>, out: &mut Findings) {
    for key in &subject.settings.unknown_keys {
        out.add(
            key.span,
            format!("Nobody reads the key {} of deployment settings.", key.value),
            "Correct it to EnvironmentVariables or ConnectionReferences, or remove it.",
        )
        .distinct(&key.value);
    }
}

/// Every entry as the component that it is for, with the place of its name.
fn named<'a>(subject: &SettingsSubject<'a>) -> impl Iterator<Item = (Identity, Span)> + use<'a> {
    let variables = subject.settings.environment_variables.iter();
    let variables = variables.map(|entry| &entry.schema_name);
    let references = subject.settings.connection_references.iter();
    let references = references.map(|entry| &entry.logical_name);
    variables
        .map(|Located { value, span }| (variable_identity(value), *span))
        .chain(references.map(|Located { value, span }| (reference_identity(value), *span)))
}

fn entry_unmatched(subject: &SettingsSubject<'_>, out: &mut Findings) {
    if subject.is_incomplete() {
        return;
    }
    let (variables, references) = (subject.variables(), subject.references());
    let shipped = subject.shipped();
    let is_packed = |name: &LogicalName| {
        variables.contains_key(name) || shipped.contains_key(name) || references.contains_key(name)
    };
    let mut entries = 0;
    let mut unmatched = Vec::new();
    for (identity, span) in named(subject) {
        entries += 1;
        if identity.schema_name.as_ref().is_some_and(&is_packed) {
            continue;
        }
        let answer = subject.answer(&identity);
        if answer.presence != Presence::Present {
            unmatched.push((identity, span, answer));
        }
    }
    if let [(_, span, _), ..] = unmatched.as_slice()
        && unmatched.len() == entries
    {
        out.add(
            *span,
            "No entry is for a component of the packages: these deployment settings are for another solution."
                .to_owned(),
            "Give the settings of these packages, or correct the names in them.",
        )
        .evidence(Evidence::Fair);
        return;
    }
    for (identity, span, answer) in unmatched {
        let (rest, evidence) = match answer.presence {
            Presence::Absent => (
                format!(", and the target lacks it: {}", answer.because),
                answer.evidence,
            ),
            Presence::Unknown | Presence::Present if subject.target.is_some() => (
                ", and whether the target has it is not known".to_owned(),
                Evidence::Weak,
            ),
            Presence::Unknown | Presence::Present => (String::new(), Evidence::Weak),
        };
        out.add(
            span,
            format!("No package has the {identity}{rest}."),
            "Correct the name, give the package that has it, or remove the entry.",
        )
        .severity(Severity::Warning)
        .evidence(evidence)
        .component(&identity);
    }
}

/// Says that an entry is missing: a warning where the target surely has nothing either.
fn missing(out: &mut Findings, identity: &Identity, lacks: &str, there: Option<bool>) {
    let (rest, severity) = match there {
        Some(true) => return,
        Some(false) => (
            format!(", and the target has no {lacks}"),
            Severity::Warning,
        ),
        None => (String::new(), Severity::Note),
    };
    out.add(
        Span::start_of(crate::source::FileId(0)),
        format!("The deployment settings have no entry for the {identity}{rest}."),
        "Add an entry; 'solvet settings new' writes one for each.",
    )
    .severity(severity)
    .evidence(Evidence::Fair)
    .component(identity);
}

fn entry_missing(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let settings = subject.settings.by_name();
    let shipped = subject.values();
    for (name, definition) in subject.variables() {
        let is_set = has_default(definition) || shipped.contains_key(name);
        if !is_set && settings.variable(name).is_none() {
            let there = subject.has_value_there(name);
            missing(out, &variable_identity(name), "value of it", there);
        }
    }
    for name in subject.references().into_keys() {
        if settings.connection(name).is_none() {
            let there = subject.is_connected_there(name);
            missing(out, &reference_identity(name), "connection for it", there);
        }
    }
}

fn duplicate_entry(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (identity, span) in named(subject) {
        let key = (identity.kind.clone(), identity.schema_name.clone());
        if !seen.insert(key) {
            out.add(
                span,
                format!("The {identity} has an entry already."),
                "Remove one of the two.",
            )
            .evidence(Evidence::Fair)
            .component(&identity);
        }
    }
}

fn entry_empty(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let settings = subject.settings;
    for entry in &settings.connection_references {
        if !entry.connection_id.value.trim().is_empty() {
            continue;
        }
        let identity = reference_identity(&entry.logical_name.value);
        let is_connected = subject.is_connected_there(&entry.logical_name.value) == Some(true);
        let (rest, severity) = if is_connected {
            ("; the target has one", Severity::Note)
        } else {
            ("; flows that use it stay off", Severity::Warning)
        };
        out.add(
            entry.connection_id.span,
            format!("The entry of the {identity} has no connection{rest}."),
            "Enter the id of a connection that who imports may use, or remove the entry.",
        )
        .severity(severity)
        .evidence(Evidence::Fair)
        .component(&identity);
    }
    let (variables, shipped) = (subject.variables(), subject.values());
    for entry in &settings.environment_variables {
        let name = &entry.schema_name.value;
        let definition = variables.get(name);
        let is_set = definition.is_some_and(|definition| has_default(definition))
            || shipped.contains_key(name)
            || subject.has_value_there(name) == Some(true)
            || subject.variable_row(name).and_then(|row| row.has_default) == Some(true);
        if entry.value.value.is_empty() && !is_set {
            let identity = variable_identity(name);
            out.add(
                entry.value.span,
                format!(
                    "The entry of the {identity} has no value, and the variable has no default."
                ),
                "Enter a value.",
            )
            .evidence(Evidence::Fair)
            .component(&identity);
        }
    }
}
