//! The formats of pipelines: each carries the findings of the JSON report, none lets a name of a package become syntax.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use support::hostile_names::{self, Hostile};
use support::program::{self, Run};
use support::{pack, project};
use tempfile::TempDir;

/// A finding as every format has to tell it: its severity, its rule and its message; whether it counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Told {
    severity: String,
    rule: String,
    message: String,
    counts: bool,
}

impl Told {
    fn new(severity: &str, rule: &str, message: &str, counts: bool) -> Self {
        Self {
            severity: severity.to_owned(),
            rule: rule.to_owned(),
            message: message.to_owned(),
            counts,
        }
    }
}

/// Text as formats show it: no control characters, no marks of direction, no command within the line.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let code = u32::from(character);
        let is_mark = [0x61c, 0x200e, 0x200f, 0xfffe, 0xffff].contains(&code)
            || (0x2028..=0x202e).contains(&code)
            || (0x2066..=0x2069).contains(&code);
        match character {
            _ if character.is_control() || is_mark => out.push('\u{fffd}'),
            '[' if begins_command(&out) => out.push('('),
            _ => out.push(character),
        }
    }
    out
}

/// Whether a bracket behind a text is one of a command.
fn begins_command(before: &str) -> bool {
    let last = before.chars().rev().filter(|c| !is_weightless(*c)).take(5);
    let last: String = last.collect::<String>().to_lowercase();
    last.starts_with("##") || last == "osv##"
}

/// What a comparison by culture passes over, of what the hostile names have.
fn is_weightless(character: char) -> bool {
    character.is_control() || "\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(character)
}

/// The findings of a JSON report, sorted; packages that could not be read among them.
fn told(json: &Value) -> Vec<Told> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut findings = list(&json["findings"]);
    for step in list(&json["steps"]) {
        findings.extend(list(&step["findings"]));
    }
    if json["findings"].is_null() {
        findings.extend(list(&json["settings"]));
        findings.extend(list(&json["configuration"]));
    }
    let text = |value: &Value| shown(value.as_str().unwrap());
    let mut told: Vec<_> = findings
        .iter()
        .map(|one| Told {
            severity: text(&one["severity"]),
            rule: text(&one["rule"]),
            message: text(&one["message"]),
            counts: one["suppressed"] == false,
        })
        .collect();
    for package in list(&json["packages"]) {
        if let Some(message) = package["error"]["message"].as_str() {
            told.push(Told::new(
                "error",
                "unreadable-package",
                &shown(message),
                true,
            ));
        }
    }
    told.sort();
    told
}

/// What counts of them.
fn counting(told: &[Told]) -> Vec<Told> {
    told.iter().filter(|one| one.counts).cloned().collect()
}

/// A command as GitHub's runner reads it.
#[derive(PartialEq, Eq, Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    data: String,
}

/// Reads a line as GitHub's runner does: the newer form at the start of a line, else the older one anywhere.
fn github_command(line: &str) -> Option<Command> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || is_weightless(c));
    let decoded = |text: &str, more: &[(&str, &str)]| {
        let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
        for (code, character) in more {
            text = text.replace(code, character);
        }
        text.replace("%25", "%")
    };
    if let Some((head, data)) = line
        .strip_prefix("::")
        .and_then(|rest| rest.split_once("::"))
    {
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let pairs = properties
            .split(',')
            .filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(key, value)| {
            let value = decoded(value, &[("%3A", ":"), ("%2C", ",")]);
            (key.to_owned(), value)
        });
        return Some(Command {
            name: name.to_owned(),
            properties: pairs.collect(),
            data: decoded(data, &[]),
        });
    }
    let (_, rest) = line.split_once("##[")?;
    let (name, data) = rest.split_once(']')?;
    Some(Command {
        name: name.to_owned(),
        properties: BTreeMap::new(),
        data: data.to_owned(),
    })
}

/// Reads a line as the agent of Azure Pipelines does.
fn azure_command(line: &str) -> Option<Command> {
    let (_, rest) = line.split_once("##vso[")?;
    let (head, data) = rest.split_once(']')?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let decoded = |text: &str| {
        let text = text.replace("%3B", ";").replace("%0D", "\r");
        let text = text.replace("%0A", "\n").replace("%5D", "]");
        text.replace("%AZP25", "%")
    };
    let pairs = properties
        .split(';')
        .filter_map(|pair| pair.split_once('='));
    Some(Command {
        name: name.to_owned(),
        properties: pairs
            .map(|(key, value)| (key.to_owned(), decoded(value)))
            .collect(),
        data: decoded(data),
    })
}

/// Lines as both read them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

/// The findings of annotations, sorted; asserts that the worst come first and that nothing else is a command.
fn told_by_github(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for command in lines(text).filter_map(github_command) {
        let severity = match &*command.name {
            "notice" => "note",
            name @ ("error" | "warning") => name,
            other => panic!("{other} is no annotation"),
        };
        let message = command.data.lines().next().unwrap();
        found.push(Told::new(
            severity,
            &command.properties["title"],
            message,
            true,
        ));
    }
    let ranks = |one: &Told| {
        ["error", "warning", "note"]
            .iter()
            .position(|s| *s == one.severity)
    };
    assert!(found.is_sorted_by_key(ranks), "the worst come first");
    found.sort();
    found
}

/// The findings of issues and of lines with notes, sorted; asserts that nothing else is a command.
fn told_by_azure(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for line in lines(text) {
        assert_eq!(
            line.matches("##vso[").count(),
            usize::from(line.starts_with("##vso["))
        );
        if let Some(command) = azure_command(line) {
            assert_eq!(command.name, "task.logissue");
            let message = command.data.split(" Component: ").next().unwrap();
            let message = message.split(" Help: ").next().unwrap();
            let (severity, rule) = (&command.properties["type"], &command.properties["code"]);
            found.push(Told::new(severity, rule, message, true));
        } else if let Some(note) = line.strip_prefix("note ") {
            let (rule, rest) = note.split_once(": ").unwrap();
            found.push(Told::new("note", rule, rest, true));
        }
    }
    found.sort();
    found
}

/// The findings of cases, sorted.
fn told_by_junit(text: &str) -> Vec<Told> {
    read_strictly(text);
    let document = roxmltree::Document::parse(text).unwrap();
    let mut found = Vec::new();
    for case in document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
    {
        let rule = case.attribute("name").unwrap();
        for told in case.children().filter(roxmltree::Node::is_element) {
            let name = told.tag_name().name();
            let text = told.text().unwrap_or_default();
            // What belongs to a finding is indented below it.
            let starts = text
                .split('\n')
                .enumerate()
                .filter(|(_, line)| !line.starts_with("  ") && !line.is_empty());
            let all: Vec<&str> = text.split('\n').collect();
            for (at, line) in starts {
                let (severity, message) = line.split_once(": ").unwrap();
                let details = all[at + 1..]
                    .iter()
                    .take_while(|line| line.starts_with("  "));
                let counts = !details
                    .clone()
                    .any(|line| line.starts_with("  Not counted: "));
                let rule = if name == "error" {
                    told.attribute("type").unwrap()
                } else {
                    rule
                };
                found.push(Told::new(severity, rule, message, counts));
            }
        }
    }
    for suite in document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
    {
        let number = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
        let cases = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"));
        assert_eq!(cases.count(), number("tests"));
        for (attribute, element) in [
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let all = suite
                .descendants()
                .filter(|node| node.has_tag_name(element));
            assert_eq!(all.count(), number(attribute), "{attribute}");
        }
    }
    found.sort();
    found
}

/// A second reader of XML, which takes no character that XML does not have.
fn read_strictly(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    let is_character = |c: char| !c.is_control() || c == '\n';
    assert!(
        text.chars()
            .all(|c| is_character(c) && c != '\u{fffe}' && c != '\u{ffff}')
    );
}

/// The findings of a page, sorted; asserts that it holds nothing but what the format writes.
fn told_by_markdown(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let (mut severity, mut rule) = (String::new(), String::new());
    let mut is_hidden = false;
    // The texts of the items that are open, the list of each being unordered or not, and what a heading or paragraph says.
    let mut items: Vec<String> = Vec::new();
    let mut lists = Vec::new();
    let mut line = String::new();
    let mut picture = None;
    for event in Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match &event {
            Event::Start(Tag::List(first)) => lists.push(first.is_none()),
            Event::End(TagEnd::List(_)) => drop(lists.pop()),
            Event::Start(Tag::Item) => items.push(String::new()),
            Event::End(TagEnd::Item) => {
                let item = items.pop().unwrap();
                if lists == [true] {
                    found.push(Told::new(&severity, &rule, &item, !is_hidden));
                } else if is_hidden && let Some((of, id)) = item.split_once(": ") {
                    // Hidden findings tell severity and rule themselves, below the message.
                    if ["error", "warning", "note"].contains(&of) {
                        (severity, rule) = (of.to_owned(), id.to_owned());
                    }
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                assert_eq!(&**info, "mermaid");
                picture = Some(String::new());
            }
            Event::End(TagEnd::CodeBlock) => is_flowchart(&picture.take().unwrap()),
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::TableCell | Tag::Strong) => {
                line.clear();
            }
            Event::End(TagEnd::Heading(level)) => {
                let of = severity_of(&line).filter(|_| *level == HeadingLevel::H3);
                severity = of.unwrap_or(severity);
            }
            Event::End(TagEnd::Strong) => line.clone_into(&mut rule),
            Event::Text(text) | Event::Code(text) => match (&mut picture, items.last_mut()) {
                (Some(picture), _) => picture.push_str(text),
                (None, Some(item)) => item.push_str(text),
                (None, None) => line.push_str(text),
            },
            Event::Html(html) => {
                is_hidden |= html.contains("accepted or known before");
                assert!(is_fold(html.trim()), "{html}");
            }
            Event::Start(_)
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => assert!(is_frame(&event), "{event:?} is no report's"),
        }
    }
    found.sort();
    found
}

/// Whether something is a table, or holds the text of a paragraph or a fold.
fn is_frame(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::HtmlBlock)
            | Event::End(
                TagEnd::Table
                    | TagEnd::TableHead
                    | TagEnd::TableRow
                    | TagEnd::TableCell
                    | TagEnd::Paragraph
                    | TagEnd::HtmlBlock
            )
    )
}

/// Whether HTML is that of a fold: its start with a number and words, or its end.
fn is_fold(html: &str) -> bool {
    let title = html.strip_prefix("<details><summary>");
    let title = title.and_then(|rest| rest.strip_suffix("</summary>"));
    let is_title = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['<', '>', '&'])
    };
    title.is_some_and(is_title) || html == "</details>" || html.is_empty()
}

/// The severity of a heading such as `2 errors`.
fn severity_of(heading: &str) -> Option<String> {
    let (_, noun) = heading.split_once(' ')?;
    let noun = noun.trim_end_matches('s');
    ["error", "warning", "note"]
        .contains(&noun)
        .then(|| noun.to_owned())
}

/// Whether a picture is made of nothing but boxes, groups, arrows and one class.
fn is_flowchart(text: &str) {
    let is_id = |text: &str, letter: char| {
        text.strip_prefix(letter)
            .is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let is_label = |text: &str| {
        let inner = text
            .strip_prefix("[\"")
            .and_then(|text| text.strip_suffix("\"]"));
        inner.is_some_and(|inner| {
            let mut parts = inner.split('#');
            let plain =
                |text: &str| !text.contains(['"', '<', '>', '&', '`', ';', '%', ':', '$', '\\']);
            plain(parts.next().unwrap())
                && parts.all(|part| {
                    let (entity, rest) = part.split_once(';').unwrap();
                    entity.chars().all(|c| c.is_ascii_alphanumeric()) && plain(rest)
                })
        })
    };
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    let mut drawn = 0;
    for line in lines {
        let line = line.trim_start();
        let boxed = line.trim_end_matches(":::absent");
        let is_known = match line.split_once(' ') {
            _ if line == "end" || line.starts_with("classDef absent fill:") => true,
            Some((from, to)) if is_id(from, 'c') && to.starts_with("--> ") => is_id(&to[4..], 'c'),
            _ => {
                let group = boxed.strip_prefix("subgraph ");
                let start = boxed.find('[').unwrap();
                drawn += usize::from(group.is_none());
                match group {
                    Some(group) => is_id(&group[..start - 9], 's') && is_label(&boxed[start..]),
                    None => is_id(&boxed[..start], 'c') && is_label(&boxed[start..]),
                }
            }
        };
        assert!(is_known, "{line}");
    }
    assert!(drawn <= 40, "{drawn} boxes are no picture");
}

const FORMATS: [&str; 5] = ["json", "junit", "github", "azure", "markdown"];

/// Runs a command with every format written to a file; the texts, by format, and what the program said.
fn all_formats(arguments: &[&str], more: &[&str]) -> (BTreeMap<&'static str, String>, Run) {
    let desk = TempDir::new().unwrap();
    let path = |format: &str| desk.path().join(format);
    let options: Vec<_> = FORMATS
        .iter()
        .map(|format| format!("--format={format}={}", path(format).display()))
        .collect();
    let options = options.iter().map(String::as_str);
    let arguments: Vec<&str> = arguments
        .iter()
        .chain(more)
        .copied()
        .chain(options)
        .collect();
    let run = program::run(&arguments);
    let texts = FORMATS.map(|format| {
        let text = fs::read_to_string(path(format));
        (
            format,
            text.unwrap_or_else(|_| panic!("{arguments:?}: {}", run.stderr)),
        )
    });
    (texts.into(), run)
}

/// Every format tells the findings of the JSON report, whole.
fn agree(texts: &BTreeMap<&str, String>) {
    let json: Value = serde_json::from_str(&texts["json"]).unwrap();
    let all = told(&json);
    are_same(&told_by_junit(&texts["junit"]), &all);
    are_same(&told_by_markdown(&texts["markdown"]), &all);
    let counting = counting(&all);
    same_ends(&told_by_github(&texts["github"]), &counting);
    same_ends(&told_by_azure(&texts["azure"]), &counting);
}

/// The same findings; the first that differs is shown.
fn are_same(found: &[Told], wanted: &[Told]) {
    for (one, other) in found.iter().zip(wanted) {
        assert_eq!(one, other);
    }
    assert_eq!(found.len(), wanted.len());
}

/// The same findings, where a place may stand before a message and its help behind it.
fn same_ends(found: &[Told], wanted: &[Told]) {
    let mut left: Vec<&Told> = found.iter().collect();
    for one in wanted {
        let at = left.iter().position(|other| {
            (&other.severity, &other.rule) == (&one.severity, &one.rule)
                && other.message.contains(&*one.message)
        });
        left.swap_remove(at.unwrap_or_else(|| panic!("{one:?} is not told")));
    }
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn hostile_names_stay_text_in_every_format() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    for run in hostile.runs() {
        let (texts, _) = all_formats(&run, &[]);
        agree(&texts);
    }
}

#[test]
fn the_hostile_package_is_found_fault_with() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    for run in hostile.runs() {
        let (texts, _) = all_formats(&run, &[]);
        let json: Value = serde_json::from_str(&texts["json"]).unwrap();
        let found = told(&json);
        assert!(found.len() > hostile_names::names().len(), "{run:?}");
    }
}

/// Asserts that no line of an output is a command of a pipeline.
fn is_text_alone(output: &str, what: &str) {
    let visible: String = output
        .chars()
        .filter(|c| *c == '\n' || *c == '\r' || !is_weightless(*c))
        .collect();
    for line in lines(&visible) {
        assert_eq!(github_command(line), None, "{what}: {line}");
        assert_eq!(
            azure_command(&line.to_ascii_lowercase()),
            None,
            "{what}: {line}"
        );
    }
}

#[test]
fn no_name_gives_a_command_to_a_pipeline_in_any_other_output() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for run in hostile.runs() {
        for format in ["human", "json", "junit", "markdown"] {
            runs.push([&run[..], &["--format", format]].concat());
        }
        runs.push([&run[..], &["--verbose"]].concat());
        runs.push([&run[..], &["--quiet"]].concat());
    }
    for format in ["human", "json", "dot", "graphml", "mermaid"] {
        runs.push(vec!["graph", &hostile.package, "--format", format]);
    }
    for command in ["inspect", "order"] {
        runs.push(vec![command, &hostile.package]);
        runs.push(vec![command, &hostile.package, "--format", "json"]);
    }
    runs.push(vec!["settings", "new", &hostile.package]);
    runs.push(vec!["target", "show", &hostile.target]);
    runs.push(vec!["check", "::error::x ##vso[a.b]"]);
    for run in runs {
        let ran = program::run(&run);
        is_text_alone(&ran.stdout, &run.join(" "));
        is_text_alone(&ran.stderr, &run.join(" "));
    }
}

#[test]
fn json_keeps_the_names_that_would_be_commands() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let run = program::run(&[&hostile.runs()[2][..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let name = "##vso[task.setvariable variable=forged]forged";
    let has_name = |one: &Value| one["message"].as_str().unwrap().contains(name);
    assert!(findings.iter().any(has_name));
}

/// Packages of samples with what they are checked against: the arguments of commands.
fn samples() -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    for rule in fs::read_dir(project("samples/rules")).unwrap() {
        let rule = rule.unwrap().path();
        if !rule.is_dir() {
            continue;
        }
        for package in fs::read_dir(&rule).unwrap() {
            let package = package.unwrap().path();
            let name = package.file_name().unwrap().to_str().unwrap();
            if !package.is_dir() || name == "ok" {
                continue;
            }
            let beside = |sort: &str| {
                let path = rule.join(format!("{sort}-{name}.json"));
                path.exists().then(|| path.to_str().unwrap().to_owned())
            };
            runs.extend(commands(
                package.to_str().unwrap(),
                beside("target"),
                beside("settings"),
            ));
        }
    }
    runs.sort();
    runs
}

fn commands(package: &str, target: Option<String>, settings: Option<String>) -> Vec<Vec<String>> {
    let target: Vec<_> = target
        .into_iter()
        .flat_map(|path| ["--target".to_owned(), path])
        .collect();
    let run = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain(target.iter().cloned()).collect::<Vec<_>>()
    };
    let mut runs = vec![run(&["check", package, "--no-config"])];
    if !target.is_empty() {
        runs.push(run(&["simulate", package, "--no-config"]));
    }
    if let Some(settings) = settings {
        runs.push(run(&[
            "settings",
            "check",
            &settings,
            package,
            "--no-config",
        ]));
    }
    runs
}

#[test]
fn every_format_tells_what_the_json_report_tells_of_every_sample() {
    let samples = samples();
    assert!(samples.len() > 150, "{} samples", samples.len());
    for sample in samples {
        let sample: Vec<&str> = sample.iter().map(String::as_str).collect();
        let (texts, _) = all_formats(&sample, &[]);
        agree(&texts);
    }
}

#[test]
fn every_format_is_the_same_bytes_on_one_thread_and_on_many() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let sales = "samples/SequenceAPACleads_1_0_0_1.zip";
    let mut runs: Vec<Vec<&str>> = hostile.runs().into();
    runs.push(vec![
        "check",
        sales,
        sales,
        "--target",
        "samples/targets/contoso-prod.json",
    ]);
    for run in runs {
        let (first, _) = all_formats(&run, &[]);
        assert_eq!(first, all_formats(&run, &[]).0);
        assert_eq!(first, all_formats(&run, &["--threads", "1"]).0);
    }
}

/// A run in a pipeline.
fn in_pipeline(arguments: &[&str], variables: &[(&str, &Path)]) -> Run {
    let mut command = program::program(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    program::finish(command)
}

const CHECK: [&str; 4] = [
    "check",
    "samples/SequenceAPACleads_1_0_0_1.zip",
    "--target",
    "samples/targets/contoso-prod.json",
];
const TRUE: &str = "true";

fn is(text: &str) -> &Path {
    Path::new(text)
}

#[test]
fn inside_a_pipeline_its_format_follows_the_report_for_people() {
    let human = program::run(&CHECK).stdout;
    for (variable, value, format) in [
        ("GITHUB_ACTIONS", TRUE, "github"),
        ("TF_BUILD", "True", "azure"),
    ] {
        let own = program::run(&[&CHECK[..], &["--format", format]].concat());
        assert!(!own.stdout.is_empty());
        let both = in_pipeline(&CHECK, &[(variable, is(value))]);
        assert_eq!(both.stdout, format!("{human}{}", own.stdout));
        assert_eq!(both.status, own.status);
    }
}

#[test]
fn a_named_format_is_the_only_one_inside_a_pipeline_too() {
    let desk = TempDir::new().unwrap();
    let file = format!("json={}", desk.path().join("report.json").display());
    for format in ["human", "json", &file] {
        let arguments = [&CHECK[..], &["--format", format]].concat();
        let inside = in_pipeline(&arguments, &[("GITHUB_ACTIONS", is(TRUE))]);
        assert_eq!(inside, program::run(&arguments));
    }
}

#[test]
fn only_the_verdict_is_only_the_verdict_inside_a_pipeline_too() {
    let arguments = [&CHECK[..], &["--quiet"]].concat();
    let inside = in_pipeline(&arguments, &[("TF_BUILD", is("True"))]);
    assert_eq!(inside, program::run(&arguments));
}

#[test]
fn other_commands_do_not_know_of_pipelines() {
    let arguments = ["inspect", CHECK[1]];
    let inside = in_pipeline(&arguments, &[("GITHUB_ACTIONS", is(TRUE))]);
    assert_eq!(inside, program::run(&arguments));
}

#[test]
fn a_log_may_hold_the_report_for_people_and_annotations() {
    let both = program::run(&[&CHECK[..], &["--format", "human", "--format", "github"]].concat());
    let human = program::run(&CHECK).stdout;
    assert!(both.stdout.starts_with(&human));
    assert!(both.stdout[human.len()..].starts_with("::error "));
}

#[test]
fn two_other_formats_do_not_share_standard_output() {
    for pair in [
        ["json", "junit"],
        ["human", "markdown"],
        ["github", "json"],
        ["github", "github"],
    ] {
        let run = program::run(&[&CHECK[..], &["--format", pair[0], "--format", pair[1]]].concat());
        assert_eq!(run.status, 2, "{pair:?}");
        assert!(
            run.stderr
                .contains("more than one format is to go to standard output")
        );
    }
}

#[test]
fn the_summary_of_a_step_on_github_gets_the_page_behind_what_is_there() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    fs::write(&summary, "# Before").unwrap();
    let run = in_pipeline(
        &CHECK,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(run.stderr, "");
    let page = program::run(&[&CHECK[..], &["--format", "markdown"]].concat()).stdout;
    let written = fs::read_to_string(&summary).unwrap();
    assert_eq!(written, format!("# Before\n{page}"));
}

#[test]
fn annotations_in_a_file_leave_the_summary_alone() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    let file = format!("github={}", desk.path().join("annotations").display());
    in_pipeline(
        &[&CHECK[..], &["--format", &file]].concat(),
        &[("GITHUB_STEP_SUMMARY", &summary)],
    );
    assert!(!summary.exists());
}

#[test]
fn a_summary_that_github_would_refuse_is_cut_between_findings() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let summary = desk.path().join("summary.md");
    let limit = 1024 * 1024;
    let taken = limit - 40_000;
    fs::write(&summary, "x".repeat(taken)).unwrap();
    let arguments = &hostile.runs()[2];
    let run = in_pipeline(
        arguments,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(run.stderr, "");
    let written = fs::read_to_string(&summary).unwrap();
    assert!(written.len() <= limit, "{} bytes", written.len());
    let page = &written[taken..];
    let (texts, _) = all_formats(arguments, &[]);
    let all = told(&serde_json::from_str(&texts["json"]).unwrap());
    let kept = told_by_markdown(page);
    assert!(!kept.is_empty() && kept.len() < all.len());
    assert!(
        kept.iter().all(|one| all.contains(one)),
        "a finding is whole"
    );
    let left_out = format!("left out: {} findings", all.len() - kept.len());
    assert!(page.contains(&left_out), "{}", &page[page.len() - 400..]);
}

#[test]
fn a_summary_without_room_is_left_as_it_is_and_told_of() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    fs::write(&summary, "x".repeat(1024 * 1024)).unwrap();
    let run = in_pipeline(
        &CHECK,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(fs::metadata(&summary).unwrap().len(), 1024 * 1024);
    assert!(run.stderr.contains("has no room left"), "{}", run.stderr);
    assert_eq!(run.status, 1);
}

#[test]
fn azure_is_given_the_page_as_a_file_of_its_own() {
    let desk = TempDir::new().unwrap();
    let variables = [
        ("TF_BUILD", is("True")),
        ("AGENT_TEMPDIRECTORY", desk.path()),
    ];
    let run = in_pipeline(&CHECK, &variables);
    let last = azure_command(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last.name, "task.uploadsummary");
    let page = program::run(&[&CHECK[..], &["--format", "markdown"]].concat()).stdout;
    assert_eq!(fs::read_to_string(&last.data).unwrap(), page);
    // The same report has the same name, another report another one.
    assert_eq!(in_pipeline(&CHECK, &variables), run);
    in_pipeline(&["check", CHECK[1]], &variables);
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 2);
}

#[test]
fn a_summary_that_cannot_be_written_fails_no_run() {
    let nowhere = Path::new("samples/nowhere");
    for variables in [
        [
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &nowhere.join("x")),
        ],
        [("TF_BUILD", is("True")), ("AGENT_TEMPDIRECTORY", nowhere)],
    ] {
        let run = in_pipeline(&CHECK, &variables);
        assert_eq!(run.status, 1);
        assert!(run.stderr.contains("the summary cannot be written to"));
        assert!(!run.stdout.contains("uploadsummary"));
    }
}

#[test]
fn a_case_fails_from_the_threshold_on() {
    let sample = "samples/rules/missing-content-type/bad";
    let failures = |more: &[&str]| {
        let arguments = [&["check", sample, "--format", "junit"], more].concat();
        let text = program::run(&arguments).stdout;
        let document = roxmltree::Document::parse(&text).unwrap();
        document
            .root_element()
            .attribute("failures")
            .unwrap()
            .to_owned()
    };
    assert_eq!(failures(&[]), "0");
    assert_eq!(failures(&["--fail-on", "warning"]), "1");
}

#[test]
fn a_place_in_a_folder_is_the_annotations_place_and_one_in_an_archive_is_told() {
    let sample = "samples/rules/required-component-absent";
    let target = format!("{sample}/target-bad.json");
    let folder = format!("{sample}/bad");
    let desk = TempDir::new().unwrap();
    let zip = desk.path().join("a.zip");
    fs::write(&zip, pack::zip_folder(&project(&folder))).unwrap();
    let zip = zip.to_str().unwrap();
    let annotation = |package: &str| {
        let arguments = ["check", package, "--target", &target, "--format", "github"];
        let text = program::run(&arguments).stdout;
        github_command(text.lines().next().unwrap()).unwrap()
    };
    let found = annotation(&folder);
    assert_eq!(found.properties["file"], format!("{folder}/solution.xml"));
    let line = &found.properties["line"];
    let inside = annotation(zip);
    assert_eq!(inside.properties["file"], zip);
    assert!(!inside.properties.contains_key("line"));
    assert!(inside.data.starts_with(&format!("solution.xml:{line}:")));
    assert!(inside.data.ends_with(&found.data));
}

#[test]
fn more_annotations_than_github_shows_are_told() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let run = program::run(&[&hostile.runs()[2][..], &["--format", "github"]].concat());
    let notes = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("::notice "));
    let more = notes.count() - 10;
    let line = format!("GitHub shows 10 annotations of each severity: {more} more in the summary.");
    assert!(run.stdout.lines().any(|found| found == line));
}
