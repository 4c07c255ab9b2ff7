//! The client area through the whole router, on an empty SQLite database: as an issuer, and page by page.

mod credit;
mod doors;
mod isolation;
mod issuer;
mod limits;
mod pages;
pub(crate) mod site;
mod snapshots;
