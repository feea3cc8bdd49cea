//! The system's stories, in reading order.

mod crash;
mod intake;
