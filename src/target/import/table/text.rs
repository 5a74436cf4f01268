//! The text of a table: its delimiter, its headings, its records.

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::target::read::Mistake;

/// What may stand between cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The most headings that a mistake lists.
const LISTED: usize = 30;

/// A table whose headings are read.
pub(super) struct Table<'a> {
    /// The text from its headings on.
    text: &'a str,
    /// The lines before it.
    skipped: u64,
    delimiter: u8,
    /// The places of the headings that are wanted, in their order.
    places: Vec<usize>,
}

impl<'a> Table<'a> {
    /// Finds the delimiter: the one that Excel's first line names, else the one that gives the most of the headings that
    /// are wanted, else the most cells. Fails where a heading that is wanted is not there.
    pub(super) fn of(text: &'a str, wanted: &[(String, String)]) -> Result<Self, Mistake> {
        let begins = text.trim_start_matches(['\r', '\n', ' ']);
        let (named, rest) = named_delimiter(begins);
        if rest.trim().is_empty() {
            return Err(Mistake::new(
                "it is empty",
                "Export the table again, with its headings in the first line.",
            ));
        }
        let skipped = text[..text.len() - rest.len()].matches('\n').count() as u64;
        let of = |delimiter: u8| {
            let headings = headings(rest, delimiter);
            let found = wanted
                .iter()
                .filter(|(_, name)| position(&headings, name).is_some());
            ((found.count(), headings.len()), delimiter, headings)
        };
        let delimiters = named.map_or(DELIMITERS.to_vec(), |named| vec![named]);
        let best = delimiters
            .into_iter()
            .rev()
            .map(of)
            .max_by_key(|(score, ..)| *score);
        let (_, delimiter, headings) = best.unwrap_or_default();
        let mut places = Vec::new();
        for (_, heading) in wanted {
            match position(&headings, heading) {
                Some(place) => places.push(place),
                None => return Err(no_column(heading, &headings)),
            }
        }
        Ok(Self {
            text: rest,
            skipped,
            delimiter,
            places,
        })
    }

    /// The records after the headings, each with its line. Fails where a quoted cell has no end.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<(u64, ByteRecord), Mistake>> {
        let open = self.open_quote();
        let mut reader = reader(self.text, self.delimiter);
        let mut record = ByteRecord::new();
        let skipped = self.skipped;
        std::iter::from_fn(move || {
            let more = reader.read_byte_record(&mut record);
            let line = skipped + record.position().map_or(0, csv::Position::line);
            match more {
                Ok(true) if open.is_some_and(|open| open == line) => Some(Err(Mistake::new(
                    format!("its line {line} opens a quote that is not closed"),
                    "Export the table again; it may be cut off.",
                ))),
                Ok(true) => Some(Ok((line, record.clone()))),
                Ok(false) => None,
                Err(error) => Some(Err(Mistake::new(
                    format!("its line {line} cannot be read: {error}"),
                    "Export the table again.",
                ))),
            }
        })
    }

    /// The cells of a record below the headings that are wanted, in their order; empty where the record ends before one.
    pub(super) fn cells<'r>(&self, record: &'r ByteRecord) -> impl Iterator<Item = &'r str> {
        self.places.iter().map(|place| {
            // Delimiters are ASCII, so cells of a text are texts.
            let cell = record.get(*place);
            let cell = cell.and_then(|cell| std::str::from_utf8(cell).ok());
            cell.unwrap_or_default().trim()
        })
    }

    /// The line of the last record, where its quotes do not come in pairs: the reader takes the rest of a text for the
    /// cell whose quote is not closed.
    fn open_quote(&self) -> Option<u64> {
        let quotes = memchr::memchr_iter(b'"', self.text.as_bytes()).count();
        if quotes.is_multiple_of(2) {
            return None;
        }
        let mut reader = reader(self.text, self.delimiter);
        let mut record = ByteRecord::new();
        let mut last = None;
        while let Ok(true) = reader.read_byte_record(&mut record) {
            last = record
                .position()
                .map(|position| (position.line(), position.byte()));
        }
        let (line, start) = last?;
        let start = usize::try_from(start).ok()?;
        let of_last = self.text.as_bytes().get(start..)?;
        let is_odd = !memchr::memchr_iter(b'"', of_last).count().is_multiple_of(2);
        // A quote within a cell that is not quoted is a character like any other.
        let opens = of_last.first() == Some(&b'"')
            || memchr::memmem::find(of_last, &[self.delimiter, b'"']).is_some();
        (is_odd && opens).then_some(self.skipped + line)
    }
}

/// Whether the first line of a text has several cells, as headings have.
pub(super) fn has_cells(text: &str) -> bool {
    let (named, rest) = named_delimiter(text.trim_start());
    let cells = rest
        .lines()
        .next()
        .unwrap_or_default()
        .split([',', ';', '\t']);
    named.is_some() || cells.filter(|cell| !cell.trim().is_empty()).count() > 1
}

fn no_column(wanted: &str, headings: &[String]) -> Mistake {
    let listed: Vec<_> = headings.iter().take(LISTED).map(String::as_str).collect();
    let more = if headings.len() > LISTED { ", …" } else { "" };
    Mistake::new(
        format!("it has no column '{wanted}'"),
        format!("Its headings are: {}{more}.", listed.join(", ")),
    )
}

/// The delimiter of `sep=;`, which Excel writes and reads as the first line, and the text after it.
fn named_delimiter(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    match line.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => (Some(*delimiter), rest),
        _ => (None, text),
    }
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

fn headings(text: &str, delimiter: u8) -> Vec<String> {
    let mut reader = reader(text, delimiter);
    let headings = reader.byte_headers();
    let headings = headings.into_iter().flatten();
    headings
        .map(|heading| String::from_utf8_lossy(heading).trim().to_owned())
        .collect()
}

/// The place of a heading, in any case.
fn position(headings: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim().to_lowercase();
    headings
        .iter()
        .position(|heading| heading.to_lowercase() == wanted)
}
