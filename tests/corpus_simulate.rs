//! Simulated imports of real packages: versions over each other, packages after those that they need, and what holds of
//! every package there is. Runs where `SOLVET_CORPUS` is set.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use solvet::catalog::is_everywhere;
use solvet::check::{Asking, Examined, Operation, Requirement, examine_for};
use solvet::finding::Severity;
use solvet::model::{IdentityMap, LogicalName, Origin, PackageType, Solution, Version};
use solvet::parse::parse;
use solvet::simulate::{
    ActionKind, Request, SimulateOptions, Simulation, Step, Surroundings, Verdict, simulate,
};
use solvet::target::{
    Contradictions, Coverage, CoverageOf, ImportOptions, MANIFEST_VERSION, Presence, SolutionRow,
    Target, TargetManifest, add, import, manifest_json,
};
use support::open_one;

const EDUCATION: &str = "microsoft__Industry-Accelerator-Education";
const COMMON_4: &str = "PkgFolder_HiEd_EducationAcceleratorCommon_managed.zip";
const COMMON_5: &str = "PkgFolder_DataModelCore_EducationAcceleratorCommon_managed.zip";
const HIGHER_4: &str = "PkgFolder_HiEd_Dynamics365HigherEducationAccelerator_managed~f9675516.zip";
const CANVAS_4: &str =
    "PkgFolder_HiEd_Dynamics365HigherEducationAcceleratorCanvasModel_managed~397a143a.zip";
const CANVAS_5: &str =
    "PkgFolder_HiEd_Dynamics365HigherEducationAcceleratorCanvasModel_managed.zip";

/// Packages that need another one, each after that one.
const PAIRS: [(&str, &str, &str); 6] = [
    (
        EDUCATION,
        COMMON_4,
        "EducationK12ModelApps_Staging_managed.zip",
    ),
    (EDUCATION, COMMON_4, HIGHER_4),
    (EDUCATION, COMMON_4, CANVAS_4),
    (EDUCATION, COMMON_5, CANVAS_5),
    (
        EDUCATION,
        COMMON_5,
        "PkgFolder_ProgramManagement_EducationProgramManagementModelApps_managed.zip",
    ),
    (
        "microsoft__Dynamics-365-FastTrack-Implementation-Assets",
        "CRMP2C.zip",
        "P2CFieldService.zip",
    ),
];

fn zips(corpus: &Path) -> Vec<PathBuf> {
    let pattern = corpus.join("zips/*/*.zip");
    let mut zips: Vec<_> = glob::glob(&pattern.to_string_lossy())
        .unwrap()
        .flatten()
        .collect();
    zips.sort();
    assert!(!zips.is_empty(), "no packages in {}", corpus.display());
    zips
}

fn pairs(corpus: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let folder = corpus.join("zips");
    PAIRS
        .into_iter()
        .map(move |(of, a, b)| (folder.join(of).join(a), folder.join(of).join(b)))
}

fn examined(path: &Path, asking: Asking) -> Examined {
    let package = open_one(path);
    let parsed = parse(&package).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    examine_for(&package, parsed, asking)
}

fn run(
    paths: &[&Path],
    target: &Target,
    installed: &[Solution],
    options: &SimulateOptions,
) -> Simulation {
    let packages = paths.iter().map(|path| examined(path, Asking::Import));
    let surroundings = Surroundings { target, installed };
    simulate(packages.collect(), surroundings, options)
}

fn wanting_target() -> SimulateOptions {
    SimulateOptions {
        wants_target: true,
        in_order: true,
        ..SimulateOptions::default()
    }
}

fn row(name: &str, version: Option<&Version>, managed: bool) -> SolutionRow {
    SolutionRow {
        name: name.to_owned(),
        version: version.map(ToString::to_string),
        managed: Some(managed),
        ..SolutionRow::default()
    }
}

fn row_of(solution: &Solution) -> SolutionRow {
    let manifest = &solution.manifest;
    let managed = manifest.package_type == PackageType::Managed;
    row(manifest.name(), manifest.version().as_ref(), managed)
}

/// A manifest with a complete list of solutions.
fn complete(solutions: Vec<SolutionRow>) -> TargetManifest {
    TargetManifest {
        manifest_version: MANIFEST_VERSION,
        solutions,
        coverage: BTreeMap::from([("solutions".into(), Coverage::complete(CoverageOf::All))]),
        ..TargetManifest::default()
    }
}

/// The solutions that a package names as suppliers, but those of these names.
fn suppliers(package: &Examined, without: &[&str]) -> Vec<SolutionRow> {
    let mut rows: BTreeMap<String, SolutionRow> = BTreeMap::new();
    for requirement in &package.requirements {
        let supplier = &requirement.supplier;
        let name = supplier.solution.as_str();
        if !name.is_empty() && !without.iter().any(|other| supplier.solution == **other) {
            let version = supplier.version.as_ref();
            rows.insert(name.to_ascii_lowercase(), row(name, version, true));
        }
    }
    rows.into_values().collect()
}

/// The solutions that two packages name as suppliers, but their own.
fn suppliers_of_both(a: &Examined, b: &Examined) -> Vec<SolutionRow> {
    let own = [a, b].map(|package| package.solution.manifest.name());
    let mut rows = suppliers(b, &own);
    for row in suppliers(a, &own) {
        if !rows
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(&row.name))
        {
            rows.push(row);
        }
    }
    rows
}

/// What the old version has of its own and the new one lacks, without what every environment has.
fn lacking(old: &Solution, new: &Solution) -> BTreeSet<String> {
    let mut held = IdentityMap::default();
    let roots = new.manifest.roots.iter().map(|root| &root.identity);
    let components = new.components.iter().map(|component| &component.identity);
    for identity in components.chain(roots) {
        held.insert(identity, identity);
    }
    let own = old.components.iter().filter(|component| {
        component.origin == Origin::Package && component.identity.address().is_some()
    });
    let gone = own.filter(|component| {
        let mut alike = held.find_all(&component.identity).into_iter();
        !alike.any(|other| other.is_same_as(&component.identity))
            && !is_everywhere(&component.identity)
    });
    gone.map(|component| format!("{:?}", component.identity.address()))
        .collect()
}

/// The components with which a step does one of these.
fn doing(step: &Step, kinds: &[ActionKind]) -> BTreeSet<String> {
    let actions = step.actions.iter();
    let actions = actions.filter(|action| kinds.contains(&action.kind));
    let components = actions.map(|action| step.component(action).unwrap().address());
    components.map(|address| format!("{address:?}")).collect()
}

/// Every two versions of one managed solution, the older one first.
fn versions(corpus: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut known: BTreeMap<(String, Version), PathBuf> = BTreeMap::new();
    let read: Vec<_> = zips(corpus)
        .into_par_iter()
        .map(|path| (support::parse_one(&path).solution.manifest, path))
        .collect();
    for (manifest, path) in read {
        if let (PackageType::Managed, Some(version)) = (manifest.package_type, manifest.version()) {
            let name = manifest.name().to_owned();
            known.entry((name, version)).or_insert(path);
        }
    }
    let mut pairs = Vec::new();
    for ((name, old), old_path) in &known {
        for ((other, new), new_path) in &known {
            if name == other && old < new {
                pairs.push((old_path.clone(), new_path.clone()));
            }
        }
    }
    pairs
}

#[test]
fn an_update_removes_nothing_and_an_upgrade_removes_exactly_what_the_new_version_lacks() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let versions = versions(&corpus);
    assert!(versions.len() >= 12, "{versions:#?}");
    let mut removed = 0;
    for (old, new) in &versions {
        let installed = examined(old, Asking::Installed).solution;
        let target = Target::new(complete(vec![row_of(&installed)]));
        let lacking = lacking(&installed, &support::parse_one(new).solution);
        let installed = [installed];
        for request in [Request::Update, Request::Upgrade] {
            let options = SimulateOptions {
                request,
                ..SimulateOptions::default()
            };
            let simulation = run(&[new.as_path()], &target, &installed, &options);
            let [step] = simulation.steps.as_slice() else {
                panic!("{}: {} steps", new.display(), simulation.steps.len())
            };
            let (gone, kept) = if request == Request::Update {
                assert_eq!(step.operation, Operation::Update, "{}", new.display());
                (ActionKind::Delete, ActionKind::Keep)
            } else {
                assert_eq!(step.operation, Operation::Upgrade, "{}", new.display());
                (ActionKind::Keep, ActionKind::Delete)
            };
            let none = doing(step, &[gone]);
            assert!(none.is_empty(), "{}: {none:#?}", new.display());
            assert_eq!(doing(step, &[kept]), lacking, "{}", new.display());
            // What the old version had is there.
            let created = doing(step, &[ActionKind::Create, ActionKind::CreateOrUpdate]);
            let had = |address: &String| {
                let mut components = installed[0].components.iter();
                components.any(|one| format!("{:?}", one.identity.address()) == *address)
            };
            let wrong: Vec<_> = created.iter().filter(|address| had(address)).collect();
            assert!(wrong.is_empty(), "{}: {wrong:#?}", new.display());
        }
        removed += lacking.len();
    }
    println!("{} pairs of versions, {removed} removals", versions.len());
    assert!(removed > 100);
}

#[test]
fn a_package_over_itself_changes_nothing() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let wrong: Vec<String> = zips(&corpus)
        .par_iter()
        .flat_map_iter(|path| {
            let installed = examined(path, Asking::Installed).solution;
            let target = Target::new(complete(vec![row_of(&installed)]));
            let options = SimulateOptions::default();
            let simulation = run(&[path], &target, &[installed], &options);
            let step = &simulation.steps[0];
            let checked = step.checked.as_ref().unwrap();
            let expected = match checked.solution.manifest.package_type {
                PackageType::Managed => ActionKind::Unchanged,
                PackageType::Unmanaged => ActionKind::Overwrite,
            };
            let is_named = |action: &_| step.component(action).unwrap().address().is_some();
            let other = step.actions.iter().filter(|action| {
                action.kind != expected && action.kind != ActionKind::Skip && is_named(action)
            });
            let shown = other.map(|action| {
                let component = step.component(action).unwrap();
                format!("{}: {} {component}", path.display(), action.kind.name())
            });
            shown.collect::<Vec<_>>()
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}

/// The columns that customizations.xml defines, each written without white space between its elements.
fn columns(path: &Path) -> BTreeMap<(String, String), String> {
    let package = open_one(path);
    let text = package.text(package.find("customizations.xml").unwrap());
    let text = text.unwrap();
    let document = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).unwrap();
    let mut columns = BTreeMap::new();
    for column in document
        .descendants()
        .filter(|node| node.has_tag_name("attribute"))
    {
        let Some(entity) = column.ancestors().find(|node| node.has_tag_name("entity")) else {
            continue;
        };
        let of = |name: &str| column.children().find(|node| node.has_tag_name(name));
        let Some(name) = of("LogicalName")
            .or_else(|| of("Name"))
            .and_then(|node| node.text())
        else {
            continue;
        };
        let tokens = column.descendants().filter_map(|node| {
            let attributes = node.attributes();
            let attributes = attributes.map(|one| format!("{}={:?}", one.name(), one.value()));
            match node.text().filter(|_| node.is_text()) {
                Some(text) => (!text.trim().is_empty()).then(|| format!("{text:?}")),
                None => Some(format!(
                    "{:?}{:?}",
                    node.tag_name(),
                    attributes.collect::<Vec<_>>()
                )),
            }
        });
        let tokens: Vec<_> = tokens.collect();
        let table = entity
            .attribute("Name")
            .unwrap_or_default()
            .to_ascii_lowercase();
        columns.insert((table, name.to_ascii_lowercase()), tokens.join(" "));
    }
    columns
}

#[test]
fn a_column_is_unchanged_where_its_element_is_the_same() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let (mut same, mut different) = (0, 0);
    for (old, new) in versions(&corpus) {
        let installed = examined(&old, Asking::Installed).solution;
        let target = Target::new(complete(vec![row_of(&installed)]));
        let options = SimulateOptions::default();
        let simulation = run(&[new.as_path()], &target, &[installed], &options);
        let (before, after) = (columns(&old), columns(&new));
        let step = &simulation.steps[0];
        for action in &step.actions {
            let column = step.component(action).unwrap();
            let (Some(table), Some(name)) = (&column.table, &column.schema_name) else {
                continue;
            };
            let key = [table, name].map(|name| name.as_str().to_ascii_lowercase());
            let key = (key[0].clone(), key[1].clone());
            let (Some(was), Some(is)) = (before.get(&key), after.get(&key)) else {
                continue;
            };
            if column.kind.as_number() != Some(2) {
                continue;
            }
            let is_unchanged = action.kind == ActionKind::Unchanged;
            assert_eq!(is_unchanged, was == is, "{}: {column}", new.display());
            same += usize::from(is_unchanged);
            different += usize::from(!is_unchanged);
        }
    }
    println!("{same} columns are unchanged, {different} are not");
    assert!(same > 1000 && different > 100, "{same}, {different}");
}

/// What the last step says of what its package requires of a solution.
fn answers(simulation: &Simulation, of: &LogicalName) -> BTreeMap<Presence, usize> {
    let last = simulation.steps.last().unwrap().checked.as_ref().unwrap();
    presences(&last.requirements, of)
}

fn presences(requirements: &[Requirement], of: &LogicalName) -> BTreeMap<Presence, usize> {
    let mut counts = BTreeMap::new();
    for requirement in requirements {
        if requirement.supplier.solution == *of {
            *counts.entry(requirement.answer.presence).or_default() += 1;
        }
    }
    counts
}

fn fails_for_want_of_components(step: &Step) -> bool {
    step.verdict == Verdict::Fails
        && step.findings.iter().any(|placed| {
            let finding = &placed.finding;
            let code = finding.platform.as_ref().map(|(error, ..)| error.code);
            finding.severity == Severity::Error && code == Some(0x8004_801D)
        })
}

#[test]
fn packages_are_imported_after_those_that_they_need() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    for (first, second) in pairs(&corpus) {
        let (first, second) = (first.as_path(), second.as_path());
        let [a, b] = [first, second].map(|path| examined(path, Asking::Import));
        let name = LogicalName::new(a.solution.manifest.name());
        let own = b.solution.manifest.name();
        let rows = suppliers_of_both(&a, &b);
        let without = Target::new(complete(rows.clone()));
        let shown = format!("{own} after {name}");

        // In the wrong order, which is mended.
        let simulation = run(&[second, first], &without, &[], &SimulateOptions::default());
        let order: Vec<_> = simulation.steps.iter().map(|step| step.package).collect();
        assert_eq!(order, [Some(1), Some(0)], "{shown}");
        let counts = answers(&simulation, &name);
        let keys: Vec<_> = counts.keys().copied().collect();
        assert_eq!(keys, [Presence::Present], "{shown}: {counts:?}");
        println!("{shown}: {counts:?}");

        // In the wrong order, which is asked for; and alone.
        let in_order = SimulateOptions {
            in_order: true,
            ..SimulateOptions::default()
        };
        for paths in [&[second, first][..], &[second][..]] {
            let simulation = run(paths, &without, &[], &in_order);
            let step = &simulation.steps[0];
            assert_eq!(step.package, Some(0), "{shown}");
            assert!(
                fails_for_want_of_components(step),
                "{shown}: {:?}",
                step.verdict
            );
            assert_eq!(simulation.verdict, Verdict::Fails, "{shown}");
        }

        // At a version that is lower than what the package was built against.
        let lower: Version = "0.1.0.0".parse().unwrap();
        let mut low = rows.clone();
        low.push(row(name.as_str(), Some(&lower), true));
        let simulation = run(&[second], &Target::new(complete(low)), &[], &in_order);
        let counts = answers(&simulation, &name);
        let keys: Vec<_> = counts.keys().copied().collect();
        assert_eq!(keys, [Presence::Unknown], "{shown}: {counts:?}");
        assert!(simulation.verdict >= Verdict::Unknown, "{shown}");

        // As its package says, which was added to the manifest.
        let mut manifest = complete(rows);
        let path = first.to_string_lossy().into_owned();
        for one in import(&[path], &ImportOptions::default()).unwrap() {
            add(&mut manifest, one, Contradictions::Refused).unwrap();
        }
        let simulation = run(&[second], &Target::new(manifest), &[], &in_order);
        let counts = answers(&simulation, &name);
        let keys: Vec<_> = counts.keys().copied().collect();
        assert_eq!(keys, [Presence::Present], "{shown}: {counts:?}");
    }
}

#[test]
fn against_a_target_of_which_nothing_is_known_nothing_succeeds_and_no_reference_fails() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let zips = zips(&corpus);
    let empty = Target::default();
    let verdicts: Vec<(Verdict, Vec<String>)> = zips
        .par_iter()
        .map(|path| {
            let simulation = run(&[path], &empty, &[], &SimulateOptions::default());
            let step = &simulation.steps[0];
            let errors = step.findings.iter().map(|placed| &placed.finding);
            let errors = errors.filter(|finding| {
                finding.severity == Severity::Error && finding.rule.starts_with("required-")
            });
            let errors = errors.map(|finding| format!("{}: {}", path.display(), finding.message));
            (simulation.verdict, errors.collect())
        })
        .collect();
    let errors: Vec<_> = verdicts.iter().flat_map(|(_, errors)| errors).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (verdict, _) in &verdicts {
        *counts.entry(verdict.name()).or_default() += 1;
    }
    println!("{counts:?}");
    // Whether the solution is installed is unknown of every one.
    let names: Vec<_> = counts.keys().copied().collect();
    assert_eq!(names, ["fails", "unknown"]);
    assert!(counts["unknown"] > 200, "{counts:?}");
}

#[test]
fn a_package_in_the_target_that_it_leaves_is_an_update_that_creates_nothing() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let empty = Target::default();
    let results: Vec<Option<Vec<String>>> = zips(&corpus)
        .par_iter()
        .map(|path| {
            let simulation = run(&[path], &empty, &[], &wanting_target());
            if simulation.verdict == Verdict::Fails {
                return None;
            }
            let target = Target::new(simulation.target.unwrap());
            let simulation = run(&[path], &target, &[], &wanting_target());
            let step = &simulation.steps[0];
            let mut wrong = Vec::new();
            if step.operation != Operation::Update {
                wrong.push(format!("{}: {}", path.display(), step.operation));
            }
            for action in &step.actions {
                let component = step.component(action).unwrap();
                let is_new = matches!(action.kind, ActionKind::Create | ActionKind::CreateOrUpdate);
                if is_new && component.address().is_some() {
                    let what = action.kind.name();
                    wrong.push(format!("{}: {what} {component}", path.display()));
                }
            }
            Some(wrong)
        })
        .collect();
    let failed = results.iter().filter(|result| result.is_none()).count();
    println!("{} packages, of which {failed} fail", results.len());
    assert!(failed < 20, "{failed} fail");
    let wrong: Vec<_> = results.into_iter().flatten().flatten().collect();
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}

#[test]
fn two_packages_at_once_are_as_one_after_the_other() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let zips = zips(&corpus);
    let mut tried: Vec<(PathBuf, PathBuf)> = pairs(&corpus).collect();
    // Packages that have nothing to do with each other, and one twice.
    let others = [(0, 90), (30, 180), (60, 210), (120, 120)];
    tried.extend(others.map(|(a, b)| (zips[a].clone(), zips[b].clone())));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (first, second) in &tried {
        let shown = format!("{} and {}", first.display(), second.display());
        let [a, b] = [first, second].map(|path| examined(path, Asking::Import));
        let start = Target::new(complete(suppliers_of_both(&a, &b)));
        let options = wanting_target();
        let both = run(&[first.as_path(), second.as_path()], &start, &[], &options);
        let one = run(&[first.as_path()], &start, &[], &options);
        let between = Target::new(one.target.clone().unwrap());
        let other = run(&[second.as_path()], &between, &[], &options);
        let verdicts = |simulations: &[&Simulation]| {
            let steps = simulations.iter().flat_map(|one| &one.steps);
            let steps = steps.map(|step| (step.operation, step.verdict, step.stages.clone()));
            steps.collect::<Vec<_>>()
        };
        let apart = verdicts(&[&one, &other]);
        assert_eq!(verdicts(&[&both]), apart, "{shown}");
        for (_, verdict, _) in apart {
            *counts.entry(verdict.name()).or_default() += 1;
        }
        let [together, apart] =
            [&both, &other].map(|one| manifest_json(one.target.as_ref().unwrap()));
        assert!(together == apart, "{shown}");
    }
    println!("{counts:?}");
}

#[test]
fn what_is_named_as_unknown_is_settled_by_what_is_said_to_settle_it() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let path = corpus.join("zips").join(EDUCATION).join(COMMON_5);
    let target = Target::new(complete(Vec::new()));
    let simulation = run(&[&path], &target, &[], &SimulateOptions::default());
    let step = &simulation.steps[0];
    let doubts = step.doubts.iter();
    let mut doubts = doubts.filter(|doubt| doubt.settle.contains("savedqueries"));
    let doubt = doubts.next().unwrap();
    assert!(doubt.what.contains("among them the view"), "{doubt:?}");
}
