//! The way out: one connection for each mail, which is handed over as it is.
//!
//! Until the server has said that it will take the content, a failure says that nothing was sent. From then on only its answer
//! counts: without one nobody knows, and the mail is not sent again.

mod short;
#[cfg(test)]
mod tests;

use std::time::Duration;

use annex_domain::mailbox::{Envelope, LARGEST_MAIL, MOST_RECIPIENTS, MailOutcome, Mailbox, Security, Server};
use lettre::{
    Address,
    message::Mailbox as Named,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use self::short::Short;
use crate::{Inbox, Login, MailError, Network, error::words};

/// The longest wait for an answer, and for the whole of a mail.
const ANSWER: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(300);
/// When a mail that was not taken is tried again, at the earliest.
const PAUSE: Duration = Duration::from_secs(60);
/// Answers about who we are, not about the mail (RFC 4954): it waits until the settings are right.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];
/// Bytes of a line (RFC 5322), without its end.
const LONGEST_LINE: usize = 998;

/// Sends a raw mail (RFC 5322, lines that end in CRLF) from a mailbox, and puts a copy of it where the mailbox says.
///
/// # Errors
/// When nobody could log in: nothing was sent.
pub async fn send(
    network: &Network,
    mailbox: &Mailbox,
    login: &Login,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<MailOutcome, MailError> {
    let envelope = match checked(mailbox, envelope, raw) {
        Ok(envelope) => envelope,
        Err(why) => return Ok(MailOutcome::Refused(why)),
    };
    let mut connection = connect(network, mailbox, login).await?;
    let outcome = match timeout(ANSWER * 4, begin(&mut connection, &envelope, raw)).await {
        Ok(Ok(())) => hand_over(&mut connection, &mailbox.smtp, raw).await,
        Ok(Err(outcome)) => outcome,
        Err(_) => MailOutcome::Later(format!("{} did not answer", mailbox.smtp.host), PAUSE),
    };
    let _ = timeout(Duration::from_secs(2), connection.quit()).await; // the connection ends anyway
    if let (MailOutcome::Sent(_), Some(folder)) = (&outcome, &mailbox.sent_folder) {
        // That there is no copy takes nothing back of what was sent.
        if let Ok((mut inbox, _)) = Inbox::open(network, mailbox, login).await {
            let _ = inbox.keep(folder, raw).await;
            inbox.leave().await;
        }
    }
    Ok(outcome)
}

/// Logs in, and no more.
pub(crate) async fn check(network: &Network, mailbox: &Mailbox, login: &Login) -> Result<(), MailError> {
    let mut connection = connect(network, mailbox, login).await?;
    let _ = timeout(Duration::from_secs(2), connection.quit()).await; // the connection ends anyway
    Ok(())
}

/// From and to.
type Addresses = (Option<Address>, Vec<Address>);

/// What no server has to be asked for.
fn checked(mailbox: &Mailbox, envelope: &Envelope, raw: &[u8]) -> Result<Addresses, String> {
    if raw.len() > LARGEST_MAIL {
        return Err(format!("the mail has more than {} MB", LARGEST_MAIL >> 20));
    }
    if !(1..=MOST_RECIPIENTS).contains(&envelope.recipients.len()) {
        return Err(format!("a mail has 1 to {MOST_RECIPIENTS} recipients"));
    }
    check_lines(raw)?;
    let from_own = author(raw).is_some_and(|from| mailbox.owns(&from));
    if !from_own || envelope.return_path.as_ref().is_some_and(|path| !mailbox.owns(path)) {
        return Err(format!("a mail comes from {}, and bounces to it", mailbox.address));
    }
    let address = |text: &String| text.parse::<Address>().map_err(|_| format!("{} is no address", words(text)));
    let from = envelope.return_path.as_ref().map(address).transpose()?;
    Ok((from, envelope.recipients.iter().map(address).collect::<Result<_, _>>()?))
}

/// A server could take half an end of a line for a whole one, and what follows for commands.
fn check_lines(raw: &[u8]) -> Result<(), String> {
    let mut lines = raw.split(|byte| *byte == b'\n');
    let rest = lines.next_back().unwrap_or_default();
    let mut ends = lines.map(|line| line.strip_suffix(b"\r"));
    if !rest.is_empty() || ends.any(|line| line.is_none_or(|line| line.contains(&b'\r'))) {
        return Err("the lines of a mail end in CRLF".to_owned());
    }
    if raw.split(|byte| *byte == b'\n').any(|line| line.len() > LONGEST_LINE + 1) {
        return Err(format!("a line has more than {LONGEST_LINE} bytes"));
    }
    Ok(())
}

/// The address in the `From` of a mail; none where there is none that can be read, or several.
fn author(raw: &[u8]) -> Option<String> {
    let end = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(raw.len());
    let header = std::str::from_utf8(raw.get(..end)?).ok()?;
    let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let from = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.trim_end().eq_ignore_ascii_case("from").then(|| value.trim().to_owned())
    };
    let mut authors = unfolded.split("\r\n").filter_map(from);
    match (authors.next(), authors.next()) {
        (Some(author), None) => author.parse::<Named>().ok().map(|named| named.email.to_string()),
        _ => None,
    }
}

/// An encrypted connection that is logged in.
async fn connect(network: &Network, mailbox: &Mailbox, login: &Login) -> Result<AsyncSmtpConnection, MailError> {
    let server = &mailbox.smtp;
    let hello = ClientId::default();
    let unreachable = |why: String| MailError::Unreachable(format!("{}:{}", server.host, server.port), why);
    let (wire, security) = network.connect(server).await?;
    let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(Short::new(wire)), &hello);
    let mut connection = match timeout(ANSWER, greeting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return Err(unreachable(inner(&error))),
        Err(_) => return Err(unreachable("no answer".to_owned())),
    };
    if security == Some(Security::StartTls) {
        let failed = |why: String| MailError::Tls(server.host.clone(), why);
        let tls = TlsParameters::new(server.host.clone()).map_err(|error| failed(words(&error)))?;
        let begun = timeout(ANSWER, connection.starttls(tls, &hello)).await;
        let begun = begun.map_err(|_| failed("no answer".to_owned()))?;
        begun.map_err(|error| failed(inner(&error)))?;
    }
    log_in(&mut connection, mailbox, login, security).await?;
    Ok(connection)
}

async fn log_in(
    connection: &mut AsyncSmtpConnection,
    mailbox: &Mailbox,
    login: &Login,
    security: Option<Security>,
) -> Result<(), MailError> {
    let host = &mailbox.smtp.host;
    let (mechanisms, secret) = match login {
        Login::Password(password) => (vec![Mechanism::Plain, Mechanism::Login], password),
        Login::Token(token) => (vec![Mechanism::Xoauth2], token),
    };
    if security.is_none() && connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
        return Ok(()); // what stands in on loopback need not know the login
    }
    let credentials = Credentials::new(mailbox.user.clone(), secret.expose_secret().to_owned());
    match timeout(ANSWER, connection.auth(&mechanisms, &credentials)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(MailError::Login(host.clone(), inner(&error))),
        Err(_) => Err(MailError::Lost(host.clone(), "no answer".to_owned())),
    }
}

/// Everything before the content; whatever fails here, nothing was sent.
async fn begin(connection: &mut AsyncSmtpConnection, (from, to): &Addresses, raw: &[u8]) -> Result<(), MailOutcome> {
    let mut parameters = Vec::new();
    for (needed, extension, parameter) in [
        (is_foreign(from, to), Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
        (!raw.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
    ] {
        if needed && !connection.server_info().supports_feature(extension) {
            return Err(MailOutcome::Refused("the server takes letters of ASCII alone".to_owned()));
        }
        if needed {
            parameters.push(parameter);
        }
    }
    connection.command(Mail::new(from.clone(), parameters)).await.map_err(|error| refused(&error, None))?;
    for address in to {
        let asked = connection.command(Rcpt::new(address.clone(), Vec::new())).await;
        asked.map_err(|error| refused(&error, Some(address)))?;
    }
    connection.command(Data).await.map(drop).map_err(|error| refused(&error, None))
}

fn is_foreign(from: &Option<Address>, to: &[Address]) -> bool {
    to.iter().chain(from).any(|address| !address.to_string().is_ascii())
}

/// The content, and the answer to it.
async fn hand_over(connection: &mut AsyncSmtpConnection, server: &Server, raw: &[u8]) -> MailOutcome {
    match timeout(WHOLE, connection.message(raw)).await {
        Ok(Ok(answer)) => MailOutcome::Sent(words(answer.message().collect::<Vec<_>>().join(" "))),
        Ok(Err(error)) if error.status().is_some() => refused(&error, None),
        Ok(Err(error)) => {
            MailOutcome::Unknown(format!("{} did not say that it took the mail: {}", server.host, inner(&error)))
        }
        Err(_) => MailOutcome::Unknown(format!("{} did not say that it took the mail", server.host)),
    }
}

/// What a refusal means for the mail.
fn refused(error: &SmtpError, address: Option<&Address>) -> MailOutcome {
    let code = error.status().map(u16::from);
    let who = address.map(|address| format!(" for {address}")).unwrap_or_default();
    let said = match code {
        Some(code) => format!("the server answered {code} {}{who}", inner(error)),
        None => format!("the connection failed{who}: {}", inner(error)),
    };
    match code {
        Some(code) if error.is_permanent() && !ABOUT_US.contains(&code) => MailOutcome::Refused(said),
        _ => MailOutcome::Later(said, PAUSE),
    }
}

/// The innermost reason.
fn inner(error: &SmtpError) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    words(innermost)
}
