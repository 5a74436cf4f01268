//! Values of a manifest that may be written in two ways, short or long; what is written is as short as it can be.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Serialize, Serializer};

use super::manifest::{
    ColumnDetails, ColumnRow, Coverage, CoverageDetails, CoverageState, KeyDetails, KeyRow,
    SolutionRow, TypeName,
};
use crate::model::{ComponentType, KINDS};

/// Reads a value that may be written short, as text, or long, as a map. `untagged` enums would do the same
/// and lose the reason when the long form has a mistake.
struct ShortOrLong<S, L> {
    expecting: &'static str,
    short: S,
    long: L,
}

impl<'de, S, L, T> Visitor<'de> for ShortOrLong<S, fn(L) -> T>
where
    S: FnOnce(&str) -> Option<T>,
    L: Deserialize<'de>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.short)(text)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self.expecting))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        L::deserialize(MapAccessDeserializer::new(map)).map(self.long)
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let long: fn(CoverageDetails) -> Self = Self;
        deserializer.deserialize_any(ShortOrLong {
            expecting: "\"complete\", \"partial\", \"none\" or their long form",
            short: |text: &str| {
                let state = match text {
                    "complete" => CoverageState::Complete,
                    "partial" => CoverageState::Partial,
                    "none" => CoverageState::None,
                    _ => return None,
                };
                Some(Self(CoverageDetails {
                    state,
                    ..CoverageDetails::default()
                }))
            },
            long,
        })
    }
}

impl<'de> Deserialize<'de> for ColumnRow {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let long: fn(ColumnDetails) -> Self = Self;
        deserializer.deserialize_any(ShortOrLong {
            expecting: "a column name or a column with details",
            short: |text: &str| {
                Some(Self(ColumnDetails {
                    name: text.into(),
                    ..ColumnDetails::default()
                }))
            },
            long,
        })
    }
}

impl<'de> Deserialize<'de> for KeyRow {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let long: fn(KeyDetails) -> Self = Self;
        deserializer.deserialize_any(ShortOrLong {
            expecting: "the name of a key or a key with its source",
            short: |text: &str| Some(Self::named(text)),
            long,
        })
    }
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrName;

        impl Visitor<'_> for NumberOrName {
            type Value = TypeName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a component type number or table name")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TypeName, E> {
                // The words people use are taken too; any other word is a table's name.
                let row = KINDS.iter().find(|row| {
                    row.label.eq_ignore_ascii_case(text) || row.name.eq_ignore_ascii_case(text)
                });
                Ok(TypeName(row.map_or_else(
                    || ComponentType::parse(text),
                    |row| ComponentType::number(row.number),
                )))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<TypeName, E> {
                let number = u32::try_from(number).map_err(E::custom)?;
                Ok(TypeName(ComponentType::number(number)))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<TypeName, E> {
                let number = u32::try_from(number).map_err(E::custom)?;
                Ok(TypeName(ComponentType::number(number)))
            }
        }

        deserializer.deserialize_any(NumberOrName)
    }
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let short = CoverageDetails {
            state: self.0.state,
            ..CoverageDetails::default()
        };
        if self.0 == short {
            self.0.state.serialize(serializer)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl Serialize for ColumnRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Compared field by field: there are tens of thousands, and a copy of each name would be made only to drop it.
        let ColumnDetails {
            name,
            kind: None,
            schema_name: None,
            targets,
            max_length: None,
            choice: None,
            managed: None,
            id: None,
            src: None,
        } = &self.0
        else {
            return self.0.serialize(serializer);
        };
        if targets.is_empty() {
            serializer.serialize_str(name)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl Serialize for KeyRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            KeyDetails {
                name,
                columns,
                src: None,
            } if columns.is_empty() => serializer.serialize_str(name),
            details => details.serialize(serializer),
        }
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            ComponentType::Number(number) => serializer.serialize_u32(*number),
            ComponentType::Table(table) => serializer.serialize_str(table.as_str()),
        }
    }
}

/// Reads solutions, long as a list of rows or short as a map from name to version.
pub(super) fn solutions<'de, D: de::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<SolutionRow>, D::Error> {
    struct Solutions;

    impl<'de> Visitor<'de> for Solutions {
        type Value = Vec<SolutionRow>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of solutions, or a map from solution name to version")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
            let mut solutions = Vec::new();
            while let Some(row) = rows.next_element()? {
                solutions.push(row);
            }
            Ok(solutions)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut solutions = Vec::new();
            while let Some((name, version)) = map.next_entry::<String, String>()? {
                solutions.push(SolutionRow {
                    name,
                    version: Some(version),
                    ..SolutionRow::default()
                });
            }
            Ok(solutions)
        }
    }

    deserializer.deserialize_any(Solutions)
}

#[cfg(test)]
mod tests {
    use crate::target::manifest::TableRow;

    #[test]
    fn a_column_or_key_is_written_as_its_name_unless_there_is_more() {
        let text = r#"{"name":"account","columns":["name",{"name":"a","src":"s2"}],"keys":["k",{"name":"l","src":"s2"},{"name":"m","columns":["a"]}],"src":"s1"}"#;
        let table: TableRow = serde_json::from_str(text).unwrap();
        assert_eq!(table.keys[1].0.src.as_deref(), Some("s2"));
        assert_eq!(serde_json::to_string(&table).unwrap(), text);
    }
}
