//! LATER. What runs beside the desk: each instance keeps its own index of the directory in step.

use std::time::Duration;

use tracing::{info, warn};

use crate::usecase::{House, directory};

/// Looks for a newer directory now and then, and serves it once it's built.
pub async fn keep_index(house: House, every: Duration) {
    loop {
        match directory::refresh(&house).await {
            Ok(true) => {
                let version = house.index.get().map_or(0, |index| index.version());
                info!(directory.version = version, "Serving directory version {version}");
            }
            Ok(false) => {}
            Err(error) => warn!(%error, "The directory index could not be refreshed"),
        }
        tokio::time::sleep(every).await;
    }
}
