//! Names of entries.

use super::{Answer, CUSTOMIZATIONS, file, manifest, sound, with, zip_with};
use crate::damage;
use crate::support::pack::zip_of;

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
