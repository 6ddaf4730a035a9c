//! What an older version kept by its folding is written anew by this one's, so that it's found as what comes now is.

use crate::domain::search::Kept;
use crate::store::jobs::foldings;
use crate::usecase::{Error, Services};

/// Pieces of one turn: between two the desk's own writing comes first.
const PIECES: usize = 50;

/// Writes on anew where the last turn left off; whether there is more to do.
///
/// # Errors
/// Of the database.
pub async fn go_on(services: &Services) -> Result<bool, Error> {
    for _ in 0..PIECES {
        if !next(services).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One piece, with how far it came; false when nothing is left.
async fn next(services: &Services) -> Result<bool, Error> {
    for shelf in Kept::ALL {
        let Some(after) = foldings::came_to(&services.store, shelf).await? else { continue };
        let tx = services.store.begin().await?;
        let on = foldings::piece(&tx, shelf, &after).await?;
        foldings::put(&tx, shelf, on).await?;
        tx.commit().await?;
        return Ok(true);
    }
    Ok(false)
}
