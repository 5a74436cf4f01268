//! `simulate`: what would the import do, component by component?

use clap::{Args, ValueEnum};
use solvet::check::{
    Asking, CheckOptions, Circumstances, Examined, ImportSwitches, Operation, Outcome,
    check_configuration, examine_arguments_telling,
};
use solvet::config::Config;
use solvet::finding::Severity;
use solvet::model::{LogicalName, Manifest, Solution, Version};
use solvet::report::simulation::{self, SimulationReport};
use solvet::report::{Report, status_of};
use solvet::settings;
use solvet::simulate::{
    Request, SimulateOptions, Simulation, Surroundings, Verdict, simulate, simulate_apply,
};
use solvet::target::{self, Overwrite, Target};
use solvet::{Error, ExitStatus};

use super::judging::{JudgedRun, JudgingOptions, circumstances, switched_off};
use super::options::{FailOn, ReadingOptions, TargetOptions};
use super::output::{Output, OutputOptions, ReportFormat};
use super::progress::Progress;
use super::sharing::{Shared, SharingOptions, tell_unused};
use super::summary::summarize;
use super::timing::TimingOptions;

/// Arguments of `simulate`.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Solution zips, unzipped or unpacked folders, Package Deployer packages, folders of these, globs, or - for standard
    /// input; none where a staged upgrade is applied
    #[arg(value_name = "PACKAGE", required_unless_present = "solution")]
    packages: Vec<String>,

    #[command(flatten)]
    reading: ReadingOptions,

    #[command(flatten)]
    target: TargetOptions,

    /// What is done with the packages; patches are imported as patches in any case
    #[arg(long, value_enum, default_value_t = OperationName::Auto, value_name = "OPERATION")]
    operation: OperationName,

    /// The solution whose staged upgrade is applied, where no package of it is at hand
    #[arg(long, value_name = "NAME", conflicts_with = "packages")]
    solution: Option<String>,

    #[command(flatten)]
    switches: Switches,

    /// The package of a version that is installed in the target, to know what an upgrade removes
    #[arg(long, value_name = "PACKAGE")]
    installed: Vec<String>,

    /// The deployment settings that the packages are imported with
    #[arg(long = "settings-file", value_name = "FILE", help_heading = SWITCHES)]
    settings: Option<String>,

    /// Import the packages in the order given, not in the order that works
    #[arg(long)]
    in_order: bool,

    /// Tell what later stages would say, although the import stops before them
    #[arg(long)]
    keep_going: bool,

    /// Write the target manifest as it would be afterwards
    #[arg(long, value_name = "FILE")]
    save_target: Option<String>,

    /// Replace the file of --save-target if it exists
    #[arg(long, requires = "save_target")]
    force: bool,

    /// What to make of an import of which nobody can say whether it succeeds
    #[arg(long, value_enum, default_value_t = Unknown::Note, value_name = "HOW")]
    unknown: Unknown,

    /// The severity from which on the exit status is 1; at error the verdict decides
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,

    #[command(flatten)]
    timing: TimingOptions,

    #[command(flatten)]
    judging: JudgingOptions,

    #[command(flatten)]
    output: OutputOptions<ReportFormat>,

    #[command(flatten)]
    sharing: SharingOptions,
}

/// The heading of the switches in the help.
const SWITCHES: &str = "Switches of pac solution import";

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the platform's own client"
)]
struct Switches {
    /// Stage the new version and apply the upgrade in one
    #[arg(long, conflicts_with_all = ["operation", "import_as_holding"], help_heading = SWITCHES)]
    stage_and_upgrade: bool,

    /// Stage the new version as holding solution
    #[arg(long, conflicts_with = "operation", help_heading = SWITCHES)]
    import_as_holding: bool,

    /// Remove unmanaged customizations of what the package holds
    #[arg(long, short = 'f', help_heading = SWITCHES)]
    force_overwrite: bool,

    /// Pass over packages that are not higher than what is installed
    #[arg(long, help_heading = SWITCHES)]
    skip_lower_version: bool,

    /// Do not ask for dependencies that are product updates; all others are asked for
    #[arg(long, short = 's', help_heading = SWITCHES)]
    skip_dependency_check: bool,

    /// Convert what is unmanaged in the target to managed
    #[arg(long, help_heading = SWITCHES)]
    convert_to_managed: bool,

    /// Publish everything afterwards
    #[arg(long, help_heading = SWITCHES)]
    publish_changes: bool,

    /// Switch plug-in steps, processes and flows on
    #[arg(long, help_heading = SWITCHES)]
    activate_plugins: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum OperationName {
    /// What the platform's own clients do
    Auto,
    /// Import what is not there yet
    Install,
    /// Replace what is there, remove nothing
    Update,
    /// Stage and apply
    Upgrade,
    /// Stage as holding solution
    Stage,
    /// Apply what was staged
    ApplyUpgrade,
    /// Import a patch
    Patch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Unknown {
    Note,
    Error,
}

/// What is read before the packages.
#[derive(Clone, Copy, Debug)]
struct Given<'a> {
    target: &'a Target,
    config: &'a Config,
    judging: &'a CheckOptions,
}

impl Simulate {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        let packages = self.packages.iter().chain(&self.installed);
        let packages = packages.chain(&self.settings).map(String::as_str);
        self.output.validate(packages.chain(self.target.file()))?;
        let config = self.reading.configuration()?;
        self.output.link(&config);
        self.timing.begin();
        let judging = CheckOptions {
            keeps_graph: self.output.has(ReportFormat::Shared(Shared::Html)),
            ..self.judging.options(&config)?
        };
        let maps = self.sharing.maps(&self.reading, &config)?;
        let target = self.target.required(&config)?;
        if let Some(note) = target.ageing() {
            self.output.note(&note);
        }
        if let Some(file) = &self.save_target {
            target::may_write(file, self.overwrite())?;
        }
        let given = Given {
            target: &target,
            config: &config,
            judging: &judging,
        };
        let installed = self.read_installed(given)?;
        let report = self.reading.in_pool(|| self.report(given, &installed))?;
        let steps = report.simulation.steps.iter();
        let found = steps.map(|step| (step.solution.as_str(), step.findings.as_slice()));
        let is_whole = report.failed.is_empty();
        let run = JudgedRun {
            judging: &judging,
            circumstances: &circumstances_of(&report.simulation, is_whole),
            is_whole,
        };
        if let Some(note) = self.judging.write_baseline(found, run)? {
            self.output.note(&note);
        }
        let whole = || Report {
            maps: &maps,
            ..Report::of_simulation(&report, &judging, self.settings.is_some())
        };
        Output::write(&self.output, |format, human| match format {
            ReportFormat::Human if self.output.quiet => simulation::verdict(&report, human),
            ReportFormat::Human => simulation::human(&report, human),
            ReportFormat::Json => simulation::json(&report),
            ReportFormat::Shared(shared) => shared.write(&whole(), self.fail_on.severity()),
        })?;
        summarize(&self.output, whole);
        tell_unused(&self.output, &maps, whole);
        self.fail_on.tell(report.findings());
        if let (Some(file), Some(manifest)) = (&self.save_target, &report.simulation.target) {
            target::write_manifest(file, manifest, None, self.overwrite())?;
        }
        self.timing.tell(&self.output);
        Ok(self.status(&report))
    }

    fn overwrite(&self) -> Overwrite {
        if self.force {
            Overwrite::Allowed
        } else {
            Overwrite::Refused
        }
    }

    fn status(&self, report: &SimulationReport) -> ExitStatus {
        let failed = report.failed.iter().map(Error::exit_status).max();
        let judged = match report.verdict() {
            // A package that cannot be read has a status of its own.
            Verdict::Fails if report.simulation.verdict == Verdict::Fails => ExitStatus::Findings,
            Verdict::Unknown if self.unknown == Unknown::Error => ExitStatus::Findings,
            Verdict::Fails
            | Verdict::Unknown
            | Verdict::Succeeds
            | Verdict::SucceedsWithWarnings => ExitStatus::Clean,
        };
        // What fails the import is in the verdict; what is an error only here, or lies beside packages, is not.
        let settings = &report.simulation.settings;
        let beside = settings.iter().chain(&report.configuration);
        let raised = report.findings().filter(|placed| placed.finding.is_local);
        let judged = judged.max(status_of(beside.chain(raised), Severity::Error));
        let judged = match self.fail_on {
            FailOn::Error => judged,
            FailOn::Warning | FailOn::Note => {
                let beside = settings.iter().chain(&report.configuration);
                let all = beside.chain(report.findings());
                judged.max(status_of(all, self.fail_on.severity()))
            }
        };
        failed.map_or(judged, |failed| failed.max(judged))
    }

    fn options(&self, check: CheckOptions) -> SimulateOptions {
        let switches = &self.switches;
        let request = match self.operation {
            _ if self.solution.is_some() => Request::ApplyUpgrade,
            _ if switches.stage_and_upgrade => Request::Upgrade,
            _ if switches.import_as_holding => Request::Stage,
            OperationName::Auto => Request::Auto,
            OperationName::Install => Request::Install,
            OperationName::Update => Request::Update,
            OperationName::Upgrade => Request::Upgrade,
            OperationName::Stage => Request::Stage,
            OperationName::ApplyUpgrade => Request::ApplyUpgrade,
            OperationName::Patch => Request::Patch,
        };
        SimulateOptions {
            request,
            switches: ImportSwitches {
                force_overwrite: switches.force_overwrite,
                skip_dependency_check: switches.skip_dependency_check,
                convert_to_managed: switches.convert_to_managed,
                publish_changes: switches.publish_changes,
                activate_plugins: switches.activate_plugins,
            },
            skip_lower_version: switches.skip_lower_version,
            in_order: self.in_order,
            keep_going: self.keep_going,
            settings: None,
            check,
            wants_target: self.save_target.is_some() || self.output.has(ReportFormat::Json),
        }
    }

    /// Reads the packages of what is installed. One of another version than the target has would mislead.
    fn read_installed(&self, given: Given<'_>) -> Result<Vec<Solution>, Error> {
        let mut solutions = Vec::new();
        for examined in self.examine(&self.installed, Asking::Installed, given).0 {
            let examined = examined?;
            let fits = check_installed(&examined, given.target);
            fits.map_err(|error| self.target.told(error, given.config))?;
            solutions.push(examined.solution);
        }
        Ok(solutions)
    }

    fn report(&self, given: Given<'_>, installed: &[Solution]) -> Result<SimulationReport, Error> {
        let target = given.target;
        let is_apply = matches!(
            self.operation,
            OperationName::Auto | OperationName::ApplyUpgrade
        );
        if self.solution.is_some() && !is_apply {
            return Err(Error::Usage {
                what: "without a package there is nothing to import".into(),
                remedy: "Give packages, or --operation apply-upgrade with --solution.".into(),
            });
        }
        let (outcomes, packages) = self.examine(&self.packages, Asking::Import, given);
        let mut examined = Vec::new();
        let mut failed = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(one) => examined.push(one),
                Err(error) => failed.push(error),
            }
        }
        if self.operation == OperationName::Patch
            && let Some(other) = examined
                .iter()
                .find(|one| one.solution.manifest.parent_solution.is_none())
        {
            return Err(Error::Usage {
                what: format!("{} is not the package of a patch", other.path),
                remedy: "Leave --operation patch away, or give a patch: its solution.xml names a ParentSolution.".into(),
            });
        }
        let surroundings = Surroundings { target, installed };
        let mut options = self.options(given.judging.clone());
        let limits = self.reading.open_options(given.config).limits;
        let settings = self.settings.as_deref();
        options.settings = settings
            .map(|path| settings::read(path, &limits))
            .transpose()?;
        let mut simulation = match &self.solution {
            Some(name) => simulate_apply(name, surroundings, &options),
            None => simulate(examined, surroundings, &options),
        };
        simulation.notes.extend(switched_off(given.judging));
        let is_whole = failed.is_empty();
        Ok(SimulationReport {
            packages,
            failed,
            configuration: check_configuration(
                given.config,
                &circumstances_of(&simulation, is_whole),
                given.judging,
            ),
            simulation,
            target: self.target.name(target, given.config),
        })
    }

    /// Examines packages; those that cannot be read have their place among them.
    fn examine(
        &self,
        packages: &[String],
        asking: Asking,
        given: Given<'_>,
    ) -> (Vec<Result<Examined, Error>>, Vec<String>) {
        let options = self.reading.open_options(given.config);
        let mut examined = Vec::new();
        let mut paths = Vec::new();
        let progress = Progress::begin("read", self.output.quiet);
        let outcomes =
            examine_arguments_telling(packages, &options, asking, given.judging, &|told| {
                progress.tell(told);
            });
        drop(progress);
        for outcome in outcomes {
            match outcome {
                Outcome::Examined(one) => {
                    paths.push(one.path.to_string());
                    examined.push(Ok(*one));
                }
                Outcome::Failed(error) => examined.push(Err(error)),
                Outcome::PassedOver(error) => self.output.note(&format!("passed over {error}")),
            }
        }
        (examined, paths)
    }
}

/// What was done. A step that fails, or is passed over, says nothing of what later stages would find.
fn circumstances_of(simulation: &Simulation, is_whole: bool) -> Circumstances {
    let mut steps = simulation.steps.iter();
    let is_whole = is_whole
        && steps.all(|step| step.verdict != Verdict::Fails && step.operation != Operation::Skip);
    let mut circumstances = circumstances();
    circumstances.has_packages = is_whole;
    circumstances.has_target = true;
    circumstances.has_import = is_whole;
    for step in &simulation.steps {
        circumstances.add(step.solution.as_str(), &step.findings);
    }
    circumstances
}

/// Refuses the package of another version than the target has.
pub(super) fn check_installed(examined: &Examined, target: &Target) -> Result<(), Error> {
    let manifest = &examined.solution.manifest;
    match (other_version(manifest, target), manifest.version()) {
        (Some(listed), Some(given)) => Err(Error::Usage {
            what: format!(
                "{} is {} {given}, and the target has {listed}",
                examined.path,
                manifest.name()
            ),
            remedy: "Give the package of the installed version, or bring the target manifest up to date.".into(),
        }),
        _ => Ok(()),
    }
}

/// The version that the target has of a solution, where it is surely another one.
pub(super) fn other_version(manifest: &Manifest, target: &Target) -> Option<Version> {
    let row = target.solution(&LogicalName::new(manifest.name()))?;
    let (listed, given) = (row.parsed_version()?, manifest.version()?);
    (listed != given).then_some(listed)
}
