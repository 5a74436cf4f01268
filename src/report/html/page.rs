//! The page around what is told: head, navigation, style and scripts, all within one file.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

/// How everything looks.
const STYLE: &str = include_str!("assets/style.css");
/// What the drawing of the graph would otherwise put on the page itself, which no policy for styles allows.
const CANVAS_STYLE: &str = ".__________cytoscape_container { position: relative; }";
/// Filters, the switch between light and dark, printing.
const SCRIPT: &str = include_str!("assets/page.js");
/// The library that draws the graph.
const LIBRARY: &str = include_str!("assets/vendor/cytoscape.min.js");
/// What is drawn with it.
const DRAWING: &str = concat!(
    include_str!("assets/network.js"),
    include_str!("assets/elements.js"),
    include_str!("assets/look.js"),
    include_str!("assets/places.js"),
    include_str!("assets/graph.js")
);

/// A page while it is put together.
pub(super) struct Page {
    title: String,
    head: Markup,
    sections: Vec<Section>,
    /// The graph as data, where there is one.
    data: Option<String>,
}

/// A part of a page.
pub(super) struct Section {
    id: &'static str,
    title: String,
    count: Option<usize>,
    body: Markup,
}

impl Section {
    /// A part with a heading.
    pub(super) fn new(id: &'static str, title: &str, body: Markup) -> Self {
        Self {
            id,
            title: title.into(),
            count: None,
            body,
        }
    }

    /// The same with how many things it holds.
    pub(super) fn counting(self, count: usize) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }
}

impl Page {
    /// A page with what stands above all sections.
    pub(super) fn new(title: String, head: Markup) -> Self {
        Self {
            title,
            head,
            sections: Vec::new(),
            data: None,
        }
    }

    /// Adds a section, where there is one.
    pub(super) fn push(&mut self, section: Option<Section>) {
        self.sections.extend(section);
    }

    /// Adds the section of the graph with its data, as JSON.
    pub(super) fn draw(&mut self, (section, data): (Section, String)) {
        self.sections.push(section);
        self.data = Some(data);
    }

    /// Writes the page.
    pub(super) fn finish(&self) -> String {
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(self.policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "solvet " (env!("CARGO_PKG_VERSION")) };
                    meta name="referrer" content="no-referrer";
                    title { (self.title) " – solvet" }
                    style { (PreEscaped(STYLE)) }
                    style id="__________cytoscape_stylesheet" { (PreEscaped(CANVAS_STYLE)) }
                }
                body {
                    a .skip href="#main" { "Skip to the report" }
                    (self.top())
                    main #main tabindex="-1" {
                        (self.head)
                        @for section in &self.sections { (section.markup()) }
                    }
                    footer { p { "Written by solvet " (env!("CARGO_PKG_VERSION")) ". Nothing on this page is loaded from elsewhere or sent anywhere." } }
                    @if let Some(data) = &self.data {
                        script type="application/json" id="network-data" { (PreEscaped(data)) }
                    }
                    @for script in self.scripts() { script { (PreEscaped(script)) } }
                }
            }
        };
        markup.into_string()
    }

    fn top(&self) -> Markup {
        html! {
            header .top {
                p .brand { "solvet" }
                nav aria-label="Sections of the report" {
                    ul {
                        @for section in &self.sections {
                            li { a href={ "#" (section.id) } {
                                (section.title)
                                @if let Some(count) = section.count { " " span .count { (count) } }
                            } }
                        }
                    }
                }
                div .tools {
                    button #theme .scripted type="button" hidden { "Dark" }
                }
            }
        }
    }

    fn scripts(&self) -> Vec<&'static str> {
        match self.data {
            Some(_) => vec![SCRIPT, LIBRARY, DRAWING],
            None => vec![SCRIPT],
        }
    }

    /// What the browser may do with the page: show it and run these very scripts; nothing else.
    fn policy(&self) -> String {
        let scripts: Vec<_> = self.scripts().into_iter().map(source).collect();
        let styles = [STYLE, CANVAS_STYLE].map(source);
        format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
            scripts.join(" "),
            styles.join(" ")
        )
    }
}

impl Section {
    fn markup(&self) -> Markup {
        let title = format!("{}-title", self.id);
        html! {
            section id=(self.id) aria-labelledby=(title) {
                h2 id=(title) {
                    (self.title)
                    @if let Some(count) = self.count { " " span .count { (count) } }
                }
                (self.body)
            }
        }
    }
}

/// The source of a script or style as a policy names it: the digest of its text.
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

/// Bytes as a policy writes them (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let digit = DIGITS.get(digit as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_standard_says() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn no_script_ends_before_its_end() {
        for script in [SCRIPT, LIBRARY, DRAWING] {
            assert!(!script.to_ascii_lowercase().contains("</script"));
            assert!(!script.contains("<!--"));
        }
    }
}
