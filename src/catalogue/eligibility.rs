//! Which goods may go to which channels, whatever their seller says. A table of rules, no more.

use entity::{Channel, LineKind};

/// What of a product the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Goods<'a> {
    /// Its category.
    pub category_code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What a line of it is for.
    pub line_kind: LineKind,
}

/// Why goods may not go to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// No alcohol for canteens.
    AlcoholForCanteen,
    /// No wild fungi for schools.
    WildFungiForSchool,
    /// No 四季豆 for schools: raw ones poison.
    GreenBeansForSchool,
    /// No fresh day lilies for schools: raw ones poison.
    FreshDayLilyForSchool,
    /// No sprouting potatoes for schools.
    SproutingPotatoForSchool,
    /// A medicine is no food, for nobody.
    Medicine,
}

impl Ineligible {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlcoholForCanteen => "alcohol_for_canteen",
            Self::WildFungiForSchool => "wild_fungi_for_school",
            Self::GreenBeansForSchool => "green_beans_for_school",
            Self::FreshDayLilyForSchool => "fresh_day_lily_for_school",
            Self::SproutingPotatoForSchool => "sprouting_potato_for_school",
            Self::Medicine => "medicine",
        }
    }
}

const CANTEENS: [Channel; 4] = [
    Channel::GovernmentCanteen,
    Channel::SchoolCanteen,
    Channel::HospitalCanteen,
    Channel::EnterpriseCanteen,
];
const SCHOOLS: [Channel; 1] = [Channel::SchoolCanteen];

/// Every rule: what it says, the channels it closes, the goods it is about.
type Rule = (Ineligible, &'static [Channel], fn(&Goods<'_>, &str) -> bool);
const RULES: [Rule; 6] = [
    (Ineligible::Medicine, Channel::ALL, is_medicine),
    (Ineligible::AlcoholForCanteen, &CANTEENS, is_alcohol),
    (Ineligible::WildFungiForSchool, &SCHOOLS, is_wild_fungus),
    (Ineligible::GreenBeansForSchool, &SCHOOLS, |_, name| {
        any(name, &["四季豆", "芸豆角", "菜豆角"])
    }),
    (Ineligible::FreshDayLilyForSchool, &SCHOOLS, |_, name| {
        any(name, &["鲜黄花", "鲜金针", "黄花菜鲜"])
    }),
    (Ineligible::SproutingPotatoForSchool, &SCHOOLS, |_, name| {
        name.contains("发芽") && any(name, &["土豆", "马铃薯", "洋芋"])
    }),
];

/// The first rule that keeps the goods from the channel.
#[must_use]
pub fn refusal(goods: Goods<'_>, channel: Channel) -> Option<Ineligible> {
    // Names are read without spaces and punctuation, so that "鲜 黄花菜" is what it is.
    let name: String = goods.name.chars().filter(|c| c.is_alphanumeric()).collect();
    RULES
        .iter()
        .find(|(_, channels, about)| channels.contains(&channel) && about(&goods, &name))
        .map(|(why, _, _)| *why)
}

/// Whether the name is one of a medicine that is offered as food.
#[must_use]
pub fn is_medicine_sold_as_food(goods: Goods<'_>) -> bool {
    let name: String = goods.name.chars().filter(|c| c.is_alphanumeric()).collect();
    is_medicine(&goods, &name)
}

fn any(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| name.contains(word))
}

fn is_medicine(goods: &Goods<'_>, name: &str) -> bool {
    // Handicraft is the one category that is no food.
    goods.line_kind == LineKind::Goods && goods.category_code != "craft" && any(name, &["元胡", "延胡索", "川乌", "厚朴", "白芨", "白及"])
}

fn is_alcohol(goods: &Goods<'_>, name: &str) -> bool {
    goods.category_code == "alcohol" || (goods.category_code == "drink" && name.contains('酒'))
}

fn is_wild_fungus(goods: &Goods<'_>, name: &str) -> bool {
    let fungus = goods.category_code == "fungi" || any(name, &["菌", "菇", "蕈", "木耳"]);
    fungus && any(name, &["野生", "野菌", "野山菌", "野蘑", "野菇"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(category_code: &str, name: &str, channel: Channel) -> Option<Ineligible> {
        let line_kind = LineKind::Goods;
        refusal(
            Goods {
                category_code,
                name,
                line_kind,
            },
            channel,
        )
    }

    #[test]
    fn each_rule_closes_its_channels_and_no_other() {
        use Channel::{Fair, GovernmentCanteen, HospitalCanteen, SchoolCanteen, UnionWelfare};
        use Ineligible as I;
        let cases = [
            ("alcohol", "谢村黄酒 半甜", HospitalCanteen, Some(I::AlcoholForCanteen)),
            ("alcohol", "谢村黄酒 半甜", UnionWelfare, None),
            ("drink", "米酒饮料", GovernmentCanteen, Some(I::AlcoholForCanteen)),
            ("season", "料酒", SchoolCanteen, None),
            ("fungi", "野生羊肚菌", SchoolCanteen, Some(I::WildFungiForSchool)),
            ("fungi", "野生羊肚菌", HospitalCanteen, None),
            ("fungi", "羊肚菌干 人工", SchoolCanteen, None),
            ("veg", "四季豆", SchoolCanteen, Some(I::GreenBeansForSchool)),
            ("veg", "干豆角", SchoolCanteen, None),
            ("veg", "鲜 黄花菜", SchoolCanteen, Some(I::FreshDayLilyForSchool)),
            ("veg", "干黄花菜", SchoolCanteen, None),
            ("veg", "发芽土豆", SchoolCanteen, Some(I::SproutingPotatoForSchool)),
            ("veg", "高山土豆", SchoolCanteen, None),
            ("herb-food", "元胡", Fair, Some(I::Medicine)),
            ("craft", "厚朴木雕", Fair, None),
            ("herb-food", "枣皮 山茱萸肉", Fair, None),
        ];
        for (category, name, channel, expected) in cases {
            assert_eq!(why(category, name, channel), expected, "{name} to {channel}");
        }
    }
}
