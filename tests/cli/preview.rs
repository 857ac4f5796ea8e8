//! `preview`, over real connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::harness::Folder;
use crate::live::{LIMIT, Live};

const FLOW: &str = "flow \"Spring\"\nentry start\ndisclosure start {\n  say \"Good morning.\"\n  -> bye\n}\ndisconnect bye\n";

struct Preview {
    live: Live,
    port: u16,
    token: String,
}

impl Preview {
    #[track_caller]
    fn of(folder: &Folder) -> Self {
        Self::started(Live::start(folder, "preview a.cxflow"))
    }

    #[track_caller]
    fn started(mut live: Live) -> Self {
        let printed = live.prints("http://");
        let address = printed.lines().find_map(|line| line.strip_prefix("http://127.0.0.1:")).unwrap();
        let (port, token) = address.split_once('/').unwrap();
        let token = token.strip_suffix('/').unwrap();
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        Self { live, port: port.parse().unwrap(), token: token.to_owned() }
    }

    /// Sends a request, and gives what comes back.
    fn asks(&self, method: &str, path: &str, host: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
        stream
    }

    fn answers(&self, method: &str, path: &str, host: &str) -> String {
        let mut answer = String::new();
        self.asks(method, path, host).read_to_string(&mut answer).unwrap();
        answer
    }

    fn gets(&self, page: &str) -> String {
        self.answers("GET", &format!("/{}/{page}", self.token), &format!("127.0.0.1:{}", self.port))
    }

    /// Opens the stream of events, as a tab does.
    fn events(&self) -> Events {
        let path = format!("/{}/events", self.token);
        Events(BufReader::new(self.asks("GET", &path, &format!("127.0.0.1:{}", self.port))))
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// Waits for the event of a change.
    fn next(&mut self) -> String {
        let mut line = String::new();
        while !line.starts_with("data: ") {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream has ended");
        }
        line.trim().to_owned()
    }
}

#[test]
fn the_page_frames_the_report_and_says_where_nodes_are_written() {
    let folder = Folder::of(FLOW);
    let preview = Preview::of(&folder);
    let page = preview.gets("");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<iframe"), "{page}");
    let report = preview.gets("report");
    assert!(report.contains("Report on Spring") && report.contains("Good morning."), "{report}");
    let state = preview.gets("state");
    let (_, state) = state.split_once("\r\n\r\n").unwrap();
    let state: serde_json::Value = serde_json::from_str(state).unwrap();
    assert_eq!(state["problem"], serde_json::Value::Null);
    let node = &state["nodes"]["node-start"];
    assert_eq!((&node["file"], &node["line"]), (&"a.cxflow".into(), &3.into()));
    assert_eq!(node["source"][1], "  say \"Good morning.\"");
}

#[test]
fn every_answer_keeps_to_itself() {
    let folder = Folder::of(FLOW);
    let preview = Preview::of(&folder);
    for page in ["", "report", "state", "other"] {
        let answer = preview.gets(page).to_lowercase();
        for header in [
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "content-security-policy: ",
        ] {
            assert!(answer.contains(header), "{page}: {header}: {answer}");
        }
        assert!(!answer.contains("access-control-allow"), "{answer}");
    }
    let page = preview.gets("");
    assert!(page.contains("default-src 'none'") && page.contains("frame-ancestors 'none'"), "{page}");
    assert!(!page.contains("unsafe-inline"), "{page}");
}

#[test]
fn without_the_token_or_under_another_name_there_is_nothing() {
    let folder = Folder::of(FLOW);
    let preview = Preview::of(&folder);
    let (here, token) = (format!("127.0.0.1:{}", preview.port), &preview.token);
    let status = |method: &str, path: &str, host: &str| preview.answers(method, path, host)[9..12].to_owned();
    assert_eq!(status("GET", &format!("/{token}/"), &here), "200");
    assert_eq!(status("GET", &format!("/{token}/"), &format!("localhost:{}", preview.port)), "200");
    for path in ["/", "/report", "/00000000000000000000000000000000/", &format!("/{token}/../x")] {
        assert_eq!(status("GET", path, &here), "404", "{path}");
    }
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80"] {
        assert_eq!(status("GET", &format!("/{token}/"), host), "421", "{host}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(status(method, &format!("/{token}/report"), &here), "405", "{method}");
    }
}

#[test]
fn every_tab_hears_of_a_save_and_a_broken_or_missing_file_is_said() {
    let folder = Folder::of(FLOW);
    let preview = Preview::of(&folder);
    let mut tabs = [preview.events(), preview.events()];
    assert!(tabs.iter_mut().all(|tab| tab.next() == "data: 0"));
    folder.write("a.cxflow", FLOW.replace("morning", "evening"));
    assert!(tabs.iter_mut().all(|tab| tab.next() == "data: 1"));
    assert!(preview.gets("report").contains("Good evening."));
    // A flow with errors is shown as far as it goes.
    folder.write("a.cxflow", FLOW.replace("-> bye", "-> nowhere"));
    assert!(tabs.iter_mut().all(|tab| tab.next() == "data: 2"));
    assert!(preview.gets("report").contains("nowhere"));
    // The last report stays while there is none.
    std::fs::remove_file(folder.path("a.cxflow")).unwrap();
    assert!(tabs.iter_mut().all(|tab| tab.next() == "data: 3"));
    assert!(preview.gets("state").contains("cannot read a.cxflow"));
    assert!(preview.gets("report").contains("nowhere"));
    folder.write("a.cxflow", FLOW);
    assert!(tabs.iter_mut().all(|tab| tab.next() == "data: 4"));
    assert!(preview.gets("state").contains("\"problem\":null"));
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let folder = Folder::of(FLOW).committed();
    folder.run("preview -").exits(2).message_has("standard input can be read only once");
    folder.run("preview v1:a.cxflow").exits(2).message_has("does not change");
    folder.run("preview b.cxflow").exits(2).err_has("cannot read b.cxflow");
    let other = Preview::of(&folder);
    folder.run(&format!("preview a.cxflow --port {}", other.port)).exits(2).err_has("is taken");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_even_while_tabs_are_open() {
    let folder = Folder::of(FLOW);
    let mut preview = Preview::of(&folder);
    let mut tab = preview.events();
    tab.next();
    if crate::harness::is_ignored(2) {
        return;
    }
    preview.live.signal("-INT");
    assert_eq!(preview.live.ends().code(), Some(130));
}

#[test]
fn no_answer_shows_a_secret_and_the_reports_script_stays_whole() {
    let folder = Folder::of(&FLOW.replace("Good morning", "The getBoundingClientRect of surprise"));
    let script =
        |report: &str| report.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0.to_owned();
    let open = Preview::of(&folder).gets("report");
    assert!(open.contains("The getBoundingClientRect of") && script(&open).contains("getBoundingClientRect"));
    let secret = folder.command("preview a.cxflow").env("CXONE_CLIENT_SECRET", "getBoundingClientRect");
    let preview = Preview::started(Live::of(secret, usize::MAX));
    let (report, state) = (preview.gets("report"), preview.gets("state"));
    assert!(report.contains("The *") && !report.contains("The getBoundingClientRect"), "{report}");
    assert!(state.contains("The *") && !state.contains("getBoundingClientRect"), "{state}");
    assert_eq!(script(&report), script(&open));
}
