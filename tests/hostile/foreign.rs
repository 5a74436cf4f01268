//! What people take for a package.

use super::{Answer, Files, file, sound, write_folder};
use crate::damage::{self, FLAGS};
use crate::support::open_all;
use crate::support::pack::zip_of;
use solvet::package::{OpenOptions, Opened};
use std::fs;

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
