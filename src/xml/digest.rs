//! Digests of elements, so that two versions of a document can be compared element by element.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use super::{after, after_markup, read_tag};

/// The digests of the elements that start at these offsets, which ascend: each of the element's own text, without that of
/// the elements among them that lie within it. None for one that is not found to start and end.
///
/// What stands around an element, up to the next of them, counts too, but for the document's root: it may say what sort of
/// thing the element is. White space between tags counts only beside text; anything else counts as it is written, so that
/// what differs never has the same digest, and what means the same may have another.
pub(crate) fn digests(text: &str, starts: &[u32]) -> Vec<Option<u64>> {
    let bytes = text.as_bytes();
    let mut reading = Reading {
        starts,
        next: 0,
        digests: vec![None; starts.len()],
        open: Vec::new(),
        owned: Vec::new(),
        keeps_space: memchr::memmem::find(bytes, b"xml:space").is_some(),
        scratch: Vec::new(),
    };
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        let is_end = bytes.get(open + 1) == Some(&b'/');
        reading.text(&bytes[at..open], is_end);
        at = match bytes.get(open + 1) {
            Some(b'/') => {
                reading.end();
                after(bytes, open, b">")
            }
            Some(b'!') => reading.markup(bytes, open, after_markup(bytes, open)),
            Some(b'?') => reading.markup(bytes, open, after(bytes, open, b"?>")),
            Some(_) | None => {
                let tag = read_tag(bytes, open);
                reading.start(&bytes[open..tag.end], open);
                if tag.empty {
                    reading.end();
                }
                tag.end
            }
        };
    }
    reading.digests
}

/// An element that has not ended.
struct Open {
    /// Whose text it is: the position of an asked element in `owned`; none where it is nobody's.
    owner: Option<usize>,
    /// The tags around what stands in it, up to the asked element that it lies in.
    around: u64,
    /// The white space between its tags.
    space: u64,
    /// Whether it holds text beside elements, so that its white space counts.
    has_text: bool,
    /// Whether nothing but white space has come since its start tag.
    is_fresh: bool,
    /// Whether it is asked for.
    is_asked: bool,
}

/// An element that is asked for and has not ended: its number, and what was read of it.
type Owned = (usize, FxHasher);

struct Reading<'a> {
    starts: &'a [u32],
    next: usize,
    digests: Vec<Option<u64>>,
    open: Vec<Open>,
    owned: Vec<Owned>,
    keeps_space: bool,
    scratch: Vec<u8>,
}

/// What is read, so that a text is never taken for a tag.
const TAG: u64 = 1;
const TEXT: u64 = 2;
const END: u64 = 3;

fn digest(of: u64, bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    hasher.write_u64(of);
    hasher.finish()
}

fn joined(first: u64, second: u64) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(first);
    hasher.write_u64(second);
    hasher.finish()
}

impl Reading<'_> {
    fn start(&mut self, tag: &[u8], at: usize) {
        let is_root = self.open.is_empty();
        if let Some(around) = self.open.last_mut() {
            around.is_fresh = false;
        }
        while self
            .starts
            .get(self.next)
            .is_some_and(|start| (*start as usize) < at)
        {
            self.next += 1;
        }
        let is_asked = self
            .starts
            .get(self.next)
            .is_some_and(|start| *start as usize == at);
        let (owner, around) = self
            .open
            .last()
            .map_or((None, 0), |open| (open.owner, open.around));
        if !is_asked && is_root {
            self.push(None, 0, false);
            return;
        }
        let tag = digest(TAG, plain(tag, &mut self.scratch));
        if is_asked {
            let mut hasher = FxHasher::default();
            hasher.write_u64(around);
            hasher.write_u64(tag);
            self.owned.push((self.next, hasher));
            self.push(Some(self.owned.len() - 1), 0, true);
        } else {
            self.feed(owner, tag);
            self.push(owner, joined(around, tag), false);
        }
    }

    fn push(&mut self, owner: Option<usize>, around: u64, is_asked: bool) {
        self.open.push(Open {
            owner,
            around,
            space: 0,
            has_text: false,
            is_fresh: true,
            is_asked,
        });
    }

    fn feed(&mut self, owner: Option<usize>, what: u64) {
        if let Some((_, hasher)) = owner.and_then(|owner| self.owned.get_mut(owner)) {
            hasher.write_u64(what);
        }
    }

    fn text(&mut self, text: &[u8], is_before_end: bool) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        if text.is_empty() || open.owner.is_none() {
            return;
        }
        let of_text = digest(TEXT, text);
        // White space alone in an element is its value.
        if !self.keeps_space && is_space(text) && !(is_before_end && open.is_fresh) {
            open.space = joined(open.space, of_text);
            return;
        }
        open.has_text = true;
        let owner = open.owner;
        self.feed(owner, of_text);
    }

    /// Comments, literal text and instructions.
    fn markup(&mut self, bytes: &[u8], open: usize, end: usize) -> usize {
        if let Some(around) = self.open.last_mut() {
            around.is_fresh = false;
            around.has_text |= bytes[open..end].starts_with(b"<![");
            let owner = around.owner;
            if owner.is_some() {
                self.feed(owner, digest(TEXT, &bytes[open..end]));
            }
        }
        end
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        if open.has_text {
            self.feed(open.owner, open.space);
        }
        self.feed(open.owner, END);
        if open.is_asked
            && let Some((number, hasher)) = self.owned.pop()
            && let Some(digest) = self.digests.get_mut(number)
        {
            *digest = Some(hasher.finish());
        }
    }
}

fn is_space(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// A start tag with single spaces outside of values and none before its end; mostly it is written so.
fn plain<'a>(tag: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let inner = tag.strip_suffix(b">").unwrap_or(tag);
    let inner = inner.strip_suffix(b"/").unwrap_or(inner).trim_ascii_end();
    let mut after_space = false;
    let is_odd = inner.iter().any(|byte| {
        let is_space = *byte == b' ';
        let is_odd = matches!(byte, b'\t' | b'\r' | b'\n') || (is_space && after_space);
        after_space = is_space;
        is_odd
    });
    if !is_odd {
        return inner;
    }
    scratch.clear();
    let mut quote = None;
    for byte in inner {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\r' | b'\n') => {
                if scratch.last() != Some(&b' ') {
                    scratch.push(b' ');
                }
                continue;
            }
            (Some(_) | None, _) => {}
        }
        scratch.push(*byte);
    }
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digests of the elements of these names, in the order of the text.
    fn of(text: &str, names: &[&str]) -> Vec<Option<u64>> {
        let document = roxmltree::Document::parse(text).unwrap();
        let asked = document
            .descendants()
            .filter(|node| names.contains(&node.tag_name().name()));
        let starts: Vec<u32> = asked
            .map(|node| u32::try_from(node.range().start).unwrap())
            .collect();
        let digests = digests(text, &starts);
        assert!(!digests.is_empty() && digests.iter().all(Option::is_some));
        digests
    }

    fn same(a: &str, b: &str) -> bool {
        of(a, &["t"]) == of(b, &["t"])
    }

    #[test]
    fn indentation_does_not_count() {
        assert!(same(
            "<r><t a=\"1\" b=\"2\"><c>x</c><d /></t></r>",
            "<r>\n  <t a=\"1\"\n     b=\"2\">\n    <c>x</c>\r\n\t<d/>\n  </t>\n</r>",
        ));
    }

    #[test]
    fn white_space_beside_text_counts_and_so_does_a_value_of_nothing_else() {
        assert!(!same(
            "<r><t>x <b/> <c/></t></r>",
            "<r><t>x <b/><c/></t></r>"
        ));
        assert!(!same("<r><t> <b/>x</t></r>", "<r><t><b/>x</t></r>"));
        assert!(!same("<r><t><b> </b></t></r>", "<r><t><b></b></t></r>"));
        assert!(!same("<r><t a=\"1  2\"/></r>", "<r><t a=\"1 2\"/></r>"));
        assert!(!same(
            "<r xml:space=\"preserve\"><t><b/> </t></r>",
            "<r xml:space=\"preserve\"><t><b/></t></r>"
        ));
    }

    #[test]
    fn values_attributes_names_comments_and_nesting_count() {
        let plain = "<r><t a=\"1\"><c>x</c><d><e/></d></t></r>";
        for other in [
            "<r><t a=\"2\"><c>x</c><d><e/></d></t></r>",
            "<r><t><c>x</c><d><e/></d></t></r>",
            "<r><t a=\"1\"><c>y</c><d><e/></d></t></r>",
            "<r><t a=\"1\"><f>x</f><d><e/></d></t></r>",
            "<r><t a=\"1\"><c>x</c><d/><e/></t></r>",
            "<r><t a=\"1\"><d><e/></d><c>x</c></t></r>",
            "<r><t a=\"1\"><!-- n --><c>x</c><d><e/></d></t></r>",
            "<r><t a=\"1\"><c><![CDATA[x]]></c><d><e/></d></t></r>",
        ] {
            assert!(!same(plain, other), "{other}");
        }
    }

    #[test]
    fn an_element_within_another_counts_for_itself_only() {
        let names = ["t", "c"];
        let [a, b] = [
            "<r><t><n>1</n><cs><c>x</c><c>y</c></cs></t></r>",
            "<r><t><n>1</n><cs><c>x</c><c>z</c></cs></t></r>",
        ]
        .map(|text| of(text, &names));
        assert_eq!(a[..2], b[..2]);
        assert_ne!(a[2], b[2]);
    }

    #[test]
    fn what_stands_around_an_element_counts_but_for_the_root() {
        let form = |text| of(text, &["f"]);
        let main = form("<r v=\"1\"><t n=\"1\"><forms type=\"main\"><f/></forms></t></r>");
        assert_eq!(
            main,
            form("<r v=\"2\"><t n=\"1\"><forms type=\"main\"><f/></forms></t></r>")
        );
        assert_ne!(
            main,
            form("<r v=\"1\"><t n=\"1\"><forms type=\"card\"><f/></forms></t></r>")
        );
    }

    #[test]
    fn an_offset_at_which_nothing_starts_has_no_digest() {
        assert_eq!(
            digests("<r><t/></r>", &[1, 3, 9]).iter().flatten().count(),
            1
        );
        assert_eq!(digests("<r><t>", &[3]), [None]);
        assert_eq!(digests("", &[0]), [None]);
    }
}
