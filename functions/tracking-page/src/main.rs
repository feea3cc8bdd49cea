use aftercare::aws::{Error, http, start, table::Table};
use tracking_page::Pages;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&["UPLOADS_BUCKET", "PUBLIC_URL"]).await?;
    let pages = &Pages {
        table: Table::new(clients.dynamodb(), &environment.table),
        uploads: clients.uploads(environment.required("UPLOADS_BUCKET")?),
        public_url: environment.required("PUBLIC_URL")?.to_owned(),
    };
    start::serve_http(
        |request| async move { pages.handle(&http::Call::read(request, start::now())).await.into_response() },
    )
    .await
}
