use aftercare::aws::{Error, start, table::Table};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[]).await?;
    let table = Table::new(clients.dynamodb(), &environment.table);
    start::serve(async |call: start::Invocation<serde_json::Value>| {
        Ok(sla_scan::scan(&table, start::now(), call.deadline, &start::now).await?)
    })
    .await
}
