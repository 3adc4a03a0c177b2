//! How those who take part are spoken of.

use super::called;
use crate::words::{DivisionRole, OrganisationKind, RemitKind, Role};

called! {
    OrganisationKind {
        Government = "机关", "government office";
        School = "学校", "school";
        Hospital = "医院", "hospital";
        Enterprise = "企事业单位", "enterprise";
        Union = "工会", "trade union";
        Supermarket = "商超", "supermarket";
        WholesaleMarket = "批发市场", "wholesale market";
        FarmMarket = "农贸市场", "farm market";
        CommunityShop = "社区店", "community shop";
        DisplayShop = "专馆", "display shop";
        SaleZone = "专区", "sale zone";
        SaleCounter = "专柜", "sale counter";
        OnlineShop = "电商", "online shop";
        LeadingFirm = "龙头企业", "leading firm";
        Cooperative = "合作社", "co-operative";
        FamilyFarm = "家庭农场", "family farm";
        TradingAgent = "经销商", "trading agent";
        Office = "主管机构", "office";
    }
    Role {
        Buyer = "采购单位", "buyer";
        Retailer = "零售商", "retailer";
        Supplier = "供应商", "supplier";
        Official = "主管人员", "official";
        Auditor = "审计人员", "auditor";
        Operator = "平台运营人员", "operator";
    }
    RemitKind {
        City = "全市", "city";
        Department = "主管部门", "department";
        Town = "镇(街道)", "town";
        County = "供货县", "county";
    }
    DivisionRole {
        OriginCounty = "供货县", "county that sells";
        BuyerCity = "采购市", "city that buys";
        OriginTown = "供货镇", "town that sells";
        BuyerTown = "采购镇(街道)", "town that buys";
    }
}
