//! Roles, tokens, persons: what the table says, and for whom.

use super::*;

#[test]
fn a_jma_reader_may_read_reports_and_nothing_else() {
    let allowed: Vec<_> = Action::ALL.iter().filter(|a| may(Role::JmaReader, **a)).map(|a| a.code()).collect();
    assert_eq!(allowed, ["own.desk", "own.locks", "report.read", "api.describe"]);
}

#[test]
fn an_administrator_sees_no_content_of_tickets() {
    for action in [Action::TicketRead, Action::TicketFind, Action::CallRead, Action::Verify, Action::ReportRead] {
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

#[test]
fn no_token_of_any_role_with_any_scope_may_do_what_needs_a_person() {
    for action in Action::ALL {
        for role in Role::ALL {
            for scopes in
                [vec![], vec![action.code().to_owned()], Action::ALL.iter().map(|a| a.code().into()).collect()]
            {
                let token = Actor { kind: ActorKind::Token, role: Some(role), scopes, ..Actor::system() };
                let expected = may(role, *action) && action.hands() == Hands::Anybody;
                assert_eq!(token.may(*action), expected, "{} {}", role.code(), action.code());
            }
        }
    }
    for action in [Action::Override, Action::Supervise, Action::RetentionHold, Action::TokenAdmin, Action::OwnDesk] {
        assert_eq!(action.hands(), Hands::People, "{}", action.code());
    }
}

#[test]
fn what_stands_at_the_console_only_is_nobodys_role() {
    for action in Action::ALL {
        assert_eq!(action.roles().is_empty(), action.hands() == Hands::Console, "{}", action.code());
        assert_eq!(Action::parse(action.code()), Some(*action));
    }
}

#[test]
fn another_person_is_another_person_whatever_they_act_through() {
    let id = |n| AccountId(Uuid::from_u128(n));
    let of = |kind, person| Actor { kind, person, role: Some(Role::Supervisor), ..Actor::system() };
    let reviewer = of(ActorKind::Account, Some(id(1)));
    for (doer, another) in [(Some(id(1)), false), (Some(id(2)), true), (None, true)] {
        assert_eq!(reviewer.is_another_than(doer), another, "{doer:?}");
    }
    for nobody in [of(ActorKind::Token, None), Actor::system(), Actor::stranger()] {
        assert!(!nobody.is_another_than(Some(id(2))) && !nobody.is_another_than(None), "no person at all");
    }
}

#[test]
fn who_answers_for_a_token_has_its_role_or_makes_tokens() {
    for (person, token) in Role::ALL.into_iter().flat_map(|p| Role::ALL.map(|t| (p, t))) {
        assert_eq!(answers_for(person, token), person == token || person == Role::Administrator);
    }
}
