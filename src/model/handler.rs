//! Scripts that forms run.

use super::{ComponentId, LogicalName};
use crate::source::Span;

/// A function that a form calls when something happens on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormHandler {
    /// The form.
    pub form: ComponentId,
    /// The web resource that has the function.
    pub library: LogicalName,
    /// The function, as it is called: `Contoso.Order.onLoad`.
    pub function: Box<str>,
    /// Whether the form has the library in its list; true also where only part of that list is in the package.
    pub is_listed: bool,
    /// Where it is written.
    pub span: Span,
}
