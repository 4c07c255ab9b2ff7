//! Add-ons and pages take turns at the store.

use annex_domain::{
    addon::Version,
    clock::{ManualClock, Timestamp},
    ids::CallId,
};
use annex_store::testing::TestDb;
use futures::FutureExt as _;

use super::*;

fn data(db: Db) -> (HostData, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_directory(folder.path()).unwrap();
    (HostData::new(db, Blobs::in_memory(), vault, Arc::new(ManualClock::at(Timestamp(1)))), folder)
}

fn scope(desk: DeskId) -> Scope {
    Scope {
        desk,
        installation: InstallationId::new(),
        addon: "acme.one".parse().unwrap(),
        version: Version::new(1, 0, 0),
        call: CallId::new(),
        acts_for: None,
        causes: Vec::new(),
    }
}

#[tokio::test]
async fn pages_write_after_one_write_of_an_add_on_at_most() {
    let test = TestDb::sqlite().await;
    let (data, _folder) = data(test.db.clone());
    let desk = DeskId::new();
    let (greedy, neighbour) = (scope(desk), scope(desk));
    let first = data.begin(&greedy).await.unwrap();
    let order = std::sync::Mutex::new(Vec::new());
    let write = async |name, scope| {
        drop(data.begin(scope).await.unwrap());
        order.lock().unwrap().push(name);
    };
    let mut of_add_ons = Box::pin(futures::future::join3(
        write("greedy", &greedy),
        write("greedy again", &greedy),
        write("neighbour", &neighbour),
    ));
    assert!((&mut of_add_ons).now_or_never().is_none());
    let mut of_page = Box::pin(async {
        drop(test.db.begin().await.unwrap());
        order.lock().unwrap().push("page");
    });
    assert!((&mut of_page).now_or_never().is_none());
    drop(first);
    futures::future::join(of_add_ons, of_page).await;
    // The page came last. Of the add-ons the one that has written comes after the other.
    assert_eq!(*order.lock().unwrap(), ["page", "greedy", "neighbour", "greedy again"]);
}

#[tokio::test]
async fn add_ons_leave_pages_connections_to_read_with() {
    let test = TestDb::sqlite().await;
    let (data, _folder) = data(test.db.clone());
    let desk = DeskId::new();
    let scopes: Vec<_> = (0..5).map(|_| scope(desk)).collect();
    let mut held = Vec::new();
    for scope in &scopes[..2] {
        for _ in 0..2 {
            held.push(data.read(scope).await.unwrap());
        }
        assert!(data.read(scope).now_or_never().is_none(), "two of one");
    }
    assert!(data.read(&scopes[4]).now_or_never().is_none(), "four of all");
    for _ in 0..4 {
        test.db.read().await.unwrap();
    }
    held.pop();
    data.read(&scopes[4]).await.unwrap();
}
