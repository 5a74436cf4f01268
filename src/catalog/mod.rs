//! What is known of the platform itself, embedded from the readable tables in `data/catalog`. A leaf: it knows no
//! package and no target.

mod errors;

pub use errors::{PlatformError, platform_error, platform_errors};
