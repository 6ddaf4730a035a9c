//! Rights, asked at the deed: the check is the only place where a witness of a right is made, and a deed that is done
//! inside of others takes the witness of its own right. Without having asked it can't be called.

use std::marker::PhantomData;

use super::Error;
use crate::domain::access::actor::{Action, Right};
use crate::domain::accounts::session::Stage;
use crate::domain::ctx::Ctx;

/// The actor of this deed has the right `R`: made by [`authorise`] and nowhere else.
pub struct Granted<R: Right>(PhantomData<R>);

/// Asks for a right.
///
/// # Errors
/// `Forbidden` without it; `Stale` when the second factor must be given again first.
pub(crate) fn authorise<R: Right>(ctx: &Ctx) -> Result<Granted<R>, Error> {
    if !ctx.actor.may(R::ACTION) {
        return Err(Error::Forbidden(R::ACTION));
    }
    if needs_proof(ctx, R::ACTION) { Err(Error::Stale) } else { Ok(Granted(PhantomData)) }
}

/// Whether the second factor must be given again first. Somebody on the way in has none to give yet.
pub fn needs_proof(ctx: &Ctx, action: Action) -> bool {
    action.needs_fresh_proof() && ctx.session.is_some_and(|s| s.stage == Stage::Full && !s.is_fresh(ctx.now))
}
