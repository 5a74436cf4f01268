//! The configuration, levels on the command line, and baselines, as whoever runs the program meets them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "everything here runs in tests"
)]

mod support;

use std::fs;

use serde_json::Value;
use support::program::{self, Run};
use support::project;
use tempfile::TempDir;

/// A working directory with a configuration.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(configuration: &str) -> Self {
        let folder = TempDir::new().unwrap();
        if !configuration.is_empty() {
            fs::write(folder.path().join("solvet.toml"), configuration).unwrap();
        }
        Self { folder }
    }

    fn run(&self, arguments: &str) -> Run {
        self.run_in("", arguments)
    }

    /// Runs the program in a folder below; `SAMPLE`, `PROD` and `UAT` stand for the sample and its targets.
    fn run_in(&self, below: &str, arguments: &str) -> Run {
        let sample = project("samples/sequence-apac-leads");
        let target = project("samples/targets/contoso-prod.json");
        let uat = project("samples/targets/contoso-uat.json");
        let arguments: Vec<_> = arguments
            .split(' ')
            .map(|argument| match argument {
                "SAMPLE" => sample.to_str().unwrap(),
                "PROD" => target.to_str().unwrap(),
                "UAT" => uat.to_str().unwrap(),
                other => other,
            })
            .collect();
        let mut command = program::program(&arguments);
        command.current_dir(self.folder.path().join(below));
        command.env("SOURCE_DATE_EPOCH", "1795651200");
        program::finish(command)
    }

    fn json(&self, arguments: &str) -> Value {
        let run = self.run(&format!("{arguments} --format json"));
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
    }
}

/// The findings of a report of a check, as rule, severity and whether they are suppressed.
fn findings(report: &Value) -> Vec<(String, String, bool)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (
                text("rule"),
                text("severity"),
                one["suppressed"].as_bool().unwrap(),
            )
        })
        .collect()
}

fn of_rule(report: &Value, rule: &str) -> Vec<(String, bool)> {
    let all = findings(report).into_iter();
    all.filter(|(known, ..)| known == rule)
        .map(|(_, severity, suppressed)| (severity, suppressed))
        .collect()
}

const ABSENT: &str = "required-component-absent";

#[test]
fn the_nearest_configuration_upwards_counts() {
    let desk = Desk::new(&format!("[rules]\n{ABSENT} = \"note\"\n"));
    fs::create_dir_all(desk.folder.path().join("a/b")).unwrap();
    assert_eq!(desk.run_in("a/b", "check SAMPLE --target PROD").status, 0);
    assert_eq!(
        desk.run_in("a/b", "check SAMPLE --target PROD --no-config")
            .status,
        1
    );
    fs::write(desk.folder.path().join("a/solvet.toml"), "").unwrap();
    assert_eq!(desk.run_in("a/b", "check SAMPLE --target PROD").status, 1);
    let named = "check SAMPLE --target PROD --config ../../solvet.toml";
    assert_eq!(desk.run_in("a/b", named).status, 0);
}

#[test]
fn a_mistake_in_the_configuration_is_told_with_its_place() {
    let desk = Desk::new("[rules]\ndefault-publisher = \"eror\"\n");
    for command in [
        "check SAMPLE",
        "inspect SAMPLE",
        "simulate SAMPLE --target PROD",
    ] {
        let run = desk.run(command);
        assert_eq!(run.status, 2, "{command}");
        let told = run.stderr + &run.stdout;
        assert!(told.contains("solvet.toml:2:21"), "{command}: {told}");
    }
    let run = desk.run("check SAMPLE --config none.toml");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("none.toml"), "{}", run.stderr);
}

#[test]
fn levels_of_the_command_line_go_before_those_of_the_file() {
    let desk = Desk::new(&format!("[rules]\n{ABSENT} = \"warning\"\n"));
    let levels = |arguments: &str| {
        let report = desk.json(&format!("check SAMPLE --target PROD {arguments}"));
        let of_rule = of_rule(&report, ABSENT).into_iter();
        let mut levels: Vec<_> = of_rule.map(|(level, _)| level).collect();
        levels.dedup();
        levels
    };
    assert_eq!(levels("--no-config"), ["error"]);
    assert_eq!(levels("--verbose"), ["warning"]);
    assert_eq!(levels(&format!("--deny {ABSENT}")), ["error"]);
    assert!(levels(&format!("--allow {ABSENT}")).is_empty());
}

#[test]
fn only_the_rules_that_are_asked_for_run() {
    let desk = Desk::new("");
    let report = desk.json(&format!("check SAMPLE --target PROD --only {ABSENT}"));
    let rules: Vec<_> = findings(&report)
        .into_iter()
        .map(|(rule, ..)| rule)
        .collect();
    assert!(
        !rules.is_empty() && rules.iter().all(|rule| rule == ABSENT),
        "{rules:?}"
    );
}

#[test]
fn what_makes_no_sense_on_the_command_line_is_refused() {
    let desk = Desk::new("");
    let run = desk.run("check SAMPLE --deny no-such-rule");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("solvet rules"), "{}", run.stderr);
    let run = desk.run(&format!("check SAMPLE --deny {ABSENT} --allow {ABSENT}"));
    assert_eq!(run.status, 2);
}

#[test]
fn a_suppressed_finding_is_counted_and_not_shown() {
    let row = format!(
        "[[suppress]]\nrule = \"{ABSENT}\"\ncomponent = \"*\"\nreason = \"Fabrikam is installed by hand.\"\n"
    );
    let desk = Desk::new(&row);
    let run = desk.run("check SAMPLE --target PROD");
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("suppressed by the configuration"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains(ABSENT), "{}", run.stdout);
    let run = desk.run("check SAMPLE --target PROD --verbose");
    assert!(
        run.stdout.contains("Fabrikam is installed by hand."),
        "{}",
        run.stdout
    );
    let report = desk.json("check SAMPLE --target PROD");
    let suppressed = of_rule(&report, ABSENT);
    assert!(!suppressed.is_empty() && suppressed.iter().all(|(_, is)| *is));
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["summary"]["suppressed"], suppressed.len());
    let hidden = report["findings"].as_array().unwrap().iter();
    let mut hidden = hidden.filter(|one| one["suppressed"] == true);
    let expected =
        serde_json::json!({"by": "configuration", "reason": "Fabrikam is installed by hand."});
    assert!(hidden.all(|one| one["suppression"] == expected));
}

#[test]
fn a_suppression_that_has_expired_suppresses_nothing_and_is_told() {
    let row = format!(
        "[[suppress]]\nrule = \"{ABSENT}\"\ncomponent = \"*\"\nreason = \"For now.\"\nexpires = 2026-11-25\n"
    );
    let desk = Desk::new(&row);
    let report = desk.json("check SAMPLE --target PROD");
    assert!(
        of_rule(&report, ABSENT)
            .iter()
            .all(|(_, suppressed)| !suppressed)
    );
    assert_eq!(of_rule(&report, "suppression-expired").len(), 1);
    let told = report["findings"].as_array().unwrap().iter();
    let mut told = told.filter(|one| one["rule"] == "suppression-expired");
    let one = told.next().unwrap();
    assert_eq!(
        (&one["file"], &one["line"]),
        (&"solvet.toml".into(), &2.into())
    );
    assert!(one["package"].is_null());
}

#[test]
fn a_suppression_that_covers_nothing_is_told_where_its_rule_has_run() {
    let row = format!(
        "[[suppress]]\nrule = \"{ABSENT}\"\ncomponent = \"cts_none\"\nreason = \"Gone.\"\n"
    );
    let desk = Desk::new(&row);
    let unused = |arguments: &str| of_rule(&desk.json(arguments), "suppression-unused").len();
    assert_eq!(unused("check SAMPLE --target PROD"), 1);
    assert_eq!(
        unused("check SAMPLE"),
        0,
        "without a target the rule says nothing"
    );
    assert_eq!(
        unused(&format!("check SAMPLE --target PROD --allow {ABSENT}")),
        0
    );
}

#[test]
fn the_target_of_the_configuration_is_relative_to_it() {
    let desk = Desk::new("target = \"targets/prod.json\"\n");
    let folder = desk.folder.path();
    fs::create_dir_all(folder.join("targets")).unwrap();
    fs::create_dir_all(folder.join("below")).unwrap();
    fs::copy(
        project("samples/targets/contoso-prod.json"),
        folder.join("targets/prod.json"),
    )
    .unwrap();
    let run = desk.run_in("below", "check SAMPLE");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stdout.contains("into "), "{}", run.stdout);
    assert_eq!(desk.run_in("below", "simulate SAMPLE").status, 1);
    assert_eq!(desk.run_in("below", "check SAMPLE --no-config").status, 0);
}

#[test]
fn limits_of_the_configuration_count_unless_the_command_line_has_others() {
    let desk = Desk::new("[limits]\nmax-entries = 2\n");
    assert_eq!(desk.run("check SAMPLE").status, 3);
    assert_eq!(desk.run("inspect SAMPLE").status, 3);
    assert_eq!(desk.run("check SAMPLE --max-entries 20000").status, 0);
}

#[test]
fn a_baseline_hides_what_was_there_and_shows_what_is_new() {
    let desk = Desk::new("");
    let run = desk.run("check SAMPLE --target PROD --write-baseline known.json");
    assert_eq!(run.status, 1);
    let run = desk.run("check SAMPLE --target PROD --baseline known.json --fail-on note");
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("known to the baseline"),
        "{}",
        run.stdout
    );
    let report = desk.json("check SAMPLE --target PROD --baseline known.json");
    assert!(findings(&report).iter().all(|(.., suppressed)| *suppressed));
    assert_eq!(report["findings"][0]["suppression"]["by"], "baseline");
    let path = desk.folder.path().join("known.json");
    let mut known: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    known["findings"]
        .as_array_mut()
        .unwrap()
        .retain(|one| one["rule"] != ABSENT);
    fs::write(&path, known.to_string()).unwrap();
    let run = desk.run("check SAMPLE --target PROD --baseline known.json");
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains(ABSENT), "{}", run.stdout);
}

#[test]
fn a_baseline_replaces_a_baseline_and_nothing_else() {
    let desk = Desk::new("");
    let write = "check SAMPLE --target PROD --write-baseline";
    assert_eq!(desk.run(&format!("{write} known.json")).status, 1);
    let path = desk.folder.path().join("known.json");
    let first = fs::read(&path).unwrap();
    assert_eq!(
        desk.run(&format!("{write} known.json --baseline known.json"))
            .status,
        0
    );
    assert_eq!(fs::read(&path).unwrap(), first, "what is known stays known");
    fs::write(desk.folder.path().join("other.json"), "{}").unwrap();
    let run = desk.run(&format!("{write} other.json"));
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("is no baseline"), "{}", run.stderr);
    assert_eq!(
        fs::read_to_string(desk.folder.path().join("other.json")).unwrap(),
        "{}"
    );
}

#[test]
fn a_simulation_does_not_fail_of_what_is_accepted_and_does_of_what_is_known() {
    let row = |rule: &str| {
        format!("[[suppress]]\nrule = \"{rule}\"\ncomponent = \"*\"\nreason = \"By hand.\"\n")
    };
    let desk = Desk::new(&row(ABSENT));
    let simulate = "simulate SAMPLE --target PROD";
    let verdict = |arguments: &str| desk.json(arguments)["verdict"].as_str().unwrap().to_owned();
    assert_eq!(verdict(&format!("{simulate} --no-config")), "fails");
    assert_ne!(verdict(simulate), "fails");
    let write = format!("{simulate} --no-config --keep-going --write-baseline known.json");
    assert_eq!(desk.run(&write).status, 1);
    let known = format!("{simulate} --no-config --keep-going --baseline known.json");
    assert_eq!(verdict(&known), "fails");
    assert_eq!(desk.run(&known).status, 1);
}

#[test]
fn an_error_that_is_one_only_here_fails_the_run_and_not_the_import() {
    let desk = Desk::new("[policy]\nallowed-publishers = [\"contoso\"]\n");
    let deny = "--deny policy-publisher";
    let run = desk.run(&format!("check SAMPLE {deny}"));
    assert_eq!(run.status, 1);
    assert!(!run.stdout.contains("would fail"), "{}", run.stdout);
    assert_eq!(desk.run("check SAMPLE").status, 0);
    let simulate = "simulate SAMPLE --target PROD --allow required-component-absent";
    let plain = desk.json(simulate)["verdict"].clone();
    let run = desk.run(&format!("{simulate} {deny}"));
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert_eq!(desk.json(&format!("{simulate} {deny}"))["verdict"], plain);
}

#[test]
fn a_policy_changes_no_verdict() {
    let desk = Desk::new("[policy]\ndenied-kinds = [\"sequence\"]\n");
    let simulate = "simulate SAMPLE --target UAT";
    let report = desk.json(simulate);
    let findings = report["steps"][0]["findings"].as_array().unwrap().iter();
    let mut findings = findings.filter(|one| one["rule"] == "policy-component-kind");
    assert!(findings.next().is_some(), "{report:#}");
    let plain = desk.json(&format!("{simulate} --no-config"));
    assert_eq!(report["verdict"], plain["verdict"]);
    assert_eq!(desk.run(simulate).status, 0);
    let strict = desk.run(&format!("{simulate} --fail-on warning"));
    assert_eq!(
        strict.status, 1,
        "the threshold counts what the policy finds"
    );
}

#[test]
fn rules_that_are_off_are_named_where_a_verdict_does_not_rest_on_them() {
    let desk = Desk::new("");
    let run = desk.run("simulate SAMPLE --target PROD --allow required-component-absent");
    assert!(
        run.stdout
            .contains("1 rule that finds errors is switched off"),
        "{}",
        run.stdout
    );
}

#[test]
fn init_writes_a_file_that_changes_nothing_and_never_overwrites() {
    let desk = Desk::new("");
    let before = desk.run("check SAMPLE --target PROD").stdout;
    assert_eq!(desk.run("init").status, 0);
    assert_eq!(desk.run("check SAMPLE --target PROD").stdout, before);
    fs::write(desk.folder.path().join("solvet.toml"), "# mine\n").unwrap();
    let run = desk.run("init");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("exists already"), "{}", run.stderr);
    let kept = fs::read_to_string(desk.folder.path().join("solvet.toml")).unwrap();
    assert_eq!(kept, "# mine\n");
}

#[test]
fn every_key_of_the_configuration_has_a_meaning_in_its_schema() {
    let schema: Value = serde_json::from_str(&solvet::config::schema()).unwrap();
    let types = schema["$defs"].as_object().unwrap().values();
    let mut keys = 0;
    for of_type in types.chain([&schema]) {
        for (key, of_key) in of_type["properties"].as_object().into_iter().flatten() {
            assert!(of_key["description"].is_string(), "{key}");
            keys += 1;
        }
        let is_open =
            of_type["properties"].is_object() && of_type["additionalProperties"].is_null();
        assert!(!is_open, "{of_type}");
    }
    assert!(keys > 20, "{schema:#}");
}

/// The verdicts of a check and of a simulation, as their last and first sentences.
fn verdicts(desk: &Desk, options: &str) -> (String, String) {
    let run = |command: &str| {
        let line = format!("{command} SAMPLE --target PROD -q {options}");
        desk.run(line.trim_end())
    };
    let (check, simulation) = (run("check"), run("simulate"));
    (check.stdout, simulation.stdout)
}

#[test]
fn an_absence_that_is_accepted_is_left_aside_by_check_and_by_simulate() {
    let accepting = format!(
        "[[suppress]]\nrule = \"{ABSENT}\"\ncomponent = \"*\"\nreason = \"They come during the night.\"\n"
    );
    let eased = format!("[rules]\n{ABSENT} = \"note\"\n");
    let off = format!("--allow {ABSENT}");
    for (configuration, options) in [(&*accepting, ""), (&*eased, ""), ("", &*off)] {
        let desk = Desk::new(configuration);
        let (check, simulation) = verdicts(&desk, options);
        for told in [&check, &simulation] {
            assert!(told.contains("leaving 2 accepted absences aside"), "{told}");
            assert!(!told.contains("fail"), "{told}");
        }
        let report = desk.json(format!("check SAMPLE --target PROD {options}").trim_end());
        assert_eq!(report["summary"]["required"]["accepted"], 2);
        assert!(
            report["verdict"]
                .as_str()
                .unwrap()
                .contains("2 accepted absences")
        );
        let report = desk.json(format!("simulate SAMPLE --target PROD {options}").trim_end());
        assert_eq!(report["acceptedAbsences"], 2);
    }
}

#[test]
fn what_a_baseline_knows_fails_the_import_in_check_and_in_simulate() {
    let desk = Desk::new("");
    desk.run("check SAMPLE --target PROD --write-baseline known.json");
    let (check, simulation) = verdicts(&desk, "--baseline known.json");
    assert!(
        check.contains("would fail, of what the baseline knows"),
        "{check}"
    );
    assert!(simulation.contains("would fail"), "{simulation}");
}

#[test]
fn a_suppression_accepts_what_tells_of_several_only_where_it_fits_each() {
    let package = "samples/rules/whole-table-of-another/bad";
    let package = project(package);
    let package = package.to_str().unwrap();
    for (component, is_accepted) in [("account", false), ("*a*", true)] {
        let desk = Desk::new(&format!(
            "[[suppress]]\nrule = \"whole-table-of-another\"\ncomponent = \"{component}\"\nreason = \"Meant so.\"\n"
        ));
        let report = desk.json(&format!("check {package} --only whole-table-of-another"));
        let found = of_rule(&report, "whole-table-of-another");
        assert_eq!(found, [("note".to_owned(), is_accepted)], "{component}");
    }
}

/// A text without its line breaks and frames.
fn unwrapped(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| *word != "│");
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_target_of_the_configuration_that_is_to_blame_is_told_to_be_of_it() {
    let desk = Desk::new("target = \"none.json\"\n");
    let run = desk.run("check SAMPLE");
    assert_eq!(run.status, 2);
    for told in ["none.json", "solvet.toml names the target", "--no-config"] {
        assert!(
            unwrapped(&run.stderr).contains(told),
            "{told}: {}",
            run.stderr
        );
    }
    let run = desk.run("check SAMPLE --target other.json");
    assert!(!run.stderr.contains("solvet.toml"), "{}", run.stderr);
}

#[test]
fn a_limit_of_the_configuration_is_raised_there() {
    let desk = Desk::new("[limits]\nmax-entries = 2\n");
    let run = desk.run("check SAMPLE");
    let told = unwrapped(&(run.stdout + &run.stderr));
    for way in ["--max-entries", "[limits]"] {
        assert!(told.contains(way), "{way}: {told}");
    }
}

#[test]
fn a_word_that_is_nearly_a_kind_has_a_suggestion() {
    let desk = Desk::new("[policy]\ndenied-kinds = [\"sequence tga\"]\n");
    let run = desk.run("check SAMPLE");
    assert_eq!(run.status, 2);
    let told = "'sequence tga' is no kind of component; is 'sequence tag";
    assert!(unwrapped(&run.stderr).contains(told), "{}", run.stderr);
    let run = desk.run("inspect SAMPLE --no-config --kind veiw");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("'veiw' is no kind"), "{}", run.stderr);
    assert!(
        run.stderr.contains("solvet schema config"),
        "{}",
        run.stderr
    );
    let run = desk.run("inspect SAMPLE --no-config --kind view");
    assert_eq!(run.status, 0, "a kind of which there is nothing");
}
