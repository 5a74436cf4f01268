//! How far a statement of the catalogue reaches, and how sure it is.

use super::format::FACT_BITS;
use crate::model::Evidence;

/// Which environments have it.
///
/// Source: a table is of the platform where the current Dataverse reference or a plain environment shows it, and of
/// Dynamics 365 apps where only the reference of what "Enable Dynamics 365 apps" adds does; see data/catalog/README.md.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// Every environment.
    Platform,
    /// Environments made with "Enable Dynamics 365 apps", and those in which one of these apps was installed.
    Dynamics365Apps,
    /// Environments with some application of Microsoft, or of no known origin.
    FirstParty,
}

/// A statement that something exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fact {
    /// Where it exists.
    pub class: Class,
    /// How sure that is: strong where two current sources agree or the supplying solution is built in, fair where one
    /// source says so or it follows by rule, weak for what is not of the platform.
    pub strength: Evidence,
    /// When the newest source of its section was written, `YYYY-MM-DD` or shorter.
    pub date: &'static str,
}

/// The date of tables, columns and relationships: the reference of tables.
pub(super) const TABLES_DATE: &str = "2026-05-06";
/// The date of choices: a listing of an environment.
pub(super) const CHOICES_DATE: &str = "2022-04-25";
/// The date of solutions and application packages: the list of built-in solutions.
pub(super) const SOLUTIONS_DATE: &str = "2026-08-17";
/// The date of what packages say about suppliers: the newest package.
pub(super) const SUPPLIERS_DATE: &str = "2026-09";
/// The date of roles and access rights: a listing of a plain environment.
pub(super) const ROLES_DATE: &str = "2026-07-14";

impl Fact {
    /// Whether every environment has it.
    pub fn is_platform(&self) -> bool {
        self.class == Class::Platform
    }

    /// Reads the low [`FACT_BITS`] bits of a number of the catalogue.
    pub(super) fn unpack(value: u64, date: &'static str) -> Self {
        const _: () = assert!(FACT_BITS == 4, "two bits of class, two of strength");
        Self {
            class: match value & 0b11 {
                0 => Class::Platform,
                1 => Class::Dynamics365Apps,
                _ => Class::FirstParty,
            },
            strength: match value >> 2 & 0b11 {
                2 => Evidence::Strong,
                1 => Evidence::Fair,
                _ => Evidence::Weak,
            },
            date,
        }
    }

    /// What follows by rule from a fact: no stronger than fair.
    pub(super) fn by_rule(self) -> Self {
        Self {
            strength: self.strength.min(Evidence::Fair),
            ..self
        }
    }
}
