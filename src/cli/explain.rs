//! `explain` and `rules`: the rules and the platform's error codes in words.

use clap::Args;
use solvet::catalog::{platform_error, platform_errors};
use solvet::check::rule;
use solvet::report::reference::{self, Topic};
use solvet::{Error, ExitStatus};

use super::output::{Format, Output, OutputOptions};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule id, or a platform code as hexadecimal or decimal number, or its symbol
    #[arg(value_name = "RULE|CODE", allow_hyphen_values = true)]
    what: String,

    #[command(flatten)]
    output: OutputOptions,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(flatten)]
    output: OutputOptions,
}

impl Explain {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let topic = topic(&self.what).ok_or_else(|| unknown(&self.what))?;
        Output::write(&self.output, |format, _| match format {
            Format::Human => topic.human(),
            Format::Json => topic.json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}

impl Rules {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        Output::write(&self.output, |format, _| match format {
            Format::Human => reference::rules_human(),
            Format::Json => reference::rules_json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}

/// The rule of this id, or the platform's error of this code or symbol.
fn topic(what: &str) -> Option<Topic> {
    if let Some(rule) = rule(what) {
        return Some(Topic::Rule(rule));
    }
    let by_symbol = || {
        let mut errors = platform_errors().iter();
        errors.find(|error| !error.symbol.is_empty() && error.symbol.eq_ignore_ascii_case(what))
    };
    let error = code(what).and_then(platform_error).or_else(by_symbol);
    error.map(Topic::Error)
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

fn unknown(what: &str) -> Error {
    Error::Usage {
        what: format!("'{what}' is neither a rule nor a platform code that is known"),
        remedy: "'solvet rules' lists the rules; codes look like 0x8004801D or -2147188707.".into(),
    }
}
