//! Answers of the Web API: rows and metadata, in pages or not.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview (pages, `@odata.context`),
//! …/webapi/query-metadata-web-api and …/reference/entities for the columns of each table.

mod definitions;
mod environment;
mod relations;
mod sets;
mod solutions;

use rustc_hash::FxHashMap;

use super::claim::{Claim, keep_complete};
use super::document::{DEEPER, Document};
use super::pages::Pages;
use super::{Facts, ImportOptions};
use crate::json::Value;
use crate::target::family::Family;
use crate::target::manifest::{CoverageOf, SourceKind, TargetManifest};
use crate::target::read::Mistake;

/// The rows of one entity set or function, as far as one source has them.
#[derive(Debug)]
struct Answer<'v, 'a> {
    /// The entity set, in lower case; of a function without one, its name.
    set: String,
    /// The context behind the set, such as `(LogicalName)` or `('…')/Attributes`.
    context: &'v str,
    rows: Vec<&'v Value<'a>>,
    /// The links to next pages.
    next: Vec<&'v str>,
    /// How many pages have none.
    ends: usize,
}

/// What a set's rows become.
#[derive(Debug, Default)]
struct Taken {
    manifest: TargetManifest,
    /// The families that the rows belong to.
    families: Vec<&'static str>,
    rows: u64,
    /// How many rows name nothing and were left out.
    lost: u64,
    notes: Vec<String>,
}

pub(super) fn recognises(document: &Document<'_>) -> bool {
    let Document::Json(values) = document else {
        return false;
    };
    let answers = answers(values);
    !answers.is_empty() && answers.iter().all(|answer| reader(answer).is_some())
        || values.iter().any(|value| error_message(value).is_some())
}

/// What reads the rows of a set.
enum Reader {
    /// Rows that lack what they need are left out.
    Plain(fn(&Answer<'_, '_>) -> Taken),
    /// Rows that lack what they need make the answer useless.
    Strict(fn(&Answer<'_, '_>) -> Result<Taken, Mistake>),
}

fn reader(answer: &Answer<'_, '_>) -> Option<Reader> {
    use Reader::{Plain, Strict};
    Some(match answer.set.as_str() {
        "solutions" => Strict(solutions::read),
        "publishers" => Plain(solutions::read_publishers),
        "entitydefinitions" => Strict(definitions::read_tables),
        "attributes" => Strict(definitions::read_columns),
        "relationshipdefinitions" => Plain(definitions::read_relationships),
        "globaloptionsetdefinitions" => Plain(definitions::read_choices),
        "solutioncomponents" => Plain(relations::read_inventory),
        "msdyn_solutioncomponentsummaries" => Plain(relations::read_summaries),
        "msdyn_componentlayers" => Plain(relations::read_layers),
        "dependencies" => Plain(relations::read_dependencies),
        "organizations" | "languages" | "version" | "organization" => Plain(environment::read),
        "connectionreferences" => Plain(sets::read_connection_references),
        "environmentvariabledefinitions" => Plain(sets::read_variables),
        _ if sets::is_known(answer) => Plain(sets::read),
        _ => return None,
    })
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Json(values) = document else {
        return Ok(Vec::new());
    };
    if let Some(message) = values.iter().find_map(error_message) {
        return Err(Mistake::new(
            format!("it is an error of the Web API: {message}"),
            "Ask again with the rights and the address that the message speaks of.",
        ));
    }
    let mut facts = Vec::new();
    for answer in answers(values) {
        refuse_cut_values(&answer)?;
        let Some(reader) = reader(&answer) else {
            continue;
        };
        let mut taken = match reader {
            Reader::Plain(read) => read(&answer),
            Reader::Strict(read) => read(&answer)?,
        };
        cover(&answer, &mut taken, options);
        facts.push(Facts {
            kind: SourceKind::Webapi,
            label: format!("{} (Web API)", answer.set),
            rows: taken.rows,
            manifest: taken.manifest,
            pages: Some(Pages {
                set: answer.set,
                next: answer.next.into_iter().map(str::to_owned).collect(),
                ends: answer.ends,
                in_order: true,
            }),
            notes: taken.notes,
            ..Facts::default()
        });
    }
    Ok(facts)
}

/// Says how complete the families of an answer are. Filters do not show in an answer, so only the user knows.
fn cover(answer: &Answer<'_, '_>, taken: &mut Taken, options: &ImportOptions) {
    // One row asked for by itself is not all there are.
    let is_one = answer.context.contains("/$entity");
    for family in std::mem::take(&mut taken.families) {
        let stated = options.says_complete(family);
        let claim = Claim {
            family: Family::named(family).unwrap_or(Family::OTHER),
            of: (stated && (!is_one || OF_TABLES.contains(&family))).then_some(CoverageOf::All),
            lost: taken.lost,
            may_be_empty: true,
        };
        taken.notes.extend(claim.enter(&mut taken.manifest));
    }
    for family in OF_TABLES {
        keep_complete(&mut taken.manifest, family, options.says_complete(family));
    }
}

/// Families of which each table has its own.
const OF_TABLES: [&str; 2] = ["columns", "keys"];

/// The message of an error answer.
fn error_message<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.get("error")?.get("message")?.text()
}

/// The answers in a document: pages of one set are one answer.
fn answers<'v, 'a>(values: &'v [Value<'a>]) -> Vec<Answer<'v, 'a>> {
    let mut answers = Answers::default();
    let mut loose = Vec::new();
    let pages = values.iter().flat_map(|value| {
        let own = (!matches!(value, Value::List(_))).then_some(value);
        value.items().iter().chain(own)
    });
    for page in pages {
        let context = page
            .get("@odata.context")
            .and_then(Value::text)
            .unwrap_or_default();
        if let Some(Value::List(rows)) = page.get("value") {
            let next = page.get("@odata.nextLink").and_then(Value::text);
            answers.add_page(context, rows.iter().collect(), next);
        } else if let Some(entities) = page.at(&["EntityCollection", "Entities"]) {
            let rows = entities.items().iter().collect();
            answers.add_page("#dependencies", rows, None);
        } else if context.is_empty() {
            loose.push(page);
        } else {
            answers.add_page(context, vec![page], None);
        }
    }
    if !loose.is_empty() {
        answers.add_page("", loose, None);
    }
    answers.answers
}

/// Answers in the making, found again by their set and context.
#[derive(Debug, Default)]
struct Answers<'v, 'a> {
    answers: Vec<Answer<'v, 'a>>,
    places: FxHashMap<(String, &'v str), usize>,
}

impl<'v, 'a> Answers<'v, 'a> {
    fn add_page(&mut self, context: &'v str, rows: Vec<&'v Value<'a>>, next: Option<&'v str>) {
        let (set, rest) = set_of(context);
        let is_function = set.starts_with("microsoft.") || set.starts_with("collection(");
        let set = if set.is_empty() || is_function {
            guessed(&set, &rows).unwrap_or_default().to_owned()
        } else {
            set
        };
        let answers = &mut self.answers;
        let place = self.places.entry((set, rest));
        let set = place.key().0.clone();
        let index = *place.or_insert_with(|| {
            answers.push(Answer {
                set,
                context: rest,
                rows: Vec::new(),
                next: Vec::new(),
                ends: 0,
            });
            answers.len() - 1
        });
        let answer = &mut answers[index];
        answer.rows.extend(rows);
        answer.next.extend(next);
        answer.ends += usize::from(next.is_none());
    }
}

/// The set that a context names, in lower case, and what follows it.
fn set_of(context: &str) -> (String, &str) {
    let of = context.rsplit_once('#').map_or("", |(_, of)| of);
    let end = of.find(['(', '/']).unwrap_or(of.len());
    let (set, rest) = of.split_at(end);
    // `EntityDefinitions('…')/Attributes` has rows of columns.
    if set.eq_ignore_ascii_case("EntityDefinitions") && rest.contains("/Attributes") {
        return ("attributes".to_owned(), rest);
    }
    (set.to_ascii_lowercase(), rest)
}

/// The set of rows without a context, by the keys that only they have.
fn guessed(context: &str, rows: &[&Value<'_>]) -> Option<&'static str> {
    let row = rows.first()?;
    let has = |keys: &[&str]| keys.iter().all(|key| row.get(key).is_some());
    let by_keys: &[(&[&str], &str)] = &[
        (&["objectid", "componenttype"], "solutioncomponents"),
        (
            &["msdyn_objectid", "msdyn_componenttype"],
            "msdyn_solutioncomponentsummaries",
        ),
        (
            &["msdyn_componentid", "msdyn_solutionname"],
            "msdyn_componentlayers",
        ),
        (
            &["dependentcomponentobjectid", "requiredcomponentobjectid"],
            "dependencies",
        ),
        (&["uniquename", "version", "ismanaged"], "solutions"),
        (&["uniquename", "solutionid"], "solutions"),
        (&["publisherid", "customizationprefix"], "publishers"),
        (&["LogicalName", "AttributeType"], "attributes"),
        (&["LogicalName", "EntitySetName"], "entitydefinitions"),
        (&["LogicalName", "Attributes"], "entitydefinitions"),
        (
            &["SchemaName", "ReferencingEntity"],
            "relationshipdefinitions",
        ),
        (
            &["SchemaName", "Entity1LogicalName"],
            "relationshipdefinitions",
        ),
        (&["connectionreferencelogicalname"], "connectionreferences"),
        (
            &["environmentvariabledefinitionid"],
            "environmentvariabledefinitions",
        ),
        (&["organizationid", "languagecode"], "organizations"),
        (&["RetrieveProvisionedLanguages"], "languages"),
        (&["LocaleIds"], "languages"),
        (&["Detail"], "organization"),
        (&["Name", "Options"], "globaloptionsetdefinitions"),
        (&["Name", "OptionSetType"], "globaloptionsetdefinitions"),
    ];
    let found = by_keys
        .iter()
        .find(|(keys, _)| has(keys))
        .map(|(_, set)| *set);
    let by_response = || context.contains("retrieveversion").then_some("version");
    found.or_else(by_response).or_else(|| sets::guessed(row))
}

/// `ConvertTo-Json` writes what is nested too deep as text; what was lost then cannot be read.
fn refuse_cut_values(answer: &Answer<'_, '_>) -> Result<(), Mistake> {
    const LOOKED_AT: usize = 50;
    for row in answer.rows.iter().take(LOOKED_AT) {
        for (key, value) in row.entries() {
            let Value::Text(text) = value else { continue };
            if text == "System.Object[]" || (text.starts_with("@{") && text.ends_with('}')) {
                return Err(Mistake::new(
                    format!("its key '{key}' was cut to a text by ConvertTo-Json"),
                    DEEPER,
                ));
            }
        }
    }
    Ok(())
}

/// A text of a row.
fn text(row: &Value<'_>, key: &str) -> Option<String> {
    row.get(key).and_then(Value::text).map(str::to_owned)
}

/// A yes or no of a row, which metadata wraps in an object.
fn yes(row: &Value<'_>, key: &str) -> Option<bool> {
    let value = row.get(key)?;
    match value.get("Value").unwrap_or(value) {
        Value::Bool(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => None,
    }
}

/// A whole number of a row.
#[expect(
    clippy::cast_possible_truncation,
    reason = "codes and sizes are whole numbers far below 2^53; another one is none"
)]
fn number(value: Option<&Value<'_>>) -> Option<i64> {
    match value? {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(*number as i64)
        }
        Value::Text(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => None,
    }
}
