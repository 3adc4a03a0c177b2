//! Who the caller is and may do, over HTTP.

use super::keys::RemitBody;
use super::organisation_body::OrganisationBody;
use super::permission_word::PermissionWord;
use super::{EXAMPLE_ID, Tag, example};
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::organisations::key::KeyRemit;
use crate::organisations::kind::mode_of;
use crate::organisations::party::Party;
use crate::organisations::queries;
use crate::organisations::register::Register;
use entity::{Channel, FundSource, KeyId, Mode, PersonId, Role};
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};

/// Who the caller is, and what an order of the caller's may say.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct MeBody {
    /// The organisation the key acts for.
    pub organisation: OrganisationBody,
    /// The key.
    pub key_id: KeyId,
    /// Who holds it.
    pub person_id: PersonId,
    /// In which role it acts.
    pub role: Role,
    /// What it may do.
    #[oai(validator(max_items = 20))]
    pub permissions: Vec<PermissionWord>,
    /// How far an official's key sees.
    #[oai(nullable)]
    pub remit: Option<RemitBody>,
    /// The channels an order may name, the default first; none for those who do not buy.
    #[oai(validator(max_items = 20))]
    pub channels: Vec<Channel>,
    /// The channel of an order that names none.
    #[oai(nullable)]
    pub default_channel: Option<Channel>,
    /// The fund sources an order may name, the default first.
    #[oai(validator(max_items = 20))]
    pub fund_sources: Vec<FundSource>,
    /// The fund source of an order that names none.
    #[oai(nullable)]
    pub default_fund_source: Option<FundSource>,
    /// What the goods are bought for.
    #[oai(nullable)]
    pub mode: Option<Mode>,
}

impl Example for MeBody {
    fn example() -> Self {
        Self {
            organisation: OrganisationBody::example(),
            key_id: example(EXAMPLE_ID),
            person_id: example(EXAMPLE_ID),
            role: Role::Buyer,
            permissions: vec![PermissionWord::Order, PermissionWord::Keys],
            remit: None,
            channels: vec![Channel::SchoolCanteen, Channel::UnionWelfare],
            default_channel: Some(Channel::SchoolCanteen),
            fund_sources: vec![FundSource::CanteenMeals, FundSource::StudentNutrition],
            default_fund_source: Some(FundSource::CanteenMeals),
            mode: Some(Mode::Purchase),
        }
    }
}

fn me(caller: &Caller, actor: &Actor, party: &Party) -> MeBody {
    let remit = caller.remit.as_ref().and_then(|(kind, code)| {
        let kind = kind.parse().ok()?;
        let code = (!code.is_empty()).then(|| code.clone());
        Some(KeyRemit { kind, code })
    });
    let (channels, fund_sources) = (party.channels(), party.fund_sources());
    let buys = matches!(party.role(), Role::Buyer | Role::Retailer);
    MeBody {
        organisation: party.into(),
        key_id: actor.key,
        person_id: actor.person,
        role: actor.role,
        permissions: actor.permissions.iter().map(|one| PermissionWord::from(*one)).collect(),
        remit: remit.map(RemitBody::from),
        default_channel: channels.first().copied(),
        channels,
        default_fund_source: fund_sources.first().copied(),
        fund_sources,
        mode: buys.then(|| mode_of(party.kind)),
    }
}

/// The operation on oneself.
#[derive(Clone, Debug)]
pub struct MeApi {
    /// Where it is carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Organisations")]
impl MeApi {
    /// Read about oneself
    ///
    /// The organisation the key acts for, what the key may do, and the channels and fund sources its orders may name.
    #[oai(path = "/v1/me", method = "get", operation_id = "read_me")]
    async fn read(&self, caller: Caller) -> poem::Result<Json<MeBody>> {
        let actor = Actor::of(&caller)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let party = parties
            .organisation(actor.organisation)
            .ok_or_else(|| Refusal::fault("not_found"))?;
        Ok(Json(me(&caller, &actor, party)))
    }
}
