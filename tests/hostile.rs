//! Hostile input: whatever a file holds, solvet answers with a clear error or a finding. It never panics or hangs.
//!
//! No test asserts a time. Traps for time and memory are answered by a limit, and the tests assert which one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

#[path = "support/damage.rs"]
mod damage;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use damage::{CHECKSUM, FLAGS, METHOD, SIZE, Seeded};
use solvet::check::{CheckOptions, check, examine};
use solvet::limits::Limits;
use solvet::package::{OpenOptions, Opened};
use solvet::parse::parse;
use solvet::report::human::HumanOptions;
use solvet::report::{CheckReport, Entry, Inventory, InventoryFilter, human, json};
use support::open_all;
use support::pack::zip_of;

type Files = Vec<(String, Vec<u8>)>;

const TYPES: &str = r#"<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="json" ContentType="application/octet-stream" /></Types>"#;
const CUSTOMIZATIONS: &str = "<ImportExportXml><Entities /></ImportExportXml>";

/// solution.xml with something in its root components.
fn manifest(name: &str, roots: &str, missing: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml version="9.2.24054.194" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive">
  <SolutionManifest>
    <UniqueName>{name}</UniqueName>
    <LocalizedNames><LocalizedName description="Hostile" languagecode="1033" /></LocalizedNames>
    <Version>1.0.0.0</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <CustomizationPrefix>cts</CustomizationPrefix>
      <CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
    </Publisher>
    <RootComponents>{roots}</RootComponents>
    <MissingDependencies>{missing}</MissingDependencies>
  </SolutionManifest>
</ImportExportXml>
"#
    )
}

fn file(name: &str, content: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.into(), content.into())
}

/// A sound package.
fn sound() -> Files {
    vec![
        file("[Content_Types].xml", TYPES),
        file("customizations.xml", CUSTOMIZATIONS),
        file("solution.xml", manifest("Hostile", "", "")),
    ]
}

/// The sound package with one file replaced or added.
fn with(name: &str, content: impl Into<Vec<u8>>) -> Files {
    let mut files = sound();
    files.retain(|(known, _)| known != name);
    files.push(file(name, content));
    files
}

fn zip_with(name: &str, content: impl Into<Vec<u8>>) -> Vec<u8> {
    zip_of(&with(name, content))
}

/// Limits that differ from the default in one place.
fn limits(change: impl FnOnce(&mut Limits)) -> OpenOptions {
    let mut options = OpenOptions::default();
    change(&mut options.limits);
    options
}

/// What a whole run says of one path: every step of the program, and both reports.
struct Answer {
    solutions: Vec<String>,
    errors: Vec<String>,
    findings: Vec<(String, String)>,
    human: String,
    json: String,
}

impl Answer {
    fn of_path(path: &Path, options: &OpenOptions) -> Self {
        let mut errors = Vec::new();
        let mut packages = Vec::new();
        let mut examined = Vec::new();
        let mut inventories = String::new();
        let mut fail = |error: solvet::Error| {
            errors.push(format!("{error} | {}", error.remedy()));
            Entry::Failed(error)
        };
        for opened in open_all(path, options) {
            match opened {
                Opened::Failed(error) | Opened::PassedOver(error) => packages.push(fail(error)),
                Opened::Package(package) => match parse(&package) {
                    Ok(parsed) => {
                        let inventory =
                            Inventory::new(package.path(), package.layout(), parsed.clone());
                        inventories += &inventory.human(&InventoryFilter::default());
                        examined.push(examine(&package, parsed));
                    }
                    Err(error) => packages.push(fail(error)),
                },
            }
        }
        let checked = check(examined, None, CheckOptions::default());
        let entries = checked.into_iter().map(|one| Entry::Checked(Box::new(one)));
        let report = CheckReport {
            packages: entries.chain(packages).collect(),
            target: None,
        };
        let verbose = HumanOptions {
            verbose: true,
            ..HumanOptions::default()
        };
        let reports = [HumanOptions::default(), verbose].map(|how| human::check(&report, how));
        let found = report.checked().flat_map(|one| &one.findings);
        Self {
            solutions: report
                .checked()
                .map(|one| one.solution.manifest.name().to_owned())
                .collect(),
            findings: found
                .map(|one| (one.finding.rule.to_owned(), one.finding.message.clone()))
                .collect(),
            errors,
            human: reports.concat() + &inventories,
            json: json::check(&report),
        }
    }

    fn of_bytes(bytes: &[u8], options: &OpenOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("package.zip");
        fs::write(&path, bytes).unwrap();
        Self::of_path(&path, options)
    }

    fn of(bytes: &[u8]) -> Self {
        Self::of_bytes(bytes, &OpenOptions::default())
    }

    /// The one error, where nothing could be read.
    fn error(&self) -> &str {
        match (&*self.errors, &*self.solutions) {
            ([error], []) => error,
            _ => panic!("expected one error: {:?} {:?}", self.errors, self.brief()),
        }
    }

    fn refuses(&self, text: &str) {
        assert!(self.error().contains(text), "{}", self.error());
    }

    /// Asserts that a rule said something like this.
    fn finds(&self, rule: &str, text: &str) {
        let found = self
            .findings
            .iter()
            .any(|(id, message)| id == rule && message.contains(text));
        assert!(found, "{:?} {:?}", self.errors, self.brief());
    }

    fn brief(&self) -> Vec<String> {
        let line = |(rule, message): &(String, String)| {
            format!("{rule}: {}", message.chars().take(200).collect::<String>())
        };
        self.findings.iter().take(20).map(line).collect()
    }
}

#[test]
fn the_package_that_is_damaged_here_is_sound_itself() {
    let answer = Answer::of(&zip_of(&sound()));
    assert_eq!(answer.solutions, ["Hostile"]);
    assert!(answer.findings.is_empty(), "{:?}", answer.brief());
}

// Sizes and counts.

/// 64 MiB of zeros, which deflate packs a thousand to one.
fn bomb() -> Vec<u8> {
    zip_with("customizations.xml", vec![0; 64 << 20])
}

#[test]
fn a_deflate_bomb_is_refused_by_ratio_or_by_size_whichever_limit_is_small() {
    let bomb = bomb();
    let by_ratio = limits(|limits| limits.ratio = 100);
    Answer::of_bytes(&bomb, &by_ratio)
        .refuses("more than 100 times the packed size in one file (--max-ratio)");
    let by_size = limits(|limits| limits.entry_bytes = 1 << 20);
    Answer::of_bytes(&bomb, &by_size)
        .refuses("more than 1048576 bytes in one file (--max-entry-bytes)");
    let by_total = limits(|limits| limits.total_bytes = 10 << 20);
    Answer::of_bytes(&bomb, &by_total)
        .refuses("more than 10485760 bytes in all files (--max-total-bytes)");
}

#[test]
fn a_deflate_bomb_within_the_default_limits_is_a_malformed_file() {
    let answer = Answer::of(&bomb());
    answer.finds("malformed-file", "customizations.xml is not well-formed");
    assert!(answer.human.len() < 10_000 && answer.json.len() < 10_000);
}

#[test]
fn a_limit_error_says_how_to_raise_the_limit() {
    let few = limits(|limits| limits.entries = 2);
    let answer = Answer::of_bytes(&zip_of(&sound()), &few);
    answer.refuses("more than 2 files (--max-entries)");
    answer.refuses("raise the limit with --max-entries");
}

#[test]
fn an_entry_larger_or_smaller_than_it_declares_cannot_be_unpacked() {
    for declared in [
        1,
        CUSTOMIZATIONS.len() as u64 - 1,
        CUSTOMIZATIONS.len() as u64 + 1,
        9999,
    ] {
        let mut zip = zip_of(&sound());
        damage::set(&mut zip, "customizations.xml", SIZE, declared);
        let answer = Answer::of(&zip);
        answer.finds("unreadable-entry", "customizations.xml cannot be unpacked");
        answer.finds("unreadable-entry", "size");
        let mut zip = zip_of(&sound());
        damage::set_in_directory(&mut zip, "customizations.xml", SIZE, declared);
        Answer::of(&zip).finds("unreadable-entry", "customizations.xml cannot be unpacked");
    }
}

#[test]
fn a_bomb_that_declares_a_small_size_is_not_unpacked_beyond_it() {
    let mut zip = bomb();
    damage::set(&mut zip, "customizations.xml", SIZE, 1000);
    Answer::of(&zip).finds("unreadable-entry", "customizations.xml cannot be unpacked");
}

#[test]
fn a_declared_size_beyond_the_limit_is_refused_before_anything_is_unpacked() {
    let mut zip = zip_of(&sound());
    damage::set_in_directory(&mut zip, "customizations.xml", SIZE, 0xffff_fff0);
    Answer::of(&zip).refuses("--max-entry-bytes");
}

#[test]
fn a_manifest_that_lies_about_its_size_is_an_error() {
    let mut zip = zip_of(&sound());
    damage::set(&mut zip, "solution.xml", SIZE, 10);
    let answer = Answer::of(&zip);
    answer.refuses("has a solution.xml that cannot be read");
    answer.refuses("0x80048060");
}

#[test]
fn more_entries_than_allowed_are_refused() {
    let mut files = sound();
    files.extend((0..3000).map(|number| file(&format!("WebResources/{number}"), "x")));
    let few = limits(|limits| limits.entries = 1000);
    Answer::of_bytes(&zip_of(&files), &few).refuses("more than 1000 files (--max-entries)");
}

#[test]
fn folder_entries_count_as_entries_too() {
    let mut files = sound();
    files.extend((0..200).map(|number| file(&format!("a{number}/"), "")));
    let few = limits(|limits| limits.entries = 100);
    Answer::of_bytes(&zip_of(&files), &few).refuses("--max-entries");
}

#[test]
fn an_archive_larger_than_all_of_its_content_may_be_is_refused_unread() {
    let small = limits(|limits| limits.total_bytes = 100);
    Answer::of_bytes(&zip_of(&sound()), &small).refuses("more than 100 bytes (--max-total-bytes)");
}

#[test]
fn a_directory_that_claims_more_entries_than_it_has_is_damaged() {
    for claimed in [4, 60_000] {
        let mut zip = zip_of(&sound());
        damage::claim_entries(&mut zip, claimed);
        Answer::of(&zip).refuses("is a damaged zip");
    }
}

// Names.

#[test]
fn two_entries_of_the_same_bytes_are_reported() {
    let mut files = sound();
    files.push(file("customizationz.xml", CUSTOMIZATIONS));
    let mut zip = zip_of(&files);
    damage::rename(&mut zip, "customizationz.xml", "customizations.xml");
    let answer = Answer::of(&zip);
    answer.finds("duplicate-entry", "is named customizations.xml");
}

#[test]
fn a_second_manifest_of_the_same_name_is_reported() {
    let mut files = sound();
    files.push(file("solution.xmk", manifest("Other", "", "")));
    let mut zip = zip_of(&files);
    damage::rename(&mut zip, "solution.xmk", "solution.xml");
    Answer::of(&zip).finds("duplicate-entry", "is named solution.xml");
}

#[test]
fn every_name_that_is_listed_more_than_once_is_reported_once() {
    let mut files = sound();
    for other in ["a1", "a2", "a3", "b1", "b2"] {
        files.push(file(&format!("WebResources/{other}"), other));
    }
    let mut zip = zip_of(&files);
    for (from, to) in [("a2", "a1"), ("a3", "a1"), ("b2", "b1")] {
        let name = |end: &str| format!("WebResources/{end}");
        damage::rename(&mut zip, &name(from), &name(to));
    }
    let answer = Answer::of(&zip);
    let found = answer.findings.iter();
    let found: Vec<_> = found
        .filter(|(rule, _)| rule == "duplicate-entry")
        .map(|(_, message)| &**message)
        .collect();
    let expected = ["a1", "b1"]
        .map(|end| format!("More than one file of the package is named WebResources/{end}."));
    assert_eq!(found, expected);
}

#[test]
fn names_that_differ_in_case_slashes_or_encoding_only_are_reported() {
    for name in [
        "Customizations.XML",
        "/customizations.xml",
        "\\customizations.xml",
        "%63ustomizations.xml",
    ] {
        let answer = Answer::of(&zip_with(name, CUSTOMIZATIONS));
        answer.finds(
            "duplicate-entry",
            "More than one file of the package is named",
        );
    }
    let mut files = sound();
    files.push(file("WebResources/cts_a", "x"));
    files.push(file("WebResources\\cts_A", "x"));
    Answer::of(&zip_of(&files)).finds("duplicate-entry", "More than one file");
}

#[test]
fn names_that_are_absolute_or_lead_out_of_the_package_are_reported() {
    for name in [
        "../evil.xml",
        "..\\evil.xml",
        "a/../../evil.xml",
        "/etc/passwd.xml",
        "\\\\server\\share\\evil.xml",
        "C:\\evil.xml",
        "c:evil.xml",
        "a\0b.xml",
    ] {
        Answer::of(&zip_with(name, "<a />")).finds("unsafe-entry-name", "leads out of the package");
    }
}

// Percent-decoding happens after this rule has looked: the name that every other part of solvet uses is `../evil.xml`.
#[test]
fn a_name_that_leads_out_of_the_package_once_decoded_is_reported() {
    for name in ["%2e%2e/evil.xml", "..%2fevil.xml", "a%00b.xml"] {
        Answer::of(&zip_with(name, "<a />")).finds("unsafe-entry-name", "leads out of the package");
    }
}

#[test]
fn names_that_are_not_utf_8_do_no_harm() {
    let mut zip = zip_with("abcd.xml", "<a />");
    let at: Vec<_> = (0..zip.len() - 8)
        .filter(|at| zip[*at..].starts_with(b"abcd.xml"))
        .collect();
    for at in at {
        zip[at..at + 4].copy_from_slice(b"\xff\xfe\xc3\x28");
    }
    let answer = Answer::of(&zip);
    assert_eq!(answer.solutions, ["Hostile"]);
    answer.finds("unclaimed-content", ".xml");
}

#[test]
fn names_in_the_old_code_page_are_read_in_it() {
    let mut zip = zip_with("abcd.xml", "<a />");
    let at: Vec<_> = (0..zip.len() - 8)
        .filter(|at| zip[*at..].starts_with(b"abcd.xml"))
        .collect();
    for at in at {
        zip[at..at + 4].copy_from_slice(b"Gr\x81n");
    }
    Answer::of(&zip).finds("unclaimed-content", "Gr\u{fc}n.xml");
}

#[test]
fn what_lies_in_a_records_folder_without_being_its_own_is_reported() {
    let mut files = sound();
    files.push(file(
        "customapis/new_A/customapi.xml",
        "<customapi uniquename='new_A'><name>A</name></customapi>",
    ));
    files.push(file("customapis/new_A/junk.exe", "x"));
    files.push(file("customapis/new_A/filedata/x.pdf", "x"));
    files.push(file("customapis/new_A/data", "x"));
    files.push(file(
        "customapis/new_A/customapirequestparameters/P/parameter.xml",
        "<customapirequestparameter uniquename='P'><name>P</name></customapirequestparameter>",
    ));
    files.push(file(
        "customapis/new_A/customapirequestparameters/stray.txt",
        "x",
    ));
    let answer = Answer::of(&zip_of(&files));
    answer.finds("unclaimed-content", "2 files in customapis/new_A");
}

#[test]
fn a_record_whose_owner_is_not_in_the_package_is_reported() {
    let parameter = "<customapirequestparameter uniquename='Reason'><name>Reason</name></customapirequestparameter>";
    let mut files = sound();
    files.push(file(
        "customapis/new_A/customapirequestparameters/Reason/customapirequestparameter.xml",
        parameter,
    ));
    Answer::of(&zip_of(&files)).finds(
        "missing-file",
        "\"Reason\" lies in the folder customapis/new_A, whose own definition is not in the package.",
    );
    files.push(file("customapis/new_A/customapi.xml", "<customapi"));
    let answer = Answer::of(&zip_of(&files));
    assert!(
        !answer.human.contains("whose own definition"),
        "{:?}",
        answer.brief()
    );
}

#[test]
fn files_that_a_controls_manifest_names_are_looked_for() {
    let control = "<manifest><control namespace='cts' constructor='C'><resources><code path='bundle.js' order='1'/>\
                   <css path='css/C.css'/><platform-library name='React'/></resources></control></manifest>";
    let customizations = "<ImportExportXml><CustomControls><CustomControl><Name>cts_C</Name>\
                          <FileName>/Controls/cts_C/ControlManifest.xml</FileName></CustomControl></CustomControls>\
                          </ImportExportXml>";
    let mut files = with("customizations.xml", customizations);
    files.push(file("Controls/cts_C/ControlManifest.xml", control));
    files.push(file("Controls/cts_C/bundle.js", "x"));
    let answer = Answer::of(&zip_of(&files));
    let missing = "The custom control cts_C names the file Controls/cts_C/css/C.css, which is not in the package.";
    answer.finds("missing-file", missing);
    let found = answer.findings.iter();
    assert_eq!(found.filter(|(rule, _)| rule == "missing-file").count(), 1);
}

#[test]
fn items_of_one_name_in_two_parents_are_two() {
    let step = |id: &str, images: &str| {
        format!(
            "<SdkMessageProcessingStep SdkMessageProcessingStepId='{{{id}1111111-2222-4333-8444-555555555555}}' Name='S'>\
             <SdkMessageProcessingStepImages>{images}</SdkMessageProcessingStepImages></SdkMessageProcessingStep>"
        )
    };
    let app = |name: &str| {
        format!(
            "<AppModule><UniqueName>{name}</UniqueName><appelements><appelement uniquename='page'><name>P</name>\
             </appelement></appelements></AppModule>"
        )
    };
    let rules = |number: &str| {
        format!(
            "<Sla SLAId='{{{number}1111111-2222-4333-8444-555555555555}}' Name='S'><SlaItems><SlaItem Name='First'/>\
             </SlaItems></Sla>"
        )
    };
    let package = |images: [&str; 2]| {
        let all = format!(
            "<ImportExportXml><AppModules>{}{}</AppModules><SdkMessageProcessingSteps>{}{}</SdkMessageProcessingSteps>\
             <Slas>{}{}</Slas></ImportExportXml>",
            app("cts_a"),
            app("cts_b"),
            step("1", images[0]),
            step("2", images[1]),
            rules("1"),
            rules("2"),
        );
        Answer::of(&zip_with("customizations.xml", all))
    };
    let image = "<SdkMessageProcessingStepImage Name='Pre'/>";
    let answer = package([image, image]);
    assert!(
        !answer.human.contains("defined twice"),
        "{:?}",
        answer.brief()
    );
    assert!(
        !answer.human.contains("nothing that identifies"),
        "{:?}",
        answer.brief()
    );
    package([&image.repeat(2), image]).finds("duplicate-component", "is defined twice");
}

#[test]
fn very_long_and_very_deep_names_do_no_harm() {
    let mut files = sound();
    files.push(file(&format!("{}x", "a/".repeat(30_000)), "x"));
    files.push(file(&"b".repeat(65_000), "x"));
    let answer = Answer::of(&zip_of(&files));
    answer.finds("missing-content-type", "bbb");
    answer.finds("unclaimed-content", "a/a");
}

// The zip itself.

#[test]
fn a_zip_cut_off_anywhere_is_an_error_with_the_platforms_code() {
    let zip = zip_of(&sound());
    for sixteenth in 1..16 {
        let answer = Answer::of(&zip[..zip.len() * sixteenth / 16]);
        answer.refuses("is a damaged zip: its directory cannot be read");
        answer.refuses("0x80048060");
    }
    let answer = Answer::of(&zip[..zip.len() - 1]);
    answer.refuses("is a damaged zip");
}

#[test]
fn an_empty_file_and_random_bytes_are_no_zip() {
    Answer::of(b"").refuses("is empty");
    let mut seeded = Seeded::new(7);
    for length in [1, 2, 22, 1000, 100_000] {
        let mut bytes: Vec<u8> = (0..length)
            .map(|_| seeded.next().to_le_bytes()[3])
            .collect();
        bytes[0] = 0x90;
        Answer::of(&bytes).refuses("is not a zip file");
    }
}

#[test]
fn random_bytes_that_begin_like_a_zip_are_a_damaged_zip() {
    let mut seeded = Seeded::new(8);
    for start in [&b"PK"[..], b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02"] {
        let noise = (0..5000).map(|_| seeded.next().to_le_bytes()[3]);
        let bytes: Vec<u8> = start.iter().copied().chain(noise).collect();
        Answer::of(&bytes).refuses("is a damaged zip");
    }
}

#[test]
fn of_two_zips_in_one_file_neither_passes_as_if_it_were_alone() {
    let hidden = zip_of(&with("solution.xml", manifest("Hidden", "", "")));
    // Readers that begin at the front see the first, readers that begin at the end see the second.
    for both in [
        damage::with_comment(zip_of(&sound()), &hidden),
        [zip_of(&sound()), hidden.clone()].concat(),
        [b"PK, or something like it".as_slice(), &hidden].concat(),
    ] {
        let answer = Answer::of(&both);
        assert!(
            answer.errors.len() + answer.findings.len() > 0,
            "{:?} passes",
            answer.solutions
        );
    }
}

#[test]
fn a_comment_at_the_end_of_a_zip_does_no_harm() {
    let plain = damage::with_comment(zip_of(&sound()), b"nothing here");
    assert_eq!(Answer::of(&plain).solutions, ["Hostile"]);
    // The end of a directory alone, which describes an empty archive.
    let empty_end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let answer = Answer::of(&damage::with_comment(zip_of(&sound()), &empty_end));
    assert!(
        answer.solutions == ["Hostile"] || answer.errors.len() == 1,
        "{:?}",
        answer.errors
    );
}

#[test]
fn bytes_after_the_end_of_a_zip_do_no_harm() {
    let mut zip = zip_of(&sound());
    zip.extend_from_slice(&[0; 1000]);
    let answer = Answer::of(&zip);
    assert_eq!(answer.solutions.len() + answer.errors.len(), 1);
}

#[test]
fn an_encrypted_entry_is_named_as_such() {
    let mut zip = zip_of(&sound());
    let flags = damage::get(&zip, "customizations.xml", FLAGS);
    damage::set(&mut zip, "customizations.xml", FLAGS, flags | 1);
    Answer::of(&zip).finds(
        "unreadable-entry",
        "customizations.xml cannot be unpacked: it is encrypted",
    );
    damage::set(&mut zip, "solution.xml", FLAGS, flags | 1);
    Answer::of(&zip).refuses("is encrypted");
}

#[test]
fn a_compression_method_that_the_platform_does_not_read_is_named_as_such() {
    for method in [9, 12, 14, 93, 99, 0xffff] {
        let mut zip = zip_of(&sound());
        damage::set(&mut zip, "customizations.xml", METHOD, method);
        Answer::of(&zip).finds("unreadable-entry", "customizations.xml cannot be unpacked");
        damage::set(&mut zip, "solution.xml", METHOD, method);
        Answer::of(&zip).refuses("has a solution.xml that cannot be read");
    }
}

#[test]
fn a_wrong_checksum_is_reported_also_of_a_file_that_nothing_reads() {
    let mut zip = zip_with("WebResources/cts_picture.png", vec![7; 5000]);
    damage::set(&mut zip, "WebResources/cts_picture.png", CHECKSUM, 1);
    Answer::of(&zip).finds("unreadable-entry", "cts_picture.png cannot be unpacked");
}

#[test]
fn archives_within_archives_are_opened_to_the_limit_only() {
    let mut zip = zip_of(&sound());
    for level in 0..10 {
        zip = zip_of(&[file(&format!("level{level}.zip"), zip)]);
    }
    Answer::of(&zip).refuses("more than 3 archives within archives (--max-nesting)");
    let ten = limits(|limits| limits.nesting = 10);
    Answer::of_bytes(&zip, &ten).refuses("more than 10 archives within archives (--max-nesting)");
    let eleven = limits(|limits| limits.nesting = 11);
    assert_eq!(Answer::of_bytes(&zip, &eleven).solutions, ["Hostile"]);
}

// XML.

/// Asserts a limit of solution.xml and the same one of customizations.xml.
fn refused_in_both(xml: &str, limit: &str) {
    let answer = Answer::of(&zip_with("solution.xml", xml));
    answer.refuses("has a solution.xml with more than");
    answer.refuses(limit);
    let answer = Answer::of(&zip_with("customizations.xml", xml));
    assert_eq!(answer.solutions, ["Hostile"]);
    answer.finds("limit-exceeded", limit);
}

#[test]
fn a_million_nested_elements_are_refused_by_depth() {
    let limit = "XML elements within elements (--max-xml-depth)";
    refused_in_both(&"<a>".repeat(1_000_000), limit);
    let whole = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    refused_in_both(&whole, limit);
}

#[test]
fn as_many_nested_elements_as_allowed_are_read() {
    let xml = format!("{}{}", "<a>".repeat(400), "</a>".repeat(400));
    let answer = Answer::of(&zip_with("customizations.xml", xml));
    assert_eq!(answer.solutions, ["Hostile"]);
    assert!(
        !answer
            .findings
            .iter()
            .any(|(rule, _)| rule == "limit-exceeded")
    );
}

#[test]
fn more_nodes_than_allowed_are_refused() {
    let xml = format!(
        "<ImportExportXml>{}</ImportExportXml>",
        "<a/>".repeat(20_000)
    );
    let few = limits(|limits| limits.xml_nodes = 10_000);
    let answer = Answer::of_bytes(&zip_with("customizations.xml", &*xml), &few);
    answer.finds(
        "limit-exceeded",
        "more than 10000 XML nodes (--max-xml-nodes)",
    );
    let answer = Answer::of_bytes(&zip_with("solution.xml", xml), &few);
    answer.refuses("has a solution.xml with more than 10000 XML nodes (--max-xml-nodes)");
}

#[test]
fn an_element_with_a_hundred_thousand_attributes_is_refused() {
    let mut xml = String::from("<ImportExportXml");
    for number in 0..100_000 {
        let _ = write!(xml, " a{number}=''");
    }
    xml.push_str(" />");
    refused_in_both(&xml, "attributes of one XML element (--max-xml-attributes)");
}

#[test]
fn a_million_namespaces_are_refused_on_one_element_and_on_many() {
    let mut one = String::from("<ImportExportXml");
    let mut many = String::from("<ImportExportXml>");
    let mut unquoted = String::from("<ImportExportXml>");
    for number in 0..1_000_000 {
        let _ = write!(one, " xmlns:n{number}=\"n{number}\"");
        let _ = write!(many, "<a xmlns='n{number}'/>");
        let _ = write!(unquoted, "<a b='' xmlns:c = 'n{number}'/>");
    }
    one.push_str(" />");
    many.push_str("</ImportExportXml>");
    unquoted.push_str("</ImportExportXml>");
    refused_in_both(&one, "attributes of one XML element (--max-xml-attributes)");
    refused_in_both(&many, "XML namespace declarations");
    refused_in_both(&unquoted, "XML namespace declarations");
}

#[test]
fn document_types_are_refused_whatever_they_declare() {
    let mut laughs = String::from("<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        let inner = format!("&lol{};", level - 1).repeat(10);
        let _ = write!(laughs, "<!ENTITY lol{level} \"{inner}\">");
    }
    laughs.push_str("]><ImportExportXml>&lol9;</ImportExportXml>");
    let quadratic = format!(
        "<!DOCTYPE a [<!ENTITY b \"{}\">]><a>{}</a>",
        "b".repeat(50_000),
        "&b;".repeat(50_000)
    );
    for xml in [
        &*laughs,
        &*quadratic,
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a />",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/x.dtd\"> %x;]><a />",
        "<!DOCTYPE a PUBLIC \"-//X\" \"http://127.0.0.1:1/x.dtd\"><a />",
    ] {
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        answer.finds("malformed-file", "it has a document type declaration");
        let answer = Answer::of(&zip_with("solution.xml", xml));
        answer.refuses("it has a document type declaration");
        answer.refuses("0x80048013");
        assert!(!answer.human.contains("root:"));
    }
}

#[test]
fn entities_that_nothing_declares_are_malformed() {
    let answer = Answer::of(&zip_with("customizations.xml", "<a>&xxe;</a>"));
    answer.finds("malformed-file", "customizations.xml is not well-formed");
}

#[test]
fn markup_that_never_ends_is_malformed() {
    for xml in [
        "",
        " ",
        "<",
        "<a",
        "<a b",
        "<a b=",
        "<a b='",
        "<a b=\"c\"",
        "<!--",
        "<a><![CDATA[",
        "<?xml",
        "<?",
        "<!",
        "</",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "text",
        "<a>\u{0}</a>",
        "<a b='1' b='2'/>",
        "<x:a/>",
        "<a>]]></a>",
        "\u{feff}",
        "<a>&#0;</a>",
        "<a>&#xffffffffff;</a>",
        "<a xmlns:xml='b'/>",
        "<<a>>",
        "<a><b></a></b>",
    ] {
        let answer = Answer::of(&zip_with("solution.xml", xml));
        answer.refuses("has a solution.xml that is not well-formed");
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        answer.finds("malformed-file", "customizations.xml is not well-formed");
    }
}

// Not all of these is XML, and roxmltree is known to be lenient in places: nothing may break, that is all.
#[test]
fn odd_but_harmless_xml_does_no_harm() {
    for xml in [
        "<a/>",
        "<a>&#x10ffff;</a>",
        "<?xml version='1.1'?><a/>",
        "<a b='&lt;'/>",
        "<ImportExportXml>text</ImportExportXml>",
    ] {
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        assert_eq!(answer.solutions, ["Hostile"]);
        let answer = Answer::of(&zip_with("solution.xml", xml));
        assert_eq!(answer.solutions.len() + answer.errors.len(), 1);
    }
}

#[test]
fn a_line_of_five_megabytes_is_reported_in_a_few_lines() {
    let xml = format!(
        "<ImportExportXml>{}</Wrong>",
        "<Entities><Entity><Name>ä</Name></Entity></Entities>".repeat(100_000)
    );
    assert!(xml.len() > 5_000_000);
    let answer = Answer::of(&zip_with("customizations.xml", &*xml));
    answer.finds("malformed-file", "customizations.xml is not well-formed");
    assert!(answer.human.len() < 10_000 && answer.json.len() < 10_000);
    assert!(
        answer.json.contains("\"column\": 5200018"),
        "{}",
        answer.json
    );
    let answer = Answer::of(&zip_with("solution.xml", xml));
    answer.refuses("has a solution.xml that is not well-formed");
}

// Text.

#[test]
fn invalid_utf_8_is_reported_with_its_place() {
    let mut bytes = CUSTOMIZATIONS.as_bytes().to_vec();
    bytes[20] = 0xff;
    Answer::of(&zip_with("customizations.xml", &*bytes))
        .finds("malformed-file", "it is not valid UTF-8 from byte 20 on");
    let answer = Answer::of(&zip_with("solution.xml", bytes));
    answer.refuses("it is not valid UTF-8 from byte 20 on");
    answer.refuses("0x80048013");
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[test]
fn a_manifest_in_utf_16_is_read_like_any_other() {
    let text = manifest("Hostile", "", "").replace("utf-8", "utf-16");
    for big_endian in [false, true] {
        for mark in [false, true] {
            let mut files = with("solution.xml", utf16(&text, big_endian, mark));
            files[1].1 = utf16(CUSTOMIZATIONS, big_endian, mark);
            let answer = Answer::of(&zip_of(&files));
            assert_eq!(answer.solutions, ["Hostile"]);
            assert!(answer.findings.is_empty(), "{:?}", answer.brief());
        }
    }
}

#[test]
fn utf_16_that_is_cut_within_a_character_is_reported() {
    let mut bytes = utf16(CUSTOMIZATIONS, false, true);
    bytes.pop();
    Answer::of(&zip_with("customizations.xml", bytes))
        .finds("malformed-file", "it is not valid UTF-16LE");
    let lone_surrogate = [
        utf16("<a>", false, true),
        vec![0x00, 0xd8],
        utf16("</a>", false, false),
    ]
    .concat();
    Answer::of(&zip_with("customizations.xml", lone_surrogate))
        .finds("malformed-file", "it is not valid UTF-16LE");
}

#[test]
fn an_encoding_that_does_not_exist_or_does_not_fit_does_no_harm() {
    for label in [
        "klingon",
        "utf-7",
        "iso-2022-kr",
        "utf-16",
        "x-user-defined",
        "windows-31j",
        "",
    ] {
        let xml = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><ImportExportXml/>");
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        assert_eq!(answer.solutions, ["Hostile"]);
    }
}

#[test]
fn json_a_hundred_thousand_deep_is_refused_by_depth() {
    let limit = "JSON values within values (--max-json-depth)";
    for deep in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[{\"a\":".repeat(50_000),
    ] {
        let answer = Answer::of(&zip_with("Workflows/Approve-1.json", deep));
        answer.finds("limit-exceeded", limit);
    }
    let whole = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    Answer::of(&zip_with("environment_variable_values.json", whole)).finds("limit-exceeded", limit);
}

#[test]
fn json_that_is_broken_is_malformed() {
    for json in [
        "",
        "{",
        "{\"a\":",
        "[1,]",
        "\"",
        "nul",
        "{\"a\":1}}",
        "\u{feff}{",
        "[1e999999",
        "\"\\ud800\\",
    ] {
        let answer = Answer::of(&zip_with("Workflows/Approve-1.json", json));
        answer.finds(
            "malformed-file",
            "Workflows/Approve-1.json is not well-formed JSON",
        );
    }
    let mut bytes = b"{\"a\":\"".to_vec();
    bytes.push(0xc3);
    bytes.extend_from_slice(b"\"}");
    Answer::of(&zip_with("Workflows/Approve-1.json", bytes))
        .finds("malformed-file", "it is not valid UTF-8 from byte 6 on");
}

#[test]
fn environment_variable_values_of_any_shape_do_no_harm() {
    for json in [
        "null",
        "1",
        "[]",
        "{}",
        "[[[]]]",
        "{\"environmentvariablevalues\":{\"environmentvariablevalue\":[1,null,{}]}}",
        "{\"EnvironmentVariableValues\":null}",
        "{\"environmentvariablevalues\":{\"environmentvariablevalue\":{\"EnvironmentVariableDefinition.SchemaName\":{}}}}",
    ] {
        for name in [
            "environment_variable_values.json",
            "environmentvariabledefinitions/a/environmentvariablevalues.json",
        ] {
            assert_eq!(Answer::of(&zip_with(name, json)).solutions, ["Hostile"]);
        }
    }
}

/// Whether a text has a character that moves a cursor or changes how a terminal behaves.
fn has_controls(text: &str) -> bool {
    text.contains(|character: char| character.is_control() && character != '\n')
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let mut files = sound();
    // U+009B is the one-character form of ESC [, and XML allows it.
    files[2].1 = manifest(
        "Ho\u{9b}31mstile",
        "<RootComponent type='61' schemaName='cts_\u{9b}2J\u{7f}' behavior='0'/>",
        "<MissingDependency><Required type='61' schemaName='a\u{9b}b' displayName='c\u{9b}d' solution='E\u{9b}f (1.0)'><package appName='g\u{9b}h'>i\u{9b}j (1.0)</package></Required><Dependent type='61' schemaName='k\u{9b}l' displayName='m\u{9b}n'/></MissingDependency>",
    )
    .into();
    files.push(file("Other/\u{1b}[31mred\u{7}.bin", "x"));
    files.push(file("../\u{1b}]0;title\u{7}", "x"));
    let answer = Answer::of(&zip_of(&files));
    answer.finds("solution-unique-name", "stile");
    answer.finds("unclaimed-content", "red");
    answer.finds("unsafe-entry-name", "title");
    let found = answer.human.lines().find(|line| has_controls(line));
    assert_eq!(found, None);
    assert!(!has_controls(
        &answer.json.replace(['\u{9b}', '\u{7f}'], "")
    ));
}

#[test]
fn control_characters_in_the_lines_that_a_report_quotes_do_not_reach_the_terminal() {
    for content in ["<a>\n\u{1b}[31mred\u{7}</a>", "<a>\u{9b}31m</b>"] {
        let answer = Answer::of(&zip_with("customizations.xml", content));
        answer.finds("malformed-file", "customizations.xml is not well-formed");
        assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
    }
    let answer = Answer::of(&zip_with(
        "Workflows/Approve-1.json",
        "{\"a\":\"\u{1b}[31mred\"}",
    ));
    answer.finds("malformed-file", "Approve-1.json");
    assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
}

#[test]
fn control_characters_in_a_manifest_that_cannot_be_read_do_not_reach_the_terminal() {
    let answer = Answer::of(&zip_with("solution.xml", "<a>\u{1b}[31m</a>"));
    answer.refuses("has a solution.xml that is not well-formed");
    let answer_2 = Answer::of(&zip_with("solution.xml", "<a></\u{9b}31m>"));
    for answer in [answer, answer_2] {
        assert_eq!(answer.human.lines().find(|line| has_controls(line)), None);
    }
}

#[test]
fn a_line_break_in_a_name_does_not_begin_a_line_of_the_report() {
    let manifest = manifest(
        "Hostile\n\n1 package: 0 errors, 0 warnings, 0 notes. All is well.\n",
        "",
        "",
    );
    let answer = Answer::of(&zip_with("solution.xml", manifest));
    answer.finds("solution-unique-name", "Hostile");
    let forged = answer
        .human
        .lines()
        .find(|line| line.starts_with("1 package: 0 errors"));
    assert_eq!(forged, None);
}

#[test]
fn a_name_of_a_megabyte_does_no_harm() {
    let name = "n".repeat(1 << 20);
    let roots = format!("<RootComponent type='61' schemaName='{name}' behavior='0'/>");
    let missing = format!(
        "<MissingDependency><Required type='61' schemaName='{name}' solution='{name}'/><Dependent type='61' schemaName='{name}x'/></MissingDependency>"
    );
    let answer = Answer::of(&zip_with(
        "solution.xml",
        manifest("Hostile", &roots, &missing),
    ));
    answer.finds("root-without-definition", "nnn");
    let answer = Answer::of(&zip_with(
        "solution.xml",
        manifest(&format!("{name}!"), "", ""),
    ));
    answer.finds("solution-unique-name", "nnn");
}

fn dependency(required: &str, dependent: &str) -> String {
    format!(
        "<MissingDependency><Required type='61' schemaName='{required}' solution='X (1.0)' /><Dependent type='61' schemaName='{dependent}' /></MissingDependency>"
    )
}

#[test]
fn the_report_of_a_chain_of_dependencies_grows_with_its_length_and_not_with_its_square() {
    let length_of_report = |links: usize| {
        let rows: String = (0..links)
            .map(|link| dependency(&format!("a{link}"), &format!("a{}", link + 1)))
            .collect();
        Answer::of(&zip_with("solution.xml", manifest("Hostile", "", &rows)))
            .json
            .len()
    };
    let (short, long) = (length_of_report(100), length_of_report(200));
    assert!(long < 3 * short, "{short} bytes become {long}");
}

#[test]
fn dependencies_in_a_circle_end() {
    let rows = dependency("a", "b")
        + &dependency("b", "c")
        + &dependency("c", "a")
        + &dependency("d", "d");
    let answer = Answer::of(&zip_with("solution.xml", manifest("Hostile", "", &rows)));
    assert_eq!(answer.solutions, ["Hostile"]);
}

// Folders.

fn write_folder(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_reported_and_not_followed() {
    let folder = write_folder(&sound());
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("passwd.xml")).unwrap();
    std::os::unix::fs::symlink("self", folder.path().join("self")).unwrap();
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    assert_eq!(answer.solutions, ["Hostile"]);
    answer.finds(
        "symbolic-link",
        "loop is a symbolic link, which is not followed",
    );
    answer.finds("symbolic-link", "passwd.xml");
    answer.finds("symbolic-link", "self");
    assert!(!answer.human.contains("root:"));
}

#[cfg(unix)]
#[test]
fn a_search_for_packages_does_not_follow_links() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/loop")).unwrap();
    Answer::of_path(folder.path(), &OpenOptions::default())
        .refuses("is a folder without a solution in it");
}

#[cfg(unix)]
#[test]
fn a_search_for_packages_follows_links_to_zips_and_says_which_lead_nowhere() {
    let elsewhere = write_folder(&[file("real.zip", zip_of(&sound()))]);
    let folder = tempfile::tempdir().unwrap();
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link(&elsewhere.path().join("real.zip"), "a.zip");
    link(elsewhere.path(), "b.zip");
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    assert_eq!(answer.solutions, ["Hostile"]);
    assert!(answer.errors.is_empty(), "{:?}", answer.brief());
    link(Path::new("gone.zip"), "c.zip");
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    assert_eq!(answer.solutions, ["Hostile"]);
    let [error] = &*answer.errors else {
        panic!("{:?}", answer.errors)
    };
    assert!(error.contains("c.zip: cannot be read"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_listed_solution_that_is_a_link_is_named_as_such() {
    let config = r#"<configdatastorage><solutions><configsolutionfile solutionpackagefilename="a.zip" /></solutions></configdatastorage>"#;
    let folder = write_folder(&[file("ImportConfig.xml", config)]);
    std::os::unix::fs::symlink("elsewhere.zip", folder.path().join("a.zip")).unwrap();
    Answer::of_path(folder.path(), &OpenOptions::default())
        .refuses("a.zip: is a symbolic link, which is not followed");
}

/// Adds folders within a folder until their path is longer than any that the system opens.
#[cfg(unix)]
fn nest_beyond_reach(folder: &Path) {
    let script = "n=$(printf 'n%.0s' $(seq 250)); for i in $(seq 17); do mkdir $n; cd -P $n; done";
    let status = std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_reported_with_its_path() {
    let folder = write_folder(&sound());
    nest_beyond_reach(folder.path());
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    assert_eq!(answer.solutions, ["Hostile"]);
    answer.finds("unreadable-entry", "nnnn");
    answer.finds("unreadable-entry", "File name too long");
}

#[test]
fn a_folder_with_more_files_or_bytes_than_allowed_is_refused() {
    let mut files = sound();
    files.extend((0..3000).map(|number| file(&format!("WebResources/{number}"), "x")));
    let folder = write_folder(&files);
    let answer = |change: &dyn Fn(&mut Limits)| Answer::of_path(folder.path(), &limits(change));
    answer(&|limits| limits.entries = 1000).refuses("more than 1000 files (--max-entries)");
    answer(&|limits| limits.entry_bytes = 100)
        .refuses("more than 100 bytes in one file (--max-entry-bytes)");
    answer(&|limits| limits.total_bytes = 2000)
        .refuses("more than 2000 bytes in all files (--max-total-bytes)");
}

#[test]
fn files_in_a_folder_nested_too_deep_are_not_passed_over_in_silence() {
    let mut files = sound();
    files.push(file(&format!("{}deep.xml", "a/".repeat(100)), "<a />"));
    let folder = write_folder(&files);
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    let noticed = !answer.findings.is_empty() || !answer.errors.is_empty();
    assert!(noticed, "nothing says that a file was not read");
}

#[test]
fn folders_nested_as_deep_as_paths_can_be_end_the_search() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("a/".repeat(1500))).unwrap();
    Answer::of_path(folder.path(), &OpenOptions::default())
        .refuses("is a folder without a solution in it");
}

#[test]
fn a_folder_with_the_names_of_root_files_is_no_package() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("solution.xml")).unwrap();
    fs::create_dir_all(folder.path().join("Other/Solution.xml")).unwrap();
    let answer = Answer::of_path(folder.path(), &OpenOptions::default());
    assert_eq!(answer.errors.len(), 1, "{:?}", answer.brief());
}

// What people take for a package.

/// A file that is no solution package, words of the sentence it gets, and whether the platform's code is part of it.
type ForeignRow = (&'static str, Vec<u8>, &'static str, bool);

fn named(names: &[&str]) -> Vec<u8> {
    let files: Files = names.iter().map(|name| file(name, "<a />")).collect();
    zip_of(&files)
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn foreign_zips() -> Vec<ForeignRow> {
    let mut encrypted = named(&["secret.xml"]);
    damage::set(&mut encrypted, "secret.xml", FLAGS, 1);
    let mut encrypted_solution = zip_of(&sound());
    damage::set(&mut encrypted_solution, "solution.xml", FLAGS, 1);
    let cut = zip_of(&sound())[..200].to_vec();
    vec![
        (
            "a GitHub source zip with a solution in it",
            named(&[
                "repo-main/README.md",
                "repo-main/src/Other/Solution.xml",
                "repo-main/src/Other/Customizations.xml",
            ]),
            "is a zip of source code: the solution's source is in 'repo-main/src'",
            true,
        ),
        (
            "a GitHub source zip without one",
            named(&["repo-main/README.md", "repo-main/src/index.ts"]),
            "is a zip of source code or other files: no solution.xml anywhere in it",
            true,
        ),
        (
            "SolutionPackager source in a zip",
            named(&["Other/Solution.xml", "Other/Customizations.xml"]),
            "is a zip of SolutionPackager source",
            true,
        ),
        (
            "YAML source in a zip",
            named(&[
                "solutions/contoso/solution.yml",
                "publishers/contoso/publisher.yml",
            ]),
            "is a zip of solution source code in YAML",
            true,
        ),
        (
            "an .msapp",
            named(&["Header.json", "Properties.json", "Controls/1.json"]),
            "is a canvas app file (.msapp)",
            true,
        ),
        (
            "a legacy flow package",
            named(&["manifest.json", "Microsoft.Flow/flows/manifest.json"]),
            "is a legacy flow package",
            true,
        ),
        (
            "a legacy canvas app package",
            named(&["manifest.json", "Microsoft.PowerApps/apps/1/1.json"]),
            "is a legacy canvas app package",
            true,
        ),
        (
            "a Configuration Migration data zip",
            named(&["[Content_Types].xml", "data.xml", "data_schema.xml"]),
            "is a Configuration Migration data package",
            true,
        ),
        (
            "a solution one folder too deep",
            named(&[
                "My/solution.xml",
                "My/customizations.xml",
                "My/[Content_Types].xml",
            ]),
            "holds its solution one folder too deep, in 'My'",
            true,
        ),
        ("an encrypted zip", encrypted, "is encrypted", true),
        (
            "an encrypted solution",
            encrypted_solution,
            "is encrypted",
            true,
        ),
        (
            "a NuGet package",
            named(&[
                "[Content_Types].xml",
                "_rels/.rels",
                "Contoso.nuspec",
                "lib/net462/a.dll",
            ]),
            "is a NuGet package",
            true,
        ),
        (
            "an Office document",
            named(&["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"]),
            "is an Office document",
            true,
        ),
        (
            "an empty zip",
            zip_of(&[]),
            "is a zip with nothing in it",
            true,
        ),
        (
            "a zip of other files",
            named(&["a.txt", "b/c.txt"]),
            "is a zip without solution.xml",
            true,
        ),
        ("half a zip", cut, "is a damaged zip", true),
    ]
}

fn foreign_files() -> Vec<ForeignRow> {
    vec![
        (
            "a Git LFS pointer",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n".to_vec(),
            "is a Git LFS pointer",
            false,
        ),
        (
            "a web page saved as zip",
            b"\n<!DOCTYPE html>\n<html lang=\"en\"><head>".to_vec(),
            "is a web page, not a zip",
            false,
        ),
        (
            "customizations.xml alone",
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<ImportExportXml xmlns:xsi=\"x\"><Entities /></ImportExportXml>".to_vec(),
            "is one file of a solution",
            false,
        ),
        ("another XML file", b"<Project Sdk=\"x\" />".to_vec(), "is an XML file", false),
        ("a JSON file", b"{\"a\": 1}".to_vec(), "is a JSON file", false),
        ("a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "is an archive, but not a zip", false),
        ("a gzip file", b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "is an archive, but not a zip", false),
        ("a RAR archive", b"Rar!\x1a\x07\x01\0".to_vec(), "is an archive, but not a zip", false),
        ("a cabinet file", b"MSCF\0\0\0\0".to_vec(), "is a cabinet file", false),
        ("an assembly", b"MZ\x90\0\x03".to_vec(), "is a program or an assembly", false),
        ("an empty file", Vec::new(), "is empty", false),
        ("something else", b"hello".to_vec(), "is not a zip file", false),
    ]
}

#[test]
fn what_people_take_for_a_package_gets_its_own_sentence_and_a_way_out() {
    let mut sentences = std::collections::BTreeMap::new();
    for (what, bytes, words, is_zip) in foreign_zips().into_iter().chain(foreign_files()) {
        let answer = Answer::of(&bytes);
        let error = answer.error();
        assert!(error.contains(words), "{what}: {error}");
        assert_eq!(error.contains("0x80048060"), is_zip, "{what}: {error}");
        let (sentence, remedy) = error.rsplit_once(" | ").unwrap();
        assert!(
            remedy.ends_with('.') && remedy.len() > 20,
            "{what}: {remedy}"
        );
        let sentence = sentence.split_once("package.zip: ").unwrap().1.to_owned();
        assert!(answer.human.contains("help: "), "{what}: {}", answer.human);
        sentences
            .entry(sentence)
            .or_insert_with(Vec::new)
            .push(what);
    }
    // Two sorts of one thing may share a sentence; nothing else does.
    let shared: Vec<_> = sentences
        .into_values()
        .filter(|whats| whats.len() > 1)
        .collect();
    let alike = [
        vec!["a 7z archive", "a gzip file", "a RAR archive"],
        vec!["an encrypted zip", "an encrypted solution"],
    ];
    assert_eq!(shared, alike);
}

#[test]
fn the_same_files_merely_met_in_a_folder_are_passed_over_unless_they_are_meant() {
    for (what, bytes, words, _) in foreign_zips() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.zip"), &bytes).unwrap();
        fs::write(folder.path().join("b.zip"), zip_of(&sound())).unwrap();
        let opened = open_all(folder.path(), &OpenOptions::default());
        assert_eq!(opened.len(), 2, "{what}");
        let error = match &opened[0] {
            Opened::PassedOver(error) | Opened::Failed(error) => error.to_string(),
            Opened::Package(package) => panic!("{what}: {}", package.path()),
        };
        assert!(error.contains(words), "{what}: {error}");
        let is_meant = ["one folder too deep", "is encrypted", "damaged"]
            .iter()
            .any(|meant| words.contains(meant));
        assert_eq!(matches!(opened[0], Opened::Failed(_)), is_meant, "{what}");
    }
}

#[test]
fn what_is_named_zip_in_a_folder_and_is_none_is_not_passed_over() {
    for (what, bytes, words, _) in foreign_files() {
        let folder = write_folder(&[file("a.zip", bytes), file("b.zip", zip_of(&sound()))]);
        let opened = open_all(folder.path(), &OpenOptions::default());
        let [Opened::Failed(error), Opened::Package(_)] = &*opened else {
            panic!("{what}: {opened:?}")
        };
        assert!(error.to_string().contains(words), "{what}: {error}");
    }
}
