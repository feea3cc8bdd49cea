//! What the page behind a link says.
