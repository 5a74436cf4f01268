//! Running the program as users do.

use std::process::{Command, Stdio};

use super::project;

/// What a run of the program gave.
#[derive(PartialEq, Eq, Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The program in the project's folder, with an environment that says nothing.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_solvet"));
    command
        .args(arguments)
        .current_dir(project("."))
        .env_clear();
    for kept in ["PATH", "SYSTEMROOT"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program.
pub fn run(arguments: &[&str]) -> Run {
    finish(program(arguments))
}
