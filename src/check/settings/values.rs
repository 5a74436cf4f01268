//! What the entries of a deployment settings file say.

use super::super::findings::Findings;
use super::super::rule::{Rule, RuleDocs, Scope};
use super::super::stage::Stage;
use super::{SOURCE, SettingsSubject, reference_identity, variable_identity};
use crate::finding::{Evidence, Severity};
use crate::json;
use crate::limits::Limits;
use crate::model::{Identity, VariableType};
use crate::settings::{ConnectionSetting, SettingValue};
use crate::source::Span;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "settings-connector-differs",
        severity: Severity::Warning,
        summary: "an entry of the deployment settings names another connector than its connection reference",
        codes: &[],
        docs: RuleDocs {
            what: "The ConnectorId of an entry is that of the connection reference in the package, or in the target where \
                   no package has it. References to custom connectors are left out: their ids differ between \
                   environments.",
            why: "The connection is one of another connector, and what uses the reference does not work.",
            fix: "Enter the connector of the reference, and a connection of that connector.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(connector_differs),
    },
    Rule {
        id: "settings-token-left",
        severity: Severity::Error,
        summary: "a token that a pipeline should have replaced is left in the deployment settings",
        codes: &[],
        docs: RuleDocs {
            what: "No text holds #{NAME}#, $(NAME), ${NAME}, __NAME__ or {{NAME}}. It is an error in an id or a name, which \
                   never has such characters, and a warning in a value, which may.",
            why: "The text goes into the target as it is: no connection has such an id, and the variable gets the token as \
                  its value.",
            fix: "Let the pipeline replace it before the import, or check the file after that step.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(token_left),
    },
    Rule {
        id: "settings-invalid-id",
        severity: Severity::Error,
        summary: "an id in the deployment settings has the form of something else",
        codes: &[],
        docs: RuleDocs {
            what: "A ConnectionId consists of letters, digits, hyphens, dots and underscores, as the address of the \
                   connection's page ends with it; a ConnectorId begins with /providers/Microsoft.PowerApps/apis/.",
            why: "The import fails with a general message, or the flows stay off.",
            fix: "Enter the id alone: neither the address of a page, nor a name, nor the id of the other.",
            source: SOURCE,
        },
        stage: Stage::Activation,
        scope: Scope::Settings(invalid_id),
    },
    Rule {
        id: "settings-value-type",
        severity: Severity::Warning,
        summary: "a value in the deployment settings is not of the type of its variable",
        codes: &[],
        docs: RuleDocs {
            what: "The value of a number is a number with a point, that of a yes/no variable is yes or no, that of a JSON \
                   variable is JSON, and that of a secret is the address of a secret in a key vault. All are written as \
                   texts.",
            why: "What reads the variable fails, and a secret that is written itself lies in the file for all to read.",
            fix: "Write the value in the form of the variable's type, in quotation marks.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/environmentvariables, \
                     learn.microsoft.com/power-apps/maker/data-platform/environmentvariables-azure-key-vault-secrets",
        },
        stage: Stage::Activation,
        scope: Scope::Settings(value_type),
    },
];

/// What every id of a connector begins with.
const CONNECTORS: &str = "/providers/Microsoft.PowerApps/apis/";

/// The API name of a connector: the last part of its id.
fn api(connector: &str) -> &str {
    connector.rsplit('/').next().unwrap_or(connector)
}

fn connector_differs(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let references = subject.references();
    for entry in &subject.settings.connection_references {
        let written = entry.connector_id.value.trim();
        let name = &entry.logical_name.value;
        let reference = references.get(name);
        let is_custom = reference.is_some_and(|reference| {
            reference
                .properties
                .iter()
                .any(|(name, _)| name.starts_with("customconnectorid"))
        });
        let packed = reference.and_then(|reference| reference.property("connectorid"));
        let there = || subject.reference_row(name)?.connector.as_deref();
        let Some(own) = packed.or_else(there).filter(|_| !written.is_empty()) else {
            continue;
        };
        // A custom connector's own name is followed by what only its environment knows.
        let is_custom = is_custom || api(own).contains("-5f");
        if !is_custom && token(written).is_none() && !api(own).eq_ignore_ascii_case(api(written)) {
            let identity = reference_identity(name);
            out.add(
                entry.connector_id.span,
                format!(
                    "The {identity} is one of the connector {}, and its entry names {}.",
                    api(own),
                    api(written)
                ),
                format!("Enter {own}, and the id of a connection of that connector."),
            )
            .evidence(Evidence::Fair)
            .component(&identity);
        }
    }
}

/// The marks before and after the name in tokens of pipelines: of Octopus and of Replace Tokens, of Azure Pipelines, of
/// shells and of GitHub, of web.config transformations, of Mustache.
const TOKENS: [(&str, &str); 5] = [
    ("#{", "}#"),
    ("$(", ")"),
    ("${", "}"),
    ("{{", "}}"),
    ("__", "__"),
];

/// The first token in a text.
fn token(text: &str) -> Option<&str> {
    TOKENS.iter().find_map(|(before, after)| {
        text.match_indices(before).find_map(|(at, _)| {
            let inner = &text[at + before.len()..];
            let name = &inner[..inner.find(after)?];
            let end = at + before.len() + name.len() + after.len();
            is_token_name(name).then(|| &text[at..end])
        })
    })
}

fn is_token_name(name: &str) -> bool {
    let name = name.trim();
    let is_name = |character: char| character.is_ascii_alphanumeric() || "._- ".contains(character);
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_name)
}

fn token_left(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let mut report = |text: &str, span: Span, identity: &Identity, severity: Severity| {
        if let Some(token) = token(text) {
            out.add(
                span,
                format!("The entry of the {identity} still has the token {token}."),
                "Let the pipeline replace it before the import.",
            )
            .severity(severity)
            .evidence(Evidence::Fair)
            .component(identity);
        }
    };
    for entry in &subject.settings.environment_variables {
        let identity = variable_identity(&entry.schema_name.value);
        let text = entry.value.value.text().unwrap_or_default();
        report(text, entry.value.span, &identity, Severity::Warning);
    }
    for entry in &subject.settings.connection_references {
        let identity = reference_identity(&entry.logical_name.value);
        for id in [&entry.connection_id, &entry.connector_id] {
            report(&id.value, id.span, &identity, Severity::Error);
        }
    }
}

fn invalid_id(subject: &SettingsSubject<'_>, out: &mut Findings) {
    for entry in &subject.settings.connection_references {
        let identity = reference_identity(&entry.logical_name.value);
        for (span, what, remedy) in wrong_ids(entry) {
            out.add(span, format!("{what} the {identity}."), remedy)
                .evidence(Evidence::Fair)
                .component(&identity);
        }
    }
}

/// The ids of an entry that are none: where, what is wrong as the beginning of a sentence, and what to do.
fn wrong_ids(entry: &ConnectionSetting) -> Vec<(Span, String, &'static str)> {
    let mut wrong = Vec::new();
    let is_id = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let connection = entry.connection_id.value.trim();
    if token(connection).is_none() && !connection.chars().all(is_id) {
        let what = if connection.contains("://") {
            "An address of a page stands for the connection of"
        } else if connection.starts_with('/') {
            "A path stands for the connection of"
        } else {
            "What no id of a connection looks like stands for the connection of"
        };
        wrong.push((
            entry.connection_id.span,
            what.to_owned(),
            "Enter the id alone; the address of the connection's page ends with it.",
        ));
    }
    let connector = entry.connector_id.value.trim();
    let begins = connector
        .get(..CONNECTORS.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(CONNECTORS));
    if token(connector).is_none() && !connector.is_empty() && !begins {
        wrong.push((
            entry.connector_id.span,
            format!("What does not begin with {CONNECTORS} stands for the connector of"),
            "Enter the connector's whole id, such as /providers/Microsoft.PowerApps/apis/shared_office365.",
        ));
    }
    wrong
}

fn value_type(subject: &SettingsSubject<'_>, out: &mut Findings) {
    let variables = subject.variables();
    for entry in &subject.settings.environment_variables {
        let name = &entry.schema_name.value;
        let definition = variables.get(name).copied();
        let Some(kind) = subject.variable_type(definition, name) else {
            continue;
        };
        if let Some((what, remedy)) = mismatch(&entry.value.value, kind) {
            let identity = variable_identity(name);
            out.add(
                entry.value.span,
                format!("The value of the {identity} {what}."),
                remedy,
            )
            .evidence(Evidence::Fair)
            .component(&identity);
        }
    }
}

/// What is wrong with a value of a variable of this type, as the end of a sentence, and what to do. The value itself is not
/// repeated, for it may be a secret.
fn mismatch(value: &SettingValue, kind: VariableType) -> Option<(&'static str, &'static str)> {
    let text = match value {
        SettingValue::Missing => return None,
        SettingValue::Number if kind == VariableType::Number => return None,
        SettingValue::Number | SettingValue::Boolean | SettingValue::Structure
            if kind != VariableType::Boolean =>
        {
            return Some(("is no text", "Write it in quotation marks."));
        }
        SettingValue::Number | SettingValue::Boolean | SettingValue::Structure => "",
        SettingValue::Text(text) if text.trim().is_empty() || token(text).is_some() => return None,
        SettingValue::Text(text) => text.trim(),
    };
    let is_one_of = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match kind {
        VariableType::Number if !text.parse::<f64>().is_ok_and(f64::is_finite) => Some((
            "is no number",
            "Write digits, with a point before decimals and nothing between thousands.",
        )),
        VariableType::Boolean if !is_one_of(["yes", "no"]) => {
            Some(("is neither yes nor no", "Write \"yes\" or \"no\"."))
        }
        VariableType::Json if json::check(text, &Limits::default()).is_err() => Some((
            "is no JSON",
            "Write JSON, with its quotation marks escaped.",
        )),
        VariableType::Secret if !is_vault_address(text) => Some((
            "is not the address of a secret in a key vault",
            "Write /subscriptions/…/providers/Microsoft.KeyVault/vaults/…/secrets/…, and take the secret out of the file.",
        )),
        VariableType::String
        | VariableType::Number
        | VariableType::Boolean
        | VariableType::Json
        | VariableType::DataSource
        | VariableType::Secret => None,
    }
}

/// Whether a text has the form of a secret's address in Azure Key Vault.
fn is_vault_address(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("/subscriptions/")
        && text.contains("/providers/microsoft.keyvault/vaults/")
        && text.contains("/secrets/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_every_sort_are_found() {
        for text in [
            "a #{Mailbox}#",
            "$(mailbox.name)",
            "${MAILBOX}",
            "__MAILBOX__",
            "{{ mailbox }}",
        ] {
            assert!(token(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_token_is_none() {
        for text in [
            "cts__",
            "{\"a\":{\"b\":{}}}",
            "$(1)",
            "#{}#",
            "price: $5 (net)",
            "shared_cts-5forders-5f12",
        ] {
            assert_eq!(token(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_fits_its_type() {
        let text = |text: &str| SettingValue::Text(text.into());
        let fits = [
            (text("-12.50"), VariableType::Number),
            (SettingValue::Number, VariableType::Number),
            (text("Yes"), VariableType::Boolean),
            (text("{\"a\": [1]}"), VariableType::Json),
            (text("anything"), VariableType::String),
            (text(""), VariableType::Number),
            (SettingValue::Missing, VariableType::Json),
        ];
        for (value, kind) in fits {
            assert_eq!(mismatch(&value, kind), None, "{value:?}");
        }
        let differs = [
            (text("1,234"), VariableType::Number),
            (text("NaN"), VariableType::Number),
            (text("true"), VariableType::Boolean),
            (SettingValue::Boolean, VariableType::Boolean),
            (text("{a: 1}"), VariableType::Json),
            (SettingValue::Structure, VariableType::Json),
            (text("hunter2"), VariableType::Secret),
        ];
        for (value, kind) in differs {
            assert!(mismatch(&value, kind).is_some(), "{value:?}");
        }
    }
}
