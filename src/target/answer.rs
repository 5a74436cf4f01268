//! Whether a target has a component: present, absent or unknown, each with its evidence.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Family;
use super::generated;
use super::manifest::{CoverageDetails, CoverageOf, CoverageState, SolutionRow, TargetManifest};
use crate::finding::Evidence;
use crate::model::{Address, ComponentType, Identity, LogicalName, Supplier, Version};

/// What is known of a component in an environment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Presence {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// Nobody knows.
    Unknown,
}

/// An answer with its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Present, absent or unknown.
    pub presence: Presence,
    /// How sure.
    pub evidence: Evidence,
    /// Why, as a sentence fragment.
    pub because: String,
    /// For an unknown one, what would settle it.
    pub settle: Option<String>,
}

impl Answer {
    /// The component is there.
    pub fn present(evidence: Evidence, because: impl Into<String>) -> Self {
        Self::new(Presence::Present, evidence, because)
    }

    /// The component is not there.
    pub fn absent(evidence: Evidence, because: impl Into<String>) -> Self {
        Self::new(Presence::Absent, evidence, because)
    }

    /// Nothing is known of the component.
    pub fn unknown(because: impl Into<String>, settle: impl Into<String>) -> Self {
        Self {
            settle: Some(settle.into()),
            ..Self::new(Presence::Unknown, Evidence::Weak, because)
        }
    }

    fn new(presence: Presence, evidence: Evidence, because: impl Into<String>) -> Self {
        Self {
            presence,
            evidence,
            because: because.into(),
            settle: None,
        }
    }
}

/// A component someone asks for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The component.
    pub required: &'a Identity,
    /// Who supplied it where the package was exported; `None` where that is not known.
    pub supplier: Option<&'a Supplier>,
    /// The prefix of the package's own publisher.
    pub own_prefix: Option<&'a str>,
    /// The package's own unique name.
    pub own_solution: &'a str,
}

/// An environment, ready to be asked.
#[derive(Clone, Debug)]
pub struct Target {
    manifest: TargetManifest,
    listed: FxHashSet<Address>,
    absent: FxHashMap<Address, Option<String>>,
    complete_tables: FxHashSet<LogicalName>,
    complete_keys: FxHashSet<LogicalName>,
    solutions: FxHashMap<LogicalName, usize>,
}

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const KEY: ComponentType = ComponentType::Number(14);

/// The layer of unmanaged changes, and the default solution that shows it.
const UNMANAGED: [&str; 3] = ["Active", "Default", ""];

impl Target {
    /// Takes a manifest as it was read.
    pub fn new(manifest: TargetManifest) -> Self {
        let mut target = Self {
            listed: FxHashSet::default(),
            absent: FxHashMap::default(),
            complete_tables: FxHashSet::default(),
            complete_keys: FxHashSet::default(),
            solutions: FxHashMap::default(),
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

    /// Whether the environment has a component, by the first of these that answers: known to be absent, listed, covered,
    /// its solution installed, its solution not installed.
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
        self.by_table(required)
            .or_else(|| self.by_coverage(question))
            .unwrap_or_else(|| self.by_solution(question))
    }

    /// Columns and keys by their table: one that comes with the table or with another column, one that a complete list
    /// lacks, one of a table that is not there.
    fn by_table(&self, required: &Identity) -> Option<Answer> {
        let (table, name) = (required.table.as_ref()?, required.schema_name.as_ref()?);
        if required.kind != COLUMN && required.kind != KEY {
            return None;
        }
        let has_table = self.listed.contains(&Address::Name(TABLE, table.clone()));
        if !has_table {
            let absent = self
                .absent
                .contains_key(&Address::Name(TABLE, table.clone()));
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
                return Some(Answer::present(
                    Evidence::Fair,
                    format!("it comes with the column {table}.{source}"),
                ));
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
                format!("the target's complete list of {what} of {table} lacks it"),
            )
        })
    }

    fn by_coverage(&self, question: &Question<'_>) -> Option<Answer> {
        let family = Family::of(&question.required.kind);
        let coverage = &self.manifest.coverage.get(family.name())?.0;
        let covered = coverage.state == CoverageState::Complete && in_scope(coverage, question);
        covered.then(|| {
            let name = family.name();
            Answer::absent(
                Evidence::Strong,
                format!("the target manifest lists all {name} and lacks it"),
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
        let complete = self.solutions_complete(CoverageOf::All) || self.covers_as_visible(name);
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

    /// Lists of visible solutions leave out hidden ones, and those are Microsoft's; another publisher's are visible.
    fn covers_as_visible(&self, solution: &LogicalName) -> bool {
        self.solutions_complete(CoverageOf::Visible) && !is_microsoft(solution)
            || self.solutions_complete(CoverageOf::NonMicrosoft) && !is_microsoft(solution)
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

/// Whether a solution may be Microsoft's, by the beginning of its name: `msdyn_`, `msdynce_`, `msft_`, `Microsoft…`.
fn is_microsoft(name: &LogicalName) -> bool {
    ["ms", "microsoft"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
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

/// Whether a complete family is complete of what is asked for.
fn in_scope(coverage: &CoverageDetails, question: &Question<'_>) -> bool {
    let required = question.required;
    let supplier = question.supplier.map(|supplier| &supplier.solution);
    let unmanaged =
        supplier.is_some_and(|supplier| UNMANAGED.iter().any(|name| *supplier == **name));
    let of = match coverage.of {
        CoverageOf::All | CoverageOf::Visible => true,
        CoverageOf::Managed => supplier.is_some() && !unmanaged,
        CoverageOf::Unmanaged => unmanaged,
        CoverageOf::NonMicrosoft => supplier.is_some_and(|supplier| !is_microsoft(supplier)),
    };
    let any = |names: &[String], test: &dyn Fn(&str) -> bool| {
        names.is_empty() || names.iter().any(|name| test(name))
    };
    of && any(&coverage.tables, &|name| {
        let table = required.table.as_ref().or(required.schema_name.as_ref());
        table.is_some_and(|table| table == name)
    }) && any(&coverage.solutions, &|name| {
        supplier.is_some_and(|supplier| supplier == name)
    }) && any(&coverage.prefixes, &|prefix| {
        let name = required.schema_name.as_ref();
        name.is_some_and(|name| name.starts_with(prefix))
    })
}

fn identity(
    kind: &ComponentType,
    name: Option<&str>,
    id: Option<&str>,
    parent: Option<&str>,
) -> Identity {
    let identity = Identity::of(kind.clone())
        .with_id(id.and_then(|id| id.parse().ok()))
        .in_table(parent.map(LogicalName::new));
    match name {
        Some(name) => identity.named(name),
        None => identity,
    }
}

/// Everything a manifest lists as present.
fn listed_identities(manifest: &TargetManifest) -> Vec<Identity> {
    let named = |kind: &str, name: &str| Identity::of(ComponentType::parse(kind)).named(name);
    let mut rows = Vec::new();
    for table in &manifest.tables {
        rows.push(named("1", &table.name));
        let within = Some(LogicalName::new(&table.name));
        let columns = table.columns.iter().map(|column| ("2", &column.0.name));
        let keys = table.keys.iter().map(|key| ("14", key));
        rows.extend(
            columns
                .chain(keys)
                .map(|(kind, name)| named(kind, name).in_table(within.clone())),
        );
    }
    rows.extend(
        manifest
            .relationships
            .iter()
            .map(|row| named("10", &row.name)),
    );
    rows.extend(manifest.choices.iter().map(|row| named("9", &row.name)));
    rows.extend(
        manifest
            .connection_references
            .iter()
            .map(|row| named("connectionreference", &row.name)),
    );
    rows.extend(
        manifest
            .environment_variables
            .iter()
            .map(|row| named("environmentvariabledefinition", &row.name)),
    );
    rows.extend(manifest.components.iter().map(|row| {
        let keys = row
            .key
            .iter()
            .map(|(key, value)| (key.as_str().into(), value.as_str().into()));
        identity(
            &row.kind.0,
            row.name.as_deref(),
            row.id.as_deref(),
            row.parent.as_deref(),
        )
        .with_keys(keys.collect())
    }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{ApplicationRow, Coverage};

    fn manifest(json: &str) -> Target {
        Target::new(serde_json::from_str(json).unwrap())
    }

    fn supplier(solution: &str, version: &str) -> Supplier {
        Supplier {
            solution: LogicalName::new(solution),
            version: version.parse().ok(),
            packages: vec![crate::model::ApplicationPackage {
                name: "FabrikamAnchor".into(),
                version: None,
                app_name: None,
            }],
        }
    }

    fn column(table: &str, name: &str) -> Identity {
        Identity::of(COLUMN)
            .named(name)
            .in_table(Some(table.into()))
    }

    fn ask(target: &Target, required: &Identity, supplier: &Supplier) -> (Presence, Evidence) {
        let answer = target.answer(&Question {
            required,
            supplier: Some(supplier),
            own_prefix: Some("cts"),
            own_solution: "Contoso",
        });
        (answer.presence, answer.evidence)
    }

    const ALL_SOLUTIONS: &str = r#"{"manifestVersion":1,"coverage":{"solutions":"complete"},
        "solutions":[{"name":"Other","version":"1.0","prefix":"oth"}]}"#;

    #[test]
    fn an_empty_manifest_knows_nothing() {
        let target = manifest(r#"{"manifestVersion":1}"#);
        let answer = ask(
            &target,
            &column("lead", "fab_score"),
            &supplier("Fabrikam", "1.0"),
        );
        assert_eq!(answer.0, Presence::Unknown);
    }

    #[test]
    fn a_complete_list_of_solutions_makes_a_missing_one_absent_with_fair_evidence() {
        let answer = ask(
            &manifest(ALL_SOLUTIONS),
            &column("lead", "x"),
            &supplier("Fabrikam", "1.0"),
        );
        assert_eq!(answer, (Presence::Absent, Evidence::Fair));
    }

    #[test]
    fn an_installed_anchor_of_the_solution_makes_it_unknown_not_absent() {
        let mut target = manifest(ALL_SOLUTIONS);
        target.manifest.applications.push(ApplicationRow {
            name: "FabrikamAnchor".into(),
            ..ApplicationRow::default()
        });
        let answer = ask(&target, &column("lead", "x"), &supplier("Fabrikam", "1.0"));
        assert_eq!(answer.0, Presence::Unknown);
    }

    #[test]
    fn an_installed_solution_of_a_lower_release_is_unknown() {
        let target = manifest(r#"{"manifestVersion":1,"solutions":{"Fabrikam":"1.2.0.9"}}"#);
        let presence = |version: &str| {
            ask(
                &target,
                &column("lead", "x"),
                &supplier("Fabrikam", version),
            )
            .0
        };
        assert_eq!(presence("1.2.0.10"), Presence::Present);
        assert_eq!(presence("1.4"), Presence::Unknown);
    }

    #[test]
    fn a_complete_list_of_columns_proves_absence_but_not_of_generated_ones() {
        let target = manifest(
            r#"{"manifestVersion":1,"tables":[{"name":"lead","columnsComplete":true,"columns":["leadid","cts_accountid"]}]}"#,
        );
        let presence =
            |name: &str| ask(&target, &column("Lead", name), &supplier("Fabrikam", "1")).0;
        assert_eq!(presence("fab_score"), Presence::Absent);
        assert_eq!(presence("cts_accountidname"), Presence::Present);
        assert_eq!(presence("createdbyyominame"), Presence::Present);
    }

    #[test]
    fn the_unmanaged_layer_is_unknown_unless_the_component_is_the_packages_own() {
        let target = manifest(ALL_SOLUTIONS);
        let presence = |name: &str| ask(&target, &column("lead", name), &supplier("Active", "")).0;
        assert_eq!(presence("fab_score"), Presence::Unknown);
        assert_eq!(presence("cts_score"), Presence::Absent);
    }

    #[test]
    fn coverage_of_one_table_says_nothing_of_another() {
        let mut target = manifest(r#"{"manifestVersion":1}"#);
        let details = CoverageDetails {
            state: CoverageState::Complete,
            tables: vec!["lead".into()],
            ..CoverageDetails::default()
        };
        target
            .manifest
            .coverage
            .insert("columns".into(), Coverage(details));
        let presence =
            |table: &str| ask(&target, &column(table, "x"), &supplier("Fabrikam", "1")).0;
        assert_eq!(
            (presence("lead"), presence("account")),
            (Presence::Absent, Presence::Unknown)
        );
    }

    #[test]
    fn hidden_solutions_of_microsoft_may_be_there_though_no_list_shows_them() {
        let target = manifest(
            r#"{"manifestVersion":1,"coverage":{"solutions":{"state":"complete","of":"visible"}}}"#,
        );
        let presence =
            |solution: &str| ask(&target, &column("lead", "x"), &supplier(solution, "1")).0;
        assert_eq!(
            (presence("msdyn_Hidden"), presence("Fabrikam")),
            (Presence::Unknown, Presence::Absent)
        );
    }
}
