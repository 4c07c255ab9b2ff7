//! A form with files among its fields, read bit by bit: each file is taken as it comes, and waits for its message, or for the add-on in
//! whose panel it was chosen. What is wrong with one stands beside the others, so that nothing that was typed or taken is lost with it.

use annex_desk::{
    Refusal,
    attachments::{Upload, upload},
};
use annex_domain::{
    attachment::{Attachment, file_name},
    ids::AttachmentId,
    ticket::TicketRef,
};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use futures::{StreamExt as _, TryStreamExt as _};

use super::{
    Posted, Typed,
    long::{InPanel, Purpose as _, Reply},
    unix_lines,
};
use crate::{
    error::PageError, i18n::Translator, server::is_too_slow, session::SignedIn, shell::error_text, state::AppState,
};

/// What files are sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// A message to a ticket: each is an `attachment` of it.
    Message(TicketRef),
    /// Fields of a panel: each is a value of the one that it came in.
    Panel,
}

impl For {
    fn ticket(self) -> Option<TicketRef> {
        match self {
            Self::Message(ticket) => Some(ticket),
            Self::Panel => None,
        }
    }

    /// The longest form, without its files.
    fn most(self) -> usize {
        match self {
            Self::Message(_) => Reply::MOST,
            Self::Panel => InPanel::MOST,
        }
    }

    /// The field that has the id of a file.
    fn field(self, came_in: String) -> String {
        match self {
            Self::Message(_) => "attachment".to_owned(),
            Self::Panel => came_in,
        }
    }
}

/// What came.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// What was typed, with the ids of files that were taken before, and of those that came with it.
    pub(crate) form: Posted,
    /// Files that were taken.
    pub(crate) uploaded: Vec<Attachment>,
    /// What the others are called, and why they were not.
    pub(crate) refused: Vec<(String, Refusal)>,
}

impl Sent {
    /// The files of the message.
    pub(crate) fn files(&self) -> Vec<AttachmentId> {
        self.form.all("attachment").filter_map(|id| id.parse().ok()).collect()
    }

    /// What is wrong with files, in words.
    pub(crate) fn wrong(&mut self, t: &Translator) -> Vec<String> {
        self.refused.drain(..).map(|(name, refusal)| in_words(t, &name, refusal)).collect()
    }
}

fn in_words(t: &Translator, name: &str, refusal: Refusal) -> String {
    let reason = match refusal {
        Refusal::Infected(said) => t.with("ticket-file-infected", &[("said", &said)]),
        other => error_text(t, &PageError::from(other).describe()),
    };
    t.with("ticket-file-refused", &[("name", &name), ("reason", &reason)])
}

/// What a field takes beside its name and text: many empty ones are no smaller than a long one.
const PART: usize = 64;

/// Reads what somebody sends who may reply. A browser that has script, or nothing to send but text, sends no files.
pub(crate) async fn read(
    state: &AppState,
    who: &SignedIn,
    wanted: For,
    mut request: Request,
) -> Result<Sent, PageError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        DefaultBodyLimit::max(wanted.most()).apply(&mut request);
        return Ok(Sent { form: Posted::from_request(request, state).await?, ..Sent::default() });
    }
    let typed = request.extensions().get::<Typed>().cloned();
    let parts = Multipart::from_request(request, state).await;
    let mut parts = parts.map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
    let (mut sent, mut fields, mut room) = (Sent::default(), Vec::new(), wanted.most());
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let field = part.name().unwrap_or_default().to_owned();
        let Some(name) = part.file_name().map(ToOwned::to_owned) else {
            room = room.checked_sub(field.len() + PART).ok_or_else(|| unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
            fields.push((field, text(&mut part, &mut room).await?));
            continue;
        };
        // In an empty file input nothing was chosen.
        if name.is_empty() {
            continue;
        }
        let sending = Upload { name: name.clone(), ticket: wanted.ticket(), body: part.map_err(Into::into).boxed() };
        match upload(&state.files, &who.ctx(), sending).await {
            Ok(file) => {
                fields.push((wanted.field(field), file.id.to_string()));
                sent.uploaded.push(file);
            }
            Err(refusal) => sent.refused.push((file_name(&name), refusal)),
        }
    }
    sent.form = Posted(fields);
    if let Some(typed) = typed {
        // Sent again from an error page, it has its files.
        typed.keep(&sent.form);
    }
    Ok(sent)
}

/// A field that was typed. All of them together are no longer than those of a form without files.
async fn text(part: &mut Field<'_>, room: &mut usize) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        *room = room.checked_sub(chunk.len()).ok_or_else(|| unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
    Ok(unix_lines(text))
}

fn broken(error: &MultipartError) -> PageError {
    unreadable(match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        _ if is_too_slow(error) => StatusCode::REQUEST_TIMEOUT,
        _ => StatusCode::BAD_REQUEST,
    })
}

fn unreadable(status: StatusCode) -> PageError {
    PageError::refused(status, "malformed-form", "the form could not be read")
}
