use aftercare::access::ClaimNames;
use aftercare::aws::{Error, http, start, table::Table};
use ticket_intake::Intake;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) =
        start::start(&["CLAIM_STOREFRONT", "CLAIM_SUBJECT", "CLAIM_KIND", "UPLOADS_BUCKET"]).await?;
    let claim = |name| environment.required(name).map(str::to_owned);
    let (storefront, subject, kind) = (claim("CLAIM_STOREFRONT")?, claim("CLAIM_SUBJECT")?, claim("CLAIM_KIND")?);
    let table = Table::new(clients.dynamodb(), &environment.table);
    let uploads = clients.uploads(environment.required("UPLOADS_BUCKET")?);
    let intake = &Intake { table, claims: ClaimNames { storefront, subject, kind }, uploads };
    start::serve_http(|request| async move {
        intake.handle(&http::Call::read(request, start::now()), &start::fresh_id).await.into_response()
    })
    .await
}
