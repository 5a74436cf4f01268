//! Rules on real packages: every error is one that is proven, and no rule floods a report.
//!
//! These tests run where `SOLVET_CORPUS` names the folder of packages, and say that they are skipped elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use solvet::check::{Asking, CheckOptions, check, examine_for};
use solvet::finding::{PlacedFinding, Severity};
use solvet::parse::parse;
use solvet::simulate::{SimulateOptions, Surroundings, simulate};
use solvet::target::Target;
use support::{corpus, examine_one, open_one};

/// The zips and the source folders.
fn packages(corpus: &Path) -> Vec<PathBuf> {
    let pattern = corpus.join("zips/**/*.zip");
    let found = glob::glob(pattern.to_str().unwrap()).unwrap();
    let mut paths: Vec<PathBuf> = found.map(Result::unwrap).collect();
    let folders = fs::read_to_string(corpus.join("unpacked.tsv")).unwrap();
    let mut lines = folders.lines();
    let mut columns = lines.next().unwrap().split('\t');
    let column = columns.position(|column| column == "path").unwrap();
    let folders = lines.map(|line| corpus.join(line.split('\t').nth(column).unwrap()));
    paths.extend(folders);
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// How many errors a rule reports on a package.
type Errors = BTreeMap<(String, String), usize>;

/// The table of docs/corpus-findings.md.
fn listed() -> Errors {
    let text = fs::read_to_string(support::project("docs/corpus-findings.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [package, rule, errors, proof] = cells.as_slice() else {
            panic!("{row}");
        };
        assert!(proof.len() > 40, "{row}");
        let rule = rule.trim_start_matches('[').split(']').next().unwrap();
        let package = package.trim_matches('`').to_owned();
        ((package, rule.to_owned()), errors.parse().unwrap())
    })
    .collect()
}

#[test]
fn every_error_on_a_real_package_is_listed_with_its_proof() {
    let Some(corpus) = corpus() else { return };
    let errors: Vec<(String, String)> = packages(&corpus)
        .par_iter()
        .flat_map_iter(|path| {
            let checked = support::check_one(path, None);
            let errors = checked.findings.into_iter();
            let errors = errors.filter(|placed| placed.finding.severity == Severity::Error);
            errors.map(|placed| (name(path), placed.finding.rule.to_owned()))
        })
        .collect();
    let mut found = Errors::new();
    for error in errors {
        *found.entry(error).or_default() += 1;
    }
    assert_eq!(found, listed());
}

/// Findings of one rule on one package at most. Who reads more has stopped reading: a rule that finds more says it once for
/// each table, file or supplier.
const MOST: usize = 200;

fn crowded(findings: &[PlacedFinding]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in findings {
        *counts.entry(placed.finding.rule).or_default() += 1;
    }
    counts.retain(|_, count| *count > MOST);
    let counts = counts.into_iter();
    counts
        .map(|(rule, count)| format!("{rule} {count} times"))
        .collect()
}

/// What crowds an import into a target of which nothing is known.
fn simulated(path: &Path, target: &Target) -> Vec<String> {
    let package = open_one(path);
    let examined = examine_for(&package, parse(&package).unwrap(), Asking::Import);
    let surroundings = Surroundings {
        target,
        installed: &[],
    };
    let options = SimulateOptions {
        keep_going: true,
        ..SimulateOptions::default()
    };
    let simulation = simulate(vec![examined], surroundings, &options);
    let steps = simulation.steps.iter();
    steps.flat_map(|step| crowded(&step.findings)).collect()
}

#[test]
fn no_rule_fires_so_often_on_a_real_package_that_nobody_would_read_it() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("empty.json");
    fs::write(&manifest, r#"{"manifestVersion": 1}"#).unwrap();
    let empty = solvet::target::load(&manifest.to_string_lossy()).unwrap();
    let targets: [Option<&Target>; 2] = [None, Some(&empty)];
    let crowded: BTreeSet<String> = packages(&corpus)
        .par_iter()
        .flat_map_iter(|path| {
            let said = targets.into_iter().flat_map(|target| {
                let examined = vec![examine_one(path)];
                let checked = check(examined, target, CheckOptions::default());
                let findings = checked.iter().map(|checked| &*checked.findings);
                findings.flat_map(crowded).collect::<Vec<_>>()
            });
            let said = said.chain(simulated(path, &empty));
            said.map(|said| format!("{}: {said}", name(path)))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(crowded.is_empty(), "{crowded:#?}");
}
