//! Fingerprints know a finding again: in a new export of the same content they are the same, and what is added adds its own
//! and no others.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "support/reexport.rs"]
mod reexport;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use reexport::{Appended, File, exported_again};
use solvet::check::{Asking, CheckOptions, check, examine_for};
use solvet::finding::PlacedFinding;
use solvet::package::{OpenOptions, Opened};
use solvet::parse::parse;
use solvet::simulate::{SimulateOptions, Surroundings, simulate};
use solvet::target::{self, Target};
use support::{pack, project};
use tempfile::TempDir;

/// The rule that compares the stamp of the export with the target's, and finds something anew in a later export.
const STAMP: &str = "exported-from-newer-build";

/// Rule, component and fingerprint of everything that is found.
type Found = BTreeSet<(&'static str, String, String)>;

/// Everything that is found, told with what a baseline knows.
fn placed(
    files: &[File],
    target: Option<&Target>,
    known: &BTreeSet<Box<str>>,
) -> Option<Vec<PlacedFinding>> {
    let judging = CheckOptions {
        known: known.clone(),
        ..CheckOptions::default()
    };
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("package.zip");
    fs::write(&path, pack::zip_of(files)).unwrap();
    let opened = support::open_all(&path, &OpenOptions::default()).pop();
    let Some(Opened::Package(package)) = opened else {
        return None;
    };
    let examined = examine_for(&package, parse(&package).ok()?, Asking::Import);
    let findings = match target {
        None => {
            let mut checked = check(vec![examined], None, judging);
            checked.pop().unwrap().findings
        }
        Some(target) => {
            let options = SimulateOptions {
                keep_going: true,
                check: judging,
                ..SimulateOptions::default()
            };
            let surroundings = Surroundings {
                target,
                installed: &[],
            };
            let mut simulation = simulate(vec![examined], surroundings, &options);
            simulation.steps.pop().unwrap().findings
        }
    };
    let findings = findings.into_iter();
    let findings = findings.filter(|placed| placed.finding.rule != STAMP);
    Some(findings.collect())
}

fn found(files: &[File], target: Option<&Target>) -> Option<Found> {
    let findings = placed(files, target, &BTreeSet::new())?;
    let count = findings.len();
    let found: Found = findings
        .into_iter()
        .map(|placed| {
            // Which component a finding names that tells of several says the order of the export.
            let component = placed.finding.component.as_ref();
            let component = component.filter(|_| !placed.finding.is_summary);
            let component = component.map_or(String::new(), |component| component.kind.label());
            (placed.finding.rule, component, placed.fingerprint.into())
        })
        .collect();
    assert_eq!(found.len(), count, "no two findings share a fingerprint");
    Some(found)
}

/// Every package below `samples`, with what it is called.
fn samples() -> Vec<(String, PathBuf)> {
    let pattern = project("samples/**/solution.xml");
    let found = glob::glob(pattern.to_str().unwrap()).unwrap();
    let root = project("samples");
    let samples = found.map(|path| {
        let folder = path.unwrap().parent().unwrap().to_path_buf();
        let label = folder.strip_prefix(&root).unwrap().display().to_string();
        (label, folder)
    });
    let mut samples: Vec<_> = samples.collect();
    samples.sort();
    samples
}

fn target_of(sample: &Path) -> Option<Target> {
    let (folder, name) = (sample.parent().unwrap(), sample.file_name().unwrap());
    let own = folder.join(format!("target-{}.json", name.to_string_lossy()));
    let mut paths = [own, folder.join("target.json")].into_iter();
    let path = paths.find(|path| path.exists())?;
    Some(target::load(path.to_str().unwrap()).unwrap())
}

#[test]
fn a_new_export_of_the_same_content_has_the_same_fingerprints() {
    let production = target::load(
        project("samples/targets/contoso-prod.json")
            .to_str()
            .unwrap(),
    );
    let production = production.unwrap();
    let mut compared = 0;
    let mut others = Vec::new();
    for (label, folder) in samples() {
        let files = pack::files(&folder);
        let own = target_of(&folder);
        let target = own.as_ref().unwrap_or(&production);
        for target in [None, Some(target)] {
            let Some(before) = found(&files, target) else {
                continue;
            };
            let after = found(&exported_again(&files, Appended::Other), target).unwrap();
            compared += before.len();
            let (gone, new): (Vec<_>, Vec<_>) = (
                before.difference(&after).collect(),
                after.difference(&before).collect(),
            );
            if !(gone.is_empty() && new.is_empty()) {
                others.push(format!("{label}: {gone:?} {new:?}"));
            }
        }
    }
    assert!(others.is_empty(), "{others:#?}");
    assert!(compared > 150, "only {compared} findings were compared");
}

/// The files of a zip; none where it is no plain package.
fn unzipped(path: &Path) -> Option<Vec<File>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).ok()?).ok()?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).ok()?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        if !entry.is_dir() {
            let name = entry.name().ok()?.replace('\\', "/");
            files.push((name, content));
        }
    }
    files
        .iter()
        .any(|(name, _)| name == "solution.xml")
        .then_some(files)
}

#[test]
fn a_new_export_of_a_real_package_has_the_same_fingerprints() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let pattern = corpus.join("zips/**/*.zip");
    let paths: Vec<_> = glob::glob(pattern.to_str().unwrap()).unwrap().collect();
    let target = target::load(
        project("samples/targets/contoso-prod.json")
            .to_str()
            .unwrap(),
    );
    let target = target.unwrap();
    let others: Vec<_> = paths
        .par_iter()
        .filter_map(|path| {
            let path = path.as_ref().unwrap();
            let files = unzipped(path)?;
            let before = found(&files, Some(&target))?;
            let after = found(&exported_again(&files, Appended::Other), Some(&target))?;
            let gone: Vec<_> = before.difference(&after).collect();
            let new: Vec<_> = after.difference(&before).collect();
            let is_same = gone.is_empty() && new.is_empty();
            (!is_same).then(|| format!("{}: {gone:?} {new:?}", path.display()))
        })
        .collect();
    assert!(others.is_empty(), "{} {others:#?}", others.len());
}

#[test]
fn a_new_export_is_another_text() {
    let files = pack::files(&project("samples/sequence-apac-leads"));
    let again = exported_again(&files, Appended::Other);
    let text = |files: &[File], name: &str| {
        let file = files.iter().find(|(known, _)| known == name).unwrap();
        String::from_utf8(file.1.clone()).unwrap()
    };
    let solution = text(&again, "solution.xml");
    let lead = solution.find("schemaName=\"lead\" type").unwrap();
    let own = solution
        .find("schemaName=\"cts_apacleadqualification\" type")
        .unwrap();
    assert!(
        lead < own,
        "the order of elements and attributes is another"
    );
    assert!(
        solution.contains("{C194C1BC-40D4-41A0-81A5-EC4C75316F7C}"),
        "the case is another"
    );
    assert!(!solution.contains("26111"), "the platform is another");
    let script = |files: &[File]| {
        let mut names = files.iter().map(|(name, _)| name.clone());
        names.find(|name| name.starts_with("WebResources/"))
    };
    let orders = pack::files(&project("samples/versions/old"));
    assert_ne!(
        script(&orders),
        script(&exported_again(&orders, Appended::Other))
    );
    assert_eq!(
        text(&files, "solution.xml").len(),
        solution.len(),
        "and nothing is lost"
    );
}

#[test]
fn a_column_that_is_added_adds_its_findings_and_no_others() {
    let target = target::load(
        project("samples/targets/contoso-prod.json")
            .to_str()
            .unwrap(),
    );
    let target = target.unwrap();
    let mut files = pack::files(&project("samples/sequence-apac-leads"));
    let before = found(&files, Some(&target)).unwrap();
    let Some((_, solution)) = files.iter_mut().find(|(name, _)| name == "solution.xml") else {
        panic!("the sample has a solution.xml");
    };
    let row = "<MissingDependency><Required type=\"2\" schemaName=\"fab_region\" displayName=\"Region\" \
               parentSchemaName=\"lead\" parentDisplayName=\"Lead\" solution=\"FabrikamEngagement (2.1.0.4)\" /><Dependent \
               type=\"msdyn_sequence\" displayName=\"APAC Leads\" id=\"{c194c1bc-40d4-41a0-81a5-ec4c75316f7c}\" \
               /></MissingDependency>";
    let start = "<MissingDependencies>";
    let text = String::from_utf8(solution.clone()).unwrap();
    *solution = text.replace(start, &format!("{start}{row}")).into_bytes();
    let after = found(&files, Some(&target)).unwrap();
    assert!(before.is_subset(&after));
    let added: Vec<_> = after.difference(&before).collect();
    let [(rule, component, _)] = added.as_slice() else {
        panic!("one finding is added: {added:#?}");
    };
    assert_eq!(
        (*rule, component.as_str()),
        ("required-component-absent", "column")
    );
}

#[test]
fn a_finding_is_known_only_while_everything_that_it_tells_of_is() {
    let production = target::load(
        project("samples/targets/contoso-prod.json")
            .to_str()
            .unwrap(),
    );
    let production = production.unwrap();
    let mut rules = BTreeSet::new();
    for (label, folder) in samples() {
        let files = pack::files(&folder);
        let own = target_of(&folder);
        let target = own.as_ref().unwrap_or(&production);
        for target in [None, Some(target)] {
            let Some(all) = placed(&files, target, &BTreeSet::new()) else {
                continue;
            };
            for one in &all {
                let rule = one.finding.rule;
                let is_told = !one.finding.is_summary || !one.finding.parts.is_empty();
                assert!(is_told, "{label}: {rule} tells of several and not of which");
                let parts = &one.part_fingerprints;
                if !parts.is_empty() {
                    rules.insert(rule);
                }
                for new in parts {
                    let known = parts.iter().filter(|part| *part != new);
                    let known = known.cloned().chain([one.fingerprint.clone()]).collect();
                    let counts = placed(&files, target, &known).unwrap();
                    let mut same = counts
                        .iter()
                        .filter(|again| again.fingerprint == one.fingerprint);
                    assert!(
                        same.all(|again| again.finding.counts()),
                        "{label}: {rule} hides {new}"
                    );
                }
                let known = parts.iter().cloned().collect();
                let hidden = placed(&files, target, &known).unwrap();
                let mut same = hidden
                    .iter()
                    .filter(|again| again.fingerprint == one.fingerprint);
                assert!(
                    parts.is_empty() || same.all(|again| !again.finding.counts()),
                    "{label}: {rule} is known and told"
                );
            }
        }
    }
    assert!(
        rules.len() > 25,
        "only {} rules tell of several: {rules:?}",
        rules.len()
    );
}
