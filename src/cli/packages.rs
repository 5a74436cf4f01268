//! Reading the packages that a command is given.

use clap::Args;
use rayon::prelude::*;
use solvet::check::Told;
use solvet::config::Config;
use solvet::graph::{NodeId, PackageGraph};
use solvet::package::{Location, OpenOptions, Opened, Package, holds_no_solution, locate, open};
use solvet::parse::{Parsed, parse};
use solvet::report::graph::UnknownComponent;
use solvet::{Error, ExitStatus};

use super::graph::unknown_component;
use super::options::{PackageOptions, ReadingOptions};
use super::output::{Formats, OutputOptions};
use super::progress::Progress;

impl PackageOptions {
    /// Reads every package of the command.
    pub(super) fn read_each<T: Send, F: Formats>(
        &self,
        output: &OutputOptions<F>,
        make: impl Fn(&Package, Parsed) -> T + Sync,
    ) -> Vec<Result<T, Error>> {
        self.reading.read_each(&self.packages, output, make)
    }
}

impl ReadingOptions {
    /// Reads packages in parallel, and makes of each what the command needs. The results are in the order of the arguments;
    /// each package's text lives only while it is read.
    pub(super) fn read_each<T: Send, F: Formats>(
        &self,
        packages: &[String],
        output: &OutputOptions<F>,
        make: impl Fn(&Package, Parsed) -> T + Sync,
    ) -> Vec<Result<T, Error>> {
        if let Err(error) = output.protect(packages.iter().map(String::as_str)) {
            return vec![Err(error)];
        }
        let config = match self.configuration() {
            Ok(config) => config,
            Err(error) => return vec![Err(error)],
        };
        let options = self.open_options(&config);
        let progress = Progress::begin("read", output.quiet);
        self.in_pool(|| {
            let arguments = packages.par_iter();
            let read = arguments.flat_map_iter(|argument| {
                let located = locate(std::slice::from_ref(argument));
                progress.tell(Told::Found(located.len()));
                let pass_over = |error: &Error| {
                    progress.aside(|| output.note(&format!("passed over {error}")));
                };
                let below = located.into_par_iter().flat_map_iter(|location| {
                    let read = read_at(location, &options, &pass_over, &make);
                    progress.tell(Told::Done);
                    read
                });
                let mut below: Vec<_> = below.collect();
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

fn read_at<T>(
    location: Result<Location, Error>,
    options: &OpenOptions,
    pass_over: &impl Fn(&Error),
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
            pass_over(&error);
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

/// One component of one package.
#[derive(Debug, Args)]
pub(super) struct OneComponent {
    /// A solution zip, an unzipped or unpacked folder, or - for standard input
    #[arg(value_name = "PACKAGE")]
    package: String,

    #[arg(
        value_name = "COMPONENT",
        help = "The component: account, account.new_color, form:{id}, workflow:Name, webresource:new_/x.js"
    )]
    component: String,

    #[command(flatten)]
    reading: ReadingOptions,
}

impl OneComponent {
    /// Reads the configuration.
    pub(super) fn configuration(&self) -> Result<Config, Error> {
        self.reading.configuration()
    }

    /// Reads the package and finds the component in its graph.
    pub(super) fn read<F: Formats>(
        &self,
        output: &OutputOptions<F>,
    ) -> Result<(PackageGraph, NodeId), Error> {
        let packages = std::slice::from_ref(&self.package);
        let mut read = self.reading.read_each(packages, output, |package, parsed| {
            PackageGraph::new(package.path(), package.layout(), parsed)
        });
        if read.len() > 1 {
            return Err(Error::Usage {
                what: format!("{} holds {} packages", self.package, read.len()),
                remedy: "Give one of them.".into(),
            });
        }
        let package = read
            .pop()
            .unwrap_or_else(|| Err(holds_no_solution(&self.package)))?;
        let graph = &package.graph;
        let nodes = graph.named(&package.solution, &self.component);
        let [node] = nodes.as_slice() else {
            let choices = nodes
                .iter()
                .map(|node| graph.written(&package.solution, *node));
            return Err(unknown_component(UnknownComponent {
                name: self.component.clone(),
                choices: choices.collect(),
            }));
        };
        let node = *node;
        Ok((package, node))
    }
}
