//! The same content as another export would write it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::missing_panics_doc,
    reason = "tests share this module, each its own part, and may stop"
)]

use roxmltree::{Document, Node};

/// A file of a package, as `pack::files` lists it.
pub type File = (String, Vec<u8>);

/// Elements whose order among their like means something: an export keeps it.
const ORDERED: [&str; 17] = [
    "tab",
    "column",
    "section",
    "row",
    "cell",
    "handler",
    "library",
    "order",
    "area",
    "group",
    "subarea",
    "option",
    "javascriptfunction",
    "crmparameter",
    "stringparameter",
    "boolparameter",
    "intparameter",
];

/// The identifiers that an export appends to names of files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    Same,
    /// As from another environment.
    Other,
}

/// Entries, elements of a list and attributes in another order, identifiers in another case, and stamps of a newer platform.
pub fn exported_again(files: &[File], appended: Appended) -> Vec<File> {
    let other_ids = |text: &str| other_ids(text, appended);
    let again = files.iter().map(|(name, content)| {
        let Ok(text) = String::from_utf8(content.clone()) else {
            return (other_ids(name), content.clone());
        };
        // The order of the steps of a process is kept.
        let is_process = name.to_ascii_lowercase().ends_with(".xaml");
        let again = reversed(&text).filter(|_| !is_process);
        // Another environment may write identifiers otherwise in any file, the same one in definitions only.
        let is_anew = appended == Appended::Other || again.is_some();
        let text = again.unwrap_or(text);
        let text = if is_anew { other_ids(&text) } else { text };
        (other_ids(name), text.into_bytes())
    });
    let mut again: Vec<_> = again.collect();
    again.reverse();
    again
}

/// Every list with its elements and every tag with its attributes in the opposite order, and stamps of a newer platform;
/// `None` where the text is no XML.
fn reversed(text: &str) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    let rest = text.get(root.range().end..)?;
    let written = written(root, text);
    Some(format!("{}{written}{rest}", &text[..root.range().start]))
}

fn written(node: Node<'_, '_>, text: &str) -> String {
    let children: Vec<_> = node.children().filter(Node::is_element).collect();
    let mut names = children.iter().map(|child| child.tag_name().name());
    let first = names.next().unwrap_or_default();
    let is_list = children.len() > 1 && names.all(|name| name == first);
    let mut texts: Vec<_> = children.iter().map(|child| written(*child, text)).collect();
    if is_list && !ORDERED.contains(&first.to_ascii_lowercase().as_str()) {
        texts.reverse();
    }
    let mut whole = String::new();
    let mut at = node.range().start;
    // Each attribute stands where its opposite stood.
    let attributes: Vec<_> = node.attributes().map(|one| one.range()).collect();
    for (place, other) in attributes.iter().zip(attributes.iter().rev()) {
        whole.push_str(&text[at..place.start]);
        let other = &text[other.clone()];
        whole.push_str(&if node.has_tag_name("ImportExportXml") {
            newer(other)
        } else {
            other.to_owned()
        });
        at = place.end;
    }
    for (child, written) in children.iter().zip(texts) {
        whole.push_str(&text[at..child.range().start]);
        whole.push_str(&written);
        at = child.range().end;
    }
    whole + &text[at..node.range().end]
}

/// An attribute of the root as a newer platform writes it.
fn newer(attribute: &str) -> String {
    const STAMPS: [&str; 4] = [
        "version",
        "OrganizationVersion",
        "OrganizationSchemaType",
        "CRMServerServiceabilityVersion",
    ];
    let Some((name, value)) = attribute.split_once('=') else {
        return attribute.to_owned();
    };
    let mut parts: Vec<String> = value.split('.').map(str::to_owned).collect();
    if !STAMPS.contains(&name.trim()) || parts.len() != 4 {
        return attribute.to_owned();
    }
    for part in &mut parts[2..] {
        *part = part.replace(|c: char| c.is_ascii_digit(), "9");
    }
    format!("{name}={}", parts.join("."))
}

/// Identifiers in the case that they are not in; those that an export appends to names of files may be others.
fn other_ids(text: &str, appended: Appended) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text.split_inclusive(|c: char| !is_word(c)).map(|word| {
        let bare = word.trim_end_matches(|c: char| !is_word(c));
        let start = bare.len().saturating_sub(36);
        let (before, id) = bare.split_at_checked(start).unwrap_or(("", ""));
        // Names that end with digits are no identifiers.
        let is_name = appended == Appended::Same && (id.len() != 36 || !id.contains('-'));
        if is_name || id.parse::<solvet::model::Guid>().is_err() {
            return word.to_owned();
        }
        let is_other = appended == Appended::Other;
        let is_appended = is_other && before.ends_with(|c: char| c.is_ascii_alphanumeric());
        let is_lower = !id.chars().any(|c| c.is_ascii_uppercase());
        let id = match (is_appended, is_lower) {
            (true, _) => id.replace('1', "d").replace(['2', 'a', 'A'], "9"),
            (false, true) => id.to_ascii_uppercase(),
            (false, false) => id.to_ascii_lowercase(),
        };
        format!("{before}{id}{}", &word[bare.len()..])
    });
    words.collect()
}
