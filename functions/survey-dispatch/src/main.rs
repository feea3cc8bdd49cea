use aftercare::aws::{Error, start, table::Table};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[]).await?;
    let table = Table::new(clients.dynamodb(), &environment.table);
    // In boxes, because what they wait for is nested deeper than the compiler follows.
    start::serve_runs(
        async |batch| Box::pin(survey_dispatch::follow_all(&table, batch, start::now())).await,
        async |deadline| Ok(Box::pin(survey_dispatch::scan(&table, start::now(), deadline, &start::now)).await?),
    )
    .await
}
