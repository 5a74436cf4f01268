//! What reports say of sequences: numbers and names of steps, circles, stages, identifiers that nothing explains; and that
//! neither the layout of a package nor the size of a definition changes it.
#![allow(
    clippy::allow_attributes,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;
#[path = "support/unpack.rs"]
mod unpack;
#[path = "support/yaml.rs"]
mod yaml;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::pack::files;
use support::program::run;
use support::project;
use tempfile::TempDir;
use unpack::to_solution_packager;
use yaml::to_yaml_source;

const TEMPLATE: &str = "22222222-2222-4222-8222-222222222222";
const PROCESS: &str = "33333333-3333-4333-8333-333333333333";
const STAGE: &str = "44444444-4444-4444-8444-444444444444";
const UNKNOWN_STAGE: &str = "55555555-5555-4555-8555-555555555555";
const TEAM: &str = "66666666-6666-4666-8666-666666666666";

/// The business process flow that packages of these tests have, with the names of its stages in two languages.
const FLOW: &str = "<Workflow WorkflowId=\"{33333333-3333-4333-8333-333333333333}\" Name=\"Handling\"><Category>4</Category>\
    <labels><steplabels id=\"{44444444-4444-4444-8444-444444444444}\"><label languagecode=\"1031\" description=\"Angebot\"/>\
    <label languagecode=\"1033\" description=\"Quote\"/></steplabels></labels></Workflow>";

/// The identifier of a sequence.
fn id(number: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-{number:012}")
}

fn row(number: usize, definition: &str) -> String {
    let definition = definition.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<msdyn_sequence msdyn_sequenceid=\"{}\"><msdyn_name>S{number}</msdyn_name>\
         <msdyn_regardingentityname>lead</msdyn_regardingentityname>\
         <msdyn_definition>{definition}</msdyn_definition></msdyn_sequence>",
        id(number)
    )
}

/// An unzipped export of sequences, each with its definition, in which the sequences are written inline.
fn package(definitions: &[String]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = definitions.iter().enumerate();
    let rows: String = rows.map(|(at, text)| row(at, text)).collect();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "solution.xml",
        "<ImportExportXml languagecode=\"1033\"><SolutionManifest><UniqueName>a</UniqueName><Version>1.0.0.0</Version>\
         <Managed>0</Managed><RootComponents/><MissingDependencies/></SolutionManifest></ImportExportXml>",
    );
    write(
        "customizations.xml",
        &format!(
            "<ImportExportXml><Workflows>{FLOW}</Workflows><msdyn_sequences>{rows}</msdyn_sequences></ImportExportXml>"
        ),
    );
    folder
}

fn stdout(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert!(run.status < 2, "{arguments:?}: {}", run.stderr);
    run.stdout
}

fn inspect(package: &Path) -> String {
    stdout(&["inspect", package.to_str().unwrap(), "--sequences"])
}

fn inspect_json(package: &Path) -> Value {
    let path = package.to_str().unwrap();
    let text = stdout(&["inspect", path, "--sequences", "--format", "json"]);
    serde_json::from_str(&text).unwrap()
}

/// The dependencies of a sequence, for people and for programs.
fn dependencies(package: &Path, number: usize) -> (String, Value) {
    let path = package.to_str().unwrap();
    let name = format!("msdyn_sequence:{}", id(number));
    let text = stdout(&["dependencies", path, &name]);
    let json = stdout(&["dependencies", path, &name, "--format", "json"]);
    (text, serde_json::from_str(&json).unwrap())
}

fn go_on(numbers: &[usize]) -> String {
    let steps = numbers
        .iter()
        .map(|number| json!({"kind": "connect", "name": format!("To {number}"), "sequence": id(*number)}));
    json!({"steps": steps.collect::<Vec<_>>()}).to_string()
}

#[test]
fn a_step_has_one_number_everywhere() {
    let definition = json!({"steps": [
        {"kind": "task", "name": "Begin"},
        {"kind": "condition", "name": "Replied?", "yes": [{"kind": "task", "name": "Thank"}], "no": [
            {"kind": "wait", "name": "Wait"},
            {"kind": "email", "name": "Remind", "templateId": TEMPLATE},
        ]},
        {"kind": "task", "name": "End"},
    ]});
    let folder = package(&[definition.to_string()]);
    let text = inspect(folder.path());
    assert!(text.contains("  2.2 e-mail \"Remind\""), "{text}");
    let report = inspect_json(folder.path());
    let steps = report["packages"][0]["sequences"][0]["definitions"][0]["steps"].as_array();
    let numbers = steps.unwrap().iter().map(|step| step["number"].as_str());
    let numbers: Vec<_> = numbers.map(Option::unwrap).collect();
    assert_eq!(numbers, ["1", "2", "2.1", "2.2", "2.3", "3"]);
    let (text, report) = dependencies(folder.path(), 0);
    assert!(text.contains("in step 2.2 \"Remind\""), "{text}");
    let steps = &report["unexplained"][0]["steps"];
    assert_eq!(*steps, json!([{"number": "2.2", "title": "Remind"}]));
    let findings = stdout(&["check", folder.path().to_str().unwrap()]);
    assert!(findings.contains("step 2.2 \"Remind\""), "{findings}");
}

#[test]
fn a_step_without_a_title_goes_by_its_key_or_its_number_and_never_by_a_path() {
    let definition = json!({
        "actions": {"Send_email": {"type": "email", "templateId": TEMPLATE}, "Sit": {"type": "wait"}},
        "steps": [{"kind": "email", "templateId": TEMPLATE}],
    });
    let folder = package(&[definition.to_string()]);
    let text = inspect(folder.path());
    assert!(text.contains("e-mail \"Send email\""), "{text}");
    let (text, report) = dependencies(folder.path(), 0);
    assert!(text.contains("in steps 1 \"Send email\" and 3"), "{text}");
    assert!(!text.contains('$'), "{text}");
    let steps = &report["unexplained"][0]["steps"];
    assert_eq!(
        *steps,
        json!([{"number": "1", "title": "Send email"}, {"number": "3", "title": null}])
    );
}

#[test]
fn a_sequence_that_goes_on_with_itself_says_so() {
    let folder = package(&[go_on(&[0])]);
    let text = inspect(folder.path());
    assert!(
        text.contains("\"To 0\"\n        goes on with itself\n"),
        "{text}"
    );
    let report = inspect_json(folder.path());
    let steps = &report["packages"][0]["sequences"][0]["definitions"][0]["steps"];
    assert_eq!(steps[0]["uses"][0]["leadsBack"], true);
    let (text, report) = dependencies(folder.path(), 0);
    assert!(
        text.contains("goes on with itself in step 1 \"To 0\""),
        "{text}"
    );
    assert_eq!(report["itself"], json!([{"number": "1", "title": "To 0"}]));
}

#[test]
fn sequences_that_go_round_say_so() {
    let folder = package(&[go_on(&[1]), go_on(&[2]), go_on(&[0, 3]), go_on(&[])]);
    let text = inspect(folder.path());
    assert!(
        text.contains("back to sequence \"S0\", in the package, shown above"),
        "{text}"
    );
    assert_eq!(text.matches("back to").count(), 1, "{text}");
    let (text, report) = dependencies(folder.path(), 2);
    assert!(text.contains("leads back to this sequence"), "{text}");
    let required = report["required"].as_array().unwrap().iter();
    let leading = required.filter(|one| one["leadsBack"] == true);
    let names: Vec<_> = leading.map(|one| &one["displayName"]).collect();
    assert_eq!(names, ["S0"]);
}

#[test]
fn a_circle_of_more_sequences_than_are_shown_within_each_other_is_one_all_the_same() {
    let definitions: Vec<_> = (0..7).map(|number| go_on(&[(number + 1) % 7])).collect();
    let text = inspect(package(&definitions).path());
    assert!(
        text.contains("sequence \"S0\", in the package, shown above, which leads back here"),
        "{text}"
    );
}

#[test]
fn identifiers_that_the_package_does_not_explain_are_dependencies_as_well() {
    let definition = json!({"owner": {"teamId": TEAM}, "steps": [
        {"kind": "task", "name": "Call", "teamId": TEAM},
        {"kind": "email", "name": "Send", "templateId": TEMPLATE},
        {"kind": "email", "name": "Send again", "templateId": TEMPLATE},
    ]});
    let folder = package(&[definition.to_string()]);
    let (text, report) = dependencies(folder.path(), 0);
    let expected = format!(
        "names 2 identifiers that the package does not explain\n  \
         unknown         user, team or queue {TEAM}\n                  in step 1 \"Call\"; in msdyn_definition\n  \
         unknown         e-mail template {TEMPLATE}\n                  in steps 2 \"Send\" and 3 \"Send again\"\n"
    );
    assert!(text.contains(&expected), "{text}");
    let unexplained = report["unexplained"].as_array().unwrap().iter();
    let meant: Vec<_> = unexplained.map(|one| (&one["id"], &one["meant"])).collect();
    assert_eq!(
        meant,
        [
            (&json!(TEAM), &json!("user, team or queue")),
            (&json!(TEMPLATE), &json!("e-mail template"))
        ]
    );
    let target = folder.path().join("target.json");
    let listed = json!({"manifestVersion": 1, "components": [{"type": 36, "id": TEMPLATE}]});
    fs::write(&target, listed.to_string()).unwrap();
    let name = format!("msdyn_sequence:{}", id(0));
    let (path, target) = (folder.path().to_str().unwrap(), target.to_str().unwrap());
    let text = stdout(&["dependencies", path, &name, "--target", target]);
    let expected = format!("  present         e-mail template {TEMPLATE}\n");
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn stages_are_called_by_their_name_or_by_their_process() {
    let step = |stage: &str, process: &str| json!({"kind": "command", "name": "Move", "processId": process, "stageId": stage});
    let definition = json!({"steps": [
        step(STAGE, PROCESS),
        step(UNKNOWN_STAGE, PROCESS),
        step(UNKNOWN_STAGE, TEAM),
        {"kind": "command", "name": "Move", "stageId": STAGE},
    ]});
    let folder = package(&[definition.to_string()]);
    let text = inspect(folder.path());
    let named = "stage \"Quote\" of process \"Handling\", in the package";
    assert_eq!(text.matches(named).count(), 2, "{text}");
    for expected in [
        format!("stage {UNKNOWN_STAGE} of process \"Handling\", not known"),
        format!("stage {UNKNOWN_STAGE} of process {TEAM}, not known"),
    ] {
        assert!(text.contains(&expected), "{text}");
    }
    let report = inspect_json(folder.path());
    let uses = &report["packages"][0]["sequences"][0]["definitions"][0]["steps"][0]["uses"];
    assert_eq!(uses[1]["label"], "stage \"Quote\" of process \"Handling\"");
    assert_eq!(uses[1]["inPackage"], true);
    let (text, _) = dependencies(folder.path(), 0);
    assert!(!text.contains(STAGE), "{text}");
}

// ----------------------------------------------------------------------------------------------------------------
// Size and depth.

/// Steps within steps, so many levels deep.
fn nest(levels: usize) -> Value {
    let mut inner = json!({"kind": "task", "name": "Innermost"});
    for level in (0..levels).rev() {
        inner = json!({"kind": "condition", "name": format!("Level {level}"), "steps": [inner]});
    }
    inner
}

#[test]
fn a_long_definition_with_nested_sequences_and_a_circle_is_shown_once() {
    let tasks =
        |count: usize| (0..count).map(|at| json!({"kind": "task", "name": format!("Task {at}")}));
    let next = |number: usize| json!({"kind": "connect", "name": format!("To {number}"), "sequence": id(number)});
    let first: Vec<_> = tasks(395).chain((1..6).map(next)).collect();
    let mut definitions = vec![json!({"steps": first}).to_string()];
    // The second of the five goes back to the first sequence.
    definitions.extend([
        go_on(&[]),
        go_on(&[0]),
        go_on(&[4]),
        go_on(&[5]),
        go_on(&[]),
    ]);
    let text = inspect(package(&definitions).path());
    for at in 0..395 {
        assert_eq!(text.matches(&format!("\"Task {at}\"\n")).count(), 1, "{at}");
    }
    assert!(text.contains("  400 steps\n"), "{text}");
    assert_eq!(
        text.matches(" steps\n").count() + text.matches("1 step\n").count(),
        6
    );
    assert_eq!(text.matches("back to sequence \"S0\"").count(), 1);
    assert_eq!(text.matches(", shown above").count(), 3);
}

#[test]
fn steps_are_shown_as_deep_as_they_are_read_and_move_right_no_further_than_the_page_is_wide() {
    let text = inspect(package(&[json!({"steps": [nest(50)]}).to_string()]).path());
    let innermost = text
        .lines()
        .find(|line| line.contains("\"Innermost\""))
        .unwrap();
    // Of a number so long the end is shown.
    assert!(innermost.trim_start().starts_with("….1.1"), "{innermost}");
    let indents = text
        .lines()
        .map(|line| line.len() - line.trim_start().len());
    assert!(indents.max().unwrap() < 60, "{text}");
}

#[test]
fn steps_nested_four_hundred_levels_deep_are_shown() {
    let plain = json!({"steps": [nest(400)]}).to_string();
    // The same within texts, which are unfolded: four texts of fifty levels.
    let mut folded = nest(50);
    for _ in 0..3 {
        let text = json!({"steps": [folded]}).to_string();
        folded = json!({"kind": "condition", "name": "Folded", "branches": text});
        for level in 0..50 {
            folded =
                json!({"kind": "condition", "name": format!("Around {level}"), "steps": [folded]});
        }
    }
    let text = inspect(package(&[plain, json!({"steps": [folded]}).to_string()]).path());
    assert!(!text.contains("not read: "), "{text}");
    assert_eq!(text.matches("\"Innermost\"").count(), 2, "{text}");
    assert!(text.contains("\"Folded\""), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 1_000));
}

#[test]
fn fifty_thousand_steps_and_identifiers_are_each_written_once() {
    const MANY: usize = 50_000;
    // As many as the column holds: a million characters.
    let steps = |count: usize| {
        let steps = (0..count).map(|at| json!({"kind": "wait", "name": format!("{at}W")}));
        json!({"s": steps.collect::<Vec<_>>()}).to_string()
    };
    let ids = |count: usize| {
        let ids = (0..count).map(|at| format!("{at:08x}-1111-4111-8111-111111111111"));
        json!({"steps": [{"kind": "task", "name": "All", "them": ids.collect::<Vec<_>>()}]})
            .to_string()
    };
    let (some_steps, some_ids) = (MANY / 2, MANY / 2);
    let folder = package(&[
        steps(some_steps),
        steps(some_steps),
        ids(some_ids),
        ids(some_ids),
    ]);
    let text = inspect(folder.path());
    assert_eq!(text.matches(" wait \"").count(), MANY);
    assert_eq!(text.matches("-1111-4111-8111-").count(), MANY);
    let (text, report) = dependencies(folder.path(), 2);
    assert_eq!(text.matches("-1111-4111-8111-").count(), some_ids);
    assert_eq!(report["unexplained"].as_array().unwrap().len(), some_ids);
}

#[test]
fn five_thousand_sequences_that_name_each_other_are_each_written_once() {
    const MANY: usize = 5_000;
    let next = |number: usize| [1, 2, 3, 5, 7, 11].map(|step| (number + step) % MANY);
    let definitions: Vec<_> = (0..MANY).map(|number| go_on(&next(number))).collect();
    let folder = package(&definitions);
    let text = inspect(folder.path());
    assert_eq!(text.matches("6 steps\n").count(), MANY);
    assert_eq!(text.matches(" connect to sequence \"").count(), 6 * MANY);
    let (_, report) = dependencies(folder.path(), 100);
    let required = report["required"].as_array().unwrap().iter();
    assert_eq!(required.filter(|one| one["leadsBack"] == true).count(), 6);
}

#[test]
fn sequences_that_all_name_each_other_are_each_written_once() {
    const MANY: usize = 150;
    let all: Vec<_> = (0..MANY).collect();
    let definitions = vec![go_on(&all); MANY];
    let folder = package(&definitions);
    let text = inspect(folder.path());
    assert_eq!(text.matches(" connect to sequence \"").count(), MANY * MANY);
    assert_eq!(text.matches("goes on with itself").count(), MANY);
    let (_, report) = dependencies(folder.path(), 7);
    let required = report["required"].as_array().unwrap().iter();
    assert_eq!(
        required.filter(|one| one["leadsBack"] == true).count(),
        MANY - 1
    );
}

// ----------------------------------------------------------------------------------------------------------------
// Layouts.

/// A folder with the sample, in which the rows of sequences stand in customizations.xml.
fn inline(to: &Path) {
    let mut rows = String::new();
    for (name, content) in files(&project("samples/sequence-apac-leads")) {
        let text = String::from_utf8(content).unwrap();
        if name.starts_with("msdyn_sequences/") {
            let row = text.trim_start_matches('\u{feff}');
            let start = row.find("<msdyn_sequence").unwrap();
            let _ = writeln!(rows, "{}", &row[start..]);
            continue;
        }
        let path = to.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let path = to.join("customizations.xml");
    let text = fs::read_to_string(&path).unwrap();
    let end = text.rfind("<Languages>").unwrap();
    let (before, after) = text.split_at(end);
    fs::write(
        path,
        format!("{before}<msdyn_sequences>{rows}</msdyn_sequences>{after}"),
    )
    .unwrap();
}

/// Writes a folder in another layout.
type Writer = fn(&Path, &Path);

/// What is said of the sequences themselves, in the order of their names.
fn said(package: &Path) -> (Vec<String>, Vec<String>) {
    let text = inspect(package);
    let blocks = text.split("\n\n").skip(1);
    let mut blocks: Vec<String> = blocks.map(|block| block.trim_end().to_owned()).collect();
    blocks.sort();
    let report = inspect_json(package);
    let sequences = report["packages"][0]["sequences"]
        .as_array()
        .unwrap()
        .iter();
    let mut sequences: Vec<_> = sequences.map(Value::to_string).collect();
    sequences.sort();
    (blocks, sequences)
}

#[test]
fn every_layout_of_a_package_shows_the_same_sequences() {
    let export = project("samples/sequence-apac-leads");
    let expected = said(&export);
    assert_eq!((expected.0.len(), expected.1.len()), (1, 2));
    let folder = tempfile::tempdir().unwrap();
    let writers: [(&str, Writer); 3] = [
        ("source", to_solution_packager),
        ("yaml", to_yaml_source),
        ("inline", |_, to| inline(to)),
    ];
    for (layout, write) in writers {
        let to = folder.path().join(layout);
        fs::create_dir(&to).unwrap();
        write(&export, &to);
        assert_eq!(said(&to), expected, "{layout}");
    }
    let zip = project("samples/SequenceAPACleads_1_0_0_1.zip");
    assert_eq!(said(&zip), expected, "zip");
}
