//! Introducing members to firms, and the register of firms.

mod life;
mod register;
