use std::{fs, io, path::Path, time::Duration};

use annex_domain::{
    attachment::{LARGEST, MOST, MediaType},
    clock::Timestamp,
    ids::AttachmentId,
    operator::Actor,
    permission::Permissions,
};
use annex_store::{
    attachments as stored,
    blobs::BlobError,
    messages,
    testing::{self, on_both},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tempfile::TempDir;

use super::*;
use crate::{
    Ctx, Rule, Wrong,
    contacts::export,
    messages::{Write, write},
    tests::{NOW, World},
};

static MEBIBYTE: [u8; 1 << 20] = [b'a'; 1 << 20];

/// A desk with a place for files.
struct Site {
    world: World,
    files: Files,
    folder: TempDir,
}

impl Site {
    async fn start(db: annex_store::Db, rules: Rules) -> Self {
        let (world, folder) = (World::start(db).await, TempDir::new().unwrap());
        let blobs = Blobs::in_directory(folder.path()).unwrap();
        Self { files: Files::new(world.desk.clone(), blobs, rules), world, folder }
    }

    async fn upload(&self, name: &str, parts: Vec<&'static [u8]>) -> Result<Attachment, Refusal> {
        let body = stream::iter(parts.into_iter().map(|part| Ok(Bytes::from_static(part)))).boxed();
        self.send(name, body).await
    }

    async fn send(&self, name: &str, body: Body<'_>) -> Result<Attachment, Refusal> {
        let ticket = Some(self.world.ticket.id.into());
        upload(&self.files, &self.world.agent(), Upload { name: name.into(), ticket, body }).await
    }

    fn colleague(&self) -> Ctx {
        Ctx { actor: Actor::Operator(self.world.who.admin), ..self.world.agent() }
    }

    fn reply(&self, attachments: Vec<AttachmentId>) -> Write {
        Write { attachments, ..self.world.message(false) }
    }

    /// Rows, and files in the folder, that are there.
    async fn left(&self) -> (usize, usize) {
        let rows = testing::rows(&mut self.world.db.read().await.unwrap()).await;
        let of_files = |row: &&String| ["attachments: ", "stray_files: "].iter().any(|table| row.starts_with(table));
        (rows.iter().filter(of_files).count(), count(self.folder.path()))
    }

    async fn bytes(&self, file: &Attachment) -> Vec<u8> {
        let parts: Vec<Bytes> = self.files.read(file).await.unwrap().try_collect().await.unwrap();
        parts.concat()
    }
}

fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn a_file_is_what_its_bytes_say_and_goes_with_one_message() {
    on_both(async |db| {
        let site = Site::start(db, Rules::default()).await;
        let (agent, colleague, desk) = (site.world.agent(), site.colleague(), &site.world.desk);
        let page = site.upload("../photo\u{202E}gnp.png", vec![b"<!DOC", b"TYPE html>"]).await.unwrap();
        assert_eq!((page.name.as_str(), page.media_type, page.size), ("photognp.png", MediaType::Html, 15));
        assert_eq!(find(desk, &agent, page.id).await.unwrap(), page);
        assert_eq!(find(desk, &colleague, page.id).await.unwrap_err().code(), "not-found", "it is not sent");
        assert_eq!(site.bytes(&page).await, b"<!DOCTYPE html>");

        write(desk, &agent, site.reply(vec![page.id, page.id])).await.unwrap();
        assert_eq!(find(desk, &colleague, page.id).await.unwrap(), page);
        let all = Ctx { permissions: Permissions::admin(), ..agent.clone() };
        let exported = export(desk, &all, site.world.ticket.requester).await.unwrap();
        assert_eq!(exported["messages"][1]["attachments"][0]["name"], "photognp.png");
        let who = &site.world.who;
        let stranger = Ctx { desk: who.other_desk, actor: Actor::Operator(who.other_admin), ..agent.clone() };
        assert_eq!(find(desk, &stranger, page.id).await.unwrap_err().code(), "not-found");
        let again = write(desk, &agent, site.reply(vec![page.id])).await.unwrap_err();
        assert!(matches!(&again, Refusal::Invalid(wrong) if *wrong == [Wrong::Unknown.at("attachments")]), "{again:?}");
        let many = (0..=MOST).map(|_| AttachmentId::new()).collect();
        let many = write(desk, &agent, site.reply(many)).await.unwrap_err();
        assert!(matches!(&many, Refusal::Invalid(wrong) if *wrong == [Wrong::TooMany(MOST).at("attachments")]));
        let mut conn = site.world.db.read().await.unwrap();
        let written = messages::list(&mut conn, who.desk, site.world.ticket.id, None, 9).await.unwrap();
        assert_eq!(written.len(), 2, "what was refused is not written");
        assert_eq!(written.last().unwrap().attachments, [page]);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    on_both(async |db| {
        let site = Site::start(db, Rules::default()).await;
        let mut parts = vec![MEBIBYTE.as_slice(); 25];
        let largest = site.upload("a", parts.clone()).await.unwrap();
        assert_eq!((largest.size, site.left().await), (LARGEST, (1, 1)));
        parts.push(b"b");
        let refused = site.upload("a", parts).await.unwrap_err();
        assert!(matches!(refused, Refusal::Rule(Rule::AttachmentTooLarge)), "{refused:?}");
        let begun = (0..6).map(|_| Ok(Bytes::from_static(&MEBIBYTE)));
        let broke: Box<dyn Error + Send + Sync> = io::Error::other("the connection broke").into();
        let broken = begun.chain([Err(broke)]);
        let refused = site.send("a", stream::iter(broken).boxed()).await.unwrap_err();
        assert!(matches!(refused, Refusal::Rule(Rule::AttachmentIncomplete)), "{refused:?}");
        assert_eq!(site.left().await, (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_desk_that_is_full_takes_nothing_before_it_is_read() {
    on_both(async |db| {
        let site = Site::start(db, Rules { room: 10, scanner: None }).await;
        let first = site.upload("a", vec![b"12345678"]).await.unwrap();
        let refused = site.upload("b", vec![b"123"]).await.unwrap_err();
        assert!(matches!(refused, Refusal::Rule(Rule::NoRoom)), "{refused:?}");
        assert_eq!(site.left().await, (1, 1));
        site.upload("c", vec![b"12"]).await.unwrap();
        let refused = site.send("d", stream::pending().boxed()).await.unwrap_err();
        assert!(matches!(refused, Refusal::Rule(Rule::NoRoom)), "{refused:?}");
        discard(&site.world.desk, &site.world.agent(), first.id).await.unwrap();
        site.upload("e", vec![b"12345678"]).await.unwrap();
    })
    .await;
}

/// A scanner by the words in a file.
fn scanner(folder: &Path) -> Scanner {
    let script = folder.join("scan.sh");
    let text = "case \"$(cat)\" in\n*virus*) echo 'Eicar-Test FOUND'; exit 1;;\n*odd*) exit 2;;\n*slow*) exec sleep 60;;\nesac\n";
    fs::write(&script, text).unwrap();
    Scanner::new(&format!("sh {}", script.display())).unwrap()
}

#[tokio::test]
async fn the_scanner_decides_and_nothing_is_kept_without_its_word() {
    on_both(async |db| {
        let folder = TempDir::new().unwrap();
        let with = |scanner: Scanner| Rules { scanner: Some(scanner), ..Rules::default() };
        let mut site = Site::start(db, with(scanner(folder.path()))).await;
        let fine = site.upload("fine.txt", vec![b"all is well"]).await.unwrap();
        let infected = site.upload("a.txt", vec![b"a vi", b"rus"]).await.unwrap_err();
        assert!(matches!(&infected, Refusal::Infected(said) if said == "Eicar-Test FOUND"), "{infected:?}");
        let not_scanned = |refused: Refusal| assert!(matches!(refused, Refusal::Rule(Rule::NotScanned)), "{refused:?}");
        not_scanned(site.upload("a.txt", vec![b"odd"]).await.unwrap_err());
        site.files.rules = with(Scanner { patience: Duration::from_millis(100), ..scanner(folder.path()) });
        not_scanned(site.upload("a.txt", vec![b"slow"]).await.unwrap_err());
        site.files.rules = with(Scanner::new("/no/such/program -").unwrap());
        not_scanned(site.upload("a.txt", vec![b"a"]).await.unwrap_err());
        assert_eq!(site.left().await, (1, 1), "{} alone", fine.name);
        // One that knows by the first bytes does not read the rest.
        site.files.rules = with(Scanner::new("true").unwrap());
        site.upload("large.bin", vec![MEBIBYTE.as_slice(); 6]).await.unwrap();
    })
    .await;
    assert_eq!(Scanner::new("  "), None);
}

#[tokio::test]
async fn what_nobody_sends_goes_after_a_day_and_what_a_crash_left_after_an_hour() {
    on_both(async |db| {
        let site = Site::start(db, Rules::default()).await;
        let (hour, later) = (Duration::from_hours(1), |hours| NOW.after(Duration::from_hours(hours)));
        let (sent, unsent) = (site.upload("a", vec![b"a"]).await.unwrap(), site.upload("b", vec![b"b"]).await.unwrap());
        write(&site.world.desk, &site.world.agent(), site.reply(vec![sent.id])).await.unwrap();
        // The process dies once the bytes of another one are there, and before its row is.
        let lost = AttachmentId::new();
        let mut tx = site.world.db.begin().await.unwrap();
        stored::announce(&mut tx, lost, NOW.after(hour)).await.unwrap();
        tx.commit().await.unwrap();
        let mut writer = site.files.blobs.write_file(lost);
        writer.write(Bytes::from_static(b"c")).await.unwrap();
        writer.finish().await.unwrap();
        let swept = async |now: Timestamp| {
            sweep(&site.files, now).await.unwrap();
            site.left().await
        };
        assert_eq!(swept(NOW).await, (3, 3), "it may still be written");
        assert_eq!(swept(later(1)).await, (2, 2));
        assert_eq!(swept(later(24)).await, (2, 2));
        assert_eq!(swept(Timestamp(later(24).0 + 1)).await, (1, 1));
        assert!(matches!(site.files.read(&unsent).await, Err(Refusal::Blobs(BlobError::NoFile(_)))));
        assert_eq!(site.bytes(&sent).await, b"a");
    })
    .await;
}
