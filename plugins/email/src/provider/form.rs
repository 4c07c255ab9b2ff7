//! The fields of a form that was posted, in order: percent-encoded, or a multipart with files.

/// A field. Values are bytes: files are in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Vec<u8>,
    /// It is a file.
    pub(super) file: Option<FileFacts>,
}

/// What a form says of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileFacts {
    pub(super) name: String,
    pub(super) kind: Option<String>,
}

/// Those of a body; none where it is no form.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Vec<Field> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (kind.as_str(), attribute(content_type, "boundary")) {
        ("application/x-www-form-urlencoded", _) => body.split(|byte| *byte == b'&').filter_map(encoded).collect(),
        ("multipart/form-data", Some(boundary)) => parts(&boundary, body),
        _ => Vec::new(),
    }
}

fn encoded(field: &[u8]) -> Option<Field> {
    let end = field.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (field.get(..end)?, field.get(end + 1..)?);
    let name = String::from_utf8(percent_decoded(name)).ok()?;
    Some(Field { name, value: percent_decoded(value), file: None })
}

fn parts(boundary: &str, body: &[u8]) -> Vec<Field> {
    let delimiter = format!("\r\n--{boundary}");
    let mut found = Vec::new();
    let Some(mut rest) = body.strip_prefix(format!("--{boundary}").as_bytes()) else { return found };
    while let Some((part, after)) = split(rest, delimiter.as_bytes()) {
        found.extend(part.strip_prefix(b"\r\n").and_then(field));
        rest = after;
    }
    found
}

fn field(part: &[u8]) -> Option<Field> {
    let (head, value) = split(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(head);
    let line = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(of, _)| of.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    };
    let disposition = line("content-disposition")?;
    let file = attribute(&disposition, "filename").map(|name| FileFacts { name, kind: line("content-type") });
    Some(Field { name: attribute(&disposition, "name")?, value: value.to_vec(), file })
}

/// What stands before something, and after it.
fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let end = bytes.windows(at.len()).position(|window| window == at)?;
    Some((bytes.get(..end)?, bytes.get(end + at.len()..)?))
}

fn attribute(value: &str, name: &str) -> Option<String> {
    let mut attributes = value.split(';').skip(1).filter_map(|attribute| attribute.split_once('='));
    let (_, found) = attributes.find(|(of, _)| of.trim().eq_ignore_ascii_case(name))?;
    Some(found.trim().trim_matches('"').to_owned())
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_at_checked(2)) {
            (b'+', _) => out.push(b' '),
            (b'%', Some((digits, follows))) => match hex(digits) {
                Some(byte) => {
                    out.push(byte);
                    rest = follows;
                }
                None => out.push(b'%'),
            },
            (byte, _) => out.push(*byte),
        }
    }
    out
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_after_a_percent_sign_stays() {
        assert_eq!(percent_decoded(b"100%&%4"), b"100%&%4");
        assert_eq!(percent_decoded(b"%zz%41"), b"%zzA");
    }

    #[test]
    fn files_keep_every_byte() {
        let body = b"--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--edge\r\nContent-Disposition: form-data; \
            name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n\0\r\n--\r\n\r\n--edge--\r\n";
        let found = fields("Multipart/Form-Data; boundary=\"edge\"", body);
        let facts = FileFacts { name: "x.png".into(), kind: Some("image/png".into()) };
        let expected = [
            Field { name: "a".into(), value: b"1".to_vec(), file: None },
            Field { name: "f".into(), value: b"\0\r\n--\r\n".to_vec(), file: Some(facts) },
        ];
        assert_eq!(found, expected);
        assert_eq!(fields("multipart/form-data; boundary=edge", b"--edge--\r\n"), []);
        assert_eq!(fields("text/plain", b"a=b"), []);
    }
}
