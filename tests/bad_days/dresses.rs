//! A platform that repeats secrets in every encoding that programs use: no stream or file shows any of
//! them.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine};
use serde_json::json;

use crate::harness::{Platform, Step, TOKEN, job, on, token};
use crate::support::{CLIENT, Folder, SECRET, WEBHOOK_SECRET, side_by_side};

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn percent(text: &str) -> String {
    form(text).replace('+', "%20")
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn base32(text: &str) -> String {
    let mut bits: Vec<u8> =
        text.bytes().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.resize(bits.len().div_ceil(5) * 5, 0);
    let digit = |five: &[u8]| five.iter().fold(0, |sum, bit| sum * 2 + usize::from(*bit));
    bits.chunks(5).map(|five| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit(five)])).collect()
}

/// The dresses of one text, each with its name.
fn dresses(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut put = |name: &str, dress: String| all.push((name.to_owned(), dress));
    let chars = |each: &dyn Fn(char) -> String| text.chars().map(each).collect::<String>();
    let code = |c: char| u32::from(c);
    put("as it is", text.to_owned());
    put("in capitals", text.to_uppercase());
    put("in small letters", text.to_lowercase());
    put("form", form(text));
    put("percent", percent(text));
    put("percent in small letters", percent(text).to_lowercase());
    put("percent twice", percent(&percent(text)));
    put("percent of every byte", text.bytes().map(|byte| format!("%{byte:02X}")).collect());
    put("percent of every byte twice", text.bytes().map(|byte| format!("%25{byte:02x}")).collect());
    put("hex", hex(text));
    put("hex in capitals", hex(text).to_uppercase());
    put("hex with blanks", text.bytes().map(|byte| format!("{byte:02x} ")).collect());
    put("JSON", serde_json::to_string(text).unwrap());
    put("JSON with slashes", text.replace('\\', "\\\\").replace('/', "\\/").replace('"', "\\\""));
    put("JSON in numbers", chars(&|c| format!("\\u{:04x}", code(c))));
    put("JSON twice", serde_json::to_string(&serde_json::to_string(text).unwrap()).unwrap());
    put(
        "HTML",
        text.replace('&', "&amp;").replace('"', "&quot;").replace('+', "&plus;").replace('/', "&sol;"),
    );
    put("HTML in numbers", chars(&|c| format!("&#{};", code(c))));
    put("HTML in hex", chars(&|c| format!("&#x{:x};", code(c))));
    put("HTML in JSON", chars(&|c| format!("\\u0026#{};", code(c))));
    put("percent of HTML", percent(&chars(&|c| format!("&#{};", code(c)))));
    for (offset, lead) in ["", "x", "xy"].iter().enumerate() {
        for tail in ["", "z", "zz"] {
            let bytes = format!("{lead}{text}{tail}");
            put(&format!("Base64 at {offset}"), BASE64_STANDARD.encode(&bytes));
            put(&format!("Base64 for URLs at {offset}"), BASE64_URL_SAFE.encode(&bytes));
        }
        put(
            &format!("Base64 in a URL at {offset}"),
            percent(&BASE64_STANDARD.encode(format!("{lead}{text}"))),
        );
        put(
            &format!("Base64 of a form at {offset}"),
            BASE64_STANDARD.encode(format!("{lead}{}", form(text))),
        );
        let wrapped = BASE64_STANDARD.encode(format!("{lead}{text}"));
        let lines: Vec<&str> =
            wrapped.as_bytes().chunks(12).map(|line| std::str::from_utf8(line).unwrap()).collect();
        put(&format!("Base64 in lines at {offset}"), lines.join("\r\n"));
    }
    for lead in ["", "x", "xy", "xyz", "xyzz"] {
        put("Base32", base32(&format!("{lead}{text}")));
        put("Base32 in small letters", base32(&format!("{lead}{text}")).to_lowercase());
        let once = BASE64_STANDARD.encode(format!("{lead}{text}"));
        put("Base64 of Base64", BASE64_STANDARD.encode(format!("{lead}{once}")));
        put("Base64 for URLs of Base64", BASE64_URL_SAFE.encode(format!("{lead}{once}")));
    }
    put("reversed", text.chars().rev().collect());
    let wide = |c: char| if ('!'..='~').contains(&c) { code(c) + 0xFEE0 } else { code(c) };
    put("full width", chars(&|c| char::from_u32(wide(c)).unwrap().to_string()));
    put("full width in JSON", chars(&|c| format!("\\u{:04x}", wide(c))));
    put("apart", chars(&|c| format!("{c} ")));
    put("apart by hard blanks", chars(&|c| format!("{c}\u{a0}")));
    put("with soft hyphens", chars(&|c| format!("{c}\u{ad}")));
    put("in lines", chars(&|c| format!("{c}\r\n")));
    put("percent three times", percent(&percent(&percent(text))));
    put("a header", BASE64_STANDARD.encode(format!("{CLIENT}:{text}")));
    put("a header of forms", BASE64_STANDARD.encode(format!("{CLIENT}:{}", form(text))));
    all
}

/// What must not be anywhere: the part of a dress that no neighbour has a hand in.
fn kernel(dress: &str) -> &str {
    let length = dress.chars().count();
    let skip = if length > 16 { 6 } else { 0 };
    let from = dress.char_indices().nth(skip).map_or(0, |(at, _)| at);
    let to = dress.char_indices().nth(length - skip).map_or(dress.len(), |(at, _)| at);
    &dress[from..to]
}

/// Looks through streams and files, as they are and with the escapes of JSON taken away.
#[track_caller]
fn hides(name: &str, dress: &str, texts: &[(String, String)]) {
    let without_separators =
        |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"│╰─╭×".contains(*c)).collect::<String>();
    let needle = without_separators(kernel(dress)).to_lowercase();
    for (place, text) in texts {
        let text = text.to_lowercase();
        for shown in [text.clone(), text.replace("\\\\", "\\").replace("\\\"", "\"")] {
            let at = without_separators(&shown).find(&needle);
            assert!(at.is_none(), "{name}: {dress} is in {place}: {text}");
        }
    }
}

fn answers(dress: &str) -> Vec<Vec<Step>> {
    let create = || on("POST /api/flows");
    let said = format!("you said {dress} to me");
    let errors =
        json!([{ "code": dress, "message": said, "node": dress, "path": dress, "more": dress }, said]);
    let mut failed = job("job-1", "failed");
    (failed["message"], failed["errors"], failed["extra"]) = (json!(said), errors.clone(), json!(dress));
    vec![
        vec![token(), create().answers(422, json!({ "message": said, "errors": errors, dress: dress }))],
        vec![token(), create().answers(418, &*said)],
        vec![token(), create().answers(200, format!("<p>{said}</p>"))],
        vec![token(), create().answers(201, failed)],
        vec![
            token(),
            create()
                .answers(302, "")
                .header("Location", format!("https://x.example/{}?s={0}", percent(dress))),
        ],
    ]
}

#[test]
fn encoded_secrets_are_redacted() {
    let secrets = [SECRET, TOKEN, WEBHOOK_SECRET];
    let all: Vec<(String, String)> = secrets.iter().flat_map(|secret| dresses(secret)).collect();
    assert!(all.len() > 200, "{}", all.len());
    // Each dress meets one kind of answer and one form of output, and the next another one.
    let forms = ["", "-v --message-format json --format json", "-v --message-format sarif"];
    let cases = all.into_iter().enumerate().map(|(number, (name, dress))| {
        let steps = answers(&dress).swap_remove(number % 5);
        (name, dress, steps, forms[number % forms.len()])
    });
    let cases: Vec<_> = cases.collect();
    for some in cases.chunks(16) {
        side_by_side(some.to_vec(), |(name, dress, steps, form)| {
            let platform = Platform::script(steps);
            let folder = Folder::for_platform(&platform).with_webhook();
            let run =
                folder.submit(&format!("{form} --timeout 4s --audit audit.jsonl --metrics metrics.json"));
            assert_eq!(run.status, Some(3), "{name}: {run:#?}");
            let mut texts = vec![("out".to_owned(), run.out), ("err".to_owned(), run.err)];
            for entry in std::fs::read_dir(folder.path("")).unwrap() {
                let path = entry.unwrap().path();
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
            hides(&name, &dress, &texts);
        });
    }
}

#[test]
fn a_malformed_token_is_never_quoted() {
    const GRANTED: &str = "tok-hush-never-seen-4711";
    let json = json!({ "access_token": GRANTED, "token_type": "Bearer" }).to_string();
    let cases: Vec<(String, &str)> = vec![
        (format!("access_token={GRANTED}&token_type=bearer"), "application/x-www-form-urlencoded"),
        (format!("<token>{GRANTED}</token>"), "application/xml"),
        (format!("callback({json});"), "application/javascript"),
        (format!(")]}}',\n{json}"), "application/json"),
        (format!("{json}{json}"), "application/json"),
        (format!("\"{GRANTED}\""), "application/json"),
        (GRANTED.to_owned(), "text/plain"),
        (json!({ "token": GRANTED }).to_string(), "application/json"),
        (json!({ "data": { "access_token": GRANTED } }).to_string(), "application/json"),
        (json!({ "access_token": [GRANTED] }).to_string(), "application/json"),
        (json!({ "access_token": format!("{GRANTED} and more") }).to_string(), "application/json"),
        (format!("--b\r\n\r\n{GRANTED}\r\n--b--"), "multipart/form-data; boundary=b"),
        (json.replace('"', "'"), "application/json"),
        (BASE64_STANDARD.encode(&json), "text/plain"),
    ];
    side_by_side(cases, |(body, kind)| {
        for form in ["-v", "-v --message-format json --format json"] {
            let step = on("POST /api/oauth2/token").answers(200, &*body).header("Content-Type", kind);
            let platform = Platform::script([step.for_ever()]);
            let folder = Folder::for_platform(&platform);
            // Each run is looked through for what begins with `tok-hush`.
            let run = folder.submit(&format!("{form} --timeout 4s --audit audit.jsonl")).exits(3);
            let text = format!("{}{}{}", run.out, run.err, folder.read("audit.jsonl"));
            assert!(text.contains("CX908") && text.contains("not shown"), "{text}");
            for piece in [GRANTED, &BASE64_STANDARD.encode(&json)[..30]] {
                assert!(!text.contains(piece), "{text}");
            }
        }
    });
    // A byte-order mark is no reason not to understand it.
    let platform = Platform::script([
        on("POST /api/oauth2/token").answers(200, format!("\u{feff}{json}")),
        crate::harness::all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_redirect_of_the_token_does_not_show_what_it_carries() {
    let to = "https://sso.example.com/done#access_token=tok-hush-fragment&state=hush-state";
    let platform = Platform::script([on("POST /api/oauth2/token").answers(302, "").header("Location", to)]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX908")
        .message_has("redirects to https://sso.example.com/done (302)");
}

#[test]
fn a_refusal_with_status_200_is_one_at_once() {
    let refusal = json!({ "error": "invalid_client", "error_description": "the client is not known" });
    let cases: Vec<Step> = vec![
        on("POST /api/oauth2/token").answers(200, refusal.clone()),
        on("POST /api/oauth2/token").answers(200, format!("\u{feff}{refusal}")),
        on("POST /api/oauth2/token")
            .answers(200, "error=invalid_client&error_description=the+client+is+not+known"),
        on("POST /api/oauth2/token").answers(201, refusal),
    ];
    side_by_side(cases, |step| {
        let platform = Platform::script([step]);
        Folder::for_platform(&platform)
            .submit("")
            .fails("CX901")
            .message_has("the client is not known (invalid_client)");
    });
}

/// Gateways and debug pages repeat what others sent them.
#[test]
fn credentials_of_others_are_covered_where_they_stand() {
    const OTHERS: &str = "0thers-hush-4711";
    let texts = [
        format!("<p>upstream https://gateway:{OTHERS}@inner.example/api failed</p>"),
        format!("GET /cb?code=1&access_token={OTHERS}&state=2 HTTP/1.1"),
        format!("Authorization: Bearer {OTHERS}"),
        format!("proxy-authorization: Basic {OTHERS}=="),
        format!("curl -H 'Authorization: Bearer {OTHERS}' -d password={OTHERS}"),
        format!("grant_type=client_credentials&client_secret={OTHERS}"),
        json!({ "request": { "headers": { "Cookie": OTHERS, "X-Api-Key": OTHERS } } }).to_string(),
        json!({ "message": "no", "debug": { "access_token": OTHERS, "refresh_token": OTHERS } }).to_string(),
        json!({ "message": format!("cannot reach redis://:{OTHERS}@10.0.0.1:6379/0") }).to_string(),
        json!({ "message": format!("upstream said {{\"id_token\": \"{OTHERS}\"}}") }).to_string(),
    ];
    let cases = texts.into_iter().flat_map(|text| [(text.clone(), 500), (text.clone(), 422), (text, 200)]);
    side_by_side(cases, |(text, status)| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(status, &*text).times(if status == 500 { 5 } else { 1 }),
        ]);
        let folder = Folder::for_platform(&platform);
        // Each run is looked through for `hush`.
        folder.submit("-v --audit audit.jsonl --format json").exits(3);
        let platform = Platform::script([token(), on("GET /api/jobs/job-1").answers(418, &*text)]);
        Folder::for_platform(&platform).run("job job-1 -v").exits(3);
    });
    let to = format!("https://gateway:{OTHERS}@sso.example.com/login");
    for line in ["POST /api/flows", "POST /api/oauth2/token"] {
        let steps = [token(), on(line).answers(307, "").header("Location", &*to)];
        let platform = Platform::script(steps.into_iter().skip(usize::from(line.ends_with("token"))));
        Folder::for_platform(&platform).submit("").fails("CX908").message_has("@sso.example.com/login (307)");
    }
}

/// Not only its own client's: a page may show all that the process was given.
#[test]
fn every_secret_of_the_process_is_covered() {
    for (name, value) in [
        ("CXONE_STAGE_CLIENT_SECRET", "stage-hush-1"),
        ("CXONE_SERVICE_TOKEN", "stage-hush-2"),
        ("HTTPS_PROXY", "http://dana:pr%2Bhush%40@proxy.example:1"),
    ] {
        let said = value.rsplit_once('@').map_or(value, |(user, _)| user.rsplit(':').next().unwrap());
        let plain = said.replace("%2B", "+").replace("%40", "@");
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(418, format!("you are {plain}, {said}")),
        ]);
        let folder = Folder::for_platform(&platform).with_variable(name, value);
        folder.submit("-v --audit audit.jsonl --format json").exits(3);
    }
}
