//! `inspect`: what is in the package?

use clap::Args;
use solvet::model::{ComponentType, KINDS};
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
        let packages = self.packages.read_each(&self.output, |package, parsed| {
            Inventory::new(package.path(), package.layout(), parsed)
        });
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
