//! How completely a family of components was captured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::manifest_types;

/// How completely a family was captured: `complete`, `partial`, `none`, or the long form.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Coverage(pub CoverageDetails);

manifest_types! {
    /// How completely a family was captured, in its long form.
    #[schemars(extend("required" = ["state"]))]
    pub struct CoverageDetails {
        /// Complete, partial or none.
        pub state: CoverageState,
        /// What it is complete of.
        pub of: CoverageOf,
        /// Complete for these tables only.
        pub tables: Vec<String>,
        /// Complete for components of these solutions only.
        pub solutions: Vec<String>,
        /// Complete for names with these prefixes only.
        pub prefixes: Vec<String>,
        /// When it was captured, RFC 3339.
        pub at: Option<String>,
        /// The source.
        pub src: Option<String>,
    }
}

impl CoverageDetails {
    /// Whether it is complete without any restriction to tables, solutions or prefixes.
    pub(in crate::target) fn is_whole(&self) -> bool {
        self.state == CoverageState::Complete
            && self.tables.is_empty()
            && self.solutions.is_empty()
            && self.prefixes.is_empty()
    }
}

impl Coverage {
    /// Complete of something, without restriction.
    pub fn complete(of: CoverageOf) -> Self {
        Self::of(CoverageState::Complete, of)
    }

    /// Partial.
    pub fn partial() -> Self {
        Self::of(CoverageState::Partial, CoverageOf::All)
    }

    fn of(state: CoverageState, of: CoverageOf) -> Self {
        Self(CoverageDetails {
            state,
            of,
            ..CoverageDetails::default()
        })
    }
}

/// Whether everything of a family is listed.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum CoverageState {
    /// Nothing is known.
    #[default]
    None,
    /// More may be there.
    Partial,
    /// What is not listed is not there.
    Complete,
}

/// What a complete family is complete of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageOf {
    /// Everything.
    #[default]
    All,
    /// Managed components only.
    Managed,
    /// Unmanaged components only.
    Unmanaged,
    /// What lists show: hidden solutions are left out.
    Visible,
    /// All but Microsoft's own.
    NonMicrosoft,
    /// What `$metadata` shows: private tables, columns of activity parties and generated name columns are left out.
    Metadata,
}
