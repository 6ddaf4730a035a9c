//! Who somebody is: from a session or a token to an actor.

pub mod gate;
