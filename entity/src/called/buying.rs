//! How buying is spoken of: channels, money, measures, tax.

use super::called;
use crate::words::{Channel, Figure, FundSource, LineKind, Mode, PriceSource, VatClass};

called! {
    Channel {
        GovernmentCanteen = "机关食堂", "government canteen";
        SchoolCanteen = "学校食堂", "school canteen";
        HospitalCanteen = "医院食堂", "hospital canteen";
        EnterpriseCanteen = "企事业食堂", "enterprise canteen";
        UnionWelfare = "工会福利", "union welfare";
        Supermarket = "商超", "supermarket";
        Market = "农贸/批发市场", "market";
        Community = "社区", "community";
        Hall = "专馆", "hall";
        Zone = "专区", "zone";
        Counter = "专柜", "counter";
        Online = "电商", "online";
        Fair = "展销会", "fair";
    }
    FundSource {
        CanteenMeals = "伙食补助", "canteen meals";
        StudentNutrition = "学生营养餐", "student nutrition";
        OfficialReception = "公务接待", "official reception";
        UnionFund = "工会经费", "union fund";
        WelfareFund = "福利费", "welfare fund";
        TradingStock = "经营采购", "trading stock";
        Personal = "个人", "personal";
    }
    Mode {
        Purchase = "采购", "purchase";
        AssistedSale = "帮助销售", "assisted sale";
    }
    Figure {
        Ordered = "下单", "ordered";
        Shipped = "发货", "shipped";
        Accepted = "验收", "accepted";
        Returned = "退货", "returned";
        Net = "净额(验收减退货)", "net";
        Invoiced = "开票", "invoiced";
        Paid = "付款", "paid";
    }
    VatClass {
        Vat13 = "13%", "13 %";
        Vat9 = "9%", "9 %";
        ExemptSelfProduced = "免税(自产自销)", "exempt (self-produced)";
        ExemptCirculation = "免税(流通环节)", "exempt (circulation)";
        ZeroRated = "零税率", "zero-rated";
        NotTaxable = "不征税", "not taxable";
    }
    LineKind {
        Goods = "货物", "goods";
        Freight = "运费", "freight";
        Service = "服务", "service";
        Deposit = "押金", "deposit";
    }
    PriceSource {
        Offer = "供货价", "offer";
        Contract = "框架合同", "contract";
        Quote = "报价", "quote";
        Terms = "供货条件", "terms";
    }
}
