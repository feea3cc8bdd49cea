//! The classifier against the labelled messages that nobody looked at while it was tuned. A failure shows sums, not
//! messages: whoever reads those has spent them. The goals are 85 % for the category, and danger found in 95 % at 80 %
//! precision.

#[path = "../classifier/measure.rs"]
#[expect(dead_code, reason = "the example `classifier` shows the rest")]
mod measure;

use measure::{HELD_OUT, Measured};

#[test]
fn the_category_is_right_in_85_percent_of_unseen_messages() {
    let right = Measured::of(HELD_OUT).category_right();
    assert!(right.of >= 200 && right.at_least(85), "{right:?}");
}

#[test]
fn danger_is_found_in_95_percent_of_unseen_messages_at_80_percent_precision() {
    let danger = Measured::of(HELD_OUT).danger();
    assert!(danger.recall.at_least(95) && danger.precision.at_least(80), "{danger:?}");
}

#[test]
fn what_is_not_left_to_a_person_is_mostly_right() {
    let measured = Measured::of(HELD_OUT);
    let (sure, left) = (measured.right_between(50, 100), measured.triaged());
    assert!(sure.at_least(85) && !left.at_least(25), "right {sure:?}, left to a person {left:?}");
}
