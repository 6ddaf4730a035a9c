//! Who acts, and the one table of who may do what. Use-cases, pages, the router and the tests all read it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    ($($(#[$doc:meta])* $name:ident = $code:literal : [$($role:ident),*]),+ $(,)?) => {
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

            /// The roles that may do it.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Action::$name => &[$(Role::$role),*]),+ }
            }
        }
    };
}

actions! {
    /// Own home page, own password, signing out.
    OwnDesk = "own.desk": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator],
    /// Own second factor and recovery codes.
    OwnLocks = "own.locks": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator],
    /// Start, type and end calls.
    CallWork = "call.work": [Operator, Specialist, Supervisor],
    /// Log a finished call in one go (API).
    CallLog = "call.log": [Operator, Specialist, Supervisor, Integration],
    /// See calls.
    CallRead = "call.read": [Operator, Specialist, Supervisor],
    /// Hold what a caller says against the directory, and record the outcome.
    Verify = "member.verify": [Operator, Specialist, Supervisor],
    /// See, list and search tickets.
    TicketRead = "ticket.read": [Operator, Specialist, Supervisor],
    /// Write on a ticket: notes, advice, remote support, closing, reopening.
    TicketWork = "ticket.work": [Operator, Specialist, Supervisor],
    /// Ask tier 2 to take a ticket.
    HandOver = "ticket.hand_over": [Operator, Specialist, Supervisor],
    /// See the queue of tier 2, take a ticket from it, give it back.
    Tier2 = "ticket.tier2": [Specialist, Supervisor],
    /// The day's view, and reviews of what was done outside the rules.
    Supervise = "desk.supervise": [Supervisor],
    /// Callers who were pointed to the claims office; no narratives.
    ClaimGuidance = "claim.guidance": [Clerk],
    /// See claims for a support payment; no narratives.
    ClaimRead = "claim.read": [Supervisor, Clerk],
    /// Read published reports.
    ReportRead = "report.read": [JmaReader],
    /// Import the directory.
    DirectoryImport = "directory.import": [Administrator],
    /// Make accounts, end their sessions.
    AccountAdmin = "account.admin": [Administrator],
    /// Make and revoke API tokens.
    TokenAdmin = "token.admin": [Administrator],
    /// Change the keys of sealed values; at the console.
    KeyAdmin = "key.admin": [],
    /// Read the audit.
    AuditRead = "audit.read": [Administrator],
    /// Take the audit out as a file.
    AuditExport = "audit.export": [Administrator],
    /// Read the API's description.
    ApiDescribe = "api.describe": [Operator, Specialist, Supervisor, Clerk, JmaReader, Administrator, Integration],
}

impl Action {
    /// Whether it needs the second factor to have been given within the last minutes (`quality.md` section 4):
    /// exports, the administration of accounts and tokens, payments, one's own locks.
    pub fn needs_fresh_proof(self) -> bool {
        matches!(self, Action::OwnLocks | Action::AccountAdmin | Action::TokenAdmin | Action::AuditExport)
    }
}

/// Whether a role may do something.
pub fn may(role: Role, action: Action) -> bool {
    action.roles().contains(&role)
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
}

impl Actor {
    /// The product itself, or a command at the console: may do everything.
    pub fn system() -> Self {
        Self { kind: ActorKind::System, id: Uuid::nil(), role: None, name: "システム".into(), scopes: Vec::new() }
    }

    /// Nobody known yet.
    pub fn stranger() -> Self {
        Self { kind: ActorKind::Stranger, id: Uuid::nil(), role: None, name: String::new(), scopes: Vec::new() }
    }

    /// Whether this actor may do something.
    pub fn may(&self, action: Action) -> bool {
        match (self.kind, self.role) {
            (ActorKind::System, _) => true,
            (ActorKind::Stranger, _) | (_, None) => false,
            (_, Some(role)) => {
                may(role, action) && (self.scopes.is_empty() || self.scopes.iter().any(|s| s == action.code()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jma_reader_may_read_reports_and_nothing_else() {
        let allowed: Vec<_> = Action::ALL.iter().filter(|a| may(Role::JmaReader, **a)).map(|a| a.code()).collect();
        assert_eq!(allowed, ["own.desk", "own.locks", "report.read", "api.describe"]);
    }

    #[test]
    fn an_administrator_sees_no_content_of_tickets() {
        for action in [Action::TicketRead, Action::CallRead, Action::Verify, Action::ReportRead] {
            assert!(!may(Role::Administrator, action), "{}", action.code());
        }
    }

    #[test]
    fn a_token_with_scopes_may_do_only_those() {
        let mut token = Actor { kind: ActorKind::Token, role: Some(Role::Operator), ..Actor::system() };
        assert!(token.may(Action::TicketRead));
        token.scopes = vec![Action::CallLog.code().into()];
        assert!(token.may(Action::CallLog) && !token.may(Action::TicketRead));
    }
}
