//! What a payload is recognised by: its bytes, and what they mean.

use serde_json::{Number, Value};

use crate::audit::Hash;

/// Hashes of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of its bytes.
    pub sha256: Hash,
    /// Of its canonical form: JSON without blanks, with sorted fields, whole numbers as such.
    pub canonical: Hash,
    /// Of how `build` writes it, indented and compact: older locks know the hash of bytes alone.
    written: [Hash; 2],
}

impl Fingerprint {
    /// That of a payload. What is no JSON means its bytes.
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
        Self { sha256, canonical: canonical(value), written: [pretty, compact] }
    }

    /// Whether these are the hashes of the same flow.
    pub fn is(&self, sha256: &str, canonical: Option<&str>) -> bool {
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
                // `3.0` is 3, whoever wrote it.
                let whole = number.as_f64().filter(|_| number.is_f64()).filter(|one| one.fract() == 0.0);
                #[expect(clippy::cast_possible_truncation, reason = "such numbers are whole and small")]
                if let Some(whole) = whole.filter(|one| one.abs() < 9e15) {
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
    fn blanks_line_ends_escapes_and_the_order_of_fields_change_nothing() {
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
            assert!(other.is("00", Some(&canonical)), "{same:?}");
        }
        for other in [r#"{"name":"H\u00e4","nodes":[2,1]}"#, r#"{"name":"h","nodes":[1,2]}"#, "", "{}"] {
            assert!(!Fingerprint::of(other.as_bytes()).is("00", Some(&canonical)), "{other:?}");
        }
    }

    #[test]
    fn older_locks_know_the_hash_of_bytes() {
        let print = Fingerprint::of(PAYLOAD.replace('\n', "\r\n").as_bytes());
        assert!(print.is(&Hash::of(PAYLOAD.as_bytes()).to_string(), None));
        let compact = format!("{}\n", serde_json::from_str::<Value>(PAYLOAD).unwrap());
        assert!(print.is(&Hash::of(compact.as_bytes()).to_string(), None));
        assert!(!print.is(&Hash::of(b"other").to_string(), None));
    }
}
