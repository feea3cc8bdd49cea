//! After an erasure no text comes to a ticket, whoever brings it.

use super::*;
use crate::ticket::decide_all;

#[test]
fn whatever_brings_text_to_an_erased_ticket_is_refused() {
    let settings = shipped();
    let broken = done(&ticket(&settings), &CLOSE, thursday("16:00"), &settings);
    let resolved = done(&broken, &Command::Erase, thursday("16:01"), &settings);
    let cancelled = done(&ticket(&settings), &Command::Erase, thursday("16:01"), &settings);
    let received = |voice| Command::Receive { channel: Channel::Email, duplicate: false, voice };
    let excuse = Command::Excuse { clock: ClockKind::FirstResponse, subject: None, cycle: 1 };
    for (erased, command) in [
        (&resolved, Command::Note),
        (&resolved, Command::FollowUp),
        (&resolved, excuse),
        (&resolved, MESSAGE),
        (&resolved, received(Voice::Thanks)),
        (&resolved, received(Voice::Machine)),
        (&cancelled, Command::Note),
        (&cancelled, received(Voice::Thanks)),
        (&cancelled, received(Voice::Machine)),
        (&Ticket { status: Status::Spam, ..cancelled.clone() }, received(Voice::Machine)),
    ] {
        let refused = when(erased, &command, thursday("16:02"), &settings).unwrap_err();
        assert_eq!(refused, Rejection::Erased, "{command:?}");
    }
    assert_eq!(
        Rejection::Erased.sentence(),
        "What was written on this ticket was erased for good, so it takes no more text. Open a new ticket."
    );
    let both = [Command::Link { to: crate::id::TicketId(uuid::Uuid::nil()) }, Command::Note];
    assert_eq!(decide_all(&resolved, &both, thursday("16:02"), &settings), Err(Rejection::Erased));
    assert!(when(&resolved, &both[0], thursday("16:02"), &settings).is_ok(), "what brings no text is as before");
    assert_eq!(when(&resolved, &Command::Erase, thursday("16:02"), &settings).unwrap().1, []);
}
