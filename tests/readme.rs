//! The README tells the truth.

mod support;

use std::fs;
use std::process::Command;

#[test]
fn the_readme_opens_with_the_real_output_of_its_command() {
    let readme = fs::read_to_string(support::project("README.md")).unwrap();
    let block = readme.split("```console\n").nth(1).unwrap();
    let block = block.split("```\n").next().unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ cargo run --release -- ").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_solvet"))
        .args(arguments.split(' '))
        .current_dir(support::project(""))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), shown);
    assert_eq!(run.status.code(), Some(1));
}
