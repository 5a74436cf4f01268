//! Names of tables, columns, web resources and other components, compared without case.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

/// A schema name, logical name or unique name.
///
/// Dataverse compares these without case: a root component says `account`, the definition says `Account`. The text is
/// kept as the package wrote it; equality, order and hash ignore ASCII case (names are ASCII by rule).
///
/// ```
/// use solvet::model::LogicalName;
/// assert_eq!(LogicalName::new("Account"), LogicalName::new("account"));
/// ```
#[derive(Clone, Debug)]
pub struct LogicalName(SmolStr);

impl LogicalName {
    /// Takes the name as written, without surrounding white space.
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// The name as the package wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the name starts with `prefix`, in any case.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.0
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }
}

impl PartialEq for LogicalName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for LogicalName {}

impl PartialEq<str> for LogicalName {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl Ord for LogicalName {
    fn cmp(&self, other: &Self) -> Ordering {
        fn lower(name: &LogicalName) -> impl Iterator<Item = u8> {
            name.0.bytes().map(|byte| byte.to_ascii_lowercase())
        }
        lower(self).cmp(lower(other))
    }
}

impl PartialOrd for LogicalName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for LogicalName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Setting bit 5 folds case. It also merges a few other characters, which costs a collision, never an error.
        const FOLD: u64 = 0x2020_2020_2020_2020;
        let mut chunks = self.0.as_bytes().chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk
                .iter()
                .fold(0, |word, byte| (word << 8) | u64::from(*byte));
            state.write_u64(word | FOLD);
        }
        let rest = chunks.remainder().iter();
        state.write_u64(rest.fold(1, |word, byte| (word << 8) | u64::from(byte | 0x20)));
    }
}

impl From<&str> for LogicalName {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for LogicalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn two_spellings_are_one_key() {
        let set: HashSet<_> = ["msnfp_Budget", "MSNFP_budget"]
            .map(LogicalName::new)
            .into();
        assert_eq!(set.len(), 1);
    }

    #[test]
    fn a_long_name_is_one_key_in_any_case() {
        let long = "msdyn_bookableresourcebooking_msdyn_actual_BookableResource";
        let set: HashSet<_> = [long, &long.to_ascii_uppercase()]
            .map(LogicalName::new)
            .into();
        assert_eq!(set.len(), 1);
    }

    #[test]
    fn order_ignores_case() {
        assert!(LogicalName::new("Beta") > LogicalName::new("alpha"));
    }

    #[test]
    fn a_prefix_is_compared_without_case_and_never_splits_a_character() {
        assert!(LogicalName::new("CTS_Order").starts_with("cts_"));
        assert!(!LogicalName::new("é").starts_with("e"));
    }
}
