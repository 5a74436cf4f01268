//! Offline analysis of exported Dataverse, Dynamics 365 and Power Platform solution packages.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod check;
mod decode;
mod error;
pub mod finding;
pub mod graph;
pub mod limits;
pub mod model;
pub mod package;
pub mod parse;
pub mod report;
pub mod source;
pub mod target;
mod xml;

pub use error::{Error, ExitStatus};
