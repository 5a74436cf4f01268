//! Addresses and identifiers of one environment, written into flows and scripts.

use std::collections::BTreeSet;

use memchr::memmem;
use rustc_hash::FxHashSet;

use super::few;
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid};
use crate::source::{FileId, Span};

pub(super) static RULES: &[Rule] = &[Rule {
    id: "environment-address",
    severity: Severity::Warning,
    summary: "a flow or a script names an environment by its address or identifier",
    codes: &[],
    docs: RuleDocs {
        what: "Cloud flows, pages and scripts have no address of an environment, such as https://name.crm4.dynamics.com, and \
               no identifier of one. Addresses that only stand for one, such as https://org.crm.dynamics.com, are passed over. \
               In pages and scripts it is a note, for it may be a comment.",
        why: "In every target they go on reading and changing the environment that is named.",
        fix: "Take the address from an environment variable, or ask for the one the code runs in.",
        source: "learn.microsoft.com/power-platform/alm/environment-variables-alm",
    },
    stage: Stage::Publish,
    scope: Scope::Package(environment_address),
}];

/// Names that stand for any environment in examples.
const EXAMPLES: [&str; 16] = [
    "org",
    "yourorg",
    "your-org",
    "myorg",
    "my-org",
    "orgname",
    "organization",
    "contoso",
    "fabrikam",
    "example",
    "crmorg",
    "environment",
    "name",
    "test",
    "disco",
    "globaldisco",
];

/// Files beyond this many bytes are libraries or data.
const LARGEST: u64 = 1024 * 1024;

fn environment_address(subject: &Subject<'_>, out: &mut Findings) {
    // A file that several components name is read once, for the first of them.
    let mut seen = FxHashSet::default();
    for component in &subject.solution.components {
        let is_flow = is_flow(component);
        if !is_flow && !is_text(component) {
            continue;
        }
        let definition = &*subject.package.entry_at(component.span).name;
        for part in &component.parts {
            let Some(entry) = subject.package.find_part(&part.path, definition) else {
                continue;
            };
            if !seen.insert(entry) || subject.package.entry(entry).size > LARGEST {
                continue;
            }
            let Ok(text) = subject.package.text(entry) else {
                continue;
            };
            let found = addresses(&text);
            let Some(first) = found.first() else {
                continue;
            };
            let names: BTreeSet<&str> = found.iter().map(|(_, name)| *name).collect();
            let described = out.add(
                place(entry.file(), *first),
                format!(
                    "The {} names an environment: {}.",
                    component.identity,
                    few(names.iter().copied())
                ),
                "Take the address from an environment variable, or ask for the one it runs in.",
            );
            let severity = if is_flow {
                Severity::Warning
            } else {
                Severity::Note
            };
            described
                .severity(severity)
                .evidence(Evidence::Fair)
                .component(&component.identity);
        }
    }
}

/// Whether it is a cloud flow: those of before 2020 have no word for it but their file.
fn is_flow(component: &Component) -> bool {
    let mut files = component.parts.iter();
    component.identity.kind == ComponentType::Number(29)
        && files.any(|part| part.path.to_ascii_lowercase().ends_with(".json"))
}

/// Whether it is a page, a script or a document among the web resources.
fn is_text(component: &Component) -> bool {
    let kind = component.property("WebResourceType");
    component.identity.kind == ComponentType::Number(61)
        && kind.is_some_and(|kind| matches!(kind.trim(), "1" | "3" | "4"))
}

/// A place and the name that stands there.
type Found<'t> = (usize, &'t str);

fn place(file: FileId, (at, name): Found<'_>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: offset(at),
        end: offset(at + name.len()),
    }
}

/// The addresses and identifiers of environments in a text, in their order.
fn addresses(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), "://") {
        let start = at + "://".len();
        let host = text.get(start..).unwrap_or_default();
        let is_of_host =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
        let end = host
            .find(|letter| !is_of_host(letter))
            .unwrap_or(host.len());
        let host = host.get(..end).unwrap_or_default();
        if is_environment(host) {
            found.push((start, host));
        }
    }
    for at in memmem::find_iter(text.as_bytes(), "/environments/") {
        let start = at + "/environments/".len();
        let name = text.get(start..).unwrap_or_default();
        let prefix = if name.starts_with("Default-") {
            "Default-".len()
        } else {
            0
        };
        let end = prefix + 36;
        if let Some(id) = name.get(prefix..end)
            && Guid::parse_used(id).is_some()
            && let Some(whole) = name.get(..end)
        {
            found.push((start, whole));
        }
    }
    found.sort_unstable();
    found
}

/// Whether a host is that of an environment: `name.crm4.dynamics.com`, `name.api.crm.dynamics.com`.
fn is_environment(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('.').collect();
    let (name, region) = match parts.as_slice() {
        [name, region, "dynamics", "com" | "cn"]
        | [name, "api", region, "dynamics", "com" | "cn"] => (*name, *region),
        _ => return false,
    };
    let number = region.strip_prefix("crm");
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && !name.is_empty()
        && !EXAMPLES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let found = addresses(text).into_iter();
        found.map(|(_, name)| name.to_owned()).collect()
    }

    #[test]
    fn environments_are_named_by_their_address_or_their_identifier() {
        let id = "11111111-2222-4333-8444-555555555555";
        let text = format!(
            "'https://cts-dev.crm4.dynamics.com/api' https://ctsdev.api.crm.dynamics.com /environments/Default-{id}/flows"
        );
        let expected = [
            "cts-dev.crm4.dynamics.com".to_owned(),
            "ctsdev.api.crm.dynamics.com".to_owned(),
            format!("Default-{id}"),
        ];
        assert_eq!(names(&text), expected);
    }

    #[test]
    fn what_stands_for_any_environment_is_none() {
        for text in [
            "https://org.crm.dynamics.com",
            "https://home.dynamics.com",
            "https://globaldisco.crm.dynamics.com",
            "https://{name}.crm.dynamics.com",
            "cts.crm4.dynamics.com",
            "/environments/{id}",
        ] {
            assert!(names(text).is_empty(), "{text}");
        }
    }
}
