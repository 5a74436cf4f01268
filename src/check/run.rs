//! The first half of a check over many packages: open, parse and examine each, in parallel.

use rayon::prelude::*;

use super::{Asking, Examined, examine_for};
use crate::error::Error;
use crate::package::{Location, OpenOptions, Opened, open};
use crate::parse::parse;

/// What became of one package.
#[derive(Debug)]
pub enum Outcome {
    /// It was read, and its own rules have run.
    Examined(Box<Examined>),
    /// It cannot be read.
    Failed(Error),
    /// It was met while searching a folder and is something else.
    PassedOver(Error),
}

/// Opens, parses and examines packages in parallel; the outcomes are in the order of the locations, whatever the threads.
///
/// The text of a package lives only while that package is examined.
pub fn examine_all(
    locations: Vec<Result<Location, Error>>,
    options: &OpenOptions,
    asking: Asking,
) -> Vec<Outcome> {
    locations
        .into_par_iter()
        .flat_map_iter(|location| match location {
            Ok(location) => {
                let opened = open(&location, options).into_iter();
                opened.map(|opened| outcome(opened, asking)).collect()
            }
            Err(error) => vec![Outcome::Failed(error)],
        })
        .collect()
}

fn outcome(opened: Opened, asking: Asking) -> Outcome {
    match opened {
        Opened::Failed(error) => Outcome::Failed(error),
        Opened::PassedOver(error) => Outcome::PassedOver(error),
        Opened::Package(package) => match parse(&package) {
            Ok(parsed) => Outcome::Examined(Box::new(examine_for(&package, parsed, asking))),
            Err(error) => Outcome::Failed(error),
        },
    }
}
