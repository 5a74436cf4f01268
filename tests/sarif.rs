//! SARIF: what GitHub code scanning is given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

mod support;
#[path = "support/unpack.rs"]
mod unpack;
#[path = "support/yaml.rs"]
mod yaml;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::program::run;
use support::project;
use unpack::to_solution_packager;
use yaml::to_yaml_source;

const EXPORT: &str = "samples/sequence-apac-leads";
const PRODUCTION: &str = "samples/targets/contoso-prod.json";

fn log(arguments: &[&str]) -> Value {
    let run = run(&[arguments, &["--no-config", "--format", "sarif"]].concat());
    let log = serde_json::from_str(&run.stdout);
    log.unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
}

fn json(arguments: &[&str]) -> Value {
    let run = run(&[arguments, &["--no-config", "--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// What is not as the published schema says.
fn errors(log: &Value) -> Vec<String> {
    let schema = fs::read_to_string(project("tests/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // Not a regular expression by the rules of JSON Schema: it has a bracket too many.
    let language = &mut schema["definitions"]["run"]["properties"]["language"];
    language.as_object_mut().unwrap().remove("pattern");
    let language = &mut schema["definitions"]["toolComponent"]["properties"]["language"];
    language.as_object_mut().unwrap().remove("pattern");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(log);
    errors.map(|error| error.to_string()).collect()
}

/// Every command line whose report is looked at: all samples, with a target and without, checked and simulated.
const REPORTS: [&[&str]; 4] = [
    &["check", "samples", "samples/rules/*/bad*"],
    &["check", EXPORT, "--target", PRODUCTION],
    &["simulate", EXPORT, "--target", PRODUCTION],
    &["check", "samples/no-such.zip"],
];

#[test]
fn every_sample_is_valid_by_the_published_schema() {
    for arguments in REPORTS {
        let log = log(arguments);
        assert_eq!(errors(&log), Vec::<String>::new(), "{arguments:?}");
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn the_schema_would_refuse_what_is_wrong() {
    let mut log = log(REPORTS[1]);
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert_ne!(errors(&log), Vec::<String>::new());
}

#[test]
fn sarif_has_the_findings_of_json_and_the_packages_that_cannot_be_read() {
    for arguments in REPORTS {
        let (log, json) = (log(arguments), json(arguments));
        let mut wanted: Vec<(String, String)> = Vec::new();
        let steps = json["steps"].as_array();
        let steps = steps.into_iter().flatten().map(|step| &step["findings"]);
        let lists = [&json["findings"], &json["configuration"], &json["settings"]];
        for finding in lists
            .into_iter()
            .chain(steps)
            .filter_map(Value::as_array)
            .flatten()
        {
            let text = |name: &str| finding[name].as_str().unwrap().to_owned();
            wanted.push((text("rule"), text("severity")));
        }
        let packages = json["packages"].as_array().unwrap().iter();
        let failed = packages.filter(|package| !package["error"].is_null());
        wanted.extend(failed.map(|_| ("unreadable-package".to_owned(), "error".to_owned())));
        let found = results(&log).iter().map(|result| {
            let text = |name: &str| result[name].as_str().unwrap().to_owned();
            (text("ruleId"), text("level"))
        });
        let mut found: Vec<_> = found.collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{arguments:?}");
        assert!(!found.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_github_asks_for_is_there() {
    for arguments in REPORTS {
        let log = log(arguments);
        let rules = log["runs"][0]["tool"]["driver"]["rules"]
            .as_array()
            .unwrap();
        for rule in rules {
            for (part, limit) in [
                ("shortDescription", 1024),
                ("fullDescription", 1024),
                ("help", 100_000),
            ] {
                let text = rule[part]["text"].as_str().unwrap();
                assert!(!text.is_empty() && text.len() <= limit, "{rule}");
            }
        }
        for result in results(&log) {
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            assert!(
                !place["artifactLocation"]["uri"]
                    .as_str()
                    .unwrap()
                    .is_empty()
            );
            for number in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(place["region"][number].as_u64().unwrap() >= 1);
            }
            assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
        }
    }
}

#[test]
fn no_two_results_have_one_fingerprint() {
    let log = log(REPORTS[0]);
    let hashes = results(&log).iter();
    let hashes: BTreeSet<_> = hashes
        .map(|one| one["partialFingerprints"].to_string())
        .collect();
    assert_eq!(hashes.len(), results(&log).len());
}

#[test]
fn the_most_severe_results_come_first() {
    let log = log(REPORTS[0]);
    let levels = results(&log)
        .iter()
        .map(|one| one["level"].as_str().unwrap());
    let ranks = levels.map(|level| {
        ["error", "warning", "note"]
            .iter()
            .position(|one| *one == level)
    });
    assert!(ranks.is_sorted());
}

#[test]
fn sarif_is_the_same_again_and_with_one_thread() {
    let once = run(&[
        "check",
        "samples/rules/*/bad*",
        "--no-config",
        "--format",
        "sarif",
    ])
    .stdout;
    let again = run(&[
        "check",
        "samples/rules/*/bad*",
        "--no-config",
        "--format",
        "sarif",
    ])
    .stdout;
    let alone = run(&[
        "check",
        "samples/rules/*/bad*",
        "--no-config",
        "--format",
        "sarif",
        "--threads",
        "1",
    ])
    .stdout;
    assert_eq!(once, again);
    assert_eq!(once, alone);
}

/// The first result of a rule: its file and line, and the places within.
fn place(log: &Value, rule: &str) -> (String, u64, Vec<String>) {
    let mut results = results(log).iter();
    let result = results.find(|result| result["ruleId"] == rule).unwrap();
    let location = &result["locations"][0];
    let logical = location["logicalLocations"].as_array();
    let logical = logical.into_iter().flatten();
    let names = logical.map(|one| one["fullyQualifiedName"].as_str().unwrap().to_owned());
    let physical = &location["physicalLocation"];
    (
        physical["artifactLocation"]["uri"]
            .as_str()
            .unwrap()
            .to_owned(),
        physical["region"]["startLine"].as_u64().unwrap(),
        names.collect(),
    )
}

#[test]
fn a_finding_in_a_zip_lies_at_the_zip_and_names_the_file_within() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("contoso.zip");
    fs::write(&zip, support::pack::zip_folder(&project(EXPORT))).unwrap();
    let log = log(&["check", zip.to_str().unwrap(), "--target", PRODUCTION]);
    let (file, line, names) = place(&log, "required-component-absent");
    assert!(
        file.starts_with("file:///") && file.ends_with("/contoso.zip"),
        "{file}"
    );
    assert_eq!(line, 1);
    assert!(
        names.iter().any(|name| name.starts_with("solution.xml:")),
        "{names:?}"
    );
}

#[test]
fn a_finding_in_a_folder_lies_at_the_line_of_its_file() {
    let log = log(&["check", EXPORT, "--target", PRODUCTION]);
    let (file, line, _) = place(&log, "required-component-absent");
    assert!(file.ends_with("sequence-apac-leads/solution.xml"), "{file}");
    assert!(line > 1);
}

/// Where the findings of a zip lie when it is mapped to a source folder.
fn mapped(to_source: fn(&Path, &Path)) -> Vec<(String, u64)> {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("contoso.zip");
    fs::write(&zip, support::pack::zip_folder(&project(EXPORT))).unwrap();
    let source = folder.path().join("src");
    to_source(&project(EXPORT), &source);
    let map = format!("{}={}", zip.display(), source.display());
    let log = log(&[
        "check",
        zip.to_str().unwrap(),
        "--target",
        PRODUCTION,
        "--path-map",
        &map,
    ]);
    let places = results(&log).iter().map(|result| {
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        let path = uri.strip_prefix("file://").unwrap();
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let line = physical["region"]["startLine"].as_u64().unwrap();
        assert!(
            usize::try_from(line).unwrap() <= text.lines().count(),
            "{path}:{line}"
        );
        let within = Path::new(path).strip_prefix(&source).unwrap();
        (within.display().to_string(), line)
    });
    places.collect()
}

#[test]
fn findings_of_a_zip_are_shown_in_the_source_folder_it_is_packed_from() {
    let places = mapped(to_solution_packager);
    assert!(!places.is_empty());
    let own = places.iter().filter(|(file, _)| !file.starts_with("Other"));
    assert!(own.count() > 0, "{places:?}");
}

#[test]
fn findings_of_a_zip_are_shown_in_its_yaml_source() {
    let places = mapped(to_yaml_source);
    assert!(
        places.iter().any(|(file, _)| file.contains(".yml")),
        "{places:?}"
    );
}

#[test]
fn a_map_without_a_folder_is_refused() {
    let run = run(&["check", EXPORT, "--path-map", "contoso.zip"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("out/contoso.zip=src/Contoso"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_map_of_no_package_is_told() {
    let zip = "samples/SequenceAPACleads_1_0_0_1.zip";
    let told = |archive: &str| {
        let map = format!("{archive}={EXPORT}");
        run(&["check", zip, "--path-map", &map]).stderr
    };
    assert_eq!(told("SequenceAPACleads_1_0_0_1.zip"), "");
    assert!(told("none.zip").contains("no package of this run is none.zip"));
}

#[test]
fn a_map_to_a_folder_that_holds_no_solution_is_refused() {
    let run = run(&[
        "check",
        EXPORT,
        "--path-map",
        "contoso.zip=src",
        "--format",
        "sarif",
    ]);
    assert_ne!(run.status, 0);
    assert!(run.stderr.contains("src"), "{}", run.stderr);
}

#[test]
fn what_a_configuration_accepts_is_counted_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("solvet.toml");
    let text = "[[suppress]]\nrule = \"required-component-absent\"\ncomponent = \"*\"\nreason = \"known\"\n";
    fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let run = run(&[
        "check", EXPORT, "--target", PRODUCTION, "--config", config, "--format", "sarif",
    ]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let left = results(&log)
        .iter()
        .filter(|one| one["ruleId"] == "required-component-absent");
    assert_eq!(left.count(), 0);
    assert!(log["runs"][0]["properties"]["suppressed"].as_u64().unwrap() > 0);
}
