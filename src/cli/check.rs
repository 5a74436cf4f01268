//! `check`: is the package sound, and what does it need that the target lacks?

use clap::{Args, ValueEnum};
use solvet::check::{
    Asking, CheckOptions, Checked, Circumstances, Outcome, check, check_configuration,
    examine_arguments_telling,
};
use solvet::config::Config;
use solvet::report::{CheckReport, Entry, PathMap, Report, human, json};
use solvet::target::Target;
use solvet::{Error, ExitStatus};

use super::judging::{JudgedRun, JudgingOptions, circumstances};
use super::options::{FailOn, PackageOptions, TargetOptions};
use super::output::{Output, OutputOptions, ReportFormat};
use super::progress::Progress;
use super::sharing::{Shared, SharingOptions, tell_unused};
use super::summary::summarize;
use super::timing::TimingOptions;
use super::watch;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) packages: PackageOptions,

    #[command(flatten)]
    pub(super) target: TargetOptions,

    /// What to make of required components of which nobody knows
    #[arg(long, value_enum, default_value_t = Unknown::Note, value_name = "HOW")]
    unknown: Unknown,

    /// Make absence with less than strong evidence a warning
    #[arg(long)]
    strict_evidence: bool,

    /// The severity from which on the exit status is 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,

    #[command(flatten)]
    pub(super) timing: TimingOptions,

    /// Check again whenever a file changes: what it belongs to, and nothing else; until Ctrl+C
    #[arg(long, conflicts_with = "write_baseline")]
    watch: bool,

    #[command(flatten)]
    pub(super) judging: JudgingOptions,

    #[command(flatten)]
    pub(super) output: OutputOptions<ReportFormat>,

    #[command(flatten)]
    sharing: SharingOptions,
}

/// What is read beside packages.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) config: Config,
    pub(super) options: CheckOptions,
    pub(super) target: Option<Target>,
    /// The source folders that findings of archives are shown in.
    maps: Vec<PathMap>,
}

impl Given {
    /// A report as formats for pipelines and pages take it.
    fn shared<'a>(&'a self, report: &'a CheckReport) -> Report<'a> {
        Report {
            maps: &self.maps,
            ..Report::of_check(report, &self.options)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Unknown {
    Note,
    Error,
}

impl Check {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        let inputs = self.packages.inputs().chain(self.target.file());
        self.output.validate(inputs)?;
        if self.watch {
            return watch::run(self);
        }
        let given = self.given()?;
        self.tell_age(&given);
        self.timing.begin();
        let reading = &self.packages.reading;
        let (report, circumstances) =
            reading.in_pool(|| self.judged(self.outcomes(&given), &given));
        let found = report.checked().map(|checked| {
            let name = checked.solution.manifest.name();
            (name, checked.findings.as_slice())
        });
        let run = JudgedRun {
            judging: &given.options,
            circumstances: &circumstances,
            is_whole: circumstances.has_packages,
        };
        if let Some(note) = self.judging.write_baseline(found, run)? {
            self.output.note(&note);
        }
        self.write(&report, &given)?;
        summarize(&self.output, || given.shared(&report));
        tell_unused(&self.output, &given.maps, || given.shared(&report));
        self.fail_on.tell(report.findings());
        self.timing.tell(&self.output);
        Ok(self.status(&report))
    }

    /// Reads what is given beside packages.
    pub(super) fn given(&self) -> Result<Given, Error> {
        let config = self.packages.reading.configuration()?;
        self.output.link(&config);
        let options = CheckOptions {
            unknown_is_error: self.unknown == Unknown::Error,
            strict_evidence: self.strict_evidence,
            keeps_graph: self.output.has(ReportFormat::Shared(Shared::Html)),
            ..self.judging.options(&config)?
        };
        let maps = self.sharing.maps(&self.packages.reading, &config)?;
        let target = self.target.load(&config)?;
        Ok(Given {
            config,
            options,
            target,
            maps,
        })
    }

    /// Says that the capture of the target is old, where it is.
    pub(super) fn tell_age(&self, given: &Given) {
        if let Some(note) = given.target.as_ref().and_then(Target::ageing) {
            self.output.note(&note);
        }
    }

    /// Writes every report that was asked for.
    pub(super) fn write(&self, report: &CheckReport, given: &Given) -> Result<(), Error> {
        Output::write(&self.output, |format, look| match format {
            ReportFormat::Human if self.output.quiet => human::verdict(report, look),
            ReportFormat::Human => human::check(report, look),
            ReportFormat::Json => json::check(report),
            ReportFormat::Shared(shared) => {
                shared.write(&given.shared(report), self.fail_on.severity())
            }
        })
    }

    /// The status that a report ends with.
    pub(super) fn status(&self, report: &CheckReport) -> ExitStatus {
        report.exit_status(self.fail_on.severity())
    }

    /// Judges packages that were examined.
    pub(super) fn report(&self, outcomes: Vec<Outcome>, given: &Given) -> CheckReport {
        self.judged(outcomes, given).0
    }

    /// The same, and what was done for it.
    fn judged(&self, outcomes: Vec<Outcome>, given: &Given) -> (CheckReport, Circumstances) {
        let Given {
            config,
            options,
            target,
            ..
        } = given;
        let target = target.as_ref();
        let mut examined = Vec::new();
        let mut order = Vec::new();
        for outcome in outcomes {
            match outcome {
                Outcome::Examined(one) => {
                    examined.push(*one);
                    order.push(None);
                }
                Outcome::Failed(error) => order.push(Some(error)),
                Outcome::PassedOver(error) => {
                    self.output.note(&format!("passed over {error}"));
                }
            }
        }
        let is_whole = order.iter().all(Option::is_none);
        let checked = check(examined, target, options.clone());
        let mut circumstances = circumstances();
        circumstances.has_packages = is_whole;
        circumstances.has_target = target.is_some();
        for Checked {
            solution, findings, ..
        } in &checked
        {
            circumstances.add(solution.manifest.name(), findings);
        }
        let configuration = check_configuration(config, &circumstances, options);
        let mut checked = checked.into_iter();
        let packages = order.into_iter().filter_map(|failed| match failed {
            Some(error) => Some(Entry::Failed(error)),
            None => checked.next().map(|one| Entry::Checked(Box::new(one))),
        });
        let report = CheckReport {
            packages: packages.collect(),
            target: target.map(|target| self.target.name(target, config)),
            configuration,
        };
        (report, circumstances)
    }

    fn outcomes(&self, given: &Given) -> Vec<Outcome> {
        let is_judged = given.target.is_some() || self.unknown == Unknown::Error;
        let asking = if is_judged {
            Asking::All
        } else {
            Asking::Nothing
        };
        let opening = self.packages.reading.open_options(&given.config);
        let progress = Progress::begin("checked", self.output.quiet);
        let packages = &self.packages.packages;
        examine_arguments_telling(packages, &opening, asking, &given.options, &|told| {
            progress.tell(told);
        })
    }
}
