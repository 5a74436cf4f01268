//! Stub.
mod support;
