//! Requesters of a desk: found by e-mail, searched by any part of name, e-mail, phone or company. `record`: everything that
//! the desk has about one; `erase`: nothing of it.

mod erase;
mod record;

use annex_domain::{
    clock::Timestamp,
    contact::{Contact, LONGEST_PART},
    ids::{ContactId, DeskId},
};

pub use self::{
    erase::erase,
    record::{Record, record},
};
use crate::{
    db::{
        Conn, Tx,
        query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
    search::patterns,
    text,
};

/// A requester to make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    /// Not empty.
    pub name: String,
    /// The first address; nobody else of the desk has it or one of the others.
    pub email: Option<String>,
    /// The others.
    pub more_emails: Vec<String>,
    /// The first number, as written.
    pub phone: Option<String>,
    /// The others.
    pub more_phones: Vec<String>,
    /// As written.
    pub company: Option<String>,
}

/// A requester in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The requester.
    pub contact: Contact,
    /// How many tickets they have.
    pub tickets: i64,
}

/// Makes a requester.
///
/// # Errors
/// [`StoreError::Taken`] when the desk has one with such an e-mail, without ending the transaction; [`StoreError::Invalid`].
pub async fn create(tx: &mut Tx, desk: DeskId, new: NewContact, now: Timestamp) -> Result<Contact> {
    let contact = checked(new, now)?;
    if insert(tx, desk, &contact, now).await? == 1 {
        if write_addresses(tx, desk, &contact).await? {
            return Ok(contact);
        }
        execute!(tx, "DELETE FROM contacts WHERE desk_id = $1 AND id = $2", desk, contact.id)?;
    }
    Err(StoreError::Taken("the e-mail address"))
}

/// Answers 0 when the e-mail is taken, without failing the transaction.
async fn insert(tx: &mut Tx, desk: DeskId, contact: &Contact, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        "INSERT INTO contacts
            (id, desk_id, name, email, more_emails, phone, more_phones, company, folded, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (desk_id, email) DO NOTHING",
        contact.id,
        desk,
        &contact.name,
        contact.email.as_deref(),
        serde_json::to_string(&contact.more_emails)?,
        contact.phone.as_deref(),
        serde_json::to_string(&contact.more_phones)?,
        contact.company.as_deref(),
        folded(contact),
        now
    )
}

/// Writes the list that finds a requester by any address. False when somebody else has one of them.
async fn write_addresses(tx: &mut Tx, desk: DeskId, contact: &Contact) -> Result<bool> {
    execute!(tx, "DELETE FROM contact_addresses WHERE desk_id = $1 AND contact_id = $2", desk, contact.id)?;
    let emails = contact.emails().zip(0_u32..).map(|(value, position)| ("email", value, position));
    let phones = contact.phones().zip(0_u32..).map(|(value, position)| ("phone", value, position));
    for (kind, value, position) in emails.chain(phones) {
        let sql =
            "INSERT INTO contact_addresses (desk_id, contact_id, kind, value, position) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT DO NOTHING";
        if execute!(tx, sql, desk, contact.id, kind, value, position)? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A requester of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: ContactId) -> Result<Contact> {
    fetch_optional!(conn, ContactRow, "SELECT * FROM contacts WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("contact"))?
        .try_into()
}

/// The requester who has this e-mail among theirs.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn by_email(conn: &mut Conn, desk: DeskId, email: &str) -> Result<Option<Contact>> {
    let Ok(email) = text::email(email) else { return Ok(None) };
    let sql = "SELECT c.* FROM contact_addresses a JOIN contacts c ON c.desk_id = a.desk_id AND c.id = a.contact_id
               WHERE a.desk_id = $1 AND a.kind = 'email' AND a.value = $2";
    fetch_optional!(conn, ContactRow, sql, desk, email)?.map(Contact::try_from).transpose()
}

/// Requesters whose texts have every word and phrase of `search` (the first five count; of less than three characters: begin
/// with it), by name; without those who were erased. `after` is the last one of the page before.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(
    conn: &mut Conn,
    desk: DeskId,
    search: &str,
    after: Option<ContactId>,
    limit: u32,
) -> Result<Vec<Listed>> {
    let [one, two, three, four, five] = patterns(search);
    let rows = fetch_all!(
        conn,
        ListedRow,
        "SELECT c.*,
            (SELECT COUNT(*) FROM tickets t WHERE t.desk_id = c.desk_id AND t.requester_id = c.id
                AND t.spam_at IS NULL AND t.deleted_at IS NULL) AS tickets
         FROM contacts c
         WHERE c.desk_id = $1 AND c.erased_at IS NULL
            AND ($2 IS NULL OR (c.folded, c.id) > (SELECT a.folded, a.id FROM contacts a WHERE a.desk_id = $1 AND a.id = $2))
            AND ($3 IS NULL OR c.folded LIKE $3 ESCAPE '!') AND ($4 IS NULL OR c.folded LIKE $4 ESCAPE '!')
            AND ($5 IS NULL OR c.folded LIKE $5 ESCAPE '!') AND ($6 IS NULL OR c.folded LIKE $6 ESCAPE '!')
            AND ($7 IS NULL OR c.folded LIKE $7 ESCAPE '!')
         ORDER BY c.folded, c.id LIMIT $8",
        desk,
        after,
        one,
        two,
        three,
        four,
        five,
        limit
    )?;
    all(rows)
}

/// How many requesters the desk has.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &mut Conn, desk: DeskId) -> Result<i64> {
    Ok(fetch_one!(conn, (i64,), "SELECT COUNT(*) FROM contacts WHERE desk_id = $1", desk)?.0)
}

/// A requester, held until the transaction ends, so that two changes of one happen one after the other.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, desk: DeskId, id: ContactId) -> Result<Contact> {
    let sql = "UPDATE contacts SET name = name WHERE desk_id = $1 AND id = $2 RETURNING *";
    fetch_optional!(tx, ContactRow, sql, desk, id)?.ok_or(StoreError::NotFound("contact"))?.try_into()
}

/// Writes the parts of a requester that was locked.
///
/// # Errors
/// [`StoreError::Taken`] when somebody else has an e-mail, after which the transaction has to end; [`StoreError::NotFound`].
pub async fn save(tx: &mut Tx, desk: DeskId, contact: &Contact, now: Timestamp) -> Result<()> {
    let saved = execute!(
        tx,
        "UPDATE contacts SET name = $3, email = $4, more_emails = $5, phone = $6, more_phones = $7, company = $8, folded = $9,
            erased_at = $10, updated_at = $11
         WHERE desk_id = $1 AND id = $2",
        desk,
        contact.id,
        &contact.name,
        contact.email.as_deref(),
        serde_json::to_string(&contact.more_emails)?,
        contact.phone.as_deref(),
        serde_json::to_string(&contact.more_phones)?,
        contact.company.as_deref(),
        folded(contact),
        contact.erased_at,
        now
    )
    .map_err(|error| error.on("contacts_desk_id_email_key", "the e-mail address"))?;
    if saved == 0 {
        return Err(StoreError::NotFound("contact"));
    }
    if write_addresses(tx, desk, contact).await? { Ok(()) } else { Err(StoreError::Taken("the e-mail address")) }
}

fn checked(new: NewContact, now: Timestamp) -> Result<Contact> {
    let name = new.name.trim();
    if name.is_empty() {
        return Err(StoreError::Invalid { field: "name", problem: "is empty" });
    }
    StoreError::text("name", name, LONGEST_PART)?;
    Ok(Contact {
        id: ContactId::new(),
        name: name.into(),
        email: new.email.as_deref().map(text::email).transpose()?,
        more_emails: new.more_emails.iter().map(|email| text::email(email)).collect::<Result<_, _>>()?,
        phone: optional("phone", new.phone)?,
        more_phones: new.more_phones,
        company: optional("company", new.company)?,
        created_at: now,
        erased_at: None,
    })
}

/// An empty text means that there is none.
fn optional(field: &'static str, text: Option<String>) -> Result<Option<String>> {
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    StoreError::text(field, text.unwrap_or_default(), LONGEST_PART)?;
    Ok(text.map(Into::into))
}

fn folded(contact: &Contact) -> String {
    let parts = [&contact.name].into_iter().chain(contact.emails()).chain(contact.phones()).chain(&contact.company);
    text::fold(&parts.map(String::as_str).collect::<Vec<_>>().join(" "))
}

#[derive(sqlx::FromRow)]
struct ContactRow {
    id: String,
    name: String,
    email: Option<String>,
    more_emails: String,
    phone: Option<String>,
    more_phones: String,
    company: Option<String>,
    created_at: i64,
    erased_at: Option<i64>,
}

impl TryFrom<ContactRow> for Contact {
    type Error = StoreError;
    fn try_from(row: ContactRow) -> Result<Self> {
        let at = At::new("contacts", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            more_emails: at.json("more_emails", &row.more_emails)?,
            more_phones: at.json("more_phones", &row.more_phones)?,
            name: row.name,
            email: row.email,
            phone: row.phone,
            company: row.company,
            created_at: Timestamp(row.created_at),
            erased_at: row.erased_at.map(Timestamp),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    contact: ContactRow,
    tickets: i64,
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;
    fn try_from(row: ListedRow) -> Result<Self> {
        Ok(Self { contact: row.contact.try_into()?, tickets: row.tickets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, on_both};

    const NOW: Timestamp = Timestamp(1000);

    fn named(name: &str, email: &str) -> NewContact {
        NewContact { name: name.into(), email: Some(email.into()), ..NewContact::default() }
    }

    #[tokio::test]
    async fn e_mail_finds_one_requester_per_desk() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
            let ann = create(&mut tx, desk, named("Ann", "Ann@Example.org"), NOW).await.unwrap();
            assert_eq!(by_email(&mut tx, desk, " ANN@example.org").await.unwrap(), Some(ann.clone()));
            assert_eq!(by_email(&mut tx, other_desk, "ann@example.org").await.unwrap(), None);
            assert!(matches!(get(&mut tx, other_desk, ann.id).await, Err(StoreError::NotFound(_))));
            let error = create(&mut tx, desk, named("Ann", "ann@example.org"), NOW).await.unwrap_err();
            assert_eq!(error.code(), "already-exists");
            // The transaction is still good, on PostgreSQL too.
            let theirs = create(&mut tx, other_desk, named("Ann", "ann@example.org"), NOW).await.unwrap();
            assert_ne!(theirs.id, ann.id);
        })
        .await;
    }

    #[tokio::test]
    async fn any_address_finds_its_requester_and_nobody_else_has_it() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, .. } = Fixture::make(&mut tx).await;
            let several =
                |email: &str, more: &str| NewContact { more_emails: vec![more.into()], ..named("Ann", email) };
            let ann = create(&mut tx, desk, several("a@x.org", "Ann@work.org"), NOW).await.unwrap();
            assert_eq!(by_email(&mut tx, desk, "ann@work.org").await.unwrap(), Some(ann.clone()));
            assert_eq!(get(&mut tx, desk, ann.id).await.unwrap(), ann);
            assert_eq!(list(&mut tx, desk, "work.org", None, 10).await.unwrap().len(), 1);
            for new in [several("ann@work.org", "b@x.org"), several("b@x.org", "ann@work.org")] {
                assert_eq!(create(&mut tx, desk, new, NOW).await.unwrap_err().code(), "already-exists");
            }
            assert_eq!(count(&mut tx, desk).await.unwrap(), 1, "nothing is left of them");
            assert_eq!(by_email(&mut tx, desk, "b@x.org").await.unwrap(), None);
            let fewer = Contact { more_emails: Vec::new(), ..lock(&mut tx, desk, ann.id).await.unwrap() };
            save(&mut tx, desk, &fewer, NOW).await.unwrap();
            assert_eq!(by_email(&mut tx, desk, "ann@work.org").await.unwrap(), None);
            create(&mut tx, desk, several("b@x.org", "ann@work.org"), NOW).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn the_search_knows_every_field_and_all_letters() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
            let new = NewContact { company: Some("Ökonomie 100%".into()), ..named("Zoë Ünal", "zoe@example.org") };
            let zoe = create(&mut tx, desk, new, NOW).await.unwrap();
            create(&mut tx, desk, named("Bob", "bob@example.org"), NOW).await.unwrap();
            create(&mut tx, other_desk, named("Zoë", "zoe@example.org"), NOW).await.unwrap();
            for search in ["zoë", "ÜNAL zoe@", "ökonomie", "100%", "  "] {
                let found = list(&mut tx, desk, search, None, 10).await.unwrap();
                assert!(found.iter().any(|listed| listed.contact.id == zoe.id), "{search}");
            }
            for search in ["zoë bob", "1%", "z_e", "'; --"] {
                assert_eq!(list(&mut tx, desk, search, None, 10).await.unwrap(), [], "{search}");
            }
            let first = list(&mut tx, desk, "", None, 1).await.unwrap();
            assert_eq!((first[0].contact.name.as_str(), first[0].tickets), ("Bob", 0));
            let second = list(&mut tx, desk, "", Some(first[0].contact.id), 10).await.unwrap();
            assert_eq!((second.len(), second[0].contact.id), (1, zoe.id));
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_saved_is_found_and_addresses_stay_unique() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
            let ann = create(&mut tx, desk, named("Ann", "a@x.org"), NOW).await.unwrap();
            let bob = create(&mut tx, desk, named("Bob", "b@x.org"), NOW).await.unwrap();
            assert!(lock(&mut tx, other_desk, ann.id).await.is_err());
            let mut changed = lock(&mut tx, desk, ann.id).await.unwrap();
            assert_eq!(changed, ann);
            changed.phone = Some("+46 8".into());
            save(&mut tx, desk, &changed, NOW).await.unwrap();
            assert_eq!(get(&mut tx, desk, ann.id).await.unwrap(), changed);
            assert_eq!(list(&mut tx, desk, "+46", None, 10).await.unwrap().len(), 1);
            assert!(save(&mut tx, other_desk, &changed, NOW).await.is_err());
            assert_eq!((count(&mut tx, desk).await.unwrap(), count(&mut tx, other_desk).await.unwrap()), (2, 0));
            let twice = Contact { email: bob.email, ..changed };
            assert_eq!(save(&mut tx, desk, &twice, NOW).await.unwrap_err().code(), "already-exists");
        })
        .await;
    }
}
