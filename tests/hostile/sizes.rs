//! Sizes and counts.

use solvet::check::ShoppingList;
use solvet::report::human::{self, HumanOptions};
use solvet::report::{CheckReport, Entry, json};
use solvet::target::{Target, TargetManifest};

use super::{
    Answer, CUSTOMIZATIONS, Files, file, limits, manifest, sound, with, write_folder, zip_with,
};
use crate::damage::{self, SIZE};
use crate::support::check_one;
use crate::support::pack::zip_of;

/// 64 MiB of zeros, which deflate packs a thousand to one.
fn bomb() -> Vec<u8> {
    zip_with("customizations.xml", vec![0; 64 << 20])
}

/// Rows that each name a component, a solution and an application package of their own, or the same solution with other
/// application packages.
fn many_rows(count: usize, solutions: usize) -> Files {
    let row = |number: usize| {
        let solution = number % solutions;
        format!(
            r#"<MissingDependency><Required type="1" schemaName="cts_t{number}" solution="Contoso{solution} (1.0.0.0)">
               <package>Anchor{number} (1.0.0.0)</package></Required>
               <Dependent type="1" schemaName="cts_d" /></MissingDependency>"#
        )
    };
    let rows: String = (0..count).map(row).collect();
    with("solution.xml", manifest("Hostile", "", &rows))
}

#[test]
fn a_shopping_list_of_5000_solutions_or_of_one_with_5000_packages_is_written() {
    let target = Target::new(TargetManifest::default());
    for (solutions, actions) in [(5_000, 5_000), (1, 1)] {
        let files = many_rows(5_000, solutions);
        let folder = write_folder(&files);
        let checked = check_one(folder.path(), Some(&target));
        let list = ShoppingList::of([&checked]);
        assert_eq!(list.actions.len(), actions);
        let needs: usize = list.actions.iter().map(|action| action.needs.len()).sum();
        assert_eq!(needs, 5_000);
        let report = CheckReport {
            configuration: Vec::new(),
            packages: vec![Entry::Checked(Box::new(checked))],
            target: Some("nowhere".into()),
        };
        let text = human::check(&report, HumanOptions::default());
        assert!(text.contains("Perhaps to do before the import"));
        assert!(json::check(&report).contains("shoppingList"));
    }
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
