//! `settings`: what it writes, what it says of a file, and the exit status.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use support::program::run;
use tempfile::TempDir;

const PACKAGE: &str = "samples/rules/settings-value-type/ok";
const REFERENCES: &str = "samples/rules/settings-invalid-id/ok";
const OTHER: &str = "samples/rules/settings-entry-missing/ok";
const SHIPPED: &str = "samples/rules/unclaimed-content/ok";

/// A file with this text in a folder of its own.
fn file(text: impl AsRef<[u8]>) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uat.settings.json");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_new_file_has_the_platforms_keys_in_its_order_and_its_entries_by_name() {
    let run = run(&["settings", "new", OTHER, REFERENCES]);
    let expected = r#"{
  "EnvironmentVariables": [
    {
      "SchemaName": "cts_MaxOrders",
      "Value": ""
    },
    {
      "SchemaName": "cts_OrderMailbox",
      "Value": ""
    }
  ],
  "ConnectionReferences": [
    {
      "LogicalName": "cts_sharedoffice365_4f1c2",
      "ConnectionId": "",
      "ConnectorId": "/providers/Microsoft.PowerApps/apis/shared_office365"
    },
    {
      "LogicalName": "cts_sharedsql_5d2e1",
      "ConnectionId": "",
      "ConnectorId": "/providers/Microsoft.PowerApps/apis/shared_sql"
    }
  ]
}
"#;
    assert_eq!((run.status, run.stdout.as_str()), (0, expected));
}

#[test]
fn values_that_a_package_ships_are_filled_in() {
    let run = run(&["settings", "new", SHIPPED]);
    let value = &json(&run.stdout)["EnvironmentVariables"][0]["Value"];
    assert_eq!(value, "orders@contoso.example");
}

#[test]
fn the_value_of_a_secret_is_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("package");
    for (name, content) in support::pack::files(&support::project(SHIPPED)) {
        let path: PathBuf = package.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = String::from_utf8_lossy(&content).replace("100000000", "100000005");
        fs::write(path, text).unwrap();
    }
    let run = run(&["settings", "new", package.to_str().unwrap()]);
    assert_eq!(json(&run.stdout)["EnvironmentVariables"][0]["Value"], "");
}

#[test]
fn a_file_that_exists_is_kept_unless_force_is_said() {
    let (_folder, path) = file("mine");
    let refused = run(&["settings", "new", PACKAGE, "--output", &path]);
    assert_eq!(refused.status, 2);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let allowed = run(&["settings", "new", PACKAGE, "--output", &path, "--force"]);
    assert_eq!((allowed.status, allowed.stdout.as_str()), (0, ""));
    assert!(fs::read_to_string(&path).unwrap().contains("cts_OrderKey"));
}

#[test]
fn a_package_that_cannot_be_read_leaves_no_file_half_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uat.json");
    let path = path.to_str().unwrap();
    let run = run(&["settings", "new", PACKAGE, "nowhere.zip", "--output", path]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(!fs::exists(path).unwrap());
}

#[test]
fn what_new_writes_is_read_and_lacks_its_connections_only() {
    let written = run(&["settings", "new", REFERENCES]).stdout;
    let (_folder, path) = file(written);
    let run = run(&["settings", "check", &path, REFERENCES, "--format", "json"]);
    let report = json(&run.stdout);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    for finding in findings {
        assert_eq!(finding["rule"], "settings-entry-empty");
        assert!(finding["package"].is_null());
    }
    assert_eq!(run.status, 0);
}

#[test]
fn the_threshold_decides_on_the_status() {
    let written = run(&["settings", "new", REFERENCES]).stdout;
    let (_folder, path) = file(written);
    let arguments = [
        "settings",
        "check",
        &path,
        REFERENCES,
        "--fail-on",
        "warning",
    ];
    assert_eq!(run(&arguments).status, 1);
}

#[test]
fn settings_of_another_solution_are_an_error() {
    let (_folder, path) = file(r#"{"EnvironmentVariables":[{"SchemaName":"fab_A","Value":"1"}]}"#);
    let run = run(&["settings", "check", &path, PACKAGE]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("1 error"), "{}", run.stdout);
}

#[test]
fn a_package_that_cannot_be_read_judges_nothing() {
    let (_folder, path) = file(r#"{"EnvironmentVariables":[{"SchemaName":"fab_A","Value":"1"}]}"#);
    let run = run(&["settings", "check", &path, "nowhere.zip"]);
    assert_eq!(run.status, 3);
    assert!(run.stdout.contains("0 errors"), "{}", run.stdout);
}

#[test]
fn a_broken_file_has_status_two_with_line_and_column() {
    let (_folder, path) = file("{\n  \"EnvironmentVariables\": [\n");
    let run = run(&["settings", "check", &path, PACKAGE]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    let shown = run.stderr.replace("\n  │ ", "").replace(' ', "");
    assert!(shown.contains("uat.settings.json:"), "{}", run.stderr);
    assert!(shown.contains("settingsnew"), "{}", run.stderr);
}

#[test]
fn a_file_in_any_encoding_is_read() {
    let text = fs::read_to_string("samples/rules/settings-value-type/settings-ok.json").unwrap();
    let encodings = support::encoding::encodings(&text).into_iter();
    for (name, bytes) in encodings.filter(|(name, _)| !["gzip", "colours"].contains(name)) {
        let (_folder, path) = file(bytes);
        let run = run(&["settings", "check", &path, PACKAGE]);
        assert_eq!(run.status, 0, "{name}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn quiet_prints_the_verdict_only() {
    let path = "samples/rules/settings-value-type/settings-bad.json";
    let run = run(&["settings", "check", path, PACKAGE, "--quiet"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("4 warnings"), "{}", run.stdout);
}
