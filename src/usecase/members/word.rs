//! What an import needs a person's word for.

use crate::domain::members::field::tidy;
use crate::domain::refusal::Refusal;
use crate::usecase::members::OnPage;
use crate::usecase::members::change::Change;

impl Change {
    /// More than a tenth of those that stand until now would go, however many come instead.
    pub(in crate::usecase) fn loses_many(&self) -> bool {
        self.ties.lost.len() * 10 > self.ties.before
    }

    /// Why it isn't taken without a person's word: too many would go, or what a column says.
    pub(in crate::usecase) fn refused(&self) -> Option<Refusal> {
        if self.loses_many() {
            let (gone, before) = (self.ties.lost.len(), self.ties.before);
            let words = format!(
                "いまの名簿{before}件のうち{gone}件が、このファイルにはありません（1割を超えています）。ほかの都道府県医師会のファイルや、一部だけのファイルではないか確かめてください。正しいファイルであれば、--allow-shrink を付けてやり直してください"
            );
            return Some(Refusal::field("file", "import.shrunken", words));
        }
        if let Some((column, of)) = self.turned.first() {
            let words = format!(
                "「{column}」が{of}件で、いまの名簿と違います（1割を超えています）。列がずれたり、一部の列だけ並べ替えられたりしていないか確かめてください。正しいファイルであれば、--allow-shrink を付けてやり直してください"
            );
            return Some(Refusal::field("file", "import.column_turned", words));
        }
        let (column, of) = self.emptied.first()?;
        let words = format!(
            "「{column}」の列がありません（いまの名簿では{of}件にあります）。見出しが壊れていないか確かめてください。正しいファイルであれば、--allow-shrink を付けてやり直してください"
        );
        Some(Refusal::field("file", "import.column_lost", words))
    }
}

/// Whether somebody said that many may go, by typing how many, and that columns may.
pub(super) fn was_said(change: &Change, gone: i64, said: OnPage<'_>) -> Result<(), Refusal> {
    let typed = tidy(said.gone).replace([',', '、', '件'], "");
    if change.loses_many() && typed.parse() != Ok(gone) {
        let message = format!("なくなる件数が違います。内容を確かめ、なくなる件数（{gone}）を入力してください");
        return Err(Refusal::field("gone", "import.gone_number", message));
    }
    let stays = change.emptied.is_empty() && change.turned.is_empty();
    if !(stays || said.columns) {
        let message =
            "なくなる列、または大きく変わる列があります。内容を確かめ、よければ「列の変化を確かめた」を選んでください";
        return Err(Refusal::field("columns", "import.columns_not_said", message));
    }
    Ok(())
}
