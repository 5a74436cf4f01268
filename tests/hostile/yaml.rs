//! YAML.

use std::fmt::Write as _;

use solvet::package::OpenOptions;

use super::{Answer, Files, file, limits, write_folder};

const SOLUTION: &str = "SolutionManifest:\n  UniqueName: Hostile\n  LocalizedNames:\n    LocalizedName:\n      '@description': Hostile\n      '@languagecode': 1033\n  Version: 1.0.0.0\n  Managed: 0\n  Publisher: contoso\n";
const PUBLISHER: &str = "Publisher:\n  UniqueName: contoso\n  CustomizationPrefix: cts\n  CustomizationOptionValuePrefix: 10000\n";
const COMPONENTS: &str =
    "SolutionComponents:\n  Component:\n    - '@path': /roles\n    - '@path': /optionsets\n";
const CHOICE: &str = "optionset:\n  '@Name': cts_colour\n  OptionSetType: picklist\n";
const ROLE: &str = "roles/a.yml";

/// Sound YAML source with one choice.
fn sound() -> Files {
    vec![
        file("solutions/Hostile/solution.yml", SOLUTION),
        file("solutions/Hostile/solutioncomponents.yml", COMPONENTS),
        file(
            "solutions/Hostile/rootcomponents.yml",
            "RootComponents: {}\n",
        ),
        file("publishers/contoso/publisher.yml", PUBLISHER),
        file("optionsets/cts_colour.yml", CHOICE),
    ]
}

fn answer_within(name: &str, content: impl Into<Vec<u8>>, options: &OpenOptions) -> Answer {
    let mut files = sound();
    files.retain(|(known, _)| known != name);
    files.push(file(name, content));
    let folder = write_folder(&files);
    Answer::of_path(folder.path(), options)
}

/// What is said of the sound source with one file added or replaced; the choice must be read in any case.
fn answer(name: &str, content: impl Into<Vec<u8>>) -> Answer {
    let answer = answer_within(name, content, &OpenOptions::default());
    if answer.errors.is_empty() {
        assert_eq!(answer.solutions, ["Hostile"]);
        assert!(answer.human.contains("cts_colour"), "{}", answer.human);
    }
    answer
}

#[test]
fn the_source_that_is_damaged_here_is_sound_itself() {
    let answer = answer(
        ROLE,
        "Role:\n  '@id': '{0a1e7b52-6c11-4a53-9e0b-3a5d1f6f1c01}'\n",
    );
    assert!(answer.findings.is_empty(), "{:?}", answer.brief());
}

#[test]
fn aliases_are_refused_so_none_is_multiplied() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let last = level - 1;
        let many = vec![format!("*a{last}"); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{many}]");
    }
    answer(ROLE, bomb).finds("malformed-file", "it has an alias");
    answer(ROLE, "Role: &r\n  inside: *r\n").finds("malformed-file", "it has an alias");
    answer(
        "solutions/Hostile/rootcomponents.yml",
        "RootComponents: *r\n",
    )
    .finds(
        "malformed-file",
        "rootcomponents.yml is not well-formed YAML",
    );
}

#[test]
fn deep_nesting_is_refused_however_it_is_written() {
    let limit = "XML elements within elements (--max-xml-depth)";
    let mut block = String::new();
    for level in 0..2_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(level));
    }
    answer(ROLE, block).finds("limit-exceeded", limit);
    answer(ROLE, "? ".repeat(100_000)).finds("malformed-file", "key of a mapping");
    answer(ROLE, "- ".repeat(100_000)).finds("malformed-file", "a list directly within a list");
    answer(ROLE, "[".repeat(100_000)).finds("malformed-file", "roles/a.yml");
    answer(ROLE, "{a: ".repeat(100_000)).finds("malformed-file", "roles/a.yml");
    answer(
        "solutions/Hostile/solutioncomponents.yml",
        "{a: ".repeat(100_000),
    )
    .finds("malformed-file", "solutioncomponents.yml");
}

#[test]
fn huge_texts_are_read_and_huge_collections_are_not() {
    let long = "x".repeat(2_000_000);
    let role =
        format!("Role:\n  '@id': '{{0a1e7b52-6c11-4a53-9e0b-3a5d1f6f1c01}}'\n  Text: {long}\n");
    assert!(answer(ROLE, role).findings.is_empty());
    let flow = format!("Role: [{}]\n", "a,".repeat(2_000_000));
    answer(ROLE, flow).finds("limit-exceeded", "commas in one YAML file");
    let few = limits(|limits| limits.xml_nodes = 10_000);
    let block = format!("Role:\n{}", "  - a\n".repeat(20_000));
    answer_within(ROLE, block, &few).finds("limit-exceeded", "XML nodes (--max-xml-nodes)");
}

#[test]
fn a_long_name_repeated_for_every_item_is_held_to_the_size_of_a_file() {
    let name = "n".repeat(100_000);
    let items = "    - a\n".repeat(100_000);
    let list = format!("Role:\n  ? {name}\n  :\n{items}");
    let small = limits(|limits| limits.entry_bytes = 10_000_000);
    answer_within(ROLE, list, &small)
        .finds("limit-exceeded", "bytes in one file (--max-entry-bytes)");
}

#[test]
fn many_attributes_and_prefixes_are_refused_as_in_xml() {
    let mut attributes = String::from("Role:\n");
    let mut prefixes = String::from("Role:\n");
    for number in 0..20_000 {
        let _ = writeln!(attributes, "  '@a{number}': ''");
        let _ = writeln!(prefixes, "  p{number}:a: ''");
    }
    answer(ROLE, attributes).finds("limit-exceeded", "attributes of one XML element");
    let answer = answer(ROLE, prefixes);
    assert!(
        answer
            .findings
            .iter()
            .any(|(rule, _)| rule == "limit-exceeded")
    );
}

#[test]
fn what_is_no_yaml_or_no_element_is_said_with_its_file() {
    for (content, what) in [
        ("Role:\n  a: 1\n b: 2\n", "not well-formed YAML"),
        ("Role:\n  a: \"b\n", "not well-formed YAML"),
        ("Role:\n\ta: 1\n", "not well-formed YAML"),
        ("Role:\n  a: 1\n  a: 2\n", "it has the key 'a' twice"),
        ("Role: {}\n---\nRole: {}\n", "it has a second document"),
        ("Role:\n  a: b\0c\n", "it has a NUL character"),
        ("Role:\n  a b: c\n", "'a b' is no name of an element"),
        ("Role:\n  <<: {a: b}\n", "'<<' is no name of an element"),
        (
            "Role:\n  a: \"\\x01\"\n",
            "a character that XML does not allow",
        ),
    ] {
        let answer = answer(ROLE, content);
        answer.finds("malformed-file", what);
    }
    answer(ROLE, b"Role: \xff\n".to_vec()).finds("malformed-file", "it is not valid UTF-8");
    for content in [
        "",
        "null\n",
        "- a\n- b\n",
        "a: 1\nb: 2\n",
        "text\n",
        "Role:\n  - a\n  - b\n",
    ] {
        answer(ROLE, content).finds("unclaimed-content", "roles/a.yml");
    }
}

#[test]
fn a_broken_manifest_is_refused_and_broken_parts_of_it_are_reported() {
    let name = "solutions/Hostile/solution.yml";
    answer(name, "SolutionManifest: [\n")
        .refuses("has a solutions/Hostile/solution.yml that is not well-formed");
    for content in [
        "",
        "a: 1\n",
        "- a\n",
        "SolutionManifest:\n  - a\n  - b\n",
        "ImportExportXml: {}\n",
    ] {
        let answer = answer_within(name, content, &OpenOptions::default());
        answer.refuses("has a solutions/Hostile/solution.yml without a SolutionManifest");
    }
    for (file, content) in [
        ("publishers/contoso/publisher.yml", "Publisher: [\n"),
        ("publishers/contoso/publisher.yml", "Other: 1\n"),
        ("solutions/Hostile/missingdependencies.yml", "a: [\n"),
        ("solutions/Hostile/rootcomponents.yml", "- a\n"),
        ("solutions/Hostile/solutioncomponents.yml", "Other: 1\n"),
    ] {
        answer(file, content).finds("malformed-file", file);
    }
}

#[test]
fn listed_paths_that_lead_out_or_are_endless_lead_to_nothing() {
    let endless = "a/".repeat(1_000_000);
    let list = format!(
        "SolutionComponents:\n  Component:\n    - '@path': /optionsets\n    - '@path': ../..\n    - '@path': /etc/passwd\n    - '@path': {endless}\n    - '@path': ''\n"
    );
    let answer = answer("solutions/Hostile/solutioncomponents.yml", list);
    answer.finds("listed-path-missing", "The listed path ../.. is not there");
    answer.finds(
        "listed-path-missing",
        "The listed path etc/passwd is not there",
    );
}
