//! What the database draws by lot.

use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend};

/// An id that says nothing, another one for each row.
pub(in crate::store) fn random_uuid(on: &impl ConnectionTrait) -> SimpleExpr {
    match on.get_database_backend() {
        DbBackend::Sqlite => Expr::cust("randomblob(16)"),
        _ => Expr::cust("gen_random_uuid()"),
    }
}
