//! The rules, the platform's error codes and the known import failures in words: the reports of `rules` and `explain`.

use std::fmt::Write as _;

use serde::Serialize;

use super::contract::PlatformJson;
use super::json::{SCHEMA_VERSION, pretty};
use crate::catalog::{Failure, PlatformError, failures_of, platform_error};
use crate::check::{Rule, rule, rules};
use crate::finding::Severity;

/// What `explain` explains.
#[derive(Clone, Copy, Debug)]
pub enum Topic {
    /// A rule.
    Rule(&'static Rule),
    /// An error of the platform.
    Error(&'static PlatformError),
    /// A way in which an import fails.
    Failure(&'static Failure),
}

impl Topic {
    /// Writes it for people.
    pub fn human(self) -> String {
        match self {
            Self::Rule(rule) => rule_text(rule),
            Self::Error(error) => error_text(error),
            Self::Failure(failure) => failure_text(failure),
        }
    }

    /// Writes it for programs.
    pub fn json(self) -> String {
        let mut explained = ExplainJson {
            schema_version: SCHEMA_VERSION,
            rule: None,
            error: None,
            failure: None,
        };
        match self {
            Self::Rule(rule) => explained.rule = Some(RuleJson::new(rule)),
            Self::Error(error) => explained.error = Some(ErrorJson::new(error)),
            Self::Failure(failure) => explained.failure = Some(FailureJson::new(failure)),
        }
        pretty(&explained)
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
    write_codes(&mut text, rule.codes);
    text
}

/// Writes a paragraph of codes with their messages, if there are any.
fn write_codes(text: &mut String, codes: &[u32]) {
    if !codes.is_empty() {
        text.push_str("\nPlatform codes\n");
    }
    for error in errors_of(codes) {
        let symbol = match error.symbol {
            "" => String::new(),
            symbol => format!(" {symbol}"),
        };
        let _ = writeln!(
            text,
            "  {error} ({}){symbol}: {}",
            error.decimal(),
            error.message
        );
    }
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
    let mut failures = failures_of(error.code).peekable();
    if failures.peek().is_some() {
        text.push_str("\nWhen an import reports it\n");
    }
    for failure in failures {
        let _ = writeln!(text, "  {}: {}", failure.id, failure.trigger);
    }
    text
}

fn failure_text(failure: &Failure) -> String {
    let mut text = format!("{} {}\n", failure.id, failure.name);
    let rules = failure.predicted.join(", ");
    let fixes = failure.predicted.iter().filter_map(|id| rule(id));
    let fixes: Vec<_> = fixes.map(|rule| rule.docs.fix).collect();
    let fixes = fixes.join("\n  ");
    for (heading, body) in [
        ("When", failure.trigger),
        ("What happens", failure.effect.meaning()),
        ("What it is seen from", failure.detect.meaning()),
        ("How sure it is", failure.confidence.meaning()),
        ("What to do", &*fixes),
        ("Rules that predict it", &*rules),
        ("Why no rule predicts it", failure.why_not),
    ] {
        if !body.is_empty() {
            let _ = write!(text, "\n{heading}\n  {body}\n");
        }
    }
    write_codes(&mut text, &failure.codes);
    text
}

fn errors_of(codes: &[u32]) -> impl Iterator<Item = &'static PlatformError> {
    codes.iter().filter_map(|code| platform_error(*code))
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
    failure: Option<FailureJson>,
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
            codes: errors_of(rule.codes).map(PlatformJson::published).collect(),
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
    failures: Vec<&'static str>,
}

impl ErrorJson {
    fn new(error: &PlatformError) -> Self {
        Self {
            code: PlatformJson::published(error),
            cause: error.cause,
            remedy: error.remedy,
            rules: rules_for(error),
            failures: failures_of(error.code).map(|failure| failure.id).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureJson {
    id: &'static str,
    name: &'static str,
    trigger: &'static str,
    effect: String,
    detect: String,
    confidence: String,
    rules: &'static [&'static str],
    /// Null where rules predict it.
    why_not: Option<&'static str>,
    codes: Vec<PlatformJson<'static>>,
}

impl FailureJson {
    fn new(failure: &'static Failure) -> Self {
        Self {
            id: failure.id,
            name: failure.name,
            trigger: failure.trigger,
            effect: failure.effect.to_string(),
            detect: failure.detect.to_string(),
            confidence: failure.confidence.to_string(),
            rules: &failure.predicted,
            why_not: Some(failure.why_not).filter(|reason| !reason.is_empty()),
            codes: errors_of(&failure.codes)
                .map(PlatformJson::published)
                .collect(),
        }
    }
}
