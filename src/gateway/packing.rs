//! Lines packed for keeping, one after another, so that they never stand in memory side by side.

use std::io::{self, BufRead, BufReader, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Lines that are being packed.
pub struct Packer(GzEncoder<Vec<u8>>);

impl Default for Packer {
    fn default() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::fast()))
    }
}

impl Packer {
    /// Adds a line.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn add(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, line)?;
        self.0.write_all(b"\n")
    }

    /// All lines, packed.
    ///
    /// # Errors
    /// When memory is short.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        self.0.finish()
    }
}

/// The lines that were packed.
pub fn lines<T: DeserializeOwned>(packed: &[u8]) -> impl Iterator<Item = io::Result<T>> + '_ {
    BufReader::new(GzDecoder::new(packed)).lines().map(|line| Ok(serde_json::from_str(&line?)?))
}
