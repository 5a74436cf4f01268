//! How much writing a page costs beyond a check of the same package.
//!
//! The package is the one with the most components, of `SOLVET_CORPUS`, else of `samples`. A check alone and a check that
//! keeps its graph and writes its page run in turn, both from the zip on; the ratio of their medians is printed. Fails where
//! it is above 1.1.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    reason = "a benchmark prints and may stop"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use solvet::check::{
    Asking, CheckOptions, Examined, Outcome, check, examine_all, examine_arguments,
};
use solvet::package::{Location, OpenOptions, locate};
use solvet::report::{CheckReport, Entry, Report, html};

const ROUNDS: usize = 31;
const BOUND: f64 = 1.1;

fn main() {
    let folder = std::env::var_os("SOLVET_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        |corpus| PathBuf::from(corpus).join("zips"),
    );
    let locations: Vec<Location> = locate(&[folder.to_string_lossy().into_owned()])
        .into_iter()
        .flatten()
        .collect();
    let largest = locations.par_iter().map(|location| {
        let outcomes = examine_all(
            vec![Ok(location.clone())],
            &OpenOptions::default(),
            Asking::Nothing,
        );
        let sizes = outcomes.iter().map(|outcome| match outcome {
            Outcome::Examined(examined) => examined.solution.components.len(),
            Outcome::Failed(_) | Outcome::PassedOver(_) => 0,
        });
        (sizes.max().unwrap_or(0), location.name.clone())
    });
    let (size, name) = largest.max().unwrap();
    let (mut checks, mut pages, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        checks.push(timed(|| report(&name, &CheckOptions::default())));
        let options = CheckOptions {
            keeps_graph: true,
            ..CheckOptions::default()
        };
        pages.push(timed(|| {
            let report = report(&name, &options);
            let page = html::report(&Report::of_check(&report, &options));
            bytes = page.len();
            (black_box(page), report)
        }));
    }
    let (check, page) = (median(checks), median(pages));
    let ratio = page.as_secs_f64() / check.as_secs_f64();
    println!(
        "ratio {ratio:.3}  with page {page:.1?}  check {check:.1?}  {name}: {size} components, {bytes} bytes"
    );
    if ratio > BOUND {
        println!("a page costs {ratio:.2} times a check, above the bound of {BOUND}");
        std::process::exit(1);
    }
}

fn report(name: &str, options: &CheckOptions) -> CheckReport {
    let arguments = [name.to_owned()];
    let outcomes = examine_arguments(
        &arguments,
        &OpenOptions::default(),
        Asking::Nothing,
        options,
    );
    let examined: Vec<Examined> = outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            Outcome::Examined(examined) => Some(*examined),
            Outcome::Failed(_) | Outcome::PassedOver(_) => None,
        })
        .collect();
    let checked = check(examined, None, options.clone()).into_iter();
    CheckReport {
        packages: checked.map(|one| Entry::Checked(Box::new(one))).collect(),
        target: None,
        configuration: Vec::new(),
    }
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
