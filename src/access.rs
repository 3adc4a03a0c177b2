//! Who may do what: the actor, and the rules as pure functions.
//!
//! A key has **permissions**, an official a **remit**. What belongs to others is not *forbidden* but *not found*:
//! `may_read_…` answers a plain yes or no and the room says 404. What a role may never do is 403.

use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use entity::{KeyId, OrganisationId, PersonId, RemitKind, Role};

/// Something a key may be allowed to do. Reading what is one's own needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Place and cancel orders.
    Order,
    /// Answer orders: confirm, decline.
    Answer,
    /// Send goods.
    Ship,
    /// Receive, inspect and return goods.
    Receive,
    /// Receive and correct stock.
    Stock,
    /// List products, make offers.
    Catalogue,
    /// Change organisations, sites, divisions, departments, categories.
    Organise,
    /// Make and revoke keys.
    Keys,
    /// Import documents of another book.
    Import,
    /// Enter and change the own sites, and say which is the usual one.
    Unit,
    /// Keep the own inbox: what was read, what is to be heard, and where letters go.
    Inbox,
    /// Call background work off.
    Jobs,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Order,
        Self::Answer,
        Self::Ship,
        Self::Receive,
        Self::Stock,
        Self::Catalogue,
        Self::Organise,
        Self::Keys,
        Self::Import,
        Self::Unit,
        Self::Inbox,
        Self::Jobs,
    ];

    /// The word in a key's list.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Answer => "answer",
            Self::Ship => "ship",
            Self::Receive => "receive",
            Self::Stock => "stock",
            Self::Catalogue => "catalogue",
            Self::Organise => "organise",
            Self::Keys => "keys",
            Self::Import => "import",
            Self::Unit => "unit",
            Self::Inbox => "inbox",
            Self::Jobs => "jobs",
        }
    }

    /// The permission of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == word)
    }

    /// What a role may be allowed at most.
    #[must_use]
    pub fn of_role(role: Role) -> &'static [Self] {
        match role {
            Role::Buyer | Role::Retailer => &[Self::Order, Self::Receive, Self::Keys, Self::Unit, Self::Inbox],
            Role::Supplier => &[
                Self::Answer,
                Self::Ship,
                Self::Stock,
                Self::Catalogue,
                Self::Keys,
                Self::Unit,
                Self::Inbox,
            ],
            Role::Official | Role::Auditor => &[Self::Keys, Self::Inbox],
            Role::Operator => &[Self::Catalogue, Self::Organise, Self::Keys, Self::Import, Self::Inbox, Self::Jobs],
        }
    }
}

/// What an official looks after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remit {
    /// The whole city.
    City,
    /// One department, by id.
    Department(String),
    /// One town, by division code.
    Town(String),
    /// The county side: all that its suppliers sell.
    County,
}

/// The caller in the words of the trade.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The key used.
    pub key: KeyId,
    /// The person or machine.
    pub person: PersonId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// What kind of user.
    pub role: Role,
    /// An official's remit.
    pub remit: Option<Remit>,
    /// What the key may do.
    pub permissions: Vec<Permission>,
}

impl Actor {
    /// The actor behind a key that the keyring knows.
    pub fn of(caller: &Caller) -> Result<Self, Refusal> {
        let role: Role = caller
            .role
            .parse()
            .map_err(|_| Refusal::broken("a key has a role that is no role"))?;
        let remit = match &caller.remit {
            None => None,
            Some((kind, code)) => Some(remit_of(kind, code)?),
        };
        Ok(Self {
            key: KeyId::from_uuid(caller.key_id),
            person: PersonId::from_uuid(caller.person_id),
            organisation: OrganisationId::from_uuid(caller.organisation_id),
            role,
            remit,
            permissions: caller.permissions.iter().filter_map(|word| Permission::from_word(word)).collect(),
        })
    }

    /// Whether this is the command line of the machine, which has no key.
    #[must_use]
    pub fn is_machine_itself(&self) -> bool {
        self.key.uuid().is_nil()
    }

    /// Yes, or 403 naming the permission.
    pub fn must(&self, permission: Permission) -> Result<(), Fault> {
        let may = Permission::of_role(self.role).contains(&permission) && self.permissions.contains(&permission);
        if may {
            Ok(())
        } else {
            Err(Fault::of("forbidden").with("permission", permission.as_str()))
        }
    }

    /// Whether the actor sees everything there is: the city's officials, the county's, auditors and operators.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        match self.role {
            Role::Auditor | Role::Operator => true,
            Role::Official => matches!(self.remit, Some(Remit::City | Remit::County)),
            Role::Buyer | Role::Retailer | Role::Supplier => false,
        }
    }
}

fn remit_of(kind: &str, code: &str) -> Result<Remit, Refusal> {
    match kind.parse() {
        Ok(RemitKind::City) => Ok(Remit::City),
        Ok(RemitKind::Department) => Ok(Remit::Department(code.to_owned())),
        Ok(RemitKind::Town) => Ok(Remit::Town(code.to_owned())),
        Ok(RemitKind::County) => Ok(Remit::County),
        Err(_) => Err(Refusal::broken("a key has a remit that is no remit")),
    }
}

/// Which orders, and which figures, an actor sees. Stores take it: nothing of the trade is read without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those of this buyer.
    Buyer(OrganisationId),
    /// Those with this supplier.
    Supplier(OrganisationId),
    /// Those of buyers of this town.
    Town(String),
    /// Those of buyers of this department.
    Department(String),
}

/// What of the trade the actor sees.
#[must_use]
pub fn scope_of(actor: &Actor) -> Scope {
    match (actor.role, &actor.remit) {
        (Role::Auditor | Role::Operator, _) | (Role::Official, Some(Remit::City | Remit::County)) => Scope::All,
        (Role::Buyer | Role::Retailer, _) => Scope::Buyer(actor.organisation),
        (Role::Supplier, _) => Scope::Supplier(actor.organisation),
        (Role::Official, Some(Remit::Town(code))) => Scope::Town(code.clone()),
        (Role::Official, Some(Remit::Department(id))) => Scope::Department(id.clone()),
        // An official without a remit looks after nothing: the scope of an organisation that buys nothing.
        (Role::Official, None) => Scope::Buyer(actor.organisation),
    }
}

/// 403 for whoever has none of these roles.
#[must_use]
pub fn only(roles: &[Role]) -> Fault {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let fault = Fault::of("forbidden").with("roles", names.join(", "));
    if !roles.contains(&Role::Official) {
        return fault;
    }
    fault.with("remit", "wide_enough")
}

/// Buyers and retailers place and cancel orders, each its own.
pub fn may_order(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Order)
}

/// Buyers and retailers see the lists they have saved: nobody else has any.
pub fn may_see_lists(actor: &Actor) -> Result<(), Fault> {
    match actor.role {
        Role::Buyer | Role::Retailer => Ok(()),
        Role::Supplier | Role::Official | Role::Auditor | Role::Operator => Err(only(&[Role::Buyer, Role::Retailer])),
    }
}

/// Suppliers confirm and decline what is ordered from them.
pub fn may_answer(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Answer)
}

/// Whoever sees an inquiry may compare its answers, but for suppliers, who never see those of others.
pub fn may_compare(actor: &Actor) -> Result<(), Fault> {
    match actor.role {
        Role::Supplier => Err(only(&[Role::Buyer, Role::Retailer, Role::Official, Role::Auditor, Role::Operator])),
        Role::Buyer | Role::Retailer | Role::Official | Role::Auditor | Role::Operator => Ok(()),
    }
}

/// Buyers give up what is not delivered, and suppliers where they may.
pub fn may_close_short(actor: &Actor) -> Result<(), Fault> {
    actor.must(if actor.role == Role::Supplier {
        Permission::Answer
    } else {
        Permission::Order
    })
}

/// Suppliers send what is ordered from them.
pub fn may_ship(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Ship)
}

/// Buyers and retailers receive, inspect and return what was sent to them.
pub fn may_receive(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Receive)
}

/// Suppliers receive and correct their own stock.
pub fn may_move_stock(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Stock)
}

/// Suppliers, and buyers who sign, agree on framework contracts: whoever may set prices on the one side, whoever may
/// order on the other.
pub fn may_agree(actor: &Actor) -> Result<(), Fault> {
    match actor.role {
        Role::Supplier => actor.must(Permission::Catalogue),
        Role::Buyer | Role::Retailer => actor.must(Permission::Order),
        Role::Official | Role::Auditor | Role::Operator => Err(only(&[Role::Supplier, Role::Buyer, Role::Retailer])),
    }
}

/// Suppliers list their own products and make their own offers; operators may for all.
pub fn may_change_catalogue(actor: &Actor, seller: OrganisationId) -> Result<(), Fault> {
    actor.must(Permission::Catalogue)?;
    if actor.role == Role::Operator || actor.organisation == seller {
        Ok(())
    } else {
        Err(Fault::of("not_found"))
    }
}

/// Operators change organisations, divisions, departments and categories.
pub fn may_organise(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Organise)
}

/// Buyers, retailers and suppliers change the sites of the own organisation, operators those of all.
pub fn may_change_sites(actor: &Actor, owner: OrganisationId) -> Result<(), Fault> {
    let own = actor.organisation == owner && matches!(actor.role, Role::Buyer | Role::Retailer | Role::Supplier);
    actor.must(if own { Permission::Unit } else { Permission::Organise })
}

/// Everybody keeps the own inbox: marks, wishes, the address of letters.
pub fn may_keep_inbox(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Inbox)
}

/// Auditors and officials of the city read who did what; whoever runs the service is among those they look at.
pub fn may_read_doings(actor: &Actor) -> Result<(), Fault> {
    match (actor.role, &actor.remit) {
        (Role::Auditor, _) | (Role::Official, Some(Remit::City)) => Ok(()),
        _ => Err(only(&[Role::Auditor, Role::Official])),
    }
}

/// Operators see the background work.
pub fn may_see_jobs(actor: &Actor) -> Result<(), Fault> {
    match actor.role {
        Role::Operator => Ok(()),
        Role::Buyer | Role::Retailer | Role::Supplier | Role::Official | Role::Auditor => Err(only(&[Role::Operator])),
    }
}

/// Operators call background work off.
pub fn may_call_off(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Jobs)
}

/// Keys are made and revoked by those who hold the permission: operators for all, others for their own organisation.
pub fn may_manage_keys(actor: &Actor, owner: OrganisationId) -> Result<(), Fault> {
    actor.must(Permission::Keys)?;
    if actor.role == Role::Operator || actor.organisation == owner {
        Ok(())
    } else {
        Err(Fault::of("not_found"))
    }
}

/// Operators import documents that were written elsewhere, and take imports back.
pub fn may_import(actor: &Actor) -> Result<(), Fault> {
    actor.must(Permission::Import)
}
