// The calls behind a request are nested deeper than the compiler follows by itself.
#![recursion_limit = "256"]

use aftercare::aws::provider::Provider;
use aftercare::aws::{Error, start, table::Table};
use refund_payout::Payouts;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[]).await?;
    let payouts = &Payouts {
        table: Table::new(clients.dynamodb(), &environment.table),
        provider: Provider::connect()?,
        is_local: environment.endpoint.is_some(),
    };
    start::serve_both(
        async |call| payouts.handle(&call).await,
        async |batch| payouts.pay_all(batch, start::now()).await,
    )
    .await
}
