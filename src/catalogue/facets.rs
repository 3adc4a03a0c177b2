//! Facets: how many products of a list there are by category, town, channel, claim and seller.
//!
//! Each facet is counted with all of the filter but its own part, so that the other choices it offers can be seen.

use super::claim::Claim;
use super::product_list::{ProductFilter, conditions};
use super::queries::by_bytes;
use crate::db::{Engine, Params};
use crate::http::language::Language;
use entity::Channel;
use sea_orm::{ConnectionTrait, DbErr};

/// At most so many values of a facet, those with the most products.
pub(super) const MOST_VALUES: usize = 200;

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// Its code, id or word, as the filter takes it.
    pub code: String,
    /// Its name, in the reader's language where there is one of it.
    pub name: String,
    /// How many products.
    pub products: i64,
}

/// The facets of a list.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// How many products the whole filter finds.
    pub products: i64,
    /// By category.
    pub categories: Vec<FacetCount>,
    /// By the town they come from.
    pub origins: Vec<FacetCount>,
    /// By seller.
    pub sellers: Vec<FacetCount>,
    /// By channel; one product counts for each of its channels.
    pub channels: Vec<FacetCount>,
    /// By claim; one product counts for each of its claims.
    pub claims: Vec<FacetCount>,
}

/// Counts all facets, with names in a language.
pub async fn facets(db: &impl ConnectionTrait, engine: Engine, filter: &ProductFilter, language: Language) -> Result<Facets, DbErr> {
    let of = |change: fn(&mut ProductFilter)| {
        let mut filter = filter.clone();
        change(&mut filter);
        filter
    };
    let channels: Vec<_> = Channel::ALL.iter().map(|one| (one.as_str(), language.call(*one))).collect();
    let claims = [Claim::Organic, Claim::Gi].map(|claim| (claim.as_str(), language.call(claim)));
    let category = match language {
        Language::Zh => &CATEGORY,
        Language::En => &CATEGORY_EN,
    };
    Ok(Facets {
        products: total(db, engine, filter).await?,
        categories: grouped(db, engine, &of(|f| f.category = None), category).await?,
        origins: grouped(db, engine, &of(|f| f.origin = None), &ORIGIN).await?,
        sellers: grouped(db, engine, &of(|f| f.seller = None), &SELLER).await?,
        channels: worded(db, engine, &of(|f| f.channel = None), "p.channels", &channels).await?,
        claims: worded(db, engine, &of(|f| f.claim = None), "p.claims", &claims).await?,
    })
}

/// A facet that is a column of the product with a table of names.
struct Grouping {
    code: &'static str,
    name: &'static str,
    join: &'static str,
}

const CATEGORY: Grouping = Grouping {
    code: "p.category_code",
    name: "n.name_zh",
    join: "JOIN categories n ON n.code = p.category_code",
};
const CATEGORY_EN: Grouping = Grouping {
    name: "n.name_en",
    ..CATEGORY
};
const ORIGIN: Grouping = Grouping {
    code: "p.origin_code",
    name: "n.name",
    join: "JOIN divisions n ON n.code = p.origin_code",
};
const SELLER: Grouping = Grouping {
    code: "p.seller_id",
    name: "n.name",
    join: "JOIN organisations n ON n.id = p.seller_id",
};

async fn total(db: &impl ConnectionTrait, engine: Engine, filter: &ProductFilter) -> Result<i64, DbErr> {
    let mut params = Params::new(engine);
    let wanted = conditions(&mut params, filter).join(" AND ");
    let sql = format!("SELECT COUNT(*) AS products FROM products p WHERE {wanted}");
    let row = db.query_one_raw(params.into_statement(&sql)).await?;
    row.map_or(Ok(0), |row| row.try_get("", "products"))
}

async fn grouped(db: &impl ConnectionTrait, engine: Engine, filter: &ProductFilter, facet: &Grouping) -> Result<Vec<FacetCount>, DbErr> {
    let mut params = Params::new(engine);
    let wanted = conditions(&mut params, filter).join(" AND ");
    let Grouping { code, name, join } = facet;
    // A tie is settled by what people read, in the order of bytes, so that both engines agree.
    let sql = format!(
        "SELECT {code} AS code, {name} AS name, COUNT(*) AS products FROM products p {join} WHERE {wanted} \
         GROUP BY {code}, {name} ORDER BY products DESC, {}, {code} LIMIT {MOST_VALUES}",
        by_bytes(engine, name)
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    let counts = rows.iter().map(|row| {
        let code = match row.try_get::<String>("", "code") {
            Ok(code) => code,
            Err(_) => row.try_get::<uuid::Uuid>("", "code")?.to_string(),
        };
        Ok(FacetCount {
            code,
            name: row.try_get("", "name")?,
            products: row.try_get("", "products")?,
        })
    });
    counts.collect()
}

/// A facet whose words stand in one column with spaces between; the words are ours and nobody's input.
async fn worded(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &ProductFilter,
    column: &str,
    words: &[(&str, &str)],
) -> Result<Vec<FacetCount>, DbErr> {
    let mut params = Params::new(engine);
    let wanted = conditions(&mut params, filter).join(" AND ");
    let sums: Vec<String> = (0..)
        .zip(words)
        .map(|(at, (word, _))| {
            format!("CAST(COALESCE(SUM(CASE WHEN ' ' || {column} || ' ' LIKE '% {word} %' THEN 1 ELSE 0 END), 0) AS bigint) AS n{at}")
        })
        .collect();
    let sql = format!("SELECT {} FROM products p WHERE {wanted}", sums.join(", "));
    let Some(row) = db.query_one_raw(params.into_statement(&sql)).await? else {
        return Ok(Vec::new());
    };
    let mut counts = Vec::new();
    for (at, (word, called)) in (0..).zip(words) {
        let products: i64 = row.try_get("", &format!("n{at}"))?;
        if products > 0 {
            counts.push(FacetCount {
                code: (*word).to_owned(),
                name: (*called).to_owned(),
                products,
            });
        }
    }
    counts.sort_by(|a, b| b.products.cmp(&a.products).then_with(|| a.code.cmp(&b.code)));
    Ok(counts)
}
