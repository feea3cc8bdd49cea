//! What holds for every mail about a case.
use super::{
    AskedBy, ToApprove, Way,
    samples::{approve, mails, told},
};
use crate::{
    case::{CaseKind, Figures, Payer, Terms, approval::Concern},
    mail::{Language, Mail, Rendered, Wording, render, samples::Home},
    money::shown,
};

fn rendered(mail: &Mail, language: Language) -> Rendered {
    render(mail, &Home::of(language).shop(), language, &Wording::new()).unwrap()
}

/// The sample of this name, changed.
fn sample(name: &str, language: Language, change: impl FnOnce(&mut Mail)) -> Rendered {
    let (_, mut mail) = mails(Home::of(language)).into_iter().find(|(known, _)| *known == name).unwrap();
    change(&mut mail);
    rendered(&mail, language)
}

fn english(name: &str) -> Rendered {
    sample(name, Language::En, |_| {})
}

fn terms(mail: &mut Mail) -> &mut Terms {
    match mail {
        Mail::Case(facts) => &mut facts.told.terms,
        Mail::Approve(facts) => &mut facts.told.terms,
        Mail::Decided(facts) => &mut facts.told.terms,
        Mail::PayoutDeclined(facts) => &mut facts.told.terms,
        Mail::SendBack(facts) => &mut facts.told.terms,
        _ => unreachable!("no mail about a case"),
    }
}

/// Every amount that is stored, what is kept with its sign.
fn amounts(figures: &Figures) -> Vec<i64> {
    let Figures { goods, shipping, restocking, label, net, .. } = figures;
    let parts = figures.parts.iter().map(|part| part.amount);
    [*goods, *shipping, -restocking, -label, *net].into_iter().chain(parts).collect()
}

#[test]
fn the_figures_are_those_of_the_case_to_the_digit_in_every_currency() {
    let rows = [
        ("CNY", ["CNY 458.00", "CNY 12.00", "CNY -22.90", "CNY -15.00", "CNY 432.10", "CNY 332.10", "CNY 100.00"]),
        ("JPY", ["JPY 45800", "JPY 1200", "JPY -2290", "JPY -1500", "JPY 43210", "JPY 33210", "JPY 10000"]),
        ("KWD", ["KWD 45.800", "KWD 1.200", "KWD -2.290", "KWD -1.500", "KWD 43.210", "KWD 33.210", "KWD 10.000"]),
    ];
    for (currency, expected) in rows {
        for name in
            ["case-requested", "case-changed", "case-approved-return", "case-settled", "approve", "decided-approved"]
        {
            for &language in Language::ALL {
                let mail = sample(name, language, |mail| terms(mail).figures.currency = currency.to_owned());
                for (amount, stored) in
                    expected.iter().zip(amounts(&told(CaseKind::ReturnRefund, ["a", "b"]).terms.figures))
                {
                    assert_eq!(*amount, shown(stored, currency));
                    let line = format!("{amount}\n");
                    assert!(mail.text.contains(&line), "{name} {}: {amount} in {}", language.tag(), mail.text);
                    assert!(mail.html.contains(amount), "{name} {}: {amount}", language.tag());
                }
            }
        }
    }
}

#[test]
fn the_units_of_a_line_stand_together_under_its_own_name() {
    let text = english("case-requested").text;
    assert!(text.contains("2 × Thermal flask, 500 ml, white: CNY 398.00\n"), "{text}");
    assert!(text.contains("1 × Spare filter: CNY 60.00\n"), "{text}");
    let nameless = sample("case-requested", Language::En, |mail| {
        if let Mail::Case(facts) = mail {
            facts.told.titles.clear();
            facts.told.methods.clear();
        }
    });
    assert!(nameless.text.contains("2 × item line-1: CNY 398.00\n"), "an order that is gone leaves the ids");
    assert!(nameless.text.contains("Of that to payment pi_3QhZ: CNY 332.10\n"), "{}", nameless.text);
}

#[test]
fn it_says_where_the_money_goes_who_pays_and_how_long_it_takes() {
    let text = english("case-approved").text;
    for part in [
        "Of that to card pi_3QhZ: CNY 332.10",
        "Of that to gift card gc_118: CNY 100.00",
        "Who bears the costs: You",
        "Time from approval: 7 days",
        "Paid back in all: CNY 432.10",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(english("approve").text.contains("Who bears the costs: The customer"));
}

#[test]
fn an_approved_return_says_until_when_to_send_what_and_what_is_kept() {
    let text = english("case-approved-return").text;
    for part in ["Please send them by\n    Tuesday 16 June 2026, 23:00", "7K3M-9QXA into the parcel", "taken off"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let free = sample("case-approved-return", Language::En, |mail| terms(mail).figures.payer = Payer::Merchant);
    assert!(free.text.contains("costs you nothing") && !free.text.contains("taken off"), "{}", free.text);
    let goods = english("case-approved-goods").text;
    assert!(!goods.contains("CNY 0.00") && !goods.contains("Paid back"), "no money, no amount: {goods}");
}

#[test]
fn what_comes_to_nothing_names_no_amount_and_no_reason_of_staff() {
    for name in [
        "case-rejected",
        "case-rejected-goods",
        "case-cancelled",
        "case-cancelled-goods",
        "case-expired",
        "case-sent-back",
    ] {
        for &language in Language::ALL {
            let mail = sample(name, language, |_| {});
            assert!(!mail.text.contains("CNY"), "{name} {}: {}", language.tag(), mail.text);
        }
    }
    assert!(english("case-rejected").text.contains("Just reply to this email"));
}

#[test]
fn a_change_says_what_it_was_what_it_is_and_asks() {
    let text = english("case-changed").text;
    for part in [
        "It was: A refund, CNY 470.00",
        "It is now: A refund when the goods are back, CNY 432.10",
        "Agree or decline\nhttps://care.shop.example/t/",
        "not go ahead before you agree",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn every_mail_to_a_customer_has_the_page_of_their_ticket() {
    for (name, mail) in mails(Home::of(Language::En)).into_iter().filter(|(name, _)| name.starts_with("case-")) {
        assert!(rendered(&mail, Language::En).text.contains("https://care.shop.example/t/7K3M-9QXA"), "{name}");
    }
}

#[test]
fn an_approver_reads_evidence_risk_and_why_the_rules_alone_did_not_do() {
    let text = english("approve").text;
    for part in [
        "Asked for by: Staff (agent)",
        "Given on this order, with this claim: CNY 612.10",
        "Approvals still needed: lead",
        "Came back: 2 × Thermal flask, 500 ml, white\n",
        "Passed the inspection: 0 × Thermal flask, 500 ml, white\n",
        "Within the period: No",
        "Photos: 0",
        "A rule was let pass: Yes",
        "Risk score: 45 = return\u{A0}rate\u{A0}40 + new\u{A0}account\u{A0}5",
        "Why not automatic: outside the period\n",
        "Why not automatic: the risk score is high\n",
        "Without a decision the next level is asked at",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_link_is_for_those_who_may_use_one() {
    let home = Home::of(Language::En);
    let with = |way| rendered(&Mail::Approve(approve(home, way)), Language::En).text;
    let until = "2026-06-04T03:00:00Z".parse().unwrap();
    let link = with(Way::Link { url: "https://care.shop.example/a/shop/T".to_owned(), until });
    assert!(link.contains("Look at it and decide\nhttps://care.shop.example/a/shop/T\n"), "{link}");
    assert!(link.contains("It works once, until Wednesday 3 June 2026, 23:00"), "{link}");
    for way in [Way::Desk, Way::Others] {
        assert!(!with(way.clone()).contains("/a/shop/"), "{way:?}");
    }
    assert!(with(Way::Desk).contains("sign in at the desk"));
    assert!(with(Way::Others).contains("somebody else has to decide"));
}

#[test]
fn a_decision_is_confirmed_with_the_way_back_while_there_is_one() {
    let text = english("decided-approved").text;
    assert!(text.contains("You can take it back until\n    Tuesday 2 June 2026, 23:10"), "{text}");
    assert!(text.contains("Take it back\nhttps://care.shop.example/a/shop/"), "{text}");
    let late = english("decided-rejected").text;
    assert!(late.contains("You rejected a claim") && late.contains("no longer be taken back"), "{late}");
}

#[test]
fn a_declined_payout_says_which_payment_how_much_and_why() {
    let text = english("payout-declined").text;
    for part in ["Payment: card pi_3QhZ", "Amount: CNY 332.10", "code: expired_or_canceled_card", "tried again"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn subjects_to_staff_name_an_amount_and_a_number_and_nothing_else_of_anybody() {
    let subjects: Vec<String> = ["approve", "escalated", "decided-approved", "decided-rejected", "payout-declined"]
        .map(|name| english(name).subject)
        .into();
    assert_eq!(
        subjects,
        [
            "[Please decide] CNY 432.10, ticket 7K3M-9QXA",
            "[Nobody decided] CNY 432.10, ticket 7K3M-9QXA",
            "[You approved] CNY 432.10, ticket 7K3M-9QXA",
            "[You rejected] CNY 432.10, ticket 7K3M-9QXA",
            "[Refund declined] CNY 332.10, ticket 7K3M-9QXA",
        ]
    );
}

#[test]
fn every_word_of_a_case_is_said_in_every_language() {
    for &language in Language::ALL {
        let home = Home::of(language);
        let everything = ToApprove {
            why: Concern::ALL.to_vec(),
            needed: crate::access::Role::ALL.to_vec(),
            asked_by: AskedBy::Staff(None),
            ..approve(home, Way::Desk)
        };
        let text = rendered(&Mail::Approve(everything), language).text;
        for word in Concern::ALL.iter().map(ToString::to_string).filter(|word| word.contains('_')) {
            assert!(!text.contains(&word), "{word} in {text}");
        }
    }
}
