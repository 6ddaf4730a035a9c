//! Staff accounts: how a person proves who they are.

use unicode_normalization::UnicodeNormalization;

use super::refusal::Refusal;

pub mod account;
pub mod guessing;
pub mod insistence;
pub mod line;
pub mod passkey;
pub mod session;
pub mod token;

/// Absolute life of a session, in hours (`quality.md` section 4).
pub const SESSION_HOURS: i64 = 12;
/// How long an API token lasts when nobody says, in days.
pub const TOKEN_DAYS: i64 = 90;
/// Life of a one-time code for the first sign-in, in hours.
pub const CODE_HOURS: i64 = 72;
/// Failures older than this are forgotten, in hours.
pub const FAILURES_FORGOTTEN_HOURS: i64 = 24;
/// How many recovery codes somebody is given.
pub const RECOVERY_CODES: usize = 10;
/// The power of ten of guesses below which a password is as good as known: what an attacker tries within a day at
/// the speed that argon2id leaves them.
const GUESSES_LOG10: f64 = 10.0;

/// A sign-in name: 2–40 of a–z, 0–9, `.`, `-`, `_`; full width and capitals are folded.
pub fn login(input: &str) -> Result<String, Refusal> {
    let text: String = input.trim().nfkc().flat_map(char::to_lowercase).collect();
    let fits = (2..=40).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c));
    if fits {
        Ok(text)
    } else {
        Err(Refusal::field("login", "login.format", "ログインIDは半角英数字と . - _ の2〜40文字で入力してください"))
    }
}

/// A new password: 15–128 characters, no rule of composition (`quality.md` section 4); not the sign-in name, and
/// none that is known from breaches or soon guessed from them (words of the list, rows of keys, repeats, dates).
pub fn new_password(login: &str, password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    if !(15..=128).contains(&length) {
        let message = format!(
            "パスワードは15〜128文字で入力してください（いま{length}文字です）。文章のような長い言葉をお勧めします"
        );
        return Err(Refusal::field("password", "password.length", message));
    }
    if password.to_lowercase().contains(login) && password.len() < login.len() + 8 {
        return Err(Refusal::field("password", "password.login", "ログインIDを含むパスワードは使えません"));
    }
    let mut chars: Vec<char> = password.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    if chars.len() < 5 {
        return Err(Refusal::field(
            "password",
            "password.simple",
            "同じ文字の繰り返しは使えません。別の言葉にしてください",
        ));
    }
    // The estimate is made of the beginning: what follows can only make it harder.
    let beginning: String = password.chars().take(64).collect();
    if zxcvbn::zxcvbn(&beginning.to_lowercase(), &[login, "madoguchi"]).guesses_log10() < GUESSES_LOG10 {
        return Err(Refusal::field(
            "password",
            "password.known",
            "このパスワードは漏えいした一覧にある言葉や並びからすぐに推測されます。別の言葉を組み合わせてください",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_full_width_in_a_sign_in_name_are_folded() {
        assert_eq!(login(" Ｓａｔｏ.01 ").expect("a login"), "sato.01");
        assert!(login("佐藤").is_err() && login("a").is_err());
    }

    #[test]
    fn a_password_has_fifteen_to_128_characters() {
        assert!(new_password("sato", "みじかい").is_err());
        assert!(new_password("sato", "あさがおが三つ咲いた夏の庭の朝").is_ok());
        assert!(new_password("sato", &"ab3d5".repeat(26)).is_err());
        assert!(new_password("sato", &"a".repeat(20)).is_err());
    }

    #[test]
    fn a_password_known_from_breaches_is_refused() {
        for known in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfgh",
            "Password12345678",
            "iloveyouiloveyou",
            "satosatosatosato",
            "2024/01/012024/01/01",
        ] {
            assert!(new_password("sato", known).is_err(), "{known}");
        }
        for good in ["correct horse battery staple", "朝顔が三つ咲いた夏の庭先のこと", "a bench is for sitting on"]
        {
            assert!(new_password("kanda", good).is_ok(), "{good}");
        }
    }
}
