//! All that is done to the desks, in order, with what each door has to be told for it.

use std::pin::Pin;

use annex_desk::{desks, operators, settings, tokens};
use annex_domain::{
    audit::Action,
    contact::ContactChange,
    ids::DeskId,
    operator::Actor,
    permission::{Permission, Permissions},
    ports::AddonData as _,
    ticket::TicketStatus,
};
use annex_lifecycle::{Decision, decide};
use annex_store::{operators::NewOperator, tokens::LIFE_DAYS};
use axum::http::Method;
use serde_json::{Value, json};

use self::By::{AddOn, Api, Line, Panel};
use super::World;

const NEW: &str = "quiet granite lantern 87";

type Doing<'w> = Pin<Box<dyn Future<Output = ()> + 'w>>;
type Call = for<'w> fn(&'w World) -> Doing<'w>;

/// How something is done at a door. In braces stands what [`World::fill`] knows.
pub(super) enum By {
    /// An address of the panel, and its form.
    Panel(&'static str, &'static [(&'static str, &'static str)]),
    /// An address of the API, and its body.
    Api(Method, &'static str, Value),
    /// What a command calls.
    Line(Call),
    /// A host interface of an add-on.
    AddOn(Call),
}

/// Something to do.
pub(super) struct Step {
    /// The entry that it leaves. Changes of tickets leave none: ADR 36.
    pub(super) done: Option<Action>,
    /// Every door that has it.
    pub(super) by: Vec<By>,
}

fn step(done: Action, by: impl Into<Vec<By>>) -> Step {
    Step { done: Some(done), by: by.into() }
}

fn form(done: Action, path: &'static str, form: &'static [(&'static str, &'static str)]) -> Step {
    step(done, [Panel(path, form)])
}

fn change(by: impl Into<Vec<By>>) -> Step {
    Step { done: None, by: by.into() }
}

fn post(path: &'static str) -> By {
    Api(Method::POST, path, json!({}))
}

fn delete(path: &'static str) -> By {
    Api(Method::DELETE, path, json!({}))
}

/// All of it. What comes first makes what the later ones need.
pub(super) fn script() -> impl Iterator<Item = Step> {
    let contact = "/contacts/{contact}/erase";
    let erased = step(Action::ContactErased, [Panel(contact, &[("confirm", "yes")]), post(contact)]);
    let parts = [
        with_requesters(),
        with_tickets(),
        with_fields(),
        with_people(),
        with_oneself(),
        with_the_desk(),
        with_add_ons(),
    ];
    parts.into_iter().flatten().chain([erased])
}

fn with_requesters() -> Vec<Step> {
    let body = json!({ "requester": { "email": "no@example.org", "name": "No" }, "subject": "Help", "body": "Please" });
    vec![
        step(
            Action::ContactCreated,
            [
                Panel(
                    "/tickets",
                    &[("email", "no@example.org"), ("name", "No"), ("subject", "Help"), ("body", "Please")],
                ),
                Api(Method::POST, "/tickets", body),
            ],
        ),
        step(
            Action::ContactUpdated,
            [
                Panel("/contacts/{contact}", &[("name", "Nora"), ("company", "Initech")]),
                Api(Method::PATCH, "/contacts/{contact}", json!({ "name": "Nora", "company": "Initech" })),
                AddOn(changes_the_contact),
            ],
        ),
    ]
}

fn with_tickets() -> Vec<Step> {
    let patch = |body| Api(Method::PATCH, "/tickets/1", body);
    let write = |body| Api(Method::POST, "/tickets/1/messages", body);
    vec![
        change([
            Panel("/tickets/1/properties", &[("status", "pending")]),
            patch(json!({ "status": "pending" })),
            AddOn(sets_the_status),
        ]),
        change([
            Panel("/tickets/1/properties", &[("tags", "VIP, late vip")]),
            patch(json!({ "tags": ["VIP", "late", "vip"] })),
            AddOn(sets_the_tags),
        ]),
        change([Panel("/tickets/1/properties", &[("assignee", "{agent}")]), patch(json!({ "assignee": "{agent}" }))]),
        change([
            Panel("/tickets/1/messages", &[("mode", "reply"), ("body", "Here")]),
            write(json!({ "body": "Here" })),
        ]),
        change([
            Panel("/tickets/1/messages", &[("mode", "note"), ("body", "Odd")]),
            write(json!({ "body": "Odd", "internal": true })),
            AddOn(adds_a_note),
        ]),
        step(Action::TicketSpam, [Panel("/tickets/1/spam", &[]), post("/tickets/1/spam")]),
        step(Action::TicketNotSpam, [Panel("/tickets/1/not-spam", &[]), delete("/tickets/1/spam")]),
        step(Action::TicketDelete, [Panel("/tickets/1/delete", &[]), delete("/tickets/1")]),
        step(Action::TicketRestore, [Panel("/tickets/1/restore", &[]), post("/tickets/1/restore")]),
        step(
            Action::TicketMerge,
            [
                Panel("/tickets/{twin}/merge", &[("into", "1")]),
                Api(Method::POST, "/tickets/{twin}/merge", json!({ "into": 1 })),
            ],
        ),
        step(
            Action::MessageRedeliver,
            [
                Panel("/tickets/{channel}/messages/{lost}/redeliver", &[]),
                post("/tickets/{channel}/messages/{lost}/redeliver"),
            ],
        ),
        step(
            Action::MessageArrived,
            [
                Panel("/tickets/{channel}/messages/{late}/arrived", &[]),
                post("/tickets/{channel}/messages/{late}/confirm"),
            ],
        ),
    ]
}

fn with_fields() -> Vec<Step> {
    let make = |form: &'static [(&'static str, &'static str)], body: Value| {
        step(Action::FieldCreate, [Panel("/admin/fields", form), Api(Method::POST, "/fields", body)])
    };
    let patch = |path, body| Api(Method::PATCH, path, body);
    vec![
        make(
            &[("of", "ticket"), ("key", "order"), ("kind", "text"), ("label", "Order")],
            json!({ "of": "ticket", "key": "order", "type": "text", "label": "Order" }),
        ),
        make(
            &[("of", "ticket"), ("key", "size"), ("kind", "choice"), ("label", "Size"), ("choices", "S\nL")],
            json!({ "of": "ticket", "key": "size", "type": "choice", "label": "Size", "choices": ["S", "L"] }),
        ),
        step(
            Action::FieldArrange,
            [
                Panel("/admin/fields/{field}/move", &[("do", "up")]),
                Api(Method::POST, "/fields/{field}/move", json!({ "to": "up" })),
            ],
        ),
        step(
            Action::FieldUpdate,
            [
                Panel("/admin/fields/{field}", &[("kind", "choice"), ("label", "Format"), ("choices", "S\nM\nL")]),
                patch("/fields/{field}", json!({ "label": "Format", "choices": ["S", "M", "L"] })),
            ],
        ),
        change([
            Panel("/tickets/1/properties", &[("fields.order", "A 1"), ("fields.size", "M"), ("status", "pending")]),
            patch("/tickets/1", json!({ "fields": { "order": "A 1", "size": "M" }, "status": "pending" })),
        ]),
        step(Action::FieldRetire, [Panel("/admin/fields/{field}/retire", &[]), post("/fields/{field}/retire")]),
        step(Action::FieldRestore, [Panel("/admin/fields/{field}/restore", &[]), post("/fields/{field}/restore")]),
    ]
}

fn with_people() -> Vec<Step> {
    let role = "/admin/roles/{role}";
    let (group, operator) = ("/admin/groups/{group}", "/admin/operators/{operator}");
    let invited = &[("name", "Di"), ("email", "di@example.org"), ("role", "{role}")];
    vec![
        form(Action::RoleCreate, "/admin/roles", &[("name", "Readers"), ("permission", "tickets.view")]),
        form(Action::RoleUpdate, role, &[("name", "Writers"), ("permission", "tickets.reply")]),
        form(Action::OperatorInvite, "/admin/operators", invited),
        form(Action::OperatorSetUp, "/setup/{secret}", &[("name", "Dinah"), ("password", "velvet otter umbrella")]),
        form(Action::OperatorRoles, operator, &[("role", "{agents-role}")]),
        form(Action::OperatorDeactivate, "/admin/operators/{operator}/deactivate", &[]),
        form(Action::OperatorReactivate, "/admin/operators/{operator}/reactivate", &[]),
        form(Action::RoleDelete, "/admin/roles/{role}/delete", &[]),
        form(Action::GroupCreate, "/admin/groups", &[("name", "Night"), ("member", "{agent}")]),
        form(Action::GroupUpdate, group, &[("name", "Day"), ("member", "{agent}")]),
        form(Action::GroupDelete, "/admin/groups/{group}/delete", &[]),
        step(Action::OperatorCreated, [Line(makes_an_operator)]),
    ]
}

fn with_oneself() -> Vec<Step> {
    let scopes = json!({ "name": "ci", "scopes": ["tickets.view"] });
    vec![
        step(
            Action::TokenCreate,
            [
                Panel("/admin/tokens", &[("name", "ci"), ("scope", "tickets.view")]),
                Api(Method::POST, "/tokens", scopes),
                Line(makes_a_token),
            ],
        ),
        step(Action::TokenRevoke, [Panel("/admin/tokens/{token}/revoke", &[]), delete("/tokens/{token}")]),
        step(Action::OperatorPasswordReset, [Panel("/reset/{reset}", &[("password", NEW)])]),
        step(
            Action::OperatorPassword,
            [Panel("/profile/password", &[("current", super::PASSWORD), ("new", NEW), ("repeat", NEW)])],
        ),
    ]
}

fn with_the_desk() -> Vec<Step> {
    let settings = &[("name", "Acme"), ("locale", "en"), ("time_zone", "Europe/Berlin")];
    vec![
        step(Action::DeskUpdate, [Panel("/admin/system", settings)]),
        step(Action::DeskRemoveSample, [Panel("/admin/system/remove-sample", &[])]),
        step(Action::DeskForceUninstall, [Line(allows_force)]),
        step(Action::DeskPlatform, [Line(makes_it_the_platforms)]),
        step(Action::MailSendAgain, [Panel("/admin/mails/{mail}/send", &[])]),
        step(
            Action::WorkTryAgain,
            [
                Panel("/admin/work/job-{job}/try-again", &[]),
                post("/background-work/job-{job}/try-again"),
                Line(tries_again),
            ],
        ),
        step(
            Action::WorkGiveUp,
            [
                Panel("/admin/work/job-{other-job}/give-up", &[]),
                post("/background-work/job-{other-job}/give-up"),
                Line(gives_up),
            ],
        ),
        step(Action::DeskHostName, [Line(names_its_host)]),
        step(Action::DeskSuspend, [Line(suspends)]),
        step(Action::DeskResume, [Line(resumes)]),
        step(Action::DeskLeave, [Line(leaves)]),
        step(Action::DeskResume, [Line(resumes)]),
    ]
}

fn with_add_ons() -> Vec<Step> {
    let offered =
        |offered: bool| Api(Method::PUT, "/installations/{addon}/pre-releases", json!({ "offered": offered }));
    let here = "/my-addons/{addon}/prereleases";
    vec![
        step(
            Action::AddonDeactivate,
            [Panel("/my-addons/{addon}/deactivate", &[]), post("/installations/{addon}/deactivate")],
        ),
        step(
            Action::AddonActivate,
            [Panel("/my-addons/{addon}/activate", &[]), post("/installations/{addon}/activate")],
        ),
        step(Action::AddonPin, [Panel("/my-addons/{addon}/pin", &[]), post("/installations/{addon}/pin")]),
        step(Action::AddonUnpin, [Panel("/my-addons/{addon}/unpin", &[]), post("/installations/{addon}/unpin")]),
        step(Action::AddonTakePreReleases, [Panel(here, &[("on", "1")]), offered(true)]),
        step(Action::AddonLeavePreReleases, [Panel(here, &[("on", "0")]), offered(false)]),
        step(
            Action::AddonRename,
            [
                Panel("/my-addons/{addon}/label", &[("label", "Ours")]),
                Api(Method::PUT, "/installations/{addon}/label", json!({ "label": "Ours" })),
            ],
        ),
    ]
}

fn changes_the_contact(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let id = world.fill("{contact}").await.parse().unwrap();
        let change =
            ContactChange { name: Some("Nora".into()), company: Some("Initech".into()), ..ContactChange::default() };
        world.add_on.data.update_contact(&world.add_on.scope, id, change).await.unwrap();
    })
}

fn sets_the_status(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let ticket = world.first_ticket().await;
        world.add_on.data.set_status(&world.add_on.scope, ticket, TicketStatus::Pending).await.unwrap();
    })
}

fn sets_the_tags(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let tags = ["VIP", "late", "vip"].map(ToOwned::to_owned).to_vec();
        world.add_on.data.set_tags(&world.add_on.scope, world.first_ticket().await, tags).await.unwrap();
    })
}

fn adds_a_note(world: &World) -> Doing<'_> {
    Box::pin(async move {
        world.add_on.data.add_note(&world.add_on.scope, world.first_ticket().await, "Odd", &[]).await.unwrap();
    })
}

fn makes_a_token(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let scopes = Permissions([Permission::TicketsView].into());
        let operator = world.panel.desks.admin;
        let wanted = tokens::Create { operator, name: "ci".into(), scopes, days: LIFE_DAYS };
        tokens::create(&world.panel.state.desk(), &world.line(), wanted).await.unwrap();
    })
}

fn makes_an_operator(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let roles = vec![world.fill("{agents-role}").await.parse().unwrap()];
        let (email, name) = ("eve@example.org".to_owned(), "Eve".to_owned());
        let new = NewOperator { email, name, password_hash: Some("hash".into()), roles };
        operators::create(&world.panel.state.desk(), &world.line(), new).await.unwrap();
    })
}

fn allows_force(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let (desk, now) = (world.panel.desks.desk, world.line().now);
        settings::force_uninstall(&world.panel.state.desk(), desk, true, now).await.unwrap();
    })
}

fn makes_it_the_platforms(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let (desk, now) = (world.panel.desks.desk, world.line().now);
        settings::platform(&world.panel.state.desk(), desk, true, now).await.unwrap();
    })
}

/// What the command line does with the desk as a whole.
fn as_a_whole(world: &World) -> (annex_desk::Desk, desks::By, DeskId) {
    let by = desks::By { actor: Actor::CommandLine, now: world.line().now };
    (world.panel.state.desk(), by, world.panel.desks.desk)
}

fn names_its_host(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let ((host, by, desk), name) = (as_a_whole(world), "acme".parse().unwrap());
        desks::set_host_name(&host, by, desk, Some(&name)).await.unwrap();
    })
}

fn suspends(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let (host, by, desk) = as_a_whole(world);
        desks::suspend(&host, by, desk).await.unwrap();
    })
}

fn resumes(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let (host, by, desk) = as_a_whole(world);
        desks::resume(&host, by, desk).await.unwrap();
    })
}

fn leaves(world: &World) -> Doing<'_> {
    Box::pin(async move {
        let (host, by, desk) = as_a_whole(world);
        desks::leave(&host, by, desk).await.unwrap();
    })
}

fn tries_again(world: &World) -> Doing<'_> {
    Box::pin(decides(world, "job-{job}", Decision::TryAgain))
}

fn gives_up(world: &World) -> Doing<'_> {
    Box::pin(decides(world, "job-{other-job}", Decision::GiveUp))
}

async fn decides(world: &World, work: &str, decision: Decision) {
    let (desk, now) = (Some(world.panel.desks.desk), world.line().now);
    let work = world.fill(work).await.parse().unwrap();
    decide(&world.panel.state.db, desk, work, decision, Actor::CommandLine, now).await.unwrap();
}
