//! Metadata: tables with columns and keys, relationships, global choices.

use rustc_hash::FxHashMap;

use super::{Answer, Taken, number, text, yes};
use crate::json::Value;
use crate::target::manifest::{
    ChoiceRow, ColumnDetails, ColumnRow, KeyDetails, KeyRow, RelationshipKind, RelationshipRow,
    TableRow,
};
use crate::target::read::Mistake;

pub(super) fn read_tables(answer: &Answer<'_, '_>) -> Result<Taken, Mistake> {
    let mut taken = Taken {
        families: vec!["tables"],
        ..Taken::default()
    };
    for (index, row) in answer.rows.iter().enumerate() {
        let name = text(row, "LogicalName").ok_or_else(|| {
            Mistake::new(
                format!("row {} of its tables has no LogicalName", index + 1),
                "Select LogicalName, and ask again.",
            )
        })?;
        let list = |key: &str| row.get(key).map(Value::items).unwrap_or_default();
        let attributes = list("Attributes");
        let columns: Vec<ColumnRow> = attributes.iter().filter_map(column).collect();
        let keys: Vec<KeyRow> = list("Keys").iter().filter_map(key).collect();
        for (family, any) in [("columns", !columns.is_empty()), ("keys", !keys.is_empty())] {
            if any && !taken.families.contains(&family) {
                taken.families.push(family);
            }
        }
        for related in [
            "OneToManyRelationships",
            "ManyToOneRelationships",
            "ManyToManyRelationships",
        ] {
            let before = taken.manifest.relationships.len();
            let rows = list(related).iter().filter_map(relationship);
            taken.manifest.relationships.extend(rows);
            let entered = taken.manifest.relationships.len() - before;
            taken.lost += (list(related).len() - entered) as u64;
        }
        taken.rows += 1 + columns.len() as u64 + keys.len() as u64;
        taken.manifest.tables.push(TableRow {
            name,
            schema_name: text(row, "SchemaName"),
            entity_set: text(row, "EntitySetName"),
            id: text(row, "MetadataId"),
            otc: number(row.get("ObjectTypeCode")).and_then(|code| code.try_into().ok()),
            managed: yes(row, "IsManaged"),
            custom: yes(row, "IsCustomEntity"),
            ownership: text(row, "OwnershipType"),
            primary_name: text(row, "PrimaryNameAttribute"),
            table_type: text(row, "TableType"),
            // Whether these are all, the user says; what has no name may be any.
            columns_complete: !columns.is_empty() && columns.len() == attributes.len(),
            keys_complete: row.get("Keys").is_some() && keys.len() == list("Keys").len(),
            columns,
            keys,
            ..TableRow::default()
        });
    }
    if !taken.manifest.relationships.is_empty() {
        taken.families.push("relationships");
    }
    Ok(taken)
}

fn key(row: &Value<'_>) -> Option<KeyRow> {
    let columns = row.get("KeyAttributes").map(Value::items);
    let columns = columns.unwrap_or_default().iter().filter_map(Value::text);
    Some(KeyRow(KeyDetails {
        name: text(row, "LogicalName")?,
        columns: columns.map(str::to_owned).collect(),
        src: None,
    }))
}

fn column(row: &Value<'_>) -> Option<ColumnRow> {
    let choice = row.get("GlobalOptionSet").or_else(|| {
        let set = row.get("OptionSet")?;
        (yes(set, "IsGlobal") == Some(true)).then_some(set)
    });
    let targets = row.get("Targets").map(Value::items).unwrap_or_default();
    Some(ColumnRow(ColumnDetails {
        name: text(row, "LogicalName")?,
        kind: kind(row),
        schema_name: text(row, "SchemaName"),
        targets: targets
            .iter()
            .filter_map(Value::text)
            .map(str::to_owned)
            .collect(),
        max_length: number(row.get("MaxLength")).and_then(|length| length.try_into().ok()),
        choice: choice.and_then(|choice| text(choice, "Name")),
        managed: yes(row, "IsManaged"),
        id: text(row, "MetadataId"),
        src: None,
    }))
}

/// The type of a column. Newer types are `Virtual` by their older name, and so are generated columns.
fn kind(row: &Value<'_>) -> Option<String> {
    let kind = text(row, "AttributeType")?;
    if kind != "Virtual" {
        return Some(kind);
    }
    let newer = row
        .at(&["AttributeTypeName", "Value"])
        .and_then(Value::text);
    let newer = newer
        .and_then(|name| name.strip_suffix("Type"))
        .filter(|name| *name != "Virtual");
    newer.map_or(Some(kind), |name| Some(name.to_owned()))
}

/// Columns asked for by themselves, which must say what table they belong to.
pub(super) fn read_columns(answer: &Answer<'_, '_>) -> Result<Taken, Mistake> {
    let mut taken = Taken {
        families: vec!["columns"],
        ..Taken::default()
    };
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let tables = &mut taken.manifest.tables;
    for row in &answer.rows {
        let Some(column) = column(row) else {
            taken.lost += 1;
            continue;
        };
        let table = text(row, "EntityLogicalName").or_else(|| table_in_context(answer.context));
        let table = table.ok_or_else(|| {
            Mistake::new(
                "its columns do not say which table they belong to",
                "Select EntityLogicalName as well, and ask again.",
            )
        })?;
        let place = *places.entry(table.clone()).or_insert_with(|| {
            tables.push(TableRow {
                name: table,
                ..TableRow::default()
            });
            tables.len() - 1
        });
        tables[place].columns.push(column);
        taken.rows += 1;
    }
    Ok(taken)
}

/// `(LogicalName='cts_order')/Attributes`.
fn table_in_context(context: &str) -> Option<String> {
    let (_, rest) = context.split_once("LogicalName='")?;
    Some(rest.split_once('\'')?.0.to_owned())
}

pub(super) fn read_relationships(answer: &Answer<'_, '_>) -> Taken {
    let mut taken = Taken {
        families: vec!["relationships"],
        rows: answer.rows.len() as u64,
        ..Taken::default()
    };
    let rows = answer.rows.iter().filter_map(|row| relationship(row));
    taken.manifest.relationships = rows.collect();
    taken.lost = taken.rows - taken.manifest.relationships.len() as u64;
    taken
}

fn relationship(row: &Value<'_>) -> Option<RelationshipRow> {
    let many = text(row, "Entity1LogicalName");
    let kind = match (&many, row.get("ReferencingEntity")) {
        (Some(_), _) => Some(RelationshipKind::ManyToMany),
        (None, Some(_)) => Some(RelationshipKind::OneToMany),
        (None, None) => None,
    };
    Some(RelationshipRow {
        name: text(row, "SchemaName")?,
        kind,
        referencing: many.or_else(|| text(row, "ReferencingEntity")),
        column: text(row, "ReferencingAttribute"),
        referenced: text(row, "Entity2LogicalName").or_else(|| text(row, "ReferencedEntity")),
        intersect: text(row, "IntersectEntityName"),
        id: text(row, "MetadataId"),
        src: None,
    })
}

pub(super) fn read_choices(answer: &Answer<'_, '_>) -> Taken {
    let mut taken = Taken {
        families: vec!["choices"],
        rows: answer.rows.len() as u64,
        ..Taken::default()
    };
    let rows = answer.rows.iter().filter_map(|row| {
        let options = row.get("Options").map(Value::items).unwrap_or_default();
        Some(ChoiceRow {
            name: text(row, "Name")?,
            values: options
                .iter()
                .filter_map(|option| number(option.get("Value")))
                .collect(),
            id: text(row, "MetadataId"),
            src: None,
        })
    });
    taken.manifest.choices = rows.collect();
    taken.lost = taken.rows - taken.manifest.choices.len() as u64;
    taken
}
