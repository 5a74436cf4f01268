//! The stages of an import, in the order in which their failures show.

use std::fmt;

/// A stage of an import. A failure stops the import at its stage, and what later stages would find never shows.
///
/// The platform does not publish its inner order. This one is put together from its messages and logs: the prefix
/// "Solution manifest import" of the failures of one stage, the nodes of import logs, and the documented steps of an upgrade
/// (learn.microsoft.com/power-platform/alm/solution-async, learn.microsoft.com/power-apps/maker/data-platform/update-solutions).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// The file is opened and its XML read.
    Package,
    /// The package's format against the platform's version, and the environment's own rules.
    Platform,
    /// solution.xml: names, mode, publisher, rules of patches and upgrades, declared dependencies.
    Manifest,
    /// Labels of languages that the environment has.
    Languages,
    /// The components, kind by kind.
    Components,
    /// Root components are added to the solution.
    Roots,
    /// The dependencies of what was imported are computed anew.
    Dependencies,
    /// Managed components, or all if asked, are published.
    Publish,
    /// Plug-in steps, processes and flows are switched on.
    Activation,
    /// The old version and its patches are removed, and what the new version lacks with them.
    ApplyUpgrade,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: [Self; 10] = [
        Self::Package,
        Self::Platform,
        Self::Manifest,
        Self::Languages,
        Self::Components,
        Self::Roots,
        Self::Dependencies,
        Self::Publish,
        Self::Activation,
        Self::ApplyUpgrade,
    ];

    /// The name of it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Platform => "platform-version",
            Self::Manifest => "solution-manifest",
            Self::Languages => "languages",
            Self::Components => "components",
            Self::Roots => "root-components",
            Self::Dependencies => "dependencies",
            Self::Publish => "publish",
            Self::Activation => "activation",
            Self::ApplyUpgrade => "apply-upgrade",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Package => "reading the package",
            Self::Platform => "platform version",
            Self::Manifest => "solution manifest",
            Self::Languages => "languages",
            Self::Components => "components",
            Self::Roots => "root components",
            Self::Dependencies => "dependencies of what was imported",
            Self::Publish => "publishing",
            Self::Activation => "activation",
            Self::ApplyUpgrade => "applying the upgrade",
        })
    }
}
