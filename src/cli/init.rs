//! `init`: a commented solvet.toml to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use clap::Args;
use solvet::config::{FILE_NAME, TEMPLATE};
use solvet::{Error, ExitStatus};

use super::output::Output;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct Init;

impl Init {
    #[expect(
        clippy::unused_self,
        reason = "commands are run alike, with or without arguments"
    )]
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        // Only a file that is new is opened, so that none is lost whatever happens in between.
        let mut options = OpenOptions::new();
        let written = options
            .write(true)
            .create_new(true)
            .open(FILE_NAME)
            .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
        match written {
            Ok(()) => {
                Output::stdout(&format!(
                    "{FILE_NAME} is written; everything in it is commented out.\n"
                ));
                Ok(ExitStatus::Clean)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::Usage {
                what: format!("{FILE_NAME} exists already"),
                remedy: "Change it as it is; 'solvet schema config' prints its keys.".into(),
            }),
            Err(error) => Err(Error::Usage {
                what: format!("{FILE_NAME} cannot be written: {error}"),
                remedy: "Go to a folder that you may write to.".into(),
            }),
        }
    }
}
