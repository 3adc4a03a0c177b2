//! How events are spoken of, by the kinds that entries of the journal carry.

/// What happened, in Chinese and English; none for a kind that people do not read.
#[must_use]
pub fn event_called(kind: &str) -> Option<(&'static str, &'static str)> {
    let called = match kind {
        "order.placed" => ("下单", "order placed"),
        "order.confirmed" => ("确认订单", "order confirmed"),
        "order.answered" => ("逐行答复", "order answered"),
        "order.declined" => ("谢绝订单", "order declined"),
        "order.cancelled" => ("取消订单", "order cancelled"),
        "order.completed" => ("订单完成", "order completed"),
        "order.short_closed" => ("缺货关闭", "closed short"),
        "order.undone" => ("撤销订单", "order undone"),
        "order.change_proposed" => ("提出变更", "change proposed"),
        "order.change_agreed" => ("同意变更", "change agreed"),
        "order.change_refused" => ("拒绝变更", "change refused"),
        "order.change_withdrawn" => ("撤回变更", "change withdrawn"),
        "order.change_lapsed" => ("变更失效", "change lapsed"),
        "shipment.shipped" => ("发货", "shipped"),
        "shipment.arrived" => ("到货", "arrived"),
        "shipment.accepted" => ("验收", "accepted"),
        "shipment.surplus" => ("超量接收", "surplus kept"),
        "shipment.undone" => ("撤销发货", "shipment undone"),
        "acceptance.undone" => ("撤销验收", "acceptance undone"),
        "return.booked" => ("退货", "returned"),
        "return.confirmed" => ("确认退货", "return confirmed"),
        "return.undone" => ("撤销退货", "return undone"),
        _ => return None,
    };
    Some(called)
}
