//! Every row of the large sources is answered by the library as it stands there.

use std::collections::BTreeMap;

use solvet::catalog::{
    RelationshipKind, application, choice, column, feature, feature_of_application, relationship,
    relationships_of, solution, table, table_of_entity_set, table_of_type_code,
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

#[test]
fn every_solution_of_a_feature_and_every_application_of_its_tables_leads_to_it() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("features.tsv").rows() {
        let name = row.get("feature");
        for solution in row.list("solutions", ',') {
            let found = feature(&solution.replace('*', "Anything")).unwrap();
            assert_eq!(found.name, name, "{solution}");
        }
        for application in row.list("applications", ';') {
            let found = feature_of_application(application).unwrap();
            assert_eq!(found.name, name, "{application}");
        }
    }
}

#[test]
fn a_feature_names_only_solutions_applications_and_packages_that_other_tables_know() {
    if is_being_written() {
        return;
    }
    let tables = Tsv::read("tables.tsv");
    for row in Tsv::read("features.tsv").rows() {
        for name in row
            .list("solutions", ',')
            .filter(|name| !name.ends_with('*'))
        {
            let known = solution(name).is_some() || application(name).is_some();
            assert!(known, "{name}");
        }
        for name in row.list("applications", ';') {
            let mut rows = tables.rows();
            assert!(rows.any(|row| row.get("app") == name), "{name}");
        }
    }
}

/// What a row of solutions.tsv says of a solution that is switched on, and must not say of one that is installed.
const SWITCHED_ON: [&str; 4] = [
    "as msdyn_sequence",
    "turn on",
    "Sales Premium",
    "msdynce_SalesInsightsAnchor",
];

#[test]
fn what_a_switch_or_a_licence_alone_provides_belongs_to_a_feature() {
    if is_being_written() {
        return;
    }
    for row in Tsv::read("solutions.tsv").rows() {
        let (name, how) = (row.get("solution"), row.get("how_to_obtain"));
        if SWITCHED_ON.iter().any(|phrase| how.starts_with(phrase)) {
            assert!(feature(name).is_some(), "{name}: {how}");
        }
    }
}
