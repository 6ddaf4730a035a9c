//! The membership directory as imported: members, facilities, who runs which.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "directory_imports",
            vec![
                ColumnDef::new("version").big_integer().not_null().primary_key().take(),
                text("file_name"),
                ColumnDef::new("file_hash").binary_len(32).not_null().take(),
                day("exported_on"),
                text("encoding"),
                number("rows"),
                number("added"),
                number("changed"),
                number("gone"),
                number("unchanged"),
                number("repaired"),
                number("rejected"),
                at("imported_at"),
                maybe_id("imported_by"),
            ],
        )
        .await?;

        create(
            manager,
            "members",
            vec![
                key(),
                text("person_key"),
                maybe_text("member_no"),
                maybe_text("registry_no"),
                maybe_text("category"),
                text("name"),
                text("kana"),
                maybe_day("enrolled_on"),
                maybe_day("moved_on"),
                maybe_text("category_before"),
                maybe_day("left_on"),
                maybe_text("procedure"),
                maybe_day("applied_on"),
                maybe_text("applied_category"),
                text("pref_association"),
                text("district_association"),
                maybe_day("gone_on"),
            ],
        )
        .await?;
        index(manager, "members", &["person_key"], true).await?;

        create(
            manager,
            "category_periods",
            vec![
                key(),
                id("member_id"),
                maybe_text("category"),
                maybe_day("from_on"),
                maybe_day("until_on"),
                day("seen_on"),
            ],
        )
        .await?;
        index(manager, "category_periods", &["member_id"], false).await?;

        create(
            manager,
            "facilities",
            vec![
                key(),
                text("facility_key"),
                text("kind"),
                text("name"),
                text("kana"),
                text("postal_code"),
                text("address"),
                text("phone"),
                text("phone_digits"),
                maybe_day("gone_on"),
            ],
        )
        .await?;
        index(manager, "facilities", &["facility_key"], true).await?;
        index(manager, "facilities", &["phone_digits"], false).await?;

        create(
            manager,
            "tenures",
            vec![key(), id("member_id"), id("facility_id"), text("role"), maybe_day("from_on"), maybe_day("until_on")],
        )
        .await?;
        index(manager, "tenures", &["facility_id"], false).await?;
        index(manager, "tenures", &["member_id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["tenures", "facilities", "category_periods", "members", "directory_imports"]).await
    }
}
