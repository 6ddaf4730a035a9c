//! Who acts, and the one table of who may do what. Use-cases, pages, the router and the tests all read it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::AccountId;

/// A role (`design.md` section 1). An account has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// オペレータ（1次）
    Operator,
    /// 2次対応
    Specialist,
    /// スーパーバイザー
    Supervisor,
    /// 一時支援金事務局
    Clerk,
    /// 日本医師会担当者
    JmaReader,
    /// 管理者
    Administrator,
    /// 連携: telephone systems and scripts, by token only.
    Integration,
}

impl Role {
    /// All roles, in the order of the documentation.
    pub const ALL: [Role; 7] = [
        Role::Operator,
        Role::Specialist,
        Role::Supervisor,
        Role::Clerk,
        Role::JmaReader,
        Role::Administrator,
        Role::Integration,
    ];

    /// The code used in commands and the database.
    pub fn code(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Specialist => "specialist",
            Role::Supervisor => "supervisor",
            Role::Clerk => "clerk",
            Role::JmaReader => "jma_reader",
            Role::Administrator => "administrator",
            Role::Integration => "integration",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Role::Operator => "オペレータ",
            Role::Specialist => "2次対応",
            Role::Supervisor => "スーパーバイザー",
            Role::Clerk => "一時支援金事務局",
            Role::JmaReader => "日本医師会担当者",
            Role::Administrator => "管理者",
            Role::Integration => "連携",
        }
    }

    /// The role of a code.
    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// How long a session of this role may lie idle, in minutes (`quality.md` section 4).
    pub fn idle_minutes(self) -> i64 {
        match self {
            Role::Clerk | Role::JmaReader | Role::Administrator => 15,
            _ => 30,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $label:literal : [$($role:ident),*] by $hands:ident),+ $(,)?) => {
        /// Something a person or a token may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name),+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Action] = &[$(Action::$name),+];

            /// The code written to the audit and used as a token's scope.
            pub fn code(self) -> &'static str {
                match self { $(Action::$name => $code),+ }
            }

            /// The words on the screens.
            pub fn label(self) -> &'static str {
                match self { $(Action::$name => $label),+ }
            }

            /// The roles that may do it.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Action::$name => &[$(Role::$role),*]),+ }
            }

            /// Through whose hands it may be done.
            pub fn hands(self) -> Hands {
                match self { $(Action::$name => Hands::$hands),+ }
            }
        }

        /// One type an action: what a step asks for, and what it proves having asked for.
        pub mod may {
            use super::{Action, Right};
            $($(#[$doc])* #[derive(Debug)] pub enum $name {}
            impl Right for $name { const ACTION: Action = Action::$name; })+
        }
    };
}

/// Through whose hands something may be done, whatever the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// People, and scripts with a token.
    Anybody,
    /// People alone: what decides for others, about rights, or about oneself. No token ever has it.
    People,
    /// The product itself and commands at the console.
    Console,
}

/// An action as a type ([`may`]).
pub trait Right {
    /// The action.
    const ACTION: Action;
}

actions! {
    /// Own home page, own password, signing out.
    OwnDesk = "own.desk", "自分のページ・パスワード": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator] by People,
    /// Own second factor and recovery codes.
    OwnLocks = "own.locks", "自分の2要素認証": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator] by People,
    /// Start, type and end calls.
    CallWork = "call.work", "通話の記録": [Operator, Specialist, Supervisor] by Anybody,
    /// Log a finished call in one go (API).
    CallLog = "call.log", "終了した通話の登録（API）": [Operator, Specialist, Supervisor, Integration] by Anybody,
    /// See calls.
    CallRead = "call.read", "通話の閲覧・検索": [Operator, Specialist, Supervisor] by Anybody,
    /// Hold what a caller says against the directory, and record the outcome.
    Verify = "member.verify", "会員の確認": [Operator, Specialist, Supervisor] by Anybody,
    /// Decide otherwise than the rules about a caller; a second person reviews it.
    Override = "member.override", "会員確認の特例": [Supervisor] by People,
    /// List and search tickets.
    TicketFind = "ticket.find", "相談票の一覧・検索": [Operator, Specialist, Supervisor] by Anybody,
    /// Open a ticket; a clerk only one that a claim may come of, and of it only what a claim needs.
    TicketRead = "ticket.read", "相談票を開く": [Operator, Specialist, Supervisor, Clerk] by Anybody,
    /// Write on a ticket: notes, advice, remote support, closing, reopening.
    TicketWork = "ticket.work", "相談票への記録": [Operator, Specialist, Supervisor] by Anybody,
    /// Ask tier 2 to take a ticket.
    Escalate = "ticket.escalate", "2次対応の依頼": [Operator, Specialist, Supervisor] by Anybody,
    /// See the queue of tier 2, take a ticket from it, give it back.
    Tier2 = "ticket.tier2", "2次対応": [Specialist, Supervisor] by Anybody,
    /// Introduce a member to a firm, and keep the register of firms.
    ReferralWork = "referral.work", "専門事業者の紹介・登録簿": [Specialist, Supervisor] by Anybody,
    /// Take the register of firms out as a file.
    FirmExport = "firm.export", "専門事業者の登録簿の書き出し": [Specialist, Supervisor] by People,
    /// Hand the dossier of an incident to the clinic or a firm; write down what authorities ask for.
    DossierHand = "dossier.hand", "引渡し資料・捜査機関などからの照会": [Specialist, Supervisor] by People,
    /// Take a dossier out as a file.
    DossierExport = "dossier.export", "引渡し資料の書き出し": [Specialist, Supervisor] by People,
    /// Keep a ticket beyond its period, and let go of it again.
    RetentionHold = "ticket.hold", "相談票の保全（保存期間の延長）": [Supervisor] by People,
    /// Erase what is kept no longer: the product itself at night, or at the console.
    RetentionRun = "retention.run", "保存期間が終わった記録の消去（コンソールのみ）": [] by Console,
    /// Write backups and restore them; at the console.
    Backup = "backup.run", "バックアップの作成・復元（コンソールのみ）": [] by Console,
    /// The day's view, and reviews of what was done outside the rules.
    Supervise = "desk.supervise", "当日の状況・事後確認": [Supervisor] by People,
    /// Callers who were pointed to the claims office; no narratives.
    ClaimEnquiry = "claim.enquiry", "事務局へご案内した件": [Clerk] by Anybody,
    /// See claims for a support payment; no narratives.
    ClaimRead = "claim.read", "一時支援金請求の閲覧": [Supervisor, Clerk] by Anybody,
    /// Read published reports.
    ReportRead = "report.read", "報告の閲覧": [JmaReader] by Anybody,
    /// Draw reports of what is over: the product itself, or at the console.
    ReportDraw = "report.draw", "報告の作成（自動・コンソール）": [] by Console,
    /// See drafts, write beside the figures, approve, publish, withdraw.
    ReportPublish = "report.publish", "報告の確認・公表・取り下げ": [Supervisor] by People,
    /// See how what runs beside the desk does.
    JobRead = "job.read", "定期処理の状態の閲覧": [Administrator] by Anybody,
    /// Import the directory.
    DirectoryImport = "directory.import", "会員名簿の取込": [Administrator] by People,
    /// Make accounts, end their sessions.
    AccountAdmin = "account.admin", "アカウントの管理": [Administrator] by People,
    /// Make and revoke API tokens.
    TokenAdmin = "token.admin", "APIトークンの管理": [Administrator] by People,
    /// Change the keys of sealed values; at the console.
    KeyAdmin = "key.admin", "暗号鍵の更新（コンソールのみ）": [] by Console,
    /// Read who may do and see what.
    RightsRead = "rights.read", "権限表の閲覧": [Supervisor, Administrator] by Anybody,
    /// Read the audit.
    AuditRead = "audit.read", "監査記録の閲覧": [Administrator] by Anybody,
    /// Note that one looked through the audit.
    AuditReview = "audit.review", "監査記録の点検の記録": [Administrator] by People,
    /// Take the audit out as a file.
    AuditExport = "audit.export", "監査記録の書き出し": [Administrator] by People,
    /// Read the API's description.
    ApiDescribe = "api.describe", "APIの説明": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator, Integration] by Anybody,
}

impl Action {
    /// Whether it needs the second factor to have been given within the last minutes (`quality.md` section 4):
    /// exports, the administration of accounts and tokens, payments, one's own locks.
    pub fn needs_fresh_proof(self) -> bool {
        use Action::{AccountAdmin, AuditExport, DossierExport, FirmExport, OwnLocks, TokenAdmin};
        matches!(self, OwnLocks | AccountAdmin | TokenAdmin | AuditExport | DossierExport | FirmExport)
    }

    /// The action of a code.
    pub fn parse(code: &str) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.code() == code)
    }
}

/// Whether a role may do something.
pub fn may(role: Role, action: Action) -> bool {
    action.roles().contains(&role)
}

/// Whether somebody of a role answers for what a token of a role does: of their own role, or whoever makes tokens.
/// A token works only as long as the person behind it does.
pub fn answers_for(person: Role, token: Role) -> bool {
    person == token || may(person, Action::TokenAdmin)
}

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// A person, signed in.
    Account,
    /// A script with a token.
    Token,
    /// The product itself, or a command at the console.
    System,
    /// Nobody known yet: a person at the sign-in page.
    Stranger,
}

impl ActorKind {
    /// The code in the audit.
    pub fn code(self) -> &'static str {
        match self {
            ActorKind::Account => "account",
            ActorKind::Token => "token",
            ActorKind::System => "system",
            ActorKind::Stranger => "stranger",
        }
    }
}

/// Who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Account, token, or the product itself.
    pub kind: ActorKind,
    /// The account's or token's id; nil for the product itself and strangers.
    pub id: Uuid,
    /// The role, where there is one.
    pub role: Option<Role>,
    /// A name to show.
    pub name: String,
    /// For tokens: the action codes it was issued for; empty means all of its role.
    pub scopes: Vec<String>,
    /// The person who acts, whatever they act through: the account itself, or who answers for the token. None for the
    /// product itself, strangers, and tokens made at the console for nobody.
    pub person: Option<AccountId>,
}

impl Actor {
    /// The product itself, or a command at the console: may do everything.
    pub fn system() -> Self {
        Self {
            kind: ActorKind::System,
            id: Uuid::nil(),
            role: None,
            name: "システム".into(),
            scopes: Vec::new(),
            person: None,
        }
    }

    /// Nobody known yet.
    pub fn stranger() -> Self {
        Self {
            kind: ActorKind::Stranger,
            id: Uuid::nil(),
            role: None,
            name: String::new(),
            scopes: Vec::new(),
            person: None,
        }
    }

    /// Whether this actor may do something.
    pub fn may(&self, action: Action) -> bool {
        match (self.kind, self.role) {
            (ActorKind::System, _) => true,
            (ActorKind::Stranger, _) | (_, None) => false,
            (ActorKind::Token, _) if action.hands() != Hands::Anybody => false,
            (_, Some(role)) => {
                may(role, action) && (self.scopes.is_empty() || self.scopes.iter().any(|s| s == action.code()))
            }
        }
    }

    /// Whether this is a person, and another one than `doer`, who did what needs a second person. What nobody
    /// answers for (the product itself, a token made at the console for nobody) is another's to everybody.
    pub fn is_another_than(&self, doer: Option<AccountId>) -> bool {
        self.person.is_some() && self.person != doer
    }
}

#[cfg(test)]
#[path = "actor_tests.rs"]
mod tests;
