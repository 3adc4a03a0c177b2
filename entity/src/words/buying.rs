//! How goods are bought, with what money, and what is measured of it.

closed_enum! {
    /// Channel through which goods reach Rugao (渠道); every order has exactly one.
    Channel {
        /// canteen of a government office (机关食堂)
        GovernmentCanteen = "government_canteen",
        /// canteen of a school (学校食堂)
        SchoolCanteen = "school_canteen",
        /// canteen of a hospital (医院食堂)
        HospitalCanteen = "hospital_canteen",
        /// canteen of an enterprise or institution (企事业食堂)
        EnterpriseCanteen = "enterprise_canteen",
        /// welfare goods of a trade union (工会福利)
        UnionWelfare = "union_welfare",
        /// supermarket (商超)
        Supermarket = "supermarket",
        /// wholesale or farm market (农贸/批发市场)
        Market = "market",
        /// community (社区)
        Community = "community",
        /// display shop of its own (专馆)
        Hall = "hall",
        /// special sale zone in a shop (专区)
        Zone = "zone",
        /// special counter in a shop (专柜)
        Counter = "counter",
        /// online shop (电商)
        Online = "online",
        /// sales fair (展销会)
        Fair = "fair",
    }
}

closed_enum! {
    /// Money that pays for an order (资金来源).
    FundSource {
        /// meal allowance of a canteen (伙食补助)
        CanteenMeals = "canteen_meals",
        /// students' nutrition meals (学生营养餐)
        StudentNutrition = "student_nutrition",
        /// official reception (公务接待)
        OfficialReception = "official_reception",
        /// funds of a trade union (工会经费)
        UnionFund = "union_fund",
        /// welfare fund of an organisation (福利费)
        WelfareFund = "welfare_fund",
        /// purchase of goods for trade (经营采购)
        TradingStock = "trading_stock",
        /// private money (个人)
        Personal = "personal",
    }
}

closed_enum! {
    /// What the buyer does with the goods.
    Mode {
        /// the buyer uses the goods (采购)
        Purchase = "purchase",
        /// the buyer sells the goods on (帮助销售)
        AssistedSale = "assisted_sale",
    }
}

closed_enum! {
    /// A measure of the position of an order line.
    Measure {
        /// placed with the supplier
        Ordered = "ordered",
        /// dispatched by the supplier
        Shipped = "shipped",
        /// accepted by the buyer
        Accepted = "accepted",
        /// returned by agreement
        Returned = "returned",
        /// covered by an invoice
        Invoiced = "invoiced",
        /// paid to the supplier
        Paid = "paid",
    }
}

closed_enum! {
    /// What a total is of: a measure, or the difference of two.
    Figure {
        /// placed with the supplier
        Ordered = "ordered",
        /// dispatched by the supplier
        Shipped = "shipped",
        /// accepted by the buyer
        Accepted = "accepted",
        /// returned by agreement
        Returned = "returned",
        /// accepted less returned
        Net = "net",
        /// covered by an invoice
        Invoiced = "invoiced",
        /// paid to the supplier
        Paid = "paid",
    }
}

impl Figure {
    /// The measure that is added, and the one that is taken off.
    #[must_use]
    pub fn measures(self) -> (Measure, Option<Measure>) {
        match self {
            Self::Ordered => (Measure::Ordered, None),
            Self::Shipped => (Measure::Shipped, None),
            Self::Accepted => (Measure::Accepted, None),
            Self::Returned => (Measure::Returned, None),
            Self::Net => (Measure::Accepted, Some(Measure::Returned)),
            Self::Invoiced => (Measure::Invoiced, None),
            Self::Paid => (Measure::Paid, None),
        }
    }
}

closed_enum! {
    /// Treatment of goods under value added tax (增值税).
    VatClass {
        /// general rate of 13 %
        Vat13 = "vat13",
        /// rate of 9 % for farm produce and edible oil
        Vat9 = "vat9",
        /// exempt as sold by its own producer
        ExemptSelfProduced = "exempt_self_produced",
        /// exempt in circulation, as vegetables, meat and eggs are
        ExemptCirculation = "exempt_circulation",
        /// taxed at a rate of zero
        ZeroRated = "zero_rated",
        /// outside the tax
        NotTaxable = "not_taxable",
    }
}

closed_enum! {
    /// Where the price of an order line comes from.
    PriceSource {
        /// an offer of the supplier
        Offer = "offer",
        /// a framework contract
        Contract = "contract",
        /// a quote
        Quote = "quote",
        /// the supplier's terms, as for freight
        Terms = "terms",
    }
}

closed_enum! {
    /// What an order line is for; only goods are counted.
    LineKind {
        /// goods
        Goods = "goods",
        /// freight charged by itself
        Freight = "freight",
        /// a service
        Service = "service",
        /// a deposit, as for crates
        Deposit = "deposit",
    }
}
