//! Who takes part.

closed_enum! {
    /// Kind of an organisation (单位类别).
    OrganisationKind {
        /// buyer: government office (机关)
        Government = "government",
        /// buyer: school (学校)
        School = "school",
        /// buyer: hospital (医院)
        Hospital = "hospital",
        /// buyer: enterprise or institution (企事业单位)
        Enterprise = "enterprise",
        /// buyer: trade union (工会)
        Union = "union",
        /// retailer: supermarket (商超)
        Supermarket = "supermarket",
        /// retailer: trader on a wholesale market (批发市场)
        WholesaleMarket = "wholesale_market",
        /// retailer: trader on a farm market (农贸市场)
        FarmMarket = "farm_market",
        /// retailer: community shop (社区店)
        CommunityShop = "community_shop",
        /// retailer: display shop (专馆)
        DisplayShop = "display_shop",
        /// retailer: special sale zone (专区)
        SaleZone = "sale_zone",
        /// retailer: special counter (专柜)
        SaleCounter = "sale_counter",
        /// retailer: online shop (电商)
        OnlineShop = "online_shop",
        /// supplier: leading firm (龙头企业)
        LeadingFirm = "leading_firm",
        /// supplier: co-operative (合作社)
        Cooperative = "cooperative",
        /// supplier: family farm (家庭农场)
        FamilyFarm = "family_farm",
        /// supplier: local trading agent (经销商)
        TradingAgent = "trading_agent",
        /// office that supervises and reports (主管机构)
        Office = "office",
    }
}

impl OrganisationKind {
    /// The role in which organisations of this kind act.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Government | Self::School | Self::Hospital | Self::Enterprise | Self::Union => Role::Buyer,
            Self::Supermarket
            | Self::WholesaleMarket
            | Self::FarmMarket
            | Self::CommunityShop
            | Self::DisplayShop
            | Self::SaleZone
            | Self::SaleCounter
            | Self::OnlineShop => Role::Retailer,
            Self::LeadingFirm | Self::Cooperative | Self::FamilyFarm | Self::TradingAgent => Role::Supplier,
            Self::Office => Role::Official,
        }
    }
}

closed_enum! {
    /// Role in which somebody acts.
    Role {
        /// buys for use
        Buyer = "buyer",
        /// buys to sell on
        Retailer = "retailer",
        /// sells from Yang County
        Supplier = "supplier",
        /// reads and reports the figure within a remit
        Official = "official",
        /// reads everything and checks it
        Auditor = "auditor",
        /// runs the service
        Operator = "operator",
    }
}

closed_enum! {
    /// How far an official sees.
    RemitKind {
        /// the whole city
        City = "city",
        /// the organisations of one department
        Department = "department",
        /// the organisations of one town
        Town = "town",
        /// the supply side of the county
        County = "county",
    }
}

closed_enum! {
    /// What an administrative division is to the pairing of city and county.
    DivisionRole {
        /// the county that sells
        OriginCounty = "origin_county",
        /// the city that buys
        BuyerCity = "buyer_city",
        /// a town of the county that sells
        OriginTown = "origin_town",
        /// a town of the city that buys
        BuyerTown = "buyer_town",
    }
}
