//! Columns and keys, by what is known of their table.

use rustc_hash::FxHashMap;

use super::{COLUMN, KEY, TABLE, Target};
use crate::finding::Evidence;
use crate::model::{Identity, LogicalName};
use crate::target::generated;
use crate::target::manifest::TargetManifest;
use crate::target::question::{Answer, Question};
use crate::target::settle;

/// Which tables are listed with everything they have, and the types of columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// Tables with all their columns, each with its source.
    columns: FxHashMap<LogicalName, Option<String>>,
    /// Tables with all their keys, each with its source.
    keys: FxHashMap<LogicalName, Option<String>>,
    column_types: FxHashMap<(LogicalName, LogicalName), String>,
}

impl Tables {
    pub(super) fn new(manifest: &TargetManifest) -> Self {
        let mut tables = Self::default();
        for table in &manifest.tables {
            let name = LogicalName::new(&table.name);
            for column in table.columns.iter().map(|column| &column.0) {
                if let Some(kind) = &column.kind {
                    let column = LogicalName::new(&column.name);
                    tables
                        .column_types
                        .insert((name.clone(), column), kind.clone());
                }
            }
            if table.keys_complete {
                tables.keys.insert(name.clone(), table.src.clone());
            }
            if table.columns_complete {
                tables.columns.insert(name, table.src.clone());
            }
        }
        tables
    }
}

impl Target {
    /// Columns and keys by their table: one that comes with the table or with another column, one that a complete list
    /// lacks, one of a table that is not there.
    pub(super) fn by_table(&self, question: &Question<'_>) -> Option<Answer> {
        let required = question.required;
        let (table, name) = (required.table.as_ref()?, required.schema_name.as_ref()?);
        if required.kind != COLUMN && required.kind != KEY {
            return None;
        }
        let its_table = Identity::of(TABLE).named(table.as_str());
        let of_table = Question {
            required: &its_table,
            ..*question
        };
        if required.kind == COLUMN && generated::is_standard(name.as_str()) {
            let answer = self.answer(&of_table);
            return Some(Answer {
                evidence: answer.evidence.min(Evidence::Fair),
                because: format!("it comes with the table {table}: {}", answer.because),
                ..answer
            });
        }
        if self.listing.find(&its_table).is_none() {
            return self.of_missing_table(&of_table, table);
        }
        if required.kind == COLUMN
            && let Some(answer) = self.made_for_another(required, table, name)
        {
            return Some(answer);
        }
        self.not_in_table(required, table)
    }

    /// What belongs to a table that is not there is not there.
    fn of_missing_table(&self, of_table: &Question<'_>, table: &LogicalName) -> Option<Answer> {
        let because = || format!("the target has no table {table}");
        if let Some(absence) = self.absent.find(of_table.required) {
            return Some(self.absent(Evidence::Strong, because(), absence.src.as_deref()));
        }
        let answer = self.by_coverage(of_table)?;
        Some(Answer {
            because: because(),
            ..answer
        })
    }

    /// A column that a listed one may have brought with it.
    fn made_for_another(
        &self,
        required: &Identity,
        table: &LogicalName,
        name: &LogicalName,
    ) -> Option<Answer> {
        let mut sources = generated::sources(name.as_str());
        let source = sources.find(|source| {
            let column = Identity::of(COLUMN).named(source);
            let column = column.in_table(Some(table.clone()));
            self.listing.find(&column).is_some()
        })?;
        let column = (table.clone(), LogicalName::new(&source));
        let kind = self.tables.column_types.get(&column);
        if kind.is_some_and(|kind| generated::brings_others(kind)) {
            return Some(Answer::present(
                Evidence::Fair,
                format!("it comes with the column {table}.{source}"),
            ));
        }
        Some(Answer::unknown(
            format!(
                "it may come with the column {table}.{source}, whose type the target manifest does not give"
            ),
            settle::list_it(required),
        ))
    }

    /// A column or key that the complete list of its table lacks.
    fn not_in_table(&self, required: &Identity, table: &LogicalName) -> Option<Answer> {
        let (complete, what) = if required.kind == COLUMN {
            (&self.tables.columns, "columns")
        } else {
            (&self.tables.keys, "keys")
        };
        let src = complete.get(table)?;
        let because =
            format!("the target's list of {what} of {table} is complete and does not have it");
        Some(self.absent(Evidence::Strong, because, src.as_deref()))
    }
}
