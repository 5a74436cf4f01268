//! The `target` commands: what they read, what they write, and that nothing is written where something is wrong.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::program::{Run, run};
use tempfile::TempDir;

const SOURCES: &str = "samples/targets/sources";

/// Runs the program; of what it says of errors, lines that are wrapped are one.
fn solvet(arguments: &[&str]) -> Run {
    let mut run = run(arguments);
    // Long lines are wrapped with a bar before what follows.
    run.stderr = run.stderr.replace("\n  │ ", " ").replace("\n        ", " ");
    run
}

/// A folder with a new manifest in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: TempDir::new().unwrap(),
        };
        let run = solvet(&[
            "target",
            "new",
            "--name",
            "Contoso UAT",
            "--output",
            &place.path("m.json"),
        ]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        place
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.file(name).to_string_lossy().into_owned()
    }

    fn with(&self, name: &str, text: &str) -> String {
        fs::write(self.file(name), text).unwrap();
        self.path(name)
    }

    fn manifest(&self) -> Value {
        json(&self.file("m.json"))
    }

    fn add(&self, sources: &[&str]) -> Run {
        let manifest = self.path("m.json");
        solvet(&[&["target", "add", &manifest], sources].concat())
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn sample(name: &str) -> String {
    format!("{SOURCES}/{name}")
}

/// What is wrong is said with the file and a remedy, the status is 2, and the manifest is as it was.
fn refuses(sources: &[&str], what: &str) {
    let place = Place::new();
    let before = fs::read(place.file("m.json")).unwrap();
    let run = place.add(sources);
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(run.stderr.contains(what), "{}", run.stderr);
    assert!(run.stderr.contains("help: "), "{}", run.stderr);
    assert_eq!(fs::read(place.file("m.json")).unwrap(), before);
}

#[test]
fn a_new_manifest_knows_its_version_and_its_name() {
    let manifest = Place::new().manifest();
    assert_eq!(
        manifest,
        serde_json::json!({"manifestVersion": 1, "environment": {"name": "Contoso UAT"}})
    );
}

#[test]
fn a_new_manifest_does_not_overwrite_a_file_unless_asked() {
    let place = Place::new();
    let file = place.path("m.json");
    let run = solvet(&["target", "new", "--output", &file]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("it exists and would be overwritten"),
        "{}",
        run.stderr
    );
    assert_eq!(place.manifest()["environment"]["name"], "Contoso UAT");
    assert_eq!(
        solvet(&["target", "new", "--output", &file, "--force"]).status,
        0
    );
    assert_eq!(place.manifest(), serde_json::json!({"manifestVersion": 1}));
}

#[test]
fn sources_are_recognised_entered_and_named() {
    let place = Place::new();
    let run = place.add(&[&sample("solutions.json"), &sample("metadata.xml")]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let manifest = place.manifest();
    assert_eq!(manifest["solutions"].as_array().unwrap().len(), 5);
    assert_eq!(manifest["coverage"]["solutions"]["of"], "visible");
    assert_eq!(manifest["coverage"]["columns"]["of"], "metadata");
    assert_eq!(manifest["captured"]["sources"][1]["kind"], "csdl");
    assert_eq!(manifest["tables"][0]["src"], "s2");
}

#[test]
fn adding_the_same_file_twice_changes_nothing() {
    let place = Place::new();
    place.add(&[&sample("solutions.json")]);
    let before = fs::read(place.file("m.json")).unwrap();
    place.add(&[&sample("solutions.json")]);
    assert_eq!(fs::read(place.file("m.json")).unwrap(), before);
}

#[test]
fn a_package_is_checked_against_what_was_added() {
    let place = Place::new();
    let sources = ["solutions.json", "metadata.xml", "import-error.txt"].map(sample);
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    assert_eq!(place.add(&sources).status, 0);
    let manifest = place.path("m.json");
    let package = "samples/SequenceAPACleads_1_0_0_1.zip";
    let run = solvet(&["check", package, "--target", &manifest, "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let absent: Vec<_> = report["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|requirement| requirement["state"] == "absent")
        .map(|requirement| {
            requirement["required"]["displayName"]
                .as_str()
                .or(requirement["required"]["schemaName"].as_str())
                .unwrap()
        })
        .collect();
    assert!(absent.contains(&"Fabrikam first touch"), "{absent:?}");
}

#[test]
fn another_file_is_written_with_output_and_the_manifest_stays() {
    let place = Place::new();
    let before = place.manifest();
    let out = place.path("out.json");
    assert_eq!(
        place
            .add(&[&sample("solutions.json"), "--output", &out])
            .status,
        0
    );
    assert_eq!(place.manifest(), before);
    assert!(json(&place.file("out.json"))["solutions"].is_array());
}

#[test]
fn a_packed_manifest_is_written_and_read() {
    for name in ["m.json.gz", "m.json.zst"] {
        let place = Place::new();
        let packed = place.path(name);
        assert_eq!(
            place
                .add(&[&sample("solutions.json"), "--output", &packed])
                .status,
            0
        );
        assert!(!fs::read(&packed).unwrap().starts_with(b"{"), "{name}");
        let run = solvet(&["target", "show", &packed]);
        assert!(run.stdout.contains("5 listed"), "{name}: {}", run.stdout);
    }
}

#[test]
fn a_manifest_in_toml_is_not_rewritten() {
    let place = Place::new();
    let toml = place.with("m.toml", "manifestVersion = 1 # mine\n");
    let run = solvet(&["target", "add", &toml, &sample("solutions.json")]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("comments would be lost"),
        "{}",
        run.stderr
    );
    let out = place.path("out.json");
    assert_eq!(
        solvet(&[
            "target",
            "add",
            &toml,
            &sample("solutions.json"),
            "--output",
            &out
        ])
        .status,
        0
    );
    assert_eq!(
        fs::read_to_string(&toml).unwrap(),
        "manifestVersion = 1 # mine\n"
    );
}

#[test]
fn ones_own_keys_survive_an_addition() {
    let place = Place::new();
    place.with("m.json", r#"{"manifestVersion":1,"x-owner":"sales","solutions":[{"name":"msdyn_Sequence","x-why":"asked"}]}"#);
    assert_eq!(place.add(&[&sample("solutions.json")]).status, 0);
    let manifest = place.manifest();
    assert_eq!(manifest["x-owner"], "sales");
    let rows = manifest["solutions"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["x-why"] == "asked"));
}

#[test]
fn ones_own_keys_of_toml_survive_in_another_file() {
    let place = Place::new();
    let toml = place.with("m.toml", "manifestVersion = 1\nx-owner = \"sales\"\n");
    let out = place.path("out.json");
    assert_eq!(
        solvet(&[
            "target",
            "add",
            &toml,
            &sample("solutions.json"),
            "--output",
            &out
        ])
        .status,
        0
    );
    assert_eq!(json(&place.file("out.json"))["x-owner"], "sales");
}

#[test]
fn a_wrong_source_is_refused_and_nothing_is_written() {
    let place = Place::new();
    let wrong = place.with(
        "notes.txt",
        "Dear colleague,\nplease import this on Monday.\n",
    );
    refuses(
        &[&sample("solutions.json"), &wrong],
        "notes.txt: it is no list or message that is known",
    );
}

#[test]
fn half_a_json_document_is_refused_with_its_place() {
    let place = Place::new();
    let half = place.with("half.json", "{\"value\": [\n  {\"uniquename\": \"A\"");
    refuses(
        &[&half],
        "half.json: its JSON ends in the middle of a value in line 2, column 21",
    );
}

#[test]
fn a_manifest_of_a_newer_version_is_refused() {
    let place = Place::new();
    let newer = place.with("newer.json", r#"{"manifestVersion":2,"galaxies":[]}"#);
    let run = solvet(&["target", "add", &newer, &sample("solutions.json")]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("the manifest has version 2"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("Use a newer version of this program"),
        "{}",
        run.stderr
    );
    assert_eq!(
        fs::read_to_string(&newer).unwrap(),
        r#"{"manifestVersion":2,"galaxies":[]}"#
    );
}

#[test]
fn a_source_given_as_manifest_is_told_from_one() {
    let run = solvet(&[
        "check",
        "samples/SequenceAPACleads_1_0_0_1.zip",
        "--target",
        &sample("solutions.json"),
    ]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("solvet target new"), "{}", run.stderr);
}

#[test]
fn contradictory_entries_are_refused_with_their_component() {
    let place = Place::new();
    let text = r#"{"manifestVersion":1,"tables":[{"name":"cts_order"}],"absent":[{"type":1,"name":"cts_order"}]}"#;
    let file = place.with("c.json", text);
    let run = solvet(&["target", "check", &file]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("table cts_order is listed both as present and as absent"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_component_that_came_since_an_import_failed_needs_a_decision() {
    let place = Place::new();
    let there = r#"{"manifestVersion":1,"captured":{"at":"2026-11-01"},"components":[{"type":36,"id":"0579e89e-6c56-4b05-8532-57876b57ba85"}]}"#;
    place.with("m.json", there);
    let log = sample("import-error.txt");
    let run = place.add(&[&log, "--captured", "2026-10-01"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("both as present and as absent"),
        "{}",
        run.stderr
    );
    assert_eq!(
        place
            .add(&[&log, "--captured", "2026-10-01", "--newer"])
            .status,
        0
    );
    assert_eq!(place.manifest()["absent"], Value::Null);
}

#[test]
fn show_says_what_is_known_and_what_would_tell_more() {
    let place = Place::new();
    place.add(&[&sample("solutions.json"), "--captured", "2026-11-20"]);
    let run = solvet(&["target", "show", &place.path("m.json"), "--format", "json"]);
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(shown["families"][0]["family"], "solutions");
    assert_eq!(shown["families"][0]["listed"], 5);
    let next = shown["next"].as_array().unwrap();
    assert!(
        next.iter()
            .any(|line| line.as_str().unwrap().contains("$metadata"))
    );
    assert!(
        !next
            .iter()
            .any(|line| line.as_str().unwrap().contains("pac solution list"))
    );
}

#[test]
fn check_says_that_a_holding_solution_waits() {
    let place = Place::new();
    let file = place.with(
        "h.json",
        r#"{"manifestVersion":1,"solutions":{"Core":"1.0","Core_Upgrade":"1.1"}}"#,
    );
    let run = solvet(&["target", "check", &file]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout.contains("Core_Upgrade is a holding solution"),
        "{}",
        run.stdout
    );
}

#[test]
fn diff_tells_what_was_updated() {
    let place = Place::new();
    let old = place.with(
        "old.json",
        r#"{"manifestVersion":1,"solutions":{"Core":"1.0"}}"#,
    );
    let new = place.with(
        "new.json",
        r#"{"manifestVersion":1,"solutions":{"Core":"1.1","More":"1.0"}}"#,
    );
    let run = solvet(&["target", "diff", &old, &new]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("version: 1.0 -> 1.1"), "{}", run.stdout);
    assert!(
        run.stdout.contains("1 added, 0 removed, 1 changed."),
        "{}",
        run.stdout
    );
}

#[test]
fn merge_lists_what_it_decided() {
    let place = Place::new();
    let old = place.with(
        "old.json",
        r#"{"manifestVersion":1,"captured":{"at":"2026-01-01"},"solutions":{"Core":"1.0"}}"#,
    );
    let new = place.with(
        "new.json",
        r#"{"manifestVersion":1,"captured":{"at":"2026-02-01"},"solutions":{"Core":"1.1"}}"#,
    );
    for order in [[&old, &new], [&new, &old]] {
        let run = solvet(&["target", "merge", order[0], order[1]]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let merged: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(merged["solutions"][0]["version"], "1.1");
        assert!(
            run.stderr.contains("solution Core: version"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn strip_takes_out_the_address() {
    let place = Place::new();
    let file = place.with("s.json", r#"{"manifestVersion":1,"environment":{"url":"https://contoso.example","languages":[1033]}}"#);
    let run = solvet(&["target", "strip", &file]);
    assert!(!run.stdout.contains("contoso"), "{}", run.stdout);
    assert!(run.stdout.contains("1033"), "{}", run.stdout);
}

#[test]
fn an_old_capture_is_told_and_proves_less() {
    let place = Place::new();
    let file = place.with(
        "old.json",
        r#"{"manifestVersion":1,"captured":{"at":"2020-01-01"},"coverage":{"tables":"complete"}}"#,
    );
    let check = |arguments: &[&str]| {
        let all = [
            "check",
            "samples/SequenceAPACleads_1_0_0_1.zip",
            "--target",
            &file,
        ];
        solvet(&[&all, arguments].concat())
    };
    let run = check(&[]);
    assert!(
        run.stderr.contains("days ago, more than 30"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("very probably"), "{}", run.stdout);
    assert!(!check(&["--max-age", "100000"]).stderr.contains("days ago"));
}

/// The script for bash with a `curl` that answers from files, run into a folder.
#[cfg(unix)]
fn collect_with(answers: &str) -> (TempDir, std::process::Output) {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let script = solvet(&["target", "collect", "--shell", "bash"]).stdout;
    fs::write(folder.path().join("collect.sh"), script).unwrap();
    let curl = format!(
        "#!/usr/bin/env bash\n\
         for last; do :; done\n\
         while [ $# -gt 0 ]; do if [ \"$1\" = --output ]; then out=\"$2\"; fi; \
         case \"$1\" in --request | -X | --data*) echo 'not a GET' >&2; exit 9 ;; esac; shift; done\n\
         say() {{ printf '%s' \"$2\" >\"$out\"; printf '%s' \"$1\"; exit 0; }}\n\
         case \"$last\" in\n{answers}\n  *) say 404 '{{}}' ;;\nesac\n"
    );
    let file = folder.path().join("curl");
    fs::write(&file, curl).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("bash")
        .args(["collect.sh", "https://contoso.crm4.dynamics.com/", "facts"])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("DATAVERSE_TOKEN", "not-a-token")
        .output()
        .unwrap();
    (folder, output)
}

#[cfg(unix)]
fn has_jq() -> bool {
    // Without it the script itself says what it needs; there is nothing to test then.
    Command::new("jq").arg("--version").output().is_ok()
}

const ANSWERS: &str = r#"  */WhoAmI) say 200 '{"UserId":"11111111-2222-4333-8444-555555555555"}' ;;
  */systemuserroles_association*) say 200 '{"value":[{"_roletemplateid_value":"627090ff-40a3-4053-8790-584edc5be201"}]}' ;;
  */solutions?*) say 200 '{"@odata.context":"https://x/$metadata#solutions","value":[{"solutionid":"a","uniquename":"Core","version":"1.0"}]}' ;;
  */roles?\$select*) say 200 '{"@odata.context":"https://x/$metadata#roles","value":[{"roleid":"b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e","name":"Clerk"}],"@odata.nextLink":"https://x/roles-2"}' ;;
  */roles-2) say 200 '{"@odata.context":"https://x/$metadata#roles","value":[{"roleid":"c0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e","name":"Chief"}]}' ;;"#;

#[cfg(unix)]
#[test]
fn the_script_follows_pages_and_what_it_writes_is_read() {
    if !has_jq() {
        return;
    }
    let (folder, output) = collect_with(ANSWERS);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("left out views.json: the environment answers 404"),
        "{said}"
    );
    let place = Place::new();
    let run = place.add(&[&folder.path().join("facts").to_string_lossy()]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let manifest = place.manifest();
    assert_eq!(
        manifest["components"].as_array().unwrap().len(),
        2,
        "{manifest}"
    );
    assert_eq!(manifest["coverage"]["roles"]["state"], "complete");
    assert_eq!(manifest["coverage"]["solutions"]["state"], "complete");
    assert_eq!(
        manifest["environment"]["url"],
        "https://contoso.crm4.dynamics.com"
    );
}

#[cfg(unix)]
#[test]
fn what_the_script_lists_for_anyone_else_is_not_complete() {
    if !has_jq() {
        return;
    }
    let (folder, output) = collect_with(&ANSWERS.replace("627090ff", "727090ff"));
    assert!(output.status.success());
    let place = Place::new();
    place.add(&[&folder.path().join("facts").to_string_lossy()]);
    assert_ne!(place.manifest()["coverage"]["roles"]["state"], "complete");
}

#[cfg(unix)]
#[test]
fn the_script_stops_where_the_token_is_not_accepted() {
    if !has_jq() {
        return;
    }
    let (folder, output) = collect_with("  *) say 401 '{}' ;;");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sign in again"));
    assert!(!folder.path().join("facts/collect.json").exists());
}

#[test]
fn both_scripts_ask_the_same_and_never_for_values() {
    let [bash, pwsh] =
        ["bash", "pwsh"].map(|shell| solvet(&["target", "collect", "--shell", shell]).stdout);
    let queries = |script: &str, command: &str| -> Vec<String> {
        let lines = script.lines().filter_map(|line| line.strip_prefix(command));
        lines.map(str::to_owned).collect()
    };
    let asked = queries(&bash, "collect ");
    assert!(asked.len() > 25);
    assert_eq!(asked, queries(&pwsh, "Save-Answer "));
    assert!(!asked.iter().any(|query| query.contains("defaultvalue")
        || query.contains("=value")
        || query.contains(",value")));
}

#[test]
fn the_schema_is_printed() {
    let schema: Value = serde_json::from_str(&solvet(&["schema", "target"]).stdout).unwrap();
    assert_eq!(schema["$id"], "urn:solvet:target:1");
}

#[test]
fn a_manifest_that_is_written_is_read_as_the_same() {
    for name in ["contoso-prod.json", "contoso-uat.json"] {
        let manifest = solvet::target::read_manifest(&format!("samples/targets/{name}")).unwrap();
        let place = Place::new();
        let written = place.with("again.json", &solvet::target::manifest_json(&manifest));
        assert_eq!(
            solvet::target::read_manifest(&written).unwrap(),
            manifest,
            "{name}"
        );
    }
}
