//! Reading a deployment settings file, in any encoding.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;

use super::{ConnectionSetting, DeploymentSettings, SettingValue, VariableSetting};
use crate::decode;
use crate::error::Error;
use crate::json::{Json, Value};
use crate::limits::Limits;
use crate::model::{Located, LogicalName};
use crate::source::{FileId, Sources, Span, slashed};

const REMEDY: &str = "Correct the file; 'solvet settings new' writes one to fill in.";
const VARIABLES: &str = "EnvironmentVariables";
const REFERENCES: &str = "ConnectionReferences";

/// Reads a deployment settings file. Either list may be missing, as the build tools allow.
///
/// Fails where the file cannot be read, is larger or deeper than the limits, is no JSON in UTF-8 or UTF-16, or has another
/// shape than deployment settings: the error names the file, the line and the column.
pub fn read(path: &str, limits: &Limits) -> Result<DeploymentSettings, Error> {
    let unreadable = |detail: &dyn std::fmt::Display| Error::Usage {
        what: format!("{path}: it cannot be read: {detail}"),
        remedy: "Give the path of a deployment settings file that exists and that you may read."
            .into(),
    };
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    file.take(limits.entry_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > limits.entry_bytes {
        return Err(Error::Usage {
            what: format!(
                "{path}: it is larger than {} bytes (--max-entry-bytes)",
                limits.entry_bytes
            ),
            remedy: "Deployment settings are small; give another file.".into(),
        });
    }
    let text = decode::text(bytes).map_err(|detail| Error::Usage {
        what: format!("{path}: {detail}"),
        remedy: "Save it as UTF-8 or UTF-16.".into(),
    })?;
    parse(&slashed(path), text, limits)
}

/// Reads deployment settings from their text. `name` is what reports call the file.
///
/// ```
/// use solvet::{limits::Limits, settings};
///
/// let text = r#"{"EnvironmentVariables": [{"SchemaName": "cts_Mailbox", "Value": "orders@contoso.example"}]}"#;
/// let settings = settings::parse("uat.settings.json", text.into(), &Limits::default())?;
/// assert!(settings.by_name().has_value(&"CTS_mailbox".into()));
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn parse(name: &str, text: String, limits: &Limits) -> Result<DeploymentSettings, Error> {
    let mut sources = Sources::default();
    let file = sources.add(name);
    let read = entries(&text, file, limits);
    sources.set_text(file, text);
    match read {
        Ok(settings) => Ok(DeploymentSettings {
            sources,
            ..settings
        }),
        Err((what, span)) => {
            let place = sources.place(span);
            Err(Error::Usage {
                what: format!("{name}:{}:{}: {what}", place.line, place.column),
                remedy: REMEDY.into(),
            })
        }
    }
}

/// What is wrong, as a sentence fragment, and where.
type Mistake = (String, Span);

fn entries(text: &str, file: FileId, limits: &Limits) -> Result<DeploymentSettings, Mistake> {
    let json = Json::parse(text, file, limits).map_err(|(_, what, at)| {
        let span = Span {
            file,
            start: at,
            end: at,
        };
        (format!("the deployment settings are no JSON: {what}"), span)
    })?;
    let mut settings = DeploymentSettings::default();
    let Value::Object(keys) = &json.root else {
        let what = "deployment settings are an object in braces, and this is none";
        return Err((what.into(), Span::start_of(file)));
    };
    for (name, value) in keys {
        if name.eq_ignore_ascii_case(VARIABLES) {
            for entry in list(&json, name, value)? {
                settings.environment_variables.push(variable(&json, entry)?);
            }
        } else if name.eq_ignore_ascii_case(REFERENCES) {
            for entry in list(&json, name, value)? {
                settings
                    .connection_references
                    .push(connection(&json, entry)?);
            }
        } else {
            settings.unknown_keys.push(Located {
                value: (&**name).into(),
                span: json.place(name),
            });
        }
    }
    Ok(settings)
}

/// An entry of a list: its keys, and the place of the list's name for what has none of its own.
type Entry<'v, 'a> = (&'v Value<'a>, Span);

fn list<'v, 'a>(
    json: &Json<'a>,
    name: &str,
    value: &'v Value<'a>,
) -> Result<Vec<Entry<'v, 'a>>, Mistake> {
    let span = json.place(name);
    match value {
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Value::Object(_) => Ok((item, span)),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::List(_) => Err((format!("an entry of {name} is no object"), span)),
            })
            .collect(),
        Value::Null => Ok(Vec::new()),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => {
            Err((format!("{name} is no list in brackets"), span))
        }
    }
}

fn variable(json: &Json<'_>, (entry, list): Entry<'_, '_>) -> Result<VariableSetting, Mistake> {
    let schema_name = name(json, entry, "SchemaName", list)?;
    let written = field(entry, "Value");
    let value = match written {
        None | Some((_, Value::Null)) => SettingValue::Missing,
        Some((_, Value::Text(text))) => SettingValue::Text((&**text).into()),
        Some((_, Value::Number(_))) => SettingValue::Number,
        Some((_, Value::Bool(_))) => SettingValue::Boolean,
        Some((_, Value::List(_) | Value::Object(_))) => SettingValue::Structure,
    };
    let span = written.map_or(schema_name.span, |(name, value)| place(json, name, value));
    Ok(VariableSetting {
        schema_name,
        value: Located { value, span },
    })
}

fn connection(json: &Json<'_>, (entry, list): Entry<'_, '_>) -> Result<ConnectionSetting, Mistake> {
    let logical_name = name(json, entry, "LogicalName", list)?;
    let text = |key: &str| {
        let Some((name, value)) = field(entry, key) else {
            return Ok(Located {
                value: "".into(),
                span: logical_name.span,
            });
        };
        let span = place(json, name, value);
        let text = match value {
            Value::Text(text) => &**text,
            Value::Null => "",
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                return Err((
                    format!("the {key} of {} is no text", logical_name.value),
                    span,
                ));
            }
        };
        Ok(Located {
            value: text.into(),
            span,
        })
    };
    Ok(ConnectionSetting {
        connection_id: text("ConnectionId")?,
        connector_id: text("ConnectorId")?,
        logical_name,
    })
}

/// A key in any case, with its value.
fn field<'v, 'a>(entry: &'v Value<'a>, key: &str) -> Option<&'v (Cow<'a, str>, Value<'a>)> {
    let mut fields = entry.entries().iter();
    fields.find(|(name, _)| name.eq_ignore_ascii_case(key))
}

/// The name of what an entry is for.
fn name(
    json: &Json<'_>,
    entry: &Value<'_>,
    key: &str,
    list: Span,
) -> Result<Located<LogicalName>, Mistake> {
    let first = entry.entries().first();
    let span = first.map_or(list, |(name, _)| json.place(name));
    let found = field(entry, key).and_then(|(name, value)| Some((name, value.text()?)));
    let (name, text) = found.ok_or_else(|| (format!("an entry has no {key}"), span))?;
    Ok(Located {
        value: LogicalName::new(text.trim()),
        span: json.place_of(name, text),
    })
}

/// Where a value is written; its name, where the value is no text.
fn place(json: &Json<'_>, name: &str, value: &Value<'_>) -> Span {
    match value {
        Value::Text(text) => json.place_of(name, text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
            json.place(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<DeploymentSettings, Error> {
        parse("uat.settings.json", text.to_owned(), &Limits::default())
    }

    #[test]
    fn either_list_may_be_missing_and_keys_are_read_in_any_case() {
        let text =
            r#"{"connectionReferences": [{"logicalName": "cts_mail", "connectionId": "a1"}]}"#;
        let settings = read_text(text).unwrap();
        assert!(settings.environment_variables.is_empty());
        assert!(settings.by_name().has_connection(&"CTS_Mail".into()));
    }

    #[test]
    fn of_several_entries_of_one_name_the_first_counts() {
        let text = r#"{"EnvironmentVariables": [{"SchemaName": "cts_a", "Value": "1"}, {"SchemaName": "CTS_A", "Value": ""}],
            "ConnectionReferences": [{"LogicalName": "cts_a"}, {"LogicalName": "CTS_A", "ConnectionId": "a1"}]}"#;
        let settings = read_text(text).unwrap();
        let by_name = settings.by_name();
        assert!(by_name.has_value(&"cts_A".into()));
        assert!(!by_name.has_connection(&"cts_A".into()));
        assert!(by_name.connection(&"cts_a".into()).is_some());
        assert!(by_name.variable(&"cts_b".into()).is_none());
    }

    #[test]
    fn an_empty_value_has_the_place_of_the_value() {
        let text =
            "{\"EnvironmentVariables\": [\n  {\"SchemaName\": \"cts_a\", \"Value\": \"\"}\n]}";
        let settings = read_text(text).unwrap();
        let span = settings.environment_variables[0].value.span;
        let place = settings.sources.place(span);
        assert_eq!((place.line, place.column), (2, 37));
    }

    #[test]
    fn broken_json_is_told_with_file_line_and_column() {
        let error = read_text("{\n  \"EnvironmentVariables\": [,]\n}").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("uat.settings.json:2:28: "), "{text}");
    }

    #[test]
    fn an_entry_without_a_name_is_refused() {
        let error = read_text(r#"{"EnvironmentVariables": [{"Value": "1"}]}"#).unwrap_err();
        assert!(error.to_string().contains("no SchemaName"), "{error}");
    }

    #[test]
    fn keys_that_nobody_reads_are_kept_with_their_place() {
        let settings = read_text(r#"{"Connections": []}"#).unwrap();
        assert_eq!(&*settings.unknown_keys[0].value, "Connections");
    }

    #[test]
    fn a_deep_file_is_refused() {
        let error = read_text(&"[".repeat(1000)).unwrap_err();
        assert!(error.to_string().contains("max-json-depth"), "{error}");
    }
}
