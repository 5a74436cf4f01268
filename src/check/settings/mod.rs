//! Rules of deployment settings files: what they say against what the packages hold and what the target has.

mod entries;
mod values;

use std::collections::BTreeMap;

use super::placing::placed;
use super::rule::{Rule, Scope};
use super::{CheckOptions, findings, rules};
use crate::finding::PlacedFinding;
use crate::model::{Component, ComponentType, Identity, LogicalName, Solution, VariableType};
use crate::settings::DeploymentSettings;
use crate::target::{
    Answer, ConnectionReferenceRow, EnvironmentVariableRow, Presence, Question, Target,
};

/// The groups of rules.
pub(super) static GROUPS: [&[Rule]; 2] = [entries::RULES, values::RULES];

/// Where the form of the file is described.
const SOURCE: &str = "learn.microsoft.com/power-platform/alm/conn-ref-env-variables-build-tools";

/// What the rules of deployment settings look at.
#[derive(Clone, Copy, Debug)]
pub struct SettingsSubject<'a> {
    /// The file.
    pub settings: &'a DeploymentSettings,
    /// The solutions that it is imported with, in their order.
    pub solutions: &'a [&'a Solution],
    /// The environment, where one is given.
    pub target: Option<&'a Target>,
}

/// Checks a deployment settings file against the solutions that it is to be imported with, and a target where one is given.
/// What is found is sorted as [`check`](super::check) sorts it, and its places lie in the file.
///
/// ```
/// use solvet::{check::{CheckOptions, check_settings}, limits::Limits, settings};
///
/// let text = r#"{"ConnectionReferences": [{"LogicalName": "cts_mail", "ConnectionId": "", "ConnectorId": ""}]}"#;
/// let settings = settings::parse("uat.settings.json", text.into(), &Limits::default())?;
/// let found = check_settings(&settings, &[], None, &CheckOptions::default());
/// assert_eq!(found[0].finding.rule, "settings-entry-unmatched");
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn check_settings(
    settings: &DeploymentSettings,
    solutions: &[&Solution],
    target: Option<&Target>,
    options: &CheckOptions,
) -> Vec<PlacedFinding> {
    let subject = SettingsSubject {
        settings,
        solutions,
        target,
    };
    let mut found = Vec::new();
    for rule in rules().filter(|rule| !options.allows(rule.id)) {
        if let Scope::Settings(run) = rule.scope {
            found.extend(findings::run(rule, |out| run(&subject, out)));
        }
    }
    placed(found, &settings.sources, "", options)
}

/// The environment variable of this name.
fn variable_identity(name: &LogicalName) -> Identity {
    Identity::of(ComponentType::variable_definition()).named(name.as_str())
}

/// The connection reference of this name.
fn reference_identity(name: &LogicalName) -> Identity {
    Identity::of(ComponentType::connection_reference()).named(name.as_str())
}

/// Whether a definition of an environment variable has a default value.
pub(super) fn has_default(definition: &Component) -> bool {
    let default = definition.property("defaultvalue");
    let default = default.or_else(|| definition.property("DefaultValue"));
    default.is_some_and(|value| !value.trim().is_empty())
}

/// Whether a row that holds the value of an environment variable has one: exports write rows without, too.
pub(super) fn has_value(row: &Component) -> bool {
    row.property("hasValue").is_some()
}

impl<'a> SettingsSubject<'a> {
    /// The components of one type in the packages, by name; of several of one name the last one, which is imported last.
    fn components(&self, kind: &ComponentType) -> BTreeMap<&'a LogicalName, &'a Component> {
        let solutions = self.solutions.iter();
        let components = solutions.flat_map(|solution| &solution.components);
        let of_kind = components.filter(|component| component.identity.kind == *kind);
        of_kind
            .filter_map(|component| Some((component.identity.schema_name.as_ref()?, component)))
            .collect()
    }

    fn variables(&self) -> BTreeMap<&'a LogicalName, &'a Component> {
        self.components(&ComponentType::variable_definition())
    }

    fn references(&self) -> BTreeMap<&'a LogicalName, &'a Component> {
        self.components(&ComponentType::connection_reference())
    }

    /// The rows for values that the packages ship, by the names of their variables.
    fn shipped(&self) -> BTreeMap<&'a LogicalName, &'a Component> {
        self.components(&ComponentType::table("environmentvariablevalue"))
    }

    /// Those of them that are more than an empty row.
    fn values(&self) -> BTreeMap<&'a LogicalName, &'a Component> {
        let mut rows = self.shipped();
        rows.retain(|_, row| has_value(row));
        rows
    }

    /// Whether part of a package could not be read, so that what is not found says nothing.
    fn is_incomplete(&self) -> bool {
        let mut solutions = self.solutions.iter();
        solutions.any(|solution| solution.unread().next().is_some())
    }

    /// Whether the target has a component.
    fn answer(&self, required: &Identity) -> Answer {
        let question = Question {
            required,
            supplier: None,
            own_prefix: None,
            own_solution: "",
        };
        Target::ask(self.target, &question)
    }

    /// Whether the target surely has no such component.
    fn is_absent(&self, required: &Identity) -> bool {
        self.target.is_some() && self.answer(required).presence == Presence::Absent
    }

    fn variable_row(&self, name: &LogicalName) -> Option<&'a EnvironmentVariableRow> {
        self.target?.environment_variable(name)
    }

    fn reference_row(&self, name: &LogicalName) -> Option<&'a ConnectionReferenceRow> {
        self.target?.connection_reference(name)
    }

    /// Whether the target has a value for a variable, where that is known.
    fn has_value_there(&self, name: &LogicalName) -> Option<bool> {
        let row = self.variable_row(name).and_then(|row| row.has_value);
        row.or_else(|| self.is_absent(&variable_identity(name)).then_some(false))
    }

    /// Whether the target has a connection for a reference, where that is known.
    fn is_connected_there(&self, name: &LogicalName) -> Option<bool> {
        let row = self.reference_row(name).and_then(|row| row.connected);
        row.or_else(|| self.is_absent(&reference_identity(name)).then_some(false))
    }

    /// The type of a variable: as a package defines it, else as the target does.
    fn variable_type(
        &self,
        definition: Option<&Component>,
        name: &LogicalName,
    ) -> Option<VariableType> {
        let there = || VariableType::named(self.variable_row(name)?.kind.as_deref()?);
        definition.and_then(VariableType::of).or_else(there)
    }
}
