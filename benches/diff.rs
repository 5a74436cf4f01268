//! How much comparing two versions of a solution costs, over a check of one of them.
//!
//! The versions are the two largest of one solution in `SOLVET_CORPUS`, else those of `samples`. Both begin with the zips;
//! check and comparison run in turn, and the ratio of their medians is printed. Fails where it is above 2.5: two packages
//! are read, and both are looked at again. A package against itself is printed too: what is written alike is not looked at.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::exit,
    reason = "a benchmark prints and may stop"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use solvet::check::{Asking, CheckOptions, Outcome, check, examine_all};
use solvet::diff::{Version, diff};
use solvet::model::Version as Number;
use solvet::package::{Location, OpenOptions, Opened, locate, open};
use solvet::simulate::removed;

const ROUNDS: usize = 15;
const BOUND: f64 = 2.5;

fn main() {
    let folder = std::env::var_os("SOLVET_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/versions"),
        |corpus| PathBuf::from(corpus).join("zips"),
    );
    let locations: Vec<Location> = locate(&[folder.to_string_lossy().into_owned()])
        .into_iter()
        .flatten()
        .collect();
    let (old, new) = largest(&locations);
    println!(
        "{} and {}; {} threads, median of {ROUNDS} rounds",
        old.name,
        new.name,
        rayon::current_num_threads()
    );
    let ratio = compare("two versions", old, new);
    compare("the new one with itself", new, new);
    if ratio > BOUND {
        println!("a comparison costs {ratio:.2} times a check, above the bound of {BOUND}");
        std::process::exit(1);
    }
}

/// The two versions of one solution and mode that have the most components together.
fn largest(locations: &[Location]) -> (&Location, &Location) {
    type Known<'a> = BTreeMap<(String, bool), BTreeMap<Number, (usize, &'a Location)>>;
    let mut known: Known<'_> = BTreeMap::new();
    let read: Vec<_> = locations
        .par_iter()
        .filter_map(|location| Some((location, read(location)?)))
        .map(|(location, version)| {
            let manifest = &version.solution().manifest;
            let managed = manifest.package_type == solvet::model::PackageType::Managed;
            let key = (manifest.name().to_owned(), managed);
            (
                key,
                manifest.version(),
                version.solution().components.len(),
                location,
            )
        })
        .collect();
    for (key, number, size, location) in read {
        if let Some(number) = number {
            let versions = known.entry(key).or_default();
            versions.entry(number).or_insert((size, location));
        }
    }
    let pairs = known.values().flat_map(|versions| {
        let versions: Vec<_> = versions.values().copied().collect();
        let pairs = versions.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.collect::<Vec<_>>()
    });
    let largest = pairs.max_by_key(|((old, _), (new, _))| old + new);
    let ((_, old), (_, new)) = largest.unwrap();
    (old, new)
}

/// Times a check of the new version and a comparison of both, in turn.
fn compare(name: &str, old: &Location, new: &Location) -> f64 {
    let (mut checks, mut diffs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        checks.push(timed(|| {
            let outcomes = examine_all(vec![Ok(new.clone())], &OpenOptions::default(), Asking::All);
            let examined = outcomes.into_iter().filter_map(|outcome| match outcome {
                Outcome::Examined(examined) => Some(*examined),
                Outcome::Failed(_) | Outcome::PassedOver(_) => None,
            });
            check(examined.collect(), None, CheckOptions::default())
        }));
        diffs.push(timed(|| {
            let (old, new) = rayon::join(|| read(old).unwrap(), || read(new).unwrap());
            black_box(removed(old.solution(), new.solution()));
            black_box(diff(&old, &new));
            (old, new)
        }));
    }
    let (check, diff) = (median(checks), median(diffs));
    let ratio = diff.as_secs_f64() / check.as_secs_f64();
    println!("ratio {ratio:.2}  diff {diff:.1?}  check {check:.1?}  {name}");
    ratio
}

fn read(location: &Location) -> Option<Version> {
    let opened = open(location, &OpenOptions::default()).into_iter();
    let mut packages = opened.filter_map(|opened| match opened {
        Opened::Package(package) => Some(*package),
        Opened::Failed(_) | Opened::PassedOver(_) => None,
    });
    Version::read(packages.next()?).ok()
}

/// How long work takes, without dropping what it gives.
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let given = work();
    let elapsed = start.elapsed();
    drop(given);
    elapsed
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
