//! The platform's own import errors.
//!
//! Source: the web service error codes (learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes),
//! older published copies of that list where it has gaps, and Microsoft's troubleshooting articles. Messages are
//! patterns: `{0}` and its like stand for what the platform fills in, `…` for text that is not published.

use std::fmt;
use std::sync::OnceLock;

static TABLE: &str = include_str!("../../data/catalog/errors.tsv");

/// An error of the platform: what an import would say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlatformError {
    /// The code, such as `0x8004801D`.
    pub code: u32,
    /// Its symbol; empty where none is published.
    pub symbol: &'static str,
    /// Its message, with `{0}` and so on for what is filled in.
    pub message: &'static str,
    /// What brings it about; may be empty.
    pub cause: &'static str,
    /// What helps; may be empty.
    pub remedy: &'static str,
}

impl PlatformError {
    /// The code as the signed number that tools print, such as -2147188707.
    pub fn decimal(&self) -> i32 {
        self.code.cast_signed()
    }

    /// The message with its arguments filled in.
    pub fn fill(&self, arguments: &[&str]) -> String {
        let mut text = self.message.to_owned();
        for (index, argument) in arguments.iter().enumerate() {
            text = text.replace(&format!("{{{index}}}"), argument);
        }
        text
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.code)
    }
}

/// Every known error, in the order of the codes.
pub fn platform_errors() -> &'static [PlatformError] {
    static ERRORS: OnceLock<Vec<PlatformError>> = OnceLock::new();
    ERRORS.get_or_init(|| TABLE.lines().skip(1).filter_map(read).collect())
}

/// The error with this code.
///
/// ```
/// let error = solvet::catalog::platform_error(0x8004_801D).unwrap();
/// assert_eq!(error.symbol, "ImportMissingDependenciesError");
/// assert_eq!(error.decimal(), -2147188707);
/// ```
pub fn platform_error(code: u32) -> Option<&'static PlatformError> {
    let errors = platform_errors();
    let index = errors
        .binary_search_by_key(&code, |error| error.code)
        .ok()?;
    Some(&errors[index])
}

fn read(line: &'static str) -> Option<PlatformError> {
    let mut fields = line.split('\t');
    let code = u32::from_str_radix(fields.next()?.strip_prefix("0x")?, 16).ok()?;
    let mut next = || fields.next();
    Some(PlatformError {
        code,
        symbol: next()?,
        message: next()?,
        cause: next()?,
        remedy: next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_sorted() {
        assert_eq!(platform_errors().len(), TABLE.lines().count() - 1);
        assert!(platform_errors().is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn arguments_fill_the_message() {
        let error = platform_error(0x8004_801D).unwrap();
        assert!(error.fill(&["ContosoCore"]).contains("ContosoCore"));
    }
}
