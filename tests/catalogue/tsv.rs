//! Reading the sources by the names of their fields.

use std::collections::BTreeMap;
use std::fs;

use crate::folder;

/// Every source that is embedded.
pub(crate) const NAMES: [&str; 12] = [
    "applications.tsv",
    "choices.tsv",
    "columns.tsv",
    "features.tsv",
    "messages.tsv",
    "privileges.tsv",
    "relationships.tsv",
    "roles.tsv",
    "sdk_messages.tsv",
    "solutions.tsv",
    "suppliers.tsv",
    "tables.tsv",
];

/// A source in memory.
pub(crate) struct Tsv {
    text: String,
    fields: BTreeMap<String, usize>,
}

/// One row of a source.
pub(crate) struct Row<'a> {
    fields: &'a BTreeMap<String, usize>,
    values: Vec<&'a str>,
}

impl Tsv {
    pub(crate) fn read(name: &str) -> Self {
        let text = fs::read_to_string(folder().join(name)).unwrap();
        let header = text.lines().next().unwrap().split('\t');
        let fields = header.enumerate();
        Self {
            fields: fields.map(|(at, name)| (name.to_owned(), at)).collect(),
            text,
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.text.lines().skip(1).map(|line| Row {
            fields: &self.fields,
            values: line.split('\t').collect(),
        })
    }
}

impl<'a> Row<'a> {
    /// The value of the field with this name.
    pub(crate) fn get(&self, field: &str) -> &'a str {
        self.values[self.fields[field]]
    }

    /// The items of a field that is a list.
    pub(crate) fn list(&self, field: &str, separator: char) -> impl Iterator<Item = &'a str> {
        let items = self.get(field).split(separator);
        items.filter(|item| !item.is_empty())
    }

    /// The values of these fields as a row of the embedded text.
    pub(crate) fn join(&self, fields: &[&str]) -> String {
        let values: Vec<_> = fields.iter().map(|field| self.get(field)).collect();
        values.join("\t")
    }

    /// How many of these sources show it.
    pub(crate) fn shown_by(&self, sources: &[&str]) -> usize {
        let shown = self.get("src").split(',');
        shown.filter(|source| sources.contains(source)).count()
    }
}
