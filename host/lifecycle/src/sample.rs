//! The sample of a first run: an inbox that looks like a week of a small shop's help desk, so that add-ons can be tried
//! beside real-looking tickets. It is loaded once, and can be removed in one click.

use std::time::Duration;

use annex_desk::{
    Ctx, Refusal,
    contacts::{self, NewContact},
};
use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::DeskId,
    operator::Actor,
    ticket::{Author, Priority, TicketStatus},
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    messages::{self, NewMessage},
    samples,
    tickets::{self, NewTicket, TicketChange},
};
use serde_json::json;

use crate::Lifecycle;

/// A requester of the sample. Addresses are of example.com, which nobody owns.
struct Person {
    name: &'static str,
    email: &'static str,
    phone: Option<&'static str>,
    company: Option<&'static str>,
}

struct Sample {
    hours_ago: u64,
    from: Person,
    subject: &'static str,
    body: &'static str,
    priority: Priority,
    status: TicketStatus,
    tags: &'static [&'static str],
    /// What the requester wrote later.
    later: Option<&'static str>,
}

/// Loads the sample into the desk, unless it had it before. Answers the number of tickets made.
///
/// # Errors
/// When the database fails.
pub async fn load(lifecycle: &Lifecycle, desk: DeskId) -> Result<usize, Refusal> {
    let now = lifecycle.clock.now();
    let mut tx = lifecycle.db().begin().await?;
    if !samples::begin(&mut tx, desk, now).await? {
        return Ok(0);
    }
    let samples = all();
    let count = samples.len();
    for sample in samples {
        put(&mut tx, desk, sample, now).await?;
    }
    let object = format!("desk:{desk}");
    audit::append(&mut tx, desk, Actor::System, Action::DeskLoadSample, &object, &json!({"tickets": count}), now)
        .await?;
    tx.commit().await?;
    Ok(count)
}

/// True while the sample is there.
///
/// # Errors
/// When the database fails.
pub async fn exists(conn: &mut Conn, desk: DeskId) -> Result<bool, StoreError> {
    samples::exists(conn, desk).await
}

async fn put(tx: &mut Tx, desk: DeskId, sample: Sample, now: Timestamp) -> Result<(), Refusal> {
    let at = now.before(Duration::from_hours(sample.hours_ago));
    let person = NewContact {
        name: sample.from.name.into(),
        email: Some(sample.from.email.into()),
        phone: sample.from.phone.map(str::to_owned),
        company: sample.from.company.map(str::to_owned),
        ..NewContact::default()
    };
    let ctx = Ctx::host(desk, Actor::System, now);
    let requester = contacts::find_or_create(tx, &ctx, &person).await?.id;
    let new = NewTicket {
        priority: sample.priority,
        tags: sample.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..NewTicket::of(requester, sample.subject, sample.body)
    };
    let (ticket, _) = tickets::create(tx, desk, new, at).await?;
    samples::add(tx, desk, ticket.id, requester).await?;
    let mut at = at;
    if let Some(body) = sample.later {
        at = at.after(Duration::from_mins(90));
        let message = NewMessage { author: Author::Requester(requester), internal: false, body: body.into() };
        messages::add(tx, desk, ticket.id, message, at).await?;
    }
    if sample.status != TicketStatus::Open {
        let change = TicketChange { status: Some(sample.status), ..TicketChange::default() };
        let after = at.after(Duration::from_mins(30));
        tickets::change(tx, desk, ticket.id, change, Actor::System, None, after).await?;
    }
    Ok(())
}

fn person(name: &'static str, email: &'static str) -> Person {
    Person { name, email, phone: None, company: None }
}

#[expect(clippy::too_many_lines, reason = "a list of texts")]
fn all() -> Vec<Sample> {
    use Priority::{High, Low, Normal, Urgent};
    use TicketStatus::{Closed, Open, Pending, Solved};
    let ticket = |hours_ago, from, subject, body, priority, status, tags| Sample {
        hours_ago,
        from,
        subject,
        body,
        priority,
        status,
        tags,
        later: None,
    };
    vec![
        ticket(
            150,
            person("Tomás Rivera", "tomas@example.com"),
            "How do I change the name on my invoice?",
            "Hello,\n\nwe have moved from a sole trader to a limited company. Can the invoices from this month on \
             carry the new name? I can send the extract from the register.",
            Normal,
            Closed,
            &["billing"],
        ),
        ticket(
            96,
            person("Grace Okafor", "grace@example.com"),
            "Two of six chairs arrived with a scratch",
            "The delivery came this morning. Four chairs are perfect, two have a scratch on the left armrest. I \
             would be happy with a discount if sending them back is a hassle for you.",
            Normal,
            Solved,
            &["delivery", "damage"],
        ),
        ticket(
            80,
            person("Yuki Tanaka", "yuki@example.com"),
            "Does the lamp work with 100 V?",
            "I would like to order the reading lamp to Osaka. Our mains have 100 V at 60 Hz. Does the power supply take that?",
            Low,
            Pending,
            &["product"],
        ),
        Sample {
            later: Some("I have found the order number in the meantime: 10482."),
            ..ticket(
                52,
                person("Lena Vogt", "lena@example.com"),
                "Where is my parcel?",
                "Tracking has said “handed to the carrier” for five days. Could you have a look? I need the shelf before the weekend.",
                High,
                Open,
                &["delivery"],
            )
        },
        ticket(
            49,
            Person { company: Some("Berg & Co"), ..person("Bob Berg", "bob@example.com") },
            "Quote for 40 desks",
            "We are furnishing a new office in May: 40 height-adjustable desks, 160 × 80 cm, delivered to the third \
             floor. What would that cost, and how long do you need?",
            High,
            Open,
            &["sales"],
        ),
        ticket(
            30,
            person("Carol Clark", "carol@example.com"),
            "Returning a rug I bought as a gift",
            "The rug was a gift and the colours do not match. It was never unrolled. Can I return it without the \
             receipt? The order was placed under my mother's name.",
            Normal,
            Open,
            &["returns"],
        ),
        ticket(
            26,
            person("Omar Haddad", "omar@example.com"),
            "لم تصلني رسالة تأكيد الطلب",
            "مرحبًا، دفعت ثمن الطلب أمس لكن لم تصلني أي رسالة تأكيد. هل يمكنكم التحقق من وصول الطلب؟",
            Normal,
            Open,
            &["orders"],
        ),
        ticket(
            21,
            person("Jonas Weber", "jonas@example.com"),
            "Passwort lässt sich nicht zurücksetzen",
            "Guten Tag,\n\nich fordere den Link zum Zurücksetzen an, aber es kommt keine E-Mail an, auch nicht im \
             Spam-Ordner. Können Sie mir helfen?",
            Normal,
            Open,
            &["account"],
        ),
        ticket(
            9,
            person("Priya Nair", "priya@example.com"),
            "Charged twice for order 10519",
            "My card statement shows two payments of 89.00 for the same order, both on the same day. Please refund one of them.",
            Urgent,
            Open,
            &["billing", "refund"],
        ),
        ticket(
            5,
            person("Sam Taylor", "sam@example.com"),
            "Can I add a second delivery address?",
            "I would like half of the order sent to our warehouse and half to the shop. Is there a way to do this without ordering twice?",
            Low,
            Open,
            &["orders"],
        ),
        ticket(
            2,
            Person {
                phone: Some("+46 8 123 456 78"),
                company: Some("Analytical AB"),
                ..person("Ada Byron", "ada@example.com")
            },
            "The door of the cabinet does not close",
            "Since last week the left door stands open by about a centimetre. I have tightened the hinges as the \
             manual says, but it did not help. Do I need a new hinge?",
            Normal,
            Open,
            &["product", "warranty"],
        ),
        ticket(
            1,
            person("Kofi Mensah", "kofi@example.com"),
            "Invoice for the training day",
            "Could you send the invoice for the training day on the 3rd? Our accounting closes the month on Friday.",
            Normal,
            Open,
            &["billing"],
        ),
    ]
}
