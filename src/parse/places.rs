//! What was read from text that solvet wrote itself, YAML source as XML, is put back to where it stands.
//!
//! Every part with a place is named here one by one, so that a new one does not compile until it is put back too.

use super::draft::Fragment;
use crate::model::{
    Component, Flaw, FormHandler, Located, Manifest, MissingDependency, Part, Publisher, Reference,
    RootComponent, Sequence, SequenceDefinition, Unclaimed,
};
use crate::source::Span;
use crate::yaml::Places;

impl Fragment {
    /// Puts every place back.
    pub(super) fn put_back(&mut self, places: &Places) {
        let Self {
            components,
            references,
            of_columns,
            sequences,
            assembly: _,
            handlers,
            languages: _,
            unclaimed,
            flaws,
        } = self;
        let of_columns = of_columns.iter_mut().map(|(_, reference)| reference);
        for reference in references.iter_mut().chain(of_columns) {
            let Reference {
                from: _,
                kind: _,
                to: _,
                span,
            } = reference;
            back(span, places);
        }
        for sequence in sequences {
            put_sequence_back(&mut sequence.sequence, places);
        }
        for handler in handlers {
            let FormHandler {
                form: _,
                library: _,
                function: _,
                is_listed: _,
                span,
            } = handler;
            back(span, places);
        }
        for component in components {
            put_component_back(component, places);
        }
        for Unclaimed { what: _, span } in unclaimed {
            back(span, places);
        }
        for flaw in flaws {
            let Flaw {
                kind: _,
                subject: _,
                detail: _,
                span,
            } = flaw;
            back(span, places);
        }
    }
}

fn back(span: &mut Span, places: &Places) {
    *span = places.back(*span);
}

fn located_back<T>(located: &mut Option<Located<T>>, places: &Places) {
    if let Some(Located { value: _, span }) = located {
        back(span, places);
    }
}

fn put_component_back(component: &mut Component, places: &Places) {
    let Component {
        identity: _,
        origin: _,
        parent: _,
        properties: _,
        parts,
        span,
        content: _,
    } = component;
    for Part {
        path: _,
        span,
        bytes: _,
    } in parts
    {
        back(span, places);
    }
    back(span, places);
}

fn put_sequence_back(sequence: &mut Sequence, places: &Places) {
    let Sequence {
        component: _,
        regarding: _,
        assigned: _,
        definitions,
    } = sequence;
    for definition in definitions {
        let SequenceDefinition {
            column: _,
            role: _,
            broken: _,
            steps: _,
            uses: _,
            span,
        } = definition;
        back(span, places);
    }
}

/// Puts every place of a manifest back.
pub(super) fn put_manifest_back(manifest: &mut Manifest, places: &Places) {
    let Manifest {
        span,
        unique_name,
        names: _,
        descriptions: _,
        version_text,
        managed_text,
        package_type: _,
        configuration_page,
        parent_solution,
        publisher,
        export: _,
        roots,
        missing_dependencies,
    } = manifest;
    back(span, places);
    for text in [unique_name, version_text, managed_text] {
        located_back(text, places);
    }
    located_back(configuration_page, places);
    located_back(parent_solution, places);
    if let Some(publisher) = publisher {
        put_publisher_back(publisher, places);
    }
    for root in roots {
        let RootComponent {
            identity: _,
            invalid_id: _,
            behavior: _,
            span,
        } = root;
        back(span, places);
    }
    for row in missing_dependencies {
        let MissingDependency {
            required: _,
            dependent: _,
            dependent_parent: _,
            supplier: _,
            span,
        } = row;
        back(span, places);
    }
}

fn put_publisher_back(publisher: &mut Publisher, places: &Places) {
    let Publisher {
        span,
        unique_name,
        names: _,
        descriptions: _,
        email: _,
        website: _,
        prefix,
        option_value_prefix,
        addresses: _,
    } = publisher;
    back(span, places);
    for text in [unique_name, prefix, option_value_prefix] {
        located_back(text, places);
    }
}
