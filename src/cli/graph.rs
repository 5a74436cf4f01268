//! `graph`: what refers to what.

use clap::Args;
use solvet::graph::PackageGraph;
use solvet::report::graph::{Focus, Network, UnknownComponent, dot, graphml, human, json, mermaid};
use solvet::report::html;
use solvet::{Error, ExitStatus};

use super::options::PackageOptions;
use super::output::{Formats, Output, OutputOptions};
use super::packages::worst;

/// The formats of a graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Drawing {
    Human,
    Json,
    Dot,
    Mermaid,
    GraphMl,
    Html,
}

impl Formats for Drawing {
    const ALL: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("json", Self::Json),
        ("dot", Self::Dot),
        ("mermaid", Self::Mermaid),
        ("graphml", Self::GraphMl),
        ("html", Self::Html),
    ];
    const HELP: &'static str = "human, json, dot (Graphviz), mermaid, graphml or html (a page to explore), with =FILE to write to a file; may be \
                                given several times [default: human]";
}

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub(super) struct Graph {
    #[command(flatten)]
    packages: PackageOptions,

    #[arg(
        long,
        value_name = "COMPONENT",
        help = "Only what lies around this component: account, account.new_color, form:{id}, webresource:new_/x.js; may \
                be given several times"
    )]
    focus: Vec<String>,

    /// How many references away from it
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    depth: usize,

    #[command(flatten)]
    output: OutputOptions<Drawing>,
}

impl Graph {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        self.output.validate(self.packages.inputs())?;
        let packages = self.packages.read_each(&self.output, |package, parsed| {
            PackageGraph::new(package.path(), package.layout(), parsed)
        });
        let mut network = Network::new(&packages);
        if !self.focus.is_empty() && network.has_packages() {
            let focus = Focus {
                components: self.focus.clone(),
                depth: self.depth,
            };
            network = network.around(&focus).map_err(unknown_component)?;
        }
        Output::write(&self.output, |format, options| match format {
            Drawing::Human => human(&network, |error| {
                solvet::report::human::failure(error, options)
            }),
            Drawing::Json => json(&network),
            Drawing::Dot => dot(&network),
            Drawing::Mermaid => mermaid(&network),
            Drawing::GraphMl => graphml(&network),
            Drawing::Html => html::graph(&network),
        })?;
        Ok(worst(&packages))
    }
}

/// The error for a component that is not there, or may be several.
pub(super) fn unknown_component(unknown: UnknownComponent) -> Error {
    const SHOWN: usize = 12;
    let UnknownComponent { name, choices } = unknown;
    if choices.is_empty() {
        return Error::Usage {
            what: format!("no package has or names a component '{name}'"),
            remedy: "Write a table as its name, a column as table.column, anything else as kind:name or kind:{id}; \
                     inspect lists what a package holds."
                .into(),
        };
    }
    let shown: Vec<_> = choices.iter().take(SHOWN).map(String::as_str).collect();
    let more = choices.len().saturating_sub(SHOWN);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Error::Usage {
        what: format!("'{name}' may be any of {}{more}", shown.join(", ")),
        remedy: "Give one of these.".into(),
    }
}
