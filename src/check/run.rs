//! The first half of a check over many packages: open, parse and examine each, in parallel.

use rayon::prelude::*;

use super::timings::{Phase, in_phase};
use super::{Asking, CheckOptions, Examined, examine_with};
use crate::error::Error;
use crate::package::{Location, OpenOptions, Opened, holds_no_solution, locate, open};
use crate::parse::parse;

/// What became of one package.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was read, and its own rules have run.
    Examined(Box<Examined>),
    /// It cannot be read.
    Failed(Error),
    /// It was met while searching a folder and is something else.
    PassedOver(Error),
}

/// What is told while packages are examined, as it happens and from any thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// So many more packages are to be examined.
    Found(usize),
    /// One of them was, or cannot be read.
    Done,
}

/// Finds and examines the packages of arguments as a command line gives them; the outcomes are in the order of the arguments.
/// An argument below which everything was passed over is a failure: a run that read nothing must not look clean.
pub fn examine_arguments(
    arguments: &[String],
    options: &OpenOptions,
    asking: Asking,
    judging: &CheckOptions,
) -> Vec<Outcome> {
    examine_arguments_telling(arguments, options, asking, judging, &|_| {})
}

/// As [`examine_arguments`], and tells how far it is.
pub fn examine_arguments_telling(
    arguments: &[String],
    options: &OpenOptions,
    asking: Asking,
    judging: &CheckOptions,
    tell: &(dyn Fn(Told) + Sync),
) -> Vec<Outcome> {
    let outcomes = arguments.par_iter().flat_map_iter(|argument| {
        let located = locate(std::slice::from_ref(argument));
        let outcomes = examine_located(located, options, asking, judging, tell);
        of_argument(argument, outcomes)
    });
    outcomes.collect()
}

/// The outcomes of one argument, with the failure of one below which everything was passed over.
pub(super) fn of_argument(argument: &str, mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let mut all = outcomes.iter();
    if all.all(|outcome| matches!(outcome, Outcome::PassedOver(_))) {
        outcomes.push(Outcome::Failed(holds_no_solution(argument)));
    }
    outcomes
}

/// Opens, parses and examines packages in parallel, with every rule; the outcomes are in the order of the locations, whatever the threads.
///
/// The text of a package lives only while that package is examined.
pub fn examine_all(
    locations: Vec<Result<Location, Error>>,
    options: &OpenOptions,
    asking: Asking,
) -> Vec<Outcome> {
    examine_located(
        locations,
        options,
        asking,
        &CheckOptions::default(),
        &|_| {},
    )
}

fn examine_located(
    locations: Vec<Result<Location, Error>>,
    options: &OpenOptions,
    asking: Asking,
    judging: &CheckOptions,
    tell: &(dyn Fn(Told) + Sync),
) -> Vec<Outcome> {
    tell(Told::Found(locations.len()));
    locations
        .into_par_iter()
        .flat_map_iter(|location| match location {
            Ok(location) => {
                let opened = in_phase(Phase::Open, || open(&location, options));
                // One place may hold several packages.
                tell(Told::Found(opened.len().saturating_sub(1)));
                let examined = opened.into_iter().map(|opened| {
                    let outcome = outcome(opened, asking, judging);
                    tell(Told::Done);
                    outcome
                });
                examined.collect()
            }
            Err(error) => {
                tell(Told::Done);
                vec![Outcome::Failed(error)]
            }
        })
        .collect()
}

/// Opens, parses and examines what is at one location.
pub(super) fn examine_one(
    location: &Location,
    options: &OpenOptions,
    asking: Asking,
    judging: &CheckOptions,
) -> Vec<Outcome> {
    let opened = in_phase(Phase::Open, || open(location, options)).into_iter();
    opened
        .map(|opened| outcome(opened, asking, judging))
        .collect()
}

fn outcome(opened: Opened, asking: Asking, judging: &CheckOptions) -> Outcome {
    match opened {
        Opened::Failed(error) => Outcome::Failed(error),
        Opened::PassedOver(error) => Outcome::PassedOver(error),
        Opened::Package(package) => match in_phase(Phase::Parse, || parse(&package)) {
            Ok(parsed) => {
                Outcome::Examined(Box::new(examine_with(&package, parsed, asking, judging)))
            }
            Err(error) => Outcome::Failed(error),
        },
    }
}
