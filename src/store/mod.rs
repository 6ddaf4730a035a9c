//! MEMORY. The only place that knows sea-orm. One implementation serves SQLite and PostgreSQL;
//! what differs between them stands in `dialect.rs`.

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod calls;
pub mod claims;
pub mod demo;
pub mod desks;
pub mod dialect;
pub mod entity;
pub mod error;
pub mod incidents;
pub mod jobs;
pub mod members;
pub mod once;
pub mod referrals;
pub mod reports;
pub mod retention;
pub mod search;
mod span;
pub mod tickets;
pub mod verification;

use std::path::PathBuf;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use dialect::connection::{Connection, Uncommitted, Writer};

pub use audit::Journal;
pub use error::StoreError;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Address {
    /// `sqlite://…` or `postgres://…`
    pub url: String,
    /// Connections that read at the same time (PostgreSQL: all connections).
    pub connections: u32,
}

/// The database: a pool for writing, a pool for reading, and the journal of reads.
#[derive(Clone)]
pub struct Store {
    write: Writer,
    read: DatabaseConnection,
    journal: Journal,
    /// The file of a SQLite database.
    file: Option<PathBuf>,
}

/// Where a finder may look: the database as it stands, or a transaction in progress.
pub trait Access: Sync {
    /// The connection's type.
    type Conn: ConnectionTrait;
    /// The connection.
    fn conn(&self) -> &Self::Conn;
}

/// A transaction. Dropped without a commit, it never happened.
pub struct Tx {
    inner: Connection,
    writer: Writer,
    /// Audit entries of its deeds: they go over in one statement, just before the commit.
    audit: audit::Pending,
}

impl Store {
    /// Connects, makes a missing SQLite file, brings migrations current under a lock of the database.
    ///
    /// # Errors
    /// `Newer` when the database was written by a newer version; `Unfinished` when it was left half-filled;
    /// `Unreachable` when it can't be opened.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let (write, read) = dialect::connect(address).await?;
        let store = Self { journal: Journal::start(write.clone()), write, read, file: dialect::file_of(&address.url) };
        store.migrate().await?;
        if demo::is_unfinished(&store).await? {
            return Err(StoreError::Unfinished);
        }
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        use migrations::{Migrator, MigratorTrait};
        let tx = dialect::begin_schema(self.write.pool()).await?;
        dialect::lock_schema(&tx).await?;
        Migrator::install(&tx).await?;
        let known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
        let applied = Migrator::get_migration_models(&tx).await?;
        if applied.iter().any(|m| !known.contains(&m.version)) {
            return Err(StoreError::Newer);
        }
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Begins a transaction that will write.
    // Boxed, as other futures that nearly every step holds: a compiler proves of each step anew what it holds within.
    pub fn begin(&self) -> BoxFuture<'_, Result<Tx, StoreError>> {
        let begun = async {
            Ok(Tx { inner: self.write.begin().await?, writer: self.write.clone(), audit: audit::Pending::default() })
        };
        begun.boxed()
    }

    /// The journal of reads.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Closes the database, for everybody who holds this memory.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.read.close_by_ref().await?;
        Ok(self.write.pool().close_by_ref().await?)
    }

    /// Whether the database answers, within a second.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match tokio::time::timeout(PROMPTLY, self.read.execute_unprepared("SELECT 1")).await {
            Ok(answered) => Ok(answered.map(|_| ())?),
            Err(_) => Err(StoreError::Away("no answer within a second")),
        }
    }
}

impl Access for Store {
    type Conn = DatabaseConnection;
    fn conn(&self) -> &DatabaseConnection {
        &self.read
    }
}

impl Access for Tx {
    type Conn = Connection;
    fn conn(&self) -> &Connection {
        &self.inner
    }
}

impl Tx {
    /// Makes it so, durably: it has returned from a real COMMIT, or it is found to stand.
    ///
    /// # Errors
    /// What kept it from being done: then nothing of it stands. `Unknown` when that can't be found out.
    pub fn commit(self) -> BoxFuture<'static, Result<(), StoreError>> {
        let committed = async move {
            let witness = self.audit.write(&self.inner).await?;
            settled(&self.writer, self.inner.commit().await, witness.as_ref()).await
        };
        committed.boxed()
    }
}

/// Within which whoever asks whether the database answers is told.
const PROMPTLY: Duration = Duration::from_millis(900);
/// How long it may take to find out whether a COMMIT without an answer stands.
const FINDING_OUT: Duration = Duration::from_secs(4);

/// What a COMMIT came to. Where its answer failed it is looked up, by an audit entry that was among what it wrote.
async fn settled(
    writer: &Writer,
    ended: Result<(), Uncommitted>,
    witness: Option<&audit::Witness>,
) -> Result<(), StoreError> {
    let fault = match ended {
        Ok(()) => return Ok(()),
        Err(Uncommitted::Undone(fault)) => return Err(fault.into()),
        Err(Uncommitted::Unclear(fault)) => fault,
    };
    let stands = tokio::time::timeout(FINDING_OUT, dialect::stands(writer, witness)).await;
    match stands {
        Ok(Ok(Some(true))) => Ok(()),
        Ok(Ok(Some(false))) => Err(fault.into()),
        _ => Err(StoreError::Unknown),
    }
}
