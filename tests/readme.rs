//! The README tells the truth.

mod support;

use std::fs;

#[test]
fn the_readme_opens_with_the_real_output_of_its_command() {
    let readme = fs::read_to_string(support::project("README.md")).unwrap();
    let block = readme.split("```console\n").nth(1).unwrap();
    let block = block.split("```\n").next().unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ cargo run --release -- ").unwrap();
    let arguments: Vec<_> = arguments.split(' ').collect();
    let run = support::program::run(&arguments);
    assert_eq!(run.stdout, shown);
    assert_eq!(run.status, 1);
}
