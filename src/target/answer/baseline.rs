//! What is known of every environment, and of those with certain applications. It never proves absence.

use rustc_hash::FxHashSet;

use super::Target;
use crate::catalog::{self, Class, is_built_in_solution};
use crate::finding::Evidence;
use crate::model::{Identity, LogicalName, SupplierOrigin};
use crate::target::manifest::{Baseline as Wish, BaselineSource, Cloud, TargetManifest, Trust};
use crate::target::question::{Answer, Basis, Presence, Question};
use crate::target::settle::list_it;

/// How far what is known of every environment counts.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    source: Source,
    /// The least evidence that counts.
    least: Evidence,
    min_date: Option<String>,
    /// Whether the environment is in another cloud than the one the catalogue describes.
    is_elsewhere: bool,
    /// What applications are said to be installed, in lower case: names of applications and of their packages.
    applications: FxHashSet<String>,
}

#[derive(Clone, Debug)]
enum Source {
    Catalogue,
    Plain(Box<Target>),
    None,
}

impl Default for Baseline {
    fn default() -> Self {
        Self::new(&TargetManifest::default())
    }
}

impl Baseline {
    pub(super) fn new(manifest: &TargetManifest) -> Self {
        let Wish {
            source,
            trust,
            min_date,
            apps,
            ..
        } = &manifest.baseline;
        let cloud = manifest.environment.cloud;
        Self {
            source: match source {
                BaselineSource::Builtin => Source::Catalogue,
                // Nothing counts until the file has been read.
                BaselineSource::File | BaselineSource::None => Source::None,
            },
            least: match trust {
                Trust::Strong => Evidence::Strong,
                Trust::Fair => Evidence::Fair,
                Trust::Weak => Evidence::Weak,
            },
            min_date: min_date.clone(),
            is_elsewhere: cloud.is_some_and(|cloud| cloud != Cloud::Commercial),
            applications: apps.iter().map(|app| app.to_ascii_lowercase()).collect(),
        }
    }

    /// Takes a plain environment instead of the catalogue.
    pub(super) fn replace(&mut self, plain: Target) {
        self.source = Source::Plain(Box::new(plain));
    }

    /// Takes the plain environment of another state of the same target.
    pub(super) fn keep(&mut self, other: &Self) {
        if let Source::Plain(plain) = &other.source {
            self.source = Source::Plain(plain.clone());
        }
    }

    /// Whether every environment has a component.
    pub(super) fn answer(&self, question: &Question<'_>) -> Option<Answer> {
        match &self.source {
            Source::Catalogue => {
                let fact = catalog::held(question.required)?;
                let evidence = self.lower(fact.strength)?;
                let because = format!("every environment has it, as of {}", fact.date);
                (self.is_new_enough(fact.date) && evidence >= self.least)
                    .then(|| Answer::present(evidence, because).by(Basis::Baseline))
            }
            Source::Plain(plain) => {
                let answer = plain.answer(question);
                let because = format!("the plain environment has it: {}", answer.because);
                (answer.presence == Presence::Present && answer.evidence >= self.least)
                    .then(|| Answer::present(answer.evidence, because).by(Basis::Baseline))
            }
            Source::None => None,
        }
    }

    /// Whether a solution comes with every environment.
    pub(super) fn has_solution(&self, name: &LogicalName) -> bool {
        let is_platform = SupplierOrigin::of(name) == SupplierOrigin::Platform;
        match &self.source {
            Source::Catalogue => {
                (is_platform || is_built_in_solution(name.as_str()))
                    && !self.is_elsewhere
                    && self.least <= Evidence::Fair
            }
            Source::Plain(plain) => is_platform || plain.solution(name).is_some(),
            Source::None => false,
        }
    }

    /// The catalogue describes the commercial cloud: elsewhere everything is a step less sure.
    fn lower(&self, evidence: Evidence) -> Option<Evidence> {
        match evidence {
            evidence if !self.is_elsewhere => Some(evidence),
            Evidence::Strong => Some(Evidence::Fair),
            Evidence::Fair => Some(Evidence::Weak),
            Evidence::Weak => None,
        }
    }

    fn is_new_enough(&self, date: &str) -> bool {
        let Some(least) = &self.min_date else {
            return true;
        };
        // Dates may be as short as a year: what is not said is given the benefit of the doubt.
        let shown = date.len().min(least.len());
        date.get(..shown) >= least.get(..shown)
    }

    /// Whether an application is said to be installed, by what it or its package is called.
    fn has_application(&self, name: &str) -> bool {
        self.applications.contains(&name.to_ascii_lowercase())
    }
}

/// The applications that bring a component, as far as the catalogue and the package know: what they are called, and their
/// packages.
#[derive(Debug, Default)]
struct Bringers {
    applications: Vec<String>,
    packages: Vec<String>,
}

impl Bringers {
    fn of(question: &Question<'_>) -> Self {
        let mut bringers = Self::default();
        let required = question.required;
        let table = required.table.as_ref().or(required.schema_name.as_ref());
        if let Some(table) = table.and_then(|table| catalog::table(table.as_str())) {
            bringers.add_solution(table.solution_seen);
            bringers.add_application(table.application);
        }
        if let Some(known) = catalog::supplier(required) {
            bringers.add_solution(known.solution);
        }
        if let Some(supplier) = question.supplier {
            bringers.add_solution(supplier.solution.as_str());
            for package in &supplier.packages {
                bringers.packages.push(package.name.to_string());
                bringers.add_application(package.app_name.as_deref().unwrap_or_default());
            }
        }
        bringers
    }

    fn add_solution(&mut self, name: &str) {
        let Some(solution) = catalog::solution(name) else {
            return;
        };
        self.add_application(solution.application);
        let packages = solution.packages.split(',').filter(|name| !name.is_empty());
        for package in packages {
            self.packages.push(package.to_owned());
            if let Some(application) = catalog::application(package) {
                self.add_application(application.application);
                self.add_application(application.display);
            }
        }
    }

    fn add_application(&mut self, name: &str) {
        if !name.is_empty() {
            self.applications.push(name.to_owned());
        }
    }
}

impl Target {
    /// What applications bring: there where they are said to be installed, or where the environment was made with Dynamics
    /// 365 apps; not there where it was made without and shows none. Weak, for an application may be had in parts.
    pub(super) fn by_application(&self, question: &Question<'_>) -> Option<Answer> {
        if matches!(self.baseline.source, Source::None) || self.baseline.least == Evidence::Strong {
            return None;
        }
        let fact = catalog::known(question.required)?;
        if fact.is_platform() {
            return None;
        }
        let bringers = Bringers::of(question);
        let names = || bringers.packages.iter().chain(&bringers.applications);
        let installed = names().find(|name| {
            self.baseline.has_application(name) || self.installed.has_application(name)
        });
        if let Some(name) = installed {
            let because =
                format!("the target is said to have the application {name}, which brings it");
            return Some(Answer::present(Evidence::Weak, because).by(Basis::Baseline));
        }
        if fact.class != Class::Dynamics365Apps {
            return None;
        }
        if !self.manifest.environment.dynamics_365_apps_enabled? {
            return self.without_apps(question.required);
        }
        let lacking = names().find(|name| self.installed.lacks_application(name));
        let because = "the target was made with Dynamics 365 apps, which bring it";
        Some(match lacking {
            None => Answer::present(Evidence::Weak, because).by(Basis::Baseline),
            Some(name) => Answer::unknown(
                format!("{because}, yet {name} is not installed"),
                list_it(question.required),
            ),
        })
    }

    /// What Dynamics 365 apps bring, where the environment was made without them and shows none of them.
    fn without_apps(&self, required: &Identity) -> Option<Answer> {
        let has_apps = self.installed.has_microsoft_apps
            || !self.baseline.applications.is_empty()
            || self.installed.applications().next().is_some();
        // Its columns and relationships follow the table; what else is called alike may be anybody's.
        let is_schema = required.kind.identified_by().ignores_id();
        (!has_apps && is_schema).then(|| {
            Answer::absent(
                Evidence::Fair,
                "Dynamics 365 apps bring it, and the target was made without them and lists none",
            )
            .by(Basis::Baseline)
        })
    }
}
