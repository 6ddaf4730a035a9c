//! How a dossier leaves the house: for whom, and by which means.

use crate::domain::codes::codes;

codes! {
    /// For whom a dossier is. The police has it from the clinic.
    Recipient {
        /// The clinic itself.
        Clinic = "clinic", "医療機関",
        /// The firm that took the case on.
        Firm = "firm", "紹介先の事業者",
    }
    /// How it's passed on.
    Means {
        /// With a mail.
        Mail = "mail", "メールに添付",
        /// On a medium.
        Media = "media", "USBメモリなどの媒体",
        /// Through a site of theirs.
        Site = "site", "先方の受渡しサイト",
    }
}
