//! How much of a package is read before it is refused. Packages are untrusted input.

/// Limits on what is read from one package. Each has a command-line option of the same name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Entries of an archive or files of a folder, a count.
    pub entries: usize,
    /// Bytes of one entry when unpacked.
    pub entry_bytes: u64,
    /// Bytes of all entries when unpacked, and of the archive itself.
    pub total_bytes: u64,
    /// How many times larger than its packed form an entry of more than a mebibyte may be. Real XML reaches 554.
    pub ratio: u64,
    /// Nodes of one XML file, a count.
    pub xml_nodes: u32,
    /// Elements within elements in XML, a count.
    pub xml_depth: u32,
    /// Attributes of one XML element, a count.
    pub xml_attributes: u32,
    /// Values within values in JSON, a count.
    pub json_depth: u32,
    /// Archives within archives, a count.
    pub nesting: u32,
}

/// `serde_json` stops at this depth to protect the stack, so no option can allow more.
pub const JSON_DEPTH_CEILING: u32 = 127;

impl Default for Limits {
    fn default() -> Self {
        const MEBIBYTE: u64 = 1024 * 1024;
        Self {
            entries: 20_000,
            entry_bytes: 256 * MEBIBYTE,
            total_bytes: 1024 * MEBIBYTE,
            ratio: 2_000,
            xml_nodes: 5_000_000,
            xml_depth: 400,
            xml_attributes: 1_000,
            json_depth: JSON_DEPTH_CEILING,
            nesting: 3,
        }
    }
}

/// A limit that was exceeded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// The limit in words, such as "unpacked size of one entry".
    pub limit: &'static str,
    /// The option that raises it, without dashes.
    pub option: &'static str,
    /// The value that was allowed.
    pub allowed: u64,
}

impl Exceeded {
    /// The limit as a sentence fragment: `more than 5000000 XML nodes (--max-xml-nodes)`.
    pub fn detail(&self) -> String {
        format!(
            "more than {} {} (--{})",
            self.allowed, self.limit, self.option
        )
    }

    /// What the user can do.
    pub fn remedy(&self) -> String {
        format!(
            "If the package is trustworthy, raise the limit with --{}.",
            self.option
        )
    }
}
