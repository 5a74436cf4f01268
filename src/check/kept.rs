//! Packages that are read once, and again only where something of them changed.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::run::{Outcome, examine_one, of_argument};
use super::{Asking, CheckOptions};
use crate::config::Policies;
use crate::error::Error;
use crate::package::{Location, OpenOptions, locate};

/// What became of the packages of arguments, kept from one check to the next.
///
/// Levels, suppressions, baselines and targets are applied to it afterwards, so that a change of these reads no package.
#[derive(Debug, Default)]
pub struct Kept {
    places: Vec<KeptPlace>,
    basis: Option<Basis>,
}

/// What was kept and what was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Renewal {
    /// Packages that were read.
    pub read: usize,
    /// Packages of which the earlier result was kept.
    pub kept: usize,
    /// Places that are given and are none at present.
    pub missing: usize,
    /// Whether nothing was read, and the places are those of before.
    pub is_same: bool,
}

/// What a package is examined by, besides itself.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Basis {
    arguments: Vec<String>,
    options: OpenOptions,
    policies: Policies,
    keeps_graph: bool,
}

/// A place where packages are, and what became of them.
#[derive(Debug)]
struct KeptPlace {
    /// The number of its argument.
    argument: usize,
    location: Result<Location, Error>,
    outcomes: Vec<Outcome>,
}

impl KeptPlace {
    /// What tells it from others.
    fn key(&self) -> (usize, String) {
        key(self.argument, &self.location)
    }

    fn packages(&self) -> usize {
        let is_package = |outcome: &&Outcome| !matches!(outcome, Outcome::PassedOver(_));
        self.outcomes.iter().filter(is_package).count()
    }
}

fn key(argument: usize, location: &Result<Location, Error>) -> (usize, String) {
    let name = match location {
        Ok(location) => location.name.clone(),
        Err(error) => error.to_string(),
    };
    (argument, name)
}

impl Kept {
    /// Finds the packages of arguments, and examines those that are new or of which somebody says that they changed; all of
    /// them where they are read in another way than before, or the policy is another.
    ///
    /// Every rule runs, also those that are switched off: they may be switched on while the result is kept.
    pub fn renew(
        &mut self,
        arguments: &[String],
        options: &OpenOptions,
        judging: &CheckOptions,
        is_changed: &(dyn Fn(&Location) -> bool + Sync),
    ) -> Renewal {
        let basis = Basis {
            arguments: arguments.to_vec(),
            options: *options,
            policies: judging.policies.clone(),
            keeps_graph: judging.keeps_graph,
        };
        let before = std::mem::take(&mut self.places);
        let keys: Vec<_> = before.iter().map(KeptPlace::key).collect();
        let mut before: FxHashMap<_, _> = if self.basis.as_ref() == Some(&basis) {
            keys.iter().cloned().zip(before).collect()
        } else {
            FxHashMap::default()
        };
        let found = located(arguments).into_iter().map(|(argument, location)| {
            let earlier = before.remove(&key(argument, &location));
            let earlier = earlier.filter(|earlier| is_kept(&earlier.location, &location));
            let earlier = earlier.filter(|_| !location.as_ref().is_ok_and(is_changed));
            (argument, location, earlier)
        });
        let found: Vec<_> = found.collect();
        let rules = CheckOptions {
            policies: judging.policies.clone(),
            keeps_graph: judging.keeps_graph,
            ..CheckOptions::default()
        };
        let examined = found.into_par_iter().map(|(argument, location, earlier)| {
            let is_read = earlier.is_none() && location.is_ok();
            let place = earlier.unwrap_or_else(|| KeptPlace {
                argument,
                outcomes: match &location {
                    Ok(location) => examine_one(location, options, Asking::All, &rules),
                    Err(error) => vec![Outcome::Failed(error.clone())],
                },
                location,
            });
            (place, is_read)
        });
        let examined: Vec<_> = examined.collect();
        let renewal = renewal(&examined, &keys);
        self.places = examined.into_iter().map(|(place, _)| place).collect();
        self.basis = Some(basis);
        renewal
    }

    /// What became of the packages, in the order of the arguments.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let arguments = self.basis.iter().flat_map(|basis| &basis.arguments);
        let outcomes = arguments.enumerate().flat_map(|(number, argument)| {
            let places = self.places.iter();
            let places = places.filter(|place| place.argument == number);
            let outcomes = places.flat_map(|place| place.outcomes.iter().cloned());
            of_argument(argument, outcomes.collect())
        });
        outcomes.collect()
    }
}

/// Counts places, each with whether it was read.
fn renewal(places: &[(KeptPlace, bool)], before: &[(usize, String)]) -> Renewal {
    let is_read = places.iter().any(|(_, is_read)| *is_read);
    let keys = places.iter().map(|(place, _)| place.key());
    let mut renewal = Renewal {
        is_same: !is_read && keys.eq(before.iter().cloned()),
        ..Renewal::default()
    };
    for (place, is_read) in places {
        match &place.location {
            Ok(_) if *is_read => renewal.read += place.packages(),
            Ok(_) => renewal.kept += place.packages(),
            Err(_) => renewal.missing += 1,
        }
    }
    renewal
}

/// The places of arguments, each with the number of its argument.
fn located(arguments: &[String]) -> Vec<(usize, Result<Location, Error>)> {
    let arguments = arguments.par_iter().enumerate();
    let located = arguments.flat_map_iter(|(number, argument)| {
        let located = locate(std::slice::from_ref(argument)).into_iter();
        located.map(move |location| (number, location))
    });
    located.collect()
}

/// Whether two places are the same one.
fn is_kept(earlier: &Result<Location, Error>, now: &Result<Location, Error>) -> bool {
    match (earlier, now) {
        (Ok(earlier), Ok(now)) => earlier == now,
        (Err(_), Err(_)) => true,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}
