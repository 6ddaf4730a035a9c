//! What is known of incidents, and the clocks of the clinics' duties.

pub mod authority;
pub mod campaign;
pub mod clock;
pub mod dossier;
pub mod evidence;
pub mod indicator;
pub mod record;

use uuid::Uuid;

use crate::store::{StoreError, Tx};

/// Takes people's words out of what is known of a ticket's incident.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    record::erase(tx, ticket).await?;
    evidence::erase(tx, ticket).await?;
    indicator::erase(tx, ticket).await?;
    dossier::erase(tx, ticket).await?;
    authority::erase(tx, ticket).await?;
    clock::erase(tx, ticket).await
}
