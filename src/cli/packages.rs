//! Reading the packages that a command is given.

use rayon::prelude::*;
use solvet::package::{Location, OpenOptions, Opened, Package, holds_no_solution, locate, open};
use solvet::parse::{Parsed, parse};
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Formats, OutputOptions};

impl PackageOptions {
    /// Reads every package in parallel, and makes of each what the command needs. The results are in the order of the
    /// arguments; each package's text lives only while it is read.
    pub(super) fn read_each<T: Send, F: Formats>(
        &self,
        output: &OutputOptions<F>,
        make: impl Fn(&Package, Parsed) -> T + Sync,
    ) -> Vec<Result<T, Error>> {
        let options = self.open_options();
        self.in_pool(|| {
            let arguments = self.packages.par_iter();
            let read = arguments.flat_map_iter(|argument| {
                let mut below: Vec<_> = locate(std::slice::from_ref(argument))
                    .into_par_iter()
                    .flat_map_iter(|location| read_at(location, &options, output, &make))
                    .collect();
                // What is passed over leaves nothing behind.
                if below.is_empty() {
                    below.push(Err(holds_no_solution(argument)));
                }
                below
            });
            read.collect()
        })
    }
}

fn read_at<T, F: Formats>(
    location: Result<Location, Error>,
    options: &OpenOptions,
    output: &OutputOptions<F>,
    make: &impl Fn(&Package, Parsed) -> T,
) -> Vec<Result<T, Error>> {
    let location = match location {
        Ok(location) => location,
        Err(error) => return vec![Err(error)],
    };
    let opened = open(&location, options).into_iter();
    let read = opened.filter_map(|opened| match opened {
        Opened::Package(package) => Some(parse(&package).map(|parsed| make(&package, parsed))),
        Opened::Failed(error) => Some(Err(error)),
        Opened::PassedOver(error) => {
            output.note(&format!("passed over {error}"));
            None
        }
    });
    read.collect()
}

/// The status of a command that only reads: the worst of what went wrong.
pub(super) fn worst<T>(packages: &[Result<T, Error>]) -> ExitStatus {
    let failed = packages.iter().filter_map(|package| package.as_ref().err());
    failed
        .map(Error::exit_status)
        .max()
        .unwrap_or(ExitStatus::Clean)
}
