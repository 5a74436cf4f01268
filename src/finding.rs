//! What a rule found: one sentence, its evidence and the way out.

use std::fmt;

use crate::catalog::PlatformError;
pub use crate::model::Evidence;
use crate::model::Identity;
use crate::source::{Place, Span};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Worth knowing, or not known.
    Note,
    /// The import works and something breaks or surprises.
    Warning,
    /// The import fails.
    Error,
}

impl Severity {
    /// The name in reports and on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One finding, before its place is looked up in the text.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub evidence: Evidence,
    /// One sentence.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The component concerned.
    pub component: Option<Identity>,
    /// How the package comes to need it: from a root component to the one concerned.
    pub chain: Vec<Identity>,
    /// What to do.
    pub help: String,
    /// What the platform would say, and its message filled in.
    pub platform: Option<(&'static PlatformError, String)>,
    /// What tells it from other findings of its rule and component: a name that is not the component's.
    pub distinct: String,
    /// What it tells of, where that may be several things in one.
    pub parts: Vec<Part>,
    /// Whether its component is only the first of its parts, as the order of the export has it.
    pub is_summary: bool,
    /// Whether only a configuration makes it as bad as it is: then it says nothing of the import.
    pub is_local: bool,
    /// Whether only a configuration makes it less than an error: then it no longer stops an import.
    pub is_eased: bool,
    /// Why it is counted and not shown, where it is not.
    pub hidden: Option<Hidden>,
}

/// One of several things that a finding tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The component, where it is one.
    pub component: Option<Identity>,
    /// What is named of it, or in place of a component; may be empty.
    pub name: Box<str>,
}

impl Part {
    /// A component.
    pub fn of(component: &Identity) -> Self {
        Self {
            component: Some(component.clone()),
            name: "".into(),
        }
    }

    /// What is no component of its own.
    pub fn named(name: impl Into<Box<str>>) -> Self {
        Self {
            component: None,
            name: name.into(),
        }
    }
}

/// Why a finding is counted and not shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// A configuration accepts it.
    Suppressed {
        /// The place of the suppression among all of the configuration.
        row: usize,
        /// Why, in its words.
        reason: Box<str>,
    },
    /// A baseline has it.
    Known,
}

impl Finding {
    /// Whether a configuration accepts it.
    pub fn is_suppressed(&self) -> bool {
        matches!(self.hidden, Some(Hidden::Suppressed { .. }))
    }

    /// Whether it counts, for the exit status and for what is said of the import.
    pub fn counts(&self) -> bool {
        self.hidden.is_none()
    }
}

/// A finding with its place in its package.
#[derive(Clone, Debug)]
pub struct PlacedFinding {
    /// The finding.
    pub finding: Finding,
    /// Where.
    pub place: Place,
    /// A number for "the same finding as last time".
    pub fingerprint: Box<str>,
    /// Such a number for each of its parts.
    pub part_fingerprints: Vec<Box<str>>,
}
