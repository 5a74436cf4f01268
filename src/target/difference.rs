//! What two manifests say differently.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde_json::{Map, Value};

use super::manifest::TargetManifest;
use super::rows::{Row, for_each_list};

/// How something differs between two manifests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, and say different things of it.
    Changed,
}

impl Change {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// One difference between two manifests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The list or part of the manifest it is in.
    pub part: &'static str,
    /// What it is about.
    pub what: String,
    /// How it differs.
    pub change: Change,
    /// For what changed: each key with the former and the new value as text, empty where there is none. Of lists of names
    /// only what differs.
    pub fields: Vec<(String, String, String)>,
}

/// What a second manifest says differently from a first one, in the order of the format. Where a fact comes from and when
/// it was captured are no difference.
pub fn differences(old: &TargetManifest, new: &TargetManifest) -> Vec<Difference> {
    let mut differences = Vec::new();
    let (mut old, mut new) = (old.clone(), new.clone());
    parts(&old, &new, &mut differences);
    for_each_list!(old, new, before, after => rows(before, after, &mut differences));
    names(
        "connectors",
        &old.connectors,
        &new.connectors,
        &mut differences,
    );
    differences
}

fn parts(old: &TargetManifest, new: &TargetManifest, out: &mut Vec<Difference>) {
    macro_rules! compare {
        ($($part:ident: $name:literal),*) => {$(
            let differing = fields(&object(&old.$part), &object(&new.$part));
            if !differing.is_empty() {
                out.push(Difference {
                    part: $name,
                    what: String::new(),
                    change: Change::Changed,
                    fields: differing,
                });
            }
        )*};
    }
    compare!(environment: "environment", baseline: "baseline", coverage: "coverage", features: "features",
             limits: "limits", caller: "caller");
}

fn rows<R: Row + Serialize>(old: &[R], new: &[R], out: &mut Vec<Difference>) {
    let by_key: FxHashMap<_, &R> = old.iter().map(|row| (row.key(), row)).collect();
    let in_new: FxHashSet<_> = new.iter().map(Row::key).collect();
    let difference = |row: &R, change, fields| Difference {
        part: row.list(),
        what: row.called(),
        change,
        fields,
    };
    for row in old.iter().filter(|row| !in_new.contains(&row.key())) {
        out.push(difference(row, Change::Removed, Vec::new()));
    }
    for row in new {
        match by_key.get(&row.key()) {
            None => out.push(difference(row, Change::Added, Vec::new())),
            Some(before) => {
                let fields = fields(&object(before), &object(row));
                if !fields.is_empty() {
                    out.push(difference(row, Change::Changed, fields));
                }
            }
        }
    }
}

fn names(part: &'static str, old: &[String], new: &[String], out: &mut Vec<Difference>) {
    let lower = |name: &String| name.to_ascii_lowercase();
    let [in_old, in_new] =
        [old, new].map(|names| names.iter().map(lower).collect::<FxHashSet<_>>());
    let difference = |what: &String, change| Difference {
        part,
        what: what.clone(),
        change,
        fields: Vec::new(),
    };
    let removed = old.iter().filter(|name| !in_new.contains(&lower(name)));
    out.extend(removed.map(|name| difference(name, Change::Removed)));
    let added = new.iter().filter(|name| !in_old.contains(&lower(name)));
    out.extend(added.map(|name| difference(name, Change::Added)));
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    let Ok(Value::Object(mut object)) = serde_json::to_value(value) else {
        return Map::new();
    };
    for value in object.values_mut() {
        forget_source(value);
    }
    for part in ["columns", "keys"] {
        if let Some(Value::Array(parts)) = object.get_mut(part) {
            parts.iter_mut().for_each(forget_source_of_part);
        }
    }
    object.remove("src");
    // Two spellings of a name are no difference; what names a row has made it the same row.
    object.remove("name");
    object
}

/// A column or key that has nothing but its name is written as that.
fn forget_source_of_part(part: &mut Value) {
    forget_source(part);
    if let Value::Object(object) = part
        && object.len() == 1
        && let Some(name) = object.remove("name")
    {
        *part = name;
    }
}

fn forget_source(value: &mut Value) {
    if let Value::Object(object) = value {
        object.remove("src");
        object.remove("at");
    }
}

/// What differs between two objects, key by key.
fn fields(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<(String, String, String)> {
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let differing = keys.into_iter().filter_map(|key| {
        let (before, after) = (old.get(key), new.get(key));
        if let (Some(Value::Array(before)), Some(Value::Array(after))) = (before, after) {
            let left = |these: &[Value], those: &[Value]| {
                let those: FxHashSet<String> = those.iter().map(Value::to_string).collect();
                let left = these
                    .iter()
                    .filter(|value| !those.contains(&value.to_string()));
                left.map(|value| text(Some(value)))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let (gone, come) = (left(before, after), left(after, before));
            return (!gone.is_empty() || !come.is_empty()).then(|| (key.clone(), gone, come));
        }
        (before != after).then(|| (key.clone(), text(before), text(after)))
    });
    differing.collect()
}

fn text(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(old: &str, new: &str) -> Vec<Difference> {
        let read = |json: &str| serde_json::from_str(json).unwrap();
        differences(&read(old), &read(new))
    }

    #[test]
    fn a_manifest_differs_in_nothing_from_itself() {
        let json = r#"{"solutions":[{"name":"A","version":"1.0","src":"s1"}]}"#;
        assert_eq!(between(json, json), []);
    }

    #[test]
    fn where_a_row_comes_from_and_how_its_name_is_spelt_are_no_difference() {
        let old = r#"{"solutions":[{"name":"A","src":"s1"}]}"#;
        let new = r#"{"solutions":[{"name":"a","src":"s2"}]}"#;
        assert_eq!(between(old, new), []);
    }

    #[test]
    fn an_updated_solution_is_told_with_both_versions() {
        let found = between(
            r#"{"solutions":[{"name":"A","version":"1.0"}]}"#,
            r#"{"solutions":[{"name":"A","version":"1.1"}]}"#,
        );
        assert_eq!(
            found[0].fields,
            [("version".into(), "1.0".into(), "1.1".into())]
        );
    }

    #[test]
    fn where_a_column_comes_from_is_no_difference() {
        let old =
            r#"{"tables":[{"name":"account","columns":["a"],"keys":[{"name":"k","src":"s1"}]}]}"#;
        let new =
            r#"{"tables":[{"name":"account","columns":[{"name":"a","src":"s2"}],"keys":["k"]}]}"#;
        assert_eq!(between(old, new), []);
    }

    #[test]
    fn of_a_table_only_the_columns_that_differ_are_told() {
        let found = between(
            r#"{"tables":[{"name":"account","columns":["name","a"]}]}"#,
            r#"{"tables":[{"name":"account","columns":["name","b"]}]}"#,
        );
        assert_eq!(
            found[0].fields,
            [("columns".into(), "a".into(), "b".into())]
        );
    }

    #[test]
    fn what_only_one_has_is_removed_or_added() {
        let found = between(
            r#"{"choices":[{"name":"a"}]}"#,
            r#"{"choices":[{"name":"b"}]}"#,
        );
        let changes: Vec<_> = found.iter().map(|one| (one.change, &*one.what)).collect();
        assert_eq!(changes, [(Change::Removed, "a"), (Change::Added, "b")]);
    }
}
