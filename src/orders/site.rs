//! Where an order goes. It names the version of the site it was placed for, so what is written on it stays, whatever
//! becomes of the site; whom to call there stands beside, and may be erased.

use entity::SiteId;
use entity::tables::{site_versions, sites};
use poem_openapi::Object;

/// Whom to call at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteContact {
    /// The name.
    pub name: String,
    /// The phone number.
    pub phone: String,
}

/// The site of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSite {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The town it lies in, by division code.
    pub town_code: String,
    /// When goods are received, in words.
    pub receiving_hours: String,
    /// Whom to call there; only for the two who trade.
    pub contact: Option<SiteContact>,
    /// Whether this is the site as it was when the order was placed, and not as it is today.
    pub as_placed: bool,
}

impl OrderSite {
    pub(super) fn as_placed(row: site_versions::Model) -> Self {
        Self {
            id: row.site_id,
            name: row.name,
            address: row.address,
            town_code: row.town_code,
            receiving_hours: row.receiving_hours,
            contact: None,
            as_placed: true,
        }
    }

    pub(super) fn as_today(row: sites::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            address: row.address,
            town_code: row.town_code,
            receiving_hours: row.receiving_hours,
            contact: None,
            as_placed: false,
        }
    }
}

/// What stands at the head of an order's papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// The buyer's own number.
    pub external_order_no: Option<String>,
    /// Where the order goes.
    pub site: Option<OrderSite>,
    /// Where the supplier is, as it is today: the site it named as its usual one.
    pub supplier: Option<OrderSite>,
}

/// Whom to call at the site of an order.
#[derive(Clone, Debug, Object)]
pub struct OrderContactBody {
    /// The name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// The phone number.
    #[oai(validator(max_length = 40))]
    pub phone: String,
}

/// Where an order goes.
#[derive(Clone, Debug, Object)]
pub struct OrderSiteBody {
    /// The site.
    pub site_id: SiteId,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Its address.
    #[oai(validator(max_length = 200))]
    pub address: String,
    /// The town it lies in.
    #[oai(validator(max_length = 16))]
    pub town_code: String,
    /// When goods are received, in words.
    #[oai(validator(max_length = 200))]
    pub receiving_hours: String,
    /// Whom to call there; null for who neither buys nor sells here, and once it is erased.
    #[oai(nullable)]
    pub contact: Option<OrderContactBody>,
    /// True: as it was when the order was placed. False: as it is today, since nothing was kept when it was placed.
    pub as_placed: bool,
}

impl From<OrderSite> for OrderSiteBody {
    fn from(site: OrderSite) -> Self {
        Self {
            site_id: site.id,
            name: site.name,
            address: site.address,
            town_code: site.town_code,
            receiving_hours: site.receiving_hours,
            contact: site.contact.map(|contact| OrderContactBody {
                name: contact.name,
                phone: contact.phone,
            }),
            as_placed: site.as_placed,
        }
    }
}
