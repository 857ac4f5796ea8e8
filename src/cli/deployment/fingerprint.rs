//! Recognises a payload by its bytes or its canonical form.

use serde_json::{Number, Value};

use crate::audit::Hash;

/// Hashes of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The hash of its bytes.
    pub sha256: Hash,
    /// The hash of its canonical form: JSON without blanks, with sorted fields, whole numbers as integers. Of a script it
    /// is what it says whatever its ids and places are.
    pub canonical: Hash,
    /// The hashes of what `build` writes, indented and compact: older locks only have hashes of bytes.
    written: [Hash; 2],
}

impl Fingerprint {
    /// The fingerprint of a payload. If it is not JSON, its bytes are the canonical form.
    pub fn of(payload: &[u8]) -> Self {
        let sha256 = Hash::of(payload);
        let Ok(value) = serde_json::from_slice::<Value>(payload) else {
            return Self { sha256, canonical: sha256, written: [sha256; 2] };
        };
        let line = |mut text: Vec<u8>| {
            text.push(b'\n');
            Hash::of(&text)
        };
        let pretty = serde_json::to_vec_pretty(&value).map_or(sha256, line);
        let compact = serde_json::to_vec(&value).map_or(sha256, line);
        let script = std::str::from_utf8(payload).ok().and_then(crate::import::studio::canonical);
        let canonical = script.map_or_else(|| canonical(value), |script| Hash::of(script.as_bytes()));
        Self { sha256, canonical, written: [pretty, compact] }
    }

    /// Whether these hashes belong to the same flow.
    pub fn matches(&self, sha256: &str, canonical: Option<&str>) -> bool {
        let known = [self.sha256, self.canonical].into_iter().chain(self.written);
        match canonical {
            Some(canonical) => self.canonical.to_string() == canonical,
            None => known.map(|hash| hash.to_string()).any(|hash| hash == sha256),
        }
    }
}

/// The hash of a value's canonical form.
pub fn canonical(mut value: Value) -> Hash {
    value.sort_all_objects();
    let mut open = vec![&mut value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list.iter_mut()),
            Value::Object(fields) => open.extend(fields.values_mut()),
            Value::Number(number) => {
                // `3.0` is written as 3.
                let whole = number.as_f64().filter(|_| number.is_f64()).filter(|value| value.fract() == 0.0);
                #[expect(clippy::cast_possible_truncation, reason = "such numbers are whole and small")]
                if let Some(whole) = whole.filter(|value| value.abs() < 9e15) {
                    *number = Number::from(whole as i64);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    Hash::of(value.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = "{\n  \"name\": \"H\u{e4}\",\n  \"nodes\": [\n    1,\n    2\n  ]\n}\n";

    #[test]
    fn blanks_line_ends_escapes_and_field_order_do_not_matter() {
        let print = Fingerprint::of(PAYLOAD.as_bytes());
        let canonical = print.canonical.to_string();
        for same in [
            PAYLOAD.replace('\n', "\r\n"),
            PAYLOAD.replace('\n', ""),
            PAYLOAD.trim_end().to_owned(),
            r#"{"nodes":[1,2],"name":"H\u00e4"}"#.to_owned(),
            r#"{"name":"H\u00E4","nodes":[1.0,2]}"#.to_owned(),
            format!("\t{PAYLOAD}\n\n"),
        ] {
            let other = Fingerprint::of(same.as_bytes());
            assert!(other.matches("00", Some(&canonical)), "{same:?}");
        }
        for other in [r#"{"name":"H\u00e4","nodes":[2,1]}"#, r#"{"name":"h","nodes":[1,2]}"#, "", "{}"] {
            assert!(!Fingerprint::of(other.as_bytes()).matches("00", Some(&canonical)), "{other:?}");
        }
    }

    #[test]
    fn the_hash_of_bytes_from_an_older_lock_matches() {
        let print = Fingerprint::of(PAYLOAD.replace('\n', "\r\n").as_bytes());
        assert!(print.matches(&Hash::of(PAYLOAD.as_bytes()).to_string(), None));
        let compact = format!("{}\n", serde_json::from_str::<Value>(PAYLOAD).unwrap());
        assert!(print.matches(&Hash::of(compact.as_bytes()).to_string(), None));
        assert!(!print.matches(&Hash::of(b"other").to_string(), None));
    }
}
