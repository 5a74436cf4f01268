//! `order`: in which order to import several packages.

use clap::Args;
use solvet::graph::{Orderable, PackageGraph, import_order};
use solvet::report::graph::{order_human, order_json};
use solvet::report::human::failure;
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Format, Output, OutputOptions};
use super::packages::worst;

/// Arguments of `order`.
#[derive(Debug, Args)]
pub(super) struct Order {
    #[command(flatten)]
    packages: PackageOptions,

    #[command(flatten)]
    output: OutputOptions,
}

impl Order {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate(self.packages.inputs())?;
        let packages = self.packages.read_each(&self.output, |package, parsed| {
            PackageGraph::new(package.path(), package.layout(), parsed)
        });
        let read: Vec<_> = packages
            .iter()
            .filter_map(|one| one.as_ref().ok())
            .collect();
        let orderable: Vec<_> = read
            .iter()
            .map(|package| Orderable::from(*package))
            .collect();
        let order = import_order(&orderable);
        Output::write(&self.output, |format, options| match format {
            Format::Human => {
                let failed = packages.iter().filter_map(|one| one.as_ref().err());
                let failed = failed.map(|error| failure(error, options));
                let mut text: String = failed.collect();
                text.push_str(&order_human(&read, &order));
                text
            }
            Format::Json => order_json(&packages, &order),
        })?;
        let status = worst(&packages);
        Ok(if status == ExitStatus::Clean && !order.cycles.is_empty() {
            ExitStatus::Findings
        } else {
            status
        })
    }
}
