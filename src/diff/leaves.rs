//! What two texts say differently, value by value.
//!
//! A text is a tree of steps with values at its ends, whether it is XML or JSON. The order of siblings does not count, except
//! where it means something, nor do stamps of versions, the form of identifiers and white space around values; items of JSON
//! lists have their place as name. A list is told to be in another order where it holds what it did. First both texts are read as numbers; what they have in common is forgotten, and
//! only what differs is read again to be named. So two texts cost the sum of their lengths.

use rustc_hash::FxHashMap;

use super::Field;
use super::field::{What, shown, shown_both};
use super::walk::{Leaf, Readable, Sink, walk};

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

    fn order(&mut self, leaf: Leaf) {
        self.leaves.push(leaf);
    }

    fn leave(&mut self) {}
}

/// A leaf that the other text lacks.
struct Found {
    place: u64,
    name: Box<str>,
    path: String,
    value: String,
    /// Whether it is the order of a list, which is told only where the other text has one of the same things.
    is_order: bool,
}

/// Names the leaves that one text has and the other lacks.
struct Naming {
    wanted: FxHashMap<Leaf, u32>,
    /// The names of the steps around.
    names: Vec<Box<str>>,
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
        self.names.push(name.into());
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
            name: attribute.map_or_else(
                || self.names.last().cloned().unwrap_or_default(),
                |attribute| short(attribute).into(),
            ),
            value: value.to_owned(),
            path,
            is_order: false,
        });
        true
    }

    fn order(&mut self, leaf: Leaf) {
        let Some(wanted) = self.wanted.get_mut(&leaf).filter(|wanted| **wanted > 0) else {
            return;
        };
        *wanted -= 1;
        self.found.push(Found {
            place: leaf.0,
            name: "order".into(),
            path: self.path(Some("order")),
            value: String::new(),
            is_order: true,
        });
    }

    fn leave(&mut self) {
        self.steps.pop();
        self.names.pop();
    }
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
            names: Vec::new(),
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
            None if gone.is_order => {}
            None => {
                let value = shown(&gone.path, &gone.value);
                fields.push(Field::new(what, gone.path).named(gone.name).old(value));
            }
        }
    }
    for (found, before) in new.into_iter().zip(taken) {
        if found.is_order {
            if before.is_some() {
                let field = Field::new(what, found.path).named(found.name);
                fields.push(field.old("one").new_value("another"));
            }
            continue;
        }
        let (old, new) = match before {
            Some(before) => {
                let [old, new] = shown_both(&found.path, &before, &found.value);
                (Some(old), new)
            }
            None => (None, shown(&found.path, &found.value)),
        };
        let field = Field::new(what, found.path).named(found.name);
        let field = field.new_value(new);
        fields.push(match old {
            Some(old) => field.old(old),
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
    fn another_order_is_told_of_lists_where_it_means_something() {
        let form = |tabs: [&str; 2]| {
            let tab = |name| format!("<tab id='{name}'><x>{name}</x></tab>");
            let tabs = tabs.map(tab).concat();
            format!("<form><tabs>{tabs}</tabs><a><id>1</id><id>2</id></a></form>")
        };
        assert_eq!(
            told(&form(["1", "2"]), &form(["2", "1"])),
            ["tabs@order: one -> another"]
        );
        // Of a list with other things in it those are told.
        assert_eq!(
            told(&form(["1", "2"]), &form(["3", "1"])),
            ["tabs/tab[2]:  -> -", "tabs/tab[3]: - -> "]
        );
        assert_eq!(
            told("<a><id>1</id><id>2</id></a>", "<a><id>2</id><id>1</id></a>"),
            [""; 0]
        );
    }

    #[test]
    fn values_that_changed_places_are_another_arrangement() {
        let old = "<t><c attribute='a' operator='1'/><c attribute='b' operator='2'/></t>";
        let new = "<t><c attribute='a' operator='2'/><c attribute='b' operator='1'/></t>";
        assert_eq!(told(old, new), ["arrangement: one -> another"]);
    }
}
