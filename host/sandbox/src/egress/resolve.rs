//! Name resolution that answers public addresses only. Connections are made to these addresses and no others, so a
//! name that leads elsewhere at a second look (rebinding) gains nothing: each connection takes one look.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use annex_domain::network::{NOT_PUBLIC, is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

type Looked = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// See the module.
pub(super) struct PublicOnly {
    look_up: Arc<dyn Fn(String) -> Looked + Send + Sync>,
}

impl PublicOnly {
    /// Asks the operating system.
    pub(super) fn system() -> Self {
        Self {
            look_up: Arc::new(|name| {
                Box::pin(async move {
                    Ok(tokio::net::lookup_host((name, 443)).await?.map(|address| address.ip()).collect())
                })
            }),
        }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let looked = (self.look_up)(name.as_str().to_owned());
        Box::pin(async move {
            let found = looked.await.map_err(|_| io::Error::other("the host name cannot be resolved"))?;
            let public: Vec<_> =
                found.into_iter().filter(|ip| is_public(*ip)).map(|ip| SocketAddr::new(ip, 0)).collect();
            if public.is_empty() {
                return Err(io::Error::other(NOT_PUBLIC).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(found: &'static [&'static str]) -> Result<Vec<String>, String> {
        let resolver = PublicOnly {
            look_up: Arc::new(move |_| {
                Box::pin(async move { Ok(found.iter().map(|text| text.parse().unwrap()).collect()) })
            }),
        };
        let answer = resolver.resolve("rebinding.example.com".parse().unwrap()).await;
        answer.map(|found| found.map(|at| at.ip().to_string()).collect()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn drops_what_is_not_public() {
        let mixed = resolve(&["127.0.0.1", "93.184.216.34", "::1", "2606:4700::1111", "10.1.2.3"]).await;
        assert_eq!(mixed.unwrap(), ["93.184.216.34", "2606:4700::1111"]);
    }

    #[tokio::test]
    async fn refuses_names_that_lead_only_inside_and_does_not_say_where() {
        for inside in [&["169.254.169.254"][..], &["::ffff:10.0.0.1"], &["64:ff9b::a00:1", "192.168.1.1"], &[]] {
            assert_eq!(resolve(inside).await.unwrap_err(), NOT_PUBLIC);
        }
    }
}
