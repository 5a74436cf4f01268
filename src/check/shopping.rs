//! The shopping list: what to do before an import, in as few actions as bring all that is absent or unknown.
//!
//! In come checked packages, in the order of their import; out go actions in the order in which they are done. What would
//! bring a requirement is decided in `remedy`; here it is only grouped, in time that grows with the requirements and their
//! rows.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Checked;
use super::remedy::Remedy;
use super::requirement::Requirement;
use super::supply::{GivenPackage, Supply, Way};
use crate::catalog::Feature;
use crate::model::{ApplicationPackage, Identity, IdentityMap, LogicalName, Version};
use crate::target::Presence;

/// What to do before an import.
///
/// ```no_run
/// # let checked: Vec<solvet::check::Checked> = Vec::new();
/// use solvet::check::ShoppingList;
/// for action in ShoppingList::of(&checked).actions {
///     println!("{} for {} components", action.name(), action.needs.len());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ShoppingList<'a> {
    /// The actions, in the order in which they are done.
    pub actions: Vec<Action<'a>>,
}

/// One thing to do, and what it is for.
#[derive(Clone, Debug)]
pub struct Action<'a> {
    /// What to do.
    pub kind: ActionKind<'a>,
    /// The solutions that it brings, each once with the highest version asked for; none where nobody knows it.
    pub solutions: Vec<Wanted<'a>>,
    /// The requirements that it meets, in the order of packages and requirements.
    pub needs: Vec<Need<'a>>,
    /// Whether only the catalogue says that it meets them: no row of a package names the supplier.
    pub is_hint: bool,
}

/// What to do, in the order in which it is done.
#[derive(Clone, Debug)]
pub enum ActionKind<'a> {
    /// Have the environment's platform updated, or import into another one.
    UpdatePlatform,
    /// Install or update an application package.
    InstallApplication {
        /// The package, with the highest version asked for.
        package: ApplicationPackage,
        /// Packages that bring the same, every one of them.
        others: Vec<&'a ApplicationPackage>,
    },
    /// Install an application of Microsoft, of whose packages none is known.
    ObtainApplication {
        /// The application.
        application: &'static str,
        /// How to obtain it, in words; may be empty.
        how: &'static str,
    },
    /// Find out which applications of Microsoft bring the solutions, and install or update those.
    FindApplication,
    /// Switch on a feature that cannot be installed by hand.
    EnableFeature(Feature),
    /// Import or update a solution; whoever made it has the package.
    ImportSolution,
    /// Import another package of the run first.
    ImportPackage(&'a GivenPackage),
    /// Add components to the package with this number, and export it again.
    AddComponents {
        /// The package.
        package: usize,
        /// What to add, each once.
        components: Vec<&'a Identity>,
    },
    /// Look in the target: it has the solutions that bring the components as far as the catalogue knows.
    LookInTarget,
    /// Find out who has it.
    FindSupplier,
}

/// A solution that an action brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted<'a> {
    /// Its unique name.
    pub solution: &'a LogicalName,
    /// The version that is needed at least, where one is known.
    pub version: Option<&'a Version>,
    /// The version that the target has.
    pub installed: Option<&'a Version>,
}

/// A requirement that an action meets.
#[derive(Clone, Copy, Debug)]
pub struct Need<'a> {
    /// The number of the package, among those that were checked.
    pub package: usize,
    /// The requirement's place in the package's list.
    pub index: usize,
    /// The requirement.
    pub requirement: &'a Requirement,
}

impl<'a> ShoppingList<'a> {
    /// Groups what the packages of a run, in the order of their import, do not surely find.
    pub fn of(packages: impl IntoIterator<Item = &'a Checked>) -> Self {
        let mut basket = Basket::default();
        for (package, checked) in packages.into_iter().enumerate() {
            for (index, requirement) in checked.requirements.iter().enumerate() {
                if requirement.answer.presence != Presence::Present {
                    basket.put(Need {
                        package,
                        index,
                        requirement,
                    });
                }
            }
        }
        Self {
            actions: basket.actions.into_values().collect(),
        }
    }

    /// The actions that meet something absent.
    pub fn certain(&self) -> impl Iterator<Item = &Action<'a>> {
        self.actions.iter().filter(|action| action.is_certain())
    }

    /// The actions of which nobody knows whether they are needed.
    pub fn possible(&self) -> impl Iterator<Item = &Action<'a>> {
        self.actions.iter().filter(|action| !action.is_certain())
    }
}

impl Action<'_> {
    /// Whether something that it meets is absent; else it is needed only where the target lacks what is unknown.
    pub fn is_certain(&self) -> bool {
        let mut needs = self.needs.iter();
        needs.any(|need| need.requirement.answer.presence == Presence::Absent)
    }

    /// Whether the target has all that it brings, if not at the version that is needed.
    pub fn is_update(&self) -> bool {
        let is_update = |need: &Need<'_>| {
            let supply = need.requirement.remedy.supply();
            supply.is_some_and(Supply::is_update)
        };
        self.needs.iter().all(is_update)
    }

    /// The name of what is done, as contracts have it.
    pub fn name(&self) -> &'static str {
        match (&self.kind, self.is_update()) {
            (ActionKind::UpdatePlatform, _) => "update-platform",
            (ActionKind::InstallApplication { .. }, false) => "install-application",
            (ActionKind::InstallApplication { .. }, true) => "update-application",
            (ActionKind::ObtainApplication { .. }, _) => "obtain-application",
            (ActionKind::FindApplication, _) => "find-application",
            (ActionKind::EnableFeature(_), false) => "enable-feature",
            (ActionKind::EnableFeature(_), true) => "update-feature",
            (ActionKind::ImportSolution, false) => "import-solution",
            (ActionKind::ImportSolution, true) => "update-solution",
            (ActionKind::ImportPackage(_), _) => "import-package",
            (ActionKind::AddComponents { .. }, _) => "add-components",
            (ActionKind::LookInTarget, _) => "look-in-target",
            (ActionKind::FindSupplier, _) => "find-supplier",
        }
    }

    /// The command that does it, where there is one and the package's name is safe to type. It installs and updates:
    /// learn.microsoft.com/power-platform/developer/cli/reference/application.
    pub fn command(&self) -> Option<String> {
        let ActionKind::InstallApplication { package, .. } = &self.kind else {
            return None;
        };
        let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let name = &*package.name;
        (!name.is_empty() && name.chars().all(is_safe)).then(|| {
            format!("pac application install --environment ENVIRONMENT --application-name {name}")
        })
    }

    /// The numbers of the packages that need it, in order.
    pub fn packages(&self) -> Vec<usize> {
        let mut packages: Vec<_> = self.needs.iter().map(|need| need.package).collect();
        packages.dedup();
        packages
    }
}

/// What an action is found by: its rank among the kinds, and what tells it from others of its kind.
type Key = (u8, usize, LogicalName);

#[derive(Default)]
struct Basket<'a> {
    actions: BTreeMap<Key, Action<'a>>,
    places: FxHashMap<(Key, &'a LogicalName), usize>,
    added: IdentityMap<usize>,
}

impl<'a> Basket<'a> {
    fn put(&mut self, need: Need<'a>) {
        let remedy = &need.requirement.remedy;
        match remedy {
            Remedy::Supply(supply) | Remedy::Hint(supply) => self.put_supply(need, supply),
            Remedy::Add(component) => self.put_component(need, component),
            Remedy::Unknown => {
                let key = (9, 0, LogicalName::new(""));
                let action = self.action(key, || ActionKind::FindSupplier);
                action.is_hint = false;
                action.needs.push(need);
            }
        }
    }

    fn action(&mut self, key: Key, kind: impl FnOnce() -> ActionKind<'a>) -> &mut Action<'a> {
        self.actions.entry(key).or_insert_with(|| Action {
            kind: kind(),
            solutions: Vec::new(),
            needs: Vec::new(),
            is_hint: true,
        })
    }

    fn put_supply(&mut self, need: Need<'a>, supply: &'a Supply) {
        let is_hint = matches!(need.requirement.remedy, Remedy::Hint(_));
        let is_unknown = need.requirement.answer.presence == Presence::Unknown;
        let is_there = is_hint && is_unknown && supply.is_sufficient();
        let (key, kind) = if is_there {
            ((8, 0, LogicalName::new("")), ActionKind::LookInTarget)
        } else {
            action_of(supply)
        };
        let action = self.action(key.clone(), || kind);
        action.is_hint &= is_hint;
        action.needs.push(need);
        let Some(solution) = &supply.solution else {
            return;
        };
        let next = action.solutions.len();
        let place = *self.places.entry((key.clone(), solution)).or_insert(next);
        let Some(action) = self.actions.get_mut(&key) else {
            return;
        };
        if let Some(known) = action.solutions.get_mut(place) {
            known.version = known.version.max(supply.version.as_ref());
            return;
        }
        action.solutions.push(Wanted {
            solution,
            version: supply.version.as_ref(),
            installed: supply.installed.version(),
        });
        action.kind.join(&supply.way);
    }

    /// Several packages may lack one component: the first of them brings it for the others.
    fn put_component(&mut self, need: Need<'a>, component: &'a Identity) {
        let known = self.added.find(component).copied();
        let package = known.unwrap_or(need.package);
        if known.is_none() {
            self.added.insert(component, package);
        }
        let key = (7, package, LogicalName::new(""));
        let action = self.action(key, || ActionKind::AddComponents {
            package,
            components: Vec::new(),
        });
        action.is_hint = false;
        action.needs.push(need);
        if let ActionKind::AddComponents { components, .. } = &mut action.kind
            && known.is_none()
        {
            components.push(component);
        }
    }
}

impl<'a> ActionKind<'a> {
    /// Takes the way of another solution: of application packages the higher version and the alternatives that bring
    /// both, of applications the first words on how to obtain one.
    fn join(&mut self, way: &'a Way) {
        match (self, way) {
            (Self::InstallApplication { package, others }, Way::Application(choice)) => {
                package.version = package.version.take().max(choice.package.version.clone());
                let name = |package: &ApplicationPackage| LogicalName::new(&package.name);
                let also: FxHashSet<_> = choice.others.iter().map(name).collect();
                others.retain(|other| also.contains(&name(other)));
            }
            (Self::ObtainApplication { how, .. }, Way::Obtained { how: more, .. })
                if how.is_empty() =>
            {
                *how = more;
            }
            _ => {}
        }
    }
}

/// What a supply asks to be done, and its place among what is done.
fn action_of(supply: &Supply) -> (Key, ActionKind<'_>) {
    let plain = |rank, name: &str| (rank, 0, LogicalName::new(name));
    match &supply.way {
        Way::Platform => (plain(0, ""), ActionKind::UpdatePlatform),
        Way::Application(choice) => {
            let kind = ActionKind::InstallApplication {
                package: choice.package.clone(),
                others: choice.others.iter().collect(),
            };
            (plain(1, &choice.package.name), kind)
        }
        Way::Obtained { application, how } => {
            let kind = ActionKind::ObtainApplication { application, how };
            (plain(2, application), kind)
        }
        Way::UnknownApplication => (plain(3, ""), ActionKind::FindApplication),
        Way::Feature(feature) => (plain(4, feature.name), ActionKind::EnableFeature(*feature)),
        Way::Solution => {
            let name = supply.solution.as_ref().map_or("", LogicalName::as_str);
            (plain(5, name), ActionKind::ImportSolution)
        }
        Way::Package(given) => {
            let key = (6, given.number, LogicalName::new(""));
            (key, ActionKind::ImportPackage(given))
        }
        Way::Retired => (plain(9, ""), ActionKind::FindSupplier),
    }
}
