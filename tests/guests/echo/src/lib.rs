//! A channel that makes a message of every request, and refuses messages that ask for it. `slow` is taken at the second
//! try, long after the first.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "channel" });

use annex::addon::kv;
use exports::annex::addon::{lifecycle, messaging};
use messaging::{Fault, InboundMessage, InboundReply, InboundRequest, OutboundMessage, Receipt, Sender};

struct Echo;
export!(Echo);

impl messaging::Guest for Echo {
    fn receive(request: InboundRequest) -> Result<InboundReply, Fault> {
        if request.path == "/fail" {
            return Err(Fault::Upstream("told to".into()));
        }
        let message = InboundMessage {
            external_id: request.query,
            thread: request.path,
            sender: Sender { handle: "h".into(), name: request.method, email: None, phone: None },
            subject: request.headers.first().map(|header| header.value.clone()),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            sent_at: Some(5),
        };
        Ok(InboundReply {
            status: 202,
            content_type: "text/plain".into(),
            body: b"ok".to_vec(),
            messages: vec![message],
        })
    }

    fn send(message: OutboundMessage) -> Result<Receipt, Fault> {
        match message.body.as_str() {
            "refuse" => Err(Fault::Rejected("not this".into())),
            "again" => Err(Fault::Upstream("later".into())),
            "slow" if is_first_try(&message.id) => Err(Fault::Upstream("busy (not sent; retry after 3400 s)".into())),
            _ => Ok(Receipt { external_id: format!("{}@{}", message.id, message.thread) }),
        }
    }
}

/// True the first time for each message, where the add-on may keep values.
fn is_first_try(message: &str) -> bool {
    kv::set(message, b"tried", Some(0)).is_ok()
}

impl lifecycle::Guest for Echo {
    fn install() -> Result<(), String> {
        Ok(())
    }
    fn update(_: String) -> Result<(), String> {
        Ok(())
    }
    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}
