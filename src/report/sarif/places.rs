//! Where findings are: files of the repository or the disk, and what lies within.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region};

use super::MAX_DESCRIPTION;
use crate::report::common::ReportedFinding;
use crate::report::location;
use crate::report::text::bounded;

/// What a path of a URI may not hold as it is.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Where a finding is: the file on the disk, what lies within it, and the component.
pub(super) fn placed(one: &ReportedFinding<'_>, location: location::Location) -> Location {
    let mut found = physical(&location);
    let mut logical = Vec::new();
    if let Some(component) = &one.placed.finding.component {
        let name = component.to_string();
        let kind = component.kind.label();
        logical.push(named(&name, &kind));
    }
    if let Some(within) = location.within {
        let place = &one.placed.place;
        let line = match place.line {
            0 => String::new(),
            line => format!(":{line}:{}", place.column),
        };
        logical.push(named(&format!("{within}{line}"), "resource"));
    }
    found.logical_locations = Some(logical).filter(|logical| !logical.is_empty());
    found
}

fn named(name: &str, kind: &str) -> LogicalLocation {
    LogicalLocation::builder()
        .fully_qualified_name(bounded(name, MAX_DESCRIPTION))
        .kind(bounded(kind, MAX_DESCRIPTION))
        .build()
}

/// A file on the disk. GitHub asks for a region, so what is no text has its first character.
pub(super) fn physical(location: &location::Location) -> Location {
    let region = location.region.map_or((1, 1, 1, 1), |region| {
        (
            region.line,
            region.column,
            region.end_line,
            region.end_column,
        )
    });
    let region = Region::builder()
        .start_line(i64::from(region.0))
        .start_column(i64::from(region.1))
        .end_line(i64::from(region.2))
        .end_column(i64::from(region.3))
        .build();
    let physical = PhysicalLocation::builder()
        .artifact_location(artifact(&location.path))
        .region(region)
        .build();
    Location::builder().physical_location(physical).build()
}

/// A path as a URI: relative to the root of the sources, or with `file:` where it is absolute.
fn artifact(path: &str) -> ArtifactLocation {
    let path = match path {
        "" => ".",
        "-" => "standard-input",
        path => path,
    };
    let escaped = utf8_percent_encode(path, ESCAPED).to_string();
    let has_drive = matches!(path.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic());
    let before = match () {
        // The first part of a path on the network is the name of the machine.
        () if path.starts_with("//") => Some("file:"),
        () if path.starts_with('/') => Some("file://"),
        () if has_drive => Some("file:///"),
        () => None,
    };
    if let Some(before) = before {
        return ArtifactLocation::builder()
            .uri(format!("{before}{escaped}"))
            .build();
    }
    // What is before a colon would be a scheme.
    let escaped = escaped.replace(':', "%3A");
    ArtifactLocation::builder()
        .uri(escaped)
        .uri_base_id("%SRCROOT%")
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris_of_the_sources_or_of_the_disk() {
        for (path, uri, is_relative) in [
            ("out/my sales.zip", "out/my%20sales.zip", true),
            ("a:b.zip", "file:///a:b.zip", false),
            ("/out/ä#1.zip", "file:///out/%C3%A4%231.zip", false),
            ("//server/out/x.zip", "file://server/out/x.zip", false),
            ("1:b.zip", "1%3Ab.zip", true),
            ("C:/out/x.zip", "file:///C:/out/x.zip", false),
            ("abc:d.zip", "abc%3Ad.zip", true),
            ("-", "standard-input", true),
        ] {
            let artifact = artifact(path);
            assert_eq!(artifact.uri.as_deref(), Some(uri));
            assert_eq!(artifact.uri_base_id.is_some(), is_relative, "{path}");
        }
    }
}
