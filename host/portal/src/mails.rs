//! Mails to publishers, written in the transaction of what they tell.

pub(crate) use annex_store::mails::put_of_platform as tell;
