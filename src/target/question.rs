//! Questions to an environment and its three-valued answers.

use crate::finding::Evidence;
use crate::model::{Identity, LogicalName, Solution, Supplier};

/// What is known of a component in an environment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Presence {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// Nobody knows.
    Unknown,
}

impl Presence {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Unknown => "unknown",
        }
    }
}

/// Whose knowledge an answer rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Basis {
    /// The packages of the run.
    Packages,
    /// The target manifest.
    Manifest,
    /// What is known of every environment, and of applications.
    Baseline,
}

/// An answer with its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Present, absent or unknown.
    pub presence: Presence,
    /// How sure.
    pub evidence: Evidence,
    /// Whose knowledge it rests on.
    pub basis: Basis,
    /// Why, as a sentence fragment.
    pub because: String,
    /// For an unknown one, what would settle it.
    pub settle: Option<String>,
}

impl Answer {
    /// The component is there.
    pub fn present(evidence: Evidence, because: impl Into<String>) -> Self {
        Self::new(Presence::Present, evidence, because)
    }

    /// The component is not there.
    pub fn absent(evidence: Evidence, because: impl Into<String>) -> Self {
        Self::new(Presence::Absent, evidence, because)
    }

    /// Nothing is known of the component.
    pub fn unknown(because: impl Into<String>, settle: impl Into<String>) -> Self {
        Self {
            settle: Some(settle.into()),
            ..Self::new(Presence::Unknown, Evidence::Weak, because)
        }
    }

    /// Nothing is known because no target was given.
    pub fn unasked(required: &Identity) -> Self {
        Self::unknown(
            "no target was given",
            format!(
                "Give a target manifest with --target; without one nobody can say whether the {required} is there."
            ),
        )
    }

    /// The same answer on another basis.
    #[must_use]
    pub fn by(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    fn new(presence: Presence, evidence: Evidence, because: impl Into<String>) -> Self {
        Self {
            presence,
            evidence,
            basis: Basis::Manifest,
            because: because.into(),
            settle: None,
        }
    }
}

/// A component someone asks for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The component.
    pub required: &'a Identity,
    /// Who supplied it where the package was exported; `None` where that is not known.
    pub supplier: Option<&'a Supplier>,
    /// The prefix of the package's own publisher.
    pub own_prefix: Option<&'a str>,
    /// The package's own unique name.
    pub own_solution: &'a str,
}

/// Whether a solution may be Microsoft's, by the beginning of its name: `msdyn_`, `msdynce_`, `msft_`, `Microsoft…`.
pub(super) fn is_microsoft(name: &LogicalName) -> bool {
    name.starts_with("ms") || name.starts_with("microsoft")
}

impl<'a> Question<'a> {
    /// What a solution asks for.
    pub fn of(
        solution: &'a Solution,
        required: &'a Identity,
        supplier: Option<&'a Supplier>,
    ) -> Self {
        let manifest = &solution.manifest;
        let publisher = manifest.publisher.as_ref();
        let prefix = publisher.and_then(|publisher| publisher.prefix.as_ref());
        Self {
            required,
            supplier,
            own_prefix: prefix.map(|prefix| &*prefix.value),
            own_solution: manifest.name(),
        }
    }
}

impl Question<'_> {
    /// Whether what is asked for is surely not Microsoft's.
    ///
    /// Names of Microsoft's solutions have no rule (`FieldService`, `AppModuleWebResources`), so the component's own prefix
    /// must speak too; one without a prefix says nothing.
    pub(super) fn is_surely_foreign_to_microsoft(&self) -> bool {
        const PREFIXES: [&str; 4] = ["ms", "adx_", "cc_", "crm"];
        let name = self.required.schema_name.as_ref();
        let has_own_prefix = name.is_some_and(|name| {
            name.as_str().contains('_') && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        });
        has_own_prefix
            && self
                .supplier
                .is_some_and(|supplier| !is_microsoft(&supplier.solution))
    }
}
