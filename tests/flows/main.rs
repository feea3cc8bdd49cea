//! The system's stories, in reading order.

mod intake;
