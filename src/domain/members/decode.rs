//! Finds a file's encoding and decodes it piece by piece, so that a large export is never held twice.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, SHIFT_JIS, UTF_8};

/// Encodings an export may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEncoding {
    /// UTF-8, with or without a mark in front.
    Utf8,
    /// CP932 with the NEC and IBM rows and user-defined characters (which become private-use ones).
    Cp932,
}

impl FileEncoding {
    /// Name as reported.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "CP932",
        }
    }
}

/// Tells the encoding: a mark, else valid UTF-8, else whichever leaves fewer unreadable characters.
/// A single damaged byte must not turn a whole UTF-8 file into CP932.
pub fn detect(bytes: &[u8]) -> FileEncoding {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) || std::str::from_utf8(bytes).is_ok() {
        return FileEncoding::Utf8;
    }
    let sample = &bytes[..bytes.len().min(1 << 20)];
    let unreadable = |text: &str| text.chars().filter(|c| *c == '\u{fffd}').count();
    let as_utf8 = unreadable(&String::from_utf8_lossy(sample));
    let as_cp932 = unreadable(&SHIFT_JIS.decode_without_bom_handling(sample).0);
    if as_utf8 < as_cp932 { FileEncoding::Utf8 } else { FileEncoding::Cp932 }
}

/// Reads a byte slice as UTF-8 text, whatever its encoding; unreadable bytes become U+FFFD. Every line end becomes
/// one LF, and the last line gets one, so that lines of the file can be counted.
pub struct DecodingReader<'a> {
    rest: &'a [u8],
    decoder: Decoder,
    ready: Vec<u8>,
    taken: usize,
    after_cr: bool,
    finished: bool,
}

impl<'a> DecodingReader<'a> {
    /// Starts at the beginning of `bytes`; a mark in front is dropped.
    pub fn new(bytes: &'a [u8], encoding: FileEncoding) -> Self {
        let decoder = match encoding {
            FileEncoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            FileEncoding::Cp932 => SHIFT_JIS.new_decoder_without_bom_handling(),
        };
        Self { rest: bytes, decoder, ready: Vec::new(), taken: 0, after_cr: false, finished: false }
    }

    fn refill(&mut self) {
        self.ready.resize(64 * 1024, 0);
        let piece = &self.rest[..self.rest.len().min(16 * 1024)];
        let last = piece.len() == self.rest.len();
        let (result, read, written, _) = self.decoder.decode_to_utf8(piece, &mut self.ready, last);
        self.ready.truncate(written);
        self.taken = 0;
        self.rest = &self.rest[read..];
        self.finished = last && result == CoderResult::InputEmpty;
        self.unify_line_ends();
        if self.finished {
            self.ready.push(b'\n');
        }
    }

    fn unify_line_ends(&mut self) {
        let mut after_cr = self.after_cr;
        self.ready.retain_mut(|byte| {
            let second_half = after_cr && *byte == b'\n';
            after_cr = *byte == b'\r';
            if after_cr {
                *byte = b'\n';
            }
            !second_half
        });
        self.after_cr = after_cr;
    }
}

impl Read for DecodingReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.finished {
            self.refill();
        }
        let count = out.len().min(self.ready.len() - self.taken);
        out[..count].copy_from_slice(&self.ready[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (FileEncoding, String) {
        let encoding = detect(bytes);
        let mut text = String::new();
        DecodingReader::new(bytes, encoding).read_to_string(&mut text).expect("decoded text is UTF-8");
        (encoding, text.trim_end().to_owned())
    }

    #[test]
    fn every_line_end_becomes_one_line_feed() {
        assert_eq!(read(b"a\r\nb\rc\nd").1, "a\nb\nc\nd");
    }

    #[test]
    fn utf8_is_told_with_and_without_its_mark() {
        assert_eq!(read("氏名".as_bytes()), (FileEncoding::Utf8, "氏名".to_owned()));
        assert_eq!(read(b"\xEF\xBB\xBF\xE6\xB0\x8F"), (FileEncoding::Utf8, "氏".to_owned()));
    }

    #[test]
    fn both_codes_of_a_register_character_decode_alike() {
        for code in [[0xFB, 0xFC], [0xEE, 0xE0]] {
            let mut bytes = b"\x8e\x81\x96\xbc,".to_vec();
            bytes.extend(code);
            assert_eq!(read(&bytes), (FileEncoding::Cp932, "氏名,髙".to_owned()));
        }
    }

    #[test]
    fn circled_digits_and_user_defined_characters_survive() {
        assert_eq!(read(b"A\x87\x40 \x81\xac \xf0\x40").1, "A① 〓 \u{e000}");
    }

    #[test]
    fn one_damaged_byte_does_not_change_the_encoding_of_the_file() {
        let mut bytes = "管理番号,氏名,施設名\n".repeat(40).into_bytes();
        bytes.push(0xFF);
        assert_eq!(detect(&bytes), FileEncoding::Utf8);
    }
}
