//! The names that a comment may not hold, as the directory, the register and the records have them.

use std::collections::HashSet;

use chrono::DateTime;
use futures::TryStreamExt;

use crate::domain::access::actor::may;
use crate::domain::matching::facility::FacilityName;
use crate::domain::matching::prefecture::PREFECTURES;
use crate::domain::reports::comment::Names;
use crate::domain::reports::{Axis, Report, Terms};
use crate::gateway::postal;
use crate::store::incidents::record;
use crate::store::{members, referrals};
use crate::usecase::authorise::Granted;
use crate::usecase::{Error, Services};

/// All of them, and the prefectures whose cell the report doesn't show.
pub(super) async fn of(
    _: &Granted<may::ReportPublish>,
    services: &Services,
    report: &Report,
    terms: &Terms,
) -> Result<Names, Error> {
    let store = &services.store;
    let mut names = Names::default();
    let mut people = std::pin::pin!(members::each_member(store));
    while let Some(one) = people.try_next().await? {
        names.person(&one.record.name);
        names.person(&one.record.kana);
    }
    let mut places = std::pin::pin!(members::each_facility(store));
    while let Some(one) = places.try_next().await? {
        let stem: String = FacilityName::parse(&one.record.name).stem().into_iter().collect();
        names.facility(&one.record.name, &stem);
    }
    for (firm, _) in referrals::firm::all(store).await? {
        names.business(&firm.name);
    }
    for (_, told) in record::vendors_since(store, DateTime::UNIX_EPOCH).await? {
        names.business(&told.value);
    }
    let list = postal::shipped().map_err(|e| Error::Outside(e.to_string()))?;
    let towns: HashSet<&str> = list.towns().map(|(_, municipality, _)| municipality).collect();
    towns.into_iter().for_each(|town| names.municipality(town));
    let shown = |prefecture: &str| {
        report.cells.iter().any(|(key, shown)| match key.at[..] {
            [(Axis::Prefecture, at)] => {
                shown.is_some()
                    && terms.categories.words(Axis::Prefecture).get(usize::from(at)).is_some_and(|w| w == prefecture)
            }
            _ => false,
        })
    };
    PREFECTURES.into_iter().filter(|prefecture| !shown(prefecture)).for_each(|prefecture| names.prefecture(prefecture));
    Ok(names)
}
