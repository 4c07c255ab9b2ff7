//! Where add-ons show something beside their panels: from the reply box and where they are managed; and files that are chosen in a view.

use serde_json::json;

use crate::support::{
    chromium::Chromium,
    database::Database,
    host::{ADMIN, Host, Setup},
};

const TICKET: &str = "/tickets/1";

/// A host with tickets and the gallery, and a window in which the admin is signed in.
async fn start() -> Option<(Host, Chromium, String)> {
    let host = Setup::new(Database::sqlite()).at_one_address().sample().start().await;
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

/// Chooses a file in the view, and sends the form.
async fn send(chromium: &Chromium, name: &str, text: &str) {
    let script = "
        const [name, text] = arguments;
        const chosen = new DataTransfer();
        chosen.items.add(new File([text], name));
        document.querySelector('form[data-panel] input[type=file]').files = chosen.files;
        document.querySelector('form[data-panel] button[value$=\"|take\"]:not(.panel-default)').click();
    ";
    chromium.run(script, &[json!(name), json!(text)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_chosen_in_a_view_reach_its_add_on() {
    let Some((_host, chromium, gallery)) = start().await else { return };
    chromium.goto(&format!("{TICKET}/sidebar/{gallery}")).await;
    click(&chromium, "form[data-panel] button[value$=\"|rich|open\"]").await;
    let there = "return Boolean(document.querySelector('form[data-panel] input[type=file]'))";
    chromium.until("the page with files is open", there).await;

    send(&chromium, "notes.pdf", "not a PDF at all").await;
    let refused = "
        return [...document.querySelectorAll('form[data-panel] [data-field-error]')].some((one) => one.textContent.trim());
    ";
    chromium.until("the file is refused by what it is", refused).await;
    send(&chromium, "receipt.pdf", "%PDF-1.7 and so on").await;
    let taken = "return document.querySelector('#toasts').textContent.includes('Taken: receipt.pdf')";
    chromium.until("the add-on says what it got", taken).await;
}
