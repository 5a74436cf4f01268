//! `explain` and `rules`: the rules, the platform's error codes and the known import failures in words.

use clap::Args;
use solvet::catalog::{failure, failures, platform_error, platform_errors};
use solvet::check::{rule, rules};
use solvet::model::alike;
use solvet::report::reference::{self, Topic};
use solvet::{Error, ExitStatus};

use super::output::{Format, Output, OutputOptions};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule id, a platform code as hexadecimal or decimal number, its symbol, or a known import failure such as VER-08
    #[arg(value_name = "RULE|CODE|ROW", allow_hyphen_values = true)]
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
        self.output.validate([])?;
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
        self.output.validate([])?;
        Output::write(&self.output, |format, _| match format {
            Format::Human => reference::rules_human(),
            Format::Json => reference::rules_json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}

/// The rule or import failure of this id, or the platform's error of this code or symbol.
fn topic(what: &str) -> Option<Topic> {
    if let Some(rule) = rule(what) {
        return Some(Topic::Rule(rule));
    }
    if let Some(failure) = failure(what) {
        return Some(Topic::Failure(failure));
    }
    let by_symbol = || {
        let mut errors = platform_errors().iter();
        errors.find(|error| !error.symbol.is_empty() && error.symbol.eq_ignore_ascii_case(what))
    };
    let error = code(what).and_then(platform_error).or_else(by_symbol);
    error.map(Topic::Error)
}

/// Reads `0x8004801D`, `8004801D`, `-2147188707` or, as logs that lose the sign write it, `2147188707`.
fn code(text: &str) -> Option<u32> {
    if let Ok(decimal) = text.parse::<i32>()
        && (decimal < 0 || text.len() == DECIMAL_DIGITS)
    {
        return Some(decimal.min(decimal.wrapping_neg()).cast_unsigned());
    }
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    u32::from_str_radix(digits, 16).ok()
}

/// The digits of every code of the platform in decimal; no hexadecimal one has as many.
const DECIMAL_DIGITS: usize = 10;

fn unknown(what: &str) -> Error {
    let near = nearest(what);
    let near = match near.as_slice() {
        [] => String::new(),
        near => format!("Did you mean {}? ", near.join(" or ")),
    };
    Error::Usage {
        what: format!("'{what}' is neither a rule nor a platform code nor a row that is known"),
        remedy: format!(
            "{near}'solvet rules' lists the rules; codes look like 0x8004801D or -2147188707, rows like VER-08."
        ),
    }
}

/// The rules, rows and symbols whose names are most like a text, the likest first.
fn nearest(what: &str) -> Vec<&'static str> {
    let symbols = platform_errors().iter().map(|error| error.symbol);
    let rows = failures().iter().map(|failure| failure.id);
    let names = rules().map(|rule| rule.id).chain(rows).chain(symbols);
    alike(what, names)
}
