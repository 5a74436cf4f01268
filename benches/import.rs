//! How much entering a large source in a manifest costs, against parsing it and nothing else.
//!
//! The sources are generated: a `$metadata` of 20 megabytes, and an inventory of 200,000 rows. The floor reads the file and
//! parses it into a tree, with the crates that everybody uses. Floor and import run in turn, and the ratios of their
//! medians are printed: of reading the source, and of everything `target add` does until the manifest is text again.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::format_push_string,
    reason = "a benchmark prints and may stop"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use solvet::target::{Contradictions, ImportOptions, TargetManifest, add, import, manifest_json};

const ROUNDS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let csdl = folder.path().join("metadata.xml");
    fs::write(&csdl, metadata(20_000_000)).unwrap();
    compare("$metadata", &csdl, |text| {
        let options = roxmltree::ParsingOptions::default();
        let document = roxmltree::Document::parse_with_options(text, options).unwrap();
        black_box(document.descendants().count());
    });
    let inventory = folder.path().join("inventory.json");
    fs::write(&inventory, summaries(200_000)).unwrap();
    compare("inventory", &inventory, |text| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        black_box(value);
    });
}

fn compare(name: &str, path: &Path, parse: impl Fn(&str)) {
    let paths = [path.to_string_lossy().into_owned()];
    let options = ImportOptions::default();
    let (mut floors, mut imports, mut additions) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 0;
    for _ in 0..ROUNDS {
        floors.push(timed(|| parse(&fs::read_to_string(path).unwrap())));
        imports.push(timed(|| {
            black_box(import(&paths, &options).unwrap());
        }));
        additions.push(timed(|| {
            let mut manifest = TargetManifest {
                manifest_version: 1,
                ..TargetManifest::default()
            };
            for one in import(&paths, &options).unwrap() {
                rows = one.source.rows.unwrap();
                add(&mut manifest, one, Contradictions::Refused).unwrap();
            }
            black_box(manifest_json(&manifest));
        }));
    }
    let [floor, import, addition] = [floors, imports, additions].map(median);
    let ratio = |time: Duration| time.as_secs_f64() / floor.as_secs_f64();
    println!(
        "{name}: {} bytes, {rows} rows; parsing {floor:.1?}, reading {import:.1?} (ratio {:.2}), entering and writing {addition:.1?} (ratio {:.2})",
        fs::metadata(path).unwrap().len(),
        ratio(import),
        ratio(addition)
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A document of about so many bytes, with tables of 60 columns and 12 relationships.
fn metadata(bytes: usize) -> String {
    let mut text = String::from(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\n\
         <Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n\
         <EntityType Name=\"crmbaseentity\" Abstract=\"true\" />\n",
    );
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&format!(
            "<EntityType Name=\"cts_table{number}\" BaseType=\"mscrm.crmbaseentity\">\n<Key><PropertyRef Name=\"cts_table{number}id\" /></Key>\n"
        ));
        for column in 0..48 {
            text.push_str(&format!(
                "  <Property Name=\"cts_column{column}of{number}\" Type=\"Edm.String\" Unicode=\"false\" />\n"
            ));
        }
        for lookup in 0..12 {
            let other = number * 7 % (number + 1);
            text.push_str(&format!(
                "  <Property Name=\"_cts_lookup{lookup}_value\" Type=\"Edm.Guid\" />\n  <NavigationProperty Name=\"cts_Lookup{lookup}\" \
                 Type=\"mscrm.cts_table{other}\" Nullable=\"false\" Partner=\"cts_table{other}_cts_table{number}_{lookup}\">\
                 <ReferentialConstraint Property=\"_cts_lookup{lookup}_value\" ReferencedProperty=\"cts_table{other}id\" /></NavigationProperty>\n\
                 <NavigationProperty Name=\"cts_table{number}_cts_table{other}_{lookup}\" Type=\"Collection(mscrm.cts_table{other})\" Partner=\"cts_Lookup{lookup}\" />\n"
            ));
        }
        text.push_str("</EntityType>\n");
        number += 1;
    }
    text.push_str("<EntityContainer Name=\"System\">\n");
    for set in 0..number {
        text.push_str(&format!(
            "<EntitySet Name=\"cts_table{set}s\" EntityType=\"mscrm.cts_table{set}\" />\n"
        ));
    }
    text.push_str("</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>\n");
    text
}

/// So many rows of `msdyn_solutioncomponentsummaries`.
fn summaries(rows: usize) -> String {
    let mut text = String::from(
        "{\"@odata.context\":\"https://contoso.crm4.dynamics.com/api/data/v9.2/$metadata#msdyn_solutioncomponentsummaries\",\"value\":[\n",
    );
    let kinds = [2, 10, 26, 29, 60, 61, 92];
    for row in 0..rows {
        let kind = kinds[row % kinds.len()];
        let comma = if row == 0 { "" } else { ",\n" };
        text.push_str(&format!(
            "{comma}{{\"msdyn_solutioncomponentsummaryid\":\"{row:08x}-1111-4111-8111-111111111111\",\"msdyn_objectid\":\"{row:08x}-2222-4222-8222-222222222222\",\
             \"msdyn_componenttype\":{kind},\"msdyn_componenttypename\":\"Component\",\"msdyn_name\":\"cts_component{row}\",\"msdyn_displayname\":\"Component {row}\",\
             \"msdyn_schemaname\":\"cts_Component{row}\",\"msdyn_primaryentityname\":\"cts_table{}\",\"msdyn_ismanaged\":true,\"msdyn_iscustom\":true,\
             \"msdyn_solutionid\":\"33333333-3333-4333-8333-333333333333\",\"msdyn_uniquename\":null}}",
            row % 900
        ));
    }
    text.push_str("\n]}\n");
    text
}
