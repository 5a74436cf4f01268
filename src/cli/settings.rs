//! `settings`: write or check a deployment settings file.

use std::fs;
use std::path::Path;

use clap::{Args, Subcommand};
use solvet::check::{check_configuration, check_settings};
use solvet::parse::shipped_values;
use solvet::report::settings::{SettingsPackage, SettingsReport};
use solvet::report::{Report, harmless_json};
use solvet::settings;
use solvet::source::slashed;
use solvet::target::Target;
use solvet::{Error, ExitStatus};

use super::judging::{JudgedRun, JudgingOptions, circumstances};
use super::options::{FailOn, PackageOptions, TargetOptions};
use super::output::{Format, Output, OutputOptions, ReportFormat};
use super::sharing::{SharingOptions, tell_unused};
use super::summary::summarize;

/// Arguments of `settings`.
#[derive(Debug, Args)]
pub(super) struct Settings {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a file to fill in, with every environment variable and connection reference of the packages
    New(New),
    /// Does the file fit the packages and the target?
    Check(Box<Check>),
}

impl Settings {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        match &self.command {
            Command::New(command) => command.run(),
            Command::Check(command) => command.run(),
        }
    }
}

#[derive(Debug, Args)]
struct New {
    #[command(flatten)]
    packages: PackageOptions,

    /// The file to write; without it standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// Overwrite the file where it exists
    #[arg(long, requires = "output")]
    force: bool,
}

impl New {
    fn run(&self) -> Result<ExitStatus, Error> {
        self.may_write()?;
        // What is passed over is told; nothing else is reported.
        let notes = OutputOptions::<Format>::plain();
        let read = self.packages.read_each(&notes, |package, parsed| {
            (parsed.solution, shipped_values(package))
        });
        // Settings that lack what one of the packages holds would be taken for complete.
        let read = read.into_iter().collect::<Result<Vec<_>, _>>()?;
        let packages = read
            .iter()
            .map(|(solution, values)| (solution, values.as_slice()));
        let text = settings::template(&packages.collect::<Vec<_>>());
        match &self.output {
            None => Output::stdout(&harmless_json(&text)),
            Some(file) => fs::write(file, text).map_err(|error| Error::Usage {
                what: format!("{file}: it cannot be written: {error}"),
                remedy: "Give a file in a folder that exists and that you may write to.".into(),
            })?,
        }
        Ok(ExitStatus::Clean)
    }

    fn may_write(&self) -> Result<(), Error> {
        match &self.output {
            Some(file) if !self.force && Path::new(file).exists() => Err(Error::Usage {
                what: format!("{file}: it exists and would be overwritten"),
                remedy: "Name another file with --output, or say --force.".into(),
            }),
            Some(_) | None => Ok(()),
        }
    }
}

#[derive(Debug, Args)]
struct Check {
    /// The deployment settings file
    #[arg(value_name = "FILE")]
    settings: String,

    #[command(flatten)]
    packages: PackageOptions,

    #[command(flatten)]
    target: TargetOptions,

    /// The severity from which on the exit status is 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,

    #[command(flatten)]
    judging: JudgingOptions,

    #[command(flatten)]
    output: OutputOptions<ReportFormat>,

    #[command(flatten)]
    sharing: SharingOptions,
}

impl Check {
    fn read_packages(&self) -> Vec<Result<SettingsPackage, Error>> {
        self.packages
            .read_each(&self.output, |package, parsed| SettingsPackage {
                path: package.path().into(),
                layout: package.layout().name(),
                solution: parsed.solution,
            })
    }

    fn run(&self) -> Result<ExitStatus, Error> {
        let inputs = self.packages.inputs().chain([self.settings.as_str()]);
        self.output.validate(inputs.chain(self.target.file()))?;
        let config = self.packages.reading.configuration()?;
        self.output.link(&config);
        let options = self.judging.options(&config)?;
        let limits = self.packages.reading.open_options(&config).limits;
        let settings = settings::read(&self.settings, &limits)?;
        let maps = self.sharing.maps(&self.packages.reading, &config)?;
        let target = self.target.load(&config)?;
        if let Some(note) = target.as_ref().and_then(Target::ageing) {
            self.output.note(&note);
        }
        let packages = self.read_packages();
        // What a package holds that cannot be read is not known, so then nothing is judged.
        let solutions: Option<Vec<_>> = packages
            .iter()
            .map(|package| package.as_ref().ok().map(|package| &package.solution))
            .collect();
        let is_whole = solutions.is_some();
        let findings = solutions.map_or_else(Vec::new, |solutions| {
            check_settings(&settings, &solutions, target.as_ref(), &options)
        });
        let mut circumstances = circumstances();
        circumstances.has_settings = is_whole;
        circumstances.add("", &findings);
        let target = target.as_ref();
        let report = SettingsReport {
            settings: slashed(&self.settings).into_owned(),
            target: target.map(|target| self.target.name(target, &config)),
            configuration: check_configuration(&config, &circumstances, &options),
            findings,
            packages,
        };
        let found = std::iter::once(("", report.findings.as_slice()));
        let run = JudgedRun {
            judging: &options,
            circumstances: &circumstances,
            is_whole,
        };
        if let Some(note) = self.judging.write_baseline(found, run)? {
            self.output.note(&note);
        }
        let whole = || Report {
            maps: &maps,
            ..Report::of_settings(&report, &options)
        };
        Output::write(&self.output, |format, human| match format {
            ReportFormat::Human if self.output.quiet => report.verdict(),
            ReportFormat::Human => report.human(human),
            ReportFormat::Json => report.json(),
            ReportFormat::Shared(shared) => shared.write(&whole(), self.fail_on.severity()),
        })?;
        summarize(&self.output, whole);
        tell_unused(&self.output, &maps, whole);
        self.fail_on.tell(report.all());
        Ok(report.exit_status(self.fail_on.severity()))
    }
}
