//! Collects what a component names while its definition is read.

use super::draft::{Fragment, OUTSIDE};
use crate::json::Json;
use crate::limits::Limits;
use crate::model::{
    Address, ComponentId, ComponentType, Flaw, FlawKind, FormHandler, Guid, LogicalName, Pointer,
    Reference, ReferenceKind, ShapeFault,
};
use crate::source::{FileId, Span};
use crate::xml::{self, Element};

/// Where a parser puts the references of one component. Placeholders that the platform writes for "nothing" are left out
/// here, once for all: empty texts, zero identifiers, empty directives, and what cannot be a name.
pub(super) struct Links<'o> {
    out: &'o mut Fragment,
    from: ComponentId,
    /// The place of every reference, where the text read is a value within another one.
    place: Option<Span>,
    /// The column whose references they are, where a file belongs to several columns of one table.
    column: Option<LogicalName>,
    limits: &'o Limits,
}

/// The prefix that marks a web resource among addresses.
const DIRECTIVE: &str = "$webresource:";

impl<'o> Links<'o> {
    /// What a component of this fragment names.
    pub(super) fn of(from: ComponentId, out: &'o mut Fragment, limits: &'o Limits) -> Self {
        Self {
            out,
            from,
            place: None,
            column: None,
            limits,
        }
    }

    /// What the component names to which a file of its own belongs.
    pub(super) fn of_file(out: &'o mut Fragment, limits: &'o Limits) -> Self {
        Self::of(OUTSIDE, out, limits)
    }

    /// The same component, while a text within a value is read: its places mean nothing, the value's own does.
    pub(super) fn within(&mut self, place: Span) -> Links<'_> {
        Links {
            out: self.out,
            from: self.from,
            place: Some(self.place.unwrap_or(place)),
            column: self.column.clone(),
            limits: self.limits,
        }
    }

    /// What one of the columns names to which a file of its own belongs.
    pub(super) fn of_column(&mut self, column: &str) -> Links<'_> {
        Links {
            out: self.out,
            from: self.from,
            place: self.place,
            column: Some(LogicalName::new(column)),
            limits: self.limits,
        }
    }

    /// Reads XML that is written as a value of another file. One that is not well-formed is reported at the value.
    pub(super) fn document(
        &mut self,
        text: &str,
        place: Span,
        read: impl FnOnce(Element<'_, '_>, &mut Links<'_>),
    ) {
        let text = text.trim();
        if !text.starts_with('<') {
            return;
        }
        let place = self.place.unwrap_or(place);
        match xml::parse(text, self.limits) {
            Ok(document) => read(
                Element::new(document.root_element(), place.file),
                &mut self.within(place),
            ),
            Err(failure) => self.broken(failure.detail, place),
        }
    }

    /// Reads XML within a value that may as well be something else: what is not well-formed is passed over.
    pub(super) fn sound(
        &mut self,
        text: &str,
        place: Span,
        read: impl FnOnce(Element<'_, '_>, &mut Links<'_>),
    ) {
        self.within(place).sound_file(text, place.file, read);
    }

    /// The same of a file.
    pub(super) fn sound_file(
        &mut self,
        text: &str,
        file: FileId,
        read: impl FnOnce(Element<'_, '_>, &mut Links<'_>),
    ) {
        if let Ok(document) = xml::parse(text, self.limits) {
            read(Element::new(document.root_element(), file), self);
        }
    }

    /// Reads JSON that is written as a value of another file. One that is not well-formed is reported at the value.
    pub(super) fn json(
        &mut self,
        text: &str,
        place: Span,
        read: impl FnOnce(&Json<'_>, &mut Links<'_>),
    ) {
        let text = text.trim();
        if !text.starts_with(['{', '[']) {
            return;
        }
        let place = self.place.unwrap_or(place);
        match Json::parse(text, place.file, self.limits) {
            Ok(document) => read(&document, &mut self.within(place)),
            Err((_, detail, _)) => self.broken(detail, place),
        }
    }

    /// Reads JSON from an archive within a file. It is the app's own, which imports do not read: one that cannot be read
    /// names nothing.
    pub(super) fn inner_json(
        &mut self,
        text: &str,
        file: FileId,
        read: impl FnOnce(&Json<'_>, &mut Links<'_>),
    ) {
        if let Ok(document) = Json::parse(text, file, self.limits) {
            read(&document, self);
        }
    }

    /// What is read within.
    pub(super) fn limits(&self) -> &'o Limits {
        self.limits
    }

    /// Reports a value that cannot be read.
    pub(super) fn broken(&mut self, detail: String, place: Span) {
        self.flaw(FlawKind::MalformedValue, detail.into(), place);
    }

    /// Reports a form that the platform refuses, and what it concerns.
    pub(super) fn misshapen(&mut self, fault: ShapeFault, what: &str, span: Span) {
        let place = self.place.unwrap_or(span);
        self.flaw(FlawKind::Shape(fault), what.into(), place);
    }

    /// Reports a connector of a flow that is reached by a connection of whoever made it.
    pub(super) fn makers_connection(&mut self, connector: &str, span: Span) {
        self.flaw(FlawKind::MakersConnection, connector.into(), span);
    }

    fn flaw(&mut self, kind: FlawKind, detail: Box<str>, span: Span) {
        let owner = self.out.components.get(self.from.index());
        let subject = owner.map_or_else(|| "file".into(), |owner| owner.identity.to_string());
        self.out.flaws.push(Flaw {
            kind,
            subject: subject.into(),
            detail,
            span,
        });
    }

    /// A function of a web resource that a form calls.
    pub(super) fn handler(
        &mut self,
        library: LogicalName,
        function: &str,
        is_listed: bool,
        span: Span,
    ) {
        self.out.handlers.push(FormHandler {
            form: self.from,
            library,
            function: function.into(),
            is_listed,
            span: self.place.unwrap_or(span),
        });
    }

    pub(super) fn add(&mut self, kind: ReferenceKind, to: Pointer, span: Span) {
        let span = self.place.unwrap_or(span);
        if let Some(column) = &self.column {
            let reference = Reference {
                from: self.from,
                kind,
                to,
                span,
            };
            self.out.of_columns.push((column.clone(), reference));
            return;
        }
        // Forms bind a column in several places in a row; one is enough.
        if let Some(last) = self.out.references.last()
            && last.from == self.from
            && last.kind == kind
            && last.to == to
        {
            return;
        }
        self.out.references.push(Reference {
            from: self.from,
            kind,
            to,
            span,
        });
    }

    /// A table by its logical name.
    pub(super) fn table(&mut self, kind: ReferenceKind, name: &str, span: Span) {
        if is_name(name) {
            self.add(kind, Pointer::table(name), span);
        }
    }

    /// A table by its logical name or by its object type code, as older definitions write it.
    pub(super) fn table_or_code(&mut self, kind: ReferenceKind, text: &str, span: Span) {
        match text.trim().parse::<u32>() {
            Ok(0) => {}
            Ok(code) => self.add(kind, Pointer::TypeCode(code), span),
            Err(_) => self.table(kind, text, span),
        }
    }

    /// A column of a table.
    pub(super) fn column(&mut self, kind: ReferenceKind, table: &str, column: &str, span: Span) {
        if is_name(table) && is_name(column) {
            self.add(kind, Pointer::column(table, column), span);
        }
    }

    /// Columns of a table, separated by commas.
    pub(super) fn columns(&mut self, kind: ReferenceKind, table: &str, list: &str, span: Span) {
        for column in list.split(',') {
            self.column(kind, table, column, span);
        }
    }

    /// A component by its record identifier.
    pub(super) fn id(&mut self, kind: ReferenceKind, number: u32, id: &str, span: Span) {
        if let Some(id) = Guid::parse_used(id) {
            self.add(kind, Pointer::id(number, id), span);
        }
    }

    /// Components by their record identifiers, separated by commas.
    pub(super) fn ids(&mut self, kind: ReferenceKind, number: u32, list: &str, span: Span) {
        for id in list.split(',') {
            self.id(kind, number, id, span);
        }
    }

    /// A component of a numbered type by its name.
    pub(super) fn named(&mut self, kind: ReferenceKind, number: u32, name: &str, span: Span) {
        if !name.trim().is_empty() {
            self.add(kind, Pointer::named(number, name), span);
        }
    }

    /// A record of a solution-aware table, by its name or its identifier.
    pub(super) fn record(&mut self, kind: ReferenceKind, table: &str, key: &str, span: Span) {
        if key.trim().is_empty() {
            return;
        }
        let table = ComponentType::table(table);
        let to = match key.parse::<Guid>() {
            Ok(_) if Guid::parse_used(key).is_none() => return,
            Ok(id) => Address::Id(table, id),
            Err(_) => Address::Name(table, LogicalName::new(key)),
        };
        self.add(kind, Pointer::At(to), span);
    }

    /// A table by its entity set name.
    pub(super) fn entity_set(&mut self, kind: ReferenceKind, set: &str, span: Span) {
        if is_name(set) {
            self.add(kind, Pointer::EntitySet(LogicalName::new(set)), span);
        }
    }

    /// A custom connector by the name of its API, which may stand at the end of a path.
    pub(super) fn api(&mut self, kind: ReferenceKind, path: &str, span: Span) {
        let name = path.rsplit('/').next().unwrap_or(path).trim();
        if name.starts_with("shared_") {
            self.add(kind, Pointer::Api(LogicalName::new(name)), span);
        }
    }

    /// A web resource after the directive that marks it, with anything after `?` or `#` cut off. Says whether there was one.
    pub(super) fn directive(&mut self, kind: ReferenceKind, value: &str, span: Span) -> bool {
        let Some(name) = after_directive(value) else {
            return false;
        };
        self.web_resource(kind, name, span);
        true
    }

    /// A web resource by the path at which the server shows it, `/WebResources/<name>`. Says whether it was one.
    pub(super) fn web_path(&mut self, kind: ReferenceKind, value: &str, span: Span) -> bool {
        const FOLDER: &str = "/webresources/";
        let path = value.trim().trim_start_matches('~');
        let is_path = path
            .get(..FOLDER.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(FOLDER));
        if is_path {
            let name = path.get(FOLDER.len()..).unwrap_or_default();
            let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            self.web_resource(kind, &name, span);
        }
        is_path
    }

    /// A web resource by its name, which may be marked by the directive all the same.
    pub(super) fn web_resource(&mut self, kind: ReferenceKind, name: &str, span: Span) {
        if let Some(name) = resource_name(name) {
            self.add(kind, Pointer::named(61, name), span);
        }
    }
}

/// The name of a web resource, marked by the directive or not, without anything after `?` or `#`; other addresses are none.
pub(super) fn resource_name(text: &str) -> Option<&str> {
    let name = after_directive(text).unwrap_or(text);
    let name = name.split(['?', '#']).next().unwrap_or(name).trim();
    let is_address = name.contains(':') || name.starts_with(['/', '~']);
    (!name.is_empty() && !is_address).then_some(name)
}

/// What follows the web resource directive.
fn after_directive(value: &str) -> Option<&str> {
    let value = value.trim();
    let start = value.get(..DIRECTIVE.len())?;
    start
        .eq_ignore_ascii_case(DIRECTIVE)
        .then(|| &value[DIRECTIVE.len()..])
}

/// Whether a text can be the logical name of a table or column. `none` is written where there is no table.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim().as_bytes();
    let (Some(first), 2..=128) = (text.first(), text.len()) else {
        return false;
    };
    (first.is_ascii_alphabetic() || *first == b'_')
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && !text.eq_ignore_ascii_case(b"none")
}

/// Whether an address may be the name of a web resource, which begins with a publisher's prefix, or is marked as one;
/// other addresses without a scheme are sites.
pub(super) fn is_prefixed(address: &str) -> bool {
    let name = after_directive(address).unwrap_or(address).trim();
    let start = name.split(['.', '/', '?']).next().unwrap_or_default();
    start.contains('_')
}
