//! What a total can be grouped and filtered by.

use crate::db::Engine;
use crate::journal::WordKind;

/// A dimension of the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The civil month.
    Month,
    /// The civil day.
    Day,
    /// Used up or sold on.
    Mode,
    /// The buyer's town.
    Town,
    /// The buyer's department.
    Department,
    /// The channel.
    Channel,
    /// Where the money comes from.
    FundSource,
    /// The goods' category.
    Category,
    /// The town the goods come from.
    Origin,
    /// Who buys.
    Buyer,
    /// What is bought.
    Product,
    /// Who sells.
    Supplier,
}

/// Which size of cells knows a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Both.
    Both,
    /// None: only the facts do.
    Neither,
    /// Only the coarse ones.
    Coarse,
    /// Only the fine ones.
    Fine,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Month,
        Self::Day,
        Self::Mode,
        Self::Town,
        Self::Department,
        Self::Channel,
        Self::FundSource,
        Self::Category,
        Self::Origin,
        Self::Buyer,
        Self::Product,
        Self::Supplier,
    ];

    /// The word in URLs, in JSON, and the column in facts and cells.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Day => "day",
            Self::Mode => "mode",
            Self::Town => "town",
            Self::Department => "department",
            Self::Channel => "channel",
            Self::FundSource => "fund_source",
            Self::Category => "category",
            Self::Origin => "origin",
            Self::Buyer => "buyer",
            Self::Product => "product",
            Self::Supplier => "supplier",
        }
    }

    /// What people call it, in Chinese and in English.
    #[must_use]
    pub fn called(self) -> (&'static str, &'static str) {
        match self {
            Self::Month => ("月份", "Month"),
            Self::Day => ("日期", "Day"),
            Self::Mode => ("方式", "Mode"),
            Self::Town => ("镇(街道)", "Town"),
            Self::Department => ("主管部门", "Department"),
            Self::Channel => ("渠道", "Channel"),
            Self::FundSource => ("资金来源", "Fund source"),
            Self::Category => ("类别", "Category"),
            Self::Origin => ("产地", "Origin"),
            Self::Buyer => ("采购单位", "Buyer"),
            Self::Product => ("产品", "Product"),
            Self::Supplier => ("供应商", "Supplier"),
        }
    }

    /// The column in cells and facts as a small number; a day is yyyymmdd.
    #[must_use]
    pub fn number(self, engine: Engine) -> String {
        match (self, engine) {
            (Self::Day, Engine::Sqlite) => "CAST(replace(c.business_date, '-', '') AS integer)".to_owned(),
            (Self::Day, Engine::Postgres) => "CAST(to_char(c.business_date, 'YYYYMMDD') AS integer)".to_owned(),
            _ => format!("CAST(c.{} AS integer)", self.as_str()),
        }
    }

    /// The dimension of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == word)
    }

    /// Which cells know it.
    #[must_use]
    pub fn size(self) -> Size {
        match self {
            Self::Month | Self::Mode | Self::Channel | Self::FundSource => Size::Both,
            Self::Day => Size::Neither,
            Self::Town | Self::Department | Self::Category | Self::Origin => Size::Coarse,
            Self::Buyer | Self::Product | Self::Supplier => Size::Fine,
        }
    }

    /// The kind of its words; months, days and modes have none, they stand in the cells themselves.
    #[must_use]
    pub fn words(self) -> Option<WordKind> {
        match self {
            Self::Month | Self::Day | Self::Mode => None,
            Self::Town => Some(WordKind::Town),
            Self::Department => Some(WordKind::Department),
            Self::Channel => Some(WordKind::Channel),
            Self::FundSource => Some(WordKind::FundSource),
            Self::Category => Some(WordKind::Category),
            Self::Origin => Some(WordKind::Origin),
            Self::Buyer => Some(WordKind::Buyer),
            Self::Product => Some(WordKind::Product),
            Self::Supplier => Some(WordKind::Supplier),
        }
    }
}
