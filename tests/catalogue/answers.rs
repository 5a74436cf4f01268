//! Every row of the large sources is answered by the library as it stands there.

use std::collections::BTreeMap;

use solvet::catalog::{
    RelationshipKind, choice, column, relationship, relationships_of, solution, table,
    table_of_entity_set, table_of_type_code,
};

use crate::tsv::Tsv;

/// Whether the program that this test was compiled with is out of date by intention.
fn is_being_written() -> bool {
    std::env::var_os("UPDATE").is_some()
}

#[test]
fn every_table_is_answered_as_its_row_says() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("tables.tsv").rows() {
        let name = row.get("table");
        let found = table(name).unwrap();
        let code = found.type_code.map(|code| code.to_string());
        let answered = [
            found.name,
            found.schema_name,
            found.entity_set,
            &code.unwrap_or_default(),
            found.primary_id,
            found.primary_name,
            found.ownership,
            found.table_type,
            found.solution_seen,
            found.application,
        ];
        let written = row.join(&[
            "table",
            "schema_name",
            "entity_set",
            "otc",
            "primary_id",
            "primary_name",
            "ownership",
            "table_type",
            "solution_seen",
            "app",
        ]);
        assert_eq!(answered.join("\t"), written);
        if !found.entity_set.is_empty() {
            assert_eq!(table_of_entity_set(found.entity_set), Some(name));
        }
        if let Some(code) = found.type_code {
            assert_eq!(table_of_type_code(code), Some(name));
        }
    }
}

#[test]
fn every_column_is_answered_with_its_type_and_targets() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("columns.tsv").rows() {
        let found = column(row.get("table"), row.get("column")).unwrap();
        let targets: Vec<_> = found.targets.iter().collect();
        assert_eq!(found.kind, row.get("type"));
        assert_eq!(targets.join(","), row.get("targets"));
        assert_eq!(targets.len(), found.targets.len());
    }
}

#[test]
fn every_relationship_is_answered_by_name_and_by_its_column() {
    if is_being_written() {
        return;
    }
    let source = Tsv::read("relationships.tsv");
    let mut by_column = BTreeMap::<_, Vec<_>>::new();
    for row in source.rows() {
        let name = row.get("schema_name");
        let found = relationship(name).unwrap();
        let many = found.kind == RelationshipKind::ManyToMany;
        let answered = [
            if many { "NN" } else { "1N" },
            found.referencing,
            found.column,
            found.referenced,
            found.navigation_property,
            found.sides,
            found.intersect,
        ];
        let written = row.join(&[
            "kind",
            "referencing",
            "column",
            "referenced",
            "nav_property",
            "nn_sides",
            "intersect",
        ]);
        assert_eq!(answered.join("\t"), written, "{name}");
        let ends = (row.get("referencing"), row.get("column"));
        let names = by_column.entry(ends).or_default();
        names.push(name.to_ascii_lowercase());
    }
    for ((table, column), mut names) in by_column {
        let found = relationships_of(table, column).into_iter();
        let mut answered: Vec<_> = found.map(|(name, _)| name).collect();
        answered.sort_unstable();
        names.sort_unstable();
        assert_eq!(answered, names, "{table}.{column}");
    }
}

#[test]
fn every_choice_is_answered_with_its_values() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("choices.tsv").rows() {
        let found = choice(row.get("name")).unwrap();
        let values = found
            .values()
            .map(|(value, label)| format!("{value}={label}"));
        let values: Vec<_> = values.collect();
        let column = found
            .column
            .map(|(table, column)| format!("{table}.{column}"));
        assert_eq!(values.join(";"), row.get("values"), "{}", row.get("name"));
        assert_eq!(column.unwrap_or_default(), row.get("column"));
    }
}

#[test]
fn every_solution_is_built_in_where_its_row_says_so() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("solutions.tsv").rows() {
        let found = solution(row.get("solution")).unwrap();
        assert_eq!(found.fact.is_platform(), row.get("built_in") == "yes");
    }
}
