//! What is known of the platform itself, embedded from the readable tables in `data/catalog`. A leaf: it knows the domain,
//! no package and no target.
//!
//! A [`Fact`] says of everything which environments have it, how sure that is and of when the knowledge is. That something
//! is not found here says nothing: no section is complete.

mod choices;
mod columns;
mod errors;
mod fact;
mod failures;
mod features;
mod format;
mod held;
mod index;
mod kinds;
mod messages;
mod relationships;
mod roles;
mod solutions;
mod suppliers;
mod tables;

pub use choices::{Choice, choice};
pub use columns::{Column, Targets, column};
pub use errors::{PlatformError, platform_error, platform_errors};
pub use fact::{Class, Fact};
pub use failures::{Confidence, Detection, Effect, Failure, failure, failures, failures_of};
pub use features::{Feature, feature, feature_of_application};
pub use held::{held, is_everywhere, known};
pub use kinds::{kind, no_kind};
pub use messages::{is_sdk_message, is_table_message};
pub use relationships::{Relationship, RelationshipKind, relationship, relationships_of};
pub use roles::{Privileges, Role, privileges, role, role_named};
pub use solutions::{Application, KnownSolution, application, is_built_in_solution, solution};
pub use suppliers::{KnownSupplier, supplier};
pub use tables::{Table, table, table_of_entity_set, table_of_type_code};
