//! Folders that the script of `target collect` wrote: `collect.json` says which file answers which query, when, and what it
//! has all of.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::target::family::Family;
use crate::target::read::{self, Mistake};
use crate::target::time;

/// The file that describes the others.
const NAME: &str = "collect.json";

/// The version of its form that this program reads.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Collected {
    collect_version: u32,
    at: String,
    #[serde(default)]
    environment: Environment,
    files: Vec<File>,
}

#[derive(Deserialize, Default)]
struct Environment {
    url: Option<String>,
}

#[derive(Deserialize)]
struct File {
    file: String,
    #[serde(default)]
    complete: Vec<String>,
}

/// What a folder holds.
#[derive(Debug)]
pub(super) struct Folder {
    /// The environment's address.
    pub(super) url: Option<String>,
    /// When it was gathered.
    pub(super) at: String,
    /// Its files, each with the families of which it has everything.
    pub(super) files: Vec<(String, Vec<Family>)>,
}

/// The description of a folder, where a path is such a folder or the description itself.
pub(super) fn description(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    if path.is_dir() {
        return Some(path.join(NAME)).filter(|file| file.is_file());
    }
    let is_named = path.file_name().is_some_and(|name| name == NAME);
    is_named.then(|| path.to_owned())
}

pub(super) fn read(description: &Path) -> Result<Folder, Mistake> {
    const AGAIN: &str =
        "Gather the sources again with the script that 'solvet target collect' prints.";
    let text = read::text(description)?;
    let collected: Collected = serde_json::from_str(&text)
        .map_err(|error| Mistake::new(format!("{NAME} is not valid: {error}"), AGAIN))?;
    if collected.collect_version != VERSION {
        return Err(Mistake::new(
            format!(
                "{NAME} has version {}, and this program reads version {VERSION}",
                collected.collect_version
            ),
            "Use the version of this program that printed the script.",
        ));
    }
    if !time::is_moment(&collected.at) {
        return Err(Mistake::new(
            format!("{NAME} says 'at': '{}', which is no moment", collected.at),
            AGAIN,
        ));
    }
    let folder = description.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for File { file, complete } in collected.files {
        let is_plain = Path::new(&file)
            .file_name()
            .is_some_and(|name| *name == *file);
        if !is_plain {
            return Err(Mistake::new(
                format!("{NAME} names '{file}', which is no file beside it"),
                AGAIN,
            ));
        }
        let path = folder.join(&file);
        if !path.is_file() {
            return Err(Mistake::new(
                format!("{NAME} names {file}, which is not there"),
                "Copy the folder as a whole, or gather the sources again.",
            ));
        }
        let families: Option<Vec<_>> = complete.iter().map(|name| Family::named(name)).collect();
        let families = families.ok_or_else(|| {
            Mistake::new(
                format!("{NAME} names a family of {file} that is not known"),
                AGAIN,
            )
        })?;
        files.push((path.to_string_lossy().into_owned(), families));
    }
    Ok(Folder {
        url: collected.environment.url,
        at: collected.at,
        files,
    })
}
