//! Tables (CSV) with columns that the user names: what tools and spreadsheets export.
//!
//! Which keys a row of a family has, and what each holds, is read from the row's own schema.

mod text;

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::document::Document;
use super::{Facts, ImportOptions, TableMap};
use crate::model::ComponentType;
use crate::target::family::Family;
use crate::target::manifest::{
    ApplicationRow, ChoiceRow, ColumnDetails, ColumnRow, ComponentRow, ConnectionReferenceRow,
    Coverage, CoverageOf, EnvironmentVariableRow, PublisherRow, RelationshipRow, SolutionRow,
    SourceKind, TableRow, TargetManifest, TypeName,
};
use crate::target::read::Mistake;
use text::Table;

/// How the rows of some families are made and kept.
struct Rows {
    /// The families, by name; none for every other.
    family: &'static str,
    /// The row's schema.
    schema: fn() -> Value,
    /// Keys beside those of the schema, all of them names.
    more: &'static [&'static str],
    /// The keys without which a row says nothing.
    needed: &'static [&'static str],
    /// Reads a row and adds it.
    add: fn(&mut Rest, Map<String, Value>) -> Result<(), serde_json::Error>,
}

/// The manifest that rows are added to, and the rows of tables by their name.
#[derive(Default)]
struct Rest {
    manifest: TargetManifest,
    tables: BTreeMap<String, TableRow>,
}

fn schema<T: JsonSchema>() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value()
}

fn row<T: DeserializeOwned>(row: Map<String, Value>) -> Result<T, serde_json::Error> {
    serde_json::from_value(Value::Object(row))
}

/// A row of a list whose rows have a schema.
macro_rules! rows {
    ($family:literal, $row:ty, $list:ident) => {
        Rows {
            family: $family,
            schema: schema::<$row>,
            more: &[],
            needed: &["name"],
            add: |rest, values| {
                rest.manifest.$list.push(row(values)?);
                Ok(())
            },
        }
    };
}

const ROWS: &[Rows] = &[
    rows!("solutions", SolutionRow, solutions),
    rows!("applications", ApplicationRow, applications),
    rows!("publishers", PublisherRow, publishers),
    rows!("relationships", RelationshipRow, relationships),
    rows!("choices", ChoiceRow, choices),
    rows!(
        "connectionReferences",
        ConnectionReferenceRow,
        connection_references
    ),
    rows!(
        "environmentVariables",
        EnvironmentVariableRow,
        environment_variables
    ),
    Rows {
        family: "tables",
        schema: schema::<TableRow>,
        more: &[],
        needed: &["name"],
        add: |rest, values| {
            let table: TableRow = row(values)?;
            rest.tables.insert(table.name.to_ascii_lowercase(), table);
            Ok(())
        },
    },
    Rows {
        family: "columns",
        schema: schema::<ColumnDetails>,
        more: &["parent"],
        needed: &["parent", "name"],
        add: |rest, mut values| {
            let table = rest.table(values.remove("parent"));
            table.columns.push(ColumnRow(row(values)?));
            Ok(())
        },
    },
    Rows {
        family: "keys",
        schema: || Value::Null,
        more: &["parent", "name"],
        needed: &["parent", "name"],
        add: |rest, mut values| {
            let name = text_of(values.remove("name"));
            rest.table(values.remove("parent")).keys.push(name);
            Ok(())
        },
    },
    Rows {
        family: "connectors",
        schema: || Value::Null,
        more: &["name"],
        needed: &["name"],
        add: |rest, mut values| {
            let name = text_of(values.remove("name"));
            rest.manifest.connectors.push(name);
            Ok(())
        },
    },
];

/// Rows of every other family.
const COMPONENTS: Rows = Rows {
    family: "",
    schema: schema::<ComponentRow>,
    more: &[],
    needed: &[],
    add: |rest, values| {
        rest.manifest.components.push(row(values)?);
        Ok(())
    },
};

fn text_of(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

impl Rest {
    fn table(&mut self, name: Option<Value>) -> &mut TableRow {
        let name = text_of(name);
        let table = self.tables.entry(name.to_ascii_lowercase());
        table.or_insert_with(|| TableRow {
            name,
            ..TableRow::default()
        })
    }
}

/// Whether a text may be a table: its first line has several cells.
pub(super) fn recognises(document: &Document<'_>) -> bool {
    matches!(document, Document::Plain(text) if text::has_cells(text))
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Plain(text) = document else {
        return Err(document.unrecognised());
    };
    let Some(map) = &options.table else {
        return Err(Mistake::new(
            "it may be a table, and nothing says what its rows are",
            "Say so with --kind and --map, as in --kind solutions --map name=UniqueName,version=Version.",
        ));
    };
    by_map(text, map, &options.complete).map(|facts| vec![facts])
}

/// Reads a table by its map.
fn by_map(text: &str, map: &TableMap, complete: &[Family]) -> Result<Facts, Mistake> {
    let (family, kind) = kind(&map.kind)?;
    let rows = ROWS.iter().find(|rows| rows.family == family.name());
    let rows = rows.unwrap_or(&COMPONENTS);
    let keys = keys(rows);
    let wanted = wanted(map, rows, &keys, kind.is_some())?;
    let table = Table::of(text, &map.columns)?;
    let mut rest = Rest::default();
    let (mut count, mut nameless) = (0_u64, 0_u64);
    for record in table.records() {
        let (line, record) = record?;
        let mut values = Map::new();
        let cells = table.cells(&record).zip(&map.columns);
        for ((key, form), (cell, (_, heading))) in wanted.iter().zip(cells) {
            if !cell.is_empty() {
                let value = form.value(cell);
                let value = value.ok_or_else(|| wrong_cell(line, heading, cell, *form))?;
                values.insert(key.clone(), value);
            }
        }
        if values.is_empty() {
            continue;
        }
        if let Some(kind) = kind.as_ref().filter(|_| rows.family.is_empty()) {
            let name = serde_json::to_value(TypeName(kind.clone()));
            values.insert("type".into(), name.unwrap_or_default());
        }
        if !is_named(rows, &values) {
            nameless += 1;
            continue;
        }
        (rows.add)(&mut rest, values).map_err(|error| {
            Mistake::new(
                format!("its line {line} is no row of {}: {error}", family.name()),
                "Correct the line, or map the key to another column.",
            )
        })?;
        count += 1;
    }
    if count == 0 && nameless > 0 {
        return Err(Mistake::new(
            format!("none of its {nameless} rows says enough to name a component"),
            "Map the keys that name one to other columns.",
        ));
    }
    let what = match &kind {
        Some(kind) if rows.family.is_empty() => format!("table of {} ({kind})", family.name()),
        _ => format!("table of {}", family.name()),
    };
    Ok(Facts {
        label: what,
        ..facts(rest, family, count, nameless, complete)
    })
}

fn facts(rest: Rest, family: Family, count: u64, nameless: u64, complete: &[Family]) -> Facts {
    let mut manifest = rest.manifest;
    manifest.tables = rest.tables.into_values().collect();
    let coverage = if complete.contains(&family) {
        Coverage::complete(CoverageOf::All)
    } else {
        Coverage::partial()
    };
    manifest.coverage.insert(family.name().into(), coverage);
    let notes = match nameless {
        0 => Vec::new(),
        1 => vec!["1 row is left out: it names nothing".to_owned()],
        rows => vec![format!("{rows} rows are left out: they name nothing")],
    };
    Facts {
        kind: SourceKind::Csv,
        rows: count,
        manifest,
        notes,
        ..Facts::default()
    }
}

/// The family that a word means, and the type where rows are of one type only.
fn kind(word: &str) -> Result<(Family, Option<ComponentType>), Mistake> {
    let mut families = Family::all();
    if let Some(family) = families.find(|family| family.name().eq_ignore_ascii_case(word.trim())) {
        let mut kinds = family.kinds();
        let only = kinds.next().filter(|_| kinds.next().is_none());
        return Ok((family, only));
    }
    match ComponentType::from_word(word) {
        Some(kind) => Ok((Family::of(&kind), Some(kind))),
        None => Err(Mistake::new(
            format!("'{word}' is no family and no component type"),
            format!(
                "Give --kind one of these, or a component type: {}.",
                list(Family::all().map(Family::name))
            ),
        )),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Text,
    Flag,
    Number,
    Texts,
    Numbers,
}

impl Form {
    /// Of a property of a schema; `None` where a cell cannot hold it.
    fn of(schema: &Value) -> Option<Self> {
        let named = |schema: &Value, name: &str| match &schema["type"] {
            Value::String(kind) => kind == name,
            Value::Array(kinds) => kinds.iter().any(|kind| kind == name),
            _ => false,
        };
        match () {
            () if named(schema, "string") => Some(Self::Text),
            () if named(schema, "boolean") => Some(Self::Flag),
            () if named(schema, "integer") => Some(Self::Number),
            () if named(schema, "array") => match &schema["items"] {
                items if named(items, "string") => Some(Self::Texts),
                items if named(items, "integer") => Some(Self::Numbers),
                _ => None,
            },
            () if named(schema, "object") => None,
            // One of several words, or a component type.
            () => Some(Self::Text),
        }
    }

    fn value(self, cell: &str) -> Option<Value> {
        let number = |cell: &str| cell.trim().parse::<i64>().ok().map(Value::from);
        let parts = || {
            let parts = cell.split([',', ';', '|', '\n']).map(str::trim);
            parts.filter(|part| !part.is_empty())
        };
        match self {
            Self::Text => Some(cell.into()),
            Self::Number => number(cell),
            Self::Flag => flag(cell).map(Value::from),
            Self::Texts => Some(parts().map(Value::from).collect()),
            Self::Numbers => parts()
                .map(number)
                .collect::<Option<Vec<_>>>()
                .map(Value::from),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "yes or no",
            Self::Number => "a whole number",
            Self::Texts => "a list of names",
            Self::Numbers => "a list of whole numbers",
        }
    }
}

/// Yes or no, in the words of spreadsheets and of lists of solutions.
fn flag(cell: &str) -> Option<bool> {
    const WORDS: [(&str, bool); 8] = [
        ("true", true),
        ("yes", true),
        ("1", true),
        ("managed", true),
        ("false", false),
        ("no", false),
        ("0", false),
        ("unmanaged", false),
    ];
    let mut words = WORDS.iter();
    let word = words.find(|(word, _)| cell.eq_ignore_ascii_case(word));
    word.map(|(_, is)| *is)
}

/// The keys that rows can have, by name, with what each holds.
fn keys(rows: &Rows) -> BTreeMap<String, Form> {
    let schema = (rows.schema)();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let own = properties.filter(|(name, _)| *name != "src");
    let own = own.filter_map(|(name, schema)| Some((name.clone(), Form::of(schema)?)));
    let more = rows
        .more
        .iter()
        .map(|name| ((*name).to_owned(), Form::Text));
    own.chain(more).collect()
}

/// The keys that a map names, in its order.
fn wanted(
    map: &TableMap,
    rows: &Rows,
    keys: &BTreeMap<String, Form>,
    has_kind: bool,
) -> Result<Vec<(String, Form)>, Mistake> {
    let there_are = || format!("There are: {}.", list(keys.keys().map(String::as_str)));
    let mut wanted = Vec::new();
    for (key, _) in &map.columns {
        let found = keys
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key.trim()));
        let (name, form) = found.ok_or_else(|| {
            Mistake::new(format!("'{key}' is no key of {}", map.kind), there_are())
        })?;
        wanted.push((name.clone(), *form));
    }
    let has = |key: &str| wanted.iter().any(|(name, _)| name == key);
    let needed = rows.needed.iter().copied();
    let kind = (rows.family.is_empty() && !has_kind).then_some("type");
    if let Some(lacks) = needed.chain(kind).find(|key| !has(key)) {
        return Err(Mistake::new(
            format!("no column is said to hold the {lacks} of {}", map.kind),
            format!("Map it: --map {lacks}=COLUMN. {}", there_are()),
        ));
    }
    Ok(wanted)
}

/// Whether a row says enough to find its component by.
fn is_named(rows: &Rows, values: &Map<String, Value>) -> bool {
    if !rows.family.is_empty() {
        return rows.needed.iter().all(|key| values.contains_key(*key));
    }
    let row = row::<ComponentRow>(values.clone());
    row.map_or(true, |row| row.identity().address().is_some())
}

fn wrong_cell(line: u64, heading: &str, cell: &str, form: Form) -> Mistake {
    Mistake::new(
        format!(
            "its line {line} has '{cell}' in column '{heading}', where {} belongs",
            form.name()
        ),
        "Correct the cell, or map the key to another column.",
    )
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
        assert_eq!(mistake.what, "it has no column 'Unique name'");
        assert_eq!(mistake.remedy, "Its headings are: Name, Version.");
    }

    #[test]
    fn a_key_that_rows_do_not_have_is_refused() {
        let mistake = refused(
            "Name,Version\nCore,1.0\n",
            &options("solutions", &[("nmae", "Name")]),
        );
        assert!(mistake.what.contains("'nmae' is no key of solutions"));
    }

    #[test]
    fn a_value_that_is_neither_yes_nor_no_is_refused_with_its_line() {
        let mistake = refused(
            "Unique name,Version,Managed\nCore,1.0,perhaps\n",
            &options("solutions", &SOLUTIONS),
        );
        assert!(
            mistake
                .what
                .starts_with("its line 2 has 'perhaps' in column 'Managed'"),
            "{}",
            mistake.what
        );
    }

    #[test]
    fn a_table_of_which_nothing_is_said_is_refused() {
        let mistake = refused("Unique name,Version\nCore,1.0\n", &ImportOptions::default());
        assert!(mistake.remedy.contains("--kind"));
    }

    #[test]
    fn every_key_of_a_row_can_be_mapped() {
        let map = [
            ("parent", "T"),
            ("name", "C"),
            ("maxLength", "L"),
            ("targets", "To"),
            ("managed", "M"),
        ];
        let manifest = manifest(
            "T,C,L,To,M\nlead,cts_a,100,\"account, contact\",no\n",
            &options("columns", &map),
        );
        let column = &manifest.tables[0].columns[0].0;
        assert_eq!(
            (column.max_length, column.managed),
            (Some(100), Some(false))
        );
        assert_eq!(column.targets, ["account", "contact"]);
        let map = [("name", "N"), ("values", "V")];
        let choice =
            &self::manifest("N,V\ncts_tier,1;2;-1\n", &options("choices", &map)).choices[0];
        assert_eq!(choice.values, [1, 2, -1]);
    }

    #[test]
    fn a_family_of_one_type_is_that_type_and_one_of_several_needs_a_column_for_it() {
        let rows = manifest(
            "N,X\ncts_/a.js,1\n",
            &options("webResources", &[("name", "N")]),
        );
        assert_eq!(rows.components[0].kind.0, ComponentType::Number(61));
        let mistake = refused("N,X\na,1\n", &options("apps", &[("name", "N")]));
        assert!(mistake.what.contains("hold the type"), "{}", mistake.what);
        let map = [("name", "N"), ("type", "X")];
        let rows = manifest("N,X\ncts_app,model-driven app\n", &options("apps", &map));
        assert_eq!(rows.components[0].kind.0, ComponentType::Number(80));
    }

    #[test]
    fn a_word_that_means_nothing_is_refused_with_the_families() {
        let mistake = refused("N,X\na,1\n", &options("two words", &[("name", "N")]));
        assert!(mistake.what.starts_with("'two words' is no family"));
        assert!(mistake.remedy.contains("solutions, applications"));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_refused_with_its_line() {
        let text = "Unique name,Version,Managed\nCore,1.0,yes\n\"Cut,2.0,yes\nLast,3.0,no\n";
        let mistake = refused(text, &options("solutions", &SOLUTIONS));
        assert_eq!(mistake.what, "its line 3 opens a quote that is not closed");
    }

    #[test]
    fn rows_without_a_name_are_counted_unless_there_are_no_others() {
        let text = "Unique name,Version,Managed\nCore,1.0,yes\n,2.0,yes\n";
        let document = Document::Plain(text);
        let facts = read(&document, &options("solutions", &SOLUTIONS))
            .unwrap()
            .remove(0);
        assert_eq!((facts.rows, facts.notes.len()), (1, 1));
        let mistake = refused(&text.replace("Core", ""), &options("solutions", &SOLUTIONS));
        assert!(mistake.what.starts_with("none of its 2 rows"));
    }

    #[test]
    fn a_table_without_a_line_is_empty() {
        let mistake = refused("sep=;\r\n", &options("solutions", &SOLUTIONS));
        assert_eq!(mistake.what, "it is empty");
    }
}
