//! What applying an upgrade removes of the installed content, and what stands in its way.

use rustc_hash::FxHashSet;

use super::content::{Content, dropped};
use super::operation::LIST_SOLUTIONS;
use super::verdict::Doubt;
use crate::check::{Checked, Dependent, Operation, Removal, Requirement, Stage};
use crate::finding::Evidence;
use crate::model::{ComponentType, Identity, IdentityMap, LogicalName, Solution};
use crate::target::{DependencyEdge, SolutionRow, Target};

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

/// What becomes of a component that leaves a solution.
enum Leaving {
    /// It is removed.
    Removed,
    /// It stays, for another solution has it too.
    Stays,
    /// It stays in the way: a solution of another publisher has a layer on it.
    Blocked(String, String),
    /// Another solution has a layer on it, of which publisher nobody knows.
    Open(String),
}

impl Upgrading<'_> {
    /// Finds what is removed of the installed content, and what needs it.
    pub(super) fn removing(&self, operation: Operation) -> Removing {
        let mut removing = Removing::default();
        // Of an unmanaged solution nothing is removed: the platform refuses such an upgrade.
        let installed = self.target.solution(self.name);
        let is_unmanaged = installed.is_some_and(|row| row.managed == Some(false));
        if !operation.removes() || is_unmanaged {
            return removing;
        }
        removing.doubt_content(self);
        let Some(package) = self.package else {
            return removing;
        };
        let gone = dropped(self.content, package);
        let is_gone: IdentityMap<()> = gone.iter().copied().collect();
        let layers = LayersBefore::new(self);
        let mut open: Option<(&Identity, String)> = None;
        for identity in gone {
            let mut above = None;
            match layers.leaving(identity) {
                Leaving::Removed => {}
                Leaving::Blocked(solution, publisher) => above = Some((solution, publisher)),
                Leaving::Stays => {
                    removing.kept.push(identity.clone());
                    continue;
                }
                Leaving::Open(solution) => {
                    removing.kept.push(identity.clone());
                    open.get_or_insert((identity, solution));
                    continue;
                }
            }
            removing.removals.push(Removal {
                component: identity.clone(),
                dependents: Vec::new(),
                above,
            });
        }
        removing.removals.sort_by_cached_key(|removal| {
            (rank(&removal.component), removal.component.to_string())
        });
        if let Some((identity, solution)) = open {
            removing.doubt(
                format!("{solution} has a layer on the {identity}, which the new version lacks, and of which publisher it is nobody knows."),
                "Enter the publishers of both solutions in the target manifest.".to_owned(),
            );
        }
        if !removing.removals.is_empty() {
            removing.add_dependents(self, package, &is_gone);
            removing.doubt_dependents(self);
        }
        removing
    }
}

/// Whose layers lie on the components of a solution before it is upgraded.
struct LayersBefore<'a> {
    target: &'a Target,
    /// The names that the solution's own layers have: its own, its holding solution's, its patches'.
    own: FxHashSet<LogicalName>,
    publisher: Option<String>,
    /// Packages of other solutions that were imported before in the run, by what they hold.
    imported: IdentityMap<&'a Solution>,
}

impl<'a> LayersBefore<'a> {
    fn new(upgrading: &Upgrading<'a>) -> Self {
        let Upgrading {
            name,
            target,
            earlier,
            ..
        } = *upgrading;
        let own = own_names(name, target);
        let mut imported = IdentityMap::default();
        let others = earlier.iter().map(|checked| &checked.solution);
        for other in others.filter(|other| !own.contains(&LogicalName::new(other.manifest.name())))
        {
            for component in &other.components {
                imported.insert(&component.identity, other);
            }
        }
        let row = target.solution(name);
        let of_package = || upgrading.package.and_then(publisher_of);
        Self {
            target,
            own,
            publisher: row
                .and_then(|row| row.publisher.clone())
                .or_else(of_package),
            imported,
        }
    }

    fn is_own(&self, solution: &str) -> bool {
        self.own.contains(&LogicalName::new(solution))
    }

    /// Ownership moves between solutions of one publisher only.
    /// Source: learn.microsoft.com/power-platform/alm/solution-concepts-alm.
    fn below(&self, solution: &str, publisher: Option<String>) -> Leaving {
        match (&self.publisher, publisher) {
            (Some(own), Some(other)) if own.eq_ignore_ascii_case(&other) => Leaving::Stays,
            (Some(_), Some(other)) => Leaving::Blocked(solution.to_owned(), other),
            (None, _) | (_, None) => Leaving::Open(solution.to_owned()),
        }
    }

    fn leaving(&self, identity: &Identity) -> Leaving {
        let holding = self.target.holding(identity).unwrap_or_default();
        let managed = || holding.layers.iter().filter(|layer| !layer.is_active());
        // Without its base being its own, only its layer goes.
        if managed()
            .next_back()
            .is_some_and(|base| !self.is_own(&base.solution))
        {
            return Leaving::Stays;
        }
        if let Some(over) = managed().rev().find(|layer| !self.is_own(&layer.solution)) {
            let of_solution = || {
                let row = self.target.solution(&LogicalName::new(&over.solution))?;
                row.publisher.clone()
            };
            return self.below(&over.solution, over.publisher.clone().or_else(of_solution));
        }
        let is_others = holding
            .solution
            .is_some_and(|solution| !self.is_own(solution));
        if managed().next().is_none() && is_others {
            return Leaving::Stays;
        }
        match self.imported.find(identity) {
            Some(other) => self.below(other.manifest.name(), publisher_of(other)),
            None => Leaving::Removed,
        }
    }
}

/// The names that layers of a solution have: its own, its holding solution's, its patches'.
pub(super) fn own_names(name: &LogicalName, target: &Target) -> FxHashSet<LogicalName> {
    let patches = target.patches_of(name);
    let mut own: FxHashSet<_> = patches.map(|row| LogicalName::new(&row.name)).collect();
    own.insert(LogicalName::new(&SolutionRow::holding_name(name.as_str())));
    own.insert(name.clone());
    own
}

fn publisher_of(solution: &Solution) -> Option<String> {
    let publisher = solution.manifest.publisher.as_ref()?;
    Some(publisher.unique_name.as_ref()?.value.to_string())
}

/// Tables go first, with their data, then columns.
pub(super) fn rank(identity: &Identity) -> u8 {
    match identity.kind.as_number() {
        Some(1) => 0,
        Some(2) => 1,
        Some(_) | None => 2,
    }
}

/// Whether removing a component removes data: tables and columns hold it.
pub fn holds_data(identity: &Identity) -> bool {
    matches!(identity.kind, ComponentType::Number(1 | 2))
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
        if target.solution(name).is_none() {
            self.doubt(
                format!("The target manifest does not list {name}, so what would be removed of it is not known."),
                LIST_SOLUTIONS.to_owned(),
            );
        } else if content.package.is_none() {
            let version = target.solution(name).and_then(|row| row.version.clone());
            let version = version.map_or(String::new(), |version| format!(" {version}"));
            let patches = match content.patches.as_slice() {
                [] => String::new(),
                patches => format!(", and those of its patches: {}", patches.join(", ")),
            };
            self.doubt(
                format!("What {name}{version} consists of in the target is not known, so neither is what the upgrade removes."),
                format!("Give the package of the installed version with --installed{patches}."),
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
        let replaced: IdentityMap<()> = package
            .components
            .iter()
            .map(|component| &component.identity)
            .collect();
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
