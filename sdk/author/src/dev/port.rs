//! Where the local help desk listens. A project keeps its port, so that bookmarks, webhooks and what browsers remember go on working:
//! the first one follows from the add-on's id, and a file in the folder of `dev` has what was taken then.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
};

use annex_check::{Diagnostic, Failure};
use annex_domain::addon::{AddonId, Digest};

use crate::{files, output::Output};

/// Ports of projects are these and so many more: no well-known service has one, and systems give them to no connection.
const FIRST: u16 = 17_000;
const MANY: u16 = 1_000;
/// How many are tried.
const TRIES: usize = 100;
/// In the folder of `dev`.
const FILE: &str = "port";

/// The address for the add-on whose folder of `dev` this is. What was asked for is taken, or refused when it is in use; else that of the
/// last time, or the next one that is free.
pub(super) fn choose(
    asked: Option<SocketAddr>,
    addon: &AddonId,
    folder: &Path,
    output: Output,
) -> Result<SocketAddr, Failure> {
    if let Some(asked) = asked {
        return if is_free(asked) { Ok(asked) } else { Err(in_use(asked)) };
    }
    let file = folder.join(FILE);
    let kept = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let wanted = here(kept.unwrap_or_else(|| port_of(addon)));
    let found = next_free(wanted).ok_or_else(|| in_use(wanted))?;
    if kept.is_none() {
        files::write(&file, found.port().to_string().as_bytes())?;
    } else if found != wanted {
        let (wanted, port) = (wanted.port(), found.port());
        output.progress(format_args!(
            "port {wanted} is in use: this time it is {port}. To choose one: --listen 127.0.0.1:PORT"
        ));
    }
    Ok(found)
}

fn here(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// The same on every machine; projects of other add-ons mostly have others.
fn port_of(addon: &AddonId) -> u16 {
    let digest = Digest::of(addon.as_str().as_bytes()).to_string();
    let number = digest.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
    FIRST + u16::try_from(number % u32::from(MANY)).unwrap_or_default()
}

fn next_free(wanted: SocketAddr) -> Option<SocketAddr> {
    (wanted.port()..=u16::MAX).take(TRIES).map(here).find(|address| is_free(*address))
}

/// What else keeps a host from listening, it says by itself.
fn is_free(address: SocketAddr) -> bool {
    !matches!(TcpListener::bind(address), Err(error) if error.kind() == io::ErrorKind::AddrInUse)
}

fn in_use(address: SocketAddr) -> Failure {
    let taken = Diagnostic::new("port-in-use", format!("another program listens on {address}"));
    let free = TcpListener::bind(SocketAddr::new(address.ip(), 0)).and_then(|listener| listener.local_addr());
    match free {
        Ok(free) => taken.fix(format!("take a free one: --listen {free}")).into(),
        Err(_) => taken.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_keeps_its_port_and_moves_on_only_while_it_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let addon: AddonId = "acme.keeps-its-port".parse().unwrap();
        let choose = || choose(None, &addon, folder.path(), Output::Json).unwrap();
        let first = choose();
        assert!(first.ip().is_loopback() && first.port() >= FIRST, "{first}");
        assert_eq!(choose(), first);
        let taken = TcpListener::bind(first).unwrap();
        assert!(choose().port() > first.port());
        drop(taken);
        assert_eq!(choose(), first, "it comes back");
        assert_eq!(port_of(&addon), port_of(&"acme.keeps-its-port".parse().unwrap()));
        assert_ne!(port_of(&addon), port_of(&"acme.other".parse().unwrap()));
    }

    #[test]
    fn an_address_in_use_is_answered_with_a_free_one() {
        let taken = TcpListener::bind(here(0)).unwrap();
        let asked = taken.local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let addon: AddonId = "acme.greeter".parse().unwrap();
        let choose = |asked| choose(Some(asked), &addon, folder.path(), Output::Json);
        let failure = choose(asked).unwrap_err();
        assert_eq!(failure.0[0].code, "port-in-use");
        let fix = failure.0[0].fix.clone().unwrap();
        let free: SocketAddr = fix.rsplit(' ').next().unwrap().parse().unwrap();
        assert_ne!(free, asked);
        assert_eq!(choose(free).unwrap(), free);
        assert_eq!(choose(here(0)).unwrap().port(), 0);
    }
}
