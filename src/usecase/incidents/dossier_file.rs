//! A dossier as the file that leaves the house.

use serde_json::json;

use super::dossiers::{find, firm_name, password};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::DossierId;
use crate::domain::incidents::dossier::Dossier;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::{Ticket, TicketNo};
use crate::domain::time::tokyo_time;
use crate::gateway::pdf::{Body, Inside, Paper, Part, PdfError};
use crate::store::audit;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

/// The locked file: PDF for people, JSON inside it for programs. Audited as a thing that left the house.
///
/// # Errors
/// A refusal where this build makes none.
pub async fn file(services: &Services, ctx: &Ctx, no: TicketNo, id: DossierId) -> Result<Vec<u8>, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let hand = authorise::<may::DossierHand>(ctx)?;
    authorise::<may::DossierExport>(ctx)?;
    let (ticket, dossier) = find(&by, &services.store, no, id).await?;
    let password = password(&hand, services, id).await?;
    let firm = firm_name(&services.store, dossier.firm_id).await?;
    let paper = paper(&ticket, &dossier, firm);
    let press = services.press.clone();
    let set = tokio::task::spawn_blocking(move || press.set_locked(&paper, &password)).await;
    let file = match set.map_err(|error| Error::Outside(error.to_string()))? {
        Ok(file) => file,
        Err(PdfError::LeftOut) => {
            let none = "このサーバーではPDFを作れません。管理者に、pdf を含む版の導入を依頼してください";
            return Err(Refusal::conflict("pdf.left_out", none).into());
        }
        Err(error) => return Err(Error::Outside(error.to_string())),
    };
    let tx = services.store.begin().await?;
    let entry = AuditEntry::done("dossier.export", Object::new("dossier", id.0));
    audit::record(&tx, ctx, entry.subjects([Object::new("ticket", ticket.id.0)])).await?;
    tx.commit().await?;
    Ok(file)
}

/// The paper of a dossier.
fn paper(ticket: &Ticket, dossier: &Dossier, firm: Option<String>) -> Paper {
    let whose = firm.unwrap_or_else(|| dossier.recipient.label().to_owned());
    let made = tokyo_time(dossier.made_at).format("%Y年%-m月%-d日 %H:%M").to_string();
    let head = [
        ("相談票", ticket.number.to_string()),
        ("作成", made.clone()),
        ("お渡しする方", format!("{}（{whose}）", dossier.to)),
        ("同意された方", dossier.consent_by.clone()),
    ];
    let parts = dossier.content.parts.iter().map(|part| Part {
        title: part.title.clone(),
        body: vec![Body::Facts(part.rows.iter().map(|row| (row.what.clone(), row.says.clone())).collect())],
    });
    let inside = json!({
        "schema": "dossier/1",
        "ticket": ticket.number.to_string(),
        "made_at": dossier.made_at.to_rfc3339(),
        "recipient": dossier.recipient.code(),
        "content": dossier.content,
    });
    Paper {
        title: "サイバーセキュリティ事案 引渡し資料".into(),
        head: head.into_iter().map(|(name, says)| (name.to_owned(), says)).collect(),
        parts: parts.collect(),
        foot: format!("取扱注意　相談票 {}　{made} 作成", ticket.number),
        inside: Some(Inside { name: "dossier.json".into(), text: inside.to_string(), mime: "application/json".into() }),
    }
}
