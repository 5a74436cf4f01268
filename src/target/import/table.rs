//! Tables (CSV) with columns that the user names: what tools and spreadsheets export.
//!
//! Which keys a row of a family has, and what each holds, is read from the row's own schema.

mod text;

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::claim::Claim;
use super::document::Document;
use super::{Facts, ImportOptions, TableMap};
use crate::model::ComponentType;
use crate::target::family::Family;
use crate::target::manifest::{
    ApplicationRow, ChoiceRow, ColumnDetails, ColumnRow, ComponentRow, ConnectionReferenceRow,
    CoverageOf, EnvironmentVariableRow, KeyRow, PublisherRow, RelationshipRow, SolutionRow,
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
            let mut table: TableRow = row(values)?;
            // No cell lists columns.
            table.columns_complete &= !table.columns.is_empty();
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
            table.columns_complete = true;
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
            let table = rest.table(values.remove("parent"));
            table.keys.push(KeyRow::named(name));
            table.keys_complete = true;
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
    let claim = Claim {
        family,
        of: complete.contains(&family).then_some(CoverageOf::All),
        lost: nameless,
        // Headings alone are what a filter or a failed export leaves.
        may_be_empty: false,
    };
    let what = match &kind {
        Some(kind) if rows.family.is_empty() => format!("table of {} ({kind})", family.name()),
        _ => format!("table of {}", family.name()),
    };
    Ok(Facts {
        label: what,
        ..facts(rest, claim, count)
    })
}

fn facts(rest: Rest, claim: Claim, count: u64) -> Facts {
    let mut manifest = rest.manifest;
    manifest.tables = rest.tables.into_values().collect();
    let mut notes = match claim.lost {
        0 => Vec::new(),
        1 => vec!["1 row is left out: it names nothing".to_owned()],
        rows => vec![format!("{rows} rows are left out: they name nothing")],
    };
    notes.extend(claim.enter(&mut manifest));
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
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
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
mod tests;
