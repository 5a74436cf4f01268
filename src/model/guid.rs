//! Identifiers of records, compared without braces and without case.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A record identifier such as `{9F2C…}`.
///
/// Packages write identifiers with or without braces and in either case; two spellings of one identifier are equal
/// here, and it is always displayed bare and in lower case.
///
/// ```
/// use solvet::model::Guid;
/// let a: Guid = "{6A1F0B52-0000-4000-8000-00000000000A}".parse()?;
/// assert_eq!(a.to_string(), "6a1f0b52-0000-4000-8000-00000000000a");
/// # Ok::<(), solvet::model::NotAGuid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Guid(Uuid);

/// The text is not a record identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a GUID of the form 00000000-0000-0000-0000-000000000000, with or without braces")]
pub struct NotAGuid;

impl Guid {
    /// Reads an identifier, treating the all-zero one as none: exports write it where nothing is meant.
    pub fn parse_used(text: &str) -> Option<Self> {
        text.parse().ok().filter(|guid: &Self| !guid.0.is_nil())
    }
}

impl FromStr for Guid {
    type Err = NotAGuid;

    fn from_str(text: &str) -> Result<Self, NotAGuid> {
        let bare = text.trim();
        let bare = bare
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .unwrap_or(bare);
        // `Uuid` also takes URNs and other lengths; exports use these two only.
        if !matches!(bare.len(), 32 | 36) {
            return Err(NotAGuid);
        }
        Uuid::try_parse(bare).map(Self).map_err(|_| NotAGuid)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_case_and_dashes_do_not_matter() {
        let plain: Guid = "6a1f0b52-0000-4000-8000-00000000000a".parse().unwrap();
        for spelling in [
            "{6A1F0B52-0000-4000-8000-00000000000A}",
            "6A1F0B520000400080000000000000 0A"
                .replace(' ', "")
                .as_str(),
            " 6a1f0b52-0000-4000-8000-00000000000a\n",
        ] {
            assert_eq!(spelling.parse(), Ok(plain));
        }
    }

    #[test]
    fn the_zero_identifier_means_none() {
        assert_eq!(
            Guid::parse_used("{00000000-0000-0000-0000-000000000000}"),
            None
        );
    }

    #[test]
    fn half_a_brace_is_no_identifier() {
        assert!(
            "{6a1f0b52-0000-4000-8000-00000000000a"
                .parse::<Guid>()
                .is_err()
        );
    }
}
