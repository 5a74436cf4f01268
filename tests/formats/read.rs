//! Each format read by rules of its own, back to the findings that it tells.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// A finding as every format has to tell it: its severity, its rule and its message; whether it counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Told {
    pub(super) severity: String,
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) counts: bool,
}

impl Told {
    pub(super) fn new(severity: &str, rule: &str, message: &str, counts: bool) -> Self {
        Self {
            severity: severity.to_owned(),
            rule: rule.to_owned(),
            message: message.to_owned(),
            counts,
        }
    }
}

/// Text as formats show it: no control characters, no marks of direction, no command within the line.
pub(super) fn shown(text: &str) -> String {
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
pub(super) fn begins_command(before: &str) -> bool {
    let last = before.chars().rev().filter(|c| !is_weightless(*c)).take(5);
    let last: String = last.collect::<String>().to_lowercase();
    last.starts_with("##") || last == "osv##"
}

/// What a comparison by culture passes over, of what the hostile names have.
pub(super) fn is_weightless(character: char) -> bool {
    character.is_control() || "\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(character)
}

/// The findings of a JSON report, sorted; packages that could not be read among them.
pub(super) fn told(json: &Value) -> Vec<Told> {
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
pub(super) fn counting(told: &[Told]) -> Vec<Told> {
    told.iter().filter(|one| one.counts).cloned().collect()
}

/// A command as GitHub's runner reads it.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Command {
    pub(super) name: String,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) data: String,
}

/// Reads a line as GitHub's runner does: the newer form at the start of a line, else the older one anywhere.
pub(super) fn github_command(line: &str) -> Option<Command> {
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
pub(super) fn azure_command(line: &str) -> Option<Command> {
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
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

/// The findings of annotations, sorted; asserts that the worst come first and that nothing else is a command.
pub(super) fn told_by_github(text: &str) -> Vec<Told> {
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
pub(super) fn told_by_azure(text: &str) -> Vec<Told> {
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
pub(super) fn told_by_junit(text: &str) -> Vec<Told> {
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
pub(super) fn read_strictly(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    let is_character = |c: char| !c.is_control() || c == '\n';
    assert!(
        text.chars()
            .all(|c| is_character(c) && c != '\u{fffe}' && c != '\u{ffff}')
    );
}

/// The findings of a page, sorted; asserts that it holds nothing but what the format writes.
pub(super) fn told_by_markdown(text: &str) -> Vec<Told> {
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
pub(super) fn is_frame(event: &Event<'_>) -> bool {
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
pub(super) fn is_fold(html: &str) -> bool {
    let title = html.strip_prefix("<details><summary>");
    let title = title.and_then(|rest| rest.strip_suffix("</summary>"));
    let is_title = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['<', '>', '&'])
    };
    title.is_some_and(is_title) || html == "</details>" || html.is_empty()
}

/// The severity of a heading such as `2 errors`.
pub(super) fn severity_of(heading: &str) -> Option<String> {
    let (_, noun) = heading.split_once(' ')?;
    let noun = noun.trim_end_matches('s');
    ["error", "warning", "note"]
        .contains(&noun)
        .then(|| noun.to_owned())
}

/// Whether a picture is made of nothing but boxes, groups, arrows and one class.
pub(super) fn is_flowchart(text: &str) {
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

/// The findings of results, sorted.
pub(super) fn told_by_sarif(text: &str) -> Vec<Told> {
    let log: Value = serde_json::from_str(text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let found = results.map(|one| {
        let text = |value: &Value| shown(value.as_str().unwrap());
        let message = text(&one["message"]["text"]);
        Told::new(&text(&one["level"]), &text(&one["ruleId"]), &message, true)
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

/// The severities and rules of the findings of a page, sorted.
pub(super) fn told_by_page(text: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(text);
    let findings = Selector::parse("article[data-fingerprint]").unwrap();
    let data = |one: ElementRef<'_>, name: &str| one.value().attr(name).unwrap().to_owned();
    let found = page.select(&findings);
    let mut found: Vec<_> = found
        .map(|one| (data(one, "data-tone"), data(one, "data-rule")))
        .collect();
    found.sort();
    found
}
