//! What the published spec says of the service as a whole.

use super::AppError;
use crate::http::elsewhere::elsewhere;
use crate::http::spec::{About, Tag, publish};
use crate::partners::{event_schema_names, event_schemas};
use poem_openapi::{OpenApi, OpenApiService};

pub(super) fn service<T: OpenApi>(apis: T) -> OpenApiService<T, ()> {
    // Generators make the names of packages of it.
    OpenApiService::new(apis, "Yangpin", env!("CARGO_PKG_VERSION"))
}

pub(super) fn published<T: OpenApi + Sync>(service: &OpenApiService<T, ()>) -> Result<String, AppError> {
    let tag = |name: &str, description: &str| Tag {
        name: name.to_owned(),
        description: description.to_owned(),
    };
    let about = About {
        description: "How Rugao buys from Yang County: catalogue, orders, and the procurement figure with its proof. 洋品：如皋市采购洋县农特产品的服务，每一分钱都说得清。".to_owned(),
        contact_name: "Yangpin".to_owned(),
        contact_url: "https://yangpin.example".to_owned(),
        license_name: "Apache-2.0".to_owned(),
        license_url: "https://www.apache.org/licenses/LICENSE-2.0".to_owned(),
        tags: vec![
            tag("Organisations", "Buyers, retailers, suppliers and offices."),
            tag("Sites", "Where goods are received."),
            tag("Keys", "Keys that open this API."),
            tag("Divisions", "Counties, cities and towns of both sides."),
            tag("Departments", "Departments that organisations report to."),
            tag("Categories", "Kinds of goods."),
            tag("Products", "What is sold."),
            tag("Pictures", "What goods look like."),
            tag("Offers", "Prices: for whom, from when, until when."),
            tag("Terms", "What suppliers ask of every order."),
            tag("Places", "Where suppliers keep goods."),
            tag("Stock", "What lies there, and what made it so."),
            tag("Contracts", "What a supplier and its buyers have agreed on for a time."),
            tag("Quotes", "Prices that hold for a while, and inquiries for them."),
            tag("Orders", "What buyers ask of suppliers."),
            tag("Shipments", "What was sent, and what of it was accepted."),
            tag("Returns", "What came back."),
            tag("Intakes", "Organisations, products and offers that came in a sheet."),
            tag("Imports", "Documents that were written elsewhere, at their own time and prices."),
            tag("Lists", "What a buyer orders again and again."),
            tag("Tally", "The figure: totals, their lines, and up to where they count."),
            tag("Events", "What happened, in order, for those whom it concerns."),
            tag("Notices", "What people hear of what concerns them."),
            tag("Jobs", "Background work."),
        ],
        schemas: event_schemas(),
        extensions: vec![("EventKind", "x-what", event_schema_names())],
    };
    elsewhere(|| publish(&service.spec(), &about)).map_err(|e| AppError::Spec(e.to_string()))
}
