//! How sure a statement is.

use std::fmt;

/// How sure it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Evidence {
    /// Inferred from indirect signs.
    Weak,
    /// Follows from documented behaviour and incomplete facts.
    Fair,
    /// Stated by the package or the target itself.
    Strong,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Weak => "weak",
            Self::Fair => "fair",
            Self::Strong => "strong",
        })
    }
}
