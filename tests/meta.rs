//! House rules: which module may use which, how long files are, and documentation that derives from tables.
//!
//! `UPDATE=1 cargo test --test meta` writes docs/rules.md anew.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use solvet::catalog::platform_error;
use solvet::check::{Rule, rules};
use support::markdown::{is_made_from, markdown, sentence_case};
use support::{pack, project};

/// Every module of the crate with the modules that it may use, leaves first, then the way that data takes.
static ARROWS: [(&str, &[&str]); 22] = [
    ("source", &[]),
    ("limits", &[]),
    ("decode", &[]),
    ("model", &["source"]),
    ("catalog", &["model"]),
    ("finding", &["catalog", "model", "source"]),
    ("error", &["catalog"]),
    ("xml", &["limits", "model", "source"]),
    ("json", &["limits", "model", "source"]),
    ("yaml", &["limits", "model", "source", "xml"]),
    (
        "settings",
        &["decode", "error", "json", "limits", "model", "source"],
    ),
    ("config", &[LEAVES]),
    ("package", &[LEAVES]),
    ("parse", &[LEAVES, "package"]),
    ("graph", &[LEAVES, "package", "parse"]),
    ("target", &[LEAVES, "package", "parse", "graph"]),
    (
        "check",
        &[
            LEAVES, "config", "settings", "package", "parse", "graph", "target",
        ],
    ),
    (
        "simulate",
        &[
            LEAVES, "config", "settings", "package", "parse", "graph", "target", "check",
        ],
    ),
    ("diff", &[LEAVES, "package", "parse", "check"]),
    (
        "report",
        &[
            LEAVES, "config", "settings", "package", "parse", "graph", "target", "check",
            "simulate", "diff",
        ],
    ),
    ("cli", &[]),
    ("main", &["cli"]),
];

/// Stands for every leaf in [`ARROWS`].
const LEAVES: &str = "leaves";

static LEAF_MODULES: [&str; 10] = [
    "source", "catalog", "limits", "decode", "model", "finding", "error", "xml", "json", "yaml",
];

/// What a family of components may use of `parse`.
static FAMILY_MAY_USE: [&str; 6] = ["row", "draft", "walk", "links", "formats", "options"];

/// Families that use another one all the same, with the reason.
static FAMILY_EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// The longest that a file of src may be, in lines.
const LONGEST: usize = 450;

/// Files that are longer all the same, with the reason.
static LONGER: [(&str, &str); 0] = [];

/// What only means something on the machine it was written on.
static PRIVATE: [&str; 4] = [env!("CARGO_MANIFEST_DIR"), "/home/", "/tmp/", "C:\\Users\\"];

/// A path that code writes, from the crate's root: `["model", "Guid"]`.
type Path = Vec<String>;

/// A Rust file below src.
struct Source {
    name: String,
    /// Its text without comments and without the content of strings.
    code: String,
    /// Its module, from the crate's root.
    module: Path,
}

fn is_rust(name: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

fn sources() -> Vec<Source> {
    let files = pack::files(&project("src")).into_iter();
    let rust = files.filter(|(name, _)| is_rust(name) && name != "lib.rs");
    rust.map(|(name, text)| {
        let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
        Source {
            module: module.split('/').map(str::to_owned).collect(),
            code: bare(&String::from_utf8(text).unwrap()),
            name,
        }
    })
    .collect()
}

/// The code without what a compiler does not follow: comments, and the content of strings and characters.
fn bare(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_string(rest) {
            raw
        } else if first == '"' {
            string(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let lines = rest[..length].matches('\n').count();
        code.push_str(&"\n".repeat(lines));
        rest = &rest[length..];
    }
    code
}

/// The length of a string literal.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string literal, where one begins here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    Some(start + text[start..].find(&close)? + close.len())
}

impl Source {
    /// Every path that begins with `crate::` or `super::`, resolved, with the line it stands in.
    fn paths(&self) -> Vec<(usize, Path)> {
        let mut found = Vec::new();
        for keyword in ["crate::", "super::"] {
            for (at, _) in self.code.match_indices(keyword) {
                let before = &self.code[..at];
                let continues =
                    before.ends_with([':', '_']) || before.ends_with(char::is_alphanumeric);
                if !continues {
                    let line = before.matches('\n').count() + 1;
                    let paths = resolve(&self.inside(before), &self.code[at..]);
                    found.extend(paths.into_iter().map(|path| (line, path)));
                }
            }
        }
        found
    }

    /// The module at the end of this text: the file's, or one written out at the left margin.
    fn inside(&self, before: &str) -> Path {
        let mut module = self.module.clone();
        let opened = before.lines().rev().find_map(|line| match line {
            "}" => Some(None),
            _ if line.ends_with('{') => line.strip_prefix("mod ").map(Some),
            _ => None,
        });
        if let Some(Some(name)) = opened {
            module.push(name.trim_end_matches(" {").to_owned());
        }
        module
    }
}

/// The paths that the text begins with; a list in braces is several.
fn resolve(module: &[String], text: &str) -> Vec<Path> {
    let mut base = module.to_vec();
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("crate::") {
        base.clear();
        rest = after;
    }
    while let Some(after) = rest.strip_prefix("super::") {
        base.pop();
        rest = after;
    }
    list(rest)
        .into_iter()
        .map(|names| [base.clone(), names].concat())
        .collect()
}

/// The paths that the text begins with, after `crate::` or `super::`; a list in braces is several.
fn list(text: &str) -> Vec<Path> {
    if let Some(inner) = text.strip_prefix('{') {
        return items(inner)
            .iter()
            .flat_map(|item| list(item.trim()))
            .collect();
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let further = after.strip_prefix("::").map_or(vec![Path::new()], list);
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    let paths = further.into_iter();
    paths
        .map(|path| name.clone().into_iter().chain(path).collect())
        .collect()
}

/// The items of a list up to its closing brace.
fn items(inner: &str) -> Vec<String> {
    let mut depth = 0;
    let mut items = vec![String::new()];
    for character in inner.chars() {
        match character {
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        items.last_mut().unwrap().push(character);
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

fn may_use(module: &str, used: &str) -> bool {
    let row = ARROWS.iter().find(|(name, _)| *name == module);
    row.is_some_and(|(_, allowed)| {
        module == used
            || allowed.contains(&used)
            || allowed.contains(&LEAVES) && LEAF_MODULES.contains(&used)
    })
}

/// The families that parse/mod.rs lists.
fn families(sources: &[Source]) -> BTreeSet<&str> {
    let parse = sources.iter().find(|source| source.name == "parse/mod.rs");
    let words = parse.unwrap().code.split([' ', '[', ',', '&', '\n']);
    words
        .filter_map(|word| word.strip_suffix("::ROWS"))
        .collect()
}

#[test]
fn paths_are_found_wherever_they_are_written() {
    let source = Source {
        name: "parse/app.rs".into(),
        module: vec!["parse".into(), "app".into()],
        code: bare(
            "// crate::report\nuse crate::{model::{Guid, Name}, xml};\nuse super::row::Row;\n\
             const A: &str = \"crate::check\";\nfn f(a: crate::graph::Graph) {}\n\
             mod tests {\n    use super::*;\n    use super::super::form::x;\n}\n",
        ),
    };
    let paths = source.paths().into_iter();
    let paths: BTreeSet<_> = paths
        .map(|(line, path)| format!("{line} {}", path.join("::")))
        .collect();
    let expected = [
        "2 model::Guid",
        "2 model::Name",
        "2 xml",
        "3 parse::row::Row",
        "5 graph::Graph",
        "7 parse::app",
        "8 parse::form::x",
    ];
    let expected: BTreeSet<_> = expected.into_iter().map(str::to_owned).collect();
    assert_eq!(paths, expected);
}

#[test]
fn no_arrow_points_back() {
    let mut back = BTreeSet::new();
    let mut seen = 0;
    for source in sources() {
        for (line, path) in source.paths() {
            seen += 1;
            let used = path.first().map_or("the whole crate", String::as_str);
            if !may_use(&source.module[0], used) {
                back.insert(format!(
                    "src/{}:{line} uses {}",
                    source.name,
                    path.join("::")
                ));
            }
        }
    }
    assert!(seen > 150, "only {seen} paths were found");
    assert!(back.is_empty(), "{back:#?}");
}

#[test]
fn the_table_of_arrows_names_every_module() {
    let text = fs::read_to_string(project("src/lib.rs")).unwrap();
    let declared = text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let declared: BTreeSet<_> = declared.chain(["cli", "main"]).collect();
    let listed: BTreeSet<_> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, declared);
}

#[test]
fn only_the_program_itself_knows_the_command_line() {
    let has_own_crate = |source: &Source| source.code.contains("solvet::");
    for source in sources() {
        let is_program = ["cli", "main"].contains(&&*source.module[0]);
        assert!(is_program || !has_own_crate(&source), "src/{}", source.name);
        let libraries = ["clap", "anstream"];
        // Sources of manifests are what other programs printed, in colour.
        let code = source.code.replace("anstream::adapter::strip_str", "");
        let used = libraries
            .iter()
            .find(|name| code.contains(&format!("{name}::")));
        assert!(
            is_program || used.is_none(),
            "src/{}: {used:?}",
            source.name
        );
    }
}

#[test]
fn no_family_of_components_uses_another() {
    let sources = sources();
    let families = families(&sources);
    assert!(families.contains("table"), "{families:?}");
    let mut strangers = BTreeSet::new();
    let mut excused = BTreeSet::new();
    for source in &sources {
        let [parse, family] = source.module.as_slice() else {
            continue;
        };
        if parse != "parse" || !families.contains(&**family) {
            continue;
        }
        for (_, path) in source.paths() {
            let Some(used) = path.get(1).filter(|_| path[0] == *parse) else {
                continue;
            };
            let exception = FAMILY_EXCEPTIONS
                .iter()
                .find(|row| (row.0, row.1) == (&**family, &**used));
            if let Some(exception) = exception {
                excused.insert(*exception);
            } else if used != family && !FAMILY_MAY_USE.contains(&&**used) {
                strangers.insert(format!("{family} uses {used}"));
            }
        }
    }
    assert!(strangers.is_empty(), "{strangers:#?}");
    let listed: BTreeSet<_> = FAMILY_EXCEPTIONS.into_iter().collect();
    assert_eq!(
        excused, listed,
        "an exception that is not needed is no exception"
    );
}

#[test]
fn files_of_src_are_short() {
    let mut long = BTreeMap::new();
    for (name, text) in pack::files(&project("src")) {
        let lines = text.split(|byte| *byte == b'\n').count() - 1;
        if lines > LONGEST {
            long.insert(name, lines);
        }
    }
    let names: BTreeSet<_> = long.keys().map(String::as_str).collect();
    let listed: BTreeSet<_> = LONGER.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, listed, "{long:?}");
}

/// What a rule says of its first bad sample, as its snapshot has it; lines that were wrapped are joined again.
fn example(rule: &Rule) -> String {
    let name = format!("tests/snapshots/rules__{}.snap", rule.id);
    let text = fs::read_to_string(project(&name)).unwrap_or_default();
    let lines = text.lines().skip_while(|line| *line != rule.id);
    let lines = lines.skip_while(|line| !line.starts_with("  "));
    let lines = lines.take_while(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut example = String::new();
    for line in lines.take_while(|line| !line.starts_with("  help:")) {
        let words = line.trim_start().split_once(' ');
        if !(example.is_empty() || example.ends_with('-')) {
            example.push(' ');
        }
        example.push_str(words.map_or("", |(_, words)| words));
    }
    // A finding that concerns a file as a whole ends with its name.
    match example.rsplit_once(" [") {
        Some((message, file)) if file.ends_with(']') => message.to_owned(),
        _ => example,
    }
}

/// The documentation of one rule.
fn section(text: &mut String, rule: &Rule) {
    let docs = &rule.docs;
    let summary = sentence(rule.summary);
    let _ = write!(
        text,
        "\n## {}\n\n{}: {summary}\n",
        rule.id,
        sentence_case(&rule.severity.to_string())
    );
    for (heading, body) in [
        ("What", docs.what),
        ("Why", docs.why),
        ("How to fix", docs.fix),
        ("Example", &example(rule)),
        ("Source", docs.source),
    ] {
        let _ = write!(text, "\n**{heading}.** {}\n", markdown(body));
    }
    if !rule.codes.is_empty() {
        text.push_str("\n**Platform codes**\n\n");
    }
    for code in rule.codes {
        let error = platform_error(*code).unwrap();
        let symbol = match error.symbol {
            "" => String::new(),
            symbol => format!(" `{symbol}`"),
        };
        let _ = writeln!(
            text,
            "- `{error}` ({}){symbol}: {}",
            error.decimal(),
            markdown(error.message)
        );
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", markdown(text))
}

fn rules_document() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         What `solvet check` looks for, `solvet simulate` in the state of a target, and `solvet settings check` in a\n\
         deployment settings file. `solvet explain RULE` prints the same, and `solvet explain CODE` starts from a platform\n\
         error code. The severity is the worst that a rule reports by default: an error means that the import fails, a\n\
         warning that it imports and something breaks or surprises, a note that something is worth knowing or unknown.\n\n\
         This file is generated from the rules; `UPDATE=1 cargo test --test meta` writes it.\n\n\
         | rule | severity | finds that |\n|---|---|---|\n",
    );
    for rule in rules() {
        let _ = writeln!(
            text,
            "| [{0}](#{0}) | {1} | {2} |",
            rule.id,
            rule.severity,
            markdown(rule.summary)
        );
    }
    for rule in rules() {
        section(&mut text, rule);
    }
    text
}

#[test]
fn the_document_of_the_rules_derives_from_their_table() {
    is_made_from("docs/rules.md", &rules_document(), "meta");
}

#[test]
fn every_rule_has_an_id_of_its_own_in_kebab_case() {
    let mut ids = BTreeSet::new();
    for rule in rules() {
        let mut parts = rule.id.split('-');
        let is_word =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(parts.all(is_word), "{}", rule.id);
        assert!(ids.insert(rule.id), "{} twice", rule.id);
    }
}

#[test]
fn every_rule_has_an_example_that_is_a_sentence() {
    for rule in rules() {
        let example = example(rule);
        let ends = [".", "?", ":", ".\""]
            .iter()
            .any(|end| example.ends_with(end));
        assert!(ends && !example.contains("│"), "{}: {example}", rule.id);
    }
}

#[test]
fn every_rule_is_documented_in_sentences() {
    for rule in rules() {
        let docs = &rule.docs;
        for text in [docs.what, docs.why, docs.fix] {
            let lower = ["solution.xml", "solvet", "[Content_Types].xml"];
            let starts = text.starts_with(char::is_uppercase)
                || lower.iter().any(|word| text.starts_with(word));
            let ends = text.trim_end_matches(')').ends_with('.');
            assert!(starts && ends, "{}: {text}", rule.id);
        }
        for text in [rule.summary, docs.source] {
            let ends = text.ends_with('.');
            assert!(!text.is_empty() && !ends, "{}: {text}", rule.id);
        }
        assert!(rule.summary.starts_with(char::is_lowercase), "{}", rule.id);
    }
}

#[test]
fn nothing_published_names_a_place_on_our_machines() {
    let mut found = Vec::new();
    let folders = ["src", "docs", "samples", "benches", "examples", "data"];
    let below = folders.into_iter().flat_map(|folder| {
        let files = pack::files(&project(folder)).into_iter();
        files.map(move |(name, content)| (format!("{folder}/{name}"), content))
    });
    let at_root = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Cargo.toml",
    ];
    let at_root = at_root.into_iter().filter_map(|name| {
        let content = fs::read(project(name)).ok()?;
        Some((name.to_owned(), content))
    });
    for (name, content) in below.chain(at_root) {
        let text = String::from_utf8_lossy(&content);
        for (line, text) in text.lines().enumerate() {
            if let Some(word) = PRIVATE.iter().find(|word| text.contains(**word)) {
                found.push(format!("{name}:{}: {word}", line + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_limit_is_an_option() {
    let text = fs::read_to_string(project("src/limits.rs")).unwrap();
    let (_, limits) = text.split_once("pub struct Limits {").unwrap();
    let (limits, _) = limits.split_once("\n}").unwrap();
    let fields = limits.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("pub ")?.split_once(':')?;
        Some(format!("--max-{}", name.replace('_', "-")))
    });
    let fields: BTreeSet<String> = fields.collect();
    assert!(fields.len() > 5, "{fields:?}");
    for command in ["check", "inspect"] {
        let output = Command::new(env!("CARGO_BIN_EXE_solvet"))
            .args([command, "--help"])
            .output()
            .unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let words = help.split_whitespace();
        // The age of a target manifest is no limit on what is read.
        let options = words.filter(|word| word.starts_with("--max-") && *word != "--max-age");
        let options: BTreeSet<_> = options.map(str::to_owned).collect();
        assert_eq!(options, fields, "{command}");
    }
}
