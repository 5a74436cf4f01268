//! Solutions that every environment has.
//!
//! Source: the list of built-in solutions that Microsoft's Terraform provider for Power Platform keeps
//! (`built-in-solutions.json`, 17 August 2026), which tells a managed environment's own solutions from installed ones.

use std::sync::OnceLock;

static TABLE: &str = include_str!("../../data/catalog/builtin_solutions.tsv");

/// Whether a solution comes with the platform, by its unique name in any case.
///
/// ```
/// use solvet::catalog::is_built_in_solution;
/// assert!(is_built_in_solution("msdynce_AppCommon"));
/// assert!(!is_built_in_solution("msdynce_Sales"));
/// ```
pub fn is_built_in_solution(name: &str) -> bool {
    static NAMES: OnceLock<Vec<&str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| TABLE.lines().skip(1).collect());
    names.binary_search(&&*name.to_ascii_lowercase()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_in_lower_case_for_the_search() {
        let names: Vec<_> = TABLE.lines().skip(1).collect();
        assert!(names.is_sorted_by(|a, b| a < b));
        assert!(names.iter().all(|name| *name == name.to_ascii_lowercase()));
    }
}
