//! Madoguchi (窓口): the ticketing system of the helpline that clinics ring when they are under cyber attack.
//!
//! The floors of the house. Each line lists all it may import of ours (held by `tests/it/architecture.rs`):
//!
//! ```text
//! domain   RULES    nothing
//! demo     MADE UP  domain
//! store    MEMORY   domain, demo
//! gateway  OUTSIDE  domain
//! routes            domain ids
//! view     PAGES    domain, routes; rows of store and views of usecase as plain data
//! usecase  STEPS    domain, store, gateway, demo
//! web      DOOR     usecase, view, routes, domain, gateway
//! jobs     LATER    usecase, domain
//! app, config, cli  everything: they put the house together
//! ```
//!
//! Data goes one way: door → steps → rules and memory → pages.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod gateway;
pub mod jobs;
pub mod routes;
pub mod store;
pub mod telemetry;
pub mod usecase;
pub mod view;
pub mod web;
