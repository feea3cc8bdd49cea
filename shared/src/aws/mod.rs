//! The shell: AWS on one side, the rules on the other. All input and output, the clock and the environment are here.

pub mod agents;
pub mod batch;
pub mod cases;
pub mod client;
pub mod connector;
pub mod due;
pub mod expected;
pub mod feedback;
pub mod figures;
pub mod headers;
pub mod http;
pub mod improvement;
pub mod keys;
pub mod known;
pub mod links;
mod listed;
mod loads;
pub mod looks;
pub mod metrics;
pub mod orders;
pub mod pages;
pub mod parameters;

pub mod payments;
pub mod photos;
mod presign;
pub mod provider;
pub mod queue;
pub mod receipt;
pub mod requests;
pub mod reviews;
pub mod settings;
pub mod sheets;
pub mod shop;
pub mod shortfall;
pub mod sigv4;
pub mod start;
pub mod survey_answers;
pub mod surveys;
pub mod table;
pub mod telemetry;
pub mod tickets;
pub mod trust;
pub mod uploads;

pub use lambda_runtime::Error;
