//! What the headers of a mail that came in say: which of our tickets it answers, and whether a machine wrote it.

use uuid::Uuid;

/// The tickets and domains of what looks like our own references (`thread_reference`) in an `In-Reply-To` or `References`
/// header, the latest first.
pub fn threads(header: &str) -> impl Iterator<Item = (Uuid, &str)> {
    let ids = header.rsplit('<').filter_map(|rest| Some(rest.split_once('>')?.0));
    ids.filter_map(|id| {
        let (ticket, domain) = id.split_once('@')?;
        let hyphenated = ticket.len() == 36;
        Some((Uuid::try_parse(ticket).ok().filter(|_| hyphenated)?, domain))
    })
}

/// `Auto-Submitted: no` (RFC 3834) may carry parameters and comments.
pub fn is_no(auto_submitted: &str) -> bool {
    let mut depth = 0_u32;
    let bare = auto_submitted.chars().filter(|letter| match letter {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    let bare: String = bare.take_while(|letter| *letter != ';').collect();
    bare.trim().eq_ignore_ascii_case("no")
}

/// The sender is a mail server, which writes of mails that could not be delivered.
pub fn is_mail_server(sender: &str) -> bool {
    let local = sender.split('@').next().unwrap_or_default().trim();
    ["mailer-daemon", "postmaster"].iter().any(|name| local.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::thread_reference;

    #[test]
    fn our_references_are_found_among_others_the_latest_first() {
        let [first, second] = [1, 2].map(Uuid::from_u128);
        let [ours, later] = [first, second].map(|ticket| thread_reference(ticket, "shop.example"));
        let header = format!("<a.b@c.example> {ours}\r\n\t<1@x> <x> {} <no@end", later.to_uppercase());
        assert_eq!(threads(&header).collect::<Vec<_>>(), [(second, "SHOP.EXAMPLE"), (first, "shop.example")]);
        for none in
            ["", "<>", "00000000-0000-0000-0000-000000000001@shop.example", "<00000000000000000000000000000001@x>"]
        {
            assert_eq!(threads(none).count(), 0, "{none}");
        }
    }

    #[test]
    fn no_may_have_parameters_and_comments() {
        for no in ["no", " No ", "no; because=human", "No (a person (me))", "(by hand) no;a=b", "n(o)o"] {
            assert!(is_no(no), "{no}");
        }
        for yes in ["", "auto-replied", "auto-replied (no)", "(no) auto-generated", "no-reply", ";no"] {
            assert!(!is_no(yes), "{yes}");
        }
    }

    #[test]
    fn mail_servers_are_known_by_their_names() {
        for server in ["MAILER-DAEMON@mx.example", "Postmaster@example.com", "mailer-daemon"] {
            assert!(is_mail_server(server), "{server}");
        }
        for other in ["postmaster.ann@example.com", "ann@postmaster.example", ""] {
            assert!(!is_mail_server(other), "{other}");
        }
    }
}
