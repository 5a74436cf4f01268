//! What an import is to do with a package as a whole.

use std::fmt;

/// What an import does with a package.
///
/// Source: learn.microsoft.com/power-apps/maker/data-platform/update-solutions and
/// learn.microsoft.com/power-platform/alm/solution-concepts-alm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operation {
    /// The solution is new in the target.
    Install,
    /// What the package holds replaces what is there; nothing is removed.
    Update,
    /// The new version stands beside the old one, which is then removed with everything that the new one lacks.
    Upgrade,
    /// The new version stands beside the old one as holding solution, until the upgrade is applied.
    Stage,
    /// A staged upgrade is applied: the old version is removed.
    ApplyUpgrade,
    /// A patch is laid over its parent; nothing is removed.
    Patch,
    /// Nothing is imported: the client passes over the package.
    Skip,
}

impl Operation {
    /// The name of it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Update => "update",
            Self::Upgrade => "upgrade",
            Self::Stage => "stage",
            Self::ApplyUpgrade => "apply-upgrade",
            Self::Patch => "patch",
            Self::Skip => "skip",
        }
    }

    /// Whether it makes a holding solution, at least for a while.
    pub fn stages(self) -> bool {
        matches!(self, Self::Upgrade | Self::Stage)
    }

    /// Whether it removes what the new version lacks.
    pub fn removes(self) -> bool {
        matches!(self, Self::Upgrade | Self::ApplyUpgrade)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stage => "stage for upgrade",
            Self::ApplyUpgrade => "apply upgrade",
            Self::Install | Self::Update | Self::Upgrade | Self::Patch | Self::Skip => self.name(),
        })
    }
}

/// The choices of whoever imports that change what comes of it, under the names of `pac solution import`.
///
/// Source: learn.microsoft.com/power-platform/developer/cli/reference/solution, `pac solution import`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the platform's own client"
)]
pub struct ImportSwitches {
    /// `--force-overwrite`: unmanaged customizations of what the package holds are removed.
    pub force_overwrite: bool,
    /// `--skip-dependency-check`: dependencies marked as product updates are not asked for. Others are all the same.
    pub skip_dependency_check: bool,
    /// `--convert-to-managed`: what is unmanaged in the target becomes managed.
    pub convert_to_managed: bool,
    /// `--publish-changes`: everything is published afterwards.
    pub publish_changes: bool,
    /// `--activate-plugins`: plug-in steps, processes and flows are switched on.
    pub activate_plugins: bool,
}

/// An operation with the choices that go with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// What is done.
    pub operation: Operation,
    /// How.
    pub switches: ImportSwitches,
}
