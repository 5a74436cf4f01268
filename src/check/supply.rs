//! Who brings the solutions that packages require components of, and by which way.
//!
//! In come the packages of a run and the target; out goes one [`Supply`] for each solution, however many requirements
//! name it. Whether a component is there is never asked here.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Examined;
use crate::catalog::{self, Feature, feature_of_application, is_built_in_solution};
use crate::model::{ApplicationPackage, LogicalName, Supplier, SupplierOrigin, Version};
use crate::target::Target;

/// A solution that somebody has to bring.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    /// Its unique name; `None` where only the application is known that has the component.
    pub solution: Option<LogicalName>,
    /// The highest version that packages of the run were built against.
    pub version: Option<Version>,
    /// Whether the target has it, and at which version.
    pub installed: Installed,
    /// How it comes into the target.
    pub way: Way,
}

/// What a target says of a solution.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Installed {
    /// It does not list it, or no target was given.
    #[default]
    Unlisted,
    /// It lists it without a version.
    Unversioned,
    /// It has this version.
    At(Version),
}

impl Installed {
    /// The version, where one is known.
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::At(version) => Some(version),
            Self::Unlisted | Self::Unversioned => None,
        }
    }
}

/// How a solution comes into an environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// With the platform itself.
    Platform,
    /// With a feature that is switched on and that nobody can install by hand.
    Feature(Feature),
    /// With an application package.
    Application(Choice),
    /// With an application of Microsoft, of whose packages none is known.
    Obtained {
        /// The application.
        application: &'static str,
        /// How to obtain it, in words; may be empty.
        how: &'static str,
    },
    /// With an application of Microsoft that is not known: the solution has a name that Microsoft gives its own, so nobody
    /// else has a package of it.
    UnknownApplication,
    /// With another package of the run.
    Package(GivenPackage),
    /// In no way any more: its name is retired, and another solution may have the component now.
    Retired,
    /// By importing it; whoever made it has the package.
    Solution,
}

/// The application package to install among those that bring a solution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The one that brings most of what the run requires.
    pub package: ApplicationPackage,
    /// Others that bring the same solution.
    pub others: Vec<ApplicationPackage>,
    /// Whether the target lists it as installed.
    pub is_installed: bool,
    /// Whether a package of the run names it; else the catalogue does.
    pub is_declared: bool,
}

/// A package of the run that is the solution, or brings the component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenPackage {
    /// Its place among the packages that were read.
    pub number: usize,
    /// The unique name of its solution.
    pub solution: LogicalName,
    /// The version of its solution.
    pub version: Option<Version>,
}

/// Every solution that the packages of a run require components of.
#[derive(Debug)]
pub(super) struct Supplies<'a> {
    target: Option<&'a Target>,
    by_solution: FxHashMap<LogicalName, Arc<Supply>>,
    given: Vec<Arc<Supply>>,
    by_name: FxHashMap<LogicalName, usize>,
    applications: FxHashSet<&'static str>,
}

impl<'a> Supplies<'a> {
    /// Takes what all packages say of each solution together, for one row may name the application package and another
    /// not.
    pub(super) fn new(packages: &[Examined], target: Option<&'a Target>) -> Self {
        let mut run = Self {
            target,
            by_solution: FxHashMap::default(),
            given: Vec::new(),
            by_name: FxHashMap::default(),
            applications: target.map(applications).unwrap_or_default(),
        };
        for (number, package) in packages.iter().enumerate() {
            run.add_given(number, package);
        }
        let named = joined(packages);
        let known = named
            .iter()
            .filter(|supplier| supplier.packages.is_empty())
            .map(|supplier| known_packages(&supplier.solution));
        let known: Vec<_> = known.collect();
        let declared = named.iter().flat_map(|supplier| &supplier.packages);
        let mut brings: FxHashMap<LogicalName, usize> = FxHashMap::default();
        for package in declared.chain(known.iter().flatten()) {
            *brings.entry(LogicalName::new(&package.name)).or_default() += 1;
        }
        for supplier in named {
            let supply = run.supply(&supplier, &brings);
            run.by_solution.insert(supplier.solution, Arc::new(supply));
        }
        run
    }

    fn add_given(&mut self, number: usize, package: &Examined) {
        let manifest = &package.solution.manifest;
        let solution = LogicalName::new(manifest.name());
        let text = manifest.version_text.as_ref();
        let version = text.and_then(|text| text.value.parse::<Version>().ok());
        let given = GivenPackage {
            number,
            solution: solution.clone(),
            version: version.clone(),
        };
        self.given.push(Arc::new(Supply {
            installed: self.installed(&solution),
            solution: Some(solution.clone()),
            version,
            way: Way::Package(given),
        }));
        self.by_name.entry(solution).or_insert(number);
    }

    /// The supply of a solution that requirements of the run name.
    pub(super) fn of(&self, solution: &LogicalName) -> Option<Arc<Supply>> {
        self.by_solution.get(solution).cloned()
    }

    /// The package with this number as a supply.
    pub(super) fn package(&self, number: usize) -> Option<Arc<Supply>> {
        self.given.get(number).cloned()
    }

    /// A solution that no requirement names: what the catalogue takes for the supplier.
    pub(super) fn known(&self, solution: &str) -> Arc<Supply> {
        let solution = LogicalName::new(solution);
        self.of(&solution).unwrap_or_else(|| {
            let supplier = Supplier {
                solution,
                ..Supplier::unnamed()
            };
            Arc::new(self.supply(&supplier, &FxHashMap::default()))
        })
    }

    /// An application or feature of which no solution is known that has the component.
    pub(super) fn part_of(&self, application: &'static str) -> Arc<Supply> {
        let feature = feature_of_application(application);
        let name = feature.map_or(application, |feature| feature.name);
        let obtained = Way::Obtained {
            application,
            how: "",
        };
        let is_there = self.applications.contains(name);
        Arc::new(Supply {
            solution: None,
            version: None,
            installed: if is_there {
                Installed::Unversioned
            } else {
                Installed::Unlisted
            },
            way: feature.map_or(obtained, Way::Feature),
        })
    }

    /// The same solution where the package that requires it is itself a later state of it.
    pub(super) fn earlier_state(&self, supplier: &Supplier) -> Arc<Supply> {
        Arc::new(Supply {
            way: Way::Solution,
            solution: Some(supplier.solution.clone()),
            version: supplier.version.clone(),
            installed: self.installed(&supplier.solution),
        })
    }

    fn supply(&self, supplier: &Supplier, brings: &FxHashMap<LogicalName, usize>) -> Supply {
        Supply {
            solution: Some(supplier.solution.clone()),
            version: supplier.version.clone(),
            installed: self.installed(&supplier.solution),
            way: self.way(supplier, brings),
        }
    }

    fn way(&self, supplier: &Supplier, brings: &FxHashMap<LogicalName, usize>) -> Way {
        let solution = &supplier.solution;
        if let Some(given) = self.given_as(supplier) {
            return Way::Package(given.clone());
        }
        let is_platform = supplier.origin() == SupplierOrigin::Platform;
        if is_platform || is_built_in_solution(solution.as_str()) {
            return Way::Platform;
        }
        if let Some(feature) = catalog::feature(solution.as_str()) {
            return Way::Feature(feature);
        }
        let is_declared = !supplier.packages.is_empty();
        let packages = if is_declared {
            supplier.packages.clone()
        } else {
            known_packages(solution)
        };
        let feature = |package: &ApplicationPackage| catalog::feature(&package.name);
        let first = packages.first().and_then(feature);
        let mut packages = packages;
        packages.retain(|package| feature(package).is_none());
        if let Some(choice) = self.choice(packages, is_declared, brings) {
            return Way::Application(choice);
        }
        first.map_or_else(|| obtained(solution), Way::Feature)
    }

    /// The package of the run that is this solution at a sufficient version.
    fn given_as(&self, supplier: &Supplier) -> Option<&GivenPackage> {
        let given = self.given.get(*self.by_name.get(&supplier.solution)?)?;
        let Way::Package(given) = &given.way else {
            return None;
        };
        let suffices = match (&given.version, &supplier.version) {
            (Some(have), Some(want)) => have.cmp_release(want).is_ge(),
            (None, _) | (_, None) => true,
        };
        suffices.then_some(given)
    }

    /// Of several packages one that is installed, else the one that brings most solutions, else the first by name, so that
    /// few installations bring all.
    fn choice(
        &self,
        mut packages: Vec<ApplicationPackage>,
        is_declared: bool,
        brings: &FxHashMap<LogicalName, usize>,
    ) -> Option<Choice> {
        let is_installed = |package: &ApplicationPackage| {
            let name = LogicalName::new(&package.name);
            self.target
                .is_some_and(|target| target.has_application(&name))
        };
        packages.sort_by_cached_key(|package| {
            let name = LogicalName::new(&package.name);
            let count = brings.get(&name).copied().unwrap_or_default();
            let others = !is_installed(package);
            (others, std::cmp::Reverse(count), name)
        });
        let mut packages = packages.into_iter();
        let package = packages.next()?;
        Some(Choice {
            is_installed: is_installed(&package),
            is_declared,
            package,
            others: packages.collect(),
        })
    }

    fn installed(&self, solution: &LogicalName) -> Installed {
        let row = self.target.and_then(|target| target.solution(solution));
        let Some(row) = row else {
            return Installed::Unlisted;
        };
        row.parsed_version()
            .map_or(Installed::Unversioned, Installed::At)
    }
}

/// The applications and features of Microsoft that a target has solutions of.
fn applications(target: &Target) -> FxHashSet<&'static str> {
    let solutions = target.manifest().solutions.iter();
    let names = solutions.filter_map(|row| {
        let feature = catalog::feature(&row.name).map(|feature| feature.name);
        feature.or_else(|| Some(catalog::solution(&row.name)?.comes_with()))
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// What all rows of all packages say of each solution, in the order of the first row.
fn joined(packages: &[Examined]) -> Vec<Supplier> {
    let mut places: FxHashMap<&LogicalName, usize> = FxHashMap::default();
    let mut known: FxHashSet<(usize, LogicalName)> = FxHashSet::default();
    let mut named: Vec<Supplier> = Vec::new();
    let requirements = packages.iter().flat_map(|package| &package.requirements);
    for requirement in requirements {
        let supplier = &requirement.supplier;
        match supplier.origin() {
            SupplierOrigin::Unnamed | SupplierOrigin::Unmanaged => continue,
            SupplierOrigin::Platform | SupplierOrigin::Solution => {}
        }
        let place = *places.entry(&supplier.solution).or_insert(named.len());
        if place == named.len() {
            named.push(supplier.without_packages());
        }
        named[place].join(supplier, |name| {
            known.insert((place, LogicalName::new(name)))
        });
    }
    named
}

/// The application packages that the catalogue knows to bring a solution: those that packages name, or the one that has
/// the solution's own name.
fn known_packages(solution: &LogicalName) -> Vec<ApplicationPackage> {
    let known = catalog::solution(solution.as_str());
    let names = known.map_or("", |known| known.packages).split(',');
    let mut names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        names.extend(catalog::application(solution.as_str()).map(|known| known.name));
    }
    let package = |name: &'static str| ApplicationPackage {
        name: name.into(),
        version: None,
        app_name: catalog::application(name).map(|known| known.application.into()),
    };
    names.into_iter().map(package).collect()
}

/// What the catalogue says of a solution that no known package brings.
fn obtained(solution: &LogicalName) -> Way {
    match catalog::solution(solution.as_str()) {
        Some(known) if known.is_retired() => Way::Retired,
        Some(known) if !known.comes_with().is_empty() => Way::Obtained {
            application: known.comes_with(),
            how: Some(known.how_to_obtain)
                .filter(|how| !how.starts_with("with "))
                .unwrap_or_default(),
        },
        Some(_) | None if is_microsofts(solution) => Way::UnknownApplication,
        Some(_) | None => Way::Solution,
    }
}

/// Whether a solution has a name that Microsoft gives its own. Source: the names of data/catalog/solutions.tsv.
fn is_microsofts(solution: &LogicalName) -> bool {
    let beginnings = ["msdyn_", "msdynce_", "msft_", "Microsoft"];
    beginnings.iter().any(|start| solution.starts_with(start))
}
