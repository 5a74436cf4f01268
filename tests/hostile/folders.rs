//! Folders on disk.

use super::{Answer, file, limits, sound, write_folder};
use crate::support::pack::zip_of;
use solvet::limits::Limits;
use solvet::package::OpenOptions;
use std::fs;
use std::path::Path;

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
