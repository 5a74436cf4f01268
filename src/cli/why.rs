//! `why`: every chain of references that makes the package need a component.

use clap::Args;
use solvet::report::graph::{why_human, why_json};
use solvet::{Error, ExitStatus};

use super::output::{Format, Output, OutputOptions};
use super::packages::OneComponent;

/// Arguments of `why`.
#[derive(Debug, Args)]
pub(super) struct Why {
    #[command(flatten)]
    component: OneComponent,

    #[command(flatten)]
    output: OutputOptions,
}

impl Why {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate([self.component.input()])?;
        let (package, node) = self.component.read(&self.output)?;
        Output::write(&self.output, |format, options| match format {
            Format::Human => why_human(&package, node, options.verbose),
            Format::Json => why_json(&package, node),
        })?;
        Ok(ExitStatus::Clean)
    }
}
