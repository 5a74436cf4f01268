//! Tables (CSV) of which the user says what their rows and columns are.

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value, json};

use super::{Document, Facts, ImportOptions, TableMap};
use crate::model::ComponentType;
use crate::target::family::Family;
use crate::target::manifest::{Coverage, CoverageOf, SourceKind, TargetManifest};
use crate::target::read::Mistake;

/// What the rows of a table can be: the list of a manifest that they enter, and the keys that a row of it has, the first of
/// which it must have.
const LISTS: &[(&str, &[&str])] = &[
    (
        "solutions",
        &[
            "name",
            "version",
            "managed",
            "displayName",
            "id",
            "publisher",
            "prefix",
            "patchOf",
        ],
    ),
    ("publishers", &["name", "prefix", "optionValuePrefix"]),
    ("applications", &["name", "version", "state"]),
    (
        "tables",
        &[
            "name",
            "schemaName",
            "entitySet",
            "id",
            "otc",
            "managed",
            "custom",
        ],
    ),
    ("columns", &["name", "parent", "type"]),
    ("keys", &["name", "parent"]),
    (
        "relationships",
        &[
            "name",
            "kind",
            "referencing",
            "column",
            "referenced",
            "intersect",
            "id",
        ],
    ),
    ("choices", &["name", "id"]),
    ("connectionReferences", &["name", "connector", "connected"]),
    ("connectors", &["name"]),
    (
        "environmentVariables",
        &["name", "type", "hasDefault", "hasValue", "managed"],
    ),
];

/// The keys of any other component.
const COMPONENT: &[&str] = &["name", "id", "parent", "managed", "solution", "state"];

/// Keys whose values are yes or no.
const YES_OR_NO: [&str; 5] = ["managed", "custom", "connected", "hasDefault", "hasValue"];

/// Keys whose values are numbers.
const NUMBERS: [&str; 2] = ["otc", "optionValuePrefix"];

/// What the rows of a table are.
#[derive(Debug)]
enum Rows {
    /// A list of the manifest.
    List(&'static str, &'static [&'static str]),
    /// Components of one type.
    Components(ComponentType),
}

/// A table is only read where the user says what it holds.
pub(super) fn recognises(document: &Document<'_>) -> bool {
    let Document::Plain(text) = document else {
        return false;
    };
    let cells = heading(text).1.split([',', ';', '\t']);
    cells.filter(|cell| !cell.trim().is_empty()).count() > 1
}

/// The separator that Excel writes before the headings, if any, and the line of headings.
fn heading(text: &str) -> (Option<u8>, &str) {
    let text = text.trim_start();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim().strip_prefix("sep=") {
        Some(separator) => (
            separator.bytes().next(),
            rest.lines().next().unwrap_or_default(),
        ),
        None => (None, first),
    }
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Plain(text) = document else {
        return Ok(Vec::new());
    };
    let Some(map) = &options.table else {
        return Err(Mistake::new(
            "it may be a table, and nothing says what its rows are",
            "Say so with --kind and --map, as in --kind solutions --map name=UniqueName,version=Version.",
        ));
    };
    let rows = kind(&map.kind)?;
    let (stated, first) = heading(text);
    let separator = stated.unwrap_or_else(|| separator(first));
    let body = text.trim_start();
    let body = if stated.is_some() {
        body.split_once('\n').map_or("", |(_, rest)| rest)
    } else {
        body
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(body.as_bytes());
    let damaged = |error: &csv::Error| {
        let line = error
            .position()
            .map_or(String::new(), |place| format!(" in line {}", place.line()));
        Mistake::new(
            format!("its table is damaged{line}: {error}"),
            "Export the table again.",
        )
    };
    let headings = reader.headers().map_err(|error| damaged(&error))?.clone();
    let columns = columns(map, &rows, &headings)?;
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| damaged(&error))?;
        let row = row(&record, &columns)?;
        if !row.is_empty() {
            found.push(row);
        }
    }
    facts(&rows, found, options)
}

fn kind(text: &str) -> Result<Rows, Mistake> {
    let list = LISTS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    if let Some((name, keys)) = list {
        return Ok(Rows::List(name, keys));
    }
    let component = ComponentType::from_word(text).map(Rows::Components);
    component.ok_or_else(|| {
        let names: Vec<_> = LISTS.iter().map(|(name, _)| *name).collect();
        Mistake::new(
            format!("there is no kind '{text}'"),
            format!(
                "Use one of {}, or a component type such as workflow.",
                names.join(", ")
            ),
        )
    })
}

/// The separator that occurs most in the line of headings.
fn separator(line: &str) -> u8 {
    let count = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    let mut separators = [b',', b';', b'\t'];
    separators.sort_by_key(|separator| std::cmp::Reverse(count(*separator)));
    separators[0]
}

/// The keys that are asked for, each with the place of its column.
fn columns<'m>(
    map: &'m TableMap,
    rows: &Rows,
    headings: &StringRecord,
) -> Result<Vec<(&'m str, usize)>, Mistake> {
    let keys = match rows {
        Rows::List(_, keys) => keys,
        Rows::Components(_) => COMPONENT,
    };
    let mut columns = Vec::new();
    for (key, heading) in &map.columns {
        if !keys.contains(&key.as_str()) {
            return Err(Mistake::new(
                format!("rows of '{}' have no key '{key}'", map.kind),
                format!("They have {}.", keys.join(", ")),
            ));
        }
        let place = headings.iter().position(|known| {
            known
                .trim()
                .trim_start_matches('\u{feff}')
                .eq_ignore_ascii_case(heading)
        });
        let place = place.ok_or_else(|| {
            let known: Vec<_> = headings.iter().map(str::trim).collect();
            Mistake::new(
                format!("its table has no column '{heading}'"),
                format!("It has {}.", known.join(", ")),
            )
        })?;
        columns.push((key.as_str(), place));
    }
    Ok(columns)
}

fn row(record: &StringRecord, columns: &[(&str, usize)]) -> Result<Map<String, Value>, Mistake> {
    let line = record.position().map_or(0, csv::Position::line);
    let mut row = Map::new();
    for (key, place) in columns {
        let text = record.get(*place).unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let value = if YES_OR_NO.contains(key) {
            let word = text.to_ascii_lowercase();
            json!(match word.as_str() {
                "true" | "yes" | "1" | "managed" => true,
                "false" | "no" | "0" | "unmanaged" => false,
                _ => {
                    return Err(Mistake::new(
                        format!("line {line} says '{text}' for {key}, which is yes or no"),
                        "Write true or false, or leave the column out of --map.",
                    ));
                }
            })
        } else if NUMBERS.contains(key) {
            let number: u32 = text.parse().map_err(|_| {
                Mistake::new(
                    format!("line {line} says '{text}' for {key}, which is a number"),
                    "Correct the table, or leave the column out of --map.",
                )
            })?;
            json!(number)
        } else {
            json!(text)
        };
        row.insert((*key).to_owned(), value);
    }
    Ok(row)
}

fn facts(
    rows: &Rows,
    found: Vec<Map<String, Value>>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let count = found.len() as u64;
    let (list, family) = match rows {
        Rows::List(name, _) => (*name, *name),
        Rows::Components(kind) => ("components", Family::of(kind).name()),
    };
    let mut values = Vec::new();
    for (index, mut row) in found.into_iter().enumerate() {
        if let Rows::Components(kind) = rows {
            row.insert("type".to_owned(), json!(kind.to_string()));
        } else if !row.contains_key("name") {
            return Err(Mistake::new(
                format!("row {} of its table has no name", index + 1),
                "Map the key 'name' to the column that names each row.",
            ));
        }
        values.push(match list {
            "connectors" => row.remove("name").unwrap_or_default(),
            // What belongs to a table stands in its row.
            "columns" | "keys" => in_table(row, list)?,
            _ => Value::Object(row),
        });
    }
    let list = if matches!(list, "columns" | "keys") {
        "tables"
    } else {
        list
    };
    let manifest = json!({ list: values });
    let mut manifest: TargetManifest = serde_json::from_value(manifest).map_err(|error| {
        Mistake::new(
            format!("its rows cannot be entered: {error}"),
            "Correct the table, or map other columns.",
        )
    })?;
    let stated = options
        .complete
        .iter()
        .any(|complete| complete.name() == family);
    let coverage = if stated {
        Coverage::complete(CoverageOf::All)
    } else {
        Coverage::partial()
    };
    manifest.coverage.insert(family.to_owned(), coverage);
    Ok(vec![Facts {
        kind: SourceKind::Csv,
        label: format!("table of {family}"),
        rows: count,
        manifest,
        ..Facts::default()
    }])
}

/// The row of the table that a column or key belongs to.
fn in_table(mut row: Map<String, Value>, list: &str) -> Result<Value, Mistake> {
    let parent = row.remove("parent").ok_or_else(|| {
        Mistake::new(
            "a row of its table has no parent table",
            "Map the key 'parent' to the column that names the table of each row.",
        )
    })?;
    let value = if list == "keys" {
        row.remove("name").unwrap_or_default()
    } else {
        Value::Object(row)
    };
    Ok(json!({"name": parent, list: [value]}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(kind: &str, map: &[(&str, &str)]) -> ImportOptions {
        let columns = map
            .iter()
            .map(|(key, column)| ((*key).to_owned(), (*column).to_owned()));
        ImportOptions {
            table: Some(TableMap {
                kind: kind.to_owned(),
                columns: columns.collect(),
            }),
            ..ImportOptions::default()
        }
    }

    fn manifest(text: &str, options: &ImportOptions) -> TargetManifest {
        let document = Document::Plain(text);
        assert!(recognises(&document));
        read(&document, options).unwrap().remove(0).manifest
    }

    fn refused(text: &str, options: &ImportOptions) -> Mistake {
        read(&Document::Plain(text), options).unwrap_err()
    }

    const SOLUTIONS: [(&str, &str); 3] = [
        ("name", "Unique name"),
        ("version", "Version"),
        ("managed", "Managed"),
    ];

    #[test]
    fn columns_are_found_by_their_headings_whatever_the_separator() {
        for text in [
            "Display,Unique name,Version,Managed\n\"A, and B\",Core,1.0,Yes\n",
            "Display;Unique name;Version;Managed\r\nA;Core;1.0;Yes\r\n",
            "sep=;\r\nDisplay;Unique name;Version;Managed\r\nA;Core;1.0;Yes\r\n",
            "Display\tUnique name\tVersion\tManaged\nA\tCore\t1.0\tTRUE\n",
        ] {
            let manifest = manifest(text, &options("solutions", &SOLUTIONS));
            let row = &manifest.solutions[0];
            assert_eq!(
                (&*row.name, row.version.as_deref(), row.managed),
                ("Core", Some("1.0"), Some(true)),
                "{text}"
            );
        }
    }

    #[test]
    fn rows_may_be_components_of_any_type() {
        let text = "Flow,Id\nOrder approval,b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e\n";
        let manifest = manifest(
            text,
            &options("workflow", &[("name", "Flow"), ("id", "id")]),
        );
        assert_eq!(manifest.components[0].kind.0, ComponentType::Number(29));
        assert!(manifest.coverage.contains_key("processes"));
    }

    #[test]
    fn columns_enter_their_tables() {
        let map = [("name", "Column"), ("parent", "Table"), ("type", "Type")];
        let manifest = manifest(
            "Table,Column,Type\naccount,cts_tier,Picklist\n",
            &options("columns", &map),
        );
        assert_eq!(
            manifest.tables[0].columns[0].0.kind.as_deref(),
            Some("Picklist")
        );
    }

    #[test]
    fn a_family_that_is_said_to_be_complete_is() {
        let mut options = options("solutions", &SOLUTIONS);
        options.complete = Family::named("solutions").into_iter().collect();
        let manifest = manifest("Unique name,Version,Managed\nCore,1.0,1\n", &options);
        assert_eq!(
            manifest.coverage["solutions"],
            Coverage::complete(CoverageOf::All)
        );
    }

    #[test]
    fn a_heading_that_is_not_there_is_refused_with_those_that_are() {
        let mistake = refused(
            "Name,Version\nCore,1.0\n",
            &options("solutions", &SOLUTIONS),
        );
        assert_eq!(mistake.what, "its table has no column 'Unique name'");
        assert_eq!(mistake.remedy, "It has Name, Version.");
    }

    #[test]
    fn a_key_that_rows_do_not_have_is_refused() {
        let mistake = refused(
            "Name,Version\nCore,1.0\n",
            &options("solutions", &[("nmae", "Name")]),
        );
        assert!(mistake.what.contains("no key 'nmae'"));
    }

    #[test]
    fn a_value_that_is_neither_yes_nor_no_is_refused_with_its_line() {
        let mistake = refused(
            "Unique name,Version,Managed\nCore,1.0,perhaps\n",
            &options("solutions", &SOLUTIONS),
        );
        assert!(
            mistake.what.starts_with("line 2 says 'perhaps'"),
            "{}",
            mistake.what
        );
    }

    #[test]
    fn a_table_of_which_nothing_is_said_is_refused() {
        let mistake = refused("Unique name,Version\nCore,1.0\n", &ImportOptions::default());
        assert!(mistake.remedy.contains("--kind"));
    }
}
