//! Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), and the picture it is set up from.

use chrono::{DateTime, Utc};
use qrcode::{Color, QrCode};
use totp_rs::{Builder, Secret, Totp};

use super::secret;

/// Seconds a code is shown for.
const STEP: u64 = 30;

/// A new secret: 160 random bits.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_secret() -> Result<Vec<u8>, String> {
    Ok(secret::random::<20>()?.to_vec())
}

fn totp(secret: &[u8], login: &str) -> Result<Totp, String> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(1)
        .with_step_duration(STEP)
        .with_account_name(login)
        .with_issuer(Some("Madoguchi"))
        .build()
        .map_err(|e| e.to_string())
}

fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or_default()
}

/// The step whose code was typed, when it is the present one or a neighbour and later than the last one used:
/// a code works once.
pub fn step_of(secret: &[u8], typed: &str, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
    let totp = totp(secret, "").ok()?;
    let step = totp.check(typed, seconds(now))?;
    i64::try_from(step).ok().filter(|step| *step > last_step)
}

/// The code at an instant.
///
/// # Errors
/// When the secret is too short.
pub fn code_at(secret: &[u8], now: DateTime<Utc>) -> Result<String, String> {
    Ok(totp(secret, "")?.generate(seconds(now)).to_string())
}

/// The secret as it is typed into an app by hand: base 32 in groups of four.
pub fn by_hand(secret: &[u8]) -> String {
    let letters = Secret::from(secret.to_vec()).to_base32();
    letters.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect::<Vec<_>>().join(" ")
}

/// A picture an app reads a secret from: a square of dark and light.
pub struct Picture {
    /// Squares a side.
    pub side: usize,
    /// Whether each is dark, row by row.
    pub dark: Vec<bool>,
}

/// The picture of a secret.
///
/// # Errors
/// When the secret is too short.
pub fn picture(secret: &[u8], login: &str) -> Result<Picture, String> {
    let url = totp(secret, login)?.to_url().map_err(|e| e.to_string())?;
    let code = QrCode::new(url.as_bytes()).map_err(|e| e.to_string())?;
    Ok(Picture { side: code.width(), dark: code.to_colors().into_iter().map(|c| c == Color::Dark).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    #[test]
    fn the_vector_of_the_standard_holds() {
        assert_eq!(code_at(b"12345678901234567890", at(59)).expect("a code"), "287082");
    }

    #[test]
    fn a_code_works_in_its_step_and_beside_it_and_only_once() {
        let secret = b"12345678901234567890";
        let code = code_at(secret, at(3_000)).expect("a code");
        for (second, works) in [(2_969, false), (2_970, true), (3_000, true), (3_059, true), (3_060, false)] {
            assert_eq!(step_of(secret, &code, at(second), 0).is_some(), works, "{second}");
        }
        let step = step_of(secret, &code, at(3_000), 0).expect("a step");
        assert_eq!(step_of(secret, &code, at(3_010), step), None);
    }

    #[test]
    fn the_picture_is_a_square() {
        let picture = picture(b"12345678901234567890", "kanda").expect("a picture");
        assert_eq!(picture.dark.len(), picture.side * picture.side);
    }
}
