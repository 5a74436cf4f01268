//! Families of components: what a manifest's coverage is stated for.

use crate::model::ComponentType;

/// A family of components, under the name that manifests use for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Family(&'static str);

/// Every family by the types in it. `other` holds the types of no other family.
const FAMILIES: &[(&str, &[&str])] = &[
    ("solutions", &[]),
    ("applications", &[]),
    ("publishers", &[]),
    ("tables", &["1"]),
    ("columns", &["2"]),
    ("keys", &["14"]),
    ("relationships", &["10"]),
    ("choices", &["9"]),
    ("forms", &["60"]),
    ("views", &["26"]),
    ("charts", &["59"]),
    ("dashboards", &[]),
    ("webResources", &["61"]),
    ("processes", &["29"]),
    ("roles", &["20"]),
    ("fieldSecurityProfiles", &["70"]),
    ("apps", &["80", "300"]),
    ("siteMaps", &["62"]),
    ("pluginAssemblies", &["91"]),
    ("pluginTypes", &["90"]),
    ("pluginSteps", &["92", "93"]),
    ("messages", &["201"]),
    ("customApis", &["customapi"]),
    ("customControls", &["66"]),
    ("connectors", &["372"]),
    ("connectionReferences", &["connectionreference"]),
    ("environmentVariables", &["environmentvariabledefinition"]),
    ("templates", &["36", "37", "38", "39"]),
    ("reports", &["31"]),
    ("connectionRoles", &["63"]),
    ("settings", &["settingdefinition"]),
    ("dependencies", &[]),
    ("other", &[]),
];

impl Family {
    /// The family of everything that has no other.
    pub const OTHER: Self = Self("other");

    /// Installed solutions.
    pub(super) const SOLUTIONS: Self = Self("solutions");

    /// Application packages.
    pub(super) const APPLICATIONS: Self = Self("applications");

    /// No family: for rows that list nothing.
    pub(super) const NONE: Self = Self("");

    /// The family of a component type.
    pub fn of(kind: &ComponentType) -> Self {
        let text = kind.to_string();
        let found = FAMILIES.iter().find(|(_, kinds)| kinds.contains(&&*text));
        found.map_or(Self::OTHER, |(name, _)| Self(name))
    }

    /// The family with this name.
    pub fn named(name: &str) -> Option<Self> {
        let found = FAMILIES.iter().find(|(known, _)| *known == name);
        found.map(|(known, _)| Self(known))
    }

    /// The types in it; none for a family of rows that are no components, and for `other`.
    pub(super) fn kinds(self) -> impl Iterator<Item = ComponentType> {
        let found = FAMILIES.iter().find(|(name, _)| *name == self.0);
        let kinds = found.map_or(&[][..], |(_, kinds)| *kinds);
        kinds.iter().map(|kind| ComponentType::parse(kind))
    }

    /// Every family, in the order in which manifests are described.
    pub fn all() -> impl Iterator<Item = Self> {
        FAMILIES.iter().map(|(name, _)| Self(name))
    }

    /// What one of it is called.
    pub(super) fn singular(self) -> &'static str {
        match self.0 {
            "processes" => "process",
            "other" | "" => "component",
            name => name.strip_suffix('s').unwrap_or(name),
        }
    }

    /// Its name in manifests.
    pub fn name(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_without_a_family_are_other() {
        assert_eq!(
            Family::of(&ComponentType::parse("botcomponent")).name(),
            "other"
        );
        assert_eq!(Family::of(&ComponentType::parse("36")).name(), "templates");
    }
}
