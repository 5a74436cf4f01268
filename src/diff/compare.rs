//! One component in two packages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::class::classify;
use super::field::{shown, shown_both};
use super::leaves::compare;
use super::pointer::written;
use super::text::Xml;
use super::value::{normal, normal_of, same_but_ids};
use super::version::{Definition, Listing, Member};
use super::walk::is_stamp;
use super::{Change, Class, Difference, Field, Version, What, files};
use crate::model::{
    Component, ComponentType, Manifest, Origin, PackageType, Pointer, Publisher, ReferenceKind,
    RootBehavior,
};

/// The two packages.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) old: &'a Version,
    pub(super) new: &'a Version,
    /// How many components were passed over because one package has a difference only where the other has the whole.
    pub(super) passed_over: &'a AtomicUsize,
}

impl Sides<'_> {
    /// What is otherwise in a component that both have; none where nothing is.
    pub(super) fn changed(self, old: &Member<'_>, new: &Member<'_>) -> Option<Difference> {
        let mut fields = match (old.component, new.component) {
            (Some(before), Some(after)) => self.fields(before, after),
            (Some(_) | None, None) | (None, Some(_)) => Vec::new(),
        };
        fields.extend(listing(old, new));
        let component = old.component.map(|index| self.old.component(index));
        for field in &mut fields {
            if let Some(component) = component {
                field.class = classify(component, field);
            }
        }
        match (component, new.component) {
            (Some(before), None) => fields.push(presence(true, false).of_class(
                // What the package only had a layer of is still where it came from.
                match before.origin {
                    Origin::Package => Class::Breaking,
                    Origin::Layered => Class::Changed,
                },
            )),
            (None, Some(_)) => fields.push(presence(false, true)),
            (Some(_), Some(_)) | (None, None) => {}
        }
        if fields.is_empty() {
            return None;
        }
        // Within a class they stay in the order of the text.
        fields.sort_by_key(|field| (std::cmp::Reverse(field.class), field.what));
        Some(Difference {
            component: new.identity.clone(),
            change: Change::Changed,
            class: fields.iter().map(|field| field.class).max()?,
            fields,
        })
    }

    fn fields(self, before: usize, after: usize) -> Vec<Field> {
        let [old, new] = [self.old.component(before), self.new.component(after)];
        let is_alike = self.old.is_packed_as(self.new);
        let mut fields = Vec::new();
        let definitions = (
            self.old.definition(before).filter(|_| is_alike),
            self.new.definition(after).filter(|_| is_alike),
        );
        match &definitions {
            (Some(Definition::Xml(old)), Some(Definition::Xml(new))) => {
                if self.is_difference_of_one(old, new) {
                    self.passed_over.fetch_add(1, Ordering::Relaxed);
                    return Vec::new();
                }
                if old.raw() != new.raw() {
                    fields = compare(old, new, What::Definition);
                }
            }
            (Some(Definition::Json(old)), Some(Definition::Json(new))) => {
                fields = compare(old, new, What::Definition);
            }
            (Some(Definition::Xml(_) | Definition::Json(_)) | None, _) => {
                fields = properties(old, new);
            }
        }
        if definitions.0.is_some() && definitions.1.is_some() && has_facts(old) {
            let facts = properties(old, new).into_iter();
            fields.extend(facts.filter(|field| FACTS.contains(&&*field.path)));
        }
        if old.origin != new.origin {
            let field = Field::new(What::Definition, "origin");
            fields.push(field.old(origin(old.origin)).new_value(origin(new.origin)));
        }
        fields.extend(if is_alike {
            files::owned(self.old, before, self.new, after)
        } else {
            files::named(self.old, before, self.new, after)
        });
        fields.retain(|field| !is_place(field));
        // What is written alike refers alike.
        if !fields.is_empty() || !is_alike {
            fields.extend(self.references(before, after));
        }
        fields
    }

    /// Whether one is written as a difference and the other as a whole, as managed and unmanaged packages write forms.
    fn is_difference_of_one(self, old: &Xml<'_>, new: &Xml<'_>) -> bool {
        const MARK: &str = "solutionaction=";
        let kind = |version: &Version| version.solution().manifest.package_type;
        kind(self.old) != kind(self.new) && old.has(MARK) != new.has(MARK)
    }

    /// References that only one of them has; how often it has them does not count.
    fn references(self, before: usize, after: usize) -> Vec<Field> {
        let mut sides: BTreeMap<(ReferenceKind, &Pointer), [bool; 2]> = BTreeMap::new();
        for reference in self.old.references(before) {
            sides.entry((reference.kind, &reference.to)).or_default()[0] = true;
        }
        for reference in self.new.references(after) {
            sides.entry((reference.kind, &reference.to)).or_default()[1] = true;
        }
        let fields = sides.into_iter().filter_map(|((kind, pointer), sides)| {
            let field = Field::new(What::Reference, kind.id());
            match sides {
                [true, false] => Some(field.old(written(pointer))),
                [false, true] => Some(field.new_value(written(pointer))),
                [true, true] | [false, false] => None,
            }
        });
        fields.collect()
    }
}

/// Whether it is only the name of a file in the package, which has the identifier of the component in it. That the component
/// has another one is told of itself.
fn is_place(field: &Field) -> bool {
    let names_file = field.path.rsplit(['/', '@']).next().is_some_and(|name| {
        let names = ["filename", "xamlfilename", "jsonfilename"];
        names.iter().any(|known| known.eq_ignore_ascii_case(name))
    });
    let is_renamed = field.what == What::File && field.new.as_deref() == Some(&*field.path);
    match (&field.old, &field.new) {
        (Some(old), Some(new)) if names_file || is_renamed => same_but_ids(old, new),
        (Some(_), Some(_)) | (None, _) | (_, None) => false,
    }
}

/// Whether a component has properties that its definition does not say: plug-in types and assemblies.
fn has_facts(component: &Component) -> bool {
    matches!(component.identity.kind, ComponentType::Number(90 | 91))
}

/// What assemblies say of themselves and of their classes.
const FACTS: [&str; 6] = [
    "AssemblyVersion",
    "IsSigned",
    "IsDebugBuild",
    "SdkVersion",
    "TargetFramework",
    "Class",
];

/// What the lists of root components say of it.
fn listing(old: &Member<'_>, new: &Member<'_>) -> Option<Field> {
    match (old.listing, new.listing) {
        (Listing::Root(before), Listing::Root(after)) if before != after => {
            let field = Field::new(What::Definition, "RootComponent@behavior");
            Some(field.old(behavior(before)).new_value(behavior(after)))
        }
        (Listing::Root(_), Listing::Absent) => {
            let field = Field::new(What::Definition, "RootComponent");
            Some(field.old("listed").new_value("not listed"))
        }
        (Listing::Absent, Listing::Root(_)) => {
            let field = Field::new(What::Definition, "RootComponent");
            Some(field.old("not listed").new_value("listed"))
        }
        (Listing::Root(_) | Listing::Absent | Listing::Unclear, _) => None,
    }
}

/// That the one package has a definition where the other has a root only.
fn presence(before: bool, after: bool) -> Field {
    let word = |is_there| {
        if is_there {
            "in the package"
        } else {
            "not in the package"
        }
    };
    Field::new(What::Definition, "definition")
        .old(word(before))
        .new_value(word(after))
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Package => "defined",
        Origin::Layered => "layered",
    }
}

fn behavior(behavior: RootBehavior) -> String {
    match behavior {
        RootBehavior::WithSubcomponents => "0".to_owned(),
        RootBehavior::WithoutSubcomponents => "1".to_owned(),
        RootBehavior::Shell => "2".to_owned(),
        RootBehavior::Unknown(number) => number.to_string(),
    }
}

/// The values that parsers keep, of two layouts.
fn properties(old: &Component, new: &Component) -> Vec<Field> {
    let mut values: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for (side, component) in [old, new].into_iter().enumerate() {
        for (name, value) in &component.properties {
            values.entry(name).or_default()[side] = Some(value);
        }
        let display = component.identity.display_name.as_deref();
        if display.is_some() {
            values.entry("displayname").or_default()[side] = display;
        }
    }
    let values = values.into_iter().filter(|(name, _)| !is_stamp(name));
    let fields = values.filter_map(|(name, [old, new])| {
        difference(name, old, new).map(|field| Field {
            what: What::Definition,
            ..field
        })
    });
    fields.collect()
}

/// A value that is otherwise.
fn difference(path: &str, old: Option<&str>, new: Option<&str>) -> Option<Field> {
    let [old, new] = [old, new].map(|value| value.map(normal).filter(|value| !value.is_empty()));
    let compared = |value: &Option<Cow<'_, str>>| {
        let value = value.as_deref()?;
        Some(normal_of(path, value).into_owned())
    };
    if compared(&old) == compared(&new) {
        return None;
    }
    let field = Field::new(What::Definition, path);
    Some(match (old, new) {
        (Some(old), Some(new)) => {
            let [old, new] = shown_both(path, &old, &new);
            field.old(old).new_value(new)
        }
        (Some(old), None) => field.old(shown(path, &old)),
        (None, Some(new)) => field.new_value(shown(path, &new)),
        (None, None) => return None,
    })
}

/// A value of a publisher.
type OfPublisher = fn(&Publisher) -> Option<&str>;

/// What two solutions say of themselves. The version is the reason why there are two.
pub(super) fn manifests(old: &Manifest, new: &Manifest) -> Vec<Field> {
    let mode = |manifest: &Manifest| (manifest.package_type == PackageType::Managed).then_some("1");
    let publisher = |manifest: &Manifest, of: OfPublisher| {
        manifest.publisher.as_ref().and_then(of).map(str::to_owned)
    };
    let publishers: [(&str, OfPublisher); 3] = [
        ("Publisher/UniqueName", |one| {
            Some(&one.unique_name.as_ref()?.value)
        }),
        ("Publisher/CustomizationPrefix", |one| {
            Some(one.prefix.as_ref()?.value.as_ref())
        }),
        ("Publisher/CustomizationOptionValuePrefix", |one| {
            Some(&one.option_value_prefix.as_ref()?.value)
        }),
    ];
    let mut fields = Vec::new();
    if !old.name().eq_ignore_ascii_case(new.name()) {
        fields.extend(difference("UniqueName", Some(old.name()), Some(new.name())));
    }
    let managed = |manifest| mode(manifest).unwrap_or("0");
    fields.extend(difference(
        "Managed",
        Some(managed(old)),
        Some(managed(new)),
    ));
    let page = |manifest: &Manifest| Some(manifest.configuration_page.as_ref()?.value.to_string());
    let parent = |manifest: &Manifest| Some(manifest.parent_solution.as_ref()?.value.to_string());
    for (path, values) in [
        ("ConfigurationPage", [page(old), page(new)]),
        ("ParentSolution", [parent(old), parent(new)]),
    ] {
        fields.extend(difference(path, values[0].as_deref(), values[1].as_deref()));
    }
    for (path, of) in publishers {
        let values = [publisher(old, of), publisher(new, of)];
        fields.extend(difference(path, values[0].as_deref(), values[1].as_deref()));
    }
    fields.extend(texts("LocalizedNames", &old.names, &new.names));
    fields.extend(texts("Descriptions", &old.descriptions, &new.descriptions));
    fields.extend(requirements(old, new));
    fields
}

fn texts(path: &str, old: &[(u32, Box<str>)], new: &[(u32, Box<str>)]) -> Vec<Field> {
    let mut values: BTreeMap<u32, [Option<&str>; 2]> = BTreeMap::new();
    for (side, texts) in [old, new].into_iter().enumerate() {
        for (language, text) in texts {
            values.entry(*language).or_default()[side] = Some(text);
        }
    }
    let fields = values.into_iter().filter_map(|(language, [old, new])| {
        let field = difference(&format!("{path}[{language}]"), old, new)?;
        let is_new = field.old.is_none();
        Some(field.of_class(if is_new {
            Class::Additive
        } else {
            Class::Cosmetic
        }))
    });
    fields.collect()
}

/// What `MissingDependencies` lists, whatever its order and the versions in it.
fn requirements(old: &Manifest, new: &Manifest) -> Vec<Field> {
    let mut counts: BTreeMap<String, [bool; 2]> = BTreeMap::new();
    for (side, manifest) in [old, new].into_iter().enumerate() {
        for missing in &manifest.missing_dependencies {
            let required = missing.required.to_string();
            counts.entry(required).or_default()[side] = true;
        }
    }
    let fields = counts.into_iter().filter_map(|(required, sides)| {
        let field = Field::new(What::Definition, "MissingDependencies");
        match sides {
            // What is required no longer is in nobody's way.
            [true, false] => Some(field.old(required).of_class(Class::Additive)),
            [false, true] => Some(field.new_value(required)),
            [true, true] | [false, false] => None,
        }
    });
    fields.collect()
}
