//! Simulations of packages that a test makes of samples.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{self, Run};
use super::{pack, project};

/// Files that a test makes: packages of samples, with texts replaced, and targets.
pub struct Desk(TempDir);

impl Desk {
    /// An empty one.
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// The path of a file on it.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// The zip of a sample with texts replaced.
    pub fn package(&self, name: &str, sample: &str, edits: &[(&str, &str)]) -> String {
        let path = self.path(name);
        fs::write(&path, zip(sample, edits)).unwrap();
        path
    }

    /// Writes a target.
    pub fn target(&self, name: &str, content: &Value) -> String {
        let path = self.path(name);
        fs::write(&path, content.to_string()).unwrap();
        path
    }
}

/// The zip of a sample with texts replaced.
pub fn zip(sample: &str, edits: &[(&str, &str)]) -> Vec<u8> {
    let folder = project(&format!("samples/rules/{sample}"));
    let files = pack::files(&folder).into_iter();
    let files = files.map(|(name, content)| {
        let mut text = String::from_utf8(content).unwrap();
        for (from, to) in edits {
            text = text.replace(from, to);
        }
        (name, text.into_bytes())
    });
    pack::zip_of(&files.collect::<Vec<_>>())
}

/// Runs a simulation.
pub fn simulate(arguments: &[&str]) -> Run {
    let mut all = vec!["simulate"];
    all.extend(arguments);
    program::run(&all)
}

/// Runs a simulation and reads its report.
pub fn report(arguments: &[&str]) -> Value {
    let run = simulate(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

/// The solutions of the steps.
pub fn names(report: &Value) -> Vec<&str> {
    let steps = report["steps"].as_array().unwrap().iter();
    steps
        .map(|step| step["solution"].as_str().unwrap())
        .collect()
}

/// A package that requires the choice of the other one.
pub const NEEDING: &str = "requires-unmanaged-component/ok";
/// A managed package of one choice, `cts_priority`.
pub const CHOICE: &str = "version-not-higher/ok";

/// The package of the solution that brings the choice which [`NEEDING`] requires.
pub fn regions(desk: &Desk) -> String {
    let edits = [
        ("ContosoOrders", "FabrikamRegions"),
        ("cts_priority", "fab_region"),
        (">contoso<", ">fabrikam<"),
        (">cts<", ">fab<"),
        ("1.2.0.3", "1.0.0.0"),
    ];
    desk.package("regions.zip", CHOICE, &edits)
}

/// A target that has nothing, and says so.
pub fn fresh() -> Value {
    json!({
        "manifestVersion": 1,
        "environment": {"name": "Test", "version": "9.2.26111.132", "languages": [1033]},
        "coverage": {"solutions": "complete", "choices": "complete"},
        "solutions": [{"name": "System", "version": "5.0", "managed": true}],
    })
}

/// The same with one solution.
pub fn with_orders(version: &str) -> Value {
    let mut target = fresh();
    let row = json!({"name": "ContosoOrders", "version": version, "managed": true});
    target["solutions"].as_array_mut().unwrap().push(row);
    target
}
