//! What the tests share: packing folders, opening packages, running the program.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::missing_panics_doc,
    reason = "every test file uses its own part of this module, and a test may panic"
)]

pub mod assembly;
pub mod desk;
pub mod document;
pub mod encoding;
pub mod hostile_names;
pub mod markdown;
pub mod pack;
pub mod program;

use std::path::{Path, PathBuf};

use solvet::check::{CheckOptions, Checked, Examined, check, examine};
use solvet::package::{OpenOptions, Opened, Package, locate, open};
use solvet::parse::{Parsed, parse};
use solvet::target::Target;

/// A path below the project's folder.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The folder of real packages, where the environment names one; says so where it does not.
pub fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("SOLVET_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("skipped: SOLVET_CORPUS is not set, so there are no real packages to test with");
    }
    corpus
}

/// Everything that opening a path gives.
pub fn open_all(path: &Path, options: &OpenOptions) -> Vec<Opened> {
    locate(&[path.to_string_lossy().into_owned()])
        .into_iter()
        .flat_map(|location| match location {
            Ok(location) => open(&location, options),
            Err(error) => vec![Opened::Failed(error)],
        })
        .collect()
}

/// The one package at a path.
pub fn open_one(path: &Path) -> Package {
    match open_all(path, &OpenOptions::default()).pop() {
        Some(Opened::Package(package)) => *package,
        other => panic!("{} is no package: {other:?}", path.display()),
    }
}

/// The one solution at a path.
pub fn parse_one(path: &Path) -> Parsed {
    parse(&open_one(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The one package at a path, with its own rules run.
pub fn examine_one(path: &Path) -> Examined {
    let package = open_one(path);
    let parsed = parse(&package).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    examine(&package, parsed)
}

/// The one package at a path, checked against a target.
pub fn check_one(path: &Path, target: Option<&Target>) -> Checked {
    check(vec![examine_one(path)], target, CheckOptions::default()).remove(0)
}
