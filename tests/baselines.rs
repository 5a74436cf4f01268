//! A baseline hides what was there when it was written, and nothing else.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "everything here runs in tests"
)]

mod support;

use std::fs;

use serde_json::Value;
use support::desk::Desk;
use support::program;

/// Edits of a sample: texts, and what is in their places.
type Edits<'a> = &'a [(&'a str, &'a str)];

/// A package as it was when a baseline was written, and as it is now.
struct Change<'a> {
    rule: &'a str,
    sample: &'a str,
    before: Edits<'a>,
    after: Edits<'a>,
    /// Of a policy, or of deployment settings.
    options: &'a str,
    configuration: &'a str,
}

/// Runs a check, and reads its findings.
fn findings(arguments: &[&str]) -> Vec<Value> {
    let run = program::run(&[&["check", "--format", "json"], arguments].concat());
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    report["findings"].as_array().unwrap().clone()
}

fn is_shown(finding: &Value) -> bool {
    !finding["suppressed"].as_bool().unwrap()
}

/// How many findings a baseline of the one package shows of the other: of the rule of a change.
fn shown(change: &Change<'_>, is_reverse: bool) -> usize {
    let desk = Desk::new();
    let before = desk.package("before.zip", change.sample, change.before);
    let after = desk.package("after.zip", change.sample, change.after);
    let (old, new) = if is_reverse {
        (after, before)
    } else {
        (before, after)
    };
    let known = desk.path("known.json");
    let configuration = desk.path("solvet.toml");
    fs::write(&configuration, change.configuration).unwrap();
    let mut judging = vec!["--config", &configuration, "--only", change.rule];
    judging.extend(change.options.split_whitespace());
    let all = findings(&[&[&*old, "--write-baseline", &known], &*judging].concat());
    assert!(!all.is_empty(), "{}: nothing is found", change.rule);
    let again = findings(&[&[&*old, "--baseline", &known], &*judging].concat());
    assert!(!again.iter().any(is_shown), "{}: {again:#?}", change.rule);
    let found = findings(&[&[&*new, "--baseline", &known], &*judging].concat());
    found.iter().filter(|finding| is_shown(finding)).count()
}

const ROW: &str = "<MissingDependencies><MissingDependency><Required type=\"2\" schemaName=\"fab_grade\" \
    displayName=\"Grade\" parentSchemaName=\"contact\" parentDisplayName=\"Contact\" solution=\"FabrikamScoring (2.1.0.4)\" \
    /><Dependent type=\"29\" displayName=\"Order reminder\" id=\"{63718a94-93fb-4264-9675-eabe7f134005}\" \
    /></MissingDependency>";

const ASSEMBLY: &str = "<SolutionPluginAssemblies><PluginAssembly FullName=\"Contoso.More, Version=1.0.0.0, \
    Culture=neutral, PublicKeyToken=5d0f3c1b7a9e2846\" PluginAssemblyId=\"0f3a0099-52c1-4e0b-9d37-6a1e8b5c4d20\" />";

const COLUMN_AND_END: &str = "<attribute PhysicalName=\"fab_more\"><Type>nvarchar</Type><Name>fab_more</Name>\
    <LogicalName>fab_more</LogicalName></attribute></attributes>";

fn changes() -> Vec<Change<'static>> {
    let change = Change {
        rule: "",
        sample: "",
        before: &[],
        after: &[],
        options: "",
        configuration: "",
    };
    vec![
        Change {
            rule: "reference-to-nowhere",
            sample: "reference-to-nowhere/bad",
            after: &[(
                "<attribute name=\"cts_wieght\" />",
                "<attribute name=\"cts_wieght\" /><attribute name=\"cts_hieght\" />",
            )],
            ..change
        },
        Change {
            rule: "required-component-unknown",
            sample: "required-component-unknown/bad",
            after: &[("<MissingDependencies>", ROW)],
            options: "--target samples/rules/required-component-unknown/target-bad.json",
            ..change
        },
        Change {
            rule: "whole-table-of-another",
            sample: "whole-table-of-another/bad",
            before: &[(
                "<RootComponent type=\"1\" schemaName=\"contact\" behavior=\"0\" />",
                "",
            )],
            ..change
        },
        Change {
            rule: "policy-component-kind",
            sample: "policy-component-kind/bad",
            after: &[("<SolutionPluginAssemblies>", ASSEMBLY)],
            configuration: "[policy]\ndenied-kinds = [\"plug-in assembly\"]\n",
            ..change
        },
        Change {
            rule: "policy-plug-in-solution",
            sample: "policy-plug-in-solution/bad",
            after: &[("<SolutionPluginAssemblies>", ASSEMBLY)],
            configuration: "[policy]\nplug-ins-only-in = [\"Elsewhere\"]\n",
            ..change
        },
        Change {
            rule: "policy-prefix",
            sample: "policy-prefix/bad",
            after: &[("</attributes>", COLUMN_AND_END)],
            configuration: "[policy]\nallowed-prefixes = [\"cts\"]\n",
            ..change
        },
    ]
}

#[test]
fn what_was_not_there_when_a_baseline_was_written_is_shown() {
    for change in changes() {
        assert_eq!(shown(&change, false), 1, "{}", change.rule);
    }
}

#[test]
fn what_is_gone_since_a_baseline_was_written_shows_nothing() {
    for change in changes() {
        assert_eq!(shown(&change, true), 0, "{}", change.rule);
    }
}

/// The rules and solutions of a baseline.
fn entries(path: &str) -> Vec<(String, String)> {
    let baseline: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let entries = baseline["findings"].as_array().unwrap().iter();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    entries
        .map(|entry| (text(entry, "rule"), text(entry, "solution")))
        .collect()
}

const TABLES: &str = "whole-table-of-another/bad";

#[test]
fn a_package_that_cannot_be_read_leaves_a_baseline_as_it_is() {
    let desk = Desk::new();
    let package = desk.package("good.zip", TABLES, &[]);
    let broken = desk.path("broken.zip");
    fs::write(&broken, "PK\u{3}\u{4} and no more").unwrap();
    let known = desk.path("known.json");
    findings(&[&package, "--no-config", "--write-baseline", &known]);
    let before = fs::read_to_string(&known).unwrap();
    let run = program::run(&[
        "check",
        &package,
        &broken,
        "--no-config",
        "--baseline",
        &known,
        "--write-baseline",
        &known,
    ]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("is not written"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(&known).unwrap(), before);
}

#[test]
fn what_was_not_looked_at_stays_in_a_baseline() {
    let desk = Desk::new();
    let other = desk.package("other.zip", TABLES, &[("ContosoOrders", "ContosoOther")]);
    let package = desk.package("orders.zip", TABLES, &[]);
    let known = desk.path("known.json");
    findings(&[&package, &other, "--no-config", "--write-baseline", &known]);
    let before = entries(&known);
    let rules: std::collections::BTreeSet<_> = before.iter().map(|(rule, _)| rule).collect();
    assert!(rules.len() > 1, "{before:?}");
    let only = ["--no-config", "--only", "whole-table-of-another"];
    let write = ["--write-baseline", &*known];
    findings(&[&[&*package], &only[..], &write].concat());
    assert_eq!(entries(&known), before);
    let mended = desk.package(
        "mended.zip",
        TABLES,
        &[(
            "schemaName=\"contact\" behavior=\"0\"",
            "schemaName=\"contact\" behavior=\"1\"",
        )],
    );
    findings(&[&[&*mended], &only[..], &write].concat());
    assert_eq!(
        entries(&known).len(),
        before.len() - 1,
        "what is gone leaves it"
    );
}

#[test]
fn what_needs_a_target_stays_in_a_baseline_that_is_written_without_one() {
    let desk = Desk::new();
    let package = desk.package("package.zip", "required-component-unknown/bad", &[]);
    let known = desk.path("known.json");
    let target = "samples/rules/required-component-unknown/target-bad.json";
    findings(&[
        &package,
        "--no-config",
        "--target",
        target,
        "--write-baseline",
        &known,
    ]);
    let before = entries(&known);
    assert!(
        before
            .iter()
            .any(|(rule, _)| rule.starts_with("required-component"))
    );
    findings(&[&package, "--no-config", "--write-baseline", &known]);
    assert_eq!(entries(&known), before);
}
