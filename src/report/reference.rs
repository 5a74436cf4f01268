//! The rules and the platform's error codes in words: the reports of `rules` and `explain`.

use std::fmt::Write as _;

use serde::Serialize;

use super::contract::PlatformJson;
use super::json::{SCHEMA_VERSION, pretty};
use crate::catalog::{PlatformError, platform_error};
use crate::check::{Rule, rules};
use crate::finding::Severity;

/// What `explain` explains.
#[derive(Clone, Copy, Debug)]
pub enum Topic {
    /// A rule.
    Rule(&'static Rule),
    /// An error of the platform.
    Error(&'static PlatformError),
}

impl Topic {
    /// Writes it for people.
    pub fn human(self) -> String {
        match self {
            Self::Rule(rule) => rule_text(rule),
            Self::Error(error) => error_text(error),
        }
    }

    /// Writes it for programs.
    pub fn json(self) -> String {
        let (rule, error) = match self {
            Self::Rule(rule) => (Some(RuleJson::new(rule)), None),
            Self::Error(error) => (None, Some(ErrorJson::new(error))),
        };
        pretty(&ExplainJson {
            schema_version: SCHEMA_VERSION,
            rule,
            error,
        })
    }
}

/// Lists the rules for people: a line each.
pub fn rules_human() -> String {
    let mut text = String::new();
    for rule in rules() {
        let _ = writeln!(
            text,
            "{:<30} {:<8} {}",
            rule.id,
            rule.severity.to_string(),
            rule.summary
        );
    }
    text
}

/// Lists the rules for programs, with all that `explain` says of them.
pub fn rules_json() -> String {
    pretty(&RulesJson {
        schema_version: SCHEMA_VERSION,
        rules: rules().map(RuleJson::new).collect(),
    })
}

fn rule_text(rule: &Rule) -> String {
    let docs = &rule.docs;
    let mut text = format!(
        "{} ({})\n{}.\n",
        rule.id,
        rule.severity,
        capital(rule.summary)
    );
    for (heading, body) in [
        ("What", docs.what),
        ("Why", docs.why),
        ("How to fix", docs.fix),
        ("Source", docs.source),
    ] {
        let _ = write!(text, "\n{heading}\n  {body}\n");
    }
    if !rule.codes.is_empty() {
        text.push_str("\nPlatform codes\n");
        for error in errors_of(rule) {
            let _ = writeln!(
                text,
                "  {error} ({}) {}: {}",
                error.decimal(),
                error.symbol,
                error.message
            );
        }
    }
    text
}

fn error_text(error: &PlatformError) -> String {
    let mut text = format!("{error} ({}) {}", error.decimal(), error.symbol);
    text.truncate(text.trim_end().len());
    text.push('\n');
    for (heading, body) in [
        ("Message", error.message),
        ("Cause", error.cause),
        ("Remedy", error.remedy),
    ] {
        if !body.is_empty() {
            let _ = write!(text, "\n{heading}\n  {}\n", capital(body));
        }
    }
    let rules = rules_for(error);
    if !rules.is_empty() {
        let _ = write!(text, "\nRules that find it\n  {}\n", rules.join(", "));
    }
    text
}

fn errors_of(rule: &Rule) -> impl Iterator<Item = &'static PlatformError> {
    rule.codes.iter().filter_map(|code| platform_error(*code))
}

/// The ids of the rules that find what the platform would refuse with this error.
fn rules_for(error: &PlatformError) -> Vec<&'static str> {
    rules()
        .filter(|rule| rule.codes.contains(&error.code))
        .map(|rule| rule.id)
        .collect()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RulesJson {
    schema_version: u32,
    rules: Vec<RuleJson>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExplainJson {
    schema_version: u32,
    rule: Option<RuleJson>,
    error: Option<ErrorJson>,
}

#[derive(Debug, Serialize)]
struct RuleJson {
    id: &'static str,
    severity: Severity,
    summary: &'static str,
    what: &'static str,
    why: &'static str,
    fix: &'static str,
    source: &'static str,
    codes: Vec<PlatformJson<'static>>,
}

impl RuleJson {
    fn new(rule: &'static Rule) -> Self {
        let docs = &rule.docs;
        Self {
            id: rule.id,
            severity: rule.severity,
            summary: rule.summary,
            what: docs.what,
            why: docs.why,
            fix: docs.fix,
            source: docs.source,
            codes: errors_of(rule).map(PlatformJson::published).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct ErrorJson {
    #[serde(flatten)]
    code: PlatformJson<'static>,
    cause: &'static str,
    remedy: &'static str,
    rules: Vec<&'static str>,
}

impl ErrorJson {
    fn new(error: &PlatformError) -> Self {
        Self {
            code: PlatformJson::published(error),
            cause: error.cause,
            remedy: error.remedy,
            rules: rules_for(error),
        }
    }
}
