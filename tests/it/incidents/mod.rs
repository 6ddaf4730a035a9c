//! The record of an incident, and the clocks of the clinic's duties.

mod clocks;
mod days;
mod evidence;
mod facts;
mod merged;
mod papers;
mod record;
mod waves;
