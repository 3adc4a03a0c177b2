//! How orders, deliveries and returns are spoken of.

use super::called;
use crate::words::{
    AcceptanceKind, CancelReason, ChangeState, CloseCause, DeclineReason, OnShort, OrderState, RejectReason, ReturnFate, ReturnReason,
    ReturnState, ShipmentState, TerminationReason,
};

called! {
    OrderState {
        Draft = "草稿", "draft";
        Submitted = "已提交", "submitted";
        PendingApproval = "待审批", "pending approval";
        Approved = "已批准", "approved";
        ReturnedForChange = "退回修改", "returned for change";
        Rejected = "未批准", "rejected";
        Placed = "已下单", "placed";
        Confirmed = "已确认", "confirmed";
        Declined = "已谢绝", "declined";
        Completed = "已完成", "completed";
        Cancelled = "已取消", "cancelled";
    }
    CancelReason {
        BuyerMistake = "采购方填写有误", "the buyer made a mistake";
        WrongSite = "收货点有误", "the wrong receiving site was named";
        NoLongerNeeded = "不再需要", "the goods are no longer needed";
        Duplicate = "重复下单", "it was placed twice";
        SupplierDelay = "供货延迟", "the supplier is late";
        Other = "其他", "another reason";
    }
    DeclineReason {
        OutOfStock = "缺货", "the goods are out of stock";
        PriceError = "价格有误", "the price is wrong";
        CannotDeliver = "无法按要求送达", "it cannot be delivered there or on that day";
        PapersMissing = "证照或检验文件缺失或过期", "a licence or certificate is missing or has expired";
        Other = "其他", "another reason";
    }
    TerminationReason {
        MutualAgreement = "双方协商一致", "both sides agreed to it";
        NotDelivered = "未按约定供货", "goods were not delivered as agreed";
        NoLongerNeeded = "不再需要", "the goods are no longer needed";
        PricesMoved = "市场价格变动过大", "prices have moved too far";
        Other = "其他", "another reason";
    }
    OnShort {
        Close = "缺货关闭", "close";
        Backorder = "欠货后补", "backorder";
    }
    ShipmentState {
        Planned = "备货中", "planned";
        Shipped = "在途", "shipped";
        Arrived = "已到货", "arrived";
        Accepted = "已验收", "accepted";
        PartlyAccepted = "部分验收", "partly accepted";
        Rejected = "拒收", "rejected";
        Undone = "已撤销", "undone";
    }
    AcceptanceKind {
        Inspection = "验收", "inspection";
        Surplus = "超量接收", "surplus";
    }
    RejectReason {
        Short = "短少", "short";
        Damaged = "破损", "damaged";
        Mouldy = "霉变", "mouldy";
        ForeignMatter = "有异物", "foreign matter";
        NearExpiry = "临近保质期", "near expiry";
        LabelMissing = "无标签", "label missing";
        PapersMissing = "无证明文件", "papers missing";
        DiffersFromSample = "与样品不符", "differs from sample";
    }
    ReturnReason {
        Damaged = "破损", "damaged";
        Mouldy = "霉变", "mouldy";
        ForeignMatter = "有异物", "foreign matter";
        NearExpiry = "临近保质期", "near expiry";
        LabelMissing = "无标签", "label missing";
        PapersMissing = "无证明文件", "papers missing";
        DiffersFromSample = "与样品不符", "differs from sample";
        Recalled = "召回", "recalled";
        WrongGoods = "发错货", "wrong goods";
        OverDelivered = "多发", "over-delivered";
        Unwanted = "协商退货", "unwanted";
        Other = "其他", "another reason";
    }
    ReturnFate {
        Restock = "退回入库", "restock";
        Destroy = "销毁", "destroy";
    }
    ReturnState {
        Booked = "已登记", "booked";
        Confirmed = "已确认", "confirmed";
        Objected = "有异议", "objected";
        Undone = "已撤销", "undone";
    }
    CloseCause {
        Answer = "供应商答复未供", "left out by the supplier's answer";
        Buyer = "采购方放弃", "given up by the buyer";
        Supplier = "供应商放弃", "given up by the supplier";
        Change = "双方变更", "changed by agreement";
    }
    ChangeState {
        Proposed = "待答复", "proposed";
        Agreed = "已同意", "agreed";
        Refused = "已拒绝", "refused";
        Withdrawn = "已撤回", "withdrawn";
        Lapsed = "已失效", "lapsed";
    }
}
