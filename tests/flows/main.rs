//! The system's stories, in reading order.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story ends at the first surprise")]

mod given;
mod told;

mod conversation;
mod customers;
mod erased;
mod intake;
mod intake_cost;
mod intake_duplicates;
mod intake_follow_ups;
mod intake_limits;
mod intake_mail;
mod intake_once;
mod intake_refusals;
mod privacy;

mod calendar_oracle;
mod case_mails;
mod case_options;
mod case_routes;
mod cases;
mod cases_races;
mod cases_rules;
mod classifier;
mod clocks;
mod clocks_talk;
mod lifecycle;
mod lifecycle_mail;
mod money_laws;
mod races;
mod reclassified;
mod reopened;
mod scan;

mod agents;
mod assignment;
mod assignment_torn;
mod desk;
mod desk_acts;
mod desk_lists;
mod desk_pages;
mod desk_reads;
mod desk_routes;
mod settings;

mod crash;
mod crash_cases;
mod decide;
mod decide_refused;
mod decide_seen;
mod digest;
mod house;
mod mail;
mod mail_outcomes;
mod mail_readers;
mod openapi;
mod payment_provider;
mod payouts;
mod payouts_told;
mod picture;
mod preview;
mod relay;
mod selfserve;
mod selfserve_seen;
mod stored;
mod template;

mod tracking;
mod tracking_abuse;
mod tracking_keys;
mod tracking_long;
mod tracking_seen;
mod uploads;

mod mails_seen;
mod stack;
mod stack_api;
mod stack_money;
mod stack_page;
mod stack_roles;
