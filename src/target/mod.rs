//! What an environment has: the target manifest and its three-valued answers.
//!
//! A manifest says what is there, what is not, and how completely each family was captured. What it does not settle is
//! unknown, never absent.

mod afterwards;
mod answer;
mod collect;
mod difference;
mod family;
mod forms;
mod generated;
mod import;
mod knowledge;
mod listed;
mod load;
mod manifest;
mod merge;
mod moments;
mod question;
mod read;
mod rows;
mod schema;
mod scope;
mod settle;
mod strip;
mod time;
mod write;

pub use afterwards::{Effect, Landing, afterwards, content_of, promoted};
pub use answer::{DEFAULT_MAX_AGE, Holding, Target};
pub use collect::{Shell, collect_script};
pub use difference::{Change, Difference, differences};
pub use family::Family;
pub use import::{ImportOptions, Imported, TableMap, import};
pub use knowledge::{FamilyKnowledge, Knowledge};
pub use listed::DependencyEdge;
pub use load::{baseline_path, load, read_manifest};
pub use manifest::*;
pub use merge::{Conflicts, Contradictions, add, merge};
pub use question::{Answer, Basis, Presence, Question};
pub use schema::schema;
pub use strip::strip;
pub use time::{is_moment, now};
pub use write::{Overwrite, manifest_json, may_write, write_manifest};
