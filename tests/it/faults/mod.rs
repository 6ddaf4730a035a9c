//! What fails below: disks, lines, servers. An answer of success is a commit on disk, whatever fails before, during
//! or after; a share runs here, `tests/faults/run` runs it at length and prints what it did.
//!
//! `disk` (with `tests/faults/shim.c`) and `proxy`, `cluster` make the faults, `load` works meanwhile, `ledger` knows
//! what was promised, `rounds` puts them together.

mod away;
mod cluster;
mod disk;
mod full;
mod hang_up;
mod ledger;
mod load;
mod place;
mod postgres;
mod power;
mod proxy;
mod rounds;
mod sqlite;
mod start;
mod upstream;
