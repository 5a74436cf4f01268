//! The zip itself.

use super::{Answer, file, limits, manifest, sound, with, zip_with};
use crate::damage::{self, CHECKSUM, FLAGS, METHOD, Seeded};
use crate::support::pack::zip_of;

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
