//! Writing a manifest: JSON with a line for each row, so that versions of it can be compared line by line.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::load::is_toml;
use super::manifest::TargetManifest;
use super::read::{self, Packing};
use crate::error::Error;

/// A manifest as JSON text: keys on lines of their own, and each row of a list on one line.
pub fn manifest_json(manifest: &TargetManifest) -> String {
    lines(manifest)
}

fn lines(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, RowLines::default());
    let written = value.serialize(&mut serializer);
    debug_assert!(
        written.is_ok(),
        "a manifest has texts as keys, and memory does not refuse"
    );
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Breaks lines within the document and within its lists and maps, and no deeper.
#[derive(Default)]
struct RowLines {
    depth: usize,
    is_empty: bool,
}

impl RowLines {
    const DEEPEST: usize = 2;

    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.is_empty && self.depth < Self::DEEPEST {
            self.indent(writer)?;
        }
        self.is_empty = false;
        writer.write_all(bracket)
    }

    fn separate<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= Self::DEEPEST {
            return self.indent(writer);
        }
        if first {
            Ok(())
        } else {
            writer.write_all(b" ")
        }
    }

    fn indent<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        writer.write_all(&b"    "[..self.depth.min(Self::DEEPEST) * 2])
    }
}

impl Formatter for RowLines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_empty = false;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_empty = false;
        Ok(())
    }
}

/// What may be done with a file that exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overwrite {
    /// It is replaced.
    Allowed,
    /// It is kept, and writing fails.
    Refused,
}

/// Writes a manifest to a file, packed where its name ends in `.gz` or `.zst`. The file is replaced as a whole or not at
/// all. `former` is the path of the manifest it is made of, whose keys that begin with `x-` are kept.
///
/// Fails where the name is that of a TOML file, for comments would be lost; where the file exists and may not be
/// replaced; and where it cannot be written.
pub fn write_manifest(
    path: &str,
    manifest: &TargetManifest,
    former: Option<&str>,
    overwrite: Overwrite,
) -> Result<(), Error> {
    may_write(path, overwrite)?;
    let text = with_own_keys(manifest, former.and_then(own_keys).as_ref());
    let file = Path::new(path);
    let written = read::pack(text.into_bytes(), Packing::of_name(file))
        .and_then(|bytes| replace(file, &bytes));
    written.map_err(|error| Error::Target {
        path: path.into(),
        what: format!("it cannot be written: {error}"),
        remedy: "Give a file in a folder that exists and that you may write to.".into(),
    })
}

/// Whether a manifest may be written to a file, before any work is done; fails as [`write_manifest`] does.
pub fn may_write(path: &str, overwrite: Overwrite) -> Result<(), Error> {
    let fail = |what: &str, remedy: &str| {
        Err(Error::Target {
            path: path.into(),
            what: what.into(),
            remedy: remedy.into(),
        })
    };
    if is_toml(path) {
        return fail(
            "manifests are written as JSON, and this one is TOML, whose comments would be lost",
            "Name another file with --output, such as prod.target.json.",
        );
    }
    if overwrite == Overwrite::Refused && Path::new(path).exists() {
        return fail(
            "it exists and would be overwritten",
            "Name another file with --output, or say --force.",
        );
    }
    Ok(())
}

/// Writes beside the file and puts the result in its place.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // Temporary files are for their owner alone; this one will be a file like any other, so the user's mask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    io::Write::write_all(&mut beside, bytes)?;
    if let Ok(former) = std::fs::metadata(file) {
        beside.as_file().set_permissions(former.permissions())?;
    }
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// A manifest as it is written, where it has keys of the user's own.
fn own_keys(path: &str) -> Option<Value> {
    let text = read::text(Path::new(path)).ok()?;
    if !text.contains("x-") {
        return None;
    }
    if is_toml(path) {
        return toml::from_str(&text).ok();
    }
    serde_json::from_str(&text).ok()
}

/// The text of a manifest with the user's own keys of the former one.
fn with_own_keys(manifest: &TargetManifest, former: Option<&Value>) -> String {
    let Some(former) = former else {
        return manifest_json(manifest);
    };
    let Ok(mut value) = serde_json::to_value(manifest) else {
        return manifest_json(manifest);
    };
    carry_own_keys(former, &mut value);
    lines(&value)
}

/// Copies keys that begin with `x-` from one value to another, into what stands at the same place: under the same key, or
/// in the row of the same name.
fn carry_own_keys(former: &Value, value: &mut Value) {
    match (former, value) {
        (Value::Object(former), Value::Object(object)) => {
            for (key, of_former) in former {
                if key.starts_with("x-") {
                    object.insert(key.clone(), of_former.clone());
                } else if let Some(under) = object.get_mut(key) {
                    carry_own_keys(of_former, under);
                }
            }
        }
        (Value::Array(former), Value::Array(rows)) => {
            // An id may have come since, and names are spelt in any case.
            let text = |row: &Value, key: &str| {
                row.get(key)
                    .map(|value| value.to_string().to_ascii_lowercase())
            };
            let name = |row: &Value| {
                let name = text(row, "name").or_else(|| text(row, "id"));
                [text(row, "type"), name, text(row, "parent")]
            };
            let mut by_name = rustc_hash::FxHashMap::default();
            for (index, row) in rows.iter().enumerate() {
                by_name.entry(name(row)).or_insert(index);
            }
            for row in former.iter().filter(|row| row.is_object()) {
                let index = by_name.get(&name(row));
                if let Some(under) = index.and_then(|index| rows.get_mut(*index)) {
                    carry_own_keys(row, under);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(json: &str) -> TargetManifest {
        serde_json::from_str(json).unwrap()
    }

    const TWO: &str = r#"{"manifestVersion": 1, "coverage": {"tables": "partial"}, "solutions": [{"name": "A", "version": "1.0"}, {"name": "B"}], "tables": [{"name": "account", "columns": ["name", {"name": "x", "type": "Lookup"}]}]}"#;

    #[test]
    fn each_row_has_a_line_of_its_own() {
        let text = manifest_json(&manifest(TWO));
        let expected = "{\n  \"manifestVersion\": 1,\n  \"coverage\": {\n    \"tables\": \"partial\"\n  },\n  \
                        \"solutions\": [\n    {\"name\": \"A\", \"version\": \"1.0\"},\n    {\"name\": \"B\"}\n  ],\n  \
                        \"tables\": [\n    {\"name\": \"account\", \"columns\": [\"name\", {\"name\": \"x\", \"type\": \
                        \"Lookup\"}]}\n  ]\n}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let before = manifest(TWO);
        assert_eq!(manifest(&manifest_json(&before)), before);
    }

    #[test]
    fn ones_own_keys_are_kept_in_their_rows() {
        let former =
            r#"{"manifestVersion":1,"x-owner":"a","solutions":[{"name":"B","x-note":"keep"}]}"#;
        let former = serde_json::from_str(former).unwrap();
        let text = with_own_keys(&manifest(TWO), Some(&former));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["x-owner"], "a");
        assert_eq!(value["solutions"][1]["x-note"], "keep");
    }
}
