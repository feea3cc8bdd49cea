//! The system's stories, in reading order.

mod intake;

mod house;
mod openapi;
mod template;
