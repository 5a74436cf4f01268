//! YAML as JSON values, for files of the project itself.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

/// What is open while a text is read.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// The one document of a text. Every scalar is a text; an empty one is null.
pub fn yaml(text: &str) -> Value {
    let mut open: Vec<Open> = Vec::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str(text) {
        let value = match event.unwrap().0 {
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop().unwrap() {
                Open::List(list) => Value::Array(list),
                Open::Map(map, _) => Value::Object(map),
            },
            Event::Scalar(text, ..) if text.is_empty() => Value::Null,
            Event::Scalar(text, ..) => Value::String(text.into_owned()),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => continue,
            Event::Alias(_) => panic!("nothing here needs an alias"),
        };
        match open.last_mut() {
            None => root = value,
            Some(Open::List(list)) => list.push(value),
            Some(Open::Map(map, key)) => match key.take() {
                None => *key = Some(value.as_str().unwrap().to_owned()),
                Some(key) => assert!(map.insert(key, value).is_none(), "a key is there twice"),
            },
        }
    }
    root
}
