//! The command line: what goes in, what comes out, and the exit status that scripts rely on.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use solvet::check::rules;
use support::program::{Run, finish, program, run};
use support::project;
use tempfile::TempDir;

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";
const PROD: &str = "samples/targets/contoso-prod.json";
const UAT: &str = "samples/targets/contoso-uat.json";

/// The contract of `check --format json`: every object by its path, with its keys.
static CONTRACT: [(&str, &[&str]); 11] = [
    (
        "",
        &[
            "schemaVersion",
            "packages",
            "summary",
            "requirements",
            "findings",
        ],
    ),
    (
        "packages",
        &[
            "path",
            "layout",
            "solution",
            "version",
            "managed",
            "publisher",
            "components",
        ],
    ),
    ("summary", &["errors", "warnings", "notes", "required"]),
    ("summary.required", &["present", "absent", "unknown"]),
    (
        "requirements",
        &[
            "required", "state", "evidence", "because", "settle", "managed", "supplier", "sources",
            "neededBy", "chain",
        ],
    ),
    (
        "requirements.supplier",
        &["solution", "version", "packages"],
    ),
    (
        "requirements.supplier.packages",
        &["name", "version", "appName"],
    ),
    (
        "shoppingList",
        &[
            "kind",
            "certain",
            "hint",
            "text",
            "command",
            "applicationPackage",
            "alternatives",
            "application",
            "feature",
            "solutions",
            "package",
            "neededBy",
            "requirements",
        ],
    ),
    (
        "shoppingList.solutions",
        &["solution", "version", "installed"],
    ),
    (
        "findings",
        &[
            "rule",
            "severity",
            "evidence",
            "message",
            "package",
            "component",
            "chain",
            "file",
            "line",
            "column",
            "endLine",
            "endColumn",
            "help",
            "fingerprint",
            "suppressed",
            "platform",
        ],
    ),
    (
        "findings.platform",
        &["code", "decimal", "symbol", "message"],
    ),
];

/// Keys that the reports have beyond the contract as it was drawn up, with the reason.
static BEYOND: [(&str, &str, &str); 8] = [
    (
        "",
        "shoppingList",
        "what to do before the import, in the order of doing",
    ),
    ("", "target", "a report says what it was checked against"),
    (
        "",
        "verdict",
        "the same sentence for people and for programs",
    ),
    (
        "summary.required",
        "accepted",
        "absences that somebody accepts fail nothing",
    ),
    (
        "summary",
        "unreadable",
        "a package that cannot be read has no findings",
    ),
    (
        "requirements",
        "package",
        "with several packages a requirement needs its own",
    ),
    (
        "summary",
        "suppressed",
        "what is counted nowhere else must be counted somewhere",
    ),
    (
        "findings",
        "suppression",
        "what suppresses a finding, and why",
    ),
];

/// The keys of a component, wherever one stands.
static COMPONENT: [&str; 7] = [
    "type",
    "typeName",
    "schemaName",
    "parentSchemaName",
    "objectId",
    "keys",
    "displayName",
];

/// `check` of the sample with these arguments besides.
fn check(arguments: &[&str]) -> Run {
    run(&[&["check", PACKAGE], arguments].concat())
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let run = run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(run.stderr, "", "{arguments:?}");
    (run.status, serde_json::from_str(&run.stdout).unwrap())
}

/// A folder with one file.
fn beside(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    (folder, path)
}

/// The first part of a zip, as a download that broke off.
fn damaged() -> (TempDir, PathBuf) {
    let whole = fs::read(project(PACKAGE)).unwrap();
    beside("broken.zip", &whole[..whole.len() / 2])
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The text on one line, as it was before a terminal's width broke it.
fn unwrapped(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| *word != "│");
    words.collect::<Vec<_>>().join(" ")
}

fn says(text: &str, what: &str) {
    let text = unwrapped(text);
    assert!(text.contains(what), "{what:?} is not in {text:?}");
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// Every value at a path; lists are entered.
fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut values = vec![value];
    for name in path.split('.').filter(|name| !name.is_empty()) {
        let next = values.iter().map(|value| &value[name]);
        values = next
            .flat_map(|value| match value.as_array() {
                Some(items) => items.iter().collect(),
                None => vec![value],
            })
            .filter(|value| !value.is_null())
            .collect();
    }
    values
}

// What the README shows.

#[test]
fn a_package_whose_requirements_the_target_lacks_fails_with_status_1() {
    let run = check(&["--target", PROD]);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    insta::assert_snapshot!("check_prod", run.stdout);
}

#[test]
fn a_package_whose_requirements_the_target_has_passes_with_status_0() {
    let run = check(&["--target", UAT]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("check_uat", run.stdout);
}

#[test]
fn without_a_target_nothing_is_said_to_be_absent() {
    let run = check(&[]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(!run.stdout.contains("ABSENT"));
    insta::assert_snapshot!("check_without_target", run.stdout);
}

#[test]
fn quiet_prints_the_verdict_alone() {
    let run = check(&["--target", PROD, "--quiet"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let all = check(&["--target", PROD]).stdout;
    assert_eq!(all.lines().last(), run.stdout.lines().next());
}

#[test]
fn verbose_says_at_least_as_much() {
    let short = check(&["--target", PROD]).stdout;
    let long = check(&["--target", PROD, "--verbose"]).stdout;
    assert!(long.lines().count() >= short.lines().count());
}

// The JSON contract.

#[test]
fn the_json_report_has_the_keys_of_the_contract() {
    let (status, report) = json(&["check", PACKAGE, "--target", PROD]);
    assert_eq!(status, 1);
    assert_eq!(report["schemaVersion"], 1);
    for (path, listed) in CONTRACT {
        let beyond = BEYOND.iter().filter(|row| row.0 == path);
        let expected: BTreeSet<_> = listed
            .iter()
            .copied()
            .chain(beyond.map(|row| row.1))
            .collect();
        let objects = at(&report, path);
        assert!(!objects.is_empty(), "nothing at '{path}'");
        for object in objects {
            assert_eq!(keys(object), expected, "at '{path}'");
        }
    }
}

#[test]
fn every_component_of_the_json_report_has_the_same_keys() {
    let (_, report) = json(&["check", PACKAGE, "--target", PROD]);
    for path in [
        "requirements.required",
        "requirements.neededBy",
        "requirements.chain",
        "findings.component",
        "findings.chain",
    ] {
        let components = at(&report, path);
        assert!(!components.is_empty(), "nothing at '{path}'");
        for component in components {
            assert_eq!(
                keys(component),
                COMPONENT.into_iter().collect(),
                "at '{path}'"
            );
            let kind = &component["type"];
            assert!(kind.is_u64() || kind.is_string(), "{kind}");
            let id = component["objectId"].as_str().unwrap_or_default();
            assert_eq!(id, id.to_lowercase().trim_matches(['{', '}']));
        }
    }
}

#[test]
fn the_counts_of_the_json_report_are_those_of_its_lists() {
    let (_, report) = json(&["check", PACKAGE, "--target", PROD]);
    let count = |path: &str, key: &str, value: &str| {
        at(&report, path)
            .iter()
            .filter(|one| one[key] == value)
            .count()
    };
    let summary = &report["summary"];
    for (name, severity) in [
        ("errors", "error"),
        ("warnings", "warning"),
        ("notes", "note"),
    ] {
        assert_eq!(
            summary[name],
            count("findings", "severity", severity),
            "{name}"
        );
    }
    for state in ["present", "absent", "unknown"] {
        assert_eq!(
            summary["required"][state],
            count("requirements", "state", state),
            "{state}"
        );
    }
}

#[test]
fn a_platform_error_is_given_in_every_notation() {
    let (_, report) = json(&["check", PACKAGE, "--target", PROD]);
    let platform = &report["findings"][0]["platform"];
    assert_eq!(platform["code"], "0x8004801D");
    assert_eq!(platform["decimal"], -2_147_188_707_i64);
    assert_eq!(platform["symbol"], "ImportMissingDependenciesError");
    says(platform["message"].as_str().unwrap(), "SequenceAPACLeads");
}

// Formats and files.

#[test]
fn one_run_writes_several_formats() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let to_file = format!("json={}", text(&file));
    let run = check(&["--target", PROD, "--format", "human", "--format", &to_file]);
    assert_eq!(run, check(&["--target", PROD]));
    let written = fs::read_to_string(file).unwrap();
    assert_eq!(
        written,
        check(&["--target", PROD, "--format", "json"]).stdout
    );
}

#[test]
fn two_formats_on_standard_output_are_a_usage_error() {
    let run = check(&["--format", "human", "--format", "json"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    says(&run.stderr, "more than one format");
}

#[test]
fn a_format_that_does_not_exist_is_a_usage_error() {
    let run = check(&["--format", "xml"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    says(
        &run.stderr,
        "there is no format 'xml'; the formats are human, json, ",
    );
}

#[test]
fn a_report_that_cannot_be_written_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no/such/folder/report.json");
    let run = check(&["--format", &format!("json={}", text(&file))]);
    assert_eq!(run.status, 2);
    says(&run.stderr, "cannot be written");
}

// What cannot be read.

#[test]
fn a_package_that_does_not_exist_has_status_3_and_a_way_out() {
    let run = run(&["check", "no-such.zip"]);
    assert_eq!(run.status, 3);
    says(&run.stdout, "no-such.zip: does not exist");
    says(&run.stdout, "help: Give an exported solution zip");
}

#[test]
fn a_damaged_zip_has_status_3_and_the_platforms_code() {
    let (_folder, zip) = damaged();
    let run = run(&["check", text(&zip)]);
    assert_eq!(run.status, 3);
    says(
        &run.stdout,
        "0x80048060 ImportCustomizationsBadZipFileError",
    );
    says(&run.stdout, "help: Copy or download the file again");
}

#[test]
fn a_damaged_zip_has_an_entry_in_the_json_report() {
    let (_folder, zip) = damaged();
    let (status, report) = json(&["check", text(&zip)]);
    assert_eq!(status, 3);
    assert_eq!(report["summary"]["unreadable"], 1);
    let package = &report["packages"][0];
    assert_eq!(package["path"], text(&zip));
    assert_eq!(package["solution"], Value::Null);
    let error = &package["error"];
    assert_eq!(keys(error), BTreeSet::from(["message", "help", "platform"]));
    assert_eq!(error["platform"]["code"], "0x80048060");
}

#[test]
fn a_package_that_is_no_zip_has_status_3_and_no_code_of_the_platform() {
    let (_folder, file) = beside("notes.zip", b"These are notes.");
    let (status, report) = json(&["check", text(&file)]);
    assert_eq!(status, 3);
    assert_eq!(report["packages"][0]["error"]["platform"], Value::Null);
}

#[test]
fn one_unreadable_package_does_not_hide_what_is_found_in_another() {
    let (_folder, zip) = damaged();
    let arguments = ["check", text(&zip), PACKAGE, "--target", PROD];
    let human = run(&arguments);
    assert_eq!(human.status, 3);
    says(
        &human.stdout,
        "The target lacks the column lead.fab_leadscore",
    );
    says(&human.stdout, "is a damaged zip");
    let (status, report) = json(&arguments);
    assert_eq!(status, 3);
    assert_eq!(report["packages"].as_array().unwrap().len(), 2);
    assert_eq!(report["summary"]["errors"], 2);
    assert_eq!(report["findings"][0]["package"], 1);
}

#[test]
fn a_folder_in_which_everything_is_passed_over_has_status_3() {
    let data = support::pack::zip_of(&[
        ("data.xml".into(), b"<entities />".to_vec()),
        ("data_schema.xml".into(), b"<entities />".to_vec()),
    ]);
    let (folder, _) = beside("a.zip", &data);
    fs::write(folder.path().join("b.zip"), &data).unwrap();
    for command in ["check", "inspect"] {
        let alone = run(&[command, text(folder.path())]);
        assert_eq!(alone.status, 3, "{command}");
        says(&unwrapped(&alone.stdout), "holds no solution");
        says(&alone.stderr, "passed over");
        // A solution in another argument does not make up for it.
        let both = run(&[command, PACKAGE, text(folder.path())]);
        assert_eq!(both.status, 3, "{command}");
    }
}

#[test]
fn a_bad_target_goes_before_a_missing_package() {
    let run = run(&["check", "no-such.zip", PACKAGE, "--target", "no-such.json"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    says(&run.stderr, "no-such.json: it cannot be read");
}

#[test]
fn a_key_that_a_target_manifest_cannot_have_is_named() {
    let (_folder, file) = beside(
        "target.json",
        br#"{"manifestVersion": 1, "environmnt": {}}"#,
    );
    let run = check(&["--target", text(&file)]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    says(&run.stderr, "unknown key 'environmnt'");
    says(&run.stderr, "help: ");
}

#[test]
fn a_target_manifest_that_is_no_json_is_a_configuration_error() {
    let (_folder, file) = beside("target.json", b"{\"manifestVersion\": ");
    let run = check(&["--target", text(&file)]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    says(&run.stderr, "target.json");
}

// Thresholds.

#[test]
fn the_threshold_decides_the_status() {
    let bad = |rule: &str, arguments: &[&str]| {
        let folder = format!("samples/rules/{rule}/bad");
        run(&[&["check", &folder], arguments].concat()).status
    };
    for (rule, expected) in [
        ("missing-root-file", [1, 1, 1]),
        ("managed-flag", [0, 1, 1]),
        ("unclaimed-content", [0, 0, 1]),
    ] {
        let levels = ["error", "warning", "note"];
        let statuses = levels.map(|level| bad(rule, &["--fail-on", level]));
        assert_eq!(statuses, expected, "{rule}");
        assert_eq!(bad(rule, &[]), expected[0], "{rule} by default");
    }
}

#[test]
fn what_nobody_knows_is_an_error_only_where_asked() {
    assert_eq!(check(&["--unknown=note"]).status, 0);
    let run = check(&["--unknown=error"]);
    assert_eq!(run.status, 1);
    says(
        &run.stdout,
        "Nothing tells whether the target has the table lead",
    );
}

#[test]
fn strict_evidence_makes_absence_that_is_not_certain_a_warning() {
    let manifest = br#"{
        "manifestVersion": 1,
        "environment": {"name": "Fair"},
        "captured": {"at": "2026-11-20T08:15:00Z", "sources": [{"id": "s1", "kind": "hand"}]},
        "coverage": {"solutions": {"state": "complete", "of": "all", "src": "s1"}},
        "solutions": [{"name": "Default", "version": "1.0", "managed": false, "src": "s1"}]
    }"#;
    let (_folder, file) = beside("target.json", manifest);
    let arguments = ["check", PACKAGE, "--target", text(&file)];
    let (status, lenient) = json(&arguments);
    assert_eq!(status, 1);
    let (_, strict) = json(&[&arguments[..], &["--strict-evidence"]].concat());
    let weak = |report: &Value| {
        let findings = at(report, "findings").into_iter();
        let absent = findings.filter(|one| one["rule"] == "required-component-absent");
        let weak = absent.filter(|one| one["evidence"] != "strong");
        let severities = weak.map(|one| one["severity"].as_str().unwrap().to_owned());
        severities.collect::<BTreeSet<_>>()
    };
    assert_eq!(weak(&lenient), BTreeSet::from(["error".to_owned()]));
    assert_eq!(weak(&strict), BTreeSet::from(["warning".to_owned()]));
}

#[test]
fn strict_evidence_leaves_certain_absence_an_error() {
    assert_eq!(check(&["--target", PROD, "--strict-evidence"]).status, 1);
}

// Colour, threads, pipes.

#[test]
fn colour_is_there_only_where_asked_for() {
    let has_color = |arguments: &[&str]| {
        let run = check(&[&["--target", PROD], arguments].concat());
        run.stdout.contains('\x1b')
    };
    assert!(has_color(&["--color", "always"]));
    assert!(!has_color(&["--color", "never"]));
    assert!(!has_color(&["--color", "auto"]), "a pipe is no terminal");
    assert!(!has_color(&[]));
}

/// The text as it shows on a terminal, without what colours it.
fn shown(text: &str) -> Vec<String> {
    let mut parts = text.split('\x1b');
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, after) = part.split_once('m').unwrap();
        plain.push_str(after);
    }
    let lines = plain.lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn colour_changes_and_moves_no_character_of_the_report() {
    let colored = check(&["--target", PROD, "--color", "always"]).stdout;
    assert_eq!(shown(&colored), shown(&check(&["--target", PROD]).stdout));
}

#[test]
fn the_environment_does_not_colour_what_goes_into_a_pipe() {
    let plain = check(&["--target", PROD]);
    for (name, value) in [
        ("NO_COLOR", "1"),
        ("TERM", "xterm-256color"),
        ("COLUMNS", "40"),
    ] {
        let mut command = program(&["check", PACKAGE, "--target", PROD]);
        command.env(name, value);
        assert_eq!(finish(command), plain, "{name}");
    }
}

#[test]
fn asking_for_colour_goes_before_the_environment() {
    let mut command = program(&["check", PACKAGE, "--target", PROD, "--color", "always"]);
    command.env("NO_COLOR", "1");
    assert!(finish(command).stdout.contains('\x1b'));
}

#[test]
fn a_report_in_a_file_has_no_colour() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.txt");
    let to_file = format!("human={}", text(&file));
    let run = check(&["--color", "always", "--format", &to_file]);
    assert_eq!(run.stdout, "");
    assert!(!fs::read_to_string(file).unwrap().contains('\x1b'));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for format in ["human", "json"] {
        let with = |threads: &str| {
            let many = ["check", "samples/rules", PACKAGE, "--target", PROD];
            run(&[&many[..], &["--format", format, "--threads", threads]].concat())
        };
        let one = with("1");
        assert_eq!(one, with("4"), "{format}");
        assert!(one.stdout.len() > 10_000);
    }
}

#[test]
fn a_minus_reads_a_zip_from_standard_input() {
    let mut command = program(&["check", "-", "--target", PROD, "--format", "json"]);
    command.stdin(fs::File::open(project(PACKAGE)).unwrap());
    let run = finish(command);
    assert_eq!(run.status, 1);
    let mut report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["packages"][0]["path"], "-");
    report["packages"][0]["path"] = PACKAGE.into();
    let (_, from_file) = json(&["check", PACKAGE, "--target", PROD]);
    assert_eq!(report, from_file);
}

#[test]
fn nothing_on_standard_input_is_said_so() {
    let run = run(&["check", "-"]);
    assert_eq!(run.status, 3);
    says(&run.stdout, "is empty");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = program(&["check", "samples/rules", "--verbose", "--format", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert_eq!(output.status.code(), Some(1), "{stderr}");
}

#[test]
fn a_writer_that_breaks_off_is_a_damaged_zip() {
    let mut command = program(&["check", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let whole = fs::read(project(PACKAGE)).unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&whole[..1000]).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    says(&String::from_utf8(output.stdout).unwrap(), "0x80048060");
}

// Limits.

#[test]
fn a_limit_that_is_exceeded_names_its_option() {
    let run = check(&["--max-entries", "3"]);
    assert_eq!(run.status, 3);
    says(&run.stdout, "has more than 3 files (--max-entries)");
    says(&run.stdout, "raise the limit with --max-entries");
}

// Explanations.

#[test]
fn times_are_told_on_standard_error_and_change_nothing_else() {
    let package = "samples/rules/update-step-unfiltered/bad";
    let plain = run(&["check", package]);
    let timed = run(&["check", package, "--timings"]);
    assert_eq!((timed.status, &timed.stdout), (plain.status, &plain.stdout));
    for line in [
        "phase parse: ",
        "phase rules: ",
        "rule update-step-unfiltered: ",
    ] {
        assert!(timed.stderr.contains(line), "{}", timed.stderr);
    }
    assert!(!plain.stderr.contains("phase"), "{}", plain.stderr);
}

#[test]
fn every_rule_is_explained() {
    for rule in rules() {
        let run = run(&["explain", rule.id]);
        assert_eq!((run.status, &*run.stderr), (0, ""), "{}", rule.id);
        for part in [
            rule.docs.what,
            rule.docs.why,
            rule.docs.fix,
            rule.docs.source,
        ] {
            says(&run.stdout, part);
        }
    }
}

#[test]
fn a_platform_error_is_explained_in_every_notation() {
    let expected = run(&["explain", "0x8004801D"]);
    assert_eq!(expected.status, 0);
    insta::assert_snapshot!("explain_code", expected.stdout);
    for notation in [
        "0X8004801d",
        "8004801D",
        "8004801d",
        "-2147188707",
        "2147188707",
        "ImportMissingDependenciesError",
        "importmissingdependencieserror",
    ] {
        assert_eq!(run(&["explain", notation]), expected, "{notation}");
    }
}

#[test]
fn an_explanation_of_a_rule_reads_as_it_did() {
    insta::assert_snapshot!(
        "explain_rule",
        run(&["explain", "required-component-absent"]).stdout
    );
}

#[test]
fn a_known_import_failure_is_explained_in_any_case() {
    let expected = run(&["explain", "FLW-08b"]);
    assert_eq!((expected.status, &*expected.stderr), (0, ""));
    insta::assert_snapshot!("explain_row", expected.stdout);
    assert_eq!(run(&["explain", "flw-08B"]), expected);
    let lower = run(&["explain", "VER-08"]);
    assert_eq!(lower.status, 0);
    says(&lower.stdout, "VER-08 LowerVersionUpgrade");
    says(&lower.stdout, "0x80048541 (-2147187391)");
}

#[test]
fn a_known_import_failure_for_programs_says_what_predicts_it_or_why_nothing_does() {
    let (status, report) = json(&["explain", "PKG-15b"]);
    assert_eq!((status, &report["rule"]), (0, &Value::Null));
    let failure = &report["failure"];
    assert_eq!(failure["rules"][0], "duplicate-root-component");
    assert_eq!(failure["whyNot"], Value::Null);
    assert_eq!(failure["codes"][0]["code"], "0x80071153");
    assert_eq!(failure["confidence"], "medium");
    let (_, report) = json(&["explain", "ENV-01"]);
    let failure = &report["failure"];
    assert_eq!(
        (&failure["detect"], &failure["rules"]),
        (&"server".into(), &Value::Array(Vec::new()))
    );
    says(failure["whyNot"].as_str().unwrap(), "Only the server knows");
}

#[test]
fn a_platform_error_lists_the_failures_it_stands_for() {
    let human = run(&["explain", "0x80048539"]).stdout;
    says(&human, "When an import reports it");
    says(&human, "PAT-01: ");
    says(&human, "UPG-01: ");
    let (_, report) = json(&["explain", "-2147187399"]);
    assert_eq!(
        report["error"]["failures"],
        serde_json::json!(["PAT-01", "UPG-01"])
    );
    assert_eq!(report["failure"], Value::Null);
}

#[test]
fn what_is_no_rule_and_no_code_is_a_usage_error() {
    for what in ["no-such-rule", "0x00000001", "-5", "5", "0x8004801D0", ""] {
        let run = run(&["explain", what]);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{what}");
        says(&run.stderr, "is neither a rule nor a platform code");
        says(&run.stderr, "'solvet rules' lists the rules");
    }
}

#[test]
fn a_name_that_is_nearly_right_is_suggested() {
    for (what, meant) in [
        ("mising-file", "Did you mean missing-file"),
        ("component-absent", "Did you mean required-component-absent"),
        ("Managed", "managed-flag"),
        ("VER08", "VER-08"),
        (
            "ImportMissingDependencyError",
            "Did you mean ImportMissingDependenciesError",
        ),
    ] {
        let stderr = run(&["explain", what]).stderr.replace("\n  │", "");
        says(
            &stderr.split_whitespace().collect::<Vec<_>>().join(" "),
            meant,
        );
    }
    let run = run(&["explain", "zzzz"]);
    assert!(!run.stderr.contains("Did you mean"), "{}", run.stderr);
}

#[test]
fn the_list_of_rules_has_every_rule_on_a_line() {
    let run = run(&["rules"]);
    assert_eq!(run.status, 0);
    let listed: Vec<_> = run
        .stdout
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    let ids: Vec<_> = rules().map(|rule| rule.id).collect();
    assert_eq!(listed, ids);
    insta::assert_snapshot!("rules", run.stdout);
}

#[test]
fn the_list_of_rules_for_programs_says_what_explain_says() {
    let (status, report) = json(&["rules"]);
    assert_eq!((status, &report["schemaVersion"]), (0, &1.into()));
    let listed = report["rules"].as_array().unwrap();
    assert_eq!(listed.len(), rules().count());
    for (listed, rule) in listed.iter().zip(rules()) {
        assert_eq!(listed["id"], rule.id);
        assert_eq!(listed["severity"], rule.severity.to_string());
        assert_eq!(listed["fix"], rule.docs.fix);
        assert_eq!(listed["codes"].as_array().unwrap().len(), rule.codes.len());
        let (status, explained) = json(&["explain", rule.id]);
        assert_eq!(status, 0);
        assert_eq!(
            (&explained["rule"], &explained["error"]),
            (listed, &Value::Null)
        );
    }
}

#[test]
fn a_platform_error_for_programs_names_its_rules() {
    let (status, report) = json(&["explain", "-2147188707"]);
    assert_eq!((status, &report["rule"]), (0, &Value::Null));
    let error = &report["error"];
    assert_eq!(error["code"], "0x8004801D");
    assert_eq!(error["decimal"], -2_147_188_707);
    assert_eq!(error["symbol"], "ImportMissingDependenciesError");
    for key in ["message", "cause", "remedy"] {
        assert!(!error[key].as_str().unwrap().is_empty(), "{key}");
    }
    assert_eq!(error["rules"][0], "required-component-absent");
}

#[test]
fn an_explanation_can_go_to_a_file_and_to_the_terminal() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("rule.json");
    let to_file = format!("json={}", text(&file));
    let run = run(&[
        "explain",
        "missing-file",
        "-v",
        "--format",
        "human",
        "--format",
        &to_file,
    ]);
    assert_eq!(run.status, 0);
    says(&run.stdout, "missing-file (error)");
    let report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(report["rule"]["id"], "missing-file");
}

// Inspection.

#[test]
fn an_inspection_lists_what_is_in_the_package() {
    let run = run(&["inspect", PACKAGE]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("inspect", run.stdout);
}

#[test]
fn an_inspection_has_the_counts_of_a_check() {
    let (status, inspected) = json(&["inspect", PACKAGE]);
    assert_eq!(status, 0);
    assert_eq!(inspected["schemaVersion"], 1);
    let (_, checked) = json(&["check", PACKAGE]);
    assert_eq!(inspected["packages"][0]["package"], checked["packages"][0]);
}

#[test]
fn a_kind_has_several_names() {
    let listed = |kind: &str| {
        let (status, report) = json(&["inspect", PACKAGE, "--kind", kind]);
        assert_eq!(status, 0, "{kind}");
        let components = at(&report, "packages.content.components");
        components.into_iter().cloned().collect::<Vec<Value>>()
    };
    for (names, number) in [
        (&["column", "2", "Attribute", "Column"][..], 16),
        (&["e-mail template", "36", "EmailTemplate"], 1),
        (&["sequence", "msdyn_sequence"], 2),
        (&["process", "workflow", "flow", "29"], 1),
    ] {
        let first = listed(names[0]);
        assert_eq!(first.len(), number, "{names:?}");
        for name in names {
            assert_eq!(listed(name), first, "{name}");
        }
    }
}

#[test]
fn an_inspection_of_one_kind_shows_that_kind_alone() {
    insta::assert_snapshot!(
        "inspect_columns",
        run(&["inspect", PACKAGE, "--kind", "column"]).stdout
    );
}

#[test]
fn an_inspection_says_what_could_not_be_read() {
    let folder = TempDir::new().unwrap();
    let sample = project("samples/sequence-apac-leads");
    for name in ["solution.xml", "[Content_Types].xml"] {
        fs::copy(sample.join(name), folder.path().join(name)).unwrap();
    }
    fs::write(
        folder.path().join("customizations.xml"),
        "<ImportExportXml><",
    )
    .unwrap();
    let shown = run(&["inspect", text(folder.path())]);
    assert_eq!(shown.status, 0);
    says(&shown.stdout, "not read: customizations.xml: ");
    let (_, report) = json(&["inspect", text(folder.path())]);
    let not_read = at(&report, "packages.content.notRead");
    assert_eq!(not_read.len(), 1);
    assert_eq!(not_read[0]["file"], "customizations.xml");
    let (_, sound) = json(&["inspect", PACKAGE]);
    assert!(at(&sound, "packages.content.notRead").is_empty());
}

#[test]
fn an_inspection_names_components_as_their_users_do() {
    let inspected = |parts: &[&str], kind: &str| {
        let folder = TempDir::new().unwrap();
        let sample = project("samples/sequence-apac-leads");
        for name in ["solution.xml", "[Content_Types].xml"] {
            fs::copy(sample.join(name), folder.path().join(name)).unwrap();
        }
        let body = format!("<ImportExportXml>{}</ImportExportXml>", parts.concat());
        fs::write(folder.path().join("customizations.xml"), body).unwrap();
        run(&["inspect", text(folder.path()), "--kind", kind]).stdout
    };
    let reference = "<connectionreferences><connectionreference connectionreferencelogicalname=\"cts_sql\">\
                     <connectionreferencedisplayname>Leads database</connectionreferencedisplayname>\
                     <connectorid>/providers/Microsoft.PowerApps/apis/shared_sql</connectorid>\
                     </connectionreference></connectionreferences>";
    says(
        &inspected(&[reference], "connectionreference"),
        "cts_sql \"Leads database\" [shared_sql]",
    );
    let step = "<SdkMessageProcessingSteps><SdkMessageProcessingStep Name=\"Score\" \
                SdkMessageProcessingStepId=\"{11111111-2222-4333-8444-555555555555}\">\
                <PrimaryEntity>lead</PrimaryEntity><Stage>40</Stage><Mode>1</Mode>\
                <SdkMessageProcessingStepImages><SdkMessageProcessingStepImage Name=\"Before\"/>\
                </SdkMessageProcessingStepImages></SdkMessageProcessingStep></SdkMessageProcessingSteps>";
    says(
        &inspected(&[step], "plug-in step"),
        "\"Score\" [post-operation, asynchronous on lead]",
    );
    says(&inspected(&[step], "step image"), "\"Before\" of \"Score\"");
    let ribbon = "<RibbonDiffXml><CustomActions><CustomAction/></CustomActions></RibbonDiffXml>";
    says(
        &inspected(&[ribbon], "ribbon"),
        "1 ribbon application ribbon",
    );
    let tables = "<Entities><Entity><Name>Lead</Name>";
    let ends = "</Entity></Entities>";
    says(
        &inspected(&[tables, ribbon, ends], "ribbon"),
        "1 ribbon ribbon of lead",
    );
}

#[test]
fn a_damaged_zip_cannot_be_inspected_either() {
    let (_folder, zip) = damaged();
    assert_eq!(run(&["inspect", text(&zip)]).status, 3);
    let (status, report) = json(&["inspect", text(&zip)]);
    assert_eq!(status, 3);
    assert_eq!(
        report["packages"][0]["package"]["error"]["platform"]["code"],
        "0x80048060"
    );
}

// Help.

#[test]
fn arguments_that_make_no_sense_are_usage_errors() {
    for arguments in [
        &[][..],
        &["check"],
        &["frobnicate"],
        &["check", PACKAGE, "--quiet", "--verbose"],
        &["check", PACKAGE, "--fail-on", "fatal"],
        &["check", PACKAGE, "--max-json-depth", "128"],
        &["check", PACKAGE, "--format", "json="],
    ] {
        let run = run(arguments);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_version_is_that_of_the_crate() {
    let run = run(&["--version"]);
    assert_eq!(
        run.stdout,
        format!("solvet {}\n", env!("CARGO_PKG_VERSION"))
    );
}
