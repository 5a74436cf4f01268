//! What rules look at.

use super::CheckOptions;
use super::around::Around;
use super::requirement::Requirement;
use super::roots::UndefinedRoot;
use crate::config::Policy;
use crate::graph::Graph;
use crate::model::Solution;
use crate::package::{Layout, Package};
use crate::target::Target;

/// What the rules of a package look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its files.
    pub package: &'a Package,
    /// Its solution.
    pub solution: &'a Solution,
    /// Its dependency graph.
    pub graph: &'a Graph,
    /// What it may hold.
    pub policy: &'a Policy,
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
    pub(super) roots: &'a [UndefinedRoot],
    pub(super) around: Around<'a>,
    /// The environment, where one is given.
    pub target: Option<&'a Target>,
    /// How to judge.
    pub options: &'a CheckOptions,
}
