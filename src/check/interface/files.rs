//! Rules about web resources and the files of connectors: their names and sizes.

use super::web_resources;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::check::{RequirementSubject, Subject};
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Part, Solution};
use crate::source::Span;

const INVALID_TYPE: u32 = 0x8004_F111;
const TOO_LARGE: u32 = 0x8004_F114;
const INVALID_CHARACTERS: u32 = 0x8004_F117;
const INVALID_ENDING: u32 = 0x8004_F119;
const ICON_TOO_LARGE: u32 = 0x8007_2602;
const CODE_TOO_LARGE: u32 = 0x8007_2608;

/// What an environment takes unless someone raises it, 5 MB, and the most that it can be raised to, 128 MB.
const USUAL_BYTES: u64 = 5 * 1024 * 1024;
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// The most of a connector's icon, and of its code.
const CONNECTOR_BYTES: u64 = 1024 * 1024;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "web-resource-too-large",
        severity: Severity::Error,
        summary: "a web resource is larger than the environment takes",
        codes: &[TOO_LARGE],
        docs: RuleDocs {
            what: "No web resource is larger than the manifest's environment.maxUploadFileSize. Where nobody says how much \
                   that is, more than 5 MB is a warning, and more than 128 MB, which no environment takes, an error.",
            why: "The import stops at the web resource. The limit is the one of e-mail attachments, 5 MB unless it is raised.",
            fix: "Raise the limit in the environment's settings (e-mail, maximum file size for attachments), or make the file \
                  smaller.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/\
                     unable-import-dynamics-365-solution; organization.maxuploadfilesize",
        },
        stage: Stage::Components,
        scope: Scope::Requirements(too_large),
    },
    Rule {
        id: "web-resource-name",
        severity: Severity::Error,
        summary: "the name, the ending or the type of a web resource is not allowed",
        codes: &[INVALID_TYPE, INVALID_CHARACTERS, INVALID_ENDING],
        docs: RuleDocs {
            what: "Names of web resources have letters, digits, points, underscores, hyphens and single slashes, and do not \
                   end in .aspx, .ascx, .asmx or .ashx. Types are numbers from 1 to 12. A name without a publisher's prefix \
                   is not reported: exports have such names.",
            why: "The import stops at the web resource.",
            fix: "Rename the web resource, and correct what names it.",
            source: "WebResourceNameInvalidCharacters and its like in the error codes; hyphens were seen in exports",
        },
        stage: Stage::Components,
        scope: Scope::Package(resource_name),
    },
    Rule {
        id: "connector-file-too-large",
        severity: Severity::Error,
        summary: "the icon or the code of a custom connector is larger than 1 MB",
        codes: &[ICON_TOO_LARGE, CODE_TOO_LARGE],
        docs: RuleDocs {
            what: "The icon of a custom connector has at most 1 MB, and so has its code.",
            why: "The import stops at the connector.",
            fix: "Make the picture or the code smaller, and export the solution again.",
            source: "\"Connector icon file too large, size cannot exceed 1 MB\" in the error codes; \
                     learn.microsoft.com/connectors/custom-connectors/write-code for the code",
        },
        stage: Stage::Components,
        scope: Scope::Package(connector_file_too_large),
    },
];

/// The file of a web resource, where it is larger than some environment might take.
fn large_file(resource: &Component) -> Option<(u64, &Part)> {
    const SUSPICIOUS: u64 = 8 * 1024;
    let files = resource.parts.iter();
    let mut sizes = files.filter_map(|part| Some((part.bytes?, part)));
    sizes.find(|(bytes, _)| *bytes > SUSPICIOUS)
}

/// The places of large web resources.
pub(super) fn places(solution: &Solution) -> impl Iterator<Item = Span> + '_ {
    let large = web_resources(solution).filter_map(large_file);
    large.map(|(_, file)| file.span)
}

fn too_large(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let target = subject.target.map(|target| &target.manifest().environment);
    let stated = target.and_then(|environment| environment.max_upload_file_size);
    for resource in web_resources(subject.solution) {
        let Some((bytes, file)) = large_file(resource) else {
            continue;
        };
        let limit = stated.unwrap_or(USUAL_BYTES);
        if bytes <= limit {
            continue;
        }
        let (takes, severity) = match stated {
            Some(limit) => (format!("the target takes {limit}"), Severity::Error),
            None if bytes > MOST_BYTES => (
                format!("no environment takes more than {MOST_BYTES}"),
                Severity::Error,
            ),
            None => (
                format!("an environment takes {USUAL_BYTES} unless the limit is raised"),
                Severity::Warning,
            ),
        };
        let described = out.add(
            file.span,
            format!("The {} has {bytes} bytes, and {takes}.", resource.identity),
            "Raise the limit for attachments in the environment, or make the file smaller.",
        );
        described
            .severity(severity)
            .evidence(Evidence::Fair)
            .component(&resource.identity)
            .platform(TOO_LARGE, &[]);
    }
}

fn resource_name(subject: &Subject<'_>, out: &mut Findings) {
    for resource in web_resources(subject.solution) {
        let name = resource.identity.schema_name.as_ref();
        let name = name.map_or("", |name| name.as_str());
        let is_allowed =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/');
        let kind = resource.property("WebResourceType").unwrap_or("1");
        let (what, help, code) = if let Some(wrong) = name.chars().find(|one| !is_allowed(*one)) {
            (
                format!("has the character {wrong:?} in its name"),
                "Rename it with letters, digits, points, underscores, hyphens and single slashes.",
                INVALID_CHARACTERS,
            )
        } else if name.contains("//") {
            (
                "has two slashes in a row in its name".to_owned(),
                "Rename it with single slashes.",
                INVALID_CHARACTERS,
            )
        } else if has_server_ending(name) {
            (
                "has the ending of a page that runs on the server".to_owned(),
                "Rename it; web resources cannot run code on the server.",
                INVALID_ENDING,
            )
        } else if !kind
            .trim()
            .parse()
            .is_ok_and(|kind: u32| (1..=12).contains(&kind))
        {
            (
                format!("has the type {kind}, which there is not"),
                "Correct WebResourceType; the types are the numbers from 1 to 12.",
                INVALID_TYPE,
            )
        } else {
            continue;
        };
        out.add(
            resource.span,
            format!("The {} {what}.", resource.identity),
            help,
        )
        .evidence(Evidence::Fair)
        .component(&resource.identity)
        .platform(code, &[]);
    }
}

fn has_server_ending(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut known = ["aspx", "ascx", "asmx", "ashx"].iter();
    known.any(|known| ending.eq_ignore_ascii_case(known))
}

fn connector_file_too_large(subject: &Subject<'_>, out: &mut Findings) {
    const CONNECTOR: ComponentType = ComponentType::Number(372);
    let components = subject.solution.components.iter();
    for connector in components.filter(|component| component.identity.kind == CONNECTOR) {
        for part in &connector.parts {
            let path = part.path.to_ascii_lowercase();
            let (what, code) = if path.contains("iconblob") {
                ("icon", ICON_TOO_LARGE)
            } else if path.contains("customcodeblob") {
                ("code", CODE_TOO_LARGE)
            } else {
                continue;
            };
            let Some(bytes) = part.bytes.filter(|bytes| *bytes > CONNECTOR_BYTES) else {
                continue;
            };
            out.add(
                part.span,
                format!(
                    "The {what} of the {} has {bytes} bytes, and {CONNECTOR_BYTES} are allowed.",
                    connector.identity
                ),
                "Make it smaller, and export the solution again.",
            )
            .evidence(Evidence::Fair)
            .component(&connector.identity)
            .platform(code, &[]);
        }
    }
}
