//! Reading one file of a package: what is wrong with it, and what it names.

use super::content::{LARGEST_MARKUP, Reader, markup, reader};
use super::draft::Fragment;
use super::files::{Claim, Plan, Read};
use super::formats::assembly;
use super::links::Links;
use super::{control, function, values};
use crate::json::{self, Json, JsonFailure};
use crate::model::{Flaw, FlawKind};
use crate::package::{Entry, EntryId, ReadFailure};
use crate::source::Span;
use crate::xml::{self, Element};

impl Plan<'_> {
    pub(super) fn checked_xml(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        let entry = self.package.entry(id);
        match xml::parse(&text, self.package.limits()) {
            Ok(document) => {
                let root = Element::new(document.root_element(), id.file());
                let lower = entry.name.to_ascii_lowercase();
                if control::is_manifest(&lower) {
                    control::missing_files(
                        self.package,
                        &entry.name,
                        root,
                        &text,
                        &mut read.fragment,
                    );
                }
                if let Some(Reader::Xml(refer)) = reader(&lower) {
                    refer(root, &mut self.links(&mut read.fragment));
                }
            }
            Err(failure) => read.fragment.flaws.push(flaw(
                failure.kind,
                entry,
                failure.detail,
                at(id, failure.offset),
            )),
        }
        if read.fragment.has_places() {
            read.text = Some(text);
        }
        read
    }

    pub(super) fn links<'f>(&'f self, out: &'f mut Fragment) -> Links<'f> {
        Links::of_file(out, self.package.limits())
    }

    /// JSON that an import reads, and what it names.
    pub(super) fn checked_json(&self, id: EntryId, lower: &str) -> Read {
        let mut read = Read::default();
        let Some(Reader::Json(refer)) = reader(lower) else {
            self.sound_json(id, &mut read);
            return read;
        };
        let Some(text) = self.text(id, &mut read) else {
            return read;
        };
        match Json::parse(&text, id.file(), self.package.limits()) {
            Ok(document) => refer(&document, &mut self.links(&mut read.fragment)),
            Err(failure) => self.report_json(id, failure, &mut read),
        }
        self.name_flaws(id, &mut read);
        if read.fragment.has_places() {
            read.text = Some(text);
        }
        read
    }

    /// A file that only its reader understands.
    pub(super) fn content(&self, id: EntryId, reader: Reader) -> Read {
        let mut read = Read::default();
        match reader {
            Reader::Archive(refer) => match self.package.bytes(id) {
                Ok(bytes) => {
                    let share = self.archives.share(bytes.len());
                    refer(bytes, id.file(), share, &mut self.links(&mut read.fragment));
                }
                Err(failure) => self.report(id, failure, &mut read),
            },
            Reader::Assembly if self.package.entry(id).size > assembly::LARGEST => {
                return self.verified(id);
            }
            Reader::Assembly => match self.package.bytes(id) {
                Ok(bytes) => read.fragment.assembly = assembly::read(&bytes),
                Err(failure) => self.report(id, failure, &mut read),
            },
            Reader::Markup(_) if self.package.entry(id).size > LARGEST_MARKUP => {
                return self.verified(id);
            }
            Reader::Markup(refer) => match self.package.bytes(id).map(markup) {
                Ok(Some(text)) => {
                    refer(&text, id.file(), &mut self.links(&mut read.fragment));
                    if read.fragment.has_places() {
                        read.text = Some(text);
                    }
                }
                Ok(None) => {}
                Err(failure) => self.report(id, failure, &mut read),
            },
            Reader::Text(refer) => {
                let Some(text) = self.text(id, &mut read) else {
                    return read;
                };
                refer(&text, id.file(), &mut self.links(&mut read.fragment));
                if read.fragment.has_places() {
                    read.text = Some(text);
                }
            }
            Reader::Xml(_) => return self.checked_xml(id),
            Reader::Json(_) => {
                let lower = self.package.entry(id).name.to_ascii_lowercase();
                return self.checked_json(id, &lower);
            }
        }
        self.name_flaws(id, &mut read);
        read
    }

    /// What is wrong within a file that no component is known for is said of the file.
    pub(super) fn name_flaws(&self, id: EntryId, read: &mut Read) {
        let flaws = read.fragment.flaws.iter_mut();
        for flaw in flaws.filter(|flaw| flaw.subject.is_empty()) {
            flaw.subject = format!("file {}", self.package.entry(id).name).into();
        }
    }

    /// The text of a JSON file that is well-formed; of another, the flaw is reported.
    pub(super) fn sound_json(&self, id: EntryId, read: &mut Read) -> Option<String> {
        let text = self.text(id, read)?;
        let Err(failure) = json::check(&text, self.package.limits()) else {
            return Some(text);
        };
        self.report_json(id, failure, read);
        read.text = Some(text);
        None
    }

    pub(super) fn report_json(&self, id: EntryId, failure: JsonFailure, read: &mut Read) {
        let (kind, detail, offset) = failure;
        let entry = self.package.entry(id);
        read.fragment
            .flaws
            .push(flaw(kind, entry, detail, at(id, offset)));
    }

    pub(super) fn values(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Some(text) = self.sound_json(id, &mut read) {
            values::values(
                &text,
                &self.package.entry(id).name,
                Span::start_of(id.file()),
                &mut read.fragment,
            );
            read.text = Some(text);
        }
        read.claim = Claim::Claimed;
        read
    }

    pub(super) fn function(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Some(text) = self.sound_json(id, &mut read) {
            let (name, span) = (&self.package.entry(id).name, Span::start_of(id.file()));
            function::function(&text, name, span, &mut read.fragment);
            read.text = Some(text);
            read.claim = Claim::Record;
        }
        read
    }

    pub(super) fn verified(&self, id: EntryId) -> Read {
        let mut read = Read::default();
        if let Err(failure) = self.package.verify(id) {
            self.report(id, failure, &mut read);
        }
        read
    }

    pub(super) fn text(&self, id: EntryId, read: &mut Read) -> Option<String> {
        match self.package.text(id) {
            Ok(text) => Some(text),
            Err(failure) => {
                self.report(id, failure, read);
                None
            }
        }
    }

    pub(super) fn report(&self, id: EntryId, failure: ReadFailure, read: &mut Read) {
        // Nobody must be told to remove a file only because it could not be read.
        read.claim = Claim::Claimed;
        let entry = self.package.entry(id);
        read.fragment
            .flaws
            .push(flaw(failure.kind, entry, failure.detail, at(id, 0)));
    }
}

pub(super) fn flaw(kind: FlawKind, entry: &Entry, detail: String, span: Span) -> Flaw {
    Flaw {
        kind,
        subject: entry.name.clone(),
        detail: detail.into(),
        span,
    }
}

pub(super) fn at(id: EntryId, offset: u32) -> Span {
    Span {
        file: id.file(),
        start: offset,
        end: offset.saturating_add(1),
    }
}
