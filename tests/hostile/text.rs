//! Text: encodings, JSON, and what reports quote.

use super::{Answer, CUSTOMIZATIONS, file, manifest, sound, with, zip_with};
use crate::support::pack::zip_of;

#[test]
fn invalid_utf_8_is_reported_with_its_place() {
    let mut bytes = CUSTOMIZATIONS.as_bytes().to_vec();
    bytes[20] = 0xff;
    Answer::of(&zip_with("customizations.xml", &*bytes))
        .finds("malformed-file", "it is not valid UTF-8 from byte 20 on");
    let answer = Answer::of(&zip_with("solution.xml", bytes));
    answer.refuses("it is not valid UTF-8 from byte 20 on");
    answer.refuses("0x80048013");
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[test]
fn a_manifest_in_utf_16_is_read_like_any_other() {
    let text = manifest("Hostile", "", "").replace("utf-8", "utf-16");
    for big_endian in [false, true] {
        for mark in [false, true] {
            let mut files = with("solution.xml", utf16(&text, big_endian, mark));
            files[1].1 = utf16(CUSTOMIZATIONS, big_endian, mark);
            let answer = Answer::of(&zip_of(&files));
            assert_eq!(answer.solutions, ["Hostile"]);
            assert!(answer.findings.is_empty(), "{:?}", answer.brief());
        }
    }
}

#[test]
fn utf_16_that_is_cut_within_a_character_is_reported() {
    let mut bytes = utf16(CUSTOMIZATIONS, false, true);
    bytes.pop();
    Answer::of(&zip_with("customizations.xml", bytes))
        .finds("malformed-file", "it is not valid UTF-16LE");
    let lone_surrogate = [
        utf16("<a>", false, true),
        vec![0x00, 0xd8],
        utf16("</a>", false, false),
    ]
    .concat();
    Answer::of(&zip_with("customizations.xml", lone_surrogate))
        .finds("malformed-file", "it is not valid UTF-16LE");
}

#[test]
fn an_encoding_that_does_not_exist_or_does_not_fit_does_no_harm() {
    for label in [
        "klingon",
        "utf-7",
        "iso-2022-kr",
        "utf-16",
        "x-user-defined",
        "windows-31j",
        "",
    ] {
        let xml = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><ImportExportXml/>");
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        assert_eq!(answer.solutions, ["Hostile"]);
    }
}

#[test]
fn json_a_hundred_thousand_deep_is_refused_by_depth() {
    let limit = "JSON values within values (--max-json-depth)";
    for deep in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[{\"a\":".repeat(50_000),
    ] {
        let answer = Answer::of(&zip_with("Workflows/Approve-1.json", deep));
        answer.finds("limit-exceeded", limit);
    }
    let whole = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    Answer::of(&zip_with("environment_variable_values.json", whole)).finds("limit-exceeded", limit);
}

#[test]
fn json_that_is_broken_is_malformed() {
    for json in [
        "",
        "{",
        "{\"a\":",
        "[1,]",
        "\"",
        "nul",
        "{\"a\":1}}",
        "\u{feff}{",
        "[1e999999",
        "\"\\ud800\\",
    ] {
        let answer = Answer::of(&zip_with("Workflows/Approve-1.json", json));
        answer.finds(
            "malformed-file",
            "Workflows/Approve-1.json is not well-formed JSON",
        );
    }
    let mut bytes = b"{\"a\":\"".to_vec();
    bytes.push(0xc3);
    bytes.extend_from_slice(b"\"}");
    Answer::of(&zip_with("Workflows/Approve-1.json", bytes))
        .finds("malformed-file", "it is not valid UTF-8 from byte 6 on");
}

#[test]
fn environment_variable_values_of_any_shape_do_no_harm() {
    for json in [
        "null",
        "1",
        "[]",
        "{}",
        "[[[]]]",
        "{\"environmentvariablevalues\":{\"environmentvariablevalue\":[1,null,{}]}}",
        "{\"EnvironmentVariableValues\":null}",
        "{\"environmentvariablevalues\":{\"environmentvariablevalue\":{\"EnvironmentVariableDefinition.SchemaName\":{}}}}",
    ] {
        for name in [
            "environment_variable_values.json",
            "environmentvariabledefinitions/a/environmentvariablevalues.json",
        ] {
            assert_eq!(Answer::of(&zip_with(name, json)).solutions, ["Hostile"]);
        }
    }
}

/// Whether a text has a character that moves a cursor or changes how a terminal behaves.
fn has_controls(text: &str) -> bool {
    text.contains(|character: char| character.is_control() && character != '\n')
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let mut files = sound();
    // U+009B is the one-character form of ESC [, and XML allows it.
    files[2].1 = manifest(
        "Ho\u{9b}31mstile",
        "<RootComponent type='61' schemaName='cts_\u{9b}2J\u{7f}' behavior='0'/>",
        "<MissingDependency><Required type='61' schemaName='a\u{9b}b' displayName='c\u{9b}d' solution='E\u{9b}f (1.0)'><package appName='g\u{9b}h'>i\u{9b}j (1.0)</package></Required><Dependent type='61' schemaName='k\u{9b}l' displayName='m\u{9b}n'/></MissingDependency>",
    )
    .into();
    files.push(file("Other/\u{1b}[31mred\u{7}.bin", "x"));
    files.push(file("../\u{1b}]0;title\u{7}", "x"));
    let answer = Answer::of(&zip_of(&files));
    answer.finds("solution-unique-name", "stile");
    answer.finds("unclaimed-content", "red");
    answer.finds("unsafe-entry-name", "title");
    let found = answer.human.lines().find(|line| has_controls(line));
    assert_eq!(found, None);
    assert!(!has_controls(
        &answer.json.replace(['\u{9b}', '\u{7f}'], "")
    ));
}

#[test]
fn control_characters_in_the_lines_that_a_report_quotes_do_not_reach_the_terminal() {
    for content in ["<a>\n\u{1b}[31mred\u{7}</a>", "<a>\u{9b}31m</b>"] {
        let answer = Answer::of(&zip_with("customizations.xml", content));
        answer.finds("malformed-file", "customizations.xml is not well-formed");
        assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
    }
    let answer = Answer::of(&zip_with(
        "Workflows/Approve-1.json",
        "{\"a\":\"\u{1b}[31mred\"}",
    ));
    answer.finds("malformed-file", "Approve-1.json");
    assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
}

#[test]
fn control_characters_in_a_manifest_that_cannot_be_read_do_not_reach_the_terminal() {
    let answer = Answer::of(&zip_with("solution.xml", "<a>\u{1b}[31m</a>"));
    answer.refuses("has a solution.xml that is not well-formed");
    let answer_2 = Answer::of(&zip_with("solution.xml", "<a></\u{9b}31m>"));
    for answer in [answer, answer_2] {
        assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
    }
}

#[test]
fn a_line_break_in_a_name_does_not_begin_a_line_of_the_report() {
    let manifest = manifest(
        "Hostile\n\n1 package: 0 errors, 0 warnings, 0 notes. All is well.\n",
        "",
        "",
    );
    let answer = Answer::of(&zip_with("solution.xml", manifest));
    answer.finds("solution-unique-name", "Hostile");
    let forged = answer
        .human
        .lines()
        .find(|line| line.starts_with("1 package: 0 errors"));
    assert_eq!(forged, None);
}

#[test]
fn a_name_of_a_megabyte_does_no_harm() {
    let name = "n".repeat(1 << 20);
    let roots = format!("<RootComponent type='61' schemaName='{name}' behavior='0'/>");
    let missing = format!(
        "<MissingDependency><Required type='61' schemaName='{name}' solution='{name}'/><Dependent type='61' schemaName='{name}x'/></MissingDependency>"
    );
    let answer = Answer::of(&zip_with(
        "solution.xml",
        manifest("Hostile", &roots, &missing),
    ));
    answer.finds("root-without-definition", "nnn");
    let answer = Answer::of(&zip_with(
        "solution.xml",
        manifest(&format!("{name}!"), "", ""),
    ));
    answer.finds("solution-unique-name", "nnn");
}

fn dependency(required: &str, dependent: &str) -> String {
    format!(
        "<MissingDependency><Required type='61' schemaName='{required}' solution='X (1.0)' /><Dependent type='61' schemaName='{dependent}' /></MissingDependency>"
    )
}

#[test]
fn the_report_of_a_chain_of_dependencies_grows_with_its_length_and_not_with_its_square() {
    let length_of_report = |links: usize| {
        let rows: String = (0..links)
            .map(|link| dependency(&format!("a{link}"), &format!("a{}", link + 1)))
            .collect();
        Answer::of(&zip_with("solution.xml", manifest("Hostile", "", &rows)))
            .json
            .len()
    };
    let (short, long) = (length_of_report(100), length_of_report(200));
    assert!(long < 3 * short, "{short} bytes become {long}");
}

#[test]
fn dependencies_in_a_circle_end() {
    let rows = dependency("a", "b")
        + &dependency("b", "c")
        + &dependency("c", "a")
        + &dependency("d", "d");
    let answer = Answer::of(&zip_with("solution.xml", manifest("Hostile", "", &rows)));
    assert_eq!(answer.solutions, ["Hostile"]);
}
