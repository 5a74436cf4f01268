//! The shopping list, for people and as JSON.

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Serialize;

use super::contract::{ApplicationJson, version_text};
use super::human::HumanOptions;
use super::text::{count, safe, wrapped};
use crate::catalog::Feature;
use crate::check::{Action, ActionKind, ShoppingList, Wanted};
use crate::model::{ApplicationPackage, Identity, Version};

/// Components, solutions or packages of one action that are named before the rest is only counted.
const SHOWN: usize = 3;
/// Actions that are shown before the rest is only counted.
const SHOWN_ACTIONS: usize = 15;
/// The column in which the text of an action begins, in characters.
const INDENT: usize = 5;

/// The lines of the list, first what is certain, then what is only possible; none where nothing is to be done.
pub(super) fn lines(
    list: &ShoppingList<'_>,
    names: Vec<&str>,
    options: HumanOptions,
) -> Vec<String> {
    let page = Page { names, options };
    let certain: Vec<_> = list.certain().collect();
    let possible: Vec<_> = list.possible().collect();
    let perhaps = if certain.is_empty() {
        "Perhaps to do before the import, unless the target has them"
    } else {
        "Perhaps, unless the target has them"
    };
    let mut lines = Vec::new();
    page.part("To do before the import", &certain, 0, &mut lines);
    page.part(perhaps, &possible, certain.len(), &mut lines);
    lines
}

struct Page<'a> {
    names: Vec<&'a str>,
    options: HumanOptions,
}

impl Page<'_> {
    fn part(&self, title: &str, actions: &[&Action<'_>], before: usize, lines: &mut Vec<String>) {
        if actions.is_empty() {
            return;
        }
        lines.push(title.to_owned());
        let limit = if self.options.verbose {
            usize::MAX
        } else {
            SHOWN_ACTIONS
        };
        for (place, action) in actions.iter().take(limit).enumerate() {
            let number = format!("{:>3}. ", before + place + 1);
            self.action(&number, action, lines);
        }
        let more = actions.len().saturating_sub(limit);
        if more > 0 {
            lines.push(format!("     … and {more} more; --verbose shows them all"));
        }
        lines.push(String::new());
    }

    fn action(&self, number: &str, action: &Action<'_>, lines: &mut Vec<String>) {
        // A command is copied as it stands, so it is never broken.
        let width = self.options.width.saturating_sub(INDENT + 2);
        let title = match action.command() {
            Some(command) => vec![command],
            None => wrapped(&safe(&title(action, |package| self.name(package))), width),
        };
        for (place, line) in title.iter().enumerate() {
            let start = if place == 0 { number } else { "     " };
            lines.push(format!("{start}{line}"));
        }
        for line in wrapped(&self.purpose(action), width) {
            lines.push(format!("       {line}"));
        }
        if self.options.verbose {
            for component in components(action) {
                lines.push(format!("         {}", safe(&component.to_string())));
            }
        }
    }

    /// What an action is for: what it brings, for which components, of which packages.
    fn purpose(&self, action: &Action<'_>) -> String {
        let mut parts = Vec::new();
        if action.is_hint {
            parts.push("as far as the catalogue knows".to_owned());
        }
        if let ActionKind::EnableFeature(feature) = &action.kind
            && !action.is_update()
        {
            parts.push(feature.switched_on.to_owned());
        }
        if let Some(brings) = brings(action) {
            parts.push(brings);
        }
        parts.push(self.components(action));
        if self.names.len() > 1 {
            let name = |number: &usize| self.name(*number);
            let packages = few(&action.packages(), SHOWN, name);
            parts.push(format!("needed by {packages}"));
        }
        parts.join("; ")
    }

    fn name(&self, package: usize) -> String {
        let name = self.names.get(package).copied();
        safe(name.unwrap_or_default()).into_owned()
    }

    fn components(&self, action: &Action<'_>) -> String {
        let components = components(action);
        if self.options.verbose {
            return format!("for {}", count(components.len(), "component"));
        }
        let name = |component: &&Identity| safe(&component.to_string()).into_owned();
        format!("for {}", few(&components, SHOWN, name))
    }
}

/// What an action is, and what it is for. The first is a command where the second says so.
pub(super) fn told(action: &Action<'_>, names: &[&str]) -> (String, bool, String) {
    let page = Page {
        names: names.to_vec(),
        options: HumanOptions::default(),
    };
    let command = action.command();
    let is_command = command.is_some();
    let what = command.unwrap_or_else(|| title(action, |package| page.name(package)));
    (what, is_command, page.purpose(action))
}

/// The first few of a list by their names; the rest is only counted.
fn few<T>(all: &[T], shown: usize, name: impl Fn(&T) -> String) -> String {
    let names: Vec<_> = all.iter().take(shown).map(name).collect();
    let names = names.join(", ");
    match all.len().saturating_sub(shown) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// The components that an action is for: those that are added, else those that are required.
pub(super) fn components<'a>(action: &Action<'a>) -> Vec<&'a Identity> {
    match &action.kind {
        ActionKind::AddComponents { components, .. } => components.clone(),
        ActionKind::UpdatePlatform
        | ActionKind::InstallApplication { .. }
        | ActionKind::ObtainApplication { .. }
        | ActionKind::FindApplication
        | ActionKind::EnableFeature(_)
        | ActionKind::ImportSolution
        | ActionKind::ImportPackage(_)
        | ActionKind::LookInTarget
        | ActionKind::FindSupplier => {
            // Several packages may need one component.
            let mut known = FxHashSet::default();
            let required = action.needs.iter().map(|need| &need.requirement.required);
            required
                .filter(|required| known.insert(*required))
                .collect()
        }
    }
}

/// What is to be done, in a clause. `name` gives the solution of a package.
pub(super) fn title(action: &Action<'_>, name: impl Fn(usize) -> String) -> String {
    let is_update = action.is_update();
    let verb = if is_update { "Update" } else { "Install" };
    match &action.kind {
        ActionKind::UpdatePlatform => {
            "Import into an environment of the same or a newer platform version".to_owned()
        }
        ActionKind::InstallApplication { package, .. } => {
            format!("{verb} the application package {}", package.name)
        }
        ActionKind::ObtainApplication {
            application,
            how: "",
        } => {
            format!("{verb} {application}")
        }
        ActionKind::ObtainApplication { application, how } => {
            format!("{verb} {application} ({how})")
        }
        ActionKind::FindApplication if is_update => {
            "Update Microsoft's applications in the admin centre".to_owned()
        }
        ActionKind::FindApplication => {
            "Find out which application of Microsoft brings these solutions, and install it"
                .to_owned()
        }
        ActionKind::EnableFeature(Feature { name, .. }) if is_update => format!(
            "Have {name} updated: Microsoft does so about every two weeks, its support sooner"
        ),
        ActionKind::EnableFeature(Feature { name, licence, .. }) => {
            format!("Enable {name}, which cannot be installed by hand (licence: {licence})")
        }
        ActionKind::ImportSolution => import(action),
        ActionKind::ImportPackage(given) => format!(
            "Import the package {}, given in this run, before {}",
            given.named(),
            action
                .packages()
                .first()
                .map_or(String::new(), |first| name(*first))
        ),
        ActionKind::AddComponents { package, .. } => {
            format!(
                "Add to {} where it is made, and export it again",
                name(*package)
            )
        }
        ActionKind::LookInTarget => {
            "Look in the target for these components: their solutions are installed".to_owned()
        }
        ActionKind::FindSupplier => {
            "Find out which solution has these components, and import it".to_owned()
        }
    }
}

fn import(action: &Action<'_>) -> String {
    let Some(wanted) = action.solutions.first() else {
        return "Import the solution".to_owned();
    };
    let solution = wanted.solution;
    let at_least = at_least(wanted.version);
    match (wanted.installed, wanted.version) {
        (None, _) => {
            format!("Import solution {solution}{at_least} (its publisher has the package)")
        }
        (Some(have), Some(want)) if have.cmp_release(want).is_lt() => {
            format!("Update solution {solution} from {have} to {want} or later")
        }
        (Some(have), _) => format!(
            "Update solution {solution} to a version that has what is needed; the target has {have}"
        ),
    }
}

/// What an action brings, where its title does not say so.
pub(super) fn brings(action: &Action<'_>) -> Option<String> {
    let solutions = solutions(&action.solutions);
    match &action.kind {
        _ if action.solutions.is_empty() => None,
        ActionKind::ImportSolution
        | ActionKind::ImportPackage(_)
        | ActionKind::AddComponents { .. }
        | ActionKind::FindSupplier => None,
        ActionKind::FindApplication | ActionKind::LookInTarget => Some(solutions),
        ActionKind::UpdatePlatform
        | ActionKind::ObtainApplication { .. }
        | ActionKind::EnableFeature(_) => Some(format!("brings {solutions}")),
        ActionKind::InstallApplication { package, others } => {
            let app = package.app_name.as_deref();
            let app = app.map(|app| format!("\"{}\"", safe(app)));
            let version = package
                .version
                .as_ref()
                .map(|version| format!("{version} or later"));
            let what: Vec<_> = app.into_iter().chain(version).collect();
            let what = what.join(" ");
            let comma = if what.is_empty() { "" } else { ", " };
            let verb = if action.is_update() {
                "updates"
            } else {
                "brings"
            };
            let name = |other: &&ApplicationPackage| safe(&other.name).into_owned();
            let instead = match others.as_slice() {
                [] => String::new(),
                others => format!("; instead of it {} would do", few(others, SHOWN, name)),
            };
            Some(format!("{what}{comma}{verb} {solutions}{instead}"))
        }
    }
}

fn solutions(wanted: &[Wanted<'_>]) -> String {
    few(wanted, SHOWN, |wanted| {
        let solution = safe(wanted.solution.as_str());
        let version = wanted.version;
        version.map_or(solution.to_string(), |version| {
            format!("{solution} {version}")
        })
    })
}

fn at_least(version: Option<&Version>) -> String {
    version.map_or(String::new(), |version| format!(" {version} or later"))
}

/// Where the packages that were checked stand in the report, and their requirements in the report's list.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    packages: Vec<(usize, usize)>,
}

impl Numbers {
    /// Takes the next package that was checked: its number, and the number of its first requirement.
    pub(super) fn add(&mut self, package: usize, requirement: usize) {
        self.packages.push((package, requirement));
    }

    fn package(&self, number: usize) -> usize {
        self.packages
            .get(number)
            .map_or(number, |(number, _)| *number)
    }

    fn requirement(&self, package: usize, index: usize) -> usize {
        let first = self.packages.get(package).map_or(0, |(_, first)| *first);
        first + index
    }
}

/// An action as the contract of `check` writes one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Action")]
pub(super) struct ActionJson<'a> {
    /// What sort of action it is.
    kind: &'static str,
    /// Whether it is known to be needed.
    certain: bool,
    /// Whether it is a hint and nothing to do.
    hint: bool,
    /// What to do, as a sentence.
    text: String,
    /// The command that does it, where there is one.
    command: Option<String>,
    /// The application package to install.
    application_package: Option<ApplicationJson<'a>>,
    /// Other application packages that bring the same.
    alternatives: Vec<ApplicationJson<'a>>,
    /// The application to obtain.
    application: Option<&'static str>,
    /// The feature to switch on.
    feature: Option<FeatureJson>,
    /// The solutions that it brings.
    solutions: Vec<WantedJson<'a>>,
    /// The package that it is about, by its place among the packages.
    package: Option<usize>,
    /// The packages that need it.
    needed_by: Vec<usize>,
    /// The requirements that it meets, by their places among the requirements.
    requirements: Vec<usize>,
}

/// A feature that a licence and a switch provide.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Feature")]
struct FeatureJson {
    /// What it is called.
    name: &'static str,
    /// The licence that it needs.
    licence: &'static str,
    /// How it is switched on.
    switched_on: &'static str,
    /// Where that is described.
    source: &'static str,
}

/// A solution that is wanted in the target.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WantedSolution")]
struct WantedJson<'a> {
    /// Its unique name.
    solution: &'a str,
    /// The least version that is needed.
    version: Option<String>,
    /// The version that the target has.
    installed: Option<String>,
}

impl<'a> ActionJson<'a> {
    pub(super) fn new(action: &'a Action<'_>, numbers: &Numbers, names: &[&str]) -> Self {
        let name = |package: usize| names.get(package).copied().unwrap_or_default().to_owned();
        let needs = action.needs.iter();
        let solutions = action.solutions.iter().map(|wanted| WantedJson {
            solution: wanted.solution.as_str(),
            version: version_text(wanted.version),
            installed: version_text(wanted.installed),
        });
        let packages = action.packages().into_iter();
        let mut json = Self {
            kind: action.name(),
            certain: action.is_certain(),
            hint: action.is_hint,
            text: title(action, name),
            command: action.command(),
            application_package: None,
            alternatives: Vec::new(),
            application: None,
            feature: None,
            solutions: solutions.collect(),
            package: None,
            needed_by: packages.map(|number| numbers.package(number)).collect(),
            requirements: needs
                .map(|need| numbers.requirement(need.package, need.index))
                .collect(),
        };
        json.tell(&action.kind, numbers);
        json
    }

    /// Fills in what only actions of one kind have.
    fn tell(&mut self, kind: &'a ActionKind<'_>, numbers: &Numbers) {
        match kind {
            ActionKind::InstallApplication { package, others } => {
                let others = others
                    .iter()
                    .map(|other: &&ApplicationPackage| (*other).into());
                self.application_package = Some(package.into());
                self.alternatives = others.collect();
            }
            ActionKind::ObtainApplication { application, .. } => {
                self.application = Some(application);
            }
            ActionKind::EnableFeature(feature) => {
                self.feature = Some(FeatureJson {
                    name: feature.name,
                    licence: feature.licence,
                    switched_on: feature.switched_on,
                    source: feature.source,
                });
            }
            ActionKind::ImportPackage(given) => self.package = Some(numbers.package(given.number)),
            ActionKind::AddComponents { package, .. } => {
                self.package = Some(numbers.package(*package));
            }
            ActionKind::UpdatePlatform
            | ActionKind::FindApplication
            | ActionKind::ImportSolution
            | ActionKind::LookInTarget
            | ActionKind::FindSupplier => {}
        }
    }
}
