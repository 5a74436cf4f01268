//! The graph as drawings that other programs make: Graphviz, Mermaid, and `GraphML` for graph editors.

use std::fmt::Write as _;

use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};

use super::network::{Member, Network};
use crate::model::{Origin, Strength};
use crate::report::harmless::without_brackets;

/// How the three sorts of components look, as (Graphviz attributes, Mermaid class).
fn look(origin: Option<Origin>) -> (&'static str, &'static str) {
    match origin {
        Some(Origin::Package) => ("shape=box, style=filled, fillcolor=\"#e8f1fb\"", "package"),
        Some(Origin::Layered) => (
            "shape=box, style=\"filled,dashed\", fillcolor=\"#fdf3dc\"",
            "layered",
        ),
        None => ("shape=ellipse, style=dashed", "external"),
    }
}

fn label(network: &Network<'_>, member: Member) -> String {
    network
        .identity(member)
        .map_or_else(String::new, ToString::to_string)
}

/// Writes the graph for Graphviz.
pub fn dot(network: &Network<'_>) -> String {
    let mut graph: DiGraph<(String, &str), (&str, Strength)> = DiGraph::new();
    for member in &network.members {
        graph.add_node((label(network, *member), look(network.origin(*member)).0));
    }
    for arrow in &network.arrows {
        let (from, to) = (NodeIndex::new(arrow.from), NodeIndex::new(arrow.to));
        graph.add_edge(from, to, (arrow.edge.kind.id(), arrow.edge.strength));
    }
    let edge = |_: &DiGraph<_, _>, edge: EdgeReference<'_, (&str, Strength)>| {
        let (kind, strength) = edge.weight();
        let style = match strength {
            Strength::Required => "",
            Strength::Runtime => ", style=dashed",
        };
        format!("label={}{style}", quoted(kind))
    };
    let node = |_: &DiGraph<_, _>, (_, (label, look)): (NodeIndex, &(String, &str))| {
        format!("label={}, {look}", quoted(label))
    };
    let own = [Config::EdgeNoLabel, Config::NodeNoLabel];
    let text = format!("{:?}", Dot::with_attr_getters(&graph, &own, &edge, &node));
    // Graphviz reads references to characters as XML does.
    without_brackets(&text, "&#91;").into_owned()
}

/// Characters with a meaning in Graphviz's quoted labels.
const DOT: &[(char, &str)] = &[('\\', "\\\\"), ('"', "\\\"")];

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text, DOT))
}

/// Writes the graph as a Mermaid flowchart.
pub fn mermaid(network: &Network<'_>) -> String {
    let mut text = String::from("flowchart LR\n");
    for (place, member) in network.members.iter().enumerate() {
        let label = label(network, *member);
        let (_, class) = look(network.origin(*member));
        let _ = writeln!(text, "  c{place}[{}]:::{class}", mermaid_label(&label));
    }
    for arrow in &network.arrows {
        let line = match arrow.edge.strength {
            Strength::Required => "-->",
            Strength::Runtime => "-.->",
        };
        let kind = arrow.edge.kind.id();
        let _ = writeln!(text, "  c{} {line}|{kind}| c{}", arrow.from, arrow.to);
    }
    text.push_str(
        "  classDef package fill:#e8f1fb,stroke:#4a78b5\n  classDef layered fill:#fdf3dc,stroke:#b5883a\n  \
         classDef external fill:#fff,stroke:#888,stroke-dasharray:4\n",
    );
    text
}

/// Text as a quoted label of Mermaid.
pub(in crate::report) fn mermaid_label(text: &str) -> String {
    format!("\"{}\"", escaped(text, MERMAID))
}

/// Characters with a meaning in Mermaid's quoted labels: those of its own entities and of HTML, those of directives
/// (`%%{init: …}%%`, which count wherever they stand), of icons (`fa:fa-x`) and of formulas.
const MERMAID: &[(char, &str)] = &[
    ('%', "#37;"),
    (':', "#58;"),
    (';', "#59;"),
    ('$', "#36;"),
    ('\\', "#92;"),
    ('#', "#35;"),
    ('"', "#quot;"),
    ('<', "#lt;"),
    ('>', "#gt;"),
    ('&', "#amp;"),
    ('`', "#96;"),
    ('\n', " "),
    ('\r', " "),
];

/// Characters with a meaning in XML; control characters and what is no character cannot be written at all.
const XML: &[(char, &str)] = &[
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('"', "&quot;"),
];

fn escaped(text: &str, table: &[(char, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match table.iter().find(|(known, _)| *known == character) {
            Some((_, replacement)) => out.push_str(replacement),
            None if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                out.push(' ');
            }
            None => out.push(character),
        }
    }
    out
}

/// Writes the graph as `GraphML`.
pub fn graphml(network: &Network<'_>) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (id, of, name) in [
        ("label", "node", "label"),
        ("type", "node", "type"),
        ("origin", "node", "origin"),
        ("kind", "edge", "kind"),
        ("strength", "edge", "strength"),
        ("sources", "edge", "sources"),
    ] {
        let _ = writeln!(
            text,
            "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"string\"/>"
        );
    }
    text.push_str("  <graph edgedefault=\"directed\">\n");
    for (place, member) in network.members.iter().enumerate() {
        let kind = network
            .identity(*member)
            .map_or_else(String::new, |identity| identity.kind.name());
        let _ = writeln!(
            text,
            "    <node id=\"c{place}\"><data key=\"label\">{}</data><data key=\"type\">{}</data><data key=\"origin\">{}</data></node>",
            escaped(&label(network, *member), XML),
            escaped(&kind, XML),
            look(network.origin(*member)).1,
        );
    }
    for arrow in &network.arrows {
        let sources = match (arrow.edge.derived, arrow.edge.declared) {
            (true, true) => "derived declared",
            (false, true) => "declared",
            _ => "derived",
        };
        let _ = writeln!(
            text,
            "    <edge source=\"c{}\" target=\"c{}\"><data key=\"kind\">{}</data><data key=\"strength\">{}</data><data key=\"sources\">{sources}</data></edge>",
            arrow.from,
            arrow.to,
            arrow.edge.kind.id(),
            arrow.edge.strength.name(),
        );
    }
    text.push_str("  </graph>\n</graphml>\n");
    without_brackets(&text, "&#91;").into_owned()
}
