//! PostgreSQL's own tools: `pg_dump` reads a consistent snapshot while the desk works, `pg_restore` puts it back in one
//! transaction. The password goes by the environment, where other users of the machine don't see it.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::domain::masked::plain;

/// A tool for a database, found in a folder or, when that is empty, where programs are.
fn tool(name: &str, folder: &str, url: &str) -> Command {
    let program = if folder.is_empty() { name.into() } else { Path::new(folder).join(name) };
    let (address, password) = parted(url);
    let mut command = Command::new(program);
    command.arg(format!("--dbname={address}")).env("PGAPPNAME", "madoguchi");
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// An address without its password, and the password, which stands behind the user or in the query.
fn parted(url: &str) -> (String, Option<String>) {
    let (url, asked) = unasked(url);
    let whole = || (url.clone(), asked.clone());
    let Some((scheme, rest)) = url.split_once("://") else { return whole() };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let Some((who, host)) = authority.rsplit_once('@') else { return whole() };
    let Some((user, password)) = who.split_once(':') else { return whole() };
    (format!("{scheme}://{user}@{host}{path}"), asked.or_else(|| Some(plain(password))))
}

/// An address without the `password=` of its query, and that.
fn unasked(url: &str) -> (String, Option<String>) {
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let is_password = |part: &&str| part.split_once('=').is_some_and(|(key, _)| plain(key) == "password");
    let (secret, kept): (Vec<&str>, Vec<&str>) = query.split('&').partition(is_password);
    let password = secret.last().and_then(|part| part.split_once('=')).map(|(_, value)| plain(value));
    let mark = if kept.is_empty() { "" } else { "?" };
    (format!("{address}{mark}{}", kept.join("&")), password)
}

fn missing(name: &str, error: &std::io::Error) -> String {
    format!(
        "{name} を実行できません（{error}）。PostgreSQLのサーバーと同じか新しい版のクライアント（postgresql-client）を\
         インストールするか、backup.postgres_bin にその場所を設定してください"
    )
}

/// Begins a dump, to be read from its standard output.
///
/// # Errors
/// When the tool isn't there.
pub fn dump(folder: &str, url: &str) -> Result<Child, String> {
    tool("pg_dump", folder, url)
        .args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| missing("pg_dump", &e))
}

/// Puts a dump into an empty database: all of it or nothing.
///
/// # Errors
/// When the tool isn't there, or it failed; it says why on standard error.
pub fn restore(folder: &str, url: &str, dump: &Path) -> Result<(), String> {
    let ended = tool("pg_restore", folder, url)
        .args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"])
        .arg(dump)
        .stdin(Stdio::null())
        .status()
        .map_err(|e| missing("pg_restore", &e))?;
    if ended.success() {
        Ok(())
    } else {
        Err("pg_restore が失敗しました（理由は上の行にあります）".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_leaves_the_address() {
        let part = |url: &str| parted(url);
        assert_eq!(
            part("postgres://desk:p%40ss:w%2Fd@db:5432/m?sslmode=require"),
            ("postgres://desk@db:5432/m?sslmode=require".into(), Some("p@ss:w/d".into()))
        );
        assert_eq!(part("postgres://desk@db/m"), ("postgres://desk@db/m".into(), None));
        assert_eq!(part("postgres:///m?host=/run/x@y:z"), ("postgres:///m?host=/run/x@y:z".into(), None));
        assert_eq!(
            part("postgres://desk@db/m?password=p%40ss&sslmode=require"),
            ("postgres://desk@db/m?sslmode=require".into(), Some("p@ss".into()))
        );
        assert_eq!(part("postgres://db/m?password=x"), ("postgres://db/m".into(), Some("x".into())));
    }
}
