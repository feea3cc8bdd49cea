// The calls of a flush are nested deeper than the compiler follows by itself when it optimises.
#![recursion_limit = "256"]

use aftercare::aws::{Error, start, table::Table};
use notify::{Notify, Ses};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&["MAIL_CONFIGURATION_SET", "PUBLIC_URL"]).await?;
    let configuration_set = environment.required("MAIL_CONFIGURATION_SET")?.to_owned();
    let notify = Notify {
        table: Table::new(clients.dynamodb(), &environment.table),
        mailer: Ses { client: clients.ses(), configuration_set: Some(configuration_set) },
        public_url: environment.required("PUBLIC_URL")?.to_owned(),
    };
    start::serve(async |call: start::Invocation<_>| {
        notify.invoked(call.event, start::now(), call.deadline, &start::now).await
    })
    .await
}
