//! What stops the program, as opposed to what it finds.

use miette::Diagnostic;
use thiserror::Error as ThisError;

use crate::catalog::PlatformError;

/// The statuses a run can end with; the same in every format. Of several the greatest counts, so their order here is that
/// of precedence (2 before 3 before 1), not of the numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ExitStatus {
    /// 0: nothing at or above the threshold.
    Clean,
    /// 1: findings at or above the threshold.
    Findings,
    /// 3: a package could not be read at all.
    Unreadable,
    /// 2: usage, configuration or target manifest error.
    Usage,
}

impl ExitStatus {
    /// The number given to the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Unreadable => 3,
        }
    }
}

/// What stops a command or the reading of one package. Each says what is wrong and what to do.
#[derive(Clone, Debug, ThisError, Diagnostic)]
pub enum Error {
    /// A package that cannot be read at all.
    #[error("{}", unreadable(path, what, *platform))]
    #[diagnostic(help("{remedy}"))]
    Unreadable {
        /// The package as it was given.
        path: String,
        /// What is wrong with it, as a sentence without its subject.
        what: String,
        /// What to do.
        remedy: String,
        /// What the platform would say of it.
        platform: Option<&'static PlatformError>,
    },
    /// Arguments that do not make sense.
    #[error("{what}")]
    #[diagnostic(help("{remedy}"))]
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// A target manifest, or a source of one, that cannot be used.
    #[error("{path}: {what}")]
    #[diagnostic(help("{remedy}"))]
    Target {
        /// The manifest or the source.
        path: String,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
}

fn unreadable(path: &str, what: &str, platform: Option<&PlatformError>) -> String {
    match platform {
        Some(error) => format!("{path}: {what} ({error} {})", error.symbol),
        None => format!("{path}: {what}"),
    }
}

impl Error {
    /// The status the program ends with.
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Unreadable { .. } => ExitStatus::Unreadable,
            Self::Usage { .. } | Self::Target { .. } => ExitStatus::Usage,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        match self {
            Self::Unreadable { remedy, .. }
            | Self::Usage { remedy, .. }
            | Self::Target { remedy, .. } => remedy,
        }
    }
}
