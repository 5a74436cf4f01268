//! Reading a text step by step, whatever it is written in: what counts of it, and what it comes to as a number.

use std::borrow::Cow;
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use super::value::{Case, case_of, folded, is_named_element, normal};

/// A text that is read step by step into a reader of leaves.
pub(super) trait Readable {
    /// Reads it once.
    fn read(&self, into: &mut dyn Reader);
    /// Whether names that differ by case only are the same: the platform changed the case of some elements over time.
    fn folds_case(&self) -> bool;
    /// Whether the order of an element among others of such names means something. Names come as they are compared.
    fn has_order(&self, name: &str) -> bool;
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

/// The name by which a value is compared: of two connection roles that match, which is written first says nothing.
fn mutual(name: Cow<'_, str>) -> Cow<'_, str> {
    if name == "associatedconnectionroleid" {
        Cow::Borrowed("connectionroleid")
    } else {
        name
    }
}

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

fn hash(of: u64, first: &str, second: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(of);
    hasher.write(first.as_bytes());
    hasher.write_usize(first.len());
    hasher.write(second.as_bytes());
    hasher.write_usize(second.len());
    mixed(hasher.finish())
}

/// What is added up must not be a sum itself, and that hasher nearly is one: this is the finalizer of `SplitMix64`.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The value of a step that is there, beside its other values.
const THERE: u64 = 1;
const TEXT: u64 = 2;
const ATTRIBUTE: u64 = 3;
const ORDER: u64 = 4;

/// A leaf as numbers: its path, and its path with its value.
pub(super) type Leaf = (u64, u64);

/// A step that has not ended.
#[derive(Default)]
struct Open {
    path: u64,
    /// What is in it, in no order; nothing where nothing is.
    sum: u64,
    text: String,
    /// Whether its place among its like means something.
    is_in_order: bool,
    /// Of its text.
    case: Case,
    list: List,
    /// Whether nothing in it counts.
    is_skipped: bool,
    /// Whether it differs as a whole, so that what is in it need not be named.
    is_told: bool,
}

/// What stands in an element in an order that means something.
#[derive(Default)]
struct List {
    count: u32,
    /// All of it in no order, and in its order.
    sum: u64,
    order: u64,
}

impl List {
    fn push(&mut self, item: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(item);
        self.order = hash(self.order ^ item.rotate_left(17), "", "");
    }
}

/// Takes what leaves the walk finds.
pub(super) trait Sink {
    fn step(&mut self, name: &str, key: Option<&str>);
    /// Whether the leaf differs.
    fn leaf(&mut self, leaf: Leaf, attribute: Option<&str>, value: &str) -> bool;
    /// The order of what is in the step. Lists of the same things are at the same place.
    fn order(&mut self, leaf: Leaf);
    fn leave(&mut self);
}

struct Walk<'s, S> {
    open: Vec<Open>,
    sum: u64,
    sink: &'s mut S,
    text: &'s dyn Readable,
}

impl<S> Walk<'_, S> {
    fn name<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if self.text.folds_case() {
            mutual(folded(Cow::Borrowed(name), Case::Folded))
        } else {
            Cow::Borrowed(name)
        }
    }
}

/// A step whose attributes are read.
struct Begun<'a> {
    /// Its name as it is compared.
    name: &'a str,
    path: u64,
    /// The attribute that is its key.
    key: Option<&'a str>,
    is_told: bool,
}

impl<S: Sink> Walk<'_, S> {
    fn case(&self, element: &str, attribute: Option<&str>) -> Case {
        if self.text.folds_case() {
            case_of(element, attribute)
        } else {
            Case::Kept
        }
    }

    /// What attributes come to.
    fn attributes(&mut self, of: &Begun<'_>, attributes: &[(&str, Cow<'_, str>)]) -> u64 {
        let mut sum = 0_u64;
        for (name, value) in attributes {
            if is_stamp(name) || of.key == Some(*name) {
                continue;
            }
            let value = normal(value);
            // An empty value is none.
            if value.is_empty() {
                continue;
            }
            let attribute = self.name(name);
            let case = self.case(of.name, Some(&attribute));
            let compared = folded(Cow::Borrowed(&*value), case);
            let place = hash(of.path ^ ATTRIBUTE, &attribute, "");
            let leaf = hash(place, &compared, "");
            sum = sum.wrapping_add(hash(ATTRIBUTE, &attribute, &compared));
            if !of.is_told {
                self.sink.leaf((place, leaf), Some(name), &value);
            }
        }
        sum
    }
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
        // What the whole is called says nothing of what is in it.
        let is_root = self.open.is_empty();
        let key = keys.min_by_key(|(rank, _)| *rank).filter(|_| !is_root);
        let key = key.map(|(_, key)| key);
        let shown = key.map(|(_, value)| normal(value));
        let folded_name = self.name(name);
        let own = shown.as_deref().map(|value| {
            let attribute = key.map(|(name, _)| self.name(name));
            let case = self.case(&folded_name, attribute.as_deref());
            folded(Cow::Borrowed(value), case)
        });
        let own = own.as_deref();
        let path = if is_root {
            0
        } else {
            hash(above, &folded_name, own.unwrap_or(""))
        };
        let mut sum = 0_u64;
        self.sink
            .step(if is_root { "" } else { name }, shown.as_deref());
        if !is_skipped {
            if let Some(own) = own {
                // What people call it says most of it.
                let label = attributes.iter().find(|(name, _)| *name == "description");
                let label = label.map_or("", |(_, value)| value);
                let there = hash(path, "", "");
                is_told |= !is_told && self.sink.leaf((path, there ^ THERE), None, label);
                sum = sum.wrapping_add(hash(THERE, own, ""));
            }
            let begun = Begun {
                name: &folded_name,
                path,
                key: key.map(|key| key.0),
                is_told,
            };
            sum = sum.wrapping_add(self.attributes(&begun, attributes));
        }
        self.open.push(Open {
            path,
            sum,
            is_in_order: self.text.has_order(&folded_name),
            case: if is_named_element(&folded_name, attributes) {
                Case::Folded
            } else {
                self.case(&folded_name, None)
            },
            is_skipped,
            is_told,
            ..Open::default()
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
            let compared = folded(Cow::Borrowed(&*value), open.case);
            sum = sum.wrapping_add(hash(TEXT, &compared, ""));
            if !open.is_told {
                let leaf = hash(open.path ^ TEXT, &compared, "");
                self.sink.leaf((open.path ^ TEXT, leaf), None, &value);
            }
        }
        if open.list.count > 1 && !open.is_skipped {
            let List {
                sum: all, order, ..
            } = open.list;
            sum = sum.wrapping_add(mixed(order ^ ORDER));
            if !open.is_told {
                self.sink.order((mixed(open.path ^ ORDER) ^ all, order));
            }
        }
        self.sink.leave();
        if sum == 0 || open.is_skipped {
            return;
        }
        let own = hash(open.path, "", "").wrapping_add(sum);
        let own = hash(own, "", "");
        match self.open.last_mut() {
            Some(around) => {
                around.sum = around.sum.wrapping_add(own);
                if open.is_in_order {
                    around.list.push(own);
                }
            }
            None => self.sum = self.sum.wrapping_add(own),
        }
    }
}

/// Reads a text once into a sink; texts that mean the same come to the same number.
pub(super) fn walk<S: Sink>(text: &dyn Readable, sink: &mut S) -> u64 {
    let mut walk = Walk {
        open: Vec::new(),
        sum: 0,
        sink,
        text,
    };
    text.read(&mut walk);
    // What damage left open ends here.
    while !walk.open.is_empty() {
        walk.end();
    }
    walk.sum
}
