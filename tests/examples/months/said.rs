//! What the people of the story say.

/// A matter that customers write about: category, kind, stage, product, and the words in English and Chinese.
#[derive(Debug)]
pub(crate) struct Matter {
    pub(crate) category: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) words: [&'static str; 3],
}

const fn matter(category: &'static str, kind: &'static str, stage: &'static str, words: [&'static str; 3]) -> Matter {
    Matter { category, kind, stage, words }
}

/// In English, simplified and traditional Chinese.
pub(crate) const COMPLAINTS: [Matter; 7] = [
    matter(
        "quality",
        "complaint",
        "after_sale",
        ["The lid of the kettle does not close any more.", "水壶的盖子关不上了。", "水壺的蓋子關不上了。"],
    ),
    matter(
        "quality",
        "complaint",
        "after_sale",
        ["The glaze of two cups is cracked.", "有两个杯子的釉裂了。", "有兩個杯子的釉裂了。"],
    ),
    matter(
        "delivery",
        "complaint",
        "in_sale",
        ["My parcel has been on its way for a week.", "包裹一个星期了还没到。", "包裹一個星期了還沒到。"],
    ),
    matter(
        "delivery",
        "complaint",
        "after_sale",
        ["The box was open when it came.", "箱子送到的时候是开着的。", "箱子送到的時候是開著的。"],
    ),
    matter(
        "service",
        "complaint",
        "after_sale",
        ["I was promised a call and nobody called.", "说好给我回电话，没有人打来。", "說好給我回電話，沒有人打來。"],
    ),
    matter(
        "order",
        "complaint",
        "in_sale",
        ["The invoice has the wrong name on it.", "发票上的名字写错了。", "發票上的名字寫錯了。"],
    ),
    matter(
        "account_payment",
        "complaint",
        "in_sale",
        ["I was charged and the order says unpaid.", "钱扣了，订单还显示未付款。", "錢扣了，訂單還顯示未付款。"],
    ),
];
pub(crate) const QUESTIONS: [Matter; 3] = [
    matter(
        "inquiry",
        "inquiry",
        "pre_sale",
        ["Does the kettle work on an induction stove?", "这个水壶能用电磁炉吗？", "這個水壺能用電磁爐嗎？"],
    ),
    matter(
        "inquiry",
        "inquiry",
        "pre_sale",
        ["Which tea goes with the small pot?", "小茶壶适合泡什么茶？", "小茶壺適合泡什麼茶？"],
    ),
    matter(
        "inquiry",
        "inquiry",
        "after_sale",
        ["How do I get lime off the kettle?", "水壶里的水垢怎么去掉？", "水壺裡的水垢怎麼去掉？"],
    ),
];
pub(crate) const RETURN: Matter = matter(
    "quality",
    "return",
    "after_sale",
    ["The kettle drips at the spout; I want my money back.", "壶嘴漏水，我想退款。", "壺嘴漏水，我想退款。"],
);

pub(crate) const ANSWER: [&str; 3] = [
    "Hello, we have looked into it and will put it right today.",
    "您好，我们查过了，今天就为您处理好。",
    "您好，我們查過了，今天就為您處理好。",
];
pub(crate) const DONE: [&str; 3] = [
    "It is done. Tell us if anything is left.",
    "已经处理好了，还有问题请告诉我们。",
    "已經處理好了，還有問題請告訴我們。",
];
pub(crate) const REVIEWS: [(i64, &str); 5] = [
    (5, "A beautiful pot, and quick to come."),
    (5, "The tea is as good as they say."),
    (4, "Fine cups, a little small."),
    (3, "It took a while to come."),
    (1, "The lid broke after a week."),
];

/// What the lead does about a figure: its name and goal, what is done, and after how many days that is.
pub(crate) const MEASURES: [(&str, i64, &str, i64); 3] = [
    ("complaint_rate", 2, "Kettles are packed in double boxes, and lids are checked before they leave.", 7),
    ("first_response_chat", 180, "One agent more in chat from noon to six.", 5),
    ("csat", 85, "Every answer says what happens next and by when.", 60),
];
