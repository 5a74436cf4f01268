//! What is asked of a check, and how it judges.

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

/// Whether what packages require will be judged, against a target or by asking that all of it be known. Where it will not
/// be, the places of what they merely refer to need not be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// It will be, and the import will be simulated.
    Import,
    /// It will be.
    All,
    /// It will not be.
    Nothing,
    /// It will not be: the package is installed, and an import of another version will be compared with it.
    Installed,
}

impl Asking {
    /// Whether requirements will be judged.
    pub(super) fn judges(self) -> bool {
        match self {
            Self::Import | Self::All => true,
            Self::Nothing | Self::Installed => false,
        }
    }

    /// Whether versions will be compared, component by component.
    pub(super) fn compares(self) -> bool {
        match self {
            Self::Import | Self::Installed => true,
            Self::All | Self::Nothing => false,
        }
    }
}
