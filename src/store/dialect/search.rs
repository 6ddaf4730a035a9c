//! Finding documents: what each engine's index is good at.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};

use super::shelf::Shelf;

/// How many of the newest documents are looked through before PostgreSQL's index is asked.
const NEAR: u64 = 1_000;
/// A word found this often in those is a common one: walking back on finds enough of it before the index could.
const COMMON: u64 = 3;

/// What is looked for: documents that hold all tokens and, to the letter, all words, older than a number.
pub(super) struct Asked<'a> {
    pub(super) shelf: &'a Shelf,
    /// Hexadecimal, see `store/search/document.rs`.
    pub(super) tokens: &'a [String],
    pub(super) words: &'a [String],
    pub(super) before: i64,
    pub(super) limit: u64,
}

#[derive(FromQueryResult)]
struct Hit {
    number: i64,
}

impl Asked<'_> {
    /// SQLite: its index is walked from the newest on, and left when there is enough.
    pub(super) async fn in_index(&self, on: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
        let Shelf { docs, index, .. } = self.shelf;
        let query = self.tokens.iter().map(|t| format!("\"{t}\"")).collect::<Vec<_>>().join(" AND ");
        let mut values: Vec<Value> = vec![query.into(), self.before.into()];
        values.extend(self.words.iter().map(|word| Value::from(word.clone())));
        values.push(i64::try_from(self.limit).unwrap_or(i64::MAX).into());
        let sql = format!(
            "SELECT d.number FROM {index} i CROSS JOIN {docs} d ON d.number = i.rowid \
             WHERE {index} MATCH ? AND i.rowid < ?{} ORDER BY i.rowid DESC LIMIT ?",
            " AND instr(d.body, ?) > 0".repeat(self.words.len())
        );
        hits(on, sql, values).await
    }

    /// PostgreSQL: its index gives all hits before the newest is known, which is quick for rare words only. Common
    /// ones are found by walking back from the newest document.
    pub(super) async fn near_then_whole(&self, on: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
        let near = self.walking_back(on, NEAR).await?;
        let found = near.len() as u64;
        if found >= self.limit {
            return Ok(near);
        }
        if found >= COMMON {
            let far = self.walking_back(on, 2 * NEAR * self.limit / found).await?;
            if far.len() as u64 >= self.limit {
                return Ok(far);
            }
        }
        hits(on, self.statement(self.shelf.docs), self.values()).await
    }

    async fn walking_back(&self, on: &impl ConnectionTrait, documents: u64) -> Result<Vec<i64>, DbErr> {
        let docs = self.shelf.docs;
        let newest = format!(
            "(SELECT number, body, tokens FROM {docs} WHERE number < $1 ORDER BY number DESC LIMIT {documents})"
        );
        hits(on, self.statement(&newest), self.values()).await
    }

    /// The tokens stand in the statement itself, so that it's planned for how rare they are.
    fn statement(&self, from: &str) -> String {
        let plain = |t: &&String| t.bytes().all(|b| b.is_ascii_hexdigit() || b == b'x');
        let query = self.tokens.iter().filter(plain).map(String::as_str).collect::<Vec<_>>().join(" & ");
        let words: String = (0..self.words.len()).map(|n| format!(" AND strpos(d.body, ${}) > 0", n + 2)).collect();
        format!(
            "SELECT d.number FROM {from} d WHERE d.tokens @@ '{query}'::tsquery AND d.number < $1{words} \
             ORDER BY d.number DESC LIMIT {}",
            self.limit
        )
    }

    fn values(&self) -> Vec<Value> {
        std::iter::once(self.before.into()).chain(self.words.iter().map(|word| word.clone().into())).collect()
    }
}

async fn hits(on: &impl ConnectionTrait, sql: String, values: Vec<Value>) -> Result<Vec<i64>, DbErr> {
    let backend: DbBackend = on.get_database_backend();
    let rows = Hit::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(on).await?;
    Ok(rows.into_iter().map(|hit| hit.number).collect())
}
