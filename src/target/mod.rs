//! What an environment has: the target manifest and its three-valued answers.
//!
//! A manifest says what is there, what is not, and how completely each family was captured. What it does not settle is
//! unknown, never absent.

mod answer;
mod family;
mod forms;
mod generated;
mod listed;
mod load;
mod manifest;
mod question;
mod scope;

pub use answer::Target;
pub use family::Family;
pub use load::load;
pub use manifest::{
    AbsentRow, ApplicationRow, Baseline, Captured, CapturedSource, ChoiceRow, ColumnDetails,
    ColumnRow, ComponentRow, ConnectionReferenceRow, Coverage, CoverageDetails, CoverageOf,
    CoverageState, Environment, EnvironmentVariableRow, PublisherRow, RelationshipRow, SolutionRow,
    TableRow, TargetManifest, TypeName,
};
pub use question::{Answer, Presence, Question};
