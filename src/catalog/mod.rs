//! What is known of the platform itself, embedded from the readable tables in `data/catalog`. A leaf: it knows no
//! package and no target.

mod errors;
mod solutions;

pub use errors::{PlatformError, platform_error, platform_errors};
pub use solutions::is_built_in_solution;
