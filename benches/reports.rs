//! How much writing a report costs beyond a check of the same packages.
//!
//! Packages come from `SOLVET_CORPUS`, else from `samples`: the one with the most components, and all of them. A check and
//! the writing of every format run in turn; what is printed is the median of (check + writing) over that of the check. A page
//! has the graph, so its check is one that keeps it. Fails where a format adds more than a tenth to a check of the largest
//! package.
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
use solvet::check::{Asking, CheckOptions, Examined, Outcome, check, examine_arguments};
use solvet::finding::Severity;
use solvet::package::{Location, OpenOptions, locate};
use solvet::report::human::HumanOptions;
use solvet::report::{
    CheckReport, Entry, Report, azure, github, html, human, json, junit, markdown, sarif,
};

const ROUNDS: usize = 21;
const BOUND: f64 = 1.1;

/// A format by its name, and how it is written.
type Format = (&'static str, fn(&CheckReport, &CheckOptions) -> String);

const FORMATS: [Format; 8] = [
    ("human", |report, _| {
        human::check(report, HumanOptions::default())
    }),
    ("json", |report, _| json::check(report)),
    ("sarif", |report, judging| {
        sarif(&Report::of_check(report, judging))
    }),
    ("junit", |report, judging| {
        junit(&Report::of_check(report, judging), Severity::Error)
    }),
    ("github", |report, judging| {
        github(&Report::of_check(report, judging))
    }),
    ("azure", |report, judging| {
        azure(&Report::of_check(report, judging))
    }),
    ("markdown", |report, judging| {
        markdown(&Report::of_check(report, judging))
    }),
    ("html", |report, judging| {
        html::report(&Report::of_check(report, judging))
    }),
];

fn main() {
    let folder = std::env::var_os("SOLVET_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        |corpus| PathBuf::from(corpus).join("zips"),
    );
    let locations: Vec<Location> = locate(&[folder.to_string_lossy().into_owned()])
        .into_iter()
        .flatten()
        .collect();
    let largest = locations
        .par_iter()
        .max_by_key(|location| size(location))
        .unwrap();
    let worst = measure("largest", std::slice::from_ref(largest));
    measure("all", &locations);
    if worst > BOUND {
        println!(
            "a report adds {:.1} % to a check, more than a tenth",
            (worst - 1.0) * 100.0
        );
        std::process::exit(1);
    }
}

/// How many components a package has.
fn size(location: &Location) -> usize {
    let read = examined(std::slice::from_ref(location), &CheckOptions::default());
    read.iter().map(|one| one.solution.components.len()).sum()
}

/// Prints what every format costs; returns the highest ratio.
fn measure(name: &str, locations: &[Location]) -> f64 {
    let plain = CheckOptions::default();
    let with_graph = CheckOptions {
        keeps_graph: true,
        ..CheckOptions::default()
    };
    let (mut checks, mut keeping) = (Vec::new(), Vec::new());
    let mut writing = vec![Vec::new(); FORMATS.len()];
    let mut sizes = vec![0; FORMATS.len()];
    for _ in 0..ROUNDS {
        let (report, time) = timed(|| checked(locations, &plain));
        checks.push(time);
        let (graphs, time) = timed(|| checked(locations, &with_graph));
        keeping.push(time);
        for (number, (format, write)) in FORMATS.iter().enumerate() {
            let (report, judging) = match *format {
                "html" => (&graphs, &with_graph),
                _ => (&report, &plain),
            };
            let (text, time) = timed(|| write(report, judging));
            sizes[number] = black_box(text).len();
            writing[number].push(time);
        }
    }
    let check = median(checks).as_secs_f64();
    let keeping = median(keeping).as_secs_f64();
    println!(
        "{name}: {} packages, check {:.1} ms, keeping the graph {:.1} ms",
        locations.len(),
        check * 1e3,
        keeping * 1e3
    );
    let mut worst: f64 = 0.0;
    for ((format, _), (times, size)) in FORMATS.iter().zip(writing.into_iter().zip(sizes)) {
        let write = median(times).as_secs_f64();
        let base = if *format == "html" {
            keeping.max(check)
        } else {
            check
        };
        let ratio = (base + write) / check;
        println!(
            "  {format:<9} ratio {ratio:.3}  writing {:.2} ms, {size} bytes",
            write * 1e3
        );
        worst = worst.max(ratio);
    }
    worst
}

fn examined(locations: &[Location], options: &CheckOptions) -> Vec<Examined> {
    let arguments: Vec<String> = locations.iter().map(|one| one.name.clone()).collect();
    let opening = OpenOptions::default();
    let outcomes = examine_arguments(&arguments, &opening, Asking::Nothing, options).into_iter();
    let read = outcomes.filter_map(|outcome| match outcome {
        Outcome::Examined(examined) => Some(*examined),
        Outcome::Failed(_) | Outcome::PassedOver(_) => None,
    });
    read.collect()
}

fn checked(locations: &[Location], options: &CheckOptions) -> CheckReport {
    let checked = check(examined(locations, options), None, options.clone()).into_iter();
    CheckReport {
        packages: checked.map(|one| Entry::Checked(Box::new(one))).collect(),
        target: None,
        configuration: Vec::new(),
    }
}

/// What work gives, and how long it takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let given = work();
    (given, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
