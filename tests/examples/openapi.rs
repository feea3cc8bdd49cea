//! Writes the committed descriptions of the API and of the settings anew: `cargo run -q -p tests --example openapi`.

fn main() -> std::io::Result<()> {
    tests::openapi::files().iter().try_for_each(|(file, text)| std::fs::write(file, text))
}
