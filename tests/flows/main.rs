//! The system's stories, in reading order.

mod intake;
mod stack;
mod stack_roles;
