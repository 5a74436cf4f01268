//! The JSON Schema of target manifests, and the page that describes their keys, which is made of it.
//!
//! `UPDATE=1 cargo test --test schema` writes docs/target-keys.md anew.

#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use support::program;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/target-keys.md");

fn schema() -> Value {
    serde_json::from_str(&solvet::target::schema()).unwrap()
}

/// The name of the type that a schema refers to.
fn referred(schema: &Value) -> Option<&str> {
    let alternatives = ["anyOf", "oneOf"].into_iter();
    let alternatives = alternatives
        .filter_map(|key| schema[key].as_array())
        .flatten();
    let direct = std::iter::once(schema)
        .chain([&schema["items"]])
        .chain(alternatives);
    let mut names =
        direct.filter_map(|schema| schema["$ref"].as_str().or(schema["items"]["$ref"].as_str()));
    names.next()?.rsplit('/').next()
}

/// The sort of value, in words.
fn sort(schema: &Value, types: &Value) -> String {
    if let Some(name) = referred(schema) {
        let list = schema["type"] == "array" || schema["oneOf"][0]["type"] == "array";
        let of = &types[name];
        let values: Vec<String> = of["oneOf"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| value["const"].as_str().map(|word| format!("`{word}`")))
            .collect();
        if !values.is_empty() {
            return values.join(", ");
        }
        if of["type"].is_array() {
            return "number or text".into();
        }
        let link = format!("[{name}](#{})", name.to_ascii_lowercase());
        return if list {
            format!("list of {link}")
        } else {
            link
        };
    }
    let kind = &schema["type"];
    let kind = kind.as_str().or(kind[0].as_str()).unwrap_or_default();
    match kind {
        "array" => format!(
            "list of {}s",
            schema["items"]["type"]
                .as_str()
                .unwrap_or("text")
                .replace("string", "text")
                .replace("integer", "number")
        ),
        "string" => "text".into(),
        "integer" => "number".into(),
        "boolean" => "`true` or `false`".into(),
        "object" if schema["properties"].is_object() => "family to [Coverage](#coverage)".into(),
        "object" => "map of texts".into(),
        other => other.to_owned(),
    }
}

fn section(title: &str, schema: &Value, types: &Value, page: &mut String) {
    let describe = |schema: &Value| {
        schema["description"]
            .as_str()
            .unwrap_or_default()
            .replace('\n', " ")
            .replace('|', "\\|")
    };
    let _ = write!(
        page,
        "\n## {title}\n\n{}\n\n| key | value | meaning |\n|---|---|---|\n",
        describe(schema)
    );
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (key, of_key) in schema["properties"].as_object().unwrap() {
        let mark = if required.contains(&key.as_str()) {
            " Required."
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "| `{key}` | {} | {}{mark} |",
            sort(of_key, types),
            describe(of_key)
        );
    }
}

fn page() -> String {
    let schema = schema();
    let types = &schema["$defs"];
    let mut page = "# Keys of a target manifest\n\nMade from the program by `UPDATE=1 cargo test --test schema`; do not edit. \
                    `solvet schema target` prints the same as a JSON Schema for editors. [target-manifest.md](target-manifest.md) says what the \
                    keys do.\n".to_owned();
    section("Top level", &schema, types, &mut page);
    for (name, of_type) in types.as_object().unwrap() {
        if of_type["properties"].is_object() {
            section(name, of_type, types, &mut page);
        }
    }
    page.push_str(
        "\n## Coverage\n\n`complete`, `partial` or `none`, or [CoverageDetails](#coveragedetails).\n\n## Column\n\nThe logical name as text, or \
         [ColumnDetails](#columndetails).\n\n## Key\n\nThe logical name as text, or [KeyDetails](#keydetails).\n\n## ComponentType\n\nA number of the platform, or the logical name of a table.\n",
    );
    page
}

#[test]
fn the_page_of_keys_is_made_from_the_schema() {
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(PAGE, &page).unwrap();
    }
    assert!(
        fs::read_to_string(PAGE).unwrap_or_default() == page,
        "docs/target-keys.md is not what the schema says; UPDATE=1 cargo test --test schema writes it anew"
    );
}

#[test]
fn every_key_has_a_meaning() {
    let schema = schema();
    let types = schema["$defs"].as_object().unwrap().values();
    for (key, of_key) in types
        .chain([&schema])
        .filter_map(|of_type| of_type["properties"].as_object())
        .flatten()
    {
        assert!(of_key["description"].is_string(), "{key}");
    }
}

// ----------------------------------------------------------------------------------------------------------------
// The contracts of reports.

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";

/// What the program prints, as JSON.
fn printed(arguments: &[&str]) -> Value {
    let run = program::run(arguments);
    assert!(run.status < 2 || !run.stdout.is_empty(), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The schemas that are printed, each with commands whose reports they describe.
fn contracts() -> Vec<(Value, Vec<Value>)> {
    let json = |arguments: &[&str]| printed(&[arguments, &["--format", "json"]].concat());
    let target = "samples/targets/contoso-prod.json";
    let of_sequence = ["dependencies", PACKAGE, "msdyn_sequence:APAC Leads"];
    vec![
        (
            printed(&["schema", "sequences"]),
            vec![
                json(&["inspect", PACKAGE, "--sequences"]),
                json(&["inspect", PACKAGE, "samples/absent.zip", "--sequences"]),
            ],
        ),
        (
            printed(&["schema", "dependencies"]),
            vec![
                json(&of_sequence),
                json(&[&of_sequence[..], &["--target", target]].concat()),
                json(&["dependencies", PACKAGE, "table:lead"]),
            ],
        ),
    ]
}

/// What is wrong with a value, by as much of JSON Schema as the contracts use. A key that the schema does not know is wrong
/// too: the schema would keep silent of it.
fn wrong(schema: &Value, root: &Value, value: &Value, path: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return wrong(&root["$defs"][name], root, value, path);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any
            .iter()
            .any(|one| wrong(one, root, value, path).is_empty());
        let first = || wrong(&any[0], root, value, path);
        return if fits { Vec::new() } else { first() };
    }
    let sort = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let sorts = &schema["type"];
    let is_listed = sorts
        .as_array()
        .is_some_and(|sorts| sorts.contains(&sort.into()));
    if sorts != sort && !is_listed {
        return vec![format!("{path} is {sort}, not {sorts}")];
    }
    let mut found = Vec::new();
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(wrong(
            &schema["items"],
            root,
            item,
            &format!("{path}[{at}]"),
        ));
    }
    let object = value.as_object();
    for (key, item) in object.into_iter().flatten() {
        let path = format!("{path}.{key}");
        let of_key = schema["properties"].get(key);
        match of_key.or(schema.get("additionalProperties")) {
            Some(of_key) => found.extend(wrong(of_key, root, item, &path)),
            None => found.push(format!("{path} is not known")),
        }
    }
    let required = schema["required"].as_array().into_iter().flatten();
    let absent =
        required.filter(|key| object.is_some_and(|own| !own.contains_key(key.as_str().unwrap())));
    found.extend(absent.map(|key| format!("{path} has no {key}")));
    found
}

#[test]
fn reports_are_what_their_schemas_say() {
    for (schema, reports) in contracts() {
        for report in reports {
            assert_eq!(wrong(&schema, &schema, &report, "$"), [""; 0]);
        }
    }
}

#[test]
fn every_key_of_a_contract_has_a_meaning() {
    for (schema, _) in contracts() {
        let types = schema["$defs"].as_object().unwrap().values();
        let properties = types
            .chain([&schema])
            .filter_map(|of_type| of_type["properties"].as_object());
        for (key, of_key) in properties.flatten() {
            assert!(of_key["description"].is_string(), "{key}");
        }
    }
}
