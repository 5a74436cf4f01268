//! Targets and real packages: what every package holds is found again in a manifest that is made of it, and a target of
//! which nothing is known raises no alarm. Runs where `SOLVET_CORPUS` is set.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use solvet::finding::Severity;
use solvet::target::{
    Contradictions, ImportOptions, Imported, MANIFEST_VERSION, Presence, Question, Target,
    TargetManifest, add, import,
};

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

fn zip(corpus: &Path, name: &str) -> PathBuf {
    let found = zips(corpus)
        .into_iter()
        .find(|path| path.file_name().is_some_and(|file| *file == *name));
    found.unwrap_or_else(|| panic!("the corpus has no {name}"))
}

fn imported(path: &Path) -> Vec<Imported> {
    import(
        &[path.to_string_lossy().into_owned()],
        &ImportOptions::default(),
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

fn target_of(path: &Path) -> Target {
    let mut manifest = TargetManifest {
        manifest_version: MANIFEST_VERSION,
        ..TargetManifest::default()
    };
    for one in imported(path) {
        add(&mut manifest, one, Contradictions::Refused).unwrap_or_else(|error| panic!("{error}"));
    }
    Target::new(manifest)
}

#[test]
fn everything_that_a_package_holds_is_there_once_it_is_added() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let missing: Vec<String> = zips(&corpus)
        .par_iter()
        .flat_map_iter(|path| {
            let target = target_of(path);
            let solution = support::parse_one(path).solution;
            let lacking: Vec<String> = solution
                .components
                .iter()
                .filter(|component| component.identity.address().is_some())
                .filter(|component| {
                    let question = Question::of(&solution, &component.identity, None);
                    target.answer(&question).presence != Presence::Present
                })
                .map(|component| format!("{}: {}", path.display(), component.identity))
                .collect();
            lacking
        })
        .collect();
    assert!(
        missing.is_empty(),
        "{} are missing: {:#?}",
        missing.len(),
        &missing[..missing.len().min(20)]
    );
}

#[test]
fn a_target_of_which_nothing_is_known_raises_no_alarm() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let empty = Target::default();
    let alarms: Vec<String> = zips(&corpus)
        .par_iter()
        .flat_map_iter(|path| {
            [None, Some(&empty)]
                .into_iter()
                .flat_map(|target| {
                    let checked = support::check_one(path, target);
                    let absent = checked.requirements.iter();
                    let absent = absent
                        .filter(|requirement| requirement.answer.presence == Presence::Absent);
                    let errors = checked.findings.iter().map(|placed| &placed.finding);
                    let errors = errors.filter(|finding| {
                        finding.severity == Severity::Error && finding.rule.starts_with("required-")
                    });
                    let absent = absent.map(|requirement| requirement.required.to_string());
                    let alarms: Vec<_> = absent
                        .chain(errors.map(|finding| finding.message.clone()))
                        .collect();
                    alarms
                        .into_iter()
                        .map(|alarm| format!("{}: {alarm}", path.display()))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn what_is_required_of_an_added_package_of_the_same_version_is_there() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let target = target_of(&zip(
        &corpus,
        "PkgFolder_DataModelCore_EducationAcceleratorCommon_managed.zip",
    ));
    let package = zip(
        &corpus,
        "PkgFolder_ProgramManagement_EducationProgramManagementModelApps_managed.zip",
    );
    let checked = support::check_one(&package, Some(&target));
    let of_it = checked
        .requirements
        .iter()
        .filter(|requirement| requirement.supplier.solution == *"EducationAcceleratorCommon");
    let states: Vec<_> = of_it
        .map(|requirement| requirement.answer.presence)
        .collect();
    assert_eq!(states.len(), 141);
    assert!(states.iter().all(|presence| *presence == Presence::Present));
}

#[test]
fn what_the_package_of_the_installed_version_lacks_is_not_there_though_the_version_suffices() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let target = target_of(&zip(
        &corpus,
        "PkgFolder_HiEd_Dynamics365HigherEducationAccelerator_managed~f9675516.zip",
    ));
    let package = zip(
        &corpus,
        "PkgFolder_HiEd_Dynamics365HigherEducationAcceleratorCanvasModel_managed~397a143a.zip",
    );
    let checked = support::check_one(&package, Some(&target));
    let of_it = checked.requirements.iter().filter(|requirement| {
        requirement.supplier.solution == *"Dynamics365HigherEducationAccelerator"
    });
    let lacking = of_it.filter(|requirement| requirement.answer.presence != Presence::Present);
    let lacking: Vec<_> = lacking
        .map(|requirement| requirement.required.to_string())
        .collect();
    assert_eq!(
        lacking,
        [
            "table mshied_programversion",
            "table mshied_programversiondetail"
        ]
    );
}
