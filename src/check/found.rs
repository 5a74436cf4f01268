//! What the rules of one package find, and what is asked for later.

use super::requirement::{self, Requirement};
use super::roots::{self, UndefinedRoot};
use super::timings::{self, Phase};
use super::{CheckOptions, Scope, Subject, findings, rules};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::Solution;
use crate::package::Package;

/// What a package is found to be while its text is at hand.
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    /// Not answered yet.
    pub(super) requirements: Vec<Requirement>,
    pub(super) roots: Vec<UndefinedRoot>,
    pub(super) graph: Graph,
}

impl Found {
    pub(super) fn of(package: &Package, solution: &Solution, options: &CheckOptions) -> Self {
        let graph = timings::in_phase(Phase::Graph, || Graph::build(solution));
        let subject = Subject {
            package,
            solution,
            graph: &graph,
            policy: options.policies.of(solution.manifest.name()),
        };
        let running = rules().filter(|rule| !options.allows(rule.id));
        let findings = running.flat_map(|rule| match rule.scope {
            Scope::Package(run) => findings::run(rule, |out| run(&subject, out)),
            Scope::Requirements(_)
            | Scope::Import(_)
            | Scope::Settings(_)
            | Scope::Configuration(_) => Vec::new(),
        });
        Self {
            findings: findings.collect(),
            requirements: timings::in_phase(Phase::Requirements, || requirement::collect(&subject)),
            roots: roots::undefined_roots(&subject),
            graph,
        }
    }
}
