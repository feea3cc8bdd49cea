//! The system's stories, in reading order.

mod calendar_oracle;
mod intake;

mod house;
mod openapi;
mod template;
