//! The languages that definitions are written in: each reader finds what a text names, whoever it belongs to.

pub(super) mod expression;
pub(super) mod fetch;
pub(super) mod formxml;
pub(super) mod powerfx;
pub(super) mod xaml;
