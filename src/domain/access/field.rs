//! What is shown, field by field: which roles may see it, and doing what. With the actions of `actor.rs` this is the
//! one table of role × action × field (`design.md` section 1, `quality.md` section 4). Steps load, pages draw and the
//! API sends only what it allows; the page of rights and the API's description are made of it.

use crate::domain::access::actor::{Action, Actor, ActorKind, Role, may};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $label:literal : [$($role:ident),*] by [$($action:ident),*]),+ $(,)?) => {
        /// A field, or several that are always seen together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Field { $($(#[$doc])* $name),+ }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$name),+];

            /// Its code in the API.
            pub fn code(self) -> &'static str {
                match self { $(Field::$name => $code),+ }
            }

            /// The words on the screens.
            pub fn label(self) -> &'static str {
                match self { $(Field::$name => $label),+ }
            }

            /// The roles that may see it.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Field::$name => &[$(Role::$role),*]),+ }
            }

            /// What shows it.
            pub fn actions(self) -> &'static [Action] {
                match self { $(Field::$name => &[$(Action::$action),*]),+ }
            }
        }
    };
}

fields! {
    /// Number, day of opening, incident and state of a ticket.
    TicketHead = "ticket.head", "相談票の番号・受付日時・種別・状態": [Operator, Specialist, Supervisor, Clerk]
        by [CallWork, CallRead, TicketFind, TicketRead, Tier2, Supervise, ClaimEnquiry, ClaimRead],
    /// The facility: name, kind, address, telephone number of the directory.
    TicketFacility = "ticket.facility", "医療機関・事業所": [Operator, Specialist, Supervisor, Clerk]
        by [CallWork, CallRead, TicketFind, TicketRead, Tier2, Supervise, ClaimEnquiry],
    /// The A① member the ticket belongs to: name and associations.
    TicketMember = "ticket.member", "A①会員の氏名・所属": [Operator, Specialist, Supervisor, Clerk] by [TicketRead],
    /// Who works on it, how urgent it is, what comes next.
    TicketCourse = "ticket.course", "重大度・担当・次の対応": [Operator, Specialist, Supervisor]
        by [CallWork, CallRead, TicketFind, TicketRead, Tier2, Supervise],
    /// What the caller told and everything that was written down: the timeline, reasons, notes.
    TicketNarrative = "ticket.narrative", "相談内容・対応履歴・理由": [Operator, Specialist, Supervisor]
        by [CallRead, TicketRead, Tier2],
    /// Remote sessions: consent, tool, what was found and done.
    TicketRemote = "ticket.remote", "リモート支援の記録": [Operator, Specialist, Supervisor] by [TicketRead],
    /// The incident's record: what is affected, whose data, and the clocks of the clinic's duties.
    TicketIncident = "ticket.incident", "インシデント記録・法令上の期限": [Operator, Specialist, Supervisor]
        by [TicketRead, Tier2, Supervise],
    /// Referrals to forensic firms and lawyers: how far they are, with whom.
    TicketReferral = "ticket.referral", "専門事業者の紹介": [Operator, Specialist, Supervisor] by [TicketRead, ReferralWork],
    /// Who is called back, where, about what.
    TicketCallback = "ticket.callback", "折返しのお約束": [Operator, Specialist, Supervisor]
        by [CallWork, CallRead, TicketRead, Supervise],
    /// When a call came, who took it, how it ended.
    CallHead = "call.head", "通話の日時・対応結果・対応者": [Operator, Specialist, Supervisor]
        by [CallWork, CallRead, TicketRead, Supervise],
    /// Who called from where.
    CallContact = "call.contact", "入電者の氏名・電話番号": [Operator, Specialist, Supervisor]
        by [CallWork, CallRead, TicketRead, Supervise],
    /// Whether the caller was verified, and when.
    VerificationOutcome = "verification.outcome", "会員確認の結果": [Operator, Specialist, Supervisor, Clerk]
        by [CallRead, TicketFind, TicketRead, Supervise],
    /// The four items as the caller said them, the marks beside them, the reason written down.
    VerificationSaid = "verification.said", "会員確認でお聞きした内容": [Operator, Specialist, Supervisor]
        by [CallRead, Verify, TicketRead, Supervise],
    /// What a claim is for, its days, how far it has come.
    ClaimHead = "claim.head", "一時支援金の区分・日付・状態": [Supervisor, Clerk] by [ClaimRead],
    /// What is paid for it.
    ClaimAmount = "claim.amount", "一時支援金の金額": [Supervisor, Clerk] by [ClaimRead],
    /// Figures of reports: published ones, and those on their way.
    ReportFigures = "report.figures", "報告の数値": [Supervisor, JmaReader] by [ReportRead, ReportPublish],
    /// Figures of directory imports, and rows that were kept out.
    ImportFigures = "import.figures", "名簿の取込結果": [Administrator] by [DirectoryImport],
    /// Sign-in names, names, roles and sessions of others.
    AccountHead = "account.head", "アカウントの名前・役割・状態": [Administrator] by [AccountAdmin],
    /// Names, roles and ends of API tokens.
    TokenHead = "token.head", "APIトークンの名前・役割・期限": [Administrator] by [TokenAdmin],
    /// Who did what to which thing, when, from where; no personal values.
    AuditTrail = "audit.trail", "監査記録（個人の値は含まない）": [Administrator] by [AuditRead, AuditExport],
}

impl Actor {
    /// Whether this actor sees a field when doing something.
    pub fn sees(&self, action: Action, field: Field) -> bool {
        let allowed = self.role.is_some_and(|role| field.roles().contains(&role));
        self.may(action) && field.actions().contains(&action) && (allowed || self.kind == ActorKind::System)
    }

    /// The fields this actor sees when doing something.
    pub fn fields(&self, action: Action) -> Fields {
        Fields(Field::ALL.iter().copied().filter(|field| self.sees(action, *field)).collect())
    }
}

/// Whether a role sees a field at all.
pub fn sees(role: Role, field: Field) -> bool {
    field.roles().contains(&role) && field.actions().iter().any(|action| may(role, *action))
}

/// The fields of something that was loaded for somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// Whether a field is among them.
    pub fn show(&self, field: Field) -> bool {
        self.0.contains(&field)
    }
}

/// Which tickets a role may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// Those a claim was made for, or whose caller was pointed to the claims office.
    Claims,
}

/// Which tickets somebody may open: the claims office those that concern it, "of a ticket only what a claim needs"
/// (`design.md` section 1).
pub fn reach(actor: &Actor) -> Reach {
    if actor.role == Some(Role::Clerk) { Reach::Claims } else { Reach::All }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Actor {
        Actor { kind: ActorKind::Account, role: Some(role), ..Actor::system() }
    }

    #[test]
    fn every_field_has_somebody_who_sees_it_and_every_right_to_see_is_one_that_can_be_used() {
        for field in Field::ALL {
            assert!(!field.roles().is_empty(), "{}", field.code());
            for role in field.roles() {
                assert!(sees(*role, *field), "{} may never do what shows {}", role.code(), field.code());
            }
            for action in field.actions() {
                let shown = field.roles().iter().any(|role| may(*role, *action));
                assert!(shown, "{} shows {} to nobody", action.code(), field.code());
            }
        }
    }

    #[test]
    fn claims_clerks_see_of_a_ticket_what_a_claim_needs_and_no_narrative() {
        let seen: Vec<_> =
            Field::ALL.iter().filter(|f| person(Role::Clerk).sees(Action::TicketRead, **f)).map(|f| f.code()).collect();
        assert_eq!(seen, ["ticket.head", "ticket.facility", "ticket.member", "verification.outcome"]);
        assert_eq!((reach(&person(Role::Clerk)), reach(&person(Role::Supervisor))), (Reach::Claims, Reach::All));
    }

    #[test]
    fn operators_see_no_claims_and_jma_readers_nothing_but_reports() {
        let seen = |role: Role| Field::ALL.iter().filter(move |f| sees(role, **f)).map(|f| f.code());
        assert!(seen(Role::Operator).all(|code| !code.starts_with("claim.")));
        assert_eq!(seen(Role::JmaReader).collect::<Vec<_>>(), ["report.figures"]);
        assert_eq!(seen(Role::Integration).count(), 0);
    }

    #[test]
    fn a_token_sees_only_what_its_scopes_show() {
        let mut token = Actor { kind: ActorKind::Token, ..person(Role::Operator) };
        token.scopes = vec![Action::TicketFind.code().into()];
        assert!(token.sees(Action::TicketFind, Field::TicketHead));
        assert!(!token.sees(Action::TicketRead, Field::TicketNarrative));
    }

    #[test]
    fn a_stranger_sees_nothing() {
        for (field, action) in Field::ALL.iter().flat_map(|f| f.actions().iter().map(move |a| (*f, *a))) {
            assert!(!Actor::stranger().sees(action, field));
        }
    }
}
