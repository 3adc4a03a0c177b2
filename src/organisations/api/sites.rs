//! Sites over HTTP.

use super::{EXAMPLE_ID, Tag, example, repeat, window};
use crate::access::Actor;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::change_site::{archive_site, change_site};
use crate::organisations::open_site::open_site;
use crate::organisations::party::Site;
use crate::organisations::queries;
use crate::organisations::register::Register;
use crate::organisations::site::{Contact, NewSite, SiteChange};
use entity::{DivisionCode, Name, OrganisationId, ShortText, SiteId};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, MaybeUndefined, ToJSON};
use poem_openapi::{Object, OpenApi};

/// Whom to call at a site.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ContactBody {
    /// The name.
    pub name: Name,
    /// The phone number.
    #[oai(validator(min_length = 3, max_length = 40, pattern = r"^[0-9+() -]+$"))]
    pub phone: String,
}

impl Example for ContactBody {
    fn example() -> Self {
        Self {
            name: example("王师傅"),
            phone: "0513-8700 0000".to_owned(),
        }
    }
}

impl From<ContactBody> for Contact {
    fn from(body: ContactBody) -> Self {
        Self {
            name: body.name,
            phone: body.phone,
        }
    }
}

/// A site where goods are received.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct SiteBody {
    /// Its id.
    pub site_id: SiteId,
    /// Whose.
    pub organisation_id: OrganisationId,
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
    /// Whom to call there.
    #[oai(nullable)]
    pub contact: Option<ContactBody>,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

impl SiteBody {
    fn new(site: &Site, contact: Option<ContactBody>) -> Self {
        Self {
            site_id: site.id,
            organisation_id: site.organisation_id,
            name: site.name.clone(),
            address: site.address.clone(),
            town_code: site.town_code.clone(),
            receiving_hours: site.receiving_hours.clone(),
            contact,
            archived: site.archived,
            version: site.version,
        }
    }
}

impl Example for SiteBody {
    fn example() -> Self {
        Self {
            site_id: example(EXAMPLE_ID),
            organisation_id: example(EXAMPLE_ID),
            name: "食堂后门".to_owned(),
            address: "如皋市白蒲镇通扬路1号".to_owned(),
            town_code: "320682104".to_owned(),
            receiving_hours: "工作日 6:30–8:30".to_owned(),
            contact: Some(ContactBody::example()),
            archived: false,
            version: 1,
        }
    }
}

crate::page! {
    /// Sites in the order they were entered, a page at a time.
    SitePage of SiteBody
}

/// A site to be entered.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewSiteBody {
    /// Whose; the caller's own unless told. Others are the operators' to name.
    pub organisation_id: Option<OrganisationId>,
    /// Its name.
    pub name: Name,
    /// Its address.
    #[oai(validator(min_length = 1))]
    pub address: ShortText,
    /// The town it lies in.
    pub town_code: DivisionCode,
    /// When goods are received, in words.
    pub receiving_hours: Option<ShortText>,
    /// Whom to call there.
    pub contact: Option<ContactBody>,
}

impl Example for NewSiteBody {
    fn example() -> Self {
        Self {
            organisation_id: None,
            name: example("食堂后门"),
            address: example("如皋市白蒲镇通扬路1号"),
            town_code: example("320682104"),
            receiving_hours: Some(example("工作日 6:30–8:30")),
            contact: Some(ContactBody::example()),
        }
    }
}

/// What to change; what is left out stays as it is.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct SiteChangeBody {
    /// The new name.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<Name>,
    /// The new address.
    #[oai(validator(min_length = 1))]
    #[oai(skip_serializing_if_is_none)]
    pub address: Option<ShortText>,
    /// The new town.
    #[oai(skip_serializing_if_is_none)]
    pub town_code: Option<DivisionCode>,
    /// The new hours.
    #[oai(skip_serializing_if_is_none)]
    pub receiving_hours: Option<ShortText>,
    /// The new contact; null for none.
    #[oai(nullable)]
    pub contact: MaybeUndefined<ContactBody>,
}

impl Example for SiteChangeBody {
    fn example() -> Self {
        Self {
            name: None,
            address: None,
            town_code: None,
            receiving_hours: Some(example("每日 6:00–8:00")),
            contact: MaybeUndefined::Undefined,
        }
    }
}

impl From<SiteChangeBody> for SiteChange {
    fn from(body: SiteChangeBody) -> Self {
        let contact = match body.contact {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(contact) => Some(Some(contact.into())),
        };
        Self {
            name: body.name,
            address: body.address,
            town_code: body.town_code,
            receiving_hours: body.receiving_hours,
            contact,
        }
    }
}

/// The operations on sites.
#[derive(Clone, Debug)]
pub struct SitesApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

impl SitesApi {
    async fn bodies<'s>(&self, sites: impl Iterator<Item = &'s Site> + Clone) -> Result<Vec<SiteBody>, Refusal> {
        let ids: Vec<SiteId> = sites.clone().map(|site| site.id).collect();
        let mut contacts = queries::contacts(&self.desk, &ids).await?;
        let mut contact = |site: &Site| {
            let (name, phone) = contacts.remove(&site.id)?;
            Some(ContactBody {
                name: Name::kept(name).ok()?,
                phone,
            })
        };
        Ok(sites.map(|site| SiteBody::new(site, contact(site))).collect())
    }

    async fn body(&self, site: &Site) -> Result<SiteBody, Refusal> {
        let bodies = self.bodies(std::iter::once(site)).await?;
        bodies.into_iter().next().ok_or_else(|| Refusal::broken("one site has one body"))
    }
}

#[OpenApi(tag = "Tag::Sites")]
impl SitesApi {
    /// List sites
    ///
    /// Your own, in the order they were entered; operators may name another organisation.
    #[oai(path = "/v1/sites", method = "get", operation_id = "list_sites")]
    async fn list(
        &self,
        caller: Caller,
        /// Whose; your own unless told.
        organisation_id: Query<Option<OrganisationId>>,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<SitePage>> {
        let actor = Actor::of(&caller)?;
        let owner = organisation_id.0.unwrap_or(actor.organisation);
        let window = window(&caller, "sites", limit.0, cursor.0)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let found = queries::sites(&parties, &actor, owner, archived.0.unwrap_or(false), window)?;
        let (found, next) = cut(found, limit.0, |last| caller.cursor("sites", &last.id))?;
        let items = self.bodies(found.iter().map(AsRef::as_ref)).await?;
        Ok(Listed((items, next).into()))
    }

    /// Read a site
    ///
    /// One of your own, with its version as `ETag`.
    #[oai(path = "/v1/sites/:site_id", method = "get", operation_id = "read_site")]
    async fn read(
        &self,
        caller: Caller,
        /// Its id.
        site_id: Path<SiteId>,
    ) -> poem::Result<Versioned<SiteBody>> {
        let actor = Actor::of(&caller)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let site = queries::site(&parties, &actor, site_id.0)?;
        Ok(Versioned(self.body(&site).await?, site.version))
    }

    /// Enter a site
    ///
    /// Where goods are received. The contact stands beside the journal and can be forgotten.
    #[oai(path = "/v1/sites", method = "post", operation_id = "create_site")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewSiteBody>,
    ) -> poem::Result<Made<SiteBody>> {
        let actor = Actor::of(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/sites", body.0.to_json())?;
        // The contact is not kept with the answer; a replay has the same body, so it names the same contact.
        let contact = body.0.contact.clone();
        let new = NewSite {
            organisation_id: body.0.organisation_id.unwrap_or(actor.organisation),
            name: body.0.name,
            address: body.0.address,
            town_code: body.0.town_code,
            receiving_hours: body.0.receiving_hours.unwrap_or_default(),
            contact: body.0.contact.map(Contact::from),
        };
        let made = open_site(&self.desk, &actor, new, Some(repeat)).await?;
        let body = SiteBody::new(&made.answer, contact);
        Ok(Made::now(&body)
            .at(format!("/v1/sites/{}", body.site_id))
            .version(body.version)
            .replayed(made.replayed))
    }

    /// Change a site
    ///
    /// Only the version named by `If-Match`.
    #[oai(path = "/v1/sites/:site_id", method = "patch", operation_id = "change_site")]
    async fn change(
        &self,
        caller: Caller,
        /// Its id.
        site_id: Path<SiteId>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<SiteChangeBody>,
    ) -> poem::Result<Versioned<SiteBody>> {
        let actor = Actor::of(&caller)?;
        let version = if_match(version.0.as_deref())?;
        let site = change_site(&self.desk, &actor, site_id.0, version, body.0.into()).await?;
        Ok(Versioned(self.body(&site).await?, site.version))
    }

    /// Archive a site
    ///
    /// It is used no more; where it was the default, there is none any more.
    #[oai(path = "/v1/sites/:site_id/archive", method = "post", operation_id = "archive_site")]
    async fn archive(
        &self,
        caller: Caller,
        /// Its id.
        site_id: Path<SiteId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<SiteBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/sites/{}/archive", site_id.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, None)?;
        let archived = archive_site(&self.desk, &actor, site_id.0, Some(repeat)).await?;
        let body = self.body(&archived.answer).await?;
        Ok(Made::before(&body)
            .at(format!("/v1/sites/{}", body.site_id))
            .version(body.version)
            .replayed(archived.replayed))
    }
}
