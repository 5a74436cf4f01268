//! `explain` and `rules`: the rules and the platform's error codes in words.

use std::fmt::Write as _;

use clap::Args;
use solvet::catalog::{PlatformError, platform_error, platform_errors};
use solvet::check::{Rule, rule, rules};
use solvet::{Error, ExitStatus};

use super::output::Output;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule id, or a platform code as hexadecimal or signed decimal number, or its symbol
    #[arg(value_name = "RULE|CODE", allow_hyphen_values = true)]
    what: String,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {}

impl Explain {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        if let Some(rule) = rule(&self.what) {
            Output::stdout(&rule_text(rule));
            return Ok(ExitStatus::Clean);
        }
        let error = code(&self.what).and_then(platform_error).or_else(|| {
            let mut errors = platform_errors().iter();
            errors.find(|error| {
                !error.symbol.is_empty() && error.symbol.eq_ignore_ascii_case(&self.what)
            })
        });
        match error {
            Some(error) => {
                Output::stdout(&error_text(error));
                Ok(ExitStatus::Clean)
            }
            None => Err(Error::Usage {
                what: format!(
                    "'{}' is neither a rule nor a platform code that is known",
                    self.what
                ),
                remedy:
                    "'solvet rules' lists the rules; codes look like 0x8004801D or -2147188707."
                        .into(),
            }),
        }
    }
}

impl Rules {
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "every command runs in the same way"
    )]
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
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
        Output::stdout(&text);
        Ok(ExitStatus::Clean)
    }
}

/// Reads `0x8004801D`, `8004801D` or `-2147188707`.
fn code(text: &str) -> Option<u32> {
    if let Ok(decimal) = text.parse::<i32>()
        && decimal < 0
    {
        return Some(decimal.cast_unsigned());
    }
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    u32::from_str_radix(digits, 16).ok()
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
        for error in rule.codes.iter().filter_map(|code| platform_error(*code)) {
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
    let rules: Vec<_> = rules()
        .filter(|rule| rule.codes.contains(&error.code))
        .map(|rule| rule.id)
        .collect();
    if !rules.is_empty() {
        let _ = write!(text, "\nRules that find it\n  {}\n", rules.join(", "));
    }
    text
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
