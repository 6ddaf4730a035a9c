//! Random secrets for sessions, tokens and one-time codes, and the hashes that are kept of them.

use sha2::{Digest, Sha256};

/// Letters of a one-time code: none that sound or look alike.
const CODE: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// 256 random bits in hexadecimal.
///
/// # Errors
/// When the system gives no randomness.
pub fn token() -> Result<String, String> {
    Ok(random::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A one-time code that can be read out: four groups of four.
///
/// # Errors
/// When the system gives no randomness.
pub fn code() -> Result<String, String> {
    let letters: String = random::<16>()?.iter().map(|byte| CODE[usize::from(*byte) % CODE.len()] as char).collect();
    let groups: Vec<String> = letters.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    Ok(groups.join("-"))
}

/// What is kept of a secret.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The digest of bytes: files, request bodies.
pub fn digest_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Random bytes of the system.
///
/// # Errors
/// When the system gives none.
pub(super) fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}
