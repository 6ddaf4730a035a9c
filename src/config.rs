//! Settings: defaults inside the binary, files under `MADOGUCHI_CONFIG_DIR`, the environment; typed, checked,
//! and able to say where each value came from.

mod scheme_files;

use std::path::PathBuf;

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile};
use serde::{Deserialize, Serialize};

use crate::domain::masked::masked;
use crate::gateway::secret::digest;

pub use scheme_files::scheme;

const DEFAULT: &str = include_str!("../config/default.toml");

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_key_file_goes_by_the_address_without_its_password() {
        assert_eq!(nameless("postgres://desk:secret@db/madoguchi"), "postgres://desk@db/madoguchi");
        assert_eq!(nameless("sqlite://madoguchi.db"), "sqlite://madoguchi.db");
    }
}
