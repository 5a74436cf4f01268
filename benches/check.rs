//! How much a check costs beyond what cannot be avoided.
//!
//! The floor inflates and parses every XML, XAML and JSON entry that a check reads, those of canvas apps (archives within
//! the package) included, with the same crates on the same threads, and does nothing else. The benchmark runs floor and check in turn over the same packages and prints the ratio
//! of their medians, over all packages and for the largest one. It also prints the share of a check that its rules take, and
//! fails where that is above a fifth. Packages come from `SOLVET_CORPUS`, else from `samples`.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    reason = "a benchmark prints and may stop"
)]

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use solvet::check::{
    Asking, CheckOptions, Outcome, Phase, check, examine_all, start_timings, timings,
};
use solvet::package::{Location, OpenOptions, locate};
use solvet::report::{CheckReport, Entry, json};
use zip::ZipArchive;

const ROUNDS: usize = 11;
/// The share of a check that all rules together may take.
const RULES: f64 = 0.2;

fn main() {
    let folder = std::env::var_os("SOLVET_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        |corpus| PathBuf::from(corpus).join("zips"),
    );
    let locations: Vec<Location> = locate(&[folder.to_string_lossy().into_owned()])
        .into_iter()
        .flatten()
        .filter(|location| extension(&location.name) == "zip")
        .collect();
    let text: u64 = locations.iter().map(floor_of).sum();
    println!(
        "{} packages, {} bytes of text, {} threads, median of {ROUNDS} rounds",
        locations.len(),
        text,
        rayon::current_num_threads()
    );
    compare("all packages", &locations);
    let largest = locations.iter().max_by_key(|location| floor_of(location));
    if let Some(largest) = largest {
        compare(&largest.name, std::slice::from_ref(largest));
    }
    // Once started, the clock runs for the rest of the process.
    let share = share_of_rules(&locations);
    println!("rules {:.1} % of a check, on one thread", share * 100.0);
    if share > RULES {
        println!("rules take more than {:.0} % of a check", RULES * 100.0);
        std::process::exit(1);
    }
}

/// The share of a check that its rules take, the median of some rounds.
fn share_of_rules(locations: &[Location]) -> f64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.unwrap();
    let mut shares: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            start_timings();
            pool.install(|| std::hint::black_box(check_all(locations)));
            let timings = timings();
            let mut phases = timings.phases();
            let rules = phases.find(|(phase, _)| *phase == Phase::Rules);
            let rules = rules.map_or(0.0, |(_, time)| time.as_secs_f64());
            rules / timings.total().as_secs_f64()
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    shares[shares.len() / 2]
}

fn compare(name: &str, locations: &[Location]) {
    let (mut floors, mut checks) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(timed(|| {
            let read: u64 = locations.par_iter().map(floor_of).sum();
            std::hint::black_box(read);
        }));
        checks.push(timed(|| {
            std::hint::black_box(check_all(locations));
        }));
    }
    let (floor, check) = (median(floors), median(checks));
    println!(
        "ratio {:.2}  check {:.1} ms  floor {:.1} ms  {name}",
        check.as_secs_f64() / floor.as_secs_f64(),
        check.as_secs_f64() * 1000.0,
        floor.as_secs_f64() * 1000.0,
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The whole of `check --format json`, without writing the text anywhere.
fn check_all(locations: &[Location]) -> usize {
    let locations = locations.iter().cloned().map(Ok).collect();
    let outcomes = examine_all(locations, &OpenOptions::default(), Asking::Nothing);
    let examined = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Examined(examined) => Some(*examined),
        Outcome::Failed(_) | Outcome::PassedOver(_) => None,
    });
    let checked = check(examined.collect(), None, CheckOptions::default());
    let report = CheckReport {
        configuration: Vec::new(),
        packages: checked
            .into_iter()
            .map(|checked| Entry::Checked(Box::new(checked)))
            .collect(),
        target: None,
    };
    json::check(&report).len()
}

/// Inflates and parses what a check reads, and returns its size in bytes.
fn floor_of(location: &Location) -> u64 {
    let bytes: Arc<[u8]> = std::fs::read(&location.name).unwrap().into();
    let archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names
        .par_iter()
        .filter_map(|name| Some((name, form(name)?)))
        .map(|(name, form)| {
            let mut archive = archive.clone();
            let mut text = Vec::new();
            let mut file = archive.by_name(name).unwrap();
            file.read_to_end(&mut text).unwrap();
            if let Form::App = form {
                return floor_of_app(text);
            }
            let text = String::from_utf8(text).unwrap_or_default();
            let text = text.trim_start_matches('\u{feff}');
            match form {
                Form::Xml => std::hint::black_box(roxmltree::Document::parse(text).is_ok()),
                Form::Json | Form::App => is_json(text),
            };
            text.len() as u64
        })
        .sum()
}

fn is_json(text: &str) -> bool {
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    std::hint::black_box(read.is_ok())
}

/// The largest such file that a check reads.
const LARGEST_OF_APP: u64 = 1024 * 1024;

/// The two files of a canvas app that say what it uses; some are no archives.
fn floor_of_app(bytes: Vec<u8>) -> u64 {
    let Ok(mut app) = ZipArchive::new(Cursor::new(bytes)) else {
        return 0;
    };
    let mut size = 0;
    for index in 0..app.len() {
        let Ok(mut file) = app.by_index(index) else {
            continue;
        };
        let name = file.name().unwrap().replace('\\', "/");
        let is_read = ["Properties.json", "References/DataSources.json"].contains(&&*name);
        if is_read && file.size() <= LARGEST_OF_APP {
            let mut text = Vec::new();
            if file.read_to_end(&mut text).is_ok() {
                let text = String::from_utf8(text).unwrap_or_default();
                is_json(text.trim_start_matches('\u{feff}'));
                size += text.len() as u64;
            }
        }
    }
    size
}

enum Form {
    Xml,
    Json,
    App,
}

/// The entries that a check reads: definitions everywhere, and the content that an import reads itself.
fn form(name: &str) -> Option<Form> {
    let name = name.replace('\\', "/");
    let top = name.split_once('/').map_or("", |(top, _)| top);
    let read = match top {
        "WebResources"
        | "CanvasApps"
        | "Reports"
        | "PluginAssemblies"
        | "StoredProcedures"
        | "desktopflowbinaries" => false,
        "Controls" => extension(&name) == "xml",
        _ => true,
    };
    match extension(&name) {
        "xml" | "xaml" if read => Some(Form::Xml),
        "json" if read => Some(Form::Json),
        "msapp" if top == "CanvasApps" => Some(Form::App),
        _ => None,
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
