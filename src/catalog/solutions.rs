//! Solutions of Microsoft, and the application packages that bring them.
//!
//! Source: data/catalog/solutions.tsv and applications.tsv. Which solutions every environment has is the list of built-in
//! solutions that Microsoft's Terraform provider for Power Platform keeps (`built-in-solutions.json`, 17 August 2026); it
//! tells a managed environment's own solutions from installed ones.

use super::fact::{Fact, SOLUTIONS_DATE};
use super::format::section;
use super::index::find;

/// A solution.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownSolution {
    /// Which environments have it; those of the platform are built in.
    pub fact: Fact,
    /// The unique name.
    pub name: &'static str,
    /// The publisher's unique name; empty where unknown.
    pub publisher: &'static str,
    /// What people call it; empty where unknown.
    pub display: &'static str,
    /// The application that it is part of; empty where unknown.
    pub application: &'static str,
    /// How to obtain it, in words; empty where unknown.
    pub how_to_obtain: &'static str,
    /// The application packages that bring it, joined by commas; empty where unknown.
    pub packages: &'static str,
    /// The versions that packages require or contain, joined by commas.
    pub versions: &'static str,
    /// Where application and way come from: `doc` (documentation), `pkg` (packages), `guess` (its name); may be empty.
    pub confidence: &'static str,
}

impl KnownSolution {
    /// Whether no environment gets it any more. What it had may have gone to another solution.
    pub fn is_retired(&self) -> bool {
        self.application.contains("(retired")
    }

    /// The application that it comes with, as one asks for it: what `how_to_obtain` names after "with", else the one that
    /// it is part of; empty where unknown.
    ///
    /// ```
    /// let scoring = solvet::catalog::solution("SICommon").unwrap();
    /// assert_eq!(scoring.application, "Dynamics 365 Sales Insights (common)");
    /// assert_eq!(scoring.comes_with(), "Dynamics 365 Sales");
    /// ```
    pub fn comes_with(&self) -> &'static str {
        let with = self.how_to_obtain.strip_prefix("with ");
        with.unwrap_or(self.application)
    }
}

/// An application package, as `pac application install` takes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Application {
    /// Which environments have it: none has one from the start for certain.
    pub fact: Fact,
    /// The unique name.
    pub name: &'static str,
    /// What the list of packages calls it.
    pub display: &'static str,
    /// The application that it belongs to.
    pub application: &'static str,
    /// Who publishes it.
    pub publisher: &'static str,
    /// The application's identifier.
    pub id: &'static str,
}

/// Whether a solution comes with the platform, by its unique name in any case.
///
/// ```
/// use solvet::catalog::is_built_in_solution;
/// assert!(is_built_in_solution("msdynce_AppCommon"));
/// assert!(!is_built_in_solution("msdynce_Sales"));
/// ```
pub fn is_built_in_solution(name: &str) -> bool {
    let entry = find(section::SOLUTION, &[name]);
    entry.is_some_and(|entry| entry.fact(SOLUTIONS_DATE).is_platform())
}

/// What is known of a solution, by its unique name in any case.
///
/// ```
/// let solution = solvet::catalog::solution("msdynce_Service").unwrap();
/// assert_eq!(solution.packages, "msdynce_ServiceAnchor");
/// ```
pub fn solution(name: &str) -> Option<KnownSolution> {
    let entry = find(section::SOLUTION, &[name])?;
    let mut row = entry.row();
    Some(KnownSolution {
        fact: entry.fact(SOLUTIONS_DATE),
        name: row.field(),
        publisher: row.field(),
        display: row.field(),
        application: row.field(),
        how_to_obtain: row.field(),
        packages: row.field(),
        versions: row.field(),
        confidence: row.field(),
    })
}

/// What is known of an application package, by its unique name in any case.
pub fn application(unique_name: &str) -> Option<Application> {
    let entry = find(section::APPLICATION, &[unique_name])?;
    let mut row = entry.row();
    Some(Application {
        fact: entry.fact(SOLUTIONS_DATE),
        name: row.field(),
        display: row.field(),
        application: row.field(),
        publisher: row.field(),
        id: row.field(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_in_solution_is_known_in_any_case() {
        assert!(is_built_in_solution("MSDYNCE_appcommon"));
        assert!(!is_built_in_solution(""));
    }

    #[test]
    fn sales_is_known_and_not_built_in() {
        assert!(!solution("msdynce_Sales").unwrap().fact.is_platform());
    }

    #[test]
    fn a_retired_solution_is_known_as_such() {
        assert!(solution("GuidedHelp").unwrap().is_retired());
        assert!(!solution("FieldService").unwrap().is_retired());
    }

    #[test]
    fn field_service_says_how_to_obtain_it() {
        let solution = solution("fieldservice").unwrap();
        assert_eq!(solution.name, "FieldService");
        assert_eq!(solution.packages, "FieldService_Anchor");
        assert!(solution.how_to_obtain.starts_with("install"));
    }

    #[test]
    fn an_application_package_has_its_name_and_identifier() {
        let found = application("agentproductivitytoolsanchor").unwrap();
        assert_eq!(found.application, "Agent Productivity Tools");
        assert_eq!(found.id, "101bd49d-e418-4a70-bc18-ff75ba7ea7aa");
    }
}
