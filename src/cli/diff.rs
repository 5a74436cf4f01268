//! `diff`: what changed from one package to the other?

use clap::Args;
use solvet::check::{
    Asking, CheckOptions, Examined, Outcome, Phase, Told, examine_arguments, in_phase,
};
use solvet::config::Config;
use solvet::diff::{Version, diff};
use solvet::model::{LogicalName, PackageType};
use solvet::package::{Opened, holds_no_solution, locate, open};
use solvet::report::diff::{self as report, DiffReport, Upgrade};
use solvet::report::html;
use solvet::simulate::{Request, SimulateOptions, Surroundings, simulate};
use solvet::target::{Presence, Target};
use solvet::{Error, ExitStatus};

use super::judging::today;
use super::options::{ReadingOptions, TargetOptions};
use super::output::{Formats, Output, OutputOptions};
use super::progress::Progress;
use super::simulate::{check_installed, other_version};
use super::timing::TimingOptions;

/// The formats of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Comparison {
    Human,
    Json,
    Html,
}

impl Formats for Comparison {
    const ALL: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("json", Self::Json),
        ("html", Self::Html),
    ];
    const HELP: &'static str = "human, json or html (a page to read), with =FILE to write to a file; may be given several times [default: human]";
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The old package: a solution zip, an unzipped or unpacked folder, or - for standard input
    #[arg(value_name = "OLD")]
    old: String,

    /// The new package, in any layout
    #[arg(value_name = "NEW")]
    new: String,

    /// Exit with status 1 where something is breaking, or the upgrade fails in the target
    #[arg(long)]
    require_additive: bool,

    #[command(flatten)]
    target: TargetOptions,

    #[command(flatten)]
    reading: ReadingOptions,

    #[command(flatten)]
    timing: TimingOptions,

    #[command(flatten)]
    output: OutputOptions<Comparison>,
}

impl Diff {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let packages = [self.old.as_str(), self.new.as_str()].into_iter();
        self.output.protect(packages.chain(self.target.file()))?;
        let config = self.reading.configuration()?;
        self.output.link(&config);
        self.timing.begin();
        let target = self.target.load(&config)?;
        let from_input = [&self.old, &self.new]
            .into_iter()
            .filter(|one| *one == "-")
            .count();
        if from_input > 1 || (from_input > 0 && target.is_some()) {
            return Err(Error::Usage {
                what: "standard input can be read once, and this reads it twice".into(),
                remedy: "Give both packages as files where a target is given, else at least one."
                    .into(),
            });
        }
        if let Some(note) = target.as_ref().and_then(Target::ageing) {
            self.output.note(&note);
        }
        let progress = Progress::begin("read", self.output.quiet);
        progress.tell(Told::Found(2));
        let read = |argument| {
            let read = self.read(argument, &config);
            progress.tell(Told::Done);
            read
        };
        let (old, new) = self
            .reading
            .in_pool(|| rayon::join(|| read(&self.old), || read(&self.new)));
        drop(progress);
        let (old, new) = (old?, new?);
        let upgrade = self.upgrade(&old, &new, target.as_ref(), &config)?;
        let compared = self.reading.in_pool(|| diff(&old, &new));
        let report = DiffReport {
            old: &old,
            new: &new,
            diff: compared,
            upgrade,
        };
        Output::write(&self.output, |format, options| match format {
            Comparison::Human if self.output.quiet => report::verdict(&report, options),
            Comparison::Human => report::human(&report, options),
            Comparison::Json => report::json(&report),
            Comparison::Html => html::diff(&report),
        })?;
        self.timing.tell(&self.output);
        Ok(report.exit_status(self.require_additive))
    }

    /// Reads the one package that an argument names.
    fn read(&self, argument: &String, config: &Config) -> Result<Version, Error> {
        let options = self.reading.open_options(config);
        let mut packages = Vec::new();
        for location in locate(std::slice::from_ref(argument)) {
            let location = location?;
            for opened in in_phase(Phase::Open, || open(&location, &options)) {
                match opened {
                    Opened::Package(package) => packages.push(*package),
                    Opened::Failed(error) => return Err(error),
                    Opened::PassedOver(error) => self.output.note(&format!("passed over {error}")),
                }
            }
        }
        if packages.len() > 1 {
            return Err(Error::Usage {
                what: format!("{argument} holds {} packages", packages.len()),
                remedy: "Give one of them.".into(),
            });
        }
        let package = packages.pop().ok_or_else(|| holds_no_solution(argument))?;
        in_phase(Phase::Parse, || Version::read(package))
    }

    /// Why an upgrade from the old package is none in the target, where that is known: then the packages alone say what it
    /// removes. That another version than the installed one was given is such a reason where the target is only the usual one.
    fn beside(&self, old: &Version, target: &Target, config: &Config) -> Option<String> {
        let manifest = &old.solution().manifest;
        let name = LogicalName::new(manifest.name());
        let place = self.target.name(target, config);
        let is_managed = manifest.package_type == PackageType::Managed;
        if target.has_solution(&name, is_managed) == Presence::Absent {
            return Some(format!(
                "{place} does not have {name}, so nothing is removed there: this is what an upgrade removes where the old \
                 package is installed."
            ));
        }
        let listed = other_version(manifest, target).filter(|_| !self.target.is_given())?;
        Some(format!(
            "{place}, the target of the configuration, has {name} {listed} and not the old package: this is what an upgrade \
             removes where that is installed."
        ))
    }

    /// What an upgrade does; nothing where these are two solutions.
    fn upgrade(
        &self,
        old: &Version,
        new: &Version,
        target: Option<&Target>,
        config: &Config,
    ) -> Result<Option<Upgrade>, Error> {
        let names = [old, new].map(|version| LogicalName::new(version.solution().manifest.name()));
        if names[0] != names[1] {
            return Ok(None);
        }
        let Some(target) = target else {
            return Ok(Some(Upgrade::between(old, new)));
        };
        if let Some(note) = self.beside(old, target, config) {
            return Ok(Some(Upgrade::between(old, new).noting(note)));
        }
        let judging = CheckOptions::configured(config, today());
        let examine = |argument: &String, asking| -> Result<Examined, Error> {
            let options = self.reading.open_options(config);
            let arguments = std::slice::from_ref(argument);
            for outcome in examine_arguments(arguments, &options, asking, &judging) {
                match outcome {
                    Outcome::Examined(one) => return Ok(*one),
                    Outcome::Failed(error) => return Err(error),
                    Outcome::PassedOver(_) => {}
                }
            }
            Err(holds_no_solution(argument))
        };
        let installed = examine(&self.old, Asking::Installed)?;
        let fits = check_installed(&installed, target);
        fits.map_err(|error| self.target.told(error, config))?;
        let package = examine(&self.new, Asking::Import)?;
        let installed = [installed.solution];
        let surroundings = Surroundings {
            target,
            installed: &installed,
        };
        let options = SimulateOptions {
            request: Request::Upgrade,
            keep_going: true,
            check: judging.clone(),
            ..SimulateOptions::default()
        };
        let simulation = self
            .reading
            .in_pool(|| simulate(vec![package], surroundings, &options));
        let step = simulation.steps.into_iter().next();
        let name = self.target.name(target, config);
        Ok(step.map(|step| Upgrade::simulated(name, step)))
    }
}
