//! Offline analysis of exported Dataverse, Dynamics 365 and Power Platform solution packages.
//!
//! The crate is a pipeline, and each step can be used alone: find packages, open them, parse them into a
//! [`Solution`](model::Solution), build the [`Graph`](graph::Graph), ask a [`Target`](target::Target), run the rules,
//! write a report. Steps take and return plain owned values and do no input or output beyond what their names say; none
//! connects to anything.
//!
//! ```
//! use solvet::check::{CheckOptions, check, examine};
//! use solvet::package::{OpenOptions, Opened, locate, open};
//! use solvet::parse::parse;
//! use solvet::target::{self, Presence};
//!
//! # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
//! let target = target::load("samples/targets/contoso-prod.json")?;
//! let mut examined = Vec::new();
//! for location in locate(&["samples/SequenceAPACleads_1_0_0_1.zip".into()]) {
//!     for opened in open(&location?, &OpenOptions::default()) {
//!         match opened {
//!             Opened::Package(package) => examined.push(examine(&package, parse(&package)?)),
//!             Opened::Failed(error) | Opened::PassedOver(error) => return Err(error),
//!         }
//!     }
//! }
//! let checked = check(examined, Some(&target), CheckOptions::default());
//! let absent = checked[0]
//!     .requirements
//!     .iter()
//!     .filter(|requirement| requirement.answer.presence == Presence::Absent);
//! assert_eq!(absent.count(), 2);
//! # Ok::<(), solvet::Error>(())
//! ```
//!
//! What it does not do yet and what it cannot know is listed in docs/unsupported.md of the repository.

#![forbid(unsafe_code)]

pub mod catalog;
pub mod check;
pub mod config;
mod decode;
pub mod diff;
mod error;
pub mod finding;
pub mod graph;
mod json;
pub mod limits;
pub mod model;
pub mod package;
pub mod parse;
pub mod report;
pub mod settings;
pub mod simulate;
pub mod source;
pub mod target;
mod xml;
mod yaml;

pub use error::{Error, ExitStatus};
