//! What a package requires from elsewhere, and whether it is there.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::remedy::Remedy;
use super::{Examined, Run, Situation, Subject, sequences};
use crate::catalog::is_everywhere;
use crate::finding::Evidence;
use crate::graph::brings;
use crate::model::{
    Identity, IdentityMap, LogicalName, MissingDependency, Origin, Solution, Strength, Supplier,
};
use crate::source::Span;
use crate::target::{Answer, Basis, Presence, Question, Target};

/// How a requirement is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// Listed in `MissingDependencies`: the platform computed it at export.
    Declared,
    /// Found in the components themselves.
    Derived,
}

/// A component that must exist where the package is imported.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The component.
    pub required: Identity,
    /// Who supplied it where the package was exported; all application packages of all rows together.
    pub supplier: Supplier,
    /// Whether it was managed there; `None` where that is not known.
    pub managed: Option<bool>,
    /// How it is known.
    pub sources: Vec<Source>,
    /// What needs it, in the order of the rows.
    pub needed_by: Vec<Identity>,
    /// How the package comes to need it: from a component that nothing else leads to.
    pub chain: Vec<Identity>,
    /// The first row that asks for it.
    pub span: Span,
    /// Whether the target has it.
    pub answer: Answer,
    /// What would bring it.
    pub remedy: Remedy,
    /// Whether only its base is needed: the package itself holds a layer on it, or all of it.
    pub(super) in_package: bool,
    /// Whether its very name is a guess, so that its absence says nothing.
    is_guess: bool,
}

/// What the packages of a run bring, each with its place in the run.
#[derive(Debug, Default)]
pub(super) struct Brought {
    by: IdentityMap<usize>,
    names: Vec<Box<str>>,
    /// The first component that one package needs of another, by the places of both.
    needs: FxHashMap<(usize, usize), Identity>,
}

impl Brought {
    /// Takes what each package brings of what any of them requires. One alone brings nothing that it does not hold itself.
    pub(super) fn new(packages: &[Examined]) -> Self {
        let mut brought = Self::default();
        if packages.len() < 2 {
            return brought;
        }
        let required = packages.iter().flat_map(|package| &package.requirements);
        let of_steps = packages.iter();
        let of_steps = of_steps.flat_map(|package| sequences::asked(&package.solution));
        let of_steps: Vec<_> = of_steps.collect();
        let required = required.map(|requirement| &requirement.required);
        let wanted: FxHashSet<_> = required
            .chain(&of_steps)
            .flat_map(Identity::addresses)
            .collect();
        let is_wanted = |identity: &Identity| {
            let mut addresses = identity.addresses();
            addresses.any(|address| wanted.contains(&address))
        };
        // Packages hold far more than is asked for: looking through them is the work, and is shared between threads.
        let found: Vec<(&Identity, usize)> = packages
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, package)| {
                let components = package.solution.components.iter();
                let wanted = components.filter(|component| is_wanted(&component.identity));
                let own = wanted.filter(|component| brings(&package.solution, component));
                own.map(move |component| (&component.identity, number))
            })
            .collect();
        for (identity, number) in found {
            brought.by.insert(identity, number);
        }
        let names = packages
            .iter()
            .map(|package| package.solution.manifest.name());
        brought.names = names.map(Into::into).collect();
        for (number, package) in packages.iter().enumerate() {
            for requirement in package.requirements.iter().filter(|one| !one.in_package) {
                if let Some(other) = brought.by.find(&requirement.required).copied() {
                    let first = brought.needs.entry((number, other));
                    first.or_insert_with(|| requirement.required.clone());
                }
            }
        }
        brought
    }

    /// The first component that one package needs of another.
    pub(super) fn need(&self, package: usize, of: usize) -> Option<&Identity> {
        self.needs.get(&(package, of)).filter(|_| package != of)
    }

    /// The first package that brings a component, by its place and name.
    pub(super) fn find(&self, wanted: &Identity) -> Option<(usize, &str)> {
        let number = *self.by.find(wanted)?;
        Some((number, self.names.get(number)?))
    }
}

/// Collects the distinct components a package requires of each supplier, in the order in which they are first asked for.
pub(super) fn collect(subject: &Subject<'_>) -> Vec<Requirement> {
    let mut known: IdentityMap<usize> = IdentityMap::default();
    let mut nameless: FxHashMap<&Identity, usize> = FxHashMap::default();
    let mut own_base: FxHashSet<usize> = FxHashSet::default();
    let mut dependents: FxHashSet<(usize, Identity)> = FxHashSet::default();
    let mut packages: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut requirements: Vec<Requirement> = Vec::new();
    for row in &subject.solution.manifest.missing_dependencies {
        let candidates = known.find_all(&row.required).into_iter();
        let candidates = candidates.chain(nameless.get(&row.required));
        let same_supplier =
            |index: &&usize| requirements[**index].supplier.solution == row.supplier.solution;
        let found = candidates.copied().collect::<Vec<_>>();
        let index = found
            .iter()
            .find(same_supplier)
            .copied()
            .unwrap_or(requirements.len());
        if index == requirements.len() {
            requirements.push(first_row(subject, row));
            known.insert(&row.required, index);
            if row.required.address().is_none() {
                nameless.entry(&row.required).or_insert(index);
            }
        }
        requirements[index]
            .supplier
            .join(&row.supplier, |name| packages.insert((index, name)));
        if row.required.is_same_as(&row.dependent) {
            own_base.insert(index);
        }
        // The package's own component says more of itself than the row does.
        let own = subject.graph.find(&row.dependent);
        let own = own.and_then(|id| subject.solution.component(id));
        let dependent = own.map_or(&row.dependent, |component| &component.identity);
        if dependents.insert((index, dependent.clone())) {
            requirements[index].needed_by.push(dependent.clone());
        }
    }
    add_derived(subject, &known, &mut requirements);
    for (index, requirement) in requirements.iter_mut().enumerate() {
        requirement.in_package &= !own_base.contains(&index);
        requirement.chain = subject.graph.chain(subject.solution, &requirement.required);
    }
    requirements
}

/// Adds what the components themselves refer to and no row lists. What every environment has is no requirement: nobody
/// needs to bring it.
fn add_derived(
    subject: &Subject<'_>,
    known: &IdentityMap<usize>,
    requirements: &mut Vec<Requirement>,
) {
    let Subject {
        solution, graph, ..
    } = *subject;
    for node in graph.nodes() {
        let outside = graph.origin(solution, node).is_none();
        let identity = graph.identity(solution, node).filter(|_| outside);
        let Some(identity) = identity.filter(|identity| identity.address().is_some()) else {
            continue;
        };
        let links = graph.dependents(node).into_iter();
        let tracked =
            links.filter(|link| link.edge.derived && link.edge.strength == Strength::Required);
        let tracked: Vec<_> = tracked.collect();
        let Some(first) = tracked.first() else {
            continue;
        };
        let declared = known.find_all(identity);
        for index in &declared {
            requirements[**index].sources.push(Source::Derived);
        }
        if !declared.is_empty() || is_everywhere(identity) {
            continue;
        }
        let is_guess = tracked.iter().all(|link| link.edge.is_guess);
        let needed_by = tracked.iter();
        let needed_by = needed_by.filter_map(|link| graph.identity(solution, link.node).cloned());
        requirements.push(Requirement {
            required: identity.clone(),
            supplier: Supplier::unnamed(),
            managed: None,
            sources: vec![Source::Derived],
            needed_by: needed_by.collect(),
            chain: Vec::new(),
            span: first.edge.span,
            answer: Answer::unasked(identity),
            remedy: Remedy::Unknown,
            in_package: false,
            is_guess,
        });
    }
}

fn first_row(subject: &Subject<'_>, row: &MissingDependency) -> Requirement {
    let here = subject
        .graph
        .find(&row.required)
        .and_then(|id| subject.solution.component(id));
    Requirement {
        required: row.required.clone(),
        supplier: row.supplier.without_packages(),
        managed: row.supplier.is_managed(),
        sources: vec![Source::Declared],
        needed_by: Vec::new(),
        chain: Vec::new(),
        span: row.span,
        answer: Answer::unasked(&row.required),
        remedy: Remedy::Unknown,
        in_package: here.is_some_and(|component| component.origin == Origin::Package),
        is_guess: false,
    }
}

impl Requirement {
    /// Whether only the components themselves tell of it, and no row of `MissingDependencies`.
    pub fn is_derived_only(&self) -> bool {
        !self.sources.contains(&Source::Declared)
    }

    /// Answers it: by the package itself, by an earlier package of the run, by the target; and says what would bring it.
    /// `number` is the package's own place in the run.
    pub(super) fn answer(
        &mut self,
        solution: &Solution,
        number: usize,
        run: &Run<'_>,
        situation: &Situation<'_>,
    ) {
        let found = run.brought.find(&self.required);
        let later = found.filter(|(later, _)| *later > number);
        self.remedy = Remedy::of(self, number, later.map(|(later, _)| later), &run.supplies);
        if self.in_package {
            let answer = Answer::present(Evidence::Strong, "the package holds it itself");
            self.answer = answer.by(Basis::Packages);
            return;
        }
        let earlier = found.filter(|(earlier, _)| *earlier < number);
        let by_earlier = earlier.map(|(_, name)| {
            let because = format!("the package {name}, given before, brings it");
            Answer::present(Evidence::Strong, because).by(Basis::Packages)
        });
        // A simulation imports one package after the other: whether an earlier one brought it, the target then shows.
        if let (Some(answer), None) = (&by_earlier, situation.import) {
            self.answer = answer.clone();
            return;
        }
        self.ask(situation.target, solution);
        if let Some(import) = situation.import {
            self.ask_installed(import.held, solution);
        }
        if let Some(answer) = by_earlier.filter(|_| self.answer.presence == Presence::Present) {
            self.answer = answer;
        }
    }

    /// Asks the installed version of the package's own solution: the import finds what it holds.
    fn ask_installed(&mut self, held: &IdentityMap<()>, solution: &Solution) {
        let is_sure = self.answer.evidence == Evidence::Strong;
        let is_absent = self.answer.presence == Presence::Absent && is_sure;
        if self.answer.presence == Presence::Present || is_absent {
            return;
        }
        if held.find(&self.required).is_some() {
            let name = solution.manifest.name();
            let because = format!("the installed version of {name} holds it");
            self.answer = Answer::present(Evidence::Fair, because);
        }
    }

    fn ask(&mut self, target: Option<&Target>, solution: &Solution) {
        let question = Question::of(solution, &self.required, Some(&self.supplier));
        self.answer = Target::ask(target, &question);
        // The platform has not recorded it: that it asks for it is solvet's reading of the component.
        if self.is_derived_only() && self.answer.presence == Presence::Absent {
            self.answer.evidence = self.answer.evidence.min(Evidence::Fair);
            if self.is_guess {
                self.answer = Answer::unknown(
                    format!(
                        "the {} is a guess from what the package calls it by",
                        self.required
                    ),
                    "Look in the target for what the component that refers to it uses.",
                );
            }
        }
    }
}

/// What one solution is asked for.
#[derive(Debug)]
pub struct SupplierGroup<'a> {
    /// The solution; of several versions the highest.
    pub supplier: Supplier,
    /// What is required of it, absent first, then unknown, then present.
    pub requirements: Vec<&'a Requirement>,
}

impl SupplierGroup<'_> {
    /// How many of its requirements have this presence.
    pub fn count(&self, presence: Presence) -> usize {
        let of = self
            .requirements
            .iter()
            .filter(|requirement| requirement.answer.presence == presence);
        of.count()
    }
}

/// Groups requirements by the solution that supplied them: those with something absent first, then by name.
pub fn group_by_supplier(requirements: &[Requirement]) -> Vec<SupplierGroup<'_>> {
    let mut groups: BTreeMap<&LogicalName, SupplierGroup<'_>> = BTreeMap::new();
    let mut packages: FxHashSet<(&LogicalName, &str)> = FxHashSet::default();
    for requirement in requirements {
        let supplier = &requirement.supplier;
        let group = groups
            .entry(&supplier.solution)
            .or_insert_with(|| SupplierGroup {
                supplier: supplier.without_packages(),
                requirements: Vec::new(),
            });
        group
            .supplier
            .join(supplier, |name| packages.insert((&supplier.solution, name)));
        group.requirements.push(requirement);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group
            .requirements
            .sort_by_key(|requirement| urgency(requirement.answer.presence));
    }
    groups.sort_by_key(|group| {
        group
            .requirements
            .first()
            .map(|first| urgency(first.answer.presence))
    });
    groups
}

/// What would settle most of the unknown requirements, with how many of them; the first of equals.
pub fn most_settling<'a>(
    requirements: impl IntoIterator<Item = &'a Requirement>,
) -> Option<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let answers = requirements
        .into_iter()
        .map(|requirement| &requirement.answer);
    let unknown = answers.filter(|answer| answer.presence == Presence::Unknown);
    for settle in unknown.filter_map(|answer| answer.settle.as_deref()) {
        *counts.entry(settle).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(text, count)| (*count, std::cmp::Reverse(*text)))
}

fn urgency(presence: Presence) -> u8 {
    match presence {
        Presence::Absent => 0,
        Presence::Unknown => 1,
        Presence::Present => 2,
    }
}
