//! Bytes of manifests and of their sources: packed or not, in any encoding that PowerShell writes.

use std::io::Read;
use std::path::Path;

use crate::decode;

/// The largest manifest or source that is read, unpacked, in bytes: a full inventory of an environment is 10 to 100
/// megabytes.
pub(super) const FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Why a file cannot be used: what is wrong, as a sentence without its subject, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mistake {
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Mistake {
    pub(super) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

/// How a file is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstandard,
}

impl Packing {
    /// By the first bytes.
    fn of_bytes(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            _ => Self::None,
        }
    }

    /// By the name of a file that is to be written.
    pub(super) fn of_name(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstandard,
            _ => Self::None,
        }
    }
}

/// Reads a file and unpacks it.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Mistake> {
    let unreadable = |detail: &dyn std::fmt::Display| {
        Mistake::new(
            format!("it cannot be read: {detail}"),
            "Give the path of a file that exists and that you may read.",
        )
    };
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let bytes = limited(file).map_err(|error| unreadable(&error))??;
    let damaged = |detail: &dyn std::fmt::Display| {
        Mistake::new(
            format!("it is packed and cannot be unpacked: {detail}"),
            "Write the file again, or unpack it yourself.",
        )
    };
    match Packing::of_bytes(&bytes) {
        Packing::None => Ok(bytes),
        Packing::Gzip => {
            limited(flate2::read::MultiGzDecoder::new(&*bytes)).map_err(|error| damaged(&error))?
        }
        Packing::Zstandard => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(&*bytes);
            let decoder = decoder.map_err(|error| damaged(&error))?;
            limited(decoder).map_err(|error| damaged(&error))?
        }
    }
}

/// Reads to the end, and no further than is allowed.
fn limited(reader: impl Read) -> std::io::Result<Result<Vec<u8>, Mistake>> {
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES {
        return Ok(Err(Mistake::new(
            format!("it is larger than {FILE_BYTES} bytes"),
            "Keep what the packages need: the solutions, and the tables and components they refer to.",
        )));
    }
    Ok(Ok(bytes))
}

/// Packs bytes.
pub(super) fn pack(bytes: Vec<u8>, packing: Packing) -> std::io::Result<Vec<u8>> {
    use std::io::Write as _;
    match packing {
        Packing::None => Ok(bytes),
        Packing::Gzip => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&bytes)?;
            encoder.finish()
        }
        Packing::Zstandard => {
            let level = ruzstd::encoding::CompressionLevel::Fastest;
            Ok(ruzstd::encoding::compress_to_vec(&*bytes, level))
        }
    }
}

/// Reads a text file strictly: what is no text in its encoding is refused.
pub(super) fn text(path: &Path) -> Result<String, Mistake> {
    decode::text(bytes(path)?).map_err(|detail| {
        Mistake::new(
            format!("it cannot be read: {detail}"),
            "Save it as UTF-8 or UTF-16.",
        )
    })
}
