//! The dependency graph of packages: for programs, for people, and as drawings.

mod dependencies;
mod drawing;
mod human;
mod json;
mod network;
mod order;
mod why;

pub use dependencies::{Dependencies, schema as dependencies_schema};
pub(super) use drawing::mermaid_label;
pub use drawing::{dot, graphml, mermaid};
pub use human::human;
pub use json::json;
pub use network::{Focus, Network, UnknownComponent};
pub(super) use network::{Member, Part};
pub use order::{order_human, order_json};
pub use why::{why_human, why_json};
