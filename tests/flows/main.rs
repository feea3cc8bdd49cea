//! The system's stories, in reading order.

mod given;
mod told;

mod intake;

mod clocks;
mod races;
mod scan;

mod desk;
mod settings;
mod stored;
