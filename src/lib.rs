//! Offline analysis of exported Dataverse, Dynamics 365 and Power Platform solution packages.
#![forbid(unsafe_code)]

pub mod catalog;
mod error;
pub mod finding;
pub mod limits;
pub mod model;
pub mod package;
pub mod parse;
pub mod source;
mod xml;

pub use error::{Error, ExitStatus};
