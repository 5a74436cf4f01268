//! How a check judges.

use std::collections::BTreeSet;

/// How a check judges.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CheckOptions {
    /// Whether what nobody knows counts as an error.
    pub unknown_is_error: bool,
    /// Whether absence with less than strong evidence is a warning only.
    pub strict_evidence: bool,
    /// The ids of rules that are switched off: what they would find is allowed.
    pub allowed: BTreeSet<&'static str>,
}

impl CheckOptions {
    /// Whether a rule is switched off.
    pub fn allows(&self, rule: &str) -> bool {
        self.allowed.contains(rule)
    }
}
