use aftercare::aws::{Error, queue::Queue, start, table::Table};
use event_relay::Relay;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (environment, clients) = start::start(&[
        "NOTIFY_QUEUE",
        "APPROVAL_QUEUE",
        "PAYOUT_QUEUE",
        "SURVEY_QUEUE",
        "FIGURES_QUEUE",
        "DEAD_LETTER_QUEUE",
    ])
    .await?;
    let sqs = clients.sqs();
    let relay = Relay {
        table: Table::new(clients.dynamodb(), &environment.table),
        notify: Queue::new(sqs.clone(), environment.required("NOTIFY_QUEUE")?),
        approval: Queue::new(sqs.clone(), environment.required("APPROVAL_QUEUE")?),
        payout: Queue::new(sqs.clone(), environment.required("PAYOUT_QUEUE")?),
        survey: Queue::new(sqs.clone(), environment.required("SURVEY_QUEUE")?),
        figures: Queue::new(sqs.clone(), environment.required("FIGURES_QUEUE")?),
        dead_letters: Queue::new(sqs, environment.required("DEAD_LETTER_QUEUE")?),
    };
    start::serve(async |call: start::Invocation<_>| {
        relay.handle(call.event, start::now(), call.deadline, &start::now).await
    })
    .await
}
