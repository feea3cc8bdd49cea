//! The domain of Aftercare, in reading order: what things are called, what is promised, what happens to a ticket,
//! who may do it, and what comes in and goes out.
//!
//! One rule: outside `aws` no I/O, no clock, no environment, no randomness. Instants and ids are arguments.
#![cfg_attr(test, expect(clippy::wildcard_enum_match_arm, reason = "a test looks at one case of many"))]

pub mod id;
pub mod money;
pub mod text;

pub mod calendar;
pub mod settings;
pub mod sla;

pub mod case;
pub mod category;
pub mod classify;
pub mod country;
pub mod customer;
pub mod event;
pub mod feedback;
pub mod figures;
pub mod improvement;
pub mod order;
pub mod payment;
pub mod priority;
pub mod review;
pub mod risk;
pub mod roster;
pub mod survey;
pub mod ticket;

pub mod access;
pub mod desk;
pub mod intake;
pub mod network;
pub mod opening;
pub mod privacy;
pub mod problem;
pub mod reader;
pub mod upload;
pub mod view;
pub mod voice;

pub mod audience;
pub mod link;
pub mod mail;
pub mod message;
pub mod page;

#[cfg(feature = "aws")]
pub mod aws;
