//! Settings: defaults inside the binary, files under `MADOGUCHI_CONFIG_DIR`, the environment; typed, checked,
//! and able to say where each value came from.

use std::path::PathBuf;

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile};
use serde::{Deserialize, Serialize};

use crate::domain::masked::masked;
use crate::domain::scheme::Scheme;
use crate::gateway::secret::digest;

const DEFAULT: &str = include_str!("../config/default.toml");
const HOURS: &str = include_str!("../config/scheme/hours.toml");
const LISTS: &str = include_str!("../config/scheme/lists.toml");
const CLAIMS: &str = include_str!("../config/scheme/claims.toml");
const CARDS: &str = include_str!("../config/scheme/cards.toml");
const SECRETARIATS: &str = include_str!("../config/scheme/secretariats.toml");
const RETENTION: &str = include_str!("../config/scheme/retention.toml");

/// All settings. What each means stands in `config/default.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[http]`
    pub http: HttpSettings,
    /// `[session]`
    pub session: SessionSettings,
    /// `[audit]`
    pub audit: AuditSettings,
    /// `[seal]`
    pub seal: SealSettings,
    /// `[backup]`
    pub backup: BackupSettings,
    /// `[directory]`
    pub directory: DirectorySettings,
    /// `[log]`
    pub log: LogSettings,
}

/// `[database]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Address.
    pub url: String,
    /// Connections.
    pub connections: u32,
}

/// `[http]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port.
    pub listen: String,
    /// What people type into the browser.
    pub base_url: String,
    /// Whether HSTS holds for names below the base URL's too.
    pub hsts_subdomains: bool,
    /// Connections served at once.
    pub max_connections: usize,
    /// Of these at most so many from one address.
    pub connections_per_address: usize,
    /// Whether another server may listen on the same port.
    pub reuse_port: bool,
    /// The Unix socket on which it is handed over to a successor.
    pub handover: String,
    /// Seconds for the headers.
    pub header_seconds: u64,
    /// Seconds for the answer.
    pub request_seconds: u64,
    /// Addresses of proxies in front.
    pub proxies: Vec<std::net::IpAddr>,
}

/// `[session]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// Idle minutes.
    pub idle_minutes: i64,
}

/// `[audit]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// The folder in which readings wait while the database can't be written.
    pub journal_dir: String,
    /// Room taken there beforehand, in MiB.
    pub journal_mib: u64,
}

/// `[seal]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealSettings {
    /// The key file.
    pub key_file: String,
}

impl Settings {
    /// What people type into the browser, without a slash at its end.
    pub fn base_url(&self) -> String {
        match self.http.base_url.trim_end_matches('/') {
            "" => format!("http://{}", self.http.listen),
            given => given.to_owned(),
        }
    }

    /// The file of a SQLite database.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let file = self.database.url.strip_prefix("sqlite://")?;
        Some(PathBuf::from(file.split('?').next().unwrap_or_default()))
    }

    /// The key file: as set, else beside a SQLite file; for PostgreSQL one a database, among the user's own data.
    pub fn key_file(&self) -> PathBuf {
        if !self.seal.key_file.is_empty() {
            return PathBuf::from(&self.seal.key_file);
        }
        if let Some(file) = self.sqlite_file() {
            return PathBuf::from(format!("{}.key", file.display()));
        }
        let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        let folder = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or(home).unwrap_or_default();
        folder.join("madoguchi").join(format!("{}.key", self.database_mark()))
    }

    /// What tells the files that belong to this database from those of another: made of its address, without password.
    pub fn database_mark(&self) -> String {
        let plain = match self.sqlite_file() {
            Some(file) => std::path::absolute(&file).unwrap_or(file).display().to_string(),
            None => nameless(&self.database.url),
        };
        let plain = plain.split('?').next().unwrap_or_default();
        digest(plain).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// `[backup]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupSettings {
    /// Public keys.
    pub recipients: Vec<String>,
    /// The folder of PostgreSQL's tools.
    pub postgres_bin: String,
}

/// `[directory]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectorySettings {
    /// Seconds between looks.
    pub refresh_seconds: u64,
}

/// `[log]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Level or filter.
    pub level: String,
    /// `text` or `json`.
    pub format: String,
}

/// A setting, its value and where it came from.
#[derive(Debug, Clone)]
pub struct Shown {
    /// `http.listen`
    pub key: String,
    /// The value; passwords in addresses are masked.
    pub value: String,
    /// Default, a file, or an environment variable.
    pub source: String,
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("MADOGUCHI_CONFIG_DIR").map(PathBuf::from)
}

fn sources() -> Result<Figment, String> {
    let mut figment = Figment::from(Toml::string(DEFAULT).nested().profile(Profile::Default));
    let sections: Dict = figment.extract().map_err(|e| e.to_string())?;
    if let Some(folder) = folder() {
        let file = folder.join("default.toml");
        if file.exists() {
            std::fs::read_to_string(&file).map_err(|e| format!("{} が読めません: {e}", file.display()))?;
            figment = figment.merge(Toml::file(file));
        }
    }
    for (short, key) in [("MADOGUCHI_DATABASE_URL", "database.url"), ("MADOGUCHI_LISTEN", "http.listen")] {
        if let Ok(value) = std::env::var(short) {
            figment = figment.merge(Serialized::default(key, value));
        }
    }
    let known = move |key: &str| key.split_once("__").is_some_and(|(s, _)| sections.contains_key(&s.to_lowercase()));
    Ok(figment.merge(Env::prefixed("MADOGUCHI_").filter(move |key| known(key.as_str())).split("__")))
}

/// The settings.
///
/// # Errors
/// One line that names file and key, when a value can't be used.
pub fn load() -> Result<Settings, String> {
    let settings: Settings = sources()?.extract().map_err(|error| {
        let lines: Vec<String> = error
            .into_iter()
            .map(|e| {
                let source = e.metadata.as_ref().map_or_else(|| "設定".to_owned(), |m| origin(m, &e.path.join(".")));
                format!("{source}: {}: {}", e.path.join("."), in_one_line(&e.kind.to_string()))
            })
            .collect();
        masked(&format!("設定が読めません: {}", lines.join(" / ")))
    })?;
    check(&settings)?;
    Ok(settings)
}

/// A parser's drawing of where it stumbled, without the drawing.
fn in_one_line(text: &str) -> String {
    text.lines().filter(|line| !line.contains('|')).map(str::trim).collect::<Vec<_>>().join(" ")
}

fn check(settings: &Settings) -> Result<(), String> {
    let wrong = |key: &str, why: &str| Err(format!("設定 {key} の値が使えません: {why}"));
    let http = &settings.http;
    if http.listen.parse::<std::net::SocketAddr>().is_err() {
        return wrong("http.listen", "127.0.0.1:8080 のようにアドレスとポートを書いてください");
    }
    if !(1..=256).contains(&settings.database.connections) {
        return wrong("database.connections", "1〜256にしてください");
    }
    if !(1..=720).contains(&settings.session.idle_minutes) {
        return wrong("session.idle_minutes", "1〜720にしてください");
    }
    if !["text", "json"].contains(&settings.log.format.as_str()) {
        return wrong("log.format", "text か json にしてください");
    }
    let connections = http.max_connections.min(http.connections_per_address);
    if http.header_seconds == 0 || http.request_seconds == 0 || connections == 0 {
        return wrong("http", "秒数と接続数は1以上にしてください");
    }
    Ok(())
}

/// Every setting with its value and its source.
///
/// # Errors
/// As [`load`].
pub fn show() -> Result<Vec<Shown>, String> {
    load()?;
    let figment = sources()?;
    let all: Value = figment.extract().map_err(|e| e.to_string())?;
    let mut shown = Vec::new();
    walk(&figment, "", &all, &mut shown);
    Ok(shown)
}

fn walk(figment: &Figment, path: &str, value: &Value, shown: &mut Vec<Shown>) {
    if let Some(dict) = value.as_dict() {
        for (key, inner) in dict {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            walk(figment, &path, inner, shown);
        }
        return;
    }
    let source = figment.find_metadata(path).map_or_else(|| "既定値".to_owned(), |m| origin(m, path));
    let text = match value {
        Value::String(_, text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    shown.push(Shown { key: path.to_owned(), value: masked(&text), source });
}

fn origin(metadata: &figment::Metadata, path: &str) -> String {
    if let Some(figment::Source::File(file)) = &metadata.source {
        return file.display().to_string();
    }
    if metadata.name.contains("environment") {
        return format!("環境変数 MADOGUCHI_{}", path.replace('.', "__").to_uppercase());
    }
    match path {
        "database.url" if std::env::var_os("MADOGUCHI_DATABASE_URL").is_some() => {
            "環境変数 MADOGUCHI_DATABASE_URL".into()
        }
        "http.listen" if std::env::var_os("MADOGUCHI_LISTEN").is_some() => "環境変数 MADOGUCHI_LISTEN".into(),
        _ => "既定値 config/default.toml".into(),
    }
}

/// A database address without what stands between its user and its host: key files are named after it, so it never changes.
fn nameless(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, host)) => format!("{scheme}://{}@{host}", who.split_once(':').map_or(who, |(user, _)| user)),
        None => url.to_owned(),
    }
}

/// The scheme's dated data, checked.
///
/// # Errors
/// One line for each fault, with file, line where it is known, and key.
pub fn scheme() -> Result<Scheme, String> {
    let scheme = Scheme {
        hours: read("scheme/hours.toml", HOURS)?,
        lists: read("scheme/lists.toml", LISTS)?,
        cards: read("scheme/cards.toml", CARDS)?,
        claims: read("scheme/claims.toml", CLAIMS)?,
        retention: read("scheme/retention.toml", RETENTION)?,
        secretariats: read("scheme/secretariats.toml", SECRETARIATS)?,
    };
    let faults: Vec<String> = scheme.faults().into_iter().map(|(file, key, why)| fault(file, &key, &why)).collect();
    if faults.is_empty() { Ok(scheme) } else { Err(faults.join("\n")) }
}

/// A contradiction in a file that could be read: with the line, where the key stands in a table of its own.
fn fault(name: &str, key: &str, why: &str) -> String {
    let inside = if name == "scheme/retention.toml" { RETENTION } else { "" };
    match text_of(name, inside).ok().and_then(|(shown, text)| line_of(&text, key).map(|line| (shown, line))) {
        Some((shown, line)) => format!("{shown}: {line}行目: {key}: {why}"),
        None => format!("{name}: {key}: {why}"),
    }
}

/// The line of a key such as `kind[2].years`: in the third `[[kind]]`, or that table's first line when the key is absent.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let plain = |line: &str, name: &str| line.split('=').next().is_some_and(|left| left.trim() == name);
    let lines = || text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
    let Some((table, rest)) = key.split_once('[') else {
        return lines().find(|(_, line)| plain(line, key)).map(|(n, _)| n);
    };
    let (place, name) = rest.split_once(']')?;
    let place: usize = place.parse().ok()?;
    let name = name.trim_start_matches('.');
    let head = format!("[[{table}]]");
    if let Some((first, _)) = lines().filter(|(_, line)| *line == head).nth(place) {
        let of_table = |(n, line): &(usize, &str)| *n == first || !line.starts_with('[');
        let inside = lines().skip(first - 1).take_while(of_table);
        return inside.into_iter().find(|(_, line)| plain(line, name)).map_or(Some(first), |(n, _)| Some(n));
    }
    // A list written line by line: `hold_reason = [` and its entries below.
    let (start, _) = lines().find(|(_, line)| plain(line, table))?;
    lines().skip(start).filter(|(_, line)| line.starts_with('{')).nth(place).map(|(n, _)| n)
}

/// A file of the scheme, as it is called in messages, and its text.
fn text_of(name: &str, inside: &str) -> Result<(String, String), String> {
    match folder().map(|f| f.join(name)).filter(|f| f.exists()) {
        Some(file) => {
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            Ok((file.display().to_string(), text))
        }
        None => Ok((name.to_owned(), inside.to_owned())),
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, inside: &str) -> Result<T, String> {
    let (shown, text) = text_of(name, inside)?;
    toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        format!("{shown}: {line}行目: {}", error.message())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemes_files_inside_the_binary_hold_no_contradiction() {
        let scheme = scheme().expect("the scheme");
        assert_eq!(scheme.lists.incident.len(), 13);
    }

    #[test]
    fn a_contradiction_is_found_by_its_line() {
        let text = "# x\nnight = { a = 1 }\nlist = [\n  { code = 1 },\n  { code = 2 },\n]\n\n[[kind]]\nyears = 1\n\n[[kind]]\nfrom = 2\nyears = 3\n";
        for (key, line) in [
            ("night", Some(2)),
            ("list[1].code", Some(5)),
            ("kind[0].years", Some(9)),
            ("kind[1].years", Some(13)),
            ("kind[1].months", Some(11)),
            ("kind[2].years", None),
            ("kind", None),
        ] {
            assert_eq!(line_of(text, key), line, "{key}");
        }
    }

    #[test]
    fn the_name_of_a_key_file_goes_by_the_address_without_its_password() {
        assert_eq!(nameless("postgres://desk:secret@db/madoguchi"), "postgres://desk@db/madoguchi");
        assert_eq!(nameless("sqlite://madoguchi.db"), "sqlite://madoguchi.db");
    }
}
