//! Permissions as words of the API.

use crate::access::Permission;
use poem_openapi::Enum;

/// Something a key may be allowed to do. Reading what is one's own needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", rename = "Permission")]
pub enum PermissionWord {
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

impl From<Permission> for PermissionWord {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::Order => Self::Order,
            Permission::Answer => Self::Answer,
            Permission::Ship => Self::Ship,
            Permission::Receive => Self::Receive,
            Permission::Stock => Self::Stock,
            Permission::Catalogue => Self::Catalogue,
            Permission::Organise => Self::Organise,
            Permission::Keys => Self::Keys,
            Permission::Import => Self::Import,
            Permission::Unit => Self::Unit,
            Permission::Inbox => Self::Inbox,
            Permission::Jobs => Self::Jobs,
        }
    }
}

impl From<PermissionWord> for Permission {
    fn from(word: PermissionWord) -> Self {
        match word {
            PermissionWord::Order => Self::Order,
            PermissionWord::Answer => Self::Answer,
            PermissionWord::Ship => Self::Ship,
            PermissionWord::Receive => Self::Receive,
            PermissionWord::Stock => Self::Stock,
            PermissionWord::Catalogue => Self::Catalogue,
            PermissionWord::Organise => Self::Organise,
            PermissionWord::Keys => Self::Keys,
            PermissionWord::Import => Self::Import,
            PermissionWord::Unit => Self::Unit,
            PermissionWord::Inbox => Self::Inbox,
            PermissionWord::Jobs => Self::Jobs,
        }
    }
}
