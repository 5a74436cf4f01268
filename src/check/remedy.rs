//! What to do about a required component: the one classification that findings and the shopping list share.

use std::sync::Arc;

use super::requirement::Requirement;
use super::supply::{Choice, GivenPackage, Installed, Supplies, Supply, Way};
use crate::catalog::{self, Feature};
use crate::model::{
    ApplicationPackage, ComponentType, Identity, LogicalName, SupplierOrigin, Version,
    comes_with_its_table,
};

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);

/// What would bring a required component.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Remedy {
    /// A solution that has it.
    Supply(Arc<Supply>),
    /// A solution that has it as far as the catalogue tells: no row of the package names the supplier.
    Hint(Arc<Supply>),
    /// Nothing installs it, for it was in the unmanaged layer: it, or the table that it comes with, belongs into the
    /// package that needs it.
    Add(Identity),
    /// Nobody knows who has it.
    #[default]
    Unknown,
}

impl Remedy {
    /// The remedy of a requirement of the package with this number. `later` is a package that brings it and was given
    /// after.
    pub(super) fn of(
        requirement: &Requirement,
        number: usize,
        later: Option<usize>,
        run: &Supplies<'_>,
    ) -> Self {
        if let Some(package) = later.and_then(|later| run.package(later)) {
            return Self::Supply(package);
        }
        let supplier = &requirement.supplier;
        match supplier.origin() {
            SupplierOrigin::Unmanaged => unmanaged(&requirement.required, run),
            SupplierOrigin::Unnamed => {
                let hint = hint(&requirement.required, run);
                hint.map_or(Self::Unknown, Self::Hint)
            }
            SupplierOrigin::Platform | SupplierOrigin::Solution => {
                match run.of(&supplier.solution) {
                    Some(supply) if is_itself(&supply, number) => {
                        Self::Supply(run.earlier_state(supplier))
                    }
                    Some(supply) => Self::Supply(supply),
                    None => Self::Unknown,
                }
            }
        }
    }

    /// The supply, where there is one, sure or not.
    pub fn supply(&self) -> Option<&Supply> {
        match self {
            Self::Supply(supply) | Self::Hint(supply) => Some(supply),
            Self::Add(_) | Self::Unknown => None,
        }
    }

    /// What to do about the requirement, in a sentence.
    pub fn sentence(&self, required: &Identity) -> String {
        match self {
            Self::Supply(supply) => supply.sentence(),
            Self::Hint(supply) => format!(
                "No row names its supplier; as far as the catalogue knows: {}",
                supply.sentence()
            ),
            Self::Add(component) => format!(
                "Add the {component} to this solution, or to one that is imported before it, and export again; or \
                 remove what needs it."
            ),
            Self::Unknown => format!(
                "Import the solution that has the {required} first, add it to this one if it is your own, or remove \
                 what needs it."
            ),
        }
    }
}

fn is_itself(supply: &Supply, number: usize) -> bool {
    matches!(&supply.way, Way::Package(given) if given.number == number)
}

/// What only the unmanaged layer had. A column that every table has is nobody's to add: its table decides.
fn unmanaged(required: &Identity, run: &Supplies<'_>) -> Remedy {
    let table = required.table.as_ref();
    let Some(table) = table.filter(|_| comes_with_its_table(required)) else {
        return Remedy::Add(required.clone());
    };
    let table = Identity::of(TABLE).named(table.as_str());
    hint(&table, run).map_or(Remedy::Add(table), Remedy::Hint)
}

/// What the catalogue takes for the supplier of a component.
pub(super) fn hint(required: &Identity, run: &Supplies<'_>) -> Option<Arc<Supply>> {
    if let Some(known) = catalog::supplier(required) {
        return Some(run.known(known.solution));
    }
    if catalog::held(required).is_some() {
        return Some(run.known("System"));
    }
    let table = catalog::table(&table_of(required)?)?;
    // Of several the first; they are parts of one application.
    let seen = table.solution_seen.split(',').next().unwrap_or_default();
    if !seen.is_empty() {
        return Some(run.known(seen));
    }
    let application = Some(table.application).filter(|name| !name.is_empty())?;
    Some(run.part_of(application))
}

/// The table that speaks for a component. One that the catalogue does not know may be anybody's addition to the table.
fn table_of(required: &Identity) -> Option<String> {
    let name = required.schema_name.as_ref().map(LogicalName::as_str);
    let table = required.table.as_ref().map(LogicalName::as_str);
    if required.kind == TABLE {
        return name.map(str::to_owned);
    }
    if required.kind == COLUMN {
        let is_known = comes_with_its_table(required) || catalog::column(table?, name?).is_some();
        return table.filter(|_| is_known).map(str::to_owned);
    }
    if let Some(known) = name.and_then(catalog::relationship) {
        let ends = [known.referencing, known.referenced].into_iter();
        let mut ends = ends.chain(known.sides.split(','));
        let is_rare = |end: &&str| catalog::table(end).is_some_and(|t| !t.fact.is_platform());
        return ends.find(is_rare).map(str::to_owned);
    }
    None
}

impl Supply {
    /// The solution with the version that is needed, as sentences name it.
    pub fn named(&self) -> Option<String> {
        let solution = self.solution.as_ref()?;
        if SupplierOrigin::of(solution) == SupplierOrigin::Platform {
            return Some("the platform".to_owned());
        }
        Some(match &self.version {
            Some(version) => format!("solution {solution} {version}"),
            None => format!("solution {solution}"),
        })
    }

    /// Whether the target has it, if not at the version that is needed.
    pub fn is_update(&self) -> bool {
        let has_application = matches!(&self.way, Way::Application(choice) if choice.is_installed);
        self.installed != Installed::Unlisted || has_application
    }

    fn sentence(&self) -> String {
        let action = match &self.way {
            Way::Platform => {
                let named = self.named().unwrap_or_default();
                return format!(
                    "Import into an environment of the same or a newer platform version; {named} comes with it."
                );
            }
            Way::Package(given) => return given.sentence(),
            Way::Retired => {
                let named = self.named().unwrap_or_default();
                return format!(
                    "Find out which solution has it now, for {named} is retired; or remove what needs it."
                );
            }
            Way::Feature(feature) => self.switch_on(feature),
            Way::Application(choice) => self.install(choice),
            Way::Obtained { application, how } => self.obtain(application, how),
            Way::UnknownApplication => self.obtain("the application of Microsoft", ""),
            Way::Solution => self.import(),
        };
        format!("{action}; or remove what needs it.")
    }

    /// Whether the target has it at the version that is needed, as far as versions are known.
    pub fn is_sufficient(&self) -> bool {
        match (&self.installed, &self.version) {
            (Installed::Unlisted, _) => false,
            (Installed::At(have), Some(want)) => have.cmp_release(want).is_ge(),
            (Installed::At(_) | Installed::Unversioned, _) => true,
        }
    }

    fn import(&self) -> String {
        let named = self.named().unwrap_or_default();
        match &self.installed {
            Installed::Unlisted => format!("Install {named} or later"),
            Installed::At(have) if !self.is_sufficient() => {
                format!("Update to {named} or later; the target has {have}")
            }
            Installed::At(_) | Installed::Unversioned => {
                format!(
                    "Update {named} to a version that has it, for the one in the target has not"
                )
            }
        }
    }

    fn switch_on(&self, feature: &Feature) -> String {
        let brings = self
            .named()
            .map_or(String::new(), |named| format!("; it brings {named}"));
        if let Installed::At(have) = &self.installed {
            return format!(
                "Wait until Microsoft updates {}, about every two weeks, or ask its support: the target has {have}{brings}",
                feature.name
            );
        }
        format!("{}{brings}", feature.enabling())
    }

    fn install(&self, choice: &Choice) -> String {
        let verb = if self.is_update() {
            "Update"
        } else {
            "Install"
        };
        let others = match choice.others.as_slice() {
            [] => String::new(),
            [other] => format!(" ({} brings it too)", other.name),
            [other, more @ ..] => {
                format!(" ({} and {} more bring it too)", other.name, more.len())
            }
        };
        let application = application(&choice.package);
        let named = self.named().unwrap_or_default();
        format!("{verb} {application}, which brings {named}{others}")
    }

    fn obtain(&self, application: &str, how: &str) -> String {
        let verb = if self.is_update() {
            "Update"
        } else {
            "Install"
        };
        let has = self
            .named()
            .map_or(String::new(), |named| format!(", which has {named}"));
        let how = if how.is_empty() {
            String::new()
        } else {
            format!(" ({how})")
        };
        format!("{verb} {application}{has}{how}")
    }
}

impl GivenPackage {
    /// The solution with its version.
    pub fn named(&self) -> String {
        let version = self.version.as_ref();
        let version = version.map_or(String::new(), |version: &Version| format!(" {version}"));
        format!("{}{version}", self.solution)
    }

    fn sentence(&self) -> String {
        format!(
            "Import the package {} first, which is given in this run.",
            self.named()
        )
    }
}

fn application(package: &ApplicationPackage) -> String {
    let version = package
        .version
        .as_ref()
        .map_or(String::new(), |version| format!(" {version}"));
    match &package.app_name {
        Some(app) => format!("the application \"{app}\" ({}{version})", package.name),
        None => format!("the application package {}{version}", package.name),
    }
}
