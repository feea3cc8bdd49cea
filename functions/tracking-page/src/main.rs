use aftercare::aws::{Error, http, start, table::Table};
use tracking_page::Pages;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[]).await?;
    let pages = &Pages { table: Table::new(clients.dynamodb(), &environment.table) };
    start::serve_http(
        |request| async move { pages.handle(&http::Call::read(request, start::now())).await.into_response() },
    )
    .await
}
