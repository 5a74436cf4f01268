//! A stretch of a text as events, with or without what lies in holes: a cheap second look at elements that were parsed.

use std::borrow::Cow;
use std::ops::Range;

use super::{after, after_markup, read_tag};

/// What comes next in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Event<'a> {
    /// An element begins; its attributes stand between its name and its end.
    Start(&'a str, Attributes<'a>),
    /// Text that is more than white space.
    Text(Cow<'a, str>),
    /// The element that began last ends.
    End,
}

/// The attributes of a start tag, as they are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Attributes<'a>(&'a str);

impl<'a> Attributes<'a> {
    /// Names and values, without declarations of namespaces.
    pub(crate) fn each(self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mut rest = self.0;
        let all = std::iter::from_fn(move || {
            let (name, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, after) = behind.get(1..)?.split_once(quote)?;
            rest = after;
            Some((name.trim(), decoded(value)))
        });
        all.filter(|(name, _)| *name != "xmlns" && !name.starts_with("xmlns:"))
    }
}

/// The events of a stretch of a well-formed text. Holes are sorted, lie within the stretch, and nothing in them is told.
pub(crate) fn events<'a>(
    text: &'a str,
    stretch: Range<usize>,
    holes: &'a [Range<usize>],
) -> Events<'a> {
    let end = stretch.end.min(text.len());
    Events {
        text: text.get(..end).unwrap_or_default(),
        at: stretch.start,
        holes,
        is_empty_tag: false,
    }
}

/// Iterates over the events of a text.
#[derive(Debug)]
pub(crate) struct Events<'a> {
    text: &'a str,
    at: usize,
    holes: &'a [Range<usize>],
    /// Whether an element has begun that ends in its own tag.
    is_empty_tag: bool,
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if std::mem::take(&mut self.is_empty_tag) {
            return Some(Event::End);
        }
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let open = self.at;
            if let Some((hole, rest)) = self.holes.split_first()
                && hole.start <= open
            {
                self.holes = rest;
                self.at = hole.end.max(open);
                continue;
            }
            if bytes.get(open) != Some(&b'<') {
                let found = memchr::memchr(b'<', bytes.get(open..)?);
                self.at = found.map_or(bytes.len(), |found| open + found);
                let text = self.text.get(open..self.at)?;
                if !text.trim_ascii().is_empty() {
                    return Some(Event::Text(decoded(text)));
                }
                continue;
            }
            match bytes.get(open + 1) {
                Some(b'/') => {
                    self.at = after(bytes, open, b">");
                    return Some(Event::End);
                }
                Some(b'!') => {
                    self.at = after_markup(bytes, open);
                    let markup = self.text.get(open..self.at)?;
                    let literal = markup.strip_prefix("<![CDATA[");
                    if let Some(literal) = literal.and_then(|text| text.strip_suffix("]]>")) {
                        return Some(Event::Text(Cow::Borrowed(literal)));
                    }
                }
                Some(b'?') => self.at = after(bytes, open, b"?>"),
                Some(_) | None => return self.start(open),
            }
        }
        None
    }
}

impl<'a> Events<'a> {
    fn start(&mut self, open: usize) -> Option<Event<'a>> {
        let tag = read_tag(self.text.as_bytes(), open);
        self.at = tag.end;
        self.is_empty_tag = tag.empty;
        let inner = self.text.get(open + 1..tag.end)?;
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let name = inner.find(|c: char| c.is_ascii_whitespace());
        let (name, attributes) = inner.split_at(name.unwrap_or(inner.len()));
        Some(Event::Start(name, Attributes(attributes)))
    }
}

/// Where the elements end that start at these offsets, which ascend; at the end of the text where they do not.
pub(crate) fn ends(text: &str, starts: &[u32]) -> Vec<u32> {
    let whole = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut ends = vec![whole; starts.len()];
    let bytes = text.as_bytes();
    let (mut open, mut next, mut at) = (Vec::new(), 0, 0);
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        let mut is_end = false;
        at = match bytes.get(start + 1) {
            Some(b'/') => {
                is_end = true;
                after(bytes, start, b">")
            }
            Some(b'!') => after_markup(bytes, start),
            Some(b'?') => after(bytes, start, b"?>"),
            Some(_) | None => {
                let tag = read_tag(bytes, start);
                while starts
                    .get(next)
                    .is_some_and(|asked| (*asked as usize) < start)
                {
                    next += 1;
                }
                let is_asked = starts
                    .get(next)
                    .is_some_and(|asked| *asked as usize == start);
                open.push(is_asked.then_some(next));
                is_end = tag.empty;
                tag.end
            }
        };
        if is_end
            && let Some(asked) = open.pop().flatten()
            && let Some(end) = ends.get_mut(asked)
        {
            *end = u32::try_from(at).unwrap_or(u32::MAX);
        }
    }
    ends
}

/// A value without references to characters.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        // No name of a character is longer.
        let end = behind.bytes().take(12).position(|byte| byte == b';');
        let found =
            end.and_then(|end| Some((character(behind.get(..end)?)?, behind.get(end + 1..)?)));
        if let Some((character, after)) = found {
            out.push(character);
            rest = after;
        } else {
            out.push('&');
            rest = behind;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, holes: &[Range<usize>]) -> String {
        let mut told = Vec::new();
        for event in events(text, 0..text.len(), holes) {
            told.push(match event {
                Event::Start(name, attributes) => {
                    let pairs: Vec<_> = attributes
                        .each()
                        .map(|(name, value)| format!(" {name}={value}"))
                        .collect();
                    format!("<{name}{}", pairs.concat())
                }
                Event::Text(text) => text.trim().to_owned(),
                Event::End => ">".to_owned(),
            });
        }
        told.join(" ")
    }

    #[test]
    fn elements_attributes_and_texts_are_told_in_order() {
        let text = "<a x='1&amp;2' xmlns:b=\"u\" b:y = \"3>\">\n <!-- n --> t&#x41; <b/><![CDATA[<c>]]></a>";
        assert_eq!(of(text, &[]), "<a x=1&2 b:y=3> tA <b > <c> >");
    }

    #[test]
    fn what_lies_in_a_hole_is_not_told() {
        let text = "<a><b>1</b><c/><d>2</d></a>";
        assert_eq!(of(text, &[3..11, 15..23]), "<a <c > >");
    }

    #[test]
    fn an_element_ends_behind_its_end_tag() {
        let text = "<a><b><c/></b><!-- <b> --><b x='>'/></a>";
        let (a, b, c) = (0, 3, 6);
        let last = u32::try_from(text.rfind("<b").unwrap()).unwrap();
        let whole = u32::try_from(text.len()).unwrap();
        assert_eq!(ends(text, &[a, b, c, last]), [whole, 14, 10, whole - 4]);
        assert_eq!(ends("<a", &[0]), [2]);
    }

    #[test]
    fn damage_ends_the_events() {
        for text in [
            "<a",
            "<a x=",
            "<a x='",
            "<![CDATA[",
            "&",
            "<a>&#xFFFFFFFF;&zzz;</a>",
        ] {
            let _ = of(text, &[]);
        }
    }
}
