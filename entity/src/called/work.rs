//! How stock, imports, contracts, quotes and background work are spoken of.

use super::called;
use crate::words::{
    ContractState, ImportDocumentState, ImportMode, ImportRowKind, ImportState, InquiryState, InvitationState, JobState, QuoteState,
    StockReason,
};

called! {
    StockReason {
        Receipt = "入库", "receipt";
        Correction = "更正", "correction";
        Sample = "样品", "sample";
        Breakage = "损耗", "breakage";
        Count = "盘点", "count";
        Opening = "期初", "opening";
    }
    ImportState {
        Open = "待上传", "open";
        Checking = "检查中", "checking";
        Checked = "已检查", "checked";
        Booking = "入账中", "booking";
        Booked = "已入账", "booked";
        Undoing = "撤销中", "undoing";
        Undone = "已撤销", "undone";
    }
    ImportMode {
        AllOrNothing = "全部无误才入账", "all or nothing";
        WhatIsGood = "只入账无误的", "what is good";
    }
    ImportRowKind {
        Order = "订单", "order";
        Return = "退货", "return";
        Stock = "库存", "stock";
    }
    ImportDocumentState {
        Good = "无误", "good";
        Faulty = "有误", "faulty";
        Booked = "已入账", "booked";
        Undone = "已撤销", "undone";
    }
    ContractState {
        Drafted = "草拟", "drafted";
        Proposed = "待对方同意", "proposed";
        InForce = "生效", "in force";
        Ended = "到期结束", "ended";
        Terminated = "提前终止", "terminated";
        Refused = "未同意", "refused";
    }
    QuoteState {
        Given = "已报价", "given";
        Open = "可下单", "open";
        Used = "已下单", "used";
        NotChosen = "未选中", "not chosen";
    }
    InquiryState {
        Open = "询价中", "open";
        Decided = "已选定", "decided";
        Withdrawn = "已撤回", "withdrawn";
    }
    InvitationState {
        Invited = "待报价", "invited";
        Answered = "已报价", "answered";
        Declined = "不报价", "declined";
    }
    JobState {
        Waiting = "等待", "waiting";
        Running = "进行中", "running";
        Done = "完成", "done";
        Failed = "失败", "failed";
        Cancelled = "已取消", "cancelled";
    }
}
