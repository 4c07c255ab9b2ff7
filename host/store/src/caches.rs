//! What is kept in memory of what each request needs. The functions that answer from here are called `known` (or name what
//! they know) and take the [`Db`](crate::Db): within a transaction everything is read anew.

use std::{collections::BTreeSet, sync::Arc};

use annex_domain::{
    addon::{AddonId, Version},
    field::Field,
    ids::{DeskId, InstallationId, OperatorId},
    installation::Installation,
    operator::{Desk, HostLabel, Operator},
};

use crate::{
    billing::entitlements::Entitlement,
    cache::{
        Cache,
        Table::{
            AddonAccess, AddonVersions, Addons, Desks, Entitlements, Fields, InstallationUsers, Installations,
            OperatorRoles, Operators, PublisherKeys, Publishers, Roles, Sagas, Sessions, TicketTags, Tokens,
        },
    },
    catalog::{Listing, VersionRow, Visible},
    installations::Runnable,
    operators::Listed,
    panels::PanelPlace,
    sessions::Session,
    tokens::Token,
};

/// People and what belongs to one of them.
const MANY: usize = 10_000;
/// Desks, and add-ons of desks.
const SOME: usize = 2_000;
/// What may be large.
const FEW: usize = 300;

/// See the module.
#[derive(Debug)]
pub(crate) struct Caches {
    /// By the hash of the secret.
    pub(crate) sessions: Cache<String, (Session, Operator)>,
    /// By the hash of the secret; the operator with what the scopes leave.
    pub(crate) tokens: Cache<String, (Token, Operator)>,
    pub(crate) desks: Cache<DeskId, Desk>,
    /// Whether they may uninstall by force.
    pub(crate) force: Cache<DeskId, bool>,
    /// By the first part of the host name.
    pub(crate) desk_hosts: Cache<HostLabel, DeskId>,
    pub(crate) operators: Cache<(DeskId, OperatorId), Operator>,
    /// All of a desk.
    pub(crate) people: Cache<DeskId, Arc<Vec<Listed>>>,
    pub(crate) places: Cache<(DeskId, OperatorId), Arc<Vec<PanelPlace>>>,
    /// What they use.
    pub(crate) uses: Cache<(DeskId, OperatorId), Arc<BTreeSet<InstallationId>>>,
    /// All of a desk.
    pub(crate) installations: Cache<DeskId, Arc<Vec<Installation>>>,
    pub(crate) entitlements: Cache<(DeskId, InstallationId), Option<Entitlement>>,
    pub(crate) runnable: Cache<(AddonId, Version), Runnable>,
    pub(crate) versions: Cache<(AddonId, Version), Arc<VersionRow>>,
    /// The version that an add-on is shown with.
    pub(crate) shown: Cache<AddonId, Arc<VersionRow>>,
    pub(crate) listings: Cache<(DeskId, AddonId), Arc<Listing>>,
    /// What a desk may see of an add-on.
    pub(crate) visible: Cache<(DeskId, AddonId), Arc<Visible>>,
    /// The most used of a desk.
    pub(crate) tags: Cache<DeskId, Arc<Vec<String>>>,
    /// All of a desk.
    pub(crate) fields: Cache<DeskId, Arc<Vec<Field>>>,
}

impl Default for Caches {
    fn default() -> Self {
        let people = [Operators, OperatorRoles, Roles];
        let catalog = [Addons, AddonVersions, Publishers];
        Self {
            sessions: Cache::of(&[Sessions, Operators, OperatorRoles, Roles], MANY),
            tokens: Cache::of(&[Tokens, Operators, OperatorRoles, Roles], MANY),
            desks: Cache::of(&[Desks], SOME),
            force: Cache::of(&[Desks], SOME),
            desk_hosts: Cache::of(&[Desks], SOME),
            operators: Cache::of(&people, MANY),
            people: Cache::of(&people, SOME),
            places: Cache::of(&[Operators], MANY),
            uses: Cache::of(&[InstallationUsers, Installations, Operators], MANY),
            installations: Cache::of(&[Installations], SOME),
            entitlements: Cache::of(&[Entitlements, Installations], MANY),
            runnable: Cache::of(&catalog, SOME),
            versions: Cache::of(&catalog, FEW),
            shown: Cache::of(&catalog, FEW),
            listings: Cache::of(
                &[Addons, AddonVersions, AddonAccess, Desks, Publishers, PublisherKeys, Installations, Sagas],
                FEW,
            ),
            visible: Cache::of(&[Addons, AddonVersions, AddonAccess, Desks, Installations], SOME),
            // What is put away takes its tags along a second later: `tickets` is written too often to be named here.
            tags: Cache::of(&[TicketTags], SOME),
            fields: Cache::of(&[Fields], SOME),
        }
    }
}
