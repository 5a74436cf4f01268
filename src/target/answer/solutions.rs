//! Whether a target has a component, by the solution that supplies it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Target;
use crate::catalog::is_built_in_solution;
use crate::finding::Evidence;
use crate::model::{LogicalName, Supplier, SupplierOrigin};
use crate::target::manifest::{CoverageOf, SolutionRow, TargetManifest};
use crate::target::question::{Answer, Basis, Presence, Question, is_microsoft};
use crate::target::settle::{LIST_SOLUTIONS, list_it, lower_first};

/// What a manifest says of solutions and application packages.
#[derive(Clone, Debug, Default)]
pub(super) struct Installed {
    solutions: FxHashMap<LogicalName, usize>,
    /// Installed solutions that may be anybody's, by their publisher's prefix; `None` is a prefix that is not given.
    by_prefix: FxHashMap<Option<LogicalName>, Vec<LogicalName>>,
    applications: FxHashSet<LogicalName>,
    /// Application packages that are listed and not installed.
    offered: FxHashSet<LogicalName>,
    /// Managed solutions of which the package of exactly the installed version was read, so that it is known what they
    /// have.
    read: FxHashSet<LogicalName>,
    /// Solutions of which nobody but their package says that they are installed.
    by_package: FxHashSet<LogicalName>,
    /// Solutions that have patches, whose packages were perhaps not read.
    patched: FxHashSet<LogicalName>,
    /// Whether a solution of Microsoft is listed that not every environment has.
    pub(super) has_microsoft_apps: bool,
}

impl Installed {
    pub(super) fn new(manifest: &TargetManifest) -> Self {
        let mut installed = Self::default();
        let packages = manifest.package_sources();
        for (index, solution) in manifest.solutions.iter().enumerate() {
            installed.add(index, solution);
            if solution
                .src
                .as_deref()
                .is_some_and(|src| packages.contains(src))
            {
                installed
                    .by_package
                    .insert(LogicalName::new(&solution.name));
            }
        }
        for application in &manifest.applications {
            let state = application.state.as_deref();
            let name = LogicalName::new(&application.name);
            if state.is_none_or(is_installed) {
                installed.applications.insert(name);
            } else {
                installed.offered.insert(name);
            }
        }
        for source in &manifest.captured.sources {
            let (Some(solution), true) = (&source.solution, source.managed == Some(true)) else {
                continue;
            };
            let name = LogicalName::new(solution);
            let row = installed.row(manifest, &name);
            let listed = row.and_then(SolutionRow::parsed_version);
            if source.kind.is_package() && listed.is_some() && listed == source.parsed_version() {
                installed.read.insert(name);
            }
        }
        installed
    }

    fn add(&mut self, index: usize, solution: &SolutionRow) {
        let name = LogicalName::new(&solution.name);
        let is_layer = SupplierOrigin::of(&name) != SupplierOrigin::Solution;
        let is_built_in = is_built_in_solution(name.as_str());
        if !is_layer && !is_built_in && !is_microsoft(&name) {
            let prefix = solution.prefix.as_deref().map(LogicalName::new);
            self.by_prefix.entry(prefix).or_default().push(name.clone());
        }
        self.has_microsoft_apps |= !is_built_in && is_microsoft(&name);
        if let Some(base) = &solution.patch_of {
            self.patched.insert(LogicalName::new(base));
        }
        self.solutions.insert(name, index);
    }

    pub(super) fn row<'a>(
        &self,
        manifest: &'a TargetManifest,
        name: &LogicalName,
    ) -> Option<&'a SolutionRow> {
        manifest.solutions.get(*self.solutions.get(name)?)
    }

    /// Whether an application package is listed as installed.
    pub(super) fn has_application(&self, name: &str) -> bool {
        self.applications.contains(&LogicalName::new(name))
    }

    /// Whether an application package is listed as not installed.
    pub(super) fn lacks_application(&self, name: &str) -> bool {
        let name = LogicalName::new(name);
        self.offered.contains(&name) && !self.applications.contains(&name)
    }

    /// Application packages that are listed as installed.
    pub(super) fn applications(&self) -> impl Iterator<Item = &LogicalName> {
        self.applications.iter()
    }
}

/// Whether a state speaks of something that is there; one whose installation failed is there in part.
/// Source: the states of learn.microsoft.com/rest/api/power-platform/appmanagement/applications.
fn is_installed(state: &str) -> bool {
    const NOT_YET: [&str; 3] = ["InstallRequested", "InstallScheduled", "Installing"];
    state.starts_with("Install") && !NOT_YET.contains(&state)
}

impl Target {
    /// Whether an application package is listed as installed.
    pub fn has_application(&self, name: &LogicalName) -> bool {
        self.installed.has_application(name.as_str())
    }

    /// Whether a solution of this name is installed. A list that leaves some out is no proof of absence unless the name
    /// belongs to those that it shows.
    pub fn has_solution(&self, name: &LogicalName, is_managed: bool) -> Presence {
        if self.solution(name).is_some() {
            return Presence::Present;
        }
        let in_part = self.solutions_complete(CoverageOf::Visible)
            || self.solutions_complete(CoverageOf::NonMicrosoft);
        let managed = is_managed && self.solutions_complete(CoverageOf::Managed);
        if self.solutions_complete(CoverageOf::All) || managed || (in_part && !is_microsoft(name)) {
            Presence::Absent
        } else {
            Presence::Unknown
        }
    }

    /// By the solution that supplied the component where the package was exported.
    pub(super) fn by_solution(&self, question: &Question<'_>) -> Answer {
        let Some(supplier) = question.supplier else {
            return Answer::unknown(
                "the target manifest does not list it and does not say that it lists all of its kind",
                list_it(question.required),
            );
        };
        match supplier.origin() {
            SupplierOrigin::Unmanaged => return self.unmanaged(question),
            SupplierOrigin::Unnamed => {
                let because = "the package names no solution that supplies it";
                return Answer::unknown(because, list_it(question.required));
            }
            SupplierOrigin::Platform | SupplierOrigin::Solution => {}
        }
        match self.solution(&supplier.solution) {
            Some(row) => self.of_installed(row, supplier, question),
            None if self.baseline.has_solution(&supplier.solution) => {
                let because = format!("{} comes with the platform", supplier.solution);
                Answer::present(Evidence::Fair, because).by(Basis::Baseline)
            }
            None => self.not_installed(supplier, question),
        }
    }

    /// What only the unmanaged layer had: nothing installs it.
    fn unmanaged(&self, question: &Question<'_>) -> Answer {
        let is_own = question.own_prefix.is_some_and(|prefix| {
            let name = question.required.schema_name.as_ref();
            name.is_some_and(|name| name.starts_with(&format!("{prefix}_")))
        });
        let own_prefix = question.own_prefix.map(LogicalName::new);
        let others = [None, own_prefix].iter().any(|prefix| {
            let solutions = self.installed.by_prefix.get(prefix);
            solutions.is_some_and(|names| names.iter().any(|name| *name != *question.own_solution))
        });
        // An earlier version of the solution may have brought it.
        let own = LogicalName::new(question.own_solution);
        let is_new = self.solution(&own).is_none();
        if is_own && is_new && !others && self.solutions_complete(CoverageOf::All) {
            return Answer::absent(
                Evidence::Fair,
                "it has the package's own prefix and no solution of that publisher is installed",
            );
        }
        Answer::unknown(
            "it was unmanaged where the package was exported, so no solution installs it",
            format!(
                "Add it to this solution or an earlier one, or {}",
                lower_first(&list_it(question.required))
            ),
        )
    }

    fn of_installed(
        &self,
        row: &SolutionRow,
        supplier: &Supplier,
        question: &Question<'_>,
    ) -> Answer {
        let name = &supplier.solution;
        let version = row.parsed_version();
        if let (Some(have), Some(want)) = (&version, &supplier.version)
            // The fourth part counts builds of one release.
            && have.cmp_release(want).is_lt()
        {
            return Answer::unknown(
                format!(
                    "the target has solution {name} {have}, and the package was built against {want}"
                ),
                format!(
                    "Update {name} to {want} or later, or {}",
                    lower_first(&list_it(question.required))
                ),
            );
        }
        let shown = version.map_or(String::new(), |version| format!(" {version}"));
        if self.installed.read.contains(name) {
            return self.lacking_in_package(question, &format!("{name}{shown}"), name);
        }
        Answer::present(
            Evidence::Fair,
            format!("the target has solution {name}{shown}"),
        )
    }

    /// What the package of exactly the installed version does not hold. An update keeps what the new version dropped, so the
    /// evidence is fair; patches, and components that nothing identifies, leave it open. So does a package that is all that
    /// tells which version is installed.
    fn lacking_in_package(
        &self,
        question: &Question<'_>,
        shown: &str,
        name: &LogicalName,
    ) -> Answer {
        let because = format!("the target has solution {shown}, whose package does not hold it");
        if self.installed.patched.contains(name) || question.required.address().is_none() {
            return Answer::unknown(because, list_it(question.required));
        }
        if self.installed.by_package.contains(name) {
            return Answer::unknown(
                format!("{because}, and only that package says that it is installed"),
                LIST_SOLUTIONS,
            );
        }
        Answer::absent(Evidence::Fair, because)
    }

    fn not_installed(&self, supplier: &Supplier, question: &Question<'_>) -> Answer {
        let name = &supplier.solution;
        let mut packages = supplier.packages.iter();
        let anchor = packages.find(|package| self.installed.has_application(&package.name));
        if let Some(anchor) = anchor {
            let because = format!(
                "the application package {} is installed, which supplies {name}",
                anchor.name
            );
            return Answer::unknown(because, list_it(question.required));
        }
        let complete = self.solutions_complete(CoverageOf::All) || self.covers_in_part(question);
        if complete {
            return Answer::absent(
                Evidence::Fair,
                format!("the target does not have solution {name}"),
            );
        }
        Answer::unknown(
            format!("the target manifest does not list solution {name} and is not complete"),
            LIST_SOLUTIONS,
        )
    }

    /// Whether a list that is complete of some solutions only is complete for this one. Lists of visible solutions leave
    /// out hidden ones, and those are Microsoft's; what is required of a named solution was managed.
    fn covers_in_part(&self, question: &Question<'_>) -> bool {
        let visible = self.solutions_complete(CoverageOf::Visible);
        let foreign = visible || self.solutions_complete(CoverageOf::NonMicrosoft);
        (foreign && question.is_surely_foreign_to_microsoft())
            || self.solutions_complete(CoverageOf::Managed)
    }

    fn solutions_complete(&self, of: CoverageOf) -> bool {
        let coverage = self.manifest.coverage.get("solutions");
        coverage.is_some_and(|coverage| coverage.0.is_whole() && coverage.0.of == of)
    }
}
