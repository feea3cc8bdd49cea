//! A function that does nothing: what is left is the runtime.

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let nothing = service_fn(async |_: LambdaEvent<Value>| Ok::<_, Error>(Value::Null));
    Runtime::new(nothing).run().await
}
