use aftercare::aws::{Error, http, start, table::Table};
use quality_desk::QualityDesk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[]).await?;
    let desk = &QualityDesk { table: Table::new(clients.dynamodb(), &environment.table) };
    start::serve_http(
        |request| async move { desk.handle(&http::Call::read(request, start::now())).await.into_response() },
    )
    .await
}
