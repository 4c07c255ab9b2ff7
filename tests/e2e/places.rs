//! Where add-ons show something beside their panels: from the reply box and where they are managed; and files that are chosen in a view.

use serde_json::json;

use crate::support::{
    chromium::Chromium,
    database::Database,
    host::{ADMIN, Host, Setup},
    puppet::pack_guest,
};

/// It has a view beside **Send**, and none beside tickets.
const LISTENER: &str = include_str!("layout/listener.toml");
const TICKET: &str = "/tickets/1";
const VIEW: &str = "form[data-panel]";
/// The button that sends a view with files.
const TAKE: &str = "form[data-panel] button[value$=\"|take\"]:not(.panel-default)";

/// A host with tickets and the gallery, and a window in which the admin is signed in.
async fn start() -> Option<(Host, Chromium, String)> {
    let setup = Setup::new(Database::sqlite()).at_one_address().sample();
    let host = setup.argument("--attachment-quota-mib").argument("1").start().await;
    host.publish("annex.gallery-1.0.0").await;
    let gallery = host.api().install("annex.gallery").await;
    let chromium = Chromium::start(&host.url).await?;
    chromium.resize(1200, 800).await;
    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    Some((host, chromium, gallery))
}

async fn click(chromium: &Chromium, selector: &str) {
    let script = "const one = document.querySelector(arguments[0]); one.focus(); one.click()";
    chromium.run(script, &[json!(selector)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_opens_from_the_reply_box_and_puts_text_where_the_cursor_is() {
    let Some((_host, chromium, _)) = start().await else { return };
    chromium.goto(TICKET).await;
    let typed = "
        const box = document.querySelector('#f-body');
        box.focus();
        box.value = 'Dear Ada';
        box.setSelectionRange(5, 5);
        box.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    chromium.run(typed, &[]).await;
    click(&chromium, "#reply [data-composer]").await;
    let shows = "
        const view = document.querySelector('dialog[data-composer-view]:modal form[data-panel]');
        return Boolean(view?.textContent.includes('Dear Ada') && view.textContent.includes('Words: 2'));
    ";
    chromium.until("the view knows the draft, and so does what comes later in it", shows).await;
    assert_eq!(chromium.axe().await, [""; 0]);

    click(&chromium, "dialog[data-composer-view] [data-insert-reply]").await;
    let inserted = "
        const box = document.querySelector('#f-body');
        const isOpen = Boolean(document.querySelector('dialog[data-composer-view][open]'));
        return !isOpen && document.activeElement === box && box.value === 'Dear Your order is on its way.Ada';
    ";
    chromium.until("the text is between what was typed", inserted).await;

    // A part of the panel beside the ticket is on its way meanwhile: it is asked for once.
    let beside = "
        const panel = document.querySelector('form[data-panel][action*=\"/sidebar/\"]');
        return Boolean(panel && !panel.querySelector('[data-deferred]'));
    ";
    chromium.until("the panel beside the ticket is there", beside).await;
    let slow = "
        const real = window.fetch;
        window.askedBeside = 0;
        window.fetch = (to, how) => {
          if (how?.method !== 'POST' || !String(to).includes('/sidebar/')) return real(to, how);
          window.askedBeside += 1;
          return new Promise(() => {});
        };
        const part = document.createElement('button');
        Object.assign(part, { id: 'slow', name: 'do', value: 'd|slow|load|', hidden: true });
        part.dataset.deferred = '';
        document.querySelector('form[data-panel][action*=\"/sidebar/\"]').append(part);
        document.dispatchEvent(new CustomEvent('htmx:after:swap'));
    ";
    chromium.run(slow, &[]).await;
    chromium.until("the part is asked for", "return window.askedBeside === 1").await;

    // It is opened anew with what stands there now.
    click(&chromium, "#reply [data-composer]").await;
    let again = "
        const view = document.querySelector('dialog[data-composer-view]:modal form[data-panel]');
        return Boolean(view?.textContent.includes('on its way.Ada') && view.textContent.includes('Words: 7'));
    ";
    chromium.until("the view knows the new draft", again).await;
    assert_eq!(chromium.run("return window.askedBeside", &[]).await, json!(1));
    click(&chromium, "dialog[data-composer-view] [data-close-dialog]").await;
    let closed = "return !document.querySelector('dialog[open]') && document.activeElement.matches('[data-composer]')";
    chromium.until("the focus is where it was", closed).await;
    assert_eq!(chromium.errors().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_buttons_beside_send_follow_what_is_arranged() {
    let Some((host, chromium, gallery)) = start().await else { return };
    let (_folder, package) = pack_guest("listener", LISTENER, "annex.listener-1.0.0");
    host.publish_package(&package).await;
    let listener = host.api().install("annex.listener").await;
    chromium.goto(TICKET).await;
    let shown = "
        const buttons = [...document.querySelectorAll('#reply [data-composer]')].filter((one) => one.checkVisibility());
        return buttons.map((one) => one.dataset.composer);
    ";
    let [first, second] = [&gallery, &listener].map(|id| format!("composer-{id}"));
    assert_eq!(chromium.run(shown, &[]).await, json!([first, second]));
    click(&chromium, &format!("#addon-{listener} [data-arrange] [value=up]")).await;
    assert_eq!(chromium.run(shown, &[]).await, json!([second, first]));
    click(&chromium, &format!("#addon-{listener} [data-arrange] [value=fold]")).await;
    assert_eq!(chromium.run(shown, &[]).await, json!([first]));
    // That a panel is folded says nothing of its button.
    click(&chromium, &format!("#addon-{gallery} [data-arrange] [value=fold]")).await;
    click(&chromium, &format!("#addon-{listener} [data-arrange] [value=unfold]")).await;
    assert_eq!(chromium.run(shown, &[]).await, json!([second, first]));
    assert_eq!(chromium.axe().await, [""; 0]);
    assert_eq!(chromium.errors().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_a_tab_where_its_add_on_is_managed() {
    let Some((_host, chromium, gallery)) = start().await else { return };
    chromium.goto(&format!("/my-addons/{gallery}")).await;
    click(&chromium, "nav.tabs a[href$=\"tab=view\"]").await;
    let shows = "
        const view = document.querySelector('form[data-panel]');
        return Boolean(view?.textContent.includes('Only who manages add-ons sees this.'));
    ";
    chromium.until("the view is there", shows).await;
    assert_eq!(chromium.axe().await, [""; 0]);
    assert_eq!(chromium.errors().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_to_be_inserted_where_there_is_no_reply_box() {
    let Some((_host, chromium, gallery)) = start().await else { return };
    chromium.goto(&format!("{TICKET}/sidebar/{gallery}")).await;
    click(&chromium, "form[data-panel] button[value$=\"|buttons|open\"]").await;
    let there = "return Boolean(document.querySelector('form[data-panel] [data-insert-reply]'))";
    chromium.until("the page with buttons is open", there).await;
    click(&chromium, "form[data-panel] [data-insert-reply]").await;
    let said = chromium.run("return document.querySelector('#toasts').textContent.trim()", &[]).await;
    assert_eq!(said, json!(""));
    assert_eq!(chromium.errors().await, [""; 0]);
}

/// Chooses files in a form, as in the window that its browser opens.
async fn choose(chromium: &Chromium, form: &str, files: &[(&str, &str)]) {
    let script = "
        const [form, files] = arguments;
        const input = document.querySelector(`${form} input[type=file]`);
        const chosen = new DataTransfer();
        for (const [name, text] of files) chosen.items.add(new File([text], name));
        input.files = chosen.files;
        for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }));
    ";
    chromium.run(script, &[json!(form), json!(files)]).await;
}

/// Two files are chosen and the form is sent at once, with uploads that do not get on: the first one shows how far it is, and is taken
/// away. The other one is let go, and the form with it.
async fn send_while_files_are_uploaded(chromium: &Chromium, form: &str, send: &str) {
    let hold = "
        const send = XMLHttpRequest.prototype.send;
        window.held = [];
        XMLHttpRequest.prototype.send = function (body) {
          window.held.push({ request: this, letGo: () => send.call(this, body) });
        };
    ";
    chromium.run(hold, &[]).await;
    choose(chromium, form, &[("one.pdf", "%PDF-1.7 one"), ("two.pdf", "%PDF-1.7 two")]).await;
    chromium.until("the first file is on its way", "return window.held.length === 1").await;
    click(chromium, send).await;
    let progress = "
        const [form] = arguments;
        const row = document.querySelector(`${form} .file`);
        const bar = row.querySelector('progress');
        const told = { lengthComputable: true, loaded: 1, total: 4 };
        window.held[0].request.upload.dispatchEvent(new ProgressEvent('progress', told));
        return [bar.value, bar.getAttribute('aria-label'), row.querySelector('button').getAttribute('aria-label')];
    ";
    let shown = chromium.run(progress, &[json!(form)]).await;
    assert_eq!(shown, json!([0.25, "Uploading one.pdf", "Remove one.pdf"]));
    assert_eq!(chromium.axe().await, [""; 0]);

    click(chromium, &format!("{form} .file [data-file-remove]")).await;
    let next = format!(
        "
        const form = document.querySelector('{form}');
        const isSaid = form.querySelector('[data-file-status]').textContent === 'one.pdf removed';
        const isFocused = document.activeElement === form.querySelector('input[type=file]');
        return window.held.length === 2 && form.querySelectorAll('.file').length === 1 && isSaid && isFocused;
        "
    );
    chromium.until("the second one is on its way, and nothing is left of the first", &next).await;
    chromium.run("window.held[1].letGo()", &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_sent_once_its_files_are_there() {
    let Some((_host, chromium, _)) = start().await else { return };
    chromium.goto(TICKET).await;
    chromium.run("document.querySelector('#f-body').value = 'See the second one.'", &[]).await;
    send_while_files_are_uploaded(&chromium, "#reply", "#reply .btn.primary").await;
    let sent = "
        const last = [...document.querySelectorAll('#conversation article')].at(-1)?.textContent ?? '';
        return last.includes('See the second one.') && last.includes('two.pdf') && !last.includes('one.pdf');
    ";
    chromium.until("the message has the file that is left", sent).await;
    assert_eq!(chromium.errors().await, [""; 0]);
}

/// The page of the gallery that has a field for files.
async fn open_files(chromium: &Chromium, gallery: &str) {
    chromium.goto(&format!("{TICKET}/sidebar/{gallery}")).await;
    click(chromium, "form[data-panel] button[value$=\"|rich|open\"]").await;
    let there = "
        const form = document.querySelector('form[data-panel]');
        return Boolean(form?.querySelector('input[type=file]')) && !form.querySelector('[data-deferred]');
    ";
    chromium.until("the page with files is open", there).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_sent_once_its_files_are_there() {
    let Some((_host, chromium, gallery)) = start().await else { return };
    open_files(&chromium, &gallery).await;
    send_while_files_are_uploaded(&chromium, VIEW, TAKE).await;
    let taken = "return document.querySelector('#toasts').textContent.includes('Taken: two.pdf')";
    chromium.until("the add-on got the file that is left", taken).await;
    assert_eq!(chromium.errors().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_chosen_in_a_view_reach_its_add_on() {
    let Some((_host, chromium, gallery)) = start().await else { return };
    open_files(&chromium, &gallery).await;

    // There is room for a mebibyte.
    choose(&chromium, VIEW, &[("large.pdf", &"x".repeat(1_100_000))]).await;
    let refused = "
        const form = document.querySelector('form[data-panel]');
        const said = form.querySelector('[data-file-wrong]')?.textContent.trim() ?? '';
        return said.includes('large.pdf') && said === form.querySelector('[data-file-status]').textContent;
    ";
    chromium.until("what the host says of it stands in the field, and is said", refused).await;

    choose(&chromium, VIEW, &[("notes.pdf", "not a PDF at all")]).await;
    let uploaded = "
        const rows = [...document.querySelectorAll('form[data-panel] .file')];
        return rows.length === 1 && Boolean(rows[0].querySelector('input[type=hidden]'));
    ";
    chromium.until("the next one takes its place", uploaded).await;
    click(&chromium, TAKE).await;
    let refused = "
        return [...document.querySelectorAll('form[data-panel] [data-field-error]')].some((one) => one.textContent.trim());
    ";
    chromium.until("the file is refused by what it is", refused).await;

    click(&chromium, "form[data-panel] [data-file-remove]").await;
    chromium.until("it is taken away", "return !document.querySelector('form[data-panel] .file')").await;
    choose(&chromium, VIEW, &[("receipt.pdf", "%PDF-1.7 and so on")]).await;
    chromium.until("the right one is there", uploaded).await;
    click(&chromium, TAKE).await;
    let taken = "return document.querySelector('#toasts').textContent.includes('Taken: receipt.pdf')";
    chromium.until("the add-on says what it got", taken).await;
}
