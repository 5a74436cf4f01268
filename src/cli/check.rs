//! `check`: is the package sound, and what does it need that the target lacks?

use clap::{Args, ValueEnum};
use solvet::check::{Asking, CheckOptions, Outcome, check, examine_arguments};
use solvet::report::{CheckReport, Entry, human, json};
use solvet::target::Target;
use solvet::{Error, ExitStatus};

use super::options::{FailOn, PackageOptions, TargetOptions};
use super::output::{Format, Output, OutputOptions};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    packages: PackageOptions,

    #[command(flatten)]
    target: TargetOptions,

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
    output: OutputOptions,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Unknown {
    Note,
    Error,
}

impl Check {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let target = self.target.load()?;
        if let Some(note) = target.as_ref().and_then(Target::ageing) {
            self.output.note(&note);
        }
        let report = self
            .packages
            .reading
            .in_pool(|| self.report(target.as_ref()));
        Output::write(&self.output, |format, options| match format {
            Format::Human if self.output.quiet => human::verdict(&report, options),
            Format::Human => human::check(&report, options),
            Format::Json => json::check(&report),
        })?;
        Ok(report.exit_status(self.fail_on.severity()))
    }

    fn report(&self, target: Option<&Target>) -> CheckReport {
        let options = CheckOptions {
            unknown_is_error: self.unknown == Unknown::Error,
            strict_evidence: self.strict_evidence,
            ..CheckOptions::default()
        };
        let mut examined = Vec::new();
        let mut order = Vec::new();
        for outcome in self.outcomes() {
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
        let mut checked = check(examined, target, options).into_iter();
        let packages = order.into_iter().filter_map(|failed| match failed {
            Some(error) => Some(Entry::Failed(error)),
            None => checked.next().map(|one| Entry::Checked(Box::new(one))),
        });
        CheckReport {
            packages: packages.collect(),
            target: target.map(|target| {
                let name = target.manifest().environment.name.clone();
                name.or_else(|| self.target.target.clone())
                    .unwrap_or_default()
            }),
        }
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let is_judged = self.target.target.is_some() || self.unknown == Unknown::Error;
        let asking = if is_judged {
            Asking::All
        } else {
            Asking::Nothing
        };
        let options = self.packages.reading.open_options();
        examine_arguments(&self.packages.packages, &options, asking)
    }
}
