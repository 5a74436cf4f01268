//! What two texts say differently, value by value.
//!
//! A text is a tree of steps with values at its ends, whether it is XML or JSON. The order of siblings does not count, nor do
//! stamps of versions, the form of identifiers and white space around values; items of JSON lists have their place as name,
//! for there the order may mean something. First both texts are read as numbers; what they have in common is forgotten, and
//! only what differs is read again to be named. So two texts cost the sum of their lengths.

use std::borrow::Cow;
use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

use super::Field;
use super::field::{What, shown};
use crate::model::Guid;

/// A text that is read step by step into a reader of leaves.
pub(super) trait Readable {
    /// Reads it once.
    fn read(&self, into: &mut dyn Reader);
}

/// Takes a text step by step.
pub(super) trait Reader {
    /// A step begins; attributes are values of its own.
    fn start(&mut self, name: &str, attributes: &[(&str, Cow<'_, str>)]);
    /// A value of the step that began last.
    fn value(&mut self, text: &str);
    /// The step that began last ends.
    fn end(&mut self);
}

/// Attributes that tell an element from others of its name.
const KEYS: [&str; 11] = [
    "id",
    "name",
    "uniquename",
    "logicalname",
    "schemaname",
    "languagecode",
    "lcid",
    "code",
    "privilegename",
    "classid",
    "x:key",
];

/// Elements that their value tells apart: those of a choice.
const CHOICES: [&str; 3] = ["option", "state", "status"];

/// How well an attribute tells an element from others of its name; the least is the best.
fn key_rank(element: &str, attribute: &str) -> Option<usize> {
    let rank = KEYS
        .iter()
        .position(|key| key.eq_ignore_ascii_case(attribute));
    let is_choice = attribute == "value" && CHOICES.contains(&element);
    rank.or(is_choice.then_some(KEYS.len()))
}

/// What the platform writes of the export and not of the component.
/// Source: learn.microsoft.com/power-platform/alm/solution-file-schemas; `overwritetime` and the times are set by the import.
pub(super) fn is_stamp(name: &str) -> bool {
    const STAMPS: [&str; 10] = [
        "IntroducedVersion",
        "OrganizationVersion",
        "OrganizationSchemaType",
        "SolutionPackageVersion",
        "CRMServerServiceabilityVersion",
        "generatedBy",
        "overwritetime",
        "createdon",
        "modifiedon",
        "versionnumber",
    ];
    let name = name.strip_prefix('@').unwrap_or(name);
    STAMPS.iter().any(|stamp| stamp.eq_ignore_ascii_case(name))
}

/// A value as it is compared: identifiers in one form, no white space around.
pub(super) fn normal(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    if matches!(value.len(), 32 | 36 | 38)
        && let Ok(id) = value.parse::<Guid>()
    {
        return Cow::Owned(id.to_string());
    }
    if value.contains('\r') {
        return Cow::Owned(value.replace("\r\n", "\n"));
    }
    Cow::Borrowed(value)
}

fn hash(of: u64, first: &str, second: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(of);
    hasher.write(first.as_bytes());
    hasher.write_usize(first.len());
    hasher.write(second.as_bytes());
    hasher.write_usize(second.len());
    hasher.finish()
}

/// The value of a step that is there, beside its other values.
const THERE: u64 = 1;
const TEXT: u64 = 2;
const ATTRIBUTE: u64 = 3;

/// A leaf as numbers: its path, and its path with its value.
type Leaf = (u64, u64);

/// A step that has not ended.
#[derive(Default)]
struct Open {
    path: u64,
    /// What is in it, in no order; nothing where nothing is.
    sum: u64,
    text: String,
    /// Whether nothing in it counts.
    is_skipped: bool,
    /// Whether it differs as a whole, so that what is in it need not be named.
    is_told: bool,
}

/// Takes what leaves the walk finds.
trait Sink {
    fn step(&mut self, name: &str, key: Option<&str>);
    /// Whether the leaf differs.
    fn leaf(&mut self, leaf: Leaf, attribute: Option<&str>, value: &str) -> bool;
    fn leave(&mut self);
}

struct Walk<'s, S> {
    open: Vec<Open>,
    sum: u64,
    sink: &'s mut S,
}

impl<S: Sink> Reader for Walk<'_, S> {
    fn start(&mut self, name: &str, attributes: &[(&str, Cow<'_, str>)]) {
        let around = self.open.last();
        let is_skipped = around.is_some_and(|around| around.is_skipped) || is_stamp(name);
        let mut is_told = around.is_some_and(|around| around.is_told);
        let above = around.map_or(0, |around| around.path);
        let keys = attributes
            .iter()
            .filter(|(_, value)| !value.trim().is_empty());
        let keys = keys.filter_map(|key| Some((key_rank(name, key.0)?, key)));
        let key = keys.min_by_key(|(rank, _)| *rank).map(|(_, key)| key);
        let own = key.map(|(_, value)| normal(value));
        // What the whole is called says nothing of what is in it.
        let is_root = self.open.is_empty();
        let path = if is_root {
            0
        } else {
            hash(above, name, own.as_deref().unwrap_or(""))
        };
        let mut sum = 0_u64;
        self.sink.step(
            if is_root { "" } else { name },
            own.as_deref().filter(|_| !is_root),
        );
        if !is_skipped {
            if key.is_some() && !is_root {
                let there = hash(path, "", "");
                is_told |= !is_told && self.sink.leaf((path, there ^ THERE), None, "");
                sum = sum.wrapping_add(hash(THERE, own.as_deref().unwrap_or(""), ""));
            }
            for (name, value) in attributes {
                if is_stamp(name) || (!is_root && key.is_some_and(|key| key.0 == *name)) {
                    continue;
                }
                let value = normal(value);
                let place = hash(path ^ ATTRIBUTE, name, "");
                let leaf = hash(place, &value, "");
                sum = sum.wrapping_add(hash(ATTRIBUTE, name, &value));
                if !is_told {
                    self.sink.leaf((place, leaf), Some(name), &value);
                }
            }
        }
        self.open.push(Open {
            path,
            sum,
            text: String::new(),
            is_skipped,
            is_told,
        });
    }

    fn value(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut()
            && !open.is_skipped
        {
            open.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let mut sum = open.sum;
        let value = normal(&open.text);
        if !value.is_empty() {
            sum = sum.wrapping_add(hash(TEXT, &value, ""));
            if !open.is_told {
                let leaf = hash(open.path ^ TEXT, &value, "");
                self.sink.leaf((open.path ^ TEXT, leaf), None, &value);
            }
        }
        self.sink.leave();
        if sum == 0 || open.is_skipped {
            return;
        }
        let own = hash(open.path, "", "").wrapping_add(sum);
        let own = hash(own, "", "");
        match self.open.last_mut() {
            Some(around) => around.sum = around.sum.wrapping_add(own),
            None => self.sum = self.sum.wrapping_add(own),
        }
    }
}

/// Counts leaves.
#[derive(Default)]
struct Counting {
    leaves: Vec<Leaf>,
}

impl Sink for Counting {
    fn step(&mut self, _: &str, _: Option<&str>) {}

    fn leaf(&mut self, leaf: Leaf, _: Option<&str>, _: &str) -> bool {
        self.leaves.push(leaf);
        false
    }

    fn leave(&mut self) {}
}

/// A leaf that the other text lacks.
struct Found {
    place: u64,
    path: String,
    value: String,
}

/// Names the leaves that one text has and the other lacks.
struct Naming {
    wanted: FxHashMap<Leaf, u32>,
    steps: Vec<String>,
    found: Vec<Found>,
}

/// Steps of a path that are shown; deeper ones begin with an ellipsis.
const SHOWN_STEPS: usize = 8;
/// Characters of a key or a name in a path.
const SHOWN_KEY: usize = 60;

fn short(text: &str) -> &str {
    text.char_indices()
        .nth(SHOWN_KEY)
        .map_or(text, |(end, _)| &text[..end])
}

impl Naming {
    fn path(&self, attribute: Option<&str>) -> String {
        // The first step is the whole.
        let steps = self.steps.get(1..).unwrap_or_default();
        let hidden = steps.len().saturating_sub(SHOWN_STEPS);
        let mut path = if hidden > 0 {
            "…/".to_owned()
        } else {
            String::new()
        };
        path.push_str(&steps[hidden..].join("/"));
        if let Some(attribute) = attribute {
            path.push('@');
            path.push_str(short(attribute));
        }
        path
    }
}

impl Sink for Naming {
    fn step(&mut self, name: &str, key: Option<&str>) {
        let name = short(name);
        self.steps.push(match key {
            Some(key) => format!("{name}[{}]", short(key)),
            None => name.to_owned(),
        });
    }

    fn leaf(&mut self, leaf: Leaf, attribute: Option<&str>, value: &str) -> bool {
        let Some(wanted) = self.wanted.get_mut(&leaf).filter(|wanted| **wanted > 0) else {
            return false;
        };
        *wanted -= 1;
        let path = self.path(attribute);
        self.found.push(Found {
            place: leaf.0,
            value: shown(&path, value),
            path,
        });
        true
    }

    fn leave(&mut self) {
        self.steps.pop();
    }
}

fn walk<S: Sink>(text: &dyn Readable, sink: &mut S) -> u64 {
    let mut walk = Walk {
        open: Vec::new(),
        sum: 0,
        sink,
    };
    text.read(&mut walk);
    // What damage left open ends here.
    while !walk.open.is_empty() {
        walk.end();
    }
    walk.sum
}

/// The differences between two texts; none where they mean the same.
pub(super) fn compare(old: &dyn Readable, new: &dyn Readable, what: What) -> Vec<Field> {
    let (mut of_old, mut of_new) = (Counting::default(), Counting::default());
    if walk(old, &mut of_old) == walk(new, &mut of_new) {
        return Vec::new();
    }
    let mut counts: FxHashMap<Leaf, i64> = FxHashMap::default();
    for leaf in of_old.leaves {
        *counts.entry(leaf).or_default() += 1;
    }
    for leaf in of_new.leaves {
        *counts.entry(leaf).or_default() -= 1;
    }
    let only = |text: &dyn Readable, sign: i64| {
        let wanted = counts.iter().filter(|(_, count)| **count * sign > 0);
        let mut naming = Naming {
            wanted: wanted
                .map(|(leaf, count)| (*leaf, u32::try_from(count.abs()).unwrap_or(u32::MAX)))
                .collect(),
            steps: Vec::new(),
            found: Vec::new(),
        };
        walk(text, &mut naming);
        naming.found
    };
    let fields = paired(only(old, 1), only(new, -1), what);
    if fields.is_empty() {
        let arrangement = Field::new(what, "arrangement")
            .old("one")
            .new_value("another");
        return vec![arrangement];
    }
    fields
}

/// Leaves at one place are a value that changed; others are gone or new.
fn paired(old: Vec<Found>, new: Vec<Found>, what: What) -> Vec<Field> {
    let mut places: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (index, found) in new.iter().enumerate().rev() {
        places.entry(found.place).or_default().push(index);
    }
    let mut taken: Vec<Option<String>> = Vec::new();
    taken.resize_with(new.len(), || None);
    let mut fields = Vec::new();
    for gone in old {
        match places.get_mut(&gone.place).and_then(Vec::pop) {
            Some(index) => taken[index] = Some(gone.value),
            None => fields.push(Field::new(what, gone.path).old(gone.value)),
        }
    }
    for (found, before) in new.into_iter().zip(taken) {
        let field = Field::new(what, found.path).new_value(found.value);
        fields.push(match before {
            Some(before) => field.old(before),
            None => field,
        });
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::text::Xml;
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let fields = compare(&Xml::of(old), &Xml::of(new), What::Definition);
        let told = fields.iter().map(|field| {
            format!(
                "{}: {} -> {}",
                field.path,
                field.old.as_deref().unwrap_or("-"),
                field.new.as_deref().unwrap_or("-")
            )
        });
        told.collect()
    }

    #[test]
    fn order_stamps_the_form_of_identifiers_and_white_space_do_not_count() {
        let old = "<t a='1' b='2'><x>1</x><id>{AB111111-2222-4333-8444-555555555555}</id>\
                   <IntroducedVersion>1.0</IntroducedVersion><e/></t>";
        let new = "<t b='2'  a='1'>\r\n <id>ab111111-2222-4333-8444-555555555555</id>\
                   <IntroducedVersion>1.1</IntroducedVersion> <x> 1</x></t>";
        assert_eq!(told(old, new), [""; 0]);
    }

    #[test]
    fn a_value_that_changed_is_told_with_both() {
        assert_eq!(
            told(
                "<t><MaxLength>100</MaxLength></t>",
                "<t><MaxLength>90</MaxLength></t>"
            ),
            ["MaxLength: 100 -> 90"]
        );
    }

    #[test]
    fn an_element_with_a_key_is_told_as_a_whole() {
        let old = "<t><options><option value='1'><labels><label languagecode='1033' description='A'/></labels></option></options></t>";
        assert_eq!(told(old, "<t/>"), ["options/option[1]:  -> -"]);
    }

    #[test]
    fn values_that_changed_places_are_another_arrangement() {
        let old = "<t><c attribute='a' operator='1'/><c attribute='b' operator='2'/></t>";
        let new = "<t><c attribute='a' operator='2'/><c attribute='b' operator='1'/></t>";
        assert_eq!(told(old, new), ["arrangement: one -> another"]);
    }
}
