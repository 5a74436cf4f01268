//! The languages that definitions are written in: each reader finds what a text names, whoever it belongs to.

pub(super) mod agent;
pub(super) mod assembly;
pub(super) mod canvas;
pub(super) mod dashboard;
pub(super) mod desktop;
pub(super) mod expression;
pub(super) mod fetch;
pub(super) mod flow;
pub(super) mod formxml;
mod handlers;
mod odata;
pub(super) mod page;
pub(super) mod powerfx;
pub(super) mod record;
pub(super) mod report;
pub(super) mod ribbon;
pub(super) mod sequence;
pub(super) mod service;
pub(super) mod sitemap;
pub(super) mod template;
#[cfg(test)]
pub(super) mod testing;
pub(super) mod xaml;
mod yaml;

use crate::source::Span;
use crate::xml::Element;

/// Does something with an attribute and its place, where there is one.
fn at<'a>(element: Element<'a, '_>, attribute: &str, found: impl FnOnce(&'a str, Span)) {
    if let Some((value, span)) = element.attribute_at(attribute) {
        found(value, span);
    }
}
