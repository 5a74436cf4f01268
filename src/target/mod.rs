//! What an environment has: the target manifest and its three-valued answers.
//!
//! A manifest says what is there, what is not, and how completely each family was captured. What it does not settle is
//! unknown, never absent.

mod answer;
mod family;
mod forms;
mod generated;
mod import;
mod listed;
mod load;
mod manifest;
mod question;
mod read;
mod schema;
mod scope;
mod time;

pub use answer::Target;
pub use family::Family;
pub use import::{ImportOptions, Imported, TableMap, import};
pub use load::load;
pub use manifest::*;
pub use question::{Answer, Presence, Question};
pub use schema::schema;
pub use time::now;
