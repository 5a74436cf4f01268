//! What an installed solution consists of.

use super::removing::rank;
use crate::catalog::is_everywhere;
use crate::check::Checked;
use crate::model::{Identity, IdentityMap, LogicalName, Origin, Solution, Version};
use crate::target::{Target, content_of};

/// What is known of the content of an installed solution.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    /// Its package, where it is at hand.
    pub(super) package: Option<&'a Solution>,
    /// Its components: all of the package, or those that the manifest lists.
    pub(super) components: Vec<Identity>,
    /// Patches over it of which no package is at hand.
    pub(super) patches: Vec<String>,
    /// All patches over it.
    pub(super) all_patches: Vec<String>,
}

impl<'a> Content<'a> {
    /// Takes the packages of exactly the installed version and of the patches over it, else what the manifest lists.
    pub(super) fn of(
        name: &LogicalName,
        target: &Target,
        installed: &'a [Solution],
        earlier: &[&'a Checked],
    ) -> Self {
        let Some(row) = target.solution(name) else {
            return Self::default();
        };
        let imported = earlier.iter().map(|checked| &checked.solution);
        let packages: Vec<&'a Solution> = installed.iter().chain(imported).collect();
        let packages = packages.as_slice();
        let version = row.parsed_version();
        let package = package_of(packages, name, version.as_ref());
        let mut content = Self {
            package,
            ..Self::default()
        };
        match package {
            Some(package) => content.add(package),
            None => content.components = content_of(target.manifest(), name),
        }
        for patch in target.patches_of(name) {
            content.all_patches.push(patch.name.clone());
            let patch_name = LogicalName::new(&patch.name);
            match package_of(packages, &patch_name, patch.parsed_version().as_ref()) {
                Some(package) => content.add(package),
                None => content.patches.push(patch.name.clone()),
            }
        }
        content
    }

    /// What of it can be found by identity.
    pub(super) fn held(&self) -> IdentityMap<()> {
        self.components.iter().collect()
    }

    /// Takes what a package defines. What it only lies on is not its own.
    fn add(&mut self, package: &Solution) {
        let own = package.components.iter();
        let own =
            own.filter(|one| one.origin == Origin::Package && one.identity.address().is_some());
        self.components.extend(own.map(|one| one.identity.clone()));
    }
}

/// The package of a version of a solution.
fn package_of<'a>(
    packages: &[&'a Solution],
    name: &LogicalName,
    version: Option<&Version>,
) -> Option<&'a Solution> {
    let mut packages = packages.iter().copied();
    packages.find(|package| {
        let manifest = &package.manifest;
        *name == *manifest.name() && version.is_some() && manifest.version().as_ref() == version
    })
}

/// What of the installed content a package no longer has, without what every environment has.
pub(super) fn dropped<'c>(content: &'c Content<'_>, package: &Solution) -> Vec<&'c Identity> {
    let components = package.components.iter().map(|one| &one.identity);
    // Roots of which only a shell travels are still part of the solution.
    let roots = package.manifest.roots.iter().map(|root| &root.identity);
    let held: IdentityMap<()> = components.chain(roots).collect();
    let gone = content.components.iter();
    let mut seen: IdentityMap<()> = IdentityMap::default();
    gone.filter(|identity| held.find(identity).is_none() && !is_everywhere(identity))
        .filter(|identity| {
            let is_new = seen.find(identity).is_none();
            seen.insert(identity, ());
            is_new
        })
        .collect()
}

/// What an upgrade from one version of a solution to the other removes where nothing stands in its way: tables, with their
/// data, then columns, then the rest.
pub fn removed(old: &Solution, new: &Solution) -> Vec<Identity> {
    let mut content = Content::default();
    content.add(old);
    let mut removed: Vec<Identity> = dropped(&content, new).into_iter().cloned().collect();
    removed.sort_by_cached_key(|identity| (rank(identity), identity.to_string()));
    removed
}
