//! The record of an incident: opened, told, and the clocks that follow from it.

pub mod authorities;
pub mod campaigns;
pub(in crate::usecase) mod case;
pub mod clocks;
pub mod dossier_file;
pub mod dossiers;
pub mod evidence;
pub mod indicators;
pub mod papers;
pub mod parts;
pub mod radar;
pub mod record;
pub mod upcoming;
