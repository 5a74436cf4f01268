//! The languages that definitions are written in: each reader finds what a text names, whoever it belongs to.

pub(super) mod agent;
pub(super) mod canvas;
pub(super) mod desktop;
pub(super) mod fetch;
pub(super) mod flow;
pub(super) mod formxml;
mod odata;
pub(super) mod service;
#[cfg(test)]
mod testing;
mod yaml;
