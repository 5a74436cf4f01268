//! Values of rows joined, key by key.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

/// Enters one object in another: values that only one has stay, lists of names are joined, and of two values that differ
/// the newer one counts.
pub(super) fn join_objects(
    old: &mut Map<String, Value>,
    new: Map<String, Value>,
    newer: bool,
    differs: &mut dyn FnMut(&str, &Value, &Value),
) {
    for (key, value) in new {
        match (old.get_mut(&key), value) {
            (None, value) => {
                old.insert(key, value);
            }
            (Some(Value::Array(known)), Value::Array(values)) if is_joined(&key) => {
                join_arrays(known, values, newer);
            }
            (Some(known), value) if *known != value => {
                differs(&key, known, &value);
                if newer {
                    *known = value;
                }
            }
            _ => {}
        }
    }
}

/// Lists whose elements are added to each other; others are replaced as a whole.
fn is_joined(key: &str) -> bool {
    ["solutions", "targets", "roles", "licences", "apps"].contains(&key)
}

/// Joins lists of names, or of objects with names.
fn join_arrays(known: &mut Vec<Value>, values: Vec<Value>, newer: bool) {
    let name = |value: &Value| {
        let name = value.get("name").unwrap_or(value);
        name.as_str().unwrap_or_default().to_ascii_lowercase()
    };
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for (index, value) in known.iter().enumerate() {
        places.insert(name(value), index);
    }
    for value in values {
        let Some(under) = places
            .get(&name(&value))
            .and_then(|index| known.get_mut(*index))
        else {
            places.insert(name(&value), known.len());
            known.push(value);
            continue;
        };
        match (&mut *under, value) {
            (Value::Object(old), Value::Object(new)) => {
                join_objects(old, new, newer, &mut |_, _, _| {});
            }
            // A name alone says less than a row with details.
            (Value::String(_), value @ Value::Object(_)) => *under = value,
            _ => {}
        }
    }
}
