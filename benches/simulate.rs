//! How much a simulated import costs beyond a check of the same package against the same target.
//!
//! The package is the one with the most components, of `SOLVET_CORPUS`, else of `samples`. The target is generated: it has
//! 100,000 components, tables and columns among them, and a complete list of solutions, in which the package's own stands
//! with a lower version, so that the import is an upgrade or an update. Both begin with the zip; check and simulation run in
//! turn, and the ratio of their medians is printed, once with the manifest at hand and once with reading it. Fails where the
//! first is above 1.3.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    reason = "a benchmark prints and may stop"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use solvet::check::{Asking, CheckOptions, Examined, Outcome, check, examine_all};
use solvet::model::{ComponentType, Identity, LogicalName, PackageType};
use solvet::package::{Location, OpenOptions, locate};
use solvet::simulate::{SimulateOptions, Surroundings, simulate};
use solvet::target::{
    ColumnDetails, ColumnRow, ComponentRow, Coverage, CoverageOf, LayerRow, MANIFEST_VERSION,
    SolutionRow, TableRow, Target, TargetManifest, TypeName, load, manifest_json,
};

const ROUNDS: usize = 31;
const COMPONENTS: usize = 100_000;
const COLUMNS_OF_A_TABLE: usize = 100;
const BOUND: f64 = 1.3;

fn main() {
    let folder = std::env::var_os("SOLVET_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        |corpus| PathBuf::from(corpus).join("zips"),
    );
    let locations: Vec<Location> = locate(&[folder.to_string_lossy().into_owned()])
        .into_iter()
        .flatten()
        .collect();
    let sizes = locations.par_iter().map(|location| {
        let examined = examine(location, Asking::Nothing);
        examined.map_or(0, |examined| examined.solution.components.len())
    });
    let sizes: Vec<usize> = sizes.collect();
    let largest = (0..sizes.len()).max_by_key(|index| sizes[*index]).unwrap();
    let location = &locations[largest];
    let manifest = manifest(&examine(location, Asking::All).unwrap());
    println!(
        "{}: {} components; a target of {COMPONENTS}; {} threads, median of {ROUNDS} rounds",
        location.name,
        sizes[largest],
        rayon::current_num_threads()
    );
    let ratio = compare(
        "manifest at hand",
        || Target::new(manifest.clone()),
        |target| target,
        location,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target.json");
    std::fs::write(&path, manifest_json(&manifest)).unwrap();
    let path = path.to_string_lossy().into_owned();
    compare(
        "reading the manifest",
        || (),
        |()| load(&path).unwrap(),
        location,
    );
    if ratio > BOUND {
        println!("a simulation costs {ratio:.2} times a check, above the bound of {BOUND}");
        std::process::exit(1);
    }
}

/// Times check and simulation in turn. What `prepare` gives is not timed, what is made of it is.
fn compare<T>(
    name: &str,
    prepare: impl Fn() -> T,
    target: impl Fn(T) -> Target,
    location: &Location,
) -> f64 {
    let (mut checks, mut simulations) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let prepared = prepare();
        checks.push(timed(|| {
            let target = target(prepared);
            let examined = examine(location, Asking::All).unwrap();
            black_box(check(
                vec![examined],
                Some(&target),
                CheckOptions::default(),
            ));
            target
        }));
        let prepared = prepare();
        simulations.push(timed(|| {
            let target = target(prepared);
            let examined = examine(location, Asking::Import).unwrap();
            let surroundings = Surroundings {
                target: &target,
                installed: &[],
            };
            let simulation = simulate(vec![examined], surroundings, &SimulateOptions::default());
            black_box(simulation);
            target
        }));
    }
    let (check, simulation) = (median(checks), median(simulations));
    let ratio = simulation.as_secs_f64() / check.as_secs_f64();
    println!("ratio {ratio:.2}  simulate {simulation:.1?}  check {check:.1?}  {name}");
    ratio
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

fn examine(location: &Location, asking: Asking) -> Option<Examined> {
    let outcomes = examine_all(vec![Ok(location.clone())], &OpenOptions::default(), asking);
    outcomes.into_iter().find_map(|outcome| match outcome {
        Outcome::Examined(examined) => Some(*examined),
        Outcome::Failed(_) | Outcome::PassedOver(_) => None,
    })
}

/// A target in which a lower version of the package is installed, with half of its components listed, and many others.
fn manifest(package: &Examined) -> TargetManifest {
    let solution = &package.solution;
    let name = solution.manifest.name();
    let managed = solution.manifest.package_type == PackageType::Managed;
    let row = |name: &str, version: &str| SolutionRow {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        managed: Some(managed),
        ..SolutionRow::default()
    };
    let mut solutions = BTreeMap::from([(LogicalName::new(name), row(name, "0.0.0.1"))]);
    for requirement in &package.requirements {
        let supplier = &requirement.supplier;
        if let Some(version) = &supplier.version {
            let row = row(supplier.solution.as_str(), &version.to_string());
            solutions.entry(supplier.solution.clone()).or_insert(row);
        }
    }
    let own = solution.components.iter().step_by(2);
    let own = own.filter(|component| component.identity.address().is_some());
    let mut components: Vec<ComponentRow> = own
        .map(|component| own_row(&component.identity, name, managed))
        .collect();
    let tables: Vec<TableRow> = (0..COMPONENTS / 3 / COLUMNS_OF_A_TABLE)
        .map(table)
        .collect();
    let listed = tables.len() * (COLUMNS_OF_A_TABLE + 1) + components.len();
    let kinds = [10, 20, 26, 29, 59, 60, 61, 62, 80, 92, 300, 380];
    components.extend(
        (0..COMPONENTS.saturating_sub(listed)).map(|number| ComponentRow {
            kind: TypeName(ComponentType::number(kinds[number % kinds.len()])),
            name: Some(format!("cts_component{number}")),
            id: Some(format!("{number:08x}-2222-4222-8222-222222222222")),
            managed: Some(true),
            solution: Some("contoso_core".to_owned()),
            layers: vec![layer("contoso_core")],
            ..ComponentRow::default()
        }),
    );
    TargetManifest {
        manifest_version: MANIFEST_VERSION,
        solutions: solutions.into_values().collect(),
        coverage: BTreeMap::from([("solutions".into(), Coverage::complete(CoverageOf::All))]),
        tables,
        components,
        ..TargetManifest::default()
    }
}

fn own_row(identity: &Identity, solution: &str, managed: bool) -> ComponentRow {
    let text = |name: &LogicalName| name.as_str().to_owned();
    let keys = identity.keys.iter();
    ComponentRow {
        kind: TypeName(identity.kind.clone()),
        name: identity.schema_name.as_ref().map(text),
        id: identity.object_id.map(|id| id.to_string()),
        parent: identity.table.as_ref().map(text),
        key: keys
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
        managed: Some(managed),
        layers: vec![layer(solution)],
        ..ComponentRow::default()
    }
}

fn layer(solution: &str) -> LayerRow {
    LayerRow {
        solution: solution.to_owned(),
        ..LayerRow::default()
    }
}

fn table(number: usize) -> TableRow {
    let column = |column| {
        ColumnRow(ColumnDetails {
            name: format!("cts_column{column}"),
            managed: Some(true),
            ..ColumnDetails::default()
        })
    };
    TableRow {
        name: format!("cts_table{number}"),
        managed: Some(true),
        columns: (0..COLUMNS_OF_A_TABLE).map(column).collect(),
        ..TableRow::default()
    }
}
