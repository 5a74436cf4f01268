//! `inspect`: what is in the package?

use clap::Args;
use rayon::prelude::*;
use solvet::model::{ComponentType, KINDS};
use solvet::package::{Location, OpenOptions, Opened, holds_no_solution, locate, open};
use solvet::parse::parse;
use solvet::report::{Inventory, InventoryFilter};
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Format, Output, OutputOptions};

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    packages: PackageOptions,

    /// Only components of this kind: a type number, a table name, or a word such as column, form, process
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    #[command(flatten)]
    output: OutputOptions,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate()?;
        let filter = InventoryFilter {
            kind: self.kind.as_deref().map(kind),
            verbose: self.output.verbose,
        };
        let packages = self.packages.in_pool(|| self.inventories());
        if let (Some(kind), Some(asked)) = (&filter.kind, &self.kind)
            && !packages.iter().flatten().any(|package| package.has(kind))
        {
            self.output.note(&format!(
                "there is no component of kind '{asked}' in what was read"
            ));
        }
        Output::write(&self.output, |format, options| match format {
            Format::Human => human(&packages, &filter, options.color),
            Format::Json => Inventory::json(&packages, &filter),
        })?;
        let failed = packages.iter().filter_map(|package| package.as_ref().err());
        Ok(failed
            .map(Error::exit_status)
            .max()
            .unwrap_or(ExitStatus::Clean))
    }

    fn inventories(&self) -> Vec<Result<Inventory, Error>> {
        let options = self.packages.open_options();
        let arguments = self.packages.packages.par_iter();
        let inventories = arguments.flat_map_iter(|argument| {
            let mut below: Vec<_> = locate(std::slice::from_ref(argument))
                .into_par_iter()
                .flat_map_iter(|location| self.at(location, &options))
                .collect();
            // What is passed over leaves nothing behind.
            if below.is_empty() {
                below.push(Err(holds_no_solution(argument)));
            }
            below
        });
        inventories.collect()
    }

    fn at(
        &self,
        location: Result<Location, Error>,
        options: &OpenOptions,
    ) -> Vec<Result<Inventory, Error>> {
        let location = match location {
            Ok(location) => location,
            Err(error) => return vec![Err(error)],
        };
        let opened = open(&location, options)
            .into_iter()
            .filter_map(|opened| match opened {
                Opened::Package(package) => {
                    let parsed = parse(&package);
                    Some(
                        parsed
                            .map(|parsed| Inventory::new(package.path(), package.layout(), parsed)),
                    )
                }
                Opened::Failed(error) => Some(Err(error)),
                Opened::PassedOver(error) => {
                    self.output.note(&format!("passed over {error}"));
                    None
                }
            });
        opened.collect()
    }
}

fn human(packages: &[Result<Inventory, Error>], filter: &InventoryFilter, color: bool) -> String {
    let mut texts = Vec::new();
    for package in packages {
        texts.push(match package {
            Ok(inventory) => inventory.human(filter),
            Err(error) => solvet::report::human::failure(error, color),
        });
    }
    texts.join("\n")
}

/// A component type by number, table name, the platform's name or what its users call it.
fn kind(text: &str) -> ComponentType {
    let row = KINDS
        .iter()
        .find(|row| row.name.eq_ignore_ascii_case(text) || row.label.eq_ignore_ascii_case(text));
    let words = text.to_ascii_lowercase();
    match row {
        Some(row) => ComponentType::number(row.number),
        None => match words.as_str() {
            "environment variable" => ComponentType::number(380),
            "sequence" => ComponentType::table("msdyn_sequence"),
            "flow" | "workflow" => ComponentType::number(29),
            other => ComponentType::parse(&other.replace(' ', "")),
        },
    }
}
