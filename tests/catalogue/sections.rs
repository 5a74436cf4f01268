//! The sections of the catalogue, each from its source.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use solvet::catalog::Class;
use solvet::model::{ComponentType, Evidence, IdentifiedBy};

use crate::build::{ELSEWHERE, Index, Names, Rows, Standing, bits, map, offset, platform};
use crate::format::{COLUMN_TYPES, MANY_TO_MANY, RECORD_BYTES, section};
use crate::tsv::{Row, Tsv};

/// What is written so far, and what later sections ask of earlier ones.
#[derive(Default)]
struct Catalogue {
    index: Index,
    rows: Rows,
    tables: HashMap<String, Standing>,
    columns: HashMap<(String, String), Standing>,
    built_in: Vec<String>,
}

/// The embedded files with their names.
pub(crate) fn catalogue() -> Vec<(&'static str, Vec<u8>)> {
    let mut catalogue = Catalogue::default();
    catalogue.tables();
    let columns = catalogue.columns();
    let (names, records) = catalogue.relationships();
    catalogue.choices();
    catalogue.solutions();
    catalogue.features();
    catalogue.suppliers();
    catalogue.roles();
    catalogue.messages();
    vec![
        ("columns.bin", columns),
        ("index.fst", catalogue.index.into_bytes()),
        ("relationships.bin", records),
        ("relationships.fst", names),
        ("rows.txt", catalogue.rows.into_bytes()),
    ]
}

/// The rarer of two standings.
fn rarer(a: Standing, b: Standing) -> Standing {
    (a.0.max(b.0), a.1.min(b.1))
}

impl Catalogue {
    fn tables(&mut self) {
        for row in Tsv::read("tables.tsv").rows() {
            let name = row.get("table");
            let standing = match row.get("class") {
                "platform" => platform(row.shown_by(&["G", "V", "M"])),
                "d365apps" => (Class::Dynamics365Apps, Evidence::Weak),
                _ => ELSEWHERE,
            };
            let text = self.table_row(&row);
            let at = self.rows.add(&text);
            self.index.add(section::TABLE, &[name], at, standing);
            for (section, field) in [
                (section::ENTITY_SET, "entity_set"),
                (section::TYPE_CODE, "otc"),
            ] {
                let value = row.get(field);
                if !value.is_empty() {
                    self.index.add(section, &[value], at, standing);
                }
            }
            self.tables.insert(name.to_owned(), standing);
        }
    }

    fn table_row(&mut self, row: &Row<'_>) -> String {
        let (name, id) = (row.get("table"), row.get("primary_id"));
        let application = match row.get("app") {
            "" => String::new(),
            application => self.rows.add(application).to_string(),
        };
        let letter = |field| row.get(field).get(..1).unwrap_or_default();
        let fields = [
            id.to_owned(),
            match id.strip_suffix("id") {
                Some(start) if start == name => String::new(),
                _ => name.to_owned(),
            },
            match row.get("schema_name") {
                schema_name if schema_name == name => "=".to_owned(),
                schema_name => schema_name.to_owned(),
            },
            row.join(&["entity_set", "otc", "primary_name"]),
            letter("ownership").to_owned(),
            letter("table_type").to_owned(),
            row.get("solution_seen").to_owned(),
            application,
        ];
        fields.join("\t")
    }

    /// The standing of a table; of no known origin where nothing is known of it.
    fn table(&self, name: &str) -> Standing {
        self.tables.get(name).copied().unwrap_or(ELSEWHERE)
    }

    /// Kinds of columns, the most frequent first, so that most columns have a small number.
    fn columns(&mut self) -> Vec<u8> {
        let source = Tsv::read("columns.tsv");
        let mut kinds = BTreeMap::<_, usize>::new();
        for row in source.rows() {
            *kinds
                .entry((row.get("type"), row.get("targets")))
                .or_default() += 1;
        }
        let mut by_count: Vec<_> = kinds.into_iter().collect();
        by_count.sort_by_key(|(kind, count)| (Reverse(*count), *kind));
        let mut bytes = Vec::new();
        let mut places = HashMap::new();
        for (kind, _) in by_count {
            places.insert(kind, bytes.len());
            let place = COLUMN_TYPES.iter().position(|known| *known == kind.0);
            bytes.push(u8::try_from(place.unwrap()).unwrap());
            let targets: Vec<_> = kind.1.split(',').filter(|name| !name.is_empty()).collect();
            bytes.extend(u16::try_from(targets.len()).unwrap().to_le_bytes());
            for target in targets {
                bytes.extend(offset(self.rows.add(target)));
            }
        }
        for row in source.rows() {
            let (table, column) = (row.get("table"), row.get("column"));
            let standing = match row.get("layer") {
                "platform" => platform(row.shown_by(&["G", "V", "M"])),
                "platform?" => platform(0),
                "app-added" => (Class::Dynamics365Apps, Evidence::Weak),
                _ => self.table(table),
            };
            let place = places[&(row.get("type"), row.get("targets"))];
            self.index
                .add(section::COLUMN, &[table, column], place, standing);
            let key = (table.to_owned(), column.to_owned());
            self.columns.insert(key, standing);
        }
        bytes
    }

    /// The standing of a column; its table's where the column is not known.
    fn column(&self, table: &str, column: &str) -> Standing {
        let key = (table.to_owned(), column.to_owned());
        let known = self.columns.get(&key).copied();
        known.unwrap_or_else(|| self.table(table))
    }

    /// The names of relationships and their records.
    fn relationships(&mut self) -> (Vec<u8>, Vec<u8>) {
        let source = Tsv::read("relationships.tsv");
        let rows: BTreeMap<_, _> = source
            .rows()
            .map(|row| (row.get("schema_name").to_ascii_lowercase(), row))
            .collect();
        assert_eq!(rows.len(), source.rows().count(), "a name stands twice");
        let mut records = Vec::new();
        let mut numbers = Names::default();
        let mut order = Vec::new();
        let mut names = BTreeMap::new();
        for (number, (name, row)) in rows.iter().enumerate() {
            names.insert(name.clone().into_bytes(), u64::try_from(number).unwrap());
            let ends = (row.get("referencing"), row.get("column"));
            order.push((ends, u16::try_from(number).unwrap()));
            let record = self.relationship(row, &mut numbers);
            assert_eq!(record.len(), RECORD_BYTES);
            records.extend(record);
        }
        order.sort_unstable();
        records.extend(order.iter().flat_map(|(_, number)| number.to_le_bytes()));
        for name in numbers.in_order() {
            records.extend(offset(self.rows.add(&name)));
        }
        (map(names), records)
    }

    fn relationship(&self, row: &Row<'_>, names: &mut Names) -> Vec<u8> {
        let many = row.get("kind") == "NN";
        let (referencing, referenced) = (row.get("referencing"), row.get("referenced"));
        let sources = row.shown_by(&["G", "V", "M"]);
        let standing = if many {
            let sides = row.get("nn_sides").split(',');
            let known = sides.filter_map(|side| self.tables.get(side).copied());
            known.fold(platform(sources), rarer)
        } else {
            let ends = rarer(self.table(referencing), self.table(referenced));
            let column = self.column(referencing, row.get("column"));
            rarer(rarer(ends, column), platform(sources))
        };
        let end = if many {
            row.join(&["nn_sides", "intersect"])
        } else {
            referenced.to_owned()
        };
        let fields = [
            referencing,
            row.get("column"),
            &end,
            row.get("nav_property"),
        ];
        let numbers = fields.map(|field| names.number(field).to_le_bytes());
        let last = bits(standing) | if many { MANY_TO_MANY } else { 0 };
        [numbers.as_flattened(), &[last]].concat()
    }

    fn choices(&mut self) {
        for row in Tsv::read("choices.tsv").rows() {
            let name = row.get("name");
            let (table, standing) = match row.get("column").split_once('.') {
                Some((table, column)) => {
                    assert_eq!(name, format!("{table}_{column}"));
                    (table, self.column(table, column))
                }
                None => ("", self.global_choice(name)),
            };
            let standing = rarer(standing, platform(0));
            let values = self.rows.add(row.get("values"));
            let payload = values << 8 | usize::from(u8::try_from(table.len()).unwrap());
            self.index.add(section::CHOICE, &[name], payload, standing);
        }
    }

    /// A global choice is as rare as the table that its name begins with, unless an application seems to add it there.
    fn global_choice(&self, name: &str) -> Standing {
        let splits = name.match_indices('_').filter(|(at, _)| *at > 0);
        let mut tables = splits.filter_map(|(at, _)| Some((at, *self.tables.get(&name[..at])?)));
        match tables.next_back() {
            Some((at, standing)) if !name[at..].contains("msdyn") => standing,
            _ => ELSEWHERE,
        }
    }

    fn solutions(&mut self) {
        for row in Tsv::read("solutions.tsv").rows() {
            let name = row.get("solution");
            let built_in = row.get("built_in") == "yes";
            let standing = if built_in { platform(2) } else { ELSEWHERE };
            if built_in {
                self.built_in.push(name.to_ascii_lowercase());
            }
            let at = self.rows.add(&row.join(&[
                "solution",
                "publisher",
                "display",
                "app",
                "how_to_obtain",
                "package_solutions",
                "versions_seen",
                "confidence",
            ]));
            self.index.add(section::SOLUTION, &[name], at, standing);
        }
        for row in Tsv::read("applications.tsv").rows() {
            let at = self.rows.add(&row.join(&[
                "unique_name",
                "display",
                "application_name",
                "publisher",
                "application_id",
            ]));
            let name = row.get("unique_name");
            self.index.add(section::APPLICATION, &[name], at, ELSEWHERE);
        }
    }

    fn features(&mut self) {
        for row in Tsv::read("features.tsv").rows() {
            let at = self
                .rows
                .add(&row.join(&["feature", "licence", "switched_on", "source"]));
            for name in row.list("solutions", ',') {
                self.index.add(section::FEATURE, &[name], at, ELSEWHERE);
            }
            for name in row.list("applications", ';') {
                self.index
                    .add(section::FEATURE_APPLICATION, &[name], at, ELSEWHERE);
            }
        }
    }

    /// For each key the solution that is built in, else the one most often seen, else the first by name.
    fn suppliers(&mut self) {
        let mut found = BTreeMap::<Vec<String>, BTreeMap<String, (usize, Vec<String>)>>::new();
        for row in Tsv::read("suppliers.tsv").rows() {
            let keys = supplier_keys(&row);
            assert!(
                !keys.is_empty(),
                "nothing identifies {}",
                row.get("display")
            );
            for key in keys {
                let solutions = found.entry(key).or_default();
                let (times, versions) = solutions.entry(row.get("solution").into()).or_default();
                *times += row.get("times_seen").parse::<usize>().unwrap();
                let new = row.get("versions").split(',').map(str::to_owned);
                versions.extend(new.filter(|version| !version.is_empty()));
            }
        }
        for (key, solutions) in found {
            let rank = |solution: &str, times: usize| {
                let built_in = self.built_in.contains(&solution.to_ascii_lowercase());
                (Reverse(built_in), Reverse(times))
            };
            let mut ranked: Vec<_> = solutions.into_iter().collect();
            ranked.sort_by_key(|(solution, (times, _))| rank(solution, *times));
            let (solution, (times, mut versions)) = ranked.swap_remove(0);
            let built_in = rank(&solution, times).0.0;
            let standing = if built_in { platform(2) } else { ELSEWHERE };
            versions.sort_unstable();
            versions.dedup();
            let at = self
                .rows
                .add(&format!("{solution}\t{}", versions.join(",")));
            let key: Vec<_> = key.iter().map(String::as_str).collect();
            self.index.add(section::SUPPLIER, &key, at, standing);
        }
    }

    fn roles(&mut self) {
        for row in Tsv::read("roles.tsv").rows() {
            let text = row.join(&["name", "role_id", "role_template_id"]);
            let at = self.rows.add(&text);
            for (section, field) in [(section::ROLE_ID, "role_id"), (section::ROLE_NAME, "name")] {
                self.index.add(section, &[row.get(field)], at, platform(1));
            }
        }
        for row in Tsv::read("privileges.tsv").rows() {
            let at = self.rows.add(row.get("access"));
            let table = row.get("table");
            let standing = self.table(table);
            self.index.add(section::PRIVILEGE, &[table], at, standing);
        }
    }

    fn messages(&mut self) {
        for row in Tsv::read("messages.tsv").rows() {
            let key = [row.get("table"), row.get("message")];
            self.index.add(section::TABLE_MESSAGE, &key, 0, ELSEWHERE);
        }
        for row in Tsv::read("sdk_messages.tsv").rows() {
            let key = [row.get("message")];
            self.index.add(section::SDK_MESSAGE, &key, 0, ELSEWHERE);
        }
    }
}

/// The keys under which a component is asked for. Rows of tables that only a label names are known by that.
fn supplier_keys(row: &Row<'_>) -> Vec<Vec<String>> {
    let kind = ComponentType::parse(row.get("component_type"));
    let (id, table) = (row.get("id"), row.get("parent"));
    let name = match (row.get("schema_name"), &kind) {
        ("", ComponentType::Table(_)) if id.is_empty() => row.get("display"),
        (name, _) => name,
    };
    let by_name = [vec![name], vec![table, name]];
    let keys: &[Vec<&str>] = match kind.identified_by() {
        IdentifiedBy::Name => &by_name[..1],
        IdentifiedBy::NameInTable => &by_name[1..],
        IdentifiedBy::Id => &[vec![id]],
        IdentifiedBy::IdOrName => &[by_name.as_slice(), &[vec![id]]].concat(),
    };
    let known = keys.iter().filter(|key| !key.contains(&""));
    known
        .map(|key| {
            let parts = key.iter().map(|part| part.to_ascii_lowercase());
            std::iter::once(kind.to_string()).chain(parts).collect()
        })
        .collect()
}
