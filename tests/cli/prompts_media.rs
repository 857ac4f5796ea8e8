//! `prompts --check-media`: what recordings are, over real sockets and as files.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use crate::harness::{Folder, mu_law};

/// An answer with a body.
fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Serves recordings by the request's path until the test ends. `None` never answers.
fn serve(answers: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers = std::sync::Arc::new(answers);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answers = std::sync::Arc::clone(&answers);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default();
                let Some(bytes) = answers(path) else { return std::thread::sleep(Duration::from_secs(20)) };
                let _ = stream.write_all(&bytes);
                if path == "/endless" {
                    while stream.write_all(&[0; 65536]).is_ok() {}
                }
            });
        }
    });
    address
}

/// A flow that plays one recording for a second.
fn playing(media: &str) -> Folder {
    Folder::of(&format!(
        "flow \"A\"\nentry a\ndisclosure a {{ play \"{media}\" lasts 1s }}\ndisconnect bye\na -> bye\n"
    ))
}

#[test]
fn each_way_in_which_a_recording_fails_has_its_line() {
    let server = serve(|path| {
        let right = mu_law(1000);
        Some(match path {
            "/right" => answer("200 OK", &right),
            "/short" => answer("200 OK", &mu_law(500)),
            "/cut" => answer("200 OK", &right[..right.len() / 2]),
            "/page" => answer("200 OK", b"<!DOCTYPE html><p>Not here</p>"),
            "/gone" => answer("404 Gone fishing", b""),
            "/moved" => answer("302 Found\r\nLocation: /right", b""),
            "/away" => answer("302 Found\r\nLocation: http://192.0.2.1/a.wav", b""),
            "/round" => answer("302 Found\r\nLocation: /round", b""),
            "/broken" => [&b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"[..], b"RIFF"].concat(),
            "/endless" => b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
            _ => return None,
        })
    });
    for (path, fault) in [
        ("short", "lasts 0.5 s, and `lasts` says 1.0 s"),
        ("cut", "is cut off: its header says 1.0 s, it has 0.5 s"),
        ("page", "is an HTML page, not a WAV file"),
        ("gone", "answers 404 Not Found\n"),
        ("away", "leads to \"http://192.0.2.1/a.wav\", without encryption"),
        ("round", "redirects more than 5 times"),
        ("broken", "broke off after 4 bytes"),
        ("endless", "has more than 32 MiB"),
        ("silent", "did not come within 5 s"),
    ] {
        let folder = playing(&format!("{server}/{path}"));
        let run = folder.run("prompts a.cxflow --check-media --timeout 5s").exits(1);
        run.out_has(&format!("a.cxflow:3: a: \"{server}/{path}\" "))
            .out_has(fault)
            .err_has("1 recording, 1 wrong");
    }
    for path in ["right", "moved"] {
        let run = playing(&format!("{server}/{path}")).run("prompts a.cxflow --check-media").exits(0);
        run.out_is("").err_has("1 recording, 0 wrong");
    }
    let json = playing(&format!("{server}/short")).run("prompts a.cxflow --check-media --format json");
    let one = &json.exits(1).json()["media"][0];
    assert_eq!(
        (&one["status"], &one["milliseconds"], &one["lasts"]),
        (&200.into(), &500.into(), &1000.into())
    );
    assert_eq!(one["format"], "WAV, µ-law, 8 kHz, 8 bit, mono");
}

#[test]
fn a_file_beside_the_flow_is_checked_too() {
    let folder = playing("a.wav").with("a.wav", mu_law(1000));
    folder.run("prompts a.cxflow --check-media").exits(1).out_is("");
    folder.write("a.wav", mu_law(2000));
    folder.run("prompts a.cxflow --check-media").out_has("\"a.wav\" lasts 2.0 s, and `lasts` says 1.0 s");
}

#[test]
fn the_settings_say_which_formats_the_platform_takes() {
    let server = serve(|_| Some(answer("200 OK", &mu_law(1000))));
    let folder = playing(&format!("{server}/a.wav"));
    let check = || folder.run("prompts a.cxflow --check-media");
    folder.write("cxflow.toml", "[platform]\nwav_formats = [\"pcm 8000 16 mono\", \"mulaw 8000 8 mono\"]\n");
    check().exits(0).out_is("").err_has("1 recording, 0 wrong");
    folder.write("cxflow.toml", "[platform]\nwav_formats = [\"pcm 8000 16 mono\"]\n");
    check().exits(1).out_has(
        "/a.wav\" is WAV, µ-law, 8 kHz, 8 bit, mono; the platform takes WAV, PCM, 8 kHz, 16 bit, mono\n",
    );
    folder.write("cxflow.toml", "[platform]\nwav_formats = [\"mp3\"]\n");
    check()
        .exits(1)
        .err_has("`platform.wav_formats` has `mp3`, which is no format of recordings")
        .err_has("as in `\"mulaw 8000 8 mono\"`")
        .err_has("encodings are `pcm`, `float`, `alaw` and `mulaw`");
}

#[test]
fn an_address_that_the_platform_completes_is_not_checked() {
    let folder = Folder::of(
        "flow \"A\"\nentry a\ncontact file lasts 1s\n\
         disclosure a { play \"https://cdn.example.com/${file}.wav\" lasts 1s }\ndisconnect bye\na -> bye\n",
    );
    folder.run("prompts a.cxflow --check-media").exits(0).out_is("").err_has("1 not checked");
    folder.run("prompts a.cxflow --check-media --format csv").exits(2).err_has("--format text or json");
}
