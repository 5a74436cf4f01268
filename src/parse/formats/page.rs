//! Pages of web resources (HTML), and other markup that names web resources. The platform tracks none of these links.

use memchr::{memchr, memchr_iter, memmem};

use super::super::links::Links;
use crate::model::{LogicalName, Pointer, ReferenceKind as Kind};
use crate::source::{FileId, Span};

/// More links than this in one file are generated lists, not the parts of a page.
const LINKS: usize = 1_000;

/// A tag longer than this holds a picture or a script.
const TAG: usize = 4_096;

/// Names of web resources have at most 256 characters.
const NAME: usize = 300;

/// Reads a text that begins as markup.
pub(in crate::parse) fn page(text: &str, file: FileId, links: &mut Links<'_>) {
    marked(text, file, links);
    if is_page(text) {
        for (value, at) in addresses(text).take(LINKS) {
            link(value, span(file, at, value.len()), links);
        }
    }
}

fn span(file: FileId, start: usize, len: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: offset(start),
        end: offset(start + len),
    }
}

/// Web resources that the directive marks.
fn marked(text: &str, file: FileId, links: &mut Links<'_>) {
    const DIRECTIVE: &str = "$webresource:";
    let marks = memchr_iter(b'$', text.as_bytes()).filter(|at| {
        let start = text.get(*at..*at + DIRECTIVE.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(DIRECTIVE))
    });
    for at in marks.take(LINKS) {
        let rest = text.get(at..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "\"'<>()[]{},;`&".contains(c);
        let mut name = rest.char_indices().take(NAME);
        if let Some((len, _)) = name.find(|(_, c)| ends(*c)) {
            let value = rest.get(..len).unwrap_or_default();
            links.directive(Kind::WebResourceLink, value, span(file, at, len));
        }
    }
}

/// Whether a markup text is a page.
fn is_page(text: &str) -> bool {
    const MARKS: [&str; 5] = ["<!doctype html", "<html", "<head", "<body", "<script"];
    let head: String = text.chars().take(1_024).collect();
    let head = head.to_ascii_lowercase();
    MARKS.iter().any(|mark| head.contains(mark))
}

/// The values of `src` and `href` of a page's tags with their places. Comments and scripts are passed over.
fn addresses(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut at = 0;
    let mut found: Vec<(&str, usize)> = Vec::new();
    std::iter::from_fn(move || {
        while found.is_empty() {
            let open = at + memchr(b'<', text.as_bytes().get(at..)?)?;
            let rest = text.get(open..)?;
            if rest.starts_with("<!--") {
                at = open + memmem::find(rest.as_bytes(), b"-->")?;
                continue;
            }
            let end = memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
            at = open + end.max(1);
            let Some(tag) = rest.get(..end).filter(|tag| tag.len() <= TAG) else {
                continue;
            };
            found = values_of(tag)
                .map(|(value, inner)| (value, open + inner))
                .collect();
            found.reverse();
            let is_script = tag
                .get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("<script"));
            if is_script && !tag.ends_with('/') {
                let body = text.get(at..)?;
                let close = memmem::find_iter(body.as_bytes(), b"</").find(|close| {
                    body.get(close + 2..close + 8)
                        .is_some_and(|name| name.eq_ignore_ascii_case("script"))
                });
                at += close.unwrap_or(body.len());
            }
        }
        found.pop()
    })
}

/// The quoted values of `src` and `href` within one tag.
fn values_of(tag: &str) -> impl Iterator<Item = (&str, usize)> {
    let bytes = tag.as_bytes();
    memchr_iter(b'=', bytes).filter_map(move |equals| {
        let before = tag.get(..equals)?.trim_end();
        let is_named = |name: &str| {
            let start = before.len().checked_sub(name.len())?;
            let own = before.get(start..)?;
            let before = before.get(..start)?.chars().next_back()?;
            let is_apart = before.is_whitespace() || matches!(before, '"' | '\'');
            Some(is_apart && own.eq_ignore_ascii_case(name))
        };
        if is_named("src") != Some(true) && is_named("href") != Some(true) {
            return None;
        }
        let after = tag.get(equals + 1..)?;
        let open = equals + 1 + (after.len() - after.trim_start().len());
        let quote = *bytes.get(open)?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let len = memchr(quote, bytes.get(open + 1..)?)?;
        Some((tag.get(open + 1..open + 1 + len)?, open + 1))
    })
}

/// An address on a page: a path from the page's own name, or the server's path of web resources.
fn link(value: &str, span: Span, links: &mut Links<'_>) {
    if links.web_path(Kind::WebResourceLink, value, span) {
        return;
    }
    let path = value.split(['?', '#']).next().unwrap_or_default().trim();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    // What a script or a template will fill in, addresses elsewhere, and pages of the server are no web resources.
    let is_odd = path.contains([':', '{', '}', '$', '+', '<', '>', '*', '|', '\\', '"', '\'']);
    let file = path.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_file = (2..=5).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !ending.eq_ignore_ascii_case("aspx");
    if is_file && !is_odd && !path.starts_with('/') {
        let to = Pointer::Relative(LogicalName::new(&path));
        links.add(Kind::WebResourceLink, to, span);
    }
}

/// The web resource at a path from another one. The server shows all of them below one folder, from which a path may
/// climb and to which it must come back.
pub(in crate::parse) fn beside(name: &str, path: &str) -> Option<String> {
    const FOLDER: &str = "WebResources";
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps = vec![FOLDER];
    steps.extend(folder.split('/').filter(|step| !step.is_empty()));
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    let (first, rest) = steps.split_first()?;
    (first.eq_ignore_ascii_case(FOLDER) && !rest.is_empty()).then(|| rest.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found_by;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        found_by(|links| page(text, FileId(0), links))
    }

    #[test]
    fn scripts_styles_and_pictures_are_named_by_relative_paths() {
        let text = "<!DOCTYPE html><html><head><script src=\"../lib/a.js?v=1\"></script>\
                    <link rel='stylesheet' href = 'b%20c.css'></head><body><img alt=\"x\" src=\"i.png\"></body></html>";
        assert_eq!(
            read(text),
            ["../lib/a.js", "b c.css", "i.png"]
                .map(|path| format!("web-resource-link Relative({path})"))
        );
    }

    #[test]
    fn addresses_elsewhere_and_what_a_script_fills_in_name_nothing() {
        let text = "<html><a href='https://example.com/a.js'/><a href='#x'/><a href='mailto:a@b.cc'/><img src='{{x}}.png'>\
                    <script src='../../ClientGlobalContext.js.aspx'></script><a href='page'/><script>'<img src=\"z.png\">'</script>\
                    <!-- <img src='y.png'> --></html>";
        assert!(read(text).is_empty(), "{:?}", read(text));
    }

    #[test]
    fn the_directive_and_the_servers_path_name_web_resources_by_their_names() {
        let text = "<html><body data-x=\"$webresource:new_/d.xml\"><img src='/WebResources/new_/i.png'/></body></html>";
        assert_eq!(
            read(text),
            [
                "web-resource-link 61 new_/d.xml",
                "web-resource-link 61 new_/i.png"
            ]
        );
    }

    #[test]
    fn other_markup_names_by_the_directive_only() {
        let text = "<data><a href='x.png'/><b>$webresource:new_/b.js</b></data>";
        assert_eq!(read(text), ["web-resource-link 61 new_/b.js"]);
    }

    #[test]
    fn broken_pages_end_the_reading() {
        for text in [
            "<html><a href='",
            "<html><script>",
            "<html><!-- ",
            "<html><a href=é'é>",
        ] {
            read(text);
        }
    }

    #[test]
    fn a_path_starts_where_the_page_lies() {
        for (page, path, expected) in [
            ("new_/pages/a.html", "../lib/b.js", Some("new_/lib/b.js")),
            ("new_/pages/a.html", "./c.css", Some("new_/pages/c.css")),
            ("new_a.html", "new_b.js", Some("new_b.js")),
            (
                "new_/a.html",
                "../../WebResources/new_/b.js",
                Some("new_/b.js"),
            ),
            ("new_/a.html", "../../_static/b.js", None),
            ("new_/a.html", "../../../b.js", None),
            ("new_/a.html", "..", None),
        ] {
            assert_eq!(beside(page, path).as_deref(), expected, "{page} {path}");
        }
    }
}
