//! Secrets that stand in addresses, hidden wherever an address or a message about one is shown.

/// What stands for a secret.
const HIDDEN: &str = "***";
/// A key whose name holds one of these has a secret value.
const SECRET: [&str; 5] = ["pass", "pwd", "secret", "token", "credential"];

/// A text without the secrets of the addresses in it: what stands between `user:` and `@`, and the values of keys such as
/// `password=`, however they are written. Rather too much is hidden than too little.
pub fn masked(text: &str) -> String {
    without_values(&without_users(text))
}

/// `scheme://user:secret@host` becomes `scheme://user@host`.
fn without_users(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>')).unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        out.push_str(&without_user(address));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The user stays, what follows its colon up to the last `@` doesn't: a password may hold `/`, `?` or `@` by mistake.
fn without_user(address: &str) -> String {
    let colon = address.find(':');
    match (colon, address.rfind('@')) {
        (Some(colon), Some(at)) if colon < at && !address[..colon].contains(['/', '?', '@']) => {
            format!("{}{}", &address[..colon], &address[at..])
        }
        _ => address.to_owned(),
    }
}

/// `key=value` with a secret key becomes `key=***`; `key=NAME value=…`, as drivers say it, too.
fn without_values(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let mut named = false;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        let name = before.trim_end_matches('=').trim_end();
        let name = name.rsplit(|c: char| "?&;, \"'".contains(c) || c.is_whitespace()).next().unwrap_or_default();
        rest = after;
        let is_named = named && name == "value";
        named = name == "key" && is_secret(rest.split(char::is_whitespace).next().unwrap_or_default());
        if is_secret(name) || is_named {
            let value = rest.trim_start();
            let end = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].find(quote).map_or(value.len(), |end| end + 2),
                _ => value.find(|c: char| "&;,#\"'".contains(c) || c.is_whitespace()).unwrap_or(value.len()),
            };
            out.push_str(HIDDEN);
            rest = &value[end..];
        }
    }
    out.push_str(rest);
    out
}

fn is_secret(name: &str) -> bool {
    let name = plain(name).to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// What stands behind percent signs in an address.
pub fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let code = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match code.filter(|_| *byte == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(meant) => {
                out.push(meant);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_go_and_the_rest_of_an_address_stays() {
        for (shown, whole) in [
            ("postgres://desk@db/madoguchi", "postgres://desk:secret@db/madoguchi"),
            ("postgres://desk@db:5432/m?sslmode=require", "postgres://desk:p%40ss:w%2Fd@db:5432/m?sslmode=require"),
            ("postgres://desk@db/m", "postgres://desk:p@ss/w?o@db/m"),
            ("postgres://db:5432/m?user=desk&password=***", "postgres://db:5432/m?user=desk&password=hush"),
            ("postgres:///m?PassWord=***&host=/run/x@y:z", "postgres:///m?PassWord=hush&host=/run/x@y:z"),
            ("postgres:///m?pass%77ord=***&sslpassword=***#x", "postgres:///m?pass%77ord=hush&sslpassword=hush#x"),
            ("postgres:///m?host=/run/x@y:z", "postgres:///m?host=/run/x@y:z"),
            ("host=db password=*** user=desk", "host=db password='hu sh' user=desk"),
            ("sqlite://madoguchi.db?mode=rwc", "sqlite://madoguchi.db?mode=rwc"),
            ("could not reach \"postgres://desk@db/m\": no", "could not reach \"postgres://desk:hush@db/m\": no"),
            ("ignored key=sslpassword value=*** x=1", "ignored key=sslpassword value=hush x=1"),
            ("ignored key=color value=red", "ignored key=color value=red"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("", ""),
        ] {
            assert_eq!(masked(whole), shown, "{whole}");
        }
    }

    #[test]
    fn percent_signs_are_read() {
        assert_eq!(plain("p%40ss%"), "p@ss%");
    }

    proptest! {
        /// Whatever the password, as long as it is written as addresses want it.
        #[test]
        fn no_password_is_ever_shown(password in "zq[A-Za-z0-9%._~!$*+-]{4,20}", user in "[a-y]{1,8}") {
            for whole in [
                format!("postgres://{user}:{password}@db:5432/m?sslmode=require"),
                format!("postgres://{user}@db/m?connect_timeout=5&password={password}"),
                format!("error with postgres://db/m?sslpassword={password}&x=1: refused"),
            ] {
                prop_assert!(!masked(&whole).contains("zq"), "{} in {}", password, masked(&whole));
            }
        }

        #[test]
        fn any_text_can_be_masked_and_masking_again_changes_nothing(text in ".{0,80}") {
            let once = masked(&text);
            prop_assert_eq!(masked(&once), once);
        }
    }
}
