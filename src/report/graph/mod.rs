//! The dependency graph of packages: for programs, for people, and as drawings.

mod drawing;
mod human;
mod json;
mod network;

pub use drawing::{dot, graphml, mermaid};
pub use human::human;
pub use json::json;
pub use network::{Focus, Network, UnknownComponent};
