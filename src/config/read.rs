//! Finding and reading solvet.toml.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::file::{ConfigFile, SuppressRow};
use super::{Config, Suppression};
use crate::decode;
use crate::error::Error;
use crate::limits::JSON_DEPTH_CEILING;
use crate::model::{ComponentPattern, Located, LogicalName};
use crate::source::{FileId, Sources, Span, slashed};

/// What the file is called.
pub const FILE_NAME: &str = "solvet.toml";

/// The largest file that is read, in bytes.
const FILE_BYTES: u64 = 4 * 1024 * 1024;

const REMEDY: &str = "Correct it; docs/configuration.md describes the keys, and 'solvet schema config' prints them with the kinds of components.";

/// The nearest solvet.toml in a folder or above it, as a path relative to that folder.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let mut up = PathBuf::new();
    for folder in folder.ancestors() {
        if folder.join(FILE_NAME).is_file() {
            return Some(up.join(FILE_NAME));
        }
        up.push("..");
    }
    None
}

/// Reads a configuration. Fails where the file cannot be read, is larger than 4 MiB, is no TOML, or has a key or a value that
/// is not known: a typing mistake must not switch a rule off.
pub fn load(path: &str) -> Result<Config, Error> {
    let fail = |what: String, remedy: &str| Error::Usage {
        what: format!("{path}: {what}"),
        remedy: remedy.into(),
    };
    let unreadable = |error: std::io::Error| {
        let remedy =
            "Give the path of a file that exists and that you may read; 'solvet init' writes one.";
        fail(format!("it cannot be read: {error}"), remedy)
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES {
        let what = format!("it is larger than {FILE_BYTES} bytes");
        return Err(fail(what, "A configuration is small; give another file."));
    }
    let text = decode::text(bytes).map_err(|what| fail(what, "Save it as UTF-8."))?;
    let mut config = parse(&slashed(path), text)?;
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    config.target = config
        .target
        .map(|target| folder.join(target).to_string_lossy().into_owned());
    Ok(config)
}

/// Reads a configuration from its text. `path` is what reports call it.
///
/// ```
/// let text = "[rules]\ndefault-publisher = \"error\"\n";
/// let config = solvet::config::parse("solvet.toml", text.into())?;
/// assert_eq!(&*config.levels[0].0.value, "default-publisher");
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn parse(path: &str, text: String) -> Result<Config, Error> {
    let mut sources = Sources::default();
    let file = sources.add(path);
    let read = read(&text, file);
    sources.set_text(file, text);
    match read {
        Ok(config) => Ok(Config {
            path: path.into(),
            sources,
            ..config
        }),
        Err((what, span)) => {
            let place = sources.place(span);
            Err(Error::Usage {
                what: format!("{path}:{}:{}: {what}", place.line, place.column),
                remedy: REMEDY.into(),
            })
        }
    }
}

/// What is wrong, as a sentence fragment, and where.
type Mistake = (String, Span);

fn span(file: FileId, range: std::ops::Range<usize>) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: byte(range.start),
        end: byte(range.end),
    }
}

fn read(text: &str, file: FileId) -> Result<Config, Mistake> {
    let read: ConfigFile = toml::from_str(text).map_err(|error| {
        let what = error.message().replace('\n', ", ");
        (what, span(file, error.span().unwrap_or_default()))
    })?;
    if let Some(key) = &read.policy.unknown {
        let keys = super::policy::KEYS.join(", ");
        let what = format!("unknown key '{}', expected one of {keys}", key.get_ref());
        return Err((what, span(file, key.span())));
    }
    let start = Span::start_of(file);
    let depth = read.limits.max_json_depth;
    if depth.is_some_and(|depth| !(1..=JSON_DEPTH_CEILING).contains(&depth)) {
        let what = format!("max-json-depth is between 1 and {JSON_DEPTH_CEILING}");
        return Err((what, start));
    }
    if let Some(pages) = &read.rule_pages
        && !is_address_of_pages(pages)
    {
        let at = text.find("rule-pages").unwrap_or_default();
        let what =
            "rule-pages is an address with {rule} in it, as in https://wiki.example/solvet/{rule}";
        return Err((what.into(), span(file, at..at)));
    }
    let policies = read.policy.policies().map_err(|word| {
        let at = text.find(&format!("\"{word}\"")).unwrap_or_default();
        let what = crate::catalog::no_kind(&word);
        (what, span(file, at..at))
    })?;
    let levels = read.rules.into_iter().map(|(rule, level)| {
        let place = span(file, rule.span());
        let value = rule.into_inner().into();
        (Located { value, span: place }, level)
    });
    let mut levels: Vec<_> = levels.collect();
    levels.sort_by_key(|(rule, _)| rule.span);
    let mut suppressions = Vec::new();
    for row in read.suppress {
        let place = span(file, row.span());
        suppressions.push(suppression(row.into_inner(), place)?);
    }
    Ok(Config {
        levels,
        suppressions,
        limits: read.limits,
        target: read.target,
        rule_pages: read.rule_pages,
        policies,
        ..Config::default()
    })
}

/// Whether a text is an address of one page for each rule. A terminal is given nothing that could end the link early.
fn is_address_of_pages(text: &str) -> bool {
    let starts = ["https://", "http://", "file://"];
    let is_plain = |byte: u8| byte.is_ascii_graphic();
    starts.iter().any(|start| text.starts_with(start))
        && text.contains("{rule}")
        && text.bytes().all(is_plain)
}

fn suppression(row: SuppressRow, place: Span) -> Result<Suppression, Mistake> {
    for (key, value) in [("component", &row.component), ("reason", &row.reason)] {
        if value.trim().is_empty() {
            return Err((format!("the {key} of a suppression is empty"), place));
        }
    }
    let rule = span(place.file, row.rule.span());
    Ok(Suppression {
        rule: Located {
            value: row.rule.into_inner().into(),
            span: rule,
        },
        component: ComponentPattern::new(&row.component),
        text: row.component.into(),
        solution: row.solution.as_deref().map(LogicalName::new),
        reason: row.reason.trim().into(),
        expires: row.expires.map(|day| day.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        parse("solvet.toml", text.into()).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let what = mistake("[rules]\n\n[limits]\nmax-entrys = 1\n");
        assert!(
            what.contains("solvet.toml:4:1: ") && what.contains("max-entrys"),
            "{what}"
        );
        let what = mistake("[policy]\nallowed-publisher = []\n");
        assert!(
            what.contains("solvet.toml:2:1: ") && what.contains("allowed-publishers"),
            "{what}"
        );
        let what = mistake("[policy]\nprefixes = []\n");
        assert!(
            what.contains("solvet.toml:2:12: ") && what.contains("allowed-prefixes"),
            "{what}"
        );
        let what = mistake("[policy.Orders]\nprefixes = []\n");
        assert!(
            what.contains("solvet.toml:2:1: ") && what.contains("prefixes"),
            "{what}"
        );
    }

    #[test]
    fn a_suppression_needs_a_reason() {
        let row = "[[suppress]]\nrule = \"missing-file\"\ncomponent = \"*\"\n";
        assert!(
            mistake(row).contains("missing field `reason`"),
            "{}",
            mistake(row)
        );
        assert!(
            mistake(&format!("{row}reason = \" \"\n"))
                .contains("the reason of a suppression is empty")
        );
    }

    #[test]
    fn a_day_is_a_date_or_a_text() {
        let row = "[[suppress]]\nrule = \"a\"\ncomponent = \"*\"\nreason = \"b\"\nexpires = ";
        for day in ["2027-01-31", "\"2027-01-31\""] {
            let config = parse("solvet.toml", format!("{row}{day}\n")).unwrap();
            let suppression = &config.suppressions[0];
            let day = |text: &str| text.parse().unwrap();
            assert!(!suppression.is_expired(day("2027-01-31")));
            assert!(suppression.is_expired(day("2027-02-01")));
        }
        assert!(mistake(&format!("{row}\"soon\"\n")).contains("2027-01-31"));
    }

    #[test]
    fn a_word_that_is_no_kind_is_refused_with_its_place() {
        let what = mistake("[policy]\ndenied-kinds = [\"step\", \"tabel\"]\n");
        assert!(what.contains("solvet.toml:2:25: 'tabel'"), "{what}");
        assert!(parse("solvet.toml", "[policy]\ndenied-kinds = [\"connection reference\", \"msdyn_sequence\", \"canvasapp\", \"bot\"]\n".into()).is_ok());
    }

    #[test]
    fn a_policy_of_a_solution_goes_before_that_of_all() {
        let text = "[policy]\nallowed-prefixes = [\"cts\"]\nwhole-tables-of-others = false\n[policy.Orders]\nallowed-prefixes = [\"ord\"]\n";
        let config = parse("solvet.toml", text.into()).unwrap();
        let policy = config.policies.of("orders");
        assert_eq!(
            policy.allowed_prefixes.as_deref(),
            Some(&["ord".to_owned()][..])
        );
        assert!(policy.denies_whole_tables);
        assert_eq!(
            config.policies.of("Other").allowed_prefixes.as_deref(),
            Some(&["cts".to_owned()][..])
        );
    }
}
