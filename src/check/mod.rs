//! Rules: what may be wrong with a package, and what it requires.
//!
//! A rule is one row and one function in the file of its group. Help, `explain`, docs/rules.md and default severities
//! derive from the row. Rules of a package run while its text is at hand; rules of requirements run once every package of
//! the run is known, for an earlier package may bring what a later one needs.

mod components;
mod container;
mod findings;
mod manifest;
mod remedy;
mod requirement;
mod requirements;
mod roots;
mod rule;
mod run;
mod settings;
mod shopping;
mod source;
mod supply;

use rayon::prelude::*;

pub use findings::Findings;
pub use remedy::Remedy;
pub use requirement::{Requirement, Source, SupplierGroup, group_by_supplier, most_settling};
pub use rule::{Rule, RuleDocs, Scope};
pub use run::{Outcome, examine_all};
pub use settings::{SettingsSubject, check_settings};
pub use shopping::{Action, ActionKind, Need, ShoppingList, Wanted};
pub use supply::{Choice, GivenPackage, Installed, Supply, Way};

use crate::finding::{Finding, PlacedFinding};
use crate::graph::Graph;
use crate::model::Solution;
use crate::package::{Layout, Package};
use crate::parse::Parsed;
use crate::source::Sources;
use crate::target::Target;

/// Every rule, group by group.
static GROUPS: [&[Rule]; 8] = [
    container::RULES,
    source::RULES,
    manifest::RULES,
    roots::RULES,
    components::RULES,
    requirements::RULES,
    settings::entries::RULES,
    settings::values::RULES,
];

/// Every rule there is, in the order of reports.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.into_iter().flatten()
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// How a check judges.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CheckOptions {
    /// Whether what nobody knows counts as an error.
    pub unknown_is_error: bool,
    /// Whether absence with less than strong evidence is a warning only.
    pub strict_evidence: bool,
}

/// What the rules of a package look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its files.
    pub package: &'a Package,
    /// Its solution.
    pub solution: &'a Solution,
    /// Its dependency graph.
    pub graph: &'a Graph,
}

impl Subject<'_> {
    /// Whether part of the package is missing or could not be read, so that what is not found says nothing.
    pub(crate) fn is_incomplete(&self) -> bool {
        let unread = self.solution.unread().next().is_some();
        let customizations = ["customizations.xml", "Other/Customizations.xml"];
        let has_none = || {
            let mut names = customizations.iter();
            names.all(|name| self.package.find(name).is_none())
        };
        unread || (self.package.layout() != Layout::Yaml && has_none())
    }
}

/// What the rules of requirements look at.
#[derive(Clone, Copy, Debug)]
pub struct RequirementSubject<'a> {
    /// The solution.
    pub solution: &'a Solution,
    /// What it requires.
    pub requirements: &'a [Requirement],
    roots: &'a [roots::UndefinedRoot],
    /// The environment, where one is given.
    pub target: Option<&'a Target>,
    /// How to judge.
    pub options: CheckOptions,
}

/// A package after its own rules have run: what later steps need of it, without its text.
#[derive(Debug)]
pub struct Examined {
    /// The package as it was given.
    pub path: Box<str>,
    /// Its layout.
    pub layout: Layout,
    /// Its solution.
    pub solution: Solution,
    /// What it requires, not answered yet.
    pub requirements: Vec<Requirement>,
    roots: Vec<roots::UndefinedRoot>,
    findings: Vec<Finding>,
    sources: Sources,
}

/// Whether what packages require will be judged, against a target or by asking that all of it be known. Where it will not
/// be, the places of what they merely refer to need not be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// It will be.
    All,
    /// It will not be.
    Nothing,
}

/// Runs the rules of one package and collects what it requires. Its text is dropped; places that may still be reported
/// are kept.
pub fn examine(package: &Package, parsed: Parsed) -> Examined {
    examine_for(package, parsed, Asking::All)
}

fn examine_for(package: &Package, parsed: Parsed, asking: Asking) -> Examined {
    let Parsed {
        solution,
        mut sources,
    } = parsed;
    let graph = Graph::build(&solution);
    let subject = Subject {
        package,
        solution: &solution,
        graph: &graph,
    };
    let findings: Vec<Finding> = rules()
        .flat_map(|rule| match rule.scope {
            Scope::Package(run) => findings::run(rule, |out| run(&subject, out)),
            Scope::Requirements(_) | Scope::Settings(_) => Vec::new(),
        })
        .collect();
    let requirements = requirement::collect(&subject);
    let roots = roots::undefined_roots(&subject);
    let places = findings.iter().map(|finding| finding.span);
    let places = places.chain(roots.iter().map(roots::UndefinedRoot::span));
    let asked = requirements
        .iter()
        .filter(|requirement| asking == Asking::All || !requirement.is_derived_only());
    sources.condense(places.chain(asked.map(|requirement| requirement.span)));
    Examined {
        path: package.path().into(),
        layout: package.layout(),
        solution,
        requirements,
        roots,
        findings,
        sources,
    }
}

/// A package with everything that was found.
#[derive(Debug)]
pub struct Checked {
    /// The package as it was given.
    pub path: Box<str>,
    /// Its layout.
    pub layout: Layout,
    /// Its solution.
    pub solution: Solution,
    /// What it requires, answered.
    pub requirements: Vec<Requirement>,
    /// What was found, sorted by place.
    pub findings: Vec<PlacedFinding>,
}

/// Answers what packages require, in the order in which they are to be imported, and runs the rules of requirements.
///
/// ```no_run
/// # use solvet::{check::*, package::*, parse::parse, target};
/// # let location = locate(&["ContosoCore.zip".into()]).remove(0)?;
/// # let Some(Opened::Package(package)) = open(&location, &OpenOptions::default()).pop() else { panic!() };
/// let examined = examine(&package, parse(&package)?);
/// let target = target::load("contoso-uat.json")?;
/// for checked in check(vec![examined], Some(&target), CheckOptions::default()) {
///     println!("{}: {} findings", checked.path, checked.findings.len());
/// }
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn check(
    examined: Vec<Examined>,
    target: Option<&Target>,
    options: CheckOptions,
) -> Vec<Checked> {
    let brought = requirement::Brought::new(&examined);
    let supplies = supply::Supplies::new(&examined, target);
    examined
        .into_par_iter()
        .enumerate()
        .map(|(number, package)| answer(package, number, &brought, &supplies, options))
        .collect()
}

/// Answers what one package requires, and runs the rules of requirements on it.
fn answer(
    mut package: Examined,
    number: usize,
    brought: &requirement::Brought,
    supplies: &supply::Supplies<'_>,
    options: CheckOptions,
) -> Checked {
    for requirement in &mut package.requirements {
        requirement.answer(&package.solution, number, brought, supplies);
    }
    let target = supplies.target();
    if let Some(target) = target {
        for root in &mut package.roots {
            root.answer(target, &package.solution);
        }
    }
    let subject = RequirementSubject {
        solution: &package.solution,
        requirements: &package.requirements,
        roots: &package.roots,
        target,
        options,
    };
    let mut findings = package.findings;
    for rule in rules() {
        if let Scope::Requirements(run) = rule.scope {
            findings.extend(findings::run(rule, |out| run(&subject, out)));
        }
    }
    let mut placed: Vec<_> = findings
        .into_iter()
        .map(|finding| PlacedFinding {
            place: package.sources.place(finding.span),
            finding,
        })
        .collect();
    placed.sort_by(|a, b| order(a).cmp(&order(b)));
    Checked {
        path: package.path,
        layout: package.layout,
        solution: package.solution,
        requirements: package.requirements,
        findings: placed,
    }
}

/// Worst first, then by place, so that reports are the same whatever the threads.
fn order(
    placed: &PlacedFinding,
) -> (
    std::cmp::Reverse<crate::finding::Severity>,
    &str,
    u32,
    u32,
    &str,
    &str,
) {
    let PlacedFinding { finding, place } = placed;
    let severity = std::cmp::Reverse(finding.severity);
    (
        severity,
        &place.file,
        place.line,
        place.column,
        finding.rule,
        &finding.message,
    )
}
