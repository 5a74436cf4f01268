//! A page of Markdown that grows by whole pieces, to a limit.

/// Bytes that are kept free for what ends a page.
const RESERVE: usize = 1_000;

/// A page while it is written.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    limit: usize,
    is_full: bool,
}

impl Page {
    /// An empty page that ends at this many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit: limit.saturating_sub(RESERVE),
            is_full: false,
        }
    }

    /// Adds a piece where it has room, and says whether it had. Once one had none, nothing more is added.
    pub(super) fn add(&mut self, piece: &str) -> bool {
        self.is_full |= self.text.len() + piece.len() > self.limit;
        if !self.is_full {
            self.text.push_str(piece);
        }
        !self.is_full
    }

    /// Adds what ends something that was begun. There is room kept for it.
    pub(super) fn end(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Whether something had no room.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}
