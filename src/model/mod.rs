//! The domain: solutions, components and what identifies them. Plain owned values; no input or output happens here.

mod alike;
mod column_type;
mod component;
mod evidence;
mod generated;
mod guid;
mod handler;
mod kind;
mod map;
mod name;
mod pattern;
mod reference;
mod reference_kind;
mod secret;
mod sequence;
mod shape;
mod solution;
mod variable;
mod version;

pub use alike::alike;
pub use column_type::{column_type, is_column_type};
pub use component::{Address, Component, ComponentId, Identity, Origin, Part};
pub use evidence::Evidence;
pub use generated::{comes_with_its_table, generating_columns, is_standard_column};
pub use guid::{Guid, NotAGuid};
pub use handler::FormHandler;
pub use kind::{ComponentType, IdentifiedBy, KINDS, KindRow};
pub use map::IdentityMap;
pub use name::LogicalName;
pub use pattern::{ComponentPattern, matches_name};
pub use reference::{OWN_TABLE, Pointer, Reference, Strength};
pub use reference_kind::{REFERENCE_KINDS, ReferenceKind, ReferenceKindRow};
pub use secret::{may_be_secret, secret_in};
pub(crate) use sequence::STEP_LABEL;
pub use sequence::{
    BrokenDefinition, DefinitionRole, RecordSort, Sequence, SequenceDefinition, SequenceStep,
    Stage, StepName, StepSort, StepUse, UseOf,
};
pub use shape::ShapeFault;
pub use solution::{
    ApplicationPackage, ExportStamp, Flaw, FlawKind, Located, Manifest, MissingDependency,
    PackageType, Publisher, RootBehavior, RootComponent, Solution, Supplier, SupplierOrigin,
    Unclaimed,
};
pub use variable::VariableType;
pub use version::{NotAVersion, Version};
