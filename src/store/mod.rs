//! MEMORY. The only place that knows sea-orm. One implementation serves SQLite and PostgreSQL;
//! what differs between them stands in `dialect.rs`.

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod calls;
pub mod claims;
pub mod delays;
pub mod dialect;
pub mod directory;
pub mod entity;
pub mod error;
pub mod factors;
pub mod holds;
pub mod idempotency;
pub mod known_sources;
pub mod leases;
pub mod passkeys;
pub mod reports;
pub mod retention;
pub mod search;
pub mod sessions;
pub mod tickets;
pub mod trial;
pub mod work;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, StreamTrait};

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
    write: DatabaseConnection,
    read: DatabaseConnection,
    journal: Journal,
}

/// Where a finder may look: the database as it stands, or a transaction in progress.
pub trait Access: Sync {
    /// The connection's type.
    type Conn: ConnectionTrait + StreamTrait;
    /// The connection.
    fn conn(&self) -> &Self::Conn;
}

/// A transaction. Dropped without a commit, it never happened.
pub struct Tx {
    inner: DatabaseTransaction,
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
        let store = Self { journal: Journal::start(write.clone()), write, read };
        store.migrate().await?;
        if trial::is_unfinished(&store).await? {
            return Err(StoreError::Unfinished);
        }
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        use migrations::{Migrator, MigratorTrait};
        let tx = self.begin().await?;
        dialect::lock_schema(&tx.inner).await?;
        Migrator::install(&tx.inner).await?;
        let known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
        let applied = Migrator::get_migration_models(&tx.inner).await?;
        if applied.iter().any(|m| !known.contains(&m.version)) {
            return Err(StoreError::Newer);
        }
        Migrator::up(&tx.inner, None).await?;
        tx.commit().await
    }

    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx { inner: dialect::begin(&self.write).await?, audit: audit::Pending::default() })
    }

    /// The journal of reads.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Closes the database, for everybody who holds this memory.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.read.close_by_ref().await?;
        Ok(self.write.close_by_ref().await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }
}

impl Access for Store {
    type Conn = DatabaseConnection;
    fn conn(&self) -> &DatabaseConnection {
        &self.read
    }
}

impl Access for Tx {
    type Conn = DatabaseTransaction;
    fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

impl Tx {
    /// Makes it so, durably.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.audit.write(&self.inner).await?;
        Ok(self.inner.commit().await?)
    }
}
