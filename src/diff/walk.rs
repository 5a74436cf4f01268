//! Reading a text step by step, whatever it is written in: what counts of it, and what it comes to as a number.

use std::borrow::Cow;
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use crate::model::Guid;

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
    let value = if value.contains('\r') {
        Cow::Owned(value.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(value)
    };
    with_ids_in_lower_case(value)
}

/// A text with the identifiers within it in one case.
fn with_ids_in_lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    const LENGTH: usize = 36;
    let mut lowered: Option<String> = None;
    // The first dash of an identifier stands behind eight digits.
    for (dash, _) in text.match_indices('-') {
        let Some(start) = dash.checked_sub(8) else {
            continue;
        };
        let is_id = |id: &&str| {
            id.bytes().any(|byte| byte.is_ascii_uppercase()) && id.parse::<Guid>().is_ok()
        };
        if let Some(id) = text.get(start..start + LENGTH).filter(is_id) {
            let id = id.to_ascii_lowercase();
            let whole = lowered.get_or_insert_with(|| text.to_string());
            whole.replace_range(start..start + LENGTH, &id);
        }
    }
    lowered.map_or(text, Cow::Owned)
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
        if self.text.folds_case() && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        }
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
        let key = keys.min_by_key(|(rank, _)| *rank).map(|(_, key)| key);
        let own = key.map(|(_, value)| normal(value));
        // What the whole is called says nothing of what is in it.
        let is_root = self.open.is_empty();
        let path = if is_root {
            0
        } else {
            hash(above, &self.name(name), own.as_deref().unwrap_or(""))
        };
        let mut sum = 0_u64;
        self.sink.step(
            if is_root { "" } else { name },
            own.as_deref().filter(|_| !is_root),
        );
        if !is_skipped {
            if key.is_some() && !is_root {
                // What people call it says most of it.
                let label = attributes.iter().find(|(name, _)| *name == "description");
                let label = label.map_or("", |(_, value)| value);
                let there = hash(path, "", "");
                is_told |= !is_told && self.sink.leaf((path, there ^ THERE), None, label);
                sum = sum.wrapping_add(hash(THERE, own.as_deref().unwrap_or(""), ""));
            }
            for (name, value) in attributes {
                if is_stamp(name) || (!is_root && key.is_some_and(|key| key.0 == *name)) {
                    continue;
                }
                let value = normal(value);
                // An empty value is none.
                if value.is_empty() {
                    continue;
                }
                let folded = self.name(name);
                let place = hash(path ^ ATTRIBUTE, &folded, "");
                let leaf = hash(place, &value, "");
                sum = sum.wrapping_add(hash(ATTRIBUTE, &folded, &value));
                if !is_told {
                    self.sink.leaf((place, leaf), Some(name), &value);
                }
            }
        }
        let is_in_order = self.text.has_order(&self.name(name));
        self.open.push(Open {
            path,
            sum,
            is_in_order,
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
            sum = sum.wrapping_add(hash(TEXT, &value, ""));
            if !open.is_told {
                let leaf = hash(open.path ^ TEXT, &value, "");
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
