//! How much of an environment a manifest knows, and what would tell the rest.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Family;
use super::listed::listed_identities;
use super::manifest::{
    CapturedSource, CoverageDetails, CoverageOf, CoverageState, SolutionRow, TargetManifest,
};
use super::rows::{Row, for_each_list};
use super::settle::LIST_SOLUTIONS;
use super::time;
use crate::model::Identity;

/// What a manifest knows of one family.
#[derive(Clone, PartialEq, Debug)]
pub struct FamilyKnowledge {
    /// The family.
    pub family: Family,
    /// How many are listed.
    pub listed: usize,
    /// How many are known not to be there.
    pub absent: usize,
    /// How completely it was captured; `None` where nothing says so.
    pub coverage: Option<CoverageDetails>,
}

/// How much of an environment a manifest knows.
#[derive(Clone, PartialEq, Debug)]
pub struct Knowledge {
    /// What is known of each family of which something is known.
    pub families: Vec<FamilyKnowledge>,
    /// How many tables are listed with all their columns.
    pub whole_tables: usize,
    /// How old each source is, in days, where that is known.
    pub ages: Vec<(String, Option<i64>)>,
    /// What is doubtful in it, in sentences.
    pub doubts: Vec<String>,
    /// What to add next, the most useful first.
    pub next: Vec<&'static str>,
}

/// What tells most in least time, in that order.
const METADATA: &str = "Save the answer to GET /api/data/v9.2/$metadata as metadata.xml, then 'solvet target add MANIFEST \
                        metadata.xml': it lists every table and column.";
const SCRIPT: &str = "Print a script with 'solvet target collect --shell pwsh' or '--shell bash' and run it: it lists \
                      everything else by name and id, read-only.";
const APPS: &str = "Say in environment.dynamics365AppsEnabled whether the environment was made with Dynamics 365 apps: it \
                    settles the tables of Sales and Service.";
const PACKAGES: &str = "Give the packages of what is installed there to 'solvet target add MANIFEST': each lists what it holds.";

impl Knowledge {
    /// Surveys a manifest at a moment; sources older than `max_age` days are doubted.
    pub fn of(manifest: &TargetManifest, now: Timestamp, max_age: u32) -> Self {
        let sources = manifest.captured.sources.iter();
        let age = |at: Option<&str>| Some(time::days_between(time::parse(at?)?, now));
        let at =
            |source: &CapturedSource| source.at.clone().or_else(|| manifest.captured.at.clone());
        let ages = sources.map(|source| (source.id.clone(), age(at(source).as_deref())));
        let listed = listed_identities(manifest);
        let families = families(manifest, &listed);
        let mut doubts = doubts(manifest, age(manifest.captured.at.as_deref()), max_age);
        doubts.extend(empty_families(&families));
        doubts.extend(unresolved(&listed));
        let next = next(manifest);
        Self {
            families,
            whole_tables: manifest
                .tables
                .iter()
                .filter(|table| table.columns_complete)
                .count(),
            ages: ages.collect(),
            doubts,
            next,
        }
    }
}

fn families(
    manifest: &TargetManifest,
    identities: &[(Identity, Option<&str>)],
) -> Vec<FamilyKnowledge> {
    let mut listed: FxHashMap<&str, usize> = FxHashMap::default();
    for (identity, _) in identities {
        *listed.entry(Family::of(&identity.kind).name()).or_default() += 1;
    }
    listed.insert("solutions", manifest.solutions.len());
    listed.insert("publishers", manifest.publishers.len());
    listed.insert("applications", manifest.applications.len());
    let mut absent: FxHashMap<&str, usize> = FxHashMap::default();
    for row in &manifest.absent {
        *absent.entry(Family::of(&row.kind.0).name()).or_default() += 1;
    }
    let of = |family: Family| FamilyKnowledge {
        family,
        listed: listed.get(family.name()).copied().unwrap_or_default(),
        absent: absent.get(family.name()).copied().unwrap_or_default(),
        coverage: manifest
            .coverage
            .get(family.name())
            .map(|coverage| coverage.0.clone()),
    };
    let known = Family::all().map(of);
    known
        .filter(|known| known.listed > 0 || known.absent > 0 || known.coverage.is_some())
        .collect()
}

fn next(manifest: &TargetManifest) -> Vec<&'static str> {
    let state = |family: &str| {
        let coverage = manifest.coverage.get(family);
        coverage.map_or(CoverageState::None, |coverage| coverage.0.state)
    };
    let of = |family: &str| manifest.coverage.get(family).map(|coverage| coverage.0.of);
    let mut next = Vec::new();
    let solutions_known = state("solutions") == CoverageState::Complete
        && of("solutions") != Some(CoverageOf::NonMicrosoft);
    if !solutions_known {
        next.push(LIST_SOLUTIONS);
    }
    if manifest.environment.dynamics_365_apps_enabled.is_none() {
        next.push(APPS);
    }
    if state("tables") != CoverageState::Complete || state("columns") != CoverageState::Complete {
        next.push(METADATA);
    }
    let rows = ["webResources", "processes", "forms", "views", "roles"];
    if rows
        .iter()
        .any(|family| state(family) != CoverageState::Complete)
    {
        next.push(SCRIPT);
    }
    if !manifest
        .captured
        .sources
        .iter()
        .any(|source| source.kind.is_package())
    {
        next.push(PACKAGES);
    }
    next
}

fn doubts(manifest: &TargetManifest, age: Option<i64>, max_age: u32) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(days) = age.filter(|days| *days > i64::from(max_age)) {
        doubts.push(format!(
            "It was captured {days} days ago, more than {max_age}: that it lacks something is fair evidence only."
        ));
    }
    for row in &manifest.solutions {
        let is_holding = row.holding == Some(true) || SolutionRow::is_holding_name(&row.name);
        if is_holding {
            doubts.push(format!(
                "Solution {} is a holding solution: an upgrade was staged and not applied, so imports may be refused until \
                 it is applied or deleted.",
                row.name
            ));
        }
    }
    doubts.extend(unknown_sources(manifest).iter().map(|src| {
        format!("Rows name the source '{src}', which captured.sources does not have: their age is that of the manifest.")
    }));
    doubts
}

/// What rows name as their source and no source is called, in order.
fn unknown_sources(manifest: &TargetManifest) -> BTreeSet<String> {
    let sources = manifest.captured.sources.iter();
    let ids: FxHashSet<&str> = sources.map(|source| &*source.id).collect();
    let mut named = BTreeSet::new();
    for_each_list!(&manifest, rows, => named.extend(sources_of(rows)));
    for table in &manifest.tables {
        let columns = table.columns.iter().map(|column| &column.0.src);
        let keys = table.keys.iter().map(|key| &key.0.src);
        named.extend(columns.chain(keys).filter_map(Option::as_deref));
    }
    named
        .into_iter()
        .filter(|src| !ids.contains(*src))
        .map(str::to_owned)
        .collect()
}

fn sources_of<R: Row>(rows: &[R]) -> impl Iterator<Item = &str> {
    rows.iter().filter_map(Row::src)
}

/// Families that are said to be complete and list nothing: everything of them would be absent.
fn empty_families(families: &[FamilyKnowledge]) -> Vec<String> {
    let complete = families.iter().filter(|known| {
        let coverage = known.coverage.as_ref();
        known.listed == 0
            && coverage
                .is_some_and(|coverage| coverage.is_whole() && coverage.of == CoverageOf::All)
    });
    let lines = complete.map(|known| {
        format!(
            "{} are said to be complete and none is listed: every one that a package needs counts as absent.",
            known.family.name()
        )
    });
    lines.collect()
}

/// A sentence where components are known by an id of metadata alone, which nothing translates.
fn unresolved(listed: &[(Identity, Option<&str>)]) -> Option<String> {
    let nameless = listed.iter().filter(|(identity, _)| {
        identity.address().is_none()
            && identity.object_id.is_some()
            && identity.kind.identified_by().ignores_id()
    });
    match nameless.count() {
        0 => None,
        nameless => Some(format!(
            "{nameless} components are known by metadata ids alone, and say nothing until the definitions of tables, \
             columns, relationships and choices are added."
        )),
    }
}
