//! Rules: what may be wrong with a package, and what it requires.
//!
//! A rule is one row and one function in the file of its group. Help, `explain`, docs/rules.md and default severities
//! derive from the row. Rules of a package run while its text is at hand; rules of requirements run once every package of
//! the run is known, for an earlier package may bring what a later one needs.

mod around;
mod circular;
mod components;
mod configuration;
mod container;
mod content;
mod dependencies;
mod findings;
mod found;
mod hygiene;
mod import;
mod interface;
mod kept;
mod manifest;
mod options;
mod placing;
mod plugins;
mod policy;
mod remedy;
mod requirement;
mod requirements;
mod roots;
mod rule;
mod run;
mod schema;
mod sequences;
mod settings;
mod shopping;
mod source;
mod stage;
mod subject;
mod supply;
mod timings;
mod transport;

use rayon::prelude::*;

use around::Around;
pub use configuration::{Circumstances, ConfigurationSubject, check_configuration};
pub(crate) use content::Files;
pub use findings::Findings;
use found::Found;
pub use import::{Dependent, Import, ImportSubject, ImportSwitches, Operation, Plan, Removal};
pub use kept::{Kept, Renewal};
pub use options::{Asking, CheckOptions};
pub use remedy::Remedy;
pub use requirement::{Requirement, Source, SupplierGroup, group_by_supplier, most_settling};
pub use rule::{Rule, RuleDocs, Scope};
pub use run::{Outcome, Told, examine_all, examine_arguments, examine_arguments_telling};
pub use settings::{SettingsSubject, check_settings};
pub use shopping::{Action, ActionKind, Need, ShoppingList, Wanted};
pub use stage::Stage;
pub use subject::{RequirementSubject, Subject};
pub use supply::{Choice, GivenPackage, Installed, Supply, Way};
pub use timings::{Phase, Timings, in_phase, start_timings, timings};

use crate::finding::{Finding, PlacedFinding};
use crate::graph::{Graph, Orderable};
use crate::model::{Solution, SupplierOrigin};
use crate::package::{DeployerSettings, Layout, Package, PackageSize};
use crate::parse::Parsed;
use crate::source::{Sources, Span};
use crate::target::{SolutionRow, Target};

/// Every rule, group by group.
static GROUPS: &[&[Rule]] = &[
    container::RULES,
    source::RULES,
    manifest::RULES,
    roots::RULES,
    components::RULES,
    schema::RULES,
    schema::LOOKUPS,
    schema::VIEWS,
    requirements::RULES,
    circular::RULES,
    dependencies::RULES,
    hygiene::RULES,
    sequences::PACKAGE,
    sequences::NESTED,
    sequences::PARTS,
    sequences::FEATURES,
];

/// Every rule there is, in the order of reports.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let of_packages = GROUPS.iter().copied().chain(plugins::GROUPS);
    let of_packages = of_packages
        .chain(interface::GROUPS)
        .chain(transport::GROUPS);
    let groups = of_packages.chain(import::GROUPS);
    let groups = groups.chain(settings::GROUPS);
    groups
        .chain([policy::RULES, configuration::RULES])
        .flatten()
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// A package after its own rules have run: what later steps need of it, without its text.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The package as it was given.
    pub path: Box<str>,
    /// Its layout.
    pub layout: Layout,
    /// What a Package Deployer package around it says of its import.
    pub deployer: Option<DeployerSettings>,
    /// How large it is.
    pub size: PackageSize,
    /// Its solution.
    pub solution: Solution,
    /// What it requires, not answered yet.
    pub requirements: Vec<Requirement>,
    graph: Option<Box<Graph>>,
    roots: Vec<roots::UndefinedRoot>,
    findings: Vec<Finding>,
    sources: Sources,
}

/// Runs the rules of one package and collects what it requires. Its text is dropped; places that may still be reported
/// are kept.
pub fn examine(package: &Package, parsed: Parsed) -> Examined {
    examine_for(package, parsed, Asking::All)
}

/// The same, keeping what will be asked for.
pub fn examine_for(package: &Package, parsed: Parsed, asking: Asking) -> Examined {
    examine_with(package, parsed, asking, &CheckOptions::default())
}

/// The same, without the rules that are switched off, and with the policy.
pub fn examine_with(
    package: &Package,
    parsed: Parsed,
    asking: Asking,
    options: &CheckOptions,
) -> Examined {
    let Parsed {
        mut solution,
        mut sources,
    } = parsed;
    let find = || Found::of(package, &solution, options);
    let (found, digests) = if asking.compares() {
        rayon::join(find, || content::digests(package, &solution, &sources))
    } else {
        (find(), Vec::new())
    };
    for (component, digest) in solution.components.iter_mut().zip(digests) {
        component.content = digest;
    }
    let Found {
        findings,
        requirements,
        roots,
        graph,
    } = found;
    let places = findings.iter().map(|finding| finding.span);
    let places = places.chain(roots.iter().map(roots::UndefinedRoot::span));
    let of_import = (asking == Asking::Import).then(|| Examined::places_of_import(&solution));
    let places = places.chain(of_import.into_iter().flatten());
    let places = places.chain(sequences::places(&solution));
    let places = places.chain(interface::places(&solution));
    let asked = requirements
        .iter()
        .filter(|requirement| asking.judges() || !requirement.is_derived_only());
    sources.condense(places.chain(asked.map(|requirement| requirement.span)));
    Examined {
        path: package.path().into(),
        layout: package.layout(),
        deployer: package.deployer(),
        size: package.size(),
        solution,
        requirements,
        graph: options.keeps_graph.then(|| Box::new(graph)),
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
    /// Its dependency graph, where it was to be kept.
    pub graph: Option<Box<Graph>>,
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
#[expect(
    clippy::needless_pass_by_value,
    reason = "the options are those of this check; nobody needs them afterwards"
)]
pub fn check(
    examined: Vec<Examined>,
    target: Option<&Target>,
    options: CheckOptions,
) -> Vec<Checked> {
    let run = Run::new(&examined, target);
    let situation = Situation {
        target,
        options: &options,
        import: None,
    };
    examined
        .into_par_iter()
        .enumerate()
        .map(|(number, package)| run.judge(package, number, &situation))
        .collect()
}

/// Packages that are judged together, in the order of their import.
#[derive(Debug)]
pub struct Run<'a> {
    brought: requirement::Brought,
    supplies: supply::Supplies<'a>,
}

/// In which state of the target a package is judged, and how.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The environment, where one is given, as it is when the package is imported.
    pub target: Option<&'a Target>,
    /// How to judge.
    pub options: &'a CheckOptions,
    /// What the import does; `None` where only the package is judged.
    pub import: Option<Import<'a>>,
}

impl<'a> Run<'a> {
    /// Takes what the packages bring each other, and who else brings what they require into the target as it is before any
    /// of them is imported.
    pub fn new(packages: &[Examined], target: Option<&'a Target>) -> Self {
        Self {
            brought: requirement::Brought::new(packages),
            supplies: supply::Supplies::new(packages, target),
        }
    }

    /// Answers what one package requires, and runs the rules of requirements and, where there is a plan, of the import.
    pub fn judge(
        &self,
        mut package: Examined,
        number: usize,
        situation: &Situation<'_>,
    ) -> Checked {
        in_phase(Phase::Answer, || {
            for requirement in &mut package.requirements {
                requirement.answer(&package.solution, number, self, situation);
            }
        });
        if let Some(target) = situation.target {
            for root in &mut package.roots {
                root.answer(target, &package.solution);
            }
        }
        let mut findings: Vec<Finding> = std::mem::take(&mut package.findings);
        let around = Around {
            run: self,
            number,
            counts_earlier: situation.import.is_none(),
        };
        findings.extend(package.judged(situation, around));
        let name = package.solution.manifest.name();
        let findings = placing::placed(findings, &package.sources, name, situation.options);
        Checked {
            path: package.path,
            layout: package.layout,
            solution: package.solution,
            requirements: package.requirements,
            graph: package.graph,
            findings,
        }
    }
}

impl Examined {
    /// A solution of which no package is at hand, only what a target says of it.
    pub fn without_package(row: &SolutionRow) -> Self {
        let mut sources = Sources::default();
        let span = Span::start_of(sources.add("solution.xml"));
        Self {
            path: "".into(),
            layout: Layout::Zip,
            deployer: None,
            size: PackageSize::default(),
            solution: Solution::named(&row.name, row.version.as_deref(), row.managed, span),
            requirements: Vec::new(),
            graph: None,
            roots: Vec::new(),
            findings: Vec::new(),
            sources,
        }
    }

    /// The package as the order of imports looks at it.
    pub fn orderable(&self) -> Orderable<'_> {
        let required = self.requirements.iter();
        let required = required.filter(|requirement| !requirement.in_package);
        let required = required.map(|requirement| {
            let supplier = &requirement.supplier;
            let is_named = supplier.origin() != SupplierOrigin::Unnamed;
            let name = is_named.then(|| supplier.solution.clone());
            (&requirement.required, name)
        });
        Orderable {
            solution: &self.solution,
            required: required.collect(),
        }
    }

    /// What the rules of requirements and of the import find.
    fn judged(&self, situation: &Situation<'_>, around: Around<'_>) -> Vec<Finding> {
        let subject = RequirementSubject {
            solution: &self.solution,
            requirements: &self.requirements,
            roots: &self.roots,
            around,
            target: situation.target,
            options: situation.options,
        };
        let import = match (situation.target, situation.import) {
            (Some(target), Some(import)) => Some(ImportSubject {
                solution: &self.solution,
                requirements: &self.requirements,
                size: self.size,
                target,
                import,
            }),
            _ => None,
        };
        let running = rules().filter(|rule| !situation.options.allows(rule.id));
        let found = running.flat_map(|rule| match (rule.scope, &import) {
            (Scope::Requirements(run), _) => findings::run(rule, |out| run(&subject, out)),
            (Scope::Import(run), Some(import)) => findings::run(rule, |out| run(import, out)),
            (
                Scope::Package(_) | Scope::Import(_) | Scope::Settings(_) | Scope::Configuration(_),
                _,
            ) => Vec::new(),
        });
        found.collect()
    }

    /// Places that rules of the import may name: what solution.xml says of the solution, and components of the few kinds
    /// that have a state of their own in a target.
    fn places_of_import(solution: &Solution) -> impl Iterator<Item = Span> + '_ {
        let manifest = &solution.manifest;
        let texts = [
            &manifest.unique_name,
            &manifest.version_text,
            &manifest.managed_text,
        ];
        let texts = texts.into_iter().flatten().map(|text| text.span);
        let parent = manifest.parent_solution.as_ref().map(|parent| parent.span);
        let publisher = manifest.publisher.as_ref().map(|publisher| publisher.span);
        let components = solution.components.iter();
        let components = components.filter(|component| import::has_state(&component.identity));
        std::iter::once(manifest.span)
            .chain(texts)
            .chain(parent)
            .chain(publisher)
            .chain(components.map(|component| component.span))
    }
}
