//! Views of plugins, wherever they are: shown, and acted upon.
//!
//! Only users of the add-on see its panel and can act in it (R27), but for the view where it is managed; and it does for them no more than
//! they may do themselves.
//!
//! Nothing about a panel is kept on the server. The views that an operator sees, one above the other, travel through
//! their browser in one sealed text, bound to desk, installation, ticket and operator. With an event it comes back, so
//! that the host can check the event against exactly what was shown, and hand the guest its own state.
//!
//! Parts that were deferred are asked for side by side, each of the same view. What each changes is sealed by itself, for that view
//! alone ([`Answer::part`]); who has several puts them behind the state, with dots between: `state.part.part`.

mod chosen;

use annex_domain::{
    addon::{Digest, Kind},
    clock::Timestamp,
    ids::{CallId, DeskId, InstallationId, OperatorId},
    manifest::ViewPlace,
    permission::{Permission, Permissions},
    ports::ActsFor,
    ui::{self, Block, Event, EventError, Patch, Update, ValidReply, ValidView, View, arguments, check_event},
};
use annex_sandbox::CallError;
use annex_store::{
    operators,
    settings::{self, Stored},
    users,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_error, call_scope},
};

/// How many views may lie above each other.
const DEEPEST: usize = 5;
/// The longest sealed text in bytes before it is spelled for HTML.
const LARGEST: usize = 512 * 1024;
/// So many parts may be behind a state: as many as a view can defer.
const MOST_PARTS: usize = 8;
/// A panel that was left open for longer is shown afresh first.
const OLDEST_MS: i64 = 12 * 3_600_000;

/// A panel to be shown.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What is shown.
    pub view: ValidView,
    /// Give it back with the next event. Sealed: nobody can read or change it.
    pub state: String,
    /// How many views lie below: 0 without a way back.
    pub depth: usize,
    /// The call that made it; `None` for [`Lifecycle::back`], which makes none.
    pub call: Option<CallId>,
}

/// The answer to an event.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What the add-on answered.
    pub reply: ValidReply,
    /// What is to be shown now; `None`: what is shown stays.
    pub view: Option<ValidView>,
    /// Replaces the state; `None`: keep the one you have.
    pub state: Option<String>,
    /// Of a part that was deferred, what it changes: instead of taking the new state, it can be put behind the one that was given.
    pub part: Option<String>,
    /// How many views lie below what is shown.
    pub depth: usize,
    /// The call.
    pub call: CallId,
}

/// Where a panel is shown, and to whom.
#[derive(Debug, Clone)]
pub struct Looking {
    context: ui::Context,
    within: Option<Permissions>,
}

impl Looking {
    /// With credentials that allow less than the operator's roles do, such as a token with few scopes.
    #[must_use]
    pub fn within(context: ui::Context, bound: Permissions) -> Self {
        Self { context, within: Some(bound) }
    }
}

/// With all that the operator's roles allow.
impl From<ui::Context> for Looking {
    fn from(context: ui::Context) -> Self {
        Self { context, within: None }
    }
}

/// A panel that may be shown.
struct PanelCall {
    callee: Callee,
    context: ui::Context,
    acts_for: ActsFor,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Shown {
    at: Timestamp,
    /// The last one is shown.
    views: Vec<Layer>,
}

/// A view with the guest's state, which the view's own serialisation leaves out.
#[derive(Serialize, Deserialize)]
struct Layer {
    view: View,
    #[serde(with = "hex_bytes")]
    state: Vec<u8>,
}

impl Lifecycle {
    /// The panel of an installation in a ticket.
    ///
    /// # Errors
    /// What kept the add-on from answering.
    pub async fn render(
        &self,
        desk: DeskId,
        installation: InstallationId,
        looking: impl Into<Looking>,
    ) -> Result<Panel, UseError> {
        let PanelCall { callee, context, acts_for } = self.shown_to(desk, installation, looking.into()).await?;
        let scope = call_scope(&callee.installation, &callee.installation.version, Some(acts_for));
        let (call, place) = (scope.scope.call, place(&callee, &context));
        let finished = self.sandbox.render(&callee.admitted, scope, context).await;
        let view = self.finish(&callee.installation, "render", finished).await;
        let view = view.map_err(|error| call_error(error, call, &callee.installation))?;
        let state = self.sealed(desk, installation, place, vec![Layer::of(&view)]).await?;
        Ok(Panel { view, state, depth: 0, call: Some(call) })
    }

    /// What an operator did in a panel. `event.state` is ignored: it comes from `state`, as the panel was given.
    ///
    /// # Errors
    /// [`UseError::NotOffered`] and [`UseError::Invalid`] before the add-on is called; then what kept it from answering.
    pub async fn handle(
        &self,
        desk: DeskId,
        installation: InstallationId,
        looking: impl Into<Looking>,
        mut event: Event,
        state: &str,
    ) -> Result<Answer, UseError> {
        let looking: Looking = looking.into();
        let again = looking.clone();
        let PanelCall { callee, context, acts_for } = self.shown_to(desk, installation, looking).await?;
        let place = place(&callee, &context);
        let hosts = self.hosts(&callee).await?;
        let mut shown = self.open(&place, state, &hosts)?;
        let top = shown.views.last().ok_or(UseError::StaleState)?;
        check_event(&top.view, &event).map_err(|error| match error {
            EventError::Fields(errors) => UseError::Invalid(errors),
            error @ EventError::NotOffered { .. } => UseError::NotOffered(error.to_string()),
        })?;
        self.check_chosen(&callee.installation, acts_for.operator, &top.view, &event).await?;
        let is_part = is_deferred(&top.view, &event.source);
        event.state.clone_from(&top.state);
        event.args = arguments(&top.view, &event).to_vec();
        let scope = call_scope(&callee.installation, &callee.installation.version, Some(acts_for));
        let call = scope.scope.call;
        let finished = self.sandbox.handle(&callee.admitted, scope, context, event).await;
        let apply = move || {
            let next = finished.result.as_ref().map_or(Ok(None), |reply| shown.apply(reply, &hosts));
            (finished, shown, next)
        };
        let (mut finished, shown, next) = self.in_turn(desk, installation, apply).await?;
        let view = match next {
            Ok(view) => view,
            // Patches that do not fit the view are the add-on's defect, and are recorded as such.
            Err(error) => {
                finished.result = Err(CallError::BadOutput(error));
                None
            }
        };
        let reply = self.finish(&callee.installation, "handle", finished).await;
        let reply = reply.map_err(|error| call_error(error, call, &callee.installation))?;
        if reply.reply().update == Update::Refresh {
            let Panel { view, state, depth, .. } = self.render(desk, installation, again).await?;
            return Ok(Answer { reply, view: Some(view), state: Some(state), part: None, depth, call });
        }
        let part = match &reply.reply().update {
            Update::Patch(patches) if is_part => Some(self.seal_part(&place, state, patches)?),
            _ => None,
        };
        let depth = shown.views.len().saturating_sub(1);
        let state = match &view {
            Some(_) => Some(self.sealed(desk, installation, place, shown.views).await?),
            None => None,
        };
        Ok(Answer { reply, view, state, part, depth, call })
    }

    /// Back to the view below, without calling the add-on.
    ///
    /// # Errors
    /// [`UseError::NotOffered`] when there is none; [`UseError::StaleState`].
    pub async fn back(
        &self,
        desk: DeskId,
        installation: InstallationId,
        looking: impl Into<Looking>,
        state: &str,
    ) -> Result<Panel, UseError> {
        let PanelCall { callee, context, .. } = self.shown_to(desk, installation, looking.into()).await?;
        let place = place(&callee, &context);
        let hosts = self.hosts(&callee).await?;
        let mut shown = self.open(&place, state, &hosts)?;
        let view = shown.pop(&hosts).map_err(|_| UseError::StaleState)?;
        let view = view.ok_or_else(|| UseError::NotOffered("there is nothing to go back to".into()))?;
        let depth = shown.views.len().saturating_sub(1);
        let state = self.sealed(desk, installation, place, shown.views).await?;
        Ok(Panel { view, state, depth, call: None })
    }

    /// Does what an add-on's answer costs the host in the add-on's own turn: as a call of it, below the priority of pages on a busy host.
    ///
    /// # Errors
    /// [`UseError::Unavailable`] when the work panicked.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        desk: DeskId,
        installation: InstallationId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, UseError> {
        let done = self.sandbox.in_turn(desk, installation, work).await;
        done.ok_or_else(|| UseError::Unavailable("the host failed".into()))
    }

    async fn sealed(
        &self,
        desk: DeskId,
        installation: InstallationId,
        place: String,
        views: Vec<Layer>,
    ) -> Result<String, UseError> {
        let host = self.clone();
        self.in_turn(desk, installation, move || host.seal(&place, views)).await?
    }

    /// A plugin that runs and that the operator uses; says so in the context, whatever it said before. Where it is managed, who manages
    /// it needs no licence. The other kinds have no users, and no panels either. What the operator may do is not the caller's to say: a role may have been taken from them.
    async fn shown_to(
        &self,
        desk: DeskId,
        installation: InstallationId,
        looking: Looking,
    ) -> Result<PanelCall, UseError> {
        let Looking { mut context, within } = looking;
        let callee = self.callee(desk, installation).await?;
        let id: OperatorId = context.operator.parse().map_err(|_| UseError::NotAUser)?;
        let uses = users::known_of(&self.db, desk, id).await?.contains(&installation);
        let place = context.location.place();
        if callee.installation.kind == Kind::Plugin && !uses && place != ViewPlace::Settings {
            return Err(UseError::NotAUser);
        }
        if callee.installation.kind == Kind::Plugin {
            // Which view it is, its manifest says: at a place that it does not name, it is not there.
            let view = callee.admitted.manifest().view_at(place);
            context.view = view.ok_or(UseError::NotFound)?.key;
        }
        let permissions = operators::known(&self.db, desk, id).await?.permissions;
        let permissions = within.map_or_else(|| permissions.clone(), |bound| permissions.within(&bound));
        if let Some(needed) = needed(place).filter(|needed| !permissions.has(*needed)) {
            return Err(UseError::NotPermitted(needed));
        }
        context.licensed = uses;
        Ok(PanelCall { callee, context, acts_for: ActsFor { operator: id, permissions } })
    }

    fn seal(&self, place: &str, views: Vec<Layer>) -> Result<String, UseError> {
        let shown = Shown { at: self.clock.now(), views };
        let json = serde_json::to_vec(&shown).map_err(annex_store::StoreError::from)?;
        let packed = zstd::bulk::compress(&json, 1).map_err(|error| UseError::Unavailable(error.to_string()))?;
        if packed.len() > LARGEST {
            return Err(UseError::Unavailable("the panel has become too large: load it again".into()));
        }
        let sealed = self.vault.seal_state(place, &packed).map_err(annex_store::StoreError::from)?;
        Ok(hex::encode(sealed))
    }

    /// What a part changes, for the view of that state alone.
    fn seal_part(&self, place: &str, state: &str, patches: &[Patch]) -> Result<String, UseError> {
        let json = serde_json::to_vec(patches).map_err(annex_store::StoreError::from)?;
        let packed = zstd::bulk::compress(&json, 1).map_err(|error| UseError::Unavailable(error.to_string()))?;
        let (view, _) = in_parts(state);
        let sealed = self.vault.seal_state(&part_of(place, view), &packed).map_err(annex_store::StoreError::from)?;
        Ok(hex::encode(sealed))
    }

    /// Opens a state with the parts behind it, each of which changes the view on top.
    fn open(&self, place: &str, state: &str, hosts: &[String]) -> Result<Shown, UseError> {
        let (view, parts) = in_parts(state);
        if parts.len() > MOST_PARTS {
            return Err(UseError::StaleState);
        }
        let mut shown = self.open_one::<Shown>(place, view)?;
        let age = self.clock.now().0.saturating_sub(shown.at.0);
        if age > OLDEST_MS {
            return Err(UseError::StaleState);
        }
        for part in parts {
            let patches: Vec<Patch> = self.open_one(&part_of(place, view), part)?;
            let top = shown.views.pop().ok_or(UseError::StaleState)?;
            let patched = top.valid(hosts).and_then(|top| top.patched(patches, hosts));
            shown.views.push(Layer::of(&patched.map_err(|_| UseError::StaleState)?));
        }
        Ok(shown)
    }

    fn open_one<T: DeserializeOwned>(&self, place: &str, state: &str) -> Result<T, UseError> {
        // Sealed by this host, so its size and content are its own; a limit keeps strangers from making it work.
        if state.len() > 4 * LARGEST {
            return Err(UseError::StaleState);
        }
        let sealed = hex::decode(state.trim()).map_err(|_| UseError::StaleState)?;
        let packed = self.vault.open_state(place, &sealed).map_err(|_| UseError::StaleState)?;
        let json = zstd::bulk::decompress(&packed, 16 << 20).map_err(|_| UseError::StaleState)?;
        serde_json::from_slice(&json).map_err(|_| UseError::StaleState)
    }

    /// The hosts in force, by name: where pictures may come from.
    async fn hosts(&self, callee: &Callee) -> Result<Vec<String>, UseError> {
        let Callee { installation, admitted } = callee;
        let grant = installation.grant.clone().within(&admitted.manifest().capabilities);
        let mut conn = self.db.read().await?;
        let mut hosts = Vec::new();
        for pattern in grant.hosts() {
            let label = match pattern.setting() {
                Some(key) => match settings::get(&mut conn, installation.desk, installation.id, key).await? {
                    Some(Stored::Plain(annex_domain::settings::SettingValue::Text(label))) => Some(label),
                    _ => default_of(admitted.manifest(), key),
                },
                None => None,
            };
            hosts.extend(pattern.resolve(label.as_deref()));
        }
        Ok(hosts)
    }
}

fn default_of(manifest: &annex_domain::manifest::Manifest, key: &str) -> Option<String> {
    manifest.settings.iter().find(|setting| setting.key == key).and_then(|setting| setting.default.clone())
}

/// What whoever looks at a view there has to be allowed.
fn needed(place: ViewPlace) -> Option<Permission> {
    match place {
        ViewPlace::Composer => Some(Permission::TicketsReply),
        ViewPlace::Settings => Some(Permission::AddonsManage),
        ViewPlace::TicketSidebar | ViewPlace::ContactSidebar | ViewPlace::Page => None,
    }
}

/// A state, and the parts behind it.
fn in_parts(state: &str) -> (&str, Vec<&str>) {
    let mut parts = state.trim().split('.');
    (parts.next().unwrap_or_default(), parts.collect())
}

/// For which view a part is sealed.
fn part_of(place: &str, view: &str) -> String {
    format!("{place}/part/{}", Digest::of(view.as_bytes()).as_str())
}

fn is_deferred(view: &View, node: &str) -> bool {
    let mut nodes = view.sections.iter().flat_map(|section| &section.nodes);
    nodes.any(|one| one.id == node && matches!(one.block, Block::Deferred(_)))
}

/// For whom a state is sealed. Another version of the add-on would not know its own state.
fn place(callee: &Callee, context: &ui::Context) -> String {
    let Callee { installation, .. } = callee;
    let (desk, id, version) = (installation.desk, installation.id, &installation.version);
    format!("panel/{desk}/{id}/{version}/{}/{}/{}", context.view, context.location.key(), context.operator)
}

impl Layer {
    fn of(view: &ValidView) -> Self {
        let view = view.view().clone();
        Self { state: view.state.clone(), view }
    }

    /// Checked again: the hosts may have changed since it was shown.
    fn valid(&self, hosts: &[String]) -> Result<ValidView, ui::UiError> {
        let mut view = self.view.clone();
        view.state.clone_from(&self.state);
        ValidView::shown_before(view, hosts)
    }
}

impl Shown {
    /// What a reply makes of the views; answers the one on top when it has changed.
    fn apply(&mut self, reply: &ValidReply, hosts: &[String]) -> Result<Option<ValidView>, ui::UiError> {
        match &reply.reply().update {
            Update::Invalid(_) | Update::Refresh | Update::None => return Ok(None),
            Update::Pop => return self.pop(hosts),
            Update::Replace(view) => {
                self.views.pop();
                self.views.push(Layer { state: view.state.clone(), view: view.clone() });
            }
            Update::Push(view) => {
                if self.views.len() >= DEEPEST {
                    let rule = format!("at most {DEEPEST} views above each other");
                    return Err(ui::UiError { path: "reply.push".into(), rule });
                }
                self.views.push(Layer { state: view.state.clone(), view: view.clone() });
            }
            Update::Patch(patches) => {
                let Some(top) = self.views.pop() else { return Ok(None) };
                let patched = top.valid(hosts)?.patched(patches.clone(), hosts)?;
                self.views.push(Layer::of(&patched));
                return Ok(Some(patched));
            }
        }
        self.views.last().map(|top| top.valid(hosts)).transpose()
    }

    /// Takes the top view away, if one lies below it.
    fn pop(&mut self, hosts: &[String]) -> Result<Option<ValidView>, ui::UiError> {
        if self.views.len() < 2 {
            return Ok(None);
        }
        self.views.pop();
        self.views.last().map(|top| top.valid(hosts)).transpose()
    }
}

mod hex_bytes {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
