// The calls behind a request are nested deeper than the compiler follows by itself.
#![recursion_limit = "256"]

use aftercare::aws::{Error, start, table::Table};
use refund_approval::Approval;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&["UPLOADS_BUCKET"]).await?;
    let uploads = clients.uploads(environment.required("UPLOADS_BUCKET")?);
    let approval = &Approval { table: Table::new(clients.dynamodb(), &environment.table), uploads };
    start::serve_both(
        async |call| approval.handle(&call).await,
        async |batch| approval.assess_all(batch, start::now()).await,
    )
    .await
}
