//! Writing assemblies of .NET that are as small as they can be: a portable executable with metadata and no code.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "tests share this module, each its own part, and may stop"
)]

/// What a class is.
#[derive(Clone, Copy)]
pub enum Class {
    /// It implements `IPlugin`.
    PlugIn,
    /// It is the next to the last class's heir.
    HeirOfFirst,
    /// It inherits from `System.Object` alone.
    Plain,
    /// It inherits from a class of workflow activities.
    Activity,
    /// It implements `IPlugin` within the first class.
    Nested,
}

/// An assembly to write.
#[derive(Clone, Copy)]
pub struct Spec<'a> {
    pub name: &'a str,
    pub version: [u16; 4],
    pub is_signed: bool,
    /// The value of its `TargetFrameworkAttribute`.
    pub framework: &'a str,
    pub is_debug: bool,
    pub sdk: [u16; 4],
    /// Its classes, as (namespace, name).
    pub classes: &'a [(&'a str, &'a str, Class)],
}

/// A heap of metadata while it is written.
struct Heap(Vec<u8>);

impl Heap {
    fn text(&mut self, text: &str) -> u16 {
        let at = u16::try_from(self.0.len()).unwrap();
        self.0.extend(text.as_bytes());
        self.0.push(0);
        at
    }

    fn blob(&mut self, blob: &[u8]) -> u16 {
        let at = u16::try_from(self.0.len()).unwrap();
        self.0.push(u8::try_from(blob.len()).unwrap());
        self.0.extend(blob);
        at
    }

    fn padded(mut self) -> Vec<u8> {
        while !self.0.len().is_multiple_of(4) {
            self.0.push(0);
        }
        self.0
    }
}

fn row16(out: &mut Vec<u8>, cells: &[u16]) {
    out.extend(cells.iter().flat_map(|cell| cell.to_le_bytes()));
}

/// The rows of a reference to another assembly.
fn reference(out: &mut Vec<u8>, version: [u16; 4], name: u16) {
    row16(out, &version);
    out.extend([0; 4]);
    row16(out, &[0, name, 0, 0]);
}

/// A table: its number, its rows and their bytes.
type Table = (u32, u32, Vec<u8>);

fn cells(cells: &[u16]) -> Vec<u8> {
    let mut row = Vec::new();
    row16(&mut row, cells);
    row
}

/// What is referred to: (assembly, namespace, name).
static REFERRED: [(u16, &str, &str); 5] = [
    (1, "System", "Object"),
    (2, "Microsoft.Xrm.Sdk", "IPlugin"),
    (1, "System.Runtime.Versioning", "TargetFrameworkAttribute"),
    (1, "System.Diagnostics", "DebuggableAttribute"),
    (3, "System.Activities", "CodeActivity"),
];

/// The types that are referred to, the classes, their interfaces, and which lie within another.
fn classes(spec: &Spec<'_>, texts: &mut Heap) -> [Table; 4] {
    let mut referred = Vec::new();
    for (assembly, space, name) in REFERRED {
        let (space, name) = (texts.text(space), texts.text(name));
        row16(&mut referred, &[assembly << 2 | 2, name, space]);
    }
    let mut rows = vec![0; 4];
    row16(&mut rows, &[texts.text("<Module>"), 0, 0, 1, 1]);
    let (mut interfaces, mut nested) = (Vec::new(), Vec::new());
    for (row, (space, name, class)) in (2_u16..).zip(spec.classes) {
        let (space, name) = (texts.text(space), texts.text(name));
        let base = match class {
            Class::PlugIn | Class::Plain | Class::Nested => 1 << 2 | 1,
            Class::HeirOfFirst => 2 << 2,
            Class::Activity => 5 << 2 | 1,
        };
        rows.extend(0x0010_0001_u32.to_le_bytes());
        row16(&mut rows, &[name, space, base, 1, 1]);
        if matches!(class, Class::PlugIn | Class::Nested) {
            interfaces.push([row, 2 << 2 | 1]);
        }
        if matches!(class, Class::Nested) {
            nested.push([row, 2]);
        }
    }
    [
        (0x01, 5, referred),
        (0x02, u32::try_from(spec.classes.len()).unwrap() + 1, rows),
        (0x09, count(&interfaces), pairs(&interfaces)),
        (0x29, count(&nested), pairs(&nested)),
    ]
}

/// The constructors of attributes, and the attributes of the assembly; those of many rows have wider numbers.
fn attributes(spec: &Spec<'_>, is_wide: bool, texts: &mut Heap, blobs: &mut Heap) -> [Table; 2] {
    let constructor = texts.text(".ctor");
    let signature = blobs.blob(&[0x20, 1, 1, 0x0E]);
    let first = [3 << 3 | 1, constructor, signature];
    let second = [4 << 3 | 1, constructor, signature];
    let mut framework = vec![1, 0, u8::try_from(spec.framework.len()).unwrap()];
    framework.extend(spec.framework.as_bytes());
    framework.extend([0, 0]);
    let framework = blobs.blob(&framework);
    let mode = if spec.is_debug { 7 } else { 2 };
    let modes = blobs.blob(&[1, 0, mode, spec.is_debug.into(), 0, 0, 0, 0]);
    let of_assembly = 1 << 5 | 0x0E;
    let of_assembly = if is_wide {
        &[of_assembly, 0][..]
    } else {
        &[of_assembly]
    };
    let attributes = [
        of_assembly,
        &[1 << 3 | 3, framework],
        of_assembly,
        &[2 << 3 | 3, modes],
    ];
    [
        (0x0A, 2, cells([first, second].as_flattened())),
        (0x0C, 2, cells(&attributes.concat())),
    ]
}

/// The assembly, and those that it refers to.
fn assemblies(spec: &Spec<'_>, texts: &mut Heap, blobs: &mut Heap) -> [Table; 2] {
    let key = if spec.is_signed {
        blobs.blob(&[0x5A; 32])
    } else {
        0
    };
    let mut own = 0x8004_u32.to_le_bytes().to_vec();
    row16(&mut own, &spec.version);
    own.extend(u32::from(spec.is_signed).to_le_bytes());
    row16(&mut own, &[key, texts.text(spec.name), 0]);
    let mut others = Vec::new();
    for (version, name) in [
        ([4, 0, 0, 0], "mscorlib"),
        (spec.sdk, "Microsoft.Xrm.Sdk"),
        ([4, 0, 0, 0], "System.Activities"),
    ] {
        reference(&mut others, version, texts.text(name));
    }
    [(0x20, 1, own), (0x23, 3, others)]
}

fn metadata(spec: &Spec<'_>, crowd: Option<(u32, u32)>) -> Vec<u8> {
    let (mut texts, mut blobs) = (Heap(vec![0]), Heap(vec![0]));
    let module = texts.text(&format!("{}.dll", spec.name));
    let mut tables: Vec<Table> = vec![(0x00, 1, cells(&[0, module, 1, 0, 0]))];
    tables.extend(classes(spec, &mut texts));
    // The width follows from the counts of the tables that may have attributes; interfaces are such, nested classes are not.
    let is_wide = crowd.is_some_and(|(table, _)| table == INTERFACES);
    tables.extend(attributes(spec, is_wide, &mut texts, &mut blobs));
    tables.extend(assemblies(spec, &mut texts, &mut blobs));
    tables.retain(|(_, count, _)| *count > 0);
    tables.sort_by_key(|(number, ..)| *number);
    let crowded = tables
        .iter_mut()
        .filter(|(number, ..)| crowd.is_some_and(|(table, _)| table == *number));
    for (_, rows, bytes) in crowded {
        let width = bytes.len() / *rows as usize;
        *rows = crowd.unwrap().1;
        *bytes = bytes[..width].repeat(*rows as usize);
    }
    root(&stream(&tables), &texts.padded(), &blobs.padded())
}

fn count(rows: &[[u16; 2]]) -> u32 {
    u32::try_from(rows.len()).unwrap()
}

fn pairs(rows: &[[u16; 2]]) -> Vec<u8> {
    let cells = rows.iter().flatten();
    cells.flat_map(|cell| cell.to_le_bytes()).collect()
}

/// The stream of tables: which there are, how many rows each has, and the rows.
fn stream(tables: &[Table]) -> Vec<u8> {
    let valid = tables
        .iter()
        .fold(0_u64, |valid, table| valid | 1 << table.0);
    let mut stream = vec![0, 0, 0, 0, 2, 0, 0, 1];
    stream.extend(valid.to_le_bytes());
    stream.extend(0_u64.to_le_bytes());
    stream.extend(tables.iter().flat_map(|table| table.1.to_le_bytes()));
    stream.extend(tables.iter().flat_map(|table| table.2.iter().copied()));
    Heap(stream).padded()
}

/// The root of the metadata with its streams.
fn root(tables: &[u8], texts: &[u8], blobs: &[u8]) -> Vec<u8> {
    let streams: [(&[u8], &[u8]); 4] = [
        (b"#~\0\0", tables),
        (b"#Strings\0\0\0\0", texts),
        (b"#GUID\0\0\0", &[0x11; 16]),
        (b"#Blob\0\0\0", blobs),
    ];
    let mut root = b"BSJB\x01\0\x01\0\0\0\0\0\x0C\0\0\0v4.0.30319\0\0\0\0\x04\0".to_vec();
    let headers: usize = streams.iter().map(|(name, _)| 8 + name.len()).sum();
    let mut at = root.len() + headers;
    for (name, content) in streams {
        root.extend(u32::try_from(at).unwrap().to_le_bytes());
        root.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        root.extend(name);
        at += content.len();
    }
    root.extend(
        streams
            .iter()
            .flat_map(|(_, content)| content.iter().copied()),
    );
    root
}

/// The bytes of the assembly.
pub fn write(spec: &Spec<'_>) -> Vec<u8> {
    write_crowded(spec, None)
}

/// The tables that may be crowded.
pub const INTERFACES: u32 = 0x09;
pub const ATTRIBUTES: u32 = 0x0C;
pub const NESTED: u32 = 0x29;

/// The bytes of the assembly with the first row of a table as often as this: (table, rows).
pub fn write_crowded(spec: &Spec<'_>, crowd: Option<(u32, u32)>) -> Vec<u8> {
    const SECTION: u32 = 0x2000;
    const HEADER: u32 = 72;
    let metadata = metadata(spec, crowd);
    let length = u32::try_from(metadata.len()).unwrap();
    let word = |out: &mut Vec<u8>, value: u32| out.extend(value.to_le_bytes());
    let mut file = b"MZ".to_vec();
    file.resize(60, 0);
    word(&mut file, 64);
    file.extend(b"PE\0\0\x4C\x01\x01\0");
    file.extend([0; 12]);
    file.extend([224, 0, 0x02, 0x21, 0x0B, 0x01]);
    file.resize(64 + 24 + 92, 0);
    word(&mut file, 16);
    file.resize(64 + 24 + 96 + 14 * 8, 0);
    word(&mut file, SECTION);
    word(&mut file, HEADER);
    file.resize(64 + 24 + 224, 0);
    file.extend(b".text\0\0\0");
    let size = HEADER + length;
    for value in [size, SECTION, size, 0x200, 0, 0, 0, 0x6000_0020] {
        word(&mut file, value);
    }
    file.resize(0x200, 0);
    for value in [HEADER, 5 << 16 | 2, SECTION + HEADER, length, 9] {
        word(&mut file, value);
    }
    file.resize(0x200 + HEADER as usize, 0);
    file.extend(metadata);
    file
}
