//! Which operation an import is: what is asked for, and what the platform's clients make of it.

use super::SimulateOptions;
use super::verdict::Doubt;
use crate::check::{Examined, Operation, Stage};
use crate::model::{LogicalName, PackageType, Solution, Version};
use crate::target::{Presence, SolutionRow, Target};

/// What whoever imports asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Request {
    /// What the platform's own clients choose: the import page of the maker portal for a solution, Package Deployer for a
    /// package of its own.
    #[default]
    Auto,
    /// A first import.
    Install,
    /// An update, as `pac solution import` does without switches.
    Update,
    /// Stage and apply in one, as `pac solution import --stage-and-upgrade`.
    Upgrade,
    /// Stage for upgrade, as `pac solution import --import-as-holding`.
    Stage,
    /// Apply a staged upgrade, as `pac solution upgrade`.
    ApplyUpgrade,
    /// Import a patch.
    Patch,
}

/// An operation that was chosen.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) operation: Operation,
    /// Why, as a sentence.
    pub(super) because: String,
    /// What is not known of it.
    pub(super) doubts: Vec<Doubt>,
    /// What is taken to be as usual.
    pub(super) assumed: Vec<String>,
}

impl Choice {
    fn of(operation: Operation, because: impl Into<String>) -> Self {
        Self {
            operation,
            because: because.into(),
            doubts: Vec::new(),
            assumed: Vec::new(),
        }
    }

    /// Tells of the patches that go with the old version.
    pub(super) fn tell_patches(&mut self, patches: &[String]) {
        if !patches.is_empty() && self.operation.removes() {
            let told = format!(" Patches over it are removed: {}.", patches.join(", "));
            self.because.push_str(&told);
        }
    }

    fn doubting(mut self, what: String, settle: &str) -> Self {
        let stage = match self.operation {
            Operation::ApplyUpgrade => Stage::ApplyUpgrade,
            Operation::Install
            | Operation::Update
            | Operation::Upgrade
            | Operation::Stage
            | Operation::Patch
            | Operation::Skip => Stage::Manifest,
        };
        self.doubts.push(Doubt {
            stage,
            what,
            settle: settle.to_owned(),
        });
        self
    }
}

/// What a target knows of the solution that is imported.
struct Known<'a> {
    name: &'a str,
    presence: Presence,
    row: Option<&'a SolutionRow>,
    is_managed: bool,
    incoming: Option<Version>,
    installed: Option<Version>,
}

/// What tells which solutions a target has.
pub(super) const LIST_SOLUTIONS: &str = "Add the list of solutions to the target manifest: 'pac solution list --includeSystemSolutions --json'.";

impl<'a> Known<'a> {
    fn new(solution: &'a Solution, target: &'a Target) -> Self {
        let manifest = &solution.manifest;
        let name = LogicalName::new(manifest.name());
        let is_managed = manifest.package_type == PackageType::Managed;
        let row = target.solution(&name);
        Self {
            name: manifest.name(),
            presence: target.has_solution(&name, is_managed),
            row,
            is_managed,
            incoming: manifest.version(),
            installed: row.and_then(SolutionRow::parsed_version),
        }
    }

    /// Whether the incoming version is higher; `None` where one of the two is not known.
    fn is_higher(&self) -> Option<bool> {
        Some(self.incoming.as_ref()? > self.installed.as_ref()?)
    }

    fn shown(&self) -> String {
        match &self.installed {
            Some(version) => format!("the target has {} {version}", self.name),
            None => format!("the target has {}", self.name),
        }
    }

    fn version_not_known(&self) -> String {
        format!(
            "Which version of {} the target has is not known, nor whether this one is higher.",
            self.name
        )
    }
}

/// Chooses the operation for a package.
pub(super) fn choose(package: &Examined, target: &Target, options: &SimulateOptions) -> Choice {
    let known = Known::new(&package.solution, target);
    let is_patch = package.solution.manifest.parent_solution.is_some();
    let is_deployed = package.deployer.is_some() && options.request == Request::Auto;
    let mut choice = match skipped(&known, options) {
        Some(skipped) => skipped,
        None if is_deployed => deployed(&known, is_patch),
        None if is_patch && options.request != Request::ApplyUpgrade => {
            Choice::of(Operation::Patch, "The package is a patch.")
        }
        None => requested(&known, options),
    };
    if choice.operation == Operation::Skip {
        return choice;
    }
    if options.skip_lower_version
        && known.presence == Presence::Present
        && known.is_higher().is_none()
    {
        choice = choice.doubting(known.version_not_known(), LIST_SOLUTIONS);
    }
    if known.presence == Presence::Unknown {
        let what = format!(
            "Whether the target has solution {} is not known.",
            known.name
        );
        choice = choice.doubting(what, LIST_SOLUTIONS);
    } else if known.row.is_some_and(|row| row.managed.is_none()) {
        let what = format!(
            "Whether {} is managed in the target is not known.",
            known.name
        );
        choice = choice.doubting(what, LIST_SOLUTIONS);
    }
    assume(&mut choice, &known, target);
    choice
}

/// Names what manifests seldom say and what is nearly always as usual: who publishes the installed solution, and which version
/// an online environment has.
fn assume(choice: &mut Choice, known: &Known<'_>, target: &Target) {
    let has_publisher = known.row.is_none_or(|row| row.publisher.is_some());
    if known.is_managed && !has_publisher {
        choice.assumed.push(format!(
            "The publisher of {} in the target is that of the package: the manifest does not say.",
            known.name
        ));
    }
    if target.manifest().environment.version.is_none() {
        let what = "The target's platform takes the package's format: the manifest does not say its version.";
        choice.assumed.push(what.to_owned());
    }
}

/// `--skip-lower-version`: the client imports nothing that is not higher, and says that all went well.
fn skipped(known: &Known<'_>, options: &SimulateOptions) -> Option<Choice> {
    let is_there = known.presence == Presence::Present;
    (options.skip_lower_version && is_there && known.is_higher() == Some(false)).then(|| {
        Choice::of(
            Operation::Skip,
            format!("--skip-lower-version passes over it: {}.", known.shown()),
        )
    })
}

/// Package Deployer: what is new is installed, a higher version is upgraded, everything else is passed over.
///
/// Source: learn.microsoft.com/dotnet/api/microsoft.xrm.tooling.packagedeployment.crmpackageextentionbase.importaction, and
/// public reports of how a higher version is imported.
fn deployed(known: &Known<'_>, is_patch: bool) -> Choice {
    let shown = known.shown();
    match (known.presence, known.is_higher()) {
        (Presence::Present, Some(false)) => Choice::of(
            Operation::Skip,
            format!("Package Deployer passes over what is not higher: {shown}."),
        ),
        _ if is_patch => Choice::of(Operation::Patch, "The package is a patch."),
        (Presence::Absent | Presence::Unknown, _) => Choice::of(
            Operation::Install,
            "Package Deployer installs what is not there.",
        ),
        (Presence::Present, _) if !known.is_managed => Choice::of(
            Operation::Update,
            format!("Package Deployer updates: {shown}."),
        ),
        (Presence::Present, Some(true)) => Choice::of(
            Operation::Upgrade,
            format!("Package Deployer upgrades: {shown}."),
        ),
        (Presence::Present, None) => {
            Choice::of(Operation::Upgrade, format!("{}.", capital(&shown)))
                .doubting(known.version_not_known(), LIST_SOLUTIONS)
        }
    }
}

fn requested(known: &Known<'_>, options: &SimulateOptions) -> Choice {
    let is_there = known.presence == Presence::Present;
    let not_there = match known.presence {
        Presence::Unknown => format!("The target manifest does not list {}.", known.name),
        Presence::Present | Presence::Absent => {
            format!("The target does not have {}.", known.name)
        }
    };
    match options.request {
        Request::Auto => auto(known),
        Request::Install | Request::Update | Request::Patch if is_there => Choice::of(
            Operation::Update,
            format!("An import without switches updates: {}.", known.shown()),
        ),
        Request::Install | Request::Update | Request::Patch => {
            Choice::of(Operation::Install, not_there)
        }
        Request::Stage => Choice::of(Operation::Stage, "It is asked for."),
        Request::ApplyUpgrade => Choice::of(Operation::ApplyUpgrade, "It is asked for."),
        Request::Upgrade if is_there => Choice::of(Operation::Upgrade, "It is asked for."),
        // The action is said to apply the upgrade "when applicable"; reports of what it does without a base differ.
        Request::Upgrade => Choice::of(Operation::Install, not_there).doubting(
            "Without an installed base, stage and upgrade either installs the solution or fails with \"Cannot create a \
             holding solution for missing base\": sources differ."
                .to_owned(),
            "Import it the first time without the switch.",
        ),
    }
}

/// What the import page of the maker portal does.
///
/// Source: learn.microsoft.com/power-apps/maker/data-platform/update-solutions: upgrade is the default for an installed
/// managed solution. It refuses to upgrade to the same or a lower version, and updates then.
fn auto(known: &Known<'_>) -> Choice {
    let because = format!("{}.", capital(&known.shown()));
    match (known.presence, known.is_higher()) {
        (Presence::Absent, _) => Choice::of(
            Operation::Install,
            format!("The target does not have {}.", known.name),
        ),
        (Presence::Unknown, _) => Choice::of(
            Operation::Install,
            format!("The target manifest does not list {}.", known.name),
        ),
        (Presence::Present, _) if !known.is_managed => Choice::of(Operation::Update, because),
        (Presence::Present, Some(true)) => Choice::of(Operation::Upgrade, because),
        (Presence::Present, Some(false)) => Choice::of(Operation::Update, because),
        (Presence::Present, None) => Choice::of(Operation::Update, because)
            .doubting(known.version_not_known(), LIST_SOLUTIONS),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
