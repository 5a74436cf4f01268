//! Versions of solutions and platforms, compared part by part as numbers.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version of one to four numeric parts, such as `9.0.4.0066`.
///
/// Parts compare as numbers (1.7 is lower than 1.61) and missing parts count as zero; the text is kept as written.
/// Source: learn.microsoft.com/power-platform/alm/solution-concepts-alm.
///
/// ```
/// use solvet::model::Version;
/// let version = |text: &str| text.parse::<Version>();
/// assert!(version("1.7.0")? < version("1.61.0")?);
/// assert_eq!(version("9.0.4.0066")?, version("9.0.4.66")?);
/// # Ok::<(), solvet::model::NotAVersion>(())
/// ```
#[derive(Clone, Debug)]
pub struct Version {
    text: Box<str>,
    parts: [u32; 4],
    written: usize,
}

/// The text is not a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a version of one to four numeric parts, such as 1.0.0.0")]
pub struct NotAVersion;

impl Version {
    /// How many parts were written, 1 to 4. Solutions need at least two.
    pub fn written_parts(&self) -> usize {
        self.written
    }

    /// The first two parts, major and minor. A patch has those of its parent, and an assembly that keeps them is the same
    /// one to the platform.
    ///
    /// ```
    /// use solvet::model::Version;
    /// assert_eq!("1.20.3.4".parse::<Version>()?.line(), (1, 20));
    /// # Ok::<(), solvet::model::NotAVersion>(())
    /// ```
    pub fn line(&self) -> (u32, u32) {
        let [major, minor, ..] = self.parts;
        (major, minor)
    }

    /// The version of the first two parts of a text alone, as they are written there; what follows them may be anything.
    ///
    /// ```
    /// use solvet::model::Version;
    /// let level = Version::of_line("9.2.26111.132").map(|level| level.to_string());
    /// assert_eq!(level.as_deref(), Some("9.2"));
    /// ```
    pub fn of_line(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '.');
        let (major, minor) = (parts.next()?, parts.next().unwrap_or("0"));
        format!("{major}.{minor}").parse().ok()
    }

    /// Compares the first three parts only: the fourth counts builds of the same content.
    pub fn cmp_release(&self, other: &Self) -> Ordering {
        self.parts[..3].cmp(&other.parts[..3])
    }
}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let text = text.trim();
        let mut parts = [0; 4];
        let mut written = 0;
        for part in text.split('.') {
            let slot = parts.get_mut(written).ok_or(NotAVersion)?;
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(NotAVersion);
            }
            // The platform keeps each part as a signed 32-bit number.
            let number: i32 = part.parse().map_err(|_| NotAVersion)?;
            *slot = number.unsigned_abs();
            written += 1;
        }
        Ok(Self {
            text: text.into(),
            parts,
            written,
        })
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for Version {}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts.cmp(&other.parts)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_compare_as_numbers() {
        let order = ["1.7", "1.61", "1.61.0.1", "2"].map(|text| text.parse::<Version>().unwrap());
        assert!(order.is_sorted());
    }

    #[test]
    fn versions_of_one_line_have_the_same_first_two_parts_as_numbers() {
        let line = |text: &str| text.parse::<Version>().unwrap().line();
        assert_eq!(line("1.2.3.4"), line("1.02.9"));
        assert_eq!(line("2"), line("2.0.0.1"));
        assert_ne!(line("1.2.3.4"), line("1.20.3.4"));
        assert_ne!(line("1.2.3.4"), line("2.2.3.4"));
    }

    #[test]
    fn a_text_has_a_line_whatever_follows_it() {
        let line = |text: &str| Version::of_line(text).map(|version| version.to_string());
        for text in ["9.2", " 9.2.26111.132 ", "9.2.x", "9.2.1.2.3.4"] {
            assert_eq!(line(text).as_deref(), Some("9.2"), "{text}");
        }
        assert_eq!(line("9").as_deref(), Some("9.0"));
        for text in ["", "x.2", "9.x", "9..2", "-9.2"] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    #[test]
    fn five_parts_signs_and_letters_are_refused() {
        for text in ["1.2.3.4.5", "+1.0", "1.0b", "", "1..2", "1.2147483648"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
