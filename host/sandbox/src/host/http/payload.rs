//! Bodies of requests that are files or forms, and answers that become files. All of it is in memory, within what requests and answers
//! may have.

use std::fmt::Write as _;

use annex_domain::{
    capability::Access,
    permission::Permission,
    ports::{FileFacts, RecordError},
};

use super::{Part, Payload};
use crate::{error::EgressError, host::in_time, state::Caller};

const MOST_PARTS: usize = 20;
const LARGEST_TEXT: usize = 64 << 10;
const LONGEST_NAME: usize = 100;
/// What a request may have: larger files are not read.
const LARGEST_FILE: u64 = 1 << 20;
const PIECE: u32 = 1 << 20;

impl Caller {
    /// The bytes of a payload; a form says in `headers` what it is.
    pub(super) async fn body(
        &self,
        payload: Payload,
        headers: &mut Vec<(String, String)>,
    ) -> Result<Option<Vec<u8>>, EgressError> {
        match payload {
            Payload::Empty => Ok(None),
            Payload::Bytes(bytes) => Ok(Some(bytes)),
            Payload::Whole(id) => Ok(Some(self.file_bytes(&id).await?.1)),
            Payload::Form(parts) => {
                if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                    return Err(EgressError::Invalid("`Content-Type` of a form is written by the host".into()));
                }
                // Nobody knows the id of the call before it is made, so no file has it.
                let boundary = format!("annex-{}", self.scope.call);
                headers.push(("Content-Type".into(), format!("multipart/form-data; boundary={boundary}")));
                self.form(parts, &boundary).await.map(Some)
            }
        }
    }

    async fn form(&self, parts: Vec<(String, Part)>, boundary: &str) -> Result<Vec<u8>, EgressError> {
        if parts.len() > MOST_PARTS {
            return Err(EgressError::Invalid(format!("a form has at most {MOST_PARTS} parts")));
        }
        let mut body = Vec::new();
        for (name, part) in parts {
            let quoted = quoted(&name)?;
            let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{quoted}\"");
            let bytes = match part {
                Part::Text(text) if text.len() > LARGEST_TEXT => {
                    return Err(EgressError::TooLarge(format!("`{name}` has at most 64 KiB")));
                }
                Part::Text(text) => text.into_bytes(),
                Part::Whole(id) => {
                    let (file, bytes) = self.file_bytes(&id).await?;
                    let file_name = file.name.replace('"', "%22").replace(char::is_control, "");
                    let _ = write!(head, "; filename=\"{file_name}\"\r\nContent-Type: {}", file.media_type);
                    bytes
                }
            };
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(&bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok(body)
    }

    async fn file_bytes(&self, id: &str) -> Result<(FileFacts, Vec<u8>), EgressError> {
        if !self.lent.has(id) {
            self.check_files(Access::FilesRead, Permission::TicketsView)?;
        }
        if let Some((facts, bytes)) = self.lent.raw(id).filter(|(facts, _)| facts.size <= LARGEST_FILE) {
            return Ok((facts.clone(), bytes.to_vec()));
        }
        let (data, scope, reach) = (&self.services.data, &self.scope, self.file_reach(id));
        let failed = |error: RecordError| EgressError::Invalid(format!("the file `{id}`: {error}"));
        let facts = in_time(data.file(scope, id, reach), RecordError::Unavailable).await.map_err(failed)?;
        if facts.size > LARGEST_FILE {
            return Err(EgressError::TooLarge(format!("the file `{id}` is over 1 MiB")));
        }
        let mut bytes = Vec::new();
        loop {
            let piece = data.read_file(scope, id, reach, bytes.len() as u64, PIECE);
            let piece = in_time(piece, RecordError::Unavailable).await.map_err(failed)?;
            if piece.is_empty() {
                return Ok((facts, bytes));
            }
            bytes.extend(piece);
        }
    }

    /// Makes a file of what came.
    pub(super) async fn keep(&self, name: &str, bytes: Vec<u8>) -> Result<FileFacts, EgressError> {
        self.check_files(Access::FilesWrite, Permission::TicketsReply)?;
        let (data, scope) = (&self.services.data, &self.scope);
        let failed = |error: RecordError| EgressError::Invalid(format!("the file `{name}`: {error}"));
        let mut file = in_time(data.create_file(scope, name), RecordError::Unavailable).await.map_err(failed)?;
        for piece in bytes.chunks(PIECE as usize) {
            in_time(file.append(piece.to_vec()), RecordError::Unavailable).await.map_err(failed)?;
        }
        in_time(file.finish(), RecordError::Unavailable).await.map_err(failed)
    }

    /// As `files` would: many requests are under way at once, so nothing is noted.
    fn check_files(&self, access: Access, needed: Permission) -> Result<(), EgressError> {
        if let Some(text) = self.denied(access) {
            return Err(EgressError::Denied(text));
        }
        match &self.scope.acts_for {
            Some(them) if !them.permissions.has(needed) => Err(EgressError::Denied(needed.refusal().to_owned())),
            _ => Ok(()),
        }
    }
}

fn quoted(name: &str) -> Result<String, EgressError> {
    let count = name.chars().count();
    if count == 0 || count > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(EgressError::Invalid("the name of a part has 1 to 100 characters of one line".into()));
    }
    Ok(name.replace('"', "%22"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_stay_within_their_quotes() {
        assert_eq!(quoted("a\"; filename=\"b").unwrap(), "a%22; filename=%22b");
        for bad in ["", "a\r\nb", &"x".repeat(101)] {
            assert!(quoted(bad).is_err(), "{bad:?}");
        }
    }
}
