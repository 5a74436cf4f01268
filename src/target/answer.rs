//! Whether a target has a component: present, absent or unknown, each with its evidence.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Family;
use super::generated;
use super::listed::{identity, listed_identities};
use super::manifest::{Coverage, CoverageOf, CoverageState, SolutionRow, TargetManifest};
use super::question::{Answer, Question, UNMANAGED, is_microsoft};
use super::scope::in_scope;
use crate::finding::Evidence;
use crate::model::{Address, ComponentType, Identity, LogicalName, Supplier, Version};

/// An environment, ready to be asked.
#[derive(Clone, Debug)]
pub struct Target {
    manifest: TargetManifest,
    listed: FxHashSet<Address>,
    absent: FxHashMap<Address, Option<String>>,
    complete_tables: FxHashSet<LogicalName>,
    complete_keys: FxHashSet<LogicalName>,
    solutions: FxHashMap<LogicalName, usize>,
    column_types: FxHashMap<Address, String>,
}

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const KEY: ComponentType = ComponentType::Number(14);

impl Target {
    /// Takes a manifest as it was read.
    pub fn new(manifest: TargetManifest) -> Self {
        let mut target = Self {
            listed: FxHashSet::default(),
            absent: FxHashMap::default(),
            complete_tables: FxHashSet::default(),
            complete_keys: FxHashSet::default(),
            solutions: FxHashMap::default(),
            column_types: FxHashMap::default(),
            manifest,
        };
        let rows = listed_identities(&target.manifest);
        target.listed = rows.iter().flat_map(Identity::addresses).collect();
        for row in &target.manifest.absent {
            let identity = identity(
                &row.kind.0,
                row.name.as_deref(),
                row.id.as_deref(),
                row.parent.as_deref(),
            );
            for address in identity.addresses() {
                target.absent.insert(address, row.reason.clone());
            }
        }
        for table in &target.manifest.tables {
            let name = LogicalName::new(&table.name);
            for column in table.columns.iter().map(|column| &column.0) {
                if let Some(kind) = &column.kind {
                    let column = LogicalName::new(&column.name);
                    let address = Address::InTable(COLUMN, name.clone(), column);
                    target.column_types.insert(address, kind.clone());
                }
            }
            if table.keys_complete {
                target.complete_keys.insert(name.clone());
            }
            if table.columns_complete {
                target.complete_tables.insert(name);
            }
        }
        for (index, solution) in target.manifest.solutions.iter().enumerate() {
            target
                .solutions
                .insert(LogicalName::new(&solution.name), index);
        }
        target
    }

    /// The manifest behind it.
    pub fn manifest(&self) -> &TargetManifest {
        &self.manifest
    }

    /// A component that is listed both as present and as absent.
    pub(super) fn contradiction(&self) -> Option<String> {
        let mut rows = self.manifest.absent.iter();
        rows.find_map(|row| {
            let identity = identity(
                &row.kind.0,
                row.name.as_deref(),
                row.id.as_deref(),
                row.parent.as_deref(),
            );
            let listed = identity
                .addresses()
                .iter()
                .any(|address| self.listed.contains(address));
            listed.then(|| identity.to_string())
        })
    }

    /// An installed solution.
    pub fn solution(&self, name: &LogicalName) -> Option<&SolutionRow> {
        self.solutions
            .get(name)
            .map(|index| &self.manifest.solutions[*index])
    }

    /// Whether the environment has a component, by the first of these that answers: known to be absent, listed,
    /// what its table says of it (columns and keys only), covered by a complete family, its solution installed, its
    /// solution not installed.
    pub fn answer(&self, question: &Question<'_>) -> Answer {
        let required = question.required;
        let addresses = required.addresses();
        if let Some(reason) = addresses
            .iter()
            .find_map(|address| self.absent.get(address))
        {
            let reason = reason
                .as_ref()
                .map_or(String::new(), |reason| format!(": {reason}"));
            return Answer::absent(
                Evidence::Strong,
                format!("the target manifest lists it as absent{reason}"),
            );
        }
        if addresses
            .iter()
            .any(|address| self.listed.contains(address))
        {
            return Answer::present(Evidence::Strong, "the target manifest lists it");
        }
        self.by_table(question)
            .or_else(|| self.by_coverage(question))
            .unwrap_or_else(|| self.by_solution(question))
    }

    /// Columns and keys by their table: one that comes with the table or with another column, one that a complete list
    /// lacks, one of a table that is not there.
    fn by_table(&self, question: &Question<'_>) -> Option<Answer> {
        let required = question.required;
        let (table, name) = (required.table.as_ref()?, required.schema_name.as_ref()?);
        if required.kind != COLUMN && required.kind != KEY {
            return None;
        }
        let has_table = self.listed.contains(&Address::Name(TABLE, table.clone()));
        if !has_table {
            let its_table = Identity::of(TABLE).named(table.as_str());
            let address = Address::Name(TABLE, table.clone());
            let absent = self.absent.contains_key(&address)
                || self.covers(&Question {
                    required: &its_table,
                    ..*question
                });
            return absent.then(|| {
                Answer::absent(Evidence::Strong, format!("the target has no table {table}"))
            });
        }
        if required.kind == COLUMN {
            if generated::is_standard(name.as_str()) {
                return Some(Answer::present(
                    Evidence::Fair,
                    format!("it comes with the table {table}"),
                ));
            }
            let source = generated::sources(name.as_str()).find(|source| {
                let column = Address::InTable(COLUMN, table.clone(), LogicalName::new(source));
                self.listed.contains(&column)
            });
            if let Some(source) = source {
                return Some(self.generated(required, table, &source));
            }
        }
        let complete = if required.kind == COLUMN {
            &self.complete_tables
        } else {
            &self.complete_keys
        };
        complete.contains(table).then(|| {
            let what = if required.kind == COLUMN {
                "columns"
            } else {
                "keys"
            };
            Answer::absent(
                Evidence::Strong,
                format!("the target's list of {what} of {table} is complete and does not have it"),
            )
        })
    }

    /// A column that another one may have brought: surely where that one's type is known to bring it, else perhaps.
    fn generated(&self, required: &Identity, table: &LogicalName, source: &str) -> Answer {
        let address = Address::InTable(COLUMN, table.clone(), LogicalName::new(source));
        let kind = self.column_types.get(&address);
        if kind.is_some_and(|kind| generated::brings_others(kind)) {
            return Answer::present(
                Evidence::Fair,
                format!("it comes with the column {table}.{source}"),
            );
        }
        Answer::unknown(
            format!(
                "it may come with the column {table}.{source}, whose type the target manifest does not give"
            ),
            list_it(required),
        )
    }

    fn covers(&self, question: &Question<'_>) -> bool {
        let family = Family::of(&question.required.kind);
        let coverage = self.manifest.coverage.get(family.name());
        coverage.is_some_and(|Coverage(coverage)| {
            coverage.state == CoverageState::Complete && in_scope(coverage, question)
        })
    }

    fn by_coverage(&self, question: &Question<'_>) -> Option<Answer> {
        self.covers(question).then(|| {
            let name = Family::of(&question.required.kind).name();
            Answer::absent(
                Evidence::Strong,
                format!("the target manifest lists all {name} and not this one"),
            )
        })
    }

    fn by_solution(&self, question: &Question<'_>) -> Answer {
        let Some(supplier) = question.supplier else {
            return Answer::unknown(
                "the target manifest does not list it and does not say that it lists all of its kind",
                list_it(question.required),
            );
        };
        if UNMANAGED.iter().any(|name| supplier.solution == **name) {
            return self.unmanaged(question);
        }
        if supplier.solution.is_empty() {
            return Answer::unknown(
                "the package names no solution that supplies it",
                list_it(question.required),
            );
        }
        if supplier.solution == *"System" {
            return Answer::present(Evidence::Fair, "it belongs to the platform itself");
        }
        match self.solution(&supplier.solution) {
            Some(row) => installed(row, supplier, question),
            None => self.not_installed(supplier, question),
        }
    }

    /// What only the unmanaged layer had: nothing installs it.
    fn unmanaged(&self, question: &Question<'_>) -> Answer {
        let is_own = question.own_prefix.is_some_and(|prefix| {
            let name = question.required.schema_name.as_ref();
            name.is_some_and(|name| name.starts_with(&format!("{prefix}_")))
        });
        let others = self.manifest.solutions.iter().any(|solution| {
            let name = LogicalName::new(&solution.name);
            if UNMANAGED.iter().any(|layer| name == **layer)
                || name == *"System"
                || is_microsoft(&name)
            {
                return false;
            }
            let same = |prefix: &String| {
                question
                    .own_prefix
                    .is_some_and(|own| own.eq_ignore_ascii_case(prefix))
            };
            solution.prefix.as_ref().is_none_or(same)
                && !solution.name.eq_ignore_ascii_case(question.own_solution)
        });
        if is_own && !others && self.solutions_complete(CoverageOf::All) {
            return Answer::absent(
                Evidence::Fair,
                "it has the package's own prefix and no solution of that publisher is installed",
            );
        }
        Answer::unknown(
            "it was unmanaged where the package was exported, so no solution installs it",
            format!(
                "Add it to this solution or an earlier one, or {}",
                lower_first(&list_it(question.required))
            ),
        )
    }

    fn not_installed(&self, supplier: &Supplier, question: &Question<'_>) -> Answer {
        let name = &supplier.solution;
        let anchor = self.manifest.applications.iter().find(|application| {
            let installed = application
                .state
                .as_deref()
                .is_none_or(|state| state.starts_with("Install"));
            installed
                && supplier
                    .packages
                    .iter()
                    .any(|package| package.name.eq_ignore_ascii_case(&application.name))
        });
        if let Some(anchor) = anchor {
            let because = format!(
                "the application package {} is installed, which supplies {name}",
                anchor.name
            );
            return Answer::unknown(because, list_it(question.required));
        }
        let complete = self.solutions_complete(CoverageOf::All) || self.covers_in_part(question);
        if complete {
            return Answer::absent(
                Evidence::Fair,
                format!("the target does not have solution {name}"),
            );
        }
        Answer::unknown(
            format!("the target manifest does not list solution {name} and is not complete"),
            "List the target's solutions with 'pac solution list --includeSystemSolutions --json' and enter them in the \
             manifest.",
        )
    }

    /// Whether a list that is complete of some solutions only is complete for this one. Lists of visible solutions leave
    /// out hidden ones, and those are Microsoft's; what is required of a named solution was managed.
    fn covers_in_part(&self, question: &Question<'_>) -> bool {
        let visible = self.solutions_complete(CoverageOf::Visible);
        let foreign = visible || self.solutions_complete(CoverageOf::NonMicrosoft);
        (foreign && question.is_surely_foreign_to_microsoft())
            || self.solutions_complete(CoverageOf::Managed)
    }

    fn solutions_complete(&self, of: CoverageOf) -> bool {
        let coverage = self
            .manifest
            .coverage
            .get("solutions")
            .map(|coverage| &coverage.0);
        coverage.is_some_and(|coverage| {
            coverage.state == CoverageState::Complete
                && coverage.of == of
                && coverage.solutions.is_empty()
                && coverage.prefixes.is_empty()
        })
    }
}

fn installed(row: &SolutionRow, supplier: &Supplier, question: &Question<'_>) -> Answer {
    let name = &supplier.solution;
    let version = row
        .version
        .as_deref()
        .and_then(|version| version.parse::<Version>().ok());
    let (Some(have), Some(want)) = (version, supplier.version.as_ref()) else {
        return Answer::present(Evidence::Fair, format!("the target has solution {name}"));
    };
    // The fourth part counts builds of one release.
    if have.cmp_release(want).is_ge() {
        return Answer::present(
            Evidence::Fair,
            format!("the target has solution {name} {have}"),
        );
    }
    Answer::unknown(
        format!("the target has solution {name} {have}, and the package was built against {want}"),
        format!(
            "Update {name} to {want} or later, or {}",
            lower_first(&list_it(question.required))
        ),
    )
}

fn list_it(required: &Identity) -> String {
    format!("See in the target whether it has the {required}, and enter that in the manifest.")
}

fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests;
