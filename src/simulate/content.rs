//! What an installed solution consists of, and what of it an upgrade removes.

use rustc_hash::FxHashSet;

use super::verdict::Doubt;
use crate::catalog::is_everywhere;
use crate::check::{Checked, Dependent, Operation, Removal, Requirement, Stage};
use crate::finding::Evidence;
use crate::model::{ComponentType, Identity, IdentityMap, LogicalName, Origin, Solution, Version};
use crate::target::{DependencyEdge, Holding, SolutionRow, Target, content_of};

/// What is known of the content of an installed solution.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    /// Its package, where it is at hand.
    pub(super) package: Option<&'a Solution>,
    /// Its components: all of the package, or those that the manifest lists.
    pub(super) components: Vec<Identity>,
    /// Patches over it of which no package is at hand.
    pub(super) patches: Vec<String>,
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
        let patches = target.manifest().solutions.iter();
        let patches = patches.filter(|row| row.patch_of.as_deref().is_some_and(|of| *name == *of));
        for patch in patches {
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
        let mut held = IdentityMap::with_capacity(self.components.len());
        for identity in &self.components {
            held.insert(identity, ());
        }
        held
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
    let mut held: IdentityMap<()> = IdentityMap::with_capacity(package.components.len());
    for component in &package.components {
        held.insert(&component.identity, ());
    }
    // Roots of which only a shell travels are still part of the solution.
    for root in &package.manifest.roots {
        held.insert(&root.identity, ());
    }
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

/// What an upgrade meets when it is applied.
#[derive(Debug, Default)]
pub(super) struct Removing {
    /// What is removed, in the order in which data is lost: tables, columns, the rest.
    pub(super) removals: Vec<Removal>,
    /// What leaves the solution and stays, because another one has it too.
    pub(super) kept: Vec<Identity>,
    pub(super) doubts: Vec<Doubt>,
    /// Dependency records of the target that name what is needed by an id that nobody knows.
    nameless: usize,
}

/// An upgrade that is applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upgrading<'a> {
    /// The solution.
    pub(super) name: &'a LogicalName,
    /// What is installed of it.
    pub(super) content: &'a Content<'a>,
    /// The new version; `None` where no package of it is at hand.
    pub(super) package: Option<&'a Solution>,
    /// The environment before.
    pub(super) target: &'a Target,
    /// The packages that were imported before in the same run.
    pub(super) earlier: &'a [&'a Checked],
    /// What the new version requires and does not bring.
    pub(super) requirements: &'a [Requirement],
}

impl Upgrading<'_> {
    /// Finds what is removed of the installed content, and what needs it.
    pub(super) fn removing(&self, operation: Operation) -> Removing {
        let Self {
            name,
            content,
            target,
            ..
        } = *self;
        let mut removing = Removing::default();
        if !operation.removes() || target.solution(name).is_none() {
            return removing;
        }
        removing.doubt_content(self);
        let Some(package) = self.package else {
            return removing;
        };
        let gone = dropped(content, package);
        let mut is_gone: IdentityMap<()> = IdentityMap::default();
        for identity in &gone {
            is_gone.insert(identity, ());
        }
        let own_publisher = target.solution(name).and_then(|row| row.publisher.clone());
        for identity in gone {
            let holding = target.holding(identity).unwrap_or_default();
            let above = layer_above(name, &holding, target);
            let is_others = above.is_some() || is_in_another(name, &holding);
            let foreign = above.filter(|(_, publisher)| {
                let own = own_publisher.as_deref();
                own.is_some_and(|own| !publisher.is_empty() && !own.eq_ignore_ascii_case(publisher))
            });
            if is_others && foreign.is_none() {
                removing.kept.push(identity.clone());
                continue;
            }
            removing.removals.push(Removal {
                component: identity.clone(),
                dependents: Vec::new(),
                above: foreign,
            });
        }
        let removals = &mut removing.removals;
        removals.sort_by_cached_key(|removal| {
            (rank(&removal.component), removal.component.to_string())
        });
        if !removing.removals.is_empty() {
            removing.add_dependents(self, package, &is_gone);
            removing.doubt_dependents(self);
        }
        removing
    }
}

/// Tables go first, with their data, then columns.
fn rank(identity: &Identity) -> u8 {
    match identity.kind.as_number() {
        Some(1) => 0,
        Some(2) => 1,
        Some(_) | None => 2,
    }
}

/// Whether removing a component removes data: tables and columns hold it.
pub(super) fn holds_data(identity: &Identity) -> bool {
    matches!(identity.kind, ComponentType::Number(1 | 2))
}

/// The lowest managed layer of another solution over a component, with its publisher.
fn layer_above(
    name: &LogicalName,
    holding: &Holding<'_>,
    target: &Target,
) -> Option<(String, String)> {
    let mut layers = holding.layers.iter().rev();
    let other = layers.find(|layer| !layer.is_active() && *name != *layer.solution)?;
    let of_solution = || {
        let row = target.solution(&LogicalName::new(&other.solution))?;
        row.publisher.clone()
    };
    let publisher = other.publisher.clone().or_else(of_solution);
    Some((other.solution.clone(), publisher.unwrap_or_default()))
}

/// Whether a component comes from another solution, as far as the manifest says.
fn is_in_another(name: &LogicalName, holding: &Holding<'_>) -> bool {
    holding
        .solution
        .is_some_and(|solution| *name != *solution && !SolutionRow::is_holding_name(solution))
}

impl Removing {
    fn doubt(&mut self, what: String, settle: String) {
        self.doubts.push(Doubt {
            stage: Stage::ApplyUpgrade,
            what,
            settle,
        });
    }

    fn doubt_content(&mut self, upgrading: &Upgrading<'_>) {
        let Upgrading {
            name,
            content,
            target,
            ..
        } = *upgrading;
        if upgrading.package.is_none() {
            self.doubt(
                format!("What the staged version of {name} consists of is not known, so neither is what is removed."),
                "Give its package instead of --solution.".to_owned(),
            );
        }
        if content.package.is_none() {
            let version = target.solution(name).and_then(|row| row.version.clone());
            let version = version.map_or(String::new(), |version| format!(" {version}"));
            self.doubt(
                format!("What {name}{version} consists of in the target is not known, so neither is what the upgrade removes."),
                format!("Give the package of the installed version: --installed {name}.zip."),
            );
        } else if !content.patches.is_empty() {
            let patches = content.patches.join(", ");
            self.doubt(
                format!("What the patches over {name} consist of is not known ({patches}), so neither is all that the upgrade removes."),
                "Give their packages with --installed.".to_owned(),
            );
        }
    }

    fn doubt_dependents(&mut self, upgrading: &Upgrading<'_>) {
        let name = upgrading.name;
        if self.nameless > 0 {
            self.doubt(
                format!("{} dependency records of the target name what is needed by a metadata id that the manifest does not know.", self.nameless),
                "Add tables and columns with their metadata ids to the manifest: the Web API's EntityDefinitions have them.".to_owned(),
            );
        }
        if upgrading.target.knows_dependencies(name) {
            return;
        }
        let them = match self.removals.len() {
            1 => "component".to_owned(),
            count => format!("{count} components"),
        };
        self.doubt(
            format!("What in the target needs the {them} that the upgrade removes is not known."),
            format!(
                "Ask the target with RetrieveDependenciesForUninstall for {name}, enter what it says under dependencies in the \
                 manifest, and state there that dependencies are complete."
            ),
        );
    }

    /// Adds what needs what is removed: by the target's own records, and by the packages imported before.
    fn add_dependents(
        &mut self,
        upgrading: &Upgrading<'_>,
        package: &Solution,
        is_gone: &IdentityMap<()>,
    ) {
        let Upgrading {
            name,
            target,
            earlier,
            ..
        } = *upgrading;
        let mut places: IdentityMap<usize> = IdentityMap::default();
        for (index, removal) in self.removals.iter().enumerate() {
            places.insert(&removal.component, index);
        }
        let mut replaced: IdentityMap<()> = IdentityMap::default();
        for component in &package.components {
            replaced.insert(&component.identity, ());
        }
        for DependencyEdge {
            dependent,
            required,
        } in target.dependencies()
        {
            if required.address().is_none() {
                self.nameless += 1;
            }
            let Some(place) = places.find(&required) else {
                continue;
            };
            // What goes with it, or is replaced by what the new version holds, needs it no longer.
            if is_gone.find(&dependent).is_some() || replaced.find(&dependent).is_some() {
                continue;
            }
            let holding = target.holding(&dependent);
            let solution = holding.and_then(|held| held.solution.map(str::to_owned));
            self.removals[*place].dependents.push(Dependent {
                component: dependent,
                solution,
                evidence: Evidence::Strong,
            });
        }
        for other in earlier {
            let solution = other.solution.manifest.name();
            if *name != *solution {
                self.add_requiring(solution, &other.requirements, &places);
            }
        }
        // The new version stands beside the old one while that is removed.
        self.add_requiring(name.as_str(), upgrading.requirements, &places);
    }

    /// Adds what a package was found to refer to.
    fn add_requiring(
        &mut self,
        solution: &str,
        requirements: &[Requirement],
        places: &IdentityMap<usize>,
    ) {
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        for requirement in requirements {
            let Some(place) = places.find(&requirement.required).copied() else {
                continue;
            };
            if !seen.insert(place) {
                continue;
            }
            let needed_by = requirement.needed_by.first();
            self.removals[place].dependents.push(Dependent {
                component: needed_by.unwrap_or(&requirement.required).clone(),
                solution: Some(solution.to_owned()),
                evidence: Evidence::Fair,
            });
        }
    }
}
