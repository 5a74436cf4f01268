//! Two versions of a package, the new one made of the old by a change of its text.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests share this module, each its own part, and may stop"
)]

use std::fs;
use std::path::Path;

use solvet::diff::{Diff, Version, diff};
use solvet::package::{OpenOptions, Opened};
use tempfile::TempDir;

use crate::support::{open_one, pack, project};

/// The sample that is changed.
pub const OLD: &str = "samples/versions/old";

/// The files of a package, which tests change.
#[derive(Clone)]
pub struct Files(pub Vec<(String, Vec<u8>)>);

impl Files {
    pub fn of(sample: &str) -> Self {
        Self(pack::files(&project(sample)))
    }

    pub fn with(mut self, path: &str, from: &str, to: &str) -> Self {
        let file = self.0.iter_mut().find(|(name, _)| name == path);
        let (_, content) = file.unwrap_or_else(|| panic!("there is no {path}"));
        let text = String::from_utf8(content.clone()).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        *content = text.replacen(from, to, 1).into_bytes();
        self
    }

    /// With one more file.
    pub fn and(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.push((path.to_owned(), content.into()));
        self
    }

    /// A change of customizations.xml.
    pub fn custom(self, from: &str, to: &str) -> Self {
        self.with("customizations.xml", from, to)
    }

    pub fn version(&self, folder: &Path, name: &str) -> Version {
        let path = folder.join(name);
        fs::write(&path, pack::zip_of(&self.0)).unwrap();
        version(&path)
    }
}

pub fn version(path: &Path) -> Version {
    Version::read(open_one(path)).unwrap()
}

pub fn compared(old: &Files, new: &Files) -> Diff {
    let folder = TempDir::new().unwrap();
    diff(
        &old.version(folder.path(), "old.zip"),
        &new.version(folder.path(), "new.zip"),
    )
}

/// What the old sample, changed, has otherwise: components with their class and fields.
pub fn told(new: &Files) -> Vec<String> {
    let compared = compared(&Files::of(OLD), new);
    let components = compared.components.iter().map(|one| {
        let fields = one.fields.iter().map(|field| format!(" {}", field.path));
        let fields: String = fields.collect();
        format!(
            "{} {} {}:{fields}",
            one.change.name(),
            one.component,
            one.class.name()
        )
    });
    components.collect()
}

/// Two packages compared; `None` where one of them cannot be read.
pub fn readable(old: &Files, new: &Files) -> Option<Diff> {
    let folder = TempDir::new().unwrap();
    let read = |files: &Files, name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, pack::zip_of(&files.0)).unwrap();
        let opened = crate::support::open_all(&path, &OpenOptions::default()).pop()?;
        match opened {
            Opened::Package(package) => Version::read(*package).ok(),
            Opened::Failed(_) | Opened::PassedOver(_) => None,
        }
    };
    Some(diff(&read(old, "old.zip")?, &read(new, "new.zip")?))
}
