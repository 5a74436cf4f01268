//! `inspect`: what is in the package?

use clap::Args;
use solvet::catalog;
use solvet::model::ComponentType;
use solvet::report::human::HumanOptions;
use solvet::report::{Inventory, InventoryFilter};
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Format, Output, OutputOptions};
use super::packages::worst;

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    packages: PackageOptions,

    /// Only components of this kind: a type number, a table name, or a word such as column, form, process
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// The sequences of Dynamics 365 Sales, step by step, with what each step uses
    #[arg(long, conflicts_with = "kind")]
    sequences: bool,

    #[command(flatten)]
    output: OutputOptions,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate(self.packages.inputs())?;
        let kind = self.kind.as_deref().map(|word| {
            ComponentType::from_word(word).unwrap_or_else(|| ComponentType::parse(word))
        });
        let filter = InventoryFilter {
            kind,
            verbose: self.output.verbose,
        };
        let packages = self.packages.read_each(&self.output, |package, parsed| {
            Inventory::new(package.path(), package.layout(), parsed)
        });
        if let (Some(kind), Some(asked)) = (&filter.kind, &self.kind)
            && !packages.iter().flatten().any(|package| package.has(kind))
        {
            // A table that nobody knows is a kind where a package has rows of it.
            if catalog::kind(asked).is_none() {
                return Err(Error::Usage {
                    what: catalog::no_kind(asked),
                    remedy: "'solvet schema config' lists the kinds; a number or the name of a table is one too."
                        .into(),
                });
            }
            self.output.note(&format!(
                "there is no component of kind '{asked}' in what was read"
            ));
        }
        Output::write(&self.output, |format, options| match format {
            Format::Human => human(&packages, options, |inventory| {
                if self.sequences {
                    inventory.human_sequences()
                } else {
                    inventory.human(&filter)
                }
            }),
            Format::Json if self.sequences => Inventory::json_sequences(&packages),
            Format::Json => Inventory::json(&packages, &filter),
        })?;
        Ok(worst(&packages))
    }
}

fn human(
    packages: &[Result<Inventory, Error>],
    options: HumanOptions,
    write: impl Fn(&Inventory) -> String,
) -> String {
    let mut texts = Vec::new();
    for package in packages {
        texts.push(match package {
            Ok(inventory) => write(inventory),
            Err(error) => solvet::report::human::failure(error, options),
        });
    }
    texts.join("\n")
}
