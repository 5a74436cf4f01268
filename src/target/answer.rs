//! Whether a target has a component: present, absent or unknown, each with its evidence.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Family;
use super::generated;
use super::listed::listed_identities;
use super::manifest::{Coverage, CoverageOf, CoverageState, SolutionRow, TableRow, TargetManifest};
use super::question::{Answer, Question, is_microsoft};
use super::scope::in_scope;
use crate::catalog::is_built_in_solution;
use crate::finding::Evidence;
use crate::model::{
    ComponentType, Identity, IdentityMap, LogicalName, Supplier, SupplierOrigin, Version,
};

/// An environment, ready to be asked.
#[derive(Clone, Debug)]
pub struct Target {
    manifest: TargetManifest,
    listed: IdentityMap<()>,
    absent: IdentityMap<Option<String>>,
    complete_tables: FxHashSet<LogicalName>,
    complete_keys: FxHashSet<LogicalName>,
    solutions: FxHashMap<LogicalName, usize>,
    /// Installed solutions that may be anybody's, by their publisher's prefix; `None` is a prefix that is not given.
    by_prefix: FxHashMap<Option<LogicalName>, Vec<LogicalName>>,
    applications: FxHashSet<LogicalName>,
    column_types: FxHashMap<(LogicalName, LogicalName), String>,
}

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const KEY: ComponentType = ComponentType::Number(14);

impl Target {
    /// Takes a manifest as it was read.
    pub fn new(manifest: TargetManifest) -> Self {
        let mut target = Self {
            listed: IdentityMap::default(),
            absent: IdentityMap::default(),
            complete_tables: FxHashSet::default(),
            complete_keys: FxHashSet::default(),
            solutions: FxHashMap::default(),
            by_prefix: FxHashMap::default(),
            applications: FxHashSet::default(),
            column_types: FxHashMap::default(),
            manifest: TargetManifest::default(),
        };
        for identity in listed_identities(&manifest) {
            target.listed.insert(&identity, ());
        }
        for row in &manifest.absent {
            target.absent.insert(&row.identity(), row.reason.clone());
        }
        for table in &manifest.tables {
            target.add_table(table);
        }
        for (index, solution) in manifest.solutions.iter().enumerate() {
            target.add_solution(index, solution);
        }
        let installed = manifest.applications.iter().filter(|application| {
            let state = application.state.as_deref();
            state.is_none_or(|state| state.starts_with("Install"))
        });
        target.applications = installed.map(|row| LogicalName::new(&row.name)).collect();
        target.manifest = manifest;
        target
    }

    fn add_table(&mut self, table: &TableRow) {
        let name = LogicalName::new(&table.name);
        for column in table.columns.iter().map(|column| &column.0) {
            if let Some(kind) = &column.kind {
                let column = LogicalName::new(&column.name);
                self.column_types
                    .insert((name.clone(), column), kind.clone());
            }
        }
        if table.keys_complete {
            self.complete_keys.insert(name.clone());
        }
        if table.columns_complete {
            self.complete_tables.insert(name);
        }
    }

    fn add_solution(&mut self, index: usize, solution: &SolutionRow) {
        let name = LogicalName::new(&solution.name);
        let is_layer = SupplierOrigin::of(&name) != SupplierOrigin::Solution;
        if !is_layer && !is_built_in_solution(name.as_str()) && !is_microsoft(&name) {
            let prefix = solution.prefix.as_deref().map(LogicalName::new);
            self.by_prefix.entry(prefix).or_default().push(name.clone());
        }
        self.solutions.insert(name, index);
    }

    /// The manifest behind it.
    pub fn manifest(&self) -> &TargetManifest {
        &self.manifest
    }

    /// A component that is listed both as present and as absent.
    pub(super) fn contradiction(&self) -> Option<String> {
        let mut rows = self.manifest.absent.iter();
        rows.find_map(|row| {
            let identity = row.identity();
            let listed = self.listed.find(&identity).is_some();
            listed.then(|| identity.to_string())
        })
    }

    /// An installed solution.
    pub fn solution(&self, name: &LogicalName) -> Option<&SolutionRow> {
        self.solutions
            .get(name)
            .map(|index| &self.manifest.solutions[*index])
    }

    /// Whether an application package is listed as installed.
    pub fn has_application(&self, name: &LogicalName) -> bool {
        self.applications.contains(name)
    }

    /// Whether the environment has a component, by the first of these that answers: known to be absent, listed,
    /// what its table says of it (columns and keys only), covered by a complete family, its solution installed, its
    /// solution not installed.
    pub fn answer(&self, question: &Question<'_>) -> Answer {
        let required = question.required;
        if let Some(reason) = self.absent.find(required) {
            let reason = reason.as_ref();
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            let because = format!("the target manifest lists it as absent{reason}");
            return Answer::absent(Evidence::Strong, because);
        }
        if self.listed.find(required).is_some() {
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
        if self.listed.find(&its_table).is_none() {
            let absent = self.absent.find(&its_table).is_some() || self.covers(&of_table);
            return absent.then(|| {
                Answer::absent(Evidence::Strong, format!("the target has no table {table}"))
            });
        }
        if required.kind == COLUMN {
            let source = generated::sources(name.as_str()).find(|source| {
                let column = Identity::of(COLUMN).named(source);
                let column = column.in_table(Some(table.clone()));
                self.listed.find(&column).is_some()
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
        let column = (table.clone(), LogicalName::new(source));
        let kind = self.column_types.get(&column);
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
        match supplier.origin() {
            SupplierOrigin::Unmanaged => return self.unmanaged(question),
            SupplierOrigin::Unnamed => {
                let because = "the package names no solution that supplies it";
                return Answer::unknown(because, list_it(question.required));
            }
            SupplierOrigin::Platform | SupplierOrigin::Solution => {}
        }
        match self.solution(&supplier.solution) {
            Some(row) => installed(row, supplier, question),
            None if is_built_in_solution(supplier.solution.as_str()) => {
                let because = format!("{} comes with the platform", supplier.solution);
                Answer::present(Evidence::Fair, because)
            }
            None => self.not_installed(supplier, question),
        }
    }

    /// What only the unmanaged layer had: nothing installs it.
    fn unmanaged(&self, question: &Question<'_>) -> Answer {
        let is_own = question.own_prefix.is_some_and(|prefix| {
            let name = question.required.schema_name.as_ref();
            name.is_some_and(|name| name.starts_with(&format!("{prefix}_")))
        });
        let own_prefix = question.own_prefix.map(LogicalName::new);
        let others = [None, own_prefix].iter().any(|prefix| {
            let solutions = self.by_prefix.get(prefix);
            solutions.is_some_and(|names| names.iter().any(|name| *name != *question.own_solution))
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
        let anchor = supplier
            .packages
            .iter()
            .find(|package| self.has_application(&LogicalName::new(&package.name)));
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
