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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// What there is too much of, such as "bytes in one entry".
    pub limit: &'static str,
    /// The option that raises it, without dashes; `None` for a limit that is fixed.
    pub option: Option<&'static str>,
    /// The value that was allowed.
    pub allowed: u64,
}

impl Exceeded {
    /// The limit as a sentence fragment: `more than 5000000 XML nodes (--max-xml-nodes)`.
    pub fn detail(&self) -> String {
        let Self {
            limit,
            option,
            allowed,
        } = self;
        match option {
            Some(option) => format!("more than {allowed} {limit} (--{option})"),
            None => format!("more than {allowed} {limit}"),
        }
    }

    /// What the user can do.
    pub fn remedy(&self) -> String {
        match self.option {
            Some(option) => {
                format!(
                    "If the package is trustworthy, raise the limit with --{option}, or as {option} under [limits] in \
                     solvet.toml where that sets it."
                )
            }
            None => "No export has that many; find out where the package comes from.".to_owned(),
        }
    }
}

/// What remains of the limits for an archive and the archives within it, which share one budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Budget {
    limits: Limits,
    entries: usize,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            entries: 0,
            bytes: 0,
        }
    }

    /// Admits one more file of this size, packed and unpacked.
    pub(crate) fn admit(&mut self, size: u64, packed: u64) -> Result<(), Exceeded> {
        /// Files up to this size are not held to the expansion ratio: small repetitive ones pack extremely well.
        const RATIO_FLOOR: u64 = 1024 * 1024;
        let limits = &self.limits;
        let refuse = |limit, option, allowed| {
            Err(Exceeded {
                limit,
                option: Some(option),
                allowed,
            })
        };
        self.entries += 1;
        self.bytes = self.bytes.saturating_add(size);
        if self.entries > limits.entries {
            return refuse("files", "max-entries", limits.entries as u64);
        }
        if size > limits.entry_bytes {
            return refuse("bytes in one file", "max-entry-bytes", limits.entry_bytes);
        }
        if size > RATIO_FLOOR && size / packed.max(1) > limits.ratio {
            return refuse(
                "times the packed size in one file",
                "max-ratio",
                limits.ratio,
            );
        }
        if self.bytes > limits.total_bytes {
            return refuse("bytes in all files", "max-total-bytes", limits.total_bytes);
        }
        Ok(())
    }
}
