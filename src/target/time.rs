//! Moments: when something was captured, and how long ago that is.

use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// The current moment, or that of `SOURCE_DATE_EPOCH` (seconds since 1970) where it is set, so that a run can be repeated.
/// Source: reproducible-builds.org/specs/source-date-epoch.
pub fn now() -> Timestamp {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let given = given.and_then(|seconds| Timestamp::from_second(seconds.trim().parse().ok()?).ok());
    given.unwrap_or_else(Timestamp::now)
}

/// Whether a text is a moment: RFC 3339, or a date alone.
pub fn is_moment(text: &str) -> bool {
    parse(text).is_some()
}

/// Reads a moment: RFC 3339, or a date alone, which is its beginning in UTC.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let date = || {
        let date: Date = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
    };
    text.parse().ok().or_else(date)
}

/// When a file was last written, to the second; not later than now.
pub(super) fn of_file(path: &Path) -> Option<String> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    let written = Timestamp::try_from(written).ok()?.min(now());
    Some(text(written))
}

/// A moment as manifests write it, to the second.
pub(super) fn text(moment: Timestamp) -> String {
    let seconds = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
    seconds.to_string()
}

/// Whole days between a moment and a later one.
pub(super) fn days_between(earlier: Timestamp, later: Timestamp) -> i64 {
    const SECONDS: i64 = 24 * 60 * 60;
    (later.as_second() - earlier.as_second()) / SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_alone_is_its_beginning() {
        let date = parse("2026-11-20").unwrap();
        assert_eq!(text(date), "2026-11-20T00:00:00Z");
    }

    #[test]
    fn an_offset_counts() {
        let moment = parse("2026-11-20T01:00:00+02:00").unwrap();
        assert_eq!(text(moment), "2026-11-19T23:00:00Z");
    }

    #[test]
    fn a_day_begun_is_not_a_day_gone() {
        let of = |text| parse(text).unwrap();
        let start = of("2026-11-01T12:00:00Z");
        assert_eq!(days_between(start, of("2026-12-01T11:59:59Z")), 29);
        assert_eq!(days_between(start, of("2026-12-01T12:00:00Z")), 30);
    }
}
