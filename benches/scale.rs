//! How time and memory grow with the size of a solution, and what of it the graph takes.
//!
//! Generates solutions of 1,000 to 100,000 components in memory, made of tables with columns, forms, views and
//! relationships that refer to each other, checks each, and prints milliseconds, the peak of allocated bytes, and how
//! both grow each time the size doubles.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may stop"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use solvet::check::{Asking, CheckOptions, Outcome, check, examine_all};
use solvet::graph::Graph;
use solvet::package::{OpenOptions, Opened, locate, open};
use solvet::parse::parse;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const ROUNDS: usize = 5;
/// Components of each generated table: itself, its columns, views, form and relationship.
const PER_TABLE: usize = 25;
const COLUMNS: usize = 20;

fn main() {
    let mut before: Option<(usize, Duration, usize)> = None;
    for size in [1_000, 2_000, 10_000, 20_000, 50_000, 100_000] {
        let folder = tempfile::tempdir().unwrap();
        write_solution(folder.path(), size / PER_TABLE);
        let (components, whole, graph, bytes) = measure(folder.path());
        let growth = match before {
            Some((old, time, memory)) => {
                let factor = components as f64 / old as f64;
                format!(
                    "for {factor:.1} times the size {:.2} times the time, {:.2} times the memory",
                    whole.as_secs_f64() / time.as_secs_f64(),
                    bytes as f64 / memory as f64
                )
            }
            None => String::new(),
        };
        println!(
            "{components:>7} components {:>8.1} ms, graph {:>4.1} %, {:>6.1} MB at most  {growth}",
            whole.as_secs_f64() * 1000.0,
            100.0 * graph.as_secs_f64() / whole.as_secs_f64(),
            bytes as f64 / 1e6,
        );
        before = Some((components, whole, bytes));
    }
}

/// Components, the time of a check, the time of the graph alone, and the most bytes allocated at once.
fn measure(folder: &Path) -> (usize, Duration, Duration, usize) {
    let argument = [folder.to_string_lossy().into_owned()];
    let (mut wholes, mut graphs, mut components, mut peak) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..ROUNDS {
        ALLOCATED.reset_peak_usage();
        let idle = ALLOCATED.current_usage();
        let start = Instant::now();
        let outcomes = examine_all(locate(&argument), &OpenOptions::default(), Asking::Nothing);
        let examined = outcomes.into_iter().filter_map(|outcome| match outcome {
            Outcome::Examined(examined) => Some(*examined),
            Outcome::Failed(_) | Outcome::PassedOver(_) => None,
        });
        let checked = check(examined.collect(), None, CheckOptions::default());
        wholes.push(start.elapsed());
        peak = ALLOCATED.peak_usage() - idle;
        components = checked[0].solution.components.len();
        drop(checked);
        let location = locate(&argument).remove(0).unwrap();
        let Some(Opened::Package(package)) = open(&location, &OpenOptions::default()).pop() else {
            continue;
        };
        let parsed = parse(&package).unwrap();
        let start = Instant::now();
        std::hint::black_box(Graph::build(&parsed.solution));
        graphs.push(start.elapsed());
    }
    (components, median(wholes), median(graphs), peak)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn write_solution(folder: &Path, tables: usize) {
    let mut roots = String::new();
    let mut entities = String::new();
    let mut relationships = String::new();
    for number in 0..tables {
        let _ = write!(
            roots,
            "<RootComponent type=\"1\" schemaName=\"gen_t{number}\" behavior=\"0\"/>"
        );
        table(&mut entities, number, tables);
        let other = (number * 7 + 1) % tables;
        let _ = write!(
            relationships,
            "<EntityRelationship Name=\"gen_t{other}_t{number}\"><EntityRelationshipType>OneToMany</EntityRelationshipType>\
             <ReferencingEntityName>gen_t{number}</ReferencingEntityName><ReferencedEntityName>gen_t{other}</ReferencedEntityName>\
             <ReferencingAttributeName>gen_c0</ReferencingAttributeName></EntityRelationship>"
        );
    }
    let solution = format!(
        "<ImportExportXml version=\"9.2.0.0\" languagecode=\"1033\" generatedBy=\"CrmLive\"><SolutionManifest>\
         <UniqueName>Generated</UniqueName><LocalizedNames/><Version>1.0.0.0</Version><Managed>0</Managed><Publisher>\
         <UniqueName>gen</UniqueName><CustomizationPrefix>gen</CustomizationPrefix></Publisher><RootComponents>{roots}\
         </RootComponents><MissingDependencies/></SolutionManifest></ImportExportXml>"
    );
    let customizations = format!(
        "<ImportExportXml><Entities>{entities}</Entities><EntityRelationships>{relationships}</EntityRelationships>\
         <Languages><Language>1033</Language></Languages></ImportExportXml>"
    );
    fs::write(folder.join("solution.xml"), solution).unwrap();
    fs::write(folder.join("customizations.xml"), customizations).unwrap();
    fs::write(
        folder.join("[Content_Types].xml"),
        "<Types><Default Extension=\"xml\" ContentType=\"text/xml\"/></Types>",
    )
    .unwrap();
}

/// One table with columns, a form that binds them all and shows another table, and two views that join that one.
fn table(text: &mut String, number: usize, tables: usize) {
    let other = (number * 13 + 5) % tables;
    let _ = write!(
        text,
        "<Entity><Name>gen_t{number}</Name><EntityInfo><entity Name=\"gen_t{number}\"><EntitySetName>gen_t{number}s</EntitySetName>\
         <attributes>"
    );
    for column in 0..COLUMNS {
        let kind = if column == 0 { "lookup" } else { "nvarchar" };
        let _ = write!(
            text,
            "<attribute PhysicalName=\"gen_c{column}\"><Type>{kind}</Type><LogicalName>gen_c{column}</LogicalName>\
             <displaynames><displayname description=\"Column {column}\" languagecode=\"1033\"/></displaynames></attribute>"
        );
    }
    text.push_str("</attributes></entity></EntityInfo><FormXml><forms type=\"main\"><systemform>");
    let _ = write!(text, "<formid>{{{}}}</formid><form><tabs>", guid(number, 1));
    for column in 0..COLUMNS {
        let _ = write!(
            text,
            "<control id=\"c{column}\" datafieldname=\"gen_c{column}\"/>"
        );
    }
    let _ = write!(
        text,
        "<control id=\"grid\"><parameters><TargetEntityType>gen_t{other}</TargetEntityType><ViewId>{{{}}}</ViewId></parameters>\
         </control></tabs></form></systemform></forms></FormXml><SavedQueries><savedqueries>",
        guid(other, 2)
    );
    for view in 2..4 {
        let _ = write!(
            text,
            "<savedquery><savedqueryid>{{{}}}</savedqueryid><fetchxml><fetch><entity name=\"gen_t{number}\"><attribute name=\"gen_c1\"/>\
             <link-entity name=\"gen_t{other}\" from=\"gen_c2\" to=\"gen_c3\" alias=\"o\"><attribute name=\"gen_c4\"/></link-entity>\
             </entity></fetch></fetchxml><layoutxml><grid><row><cell name=\"gen_c1\"/><cell name=\"o.gen_c4\"/></row></grid></layoutxml>\
             </savedquery>",
            guid(number, view)
        );
    }
    text.push_str("</savedqueries></SavedQueries></Entity>");
}

fn guid(number: usize, kind: usize) -> String {
    format!("{number:08x}-0000-4000-8000-{kind:012x}")
}
