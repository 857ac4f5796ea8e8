//! A connection that is never made after the token was received: no part of the payload was sent.
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::certificates::Authority;
use crate::harness::{Platform, Step, all_well, token};
use crate::relay::{Bar, Relay};
use crate::support::{Folder, Run, side_by_side};

/// A token whose connection is not used again.
fn last_token() -> Step {
    token().header("Connection", "close")
}

/// That nothing is noted as sent, that nothing has come, and that the next run sends it once.
#[track_caller]
fn was_not_sent(folder: &Folder, platform: &Platform, run: Run) {
    let run = run.fails("CX907").lacks("Idempotency-Key").lacks("send-again");
    assert_eq!(platform.requests_of("POST /api/flows").len(), 0, "{run:#?}");
    assert!(!folder.read("cxflow.lock").contains("pending"), "{run:#?}\n{}", folder.read("cxflow.lock"));
    folder.run("status a.cxflow").exits(1).out_has("never submitted");
}

#[track_caller]
fn is_sent_once(folder: &Folder, platform: &Platform) {
    folder.submit("").exits(0).out_has("in place as flow-1");
    assert_eq!(platform.requests_of("POST /api/flows").len(), 1);
}

#[test]
fn a_tls_connection_that_is_never_agreed_on() {
    let bars = [
        Bar::Hold,
        Bar::Close,
        Bar::Reset,
        Bar::Say(b""),
        Bar::Say(b"HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{\"id\":\"job-9\"}"),
        // Alerts: the name is not known here, and an inner trouble of the other side.
        Bar::Say(b"\x15\x03\x03\x00\x02\x02\x70"),
        Bar::Say(b"\x15\x03\x03\x00\x02\x02\x50"),
        // A handshake message of which only the beginning comes.
        Bar::Say(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"),
    ];
    side_by_side(bars, |bar| {
        let authority = Authority::new("Example");
        let tls = authority.certifies("localhost", |_| ());
        let platform = Platform::encrypted(tls, [last_token(), last_token(), all_well()]);
        let relay = Relay::before(&platform.address(), 1, bar);
        let folder = authority
            .trusted_at(&platform)
            .with_variable("CXONE_BASE_URL", &format!("https://localhost:{}", relay.port()));
        was_not_sent(&folder, &platform, folder.submit("--timeout 4s"));
        relay.opens();
        is_sent_once(&folder, &platform);
    });
}

#[test]
fn a_proxy_that_does_not_go_on_the_second_time() {
    let bars = [
        Bar::Hold,
        Bar::Close,
        Bar::Reset,
        Bar::Say(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        Bar::Say(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        Bar::Say(b"HTTP/1.1 200 OK\r\n"),
        Bar::Say(b"220 mail.example.com ESMTP\r\n"),
    ];
    side_by_side(bars, |bar| {
        let authority = Authority::new("Example");
        let tls = authority.certifies("api.example.com", |_| ());
        let platform = Platform::encrypted(tls, [last_token(), last_token(), all_well()]);
        let proxy = Relay::proxy(&platform.address(), 1, bar, None);
        let folder = authority
            .trusted_at(&platform)
            .with_variable("CXONE_BASE_URL", "https://api.example.com")
            .with_variable("HTTPS_PROXY", &format!("http://127.0.0.1:{}", proxy.port()));
        was_not_sent(&folder, &platform, folder.submit("--timeout 4s"));
        proxy.opens();
        is_sent_once(&folder, &platform);
    });
}

/// A platform that answers one token, and takes no connection after it until it is let.
struct Full {
    platform: Platform,
    /// Connections that wait to be taken, so that there is room for no more.
    waiting: Vec<socket2::Socket>,
    listener: socket2::Socket,
}

impl Full {
    fn new() -> Self {
        let platform = Platform::script([last_token(), last_token(), all_well()]);
        let listener = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        listener.listen(1).unwrap();
        Self { platform, waiting: Vec::new(), listener }
    }

    fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap().as_socket().unwrap())
    }

    fn carries(stream: socket2::Socket, platform: &str) {
        let from = TcpStream::from(stream);
        let to = TcpStream::connect(platform).unwrap();
        let (mut up, mut up_to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut up, &mut up_to));
        std::thread::spawn(move || {
            let (mut down, mut down_to) = (to, from);
            let _ = std::io::copy(&mut down, &mut down_to);
            let _ = down_to.shutdown(std::net::Shutdown::Both);
        });
    }

    /// Takes one connection, and lets no other in from then on.
    fn takes_one(&mut self) {
        let (first, _) = self.listener.accept().unwrap();
        let address = self.listener.local_addr().unwrap();
        loop {
            let one = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            match one.connect_timeout(&address, Duration::from_millis(200)) {
                Ok(()) => self.waiting.push(one),
                Err(_) => break,
            }
        }
        Self::carries(first, &self.platform.address());
    }

    fn opens(&mut self) {
        self.waiting.clear();
        let listener = self.listener.try_clone().unwrap();
        let platform = self.platform.address();
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                // Those that waited are closed by now, and say nothing to the platform.
                Self::carries(stream, &platform);
            }
        });
    }
}

#[test]
fn a_platform_that_takes_no_more_connections() {
    // Within less time than a connection may take, and within more.
    side_by_side([2, 12], |seconds| {
        let mut full = Full::new();
        let folder = Folder::for_url(&full.url());
        let running = folder.start(&format!("submit a.cxflow --timeout {seconds}s"));
        full.takes_one();
        let run = running.ends().message_has("could not be connected to within");
        was_not_sent(&folder, &full.platform, run);
        full.opens();
        is_sent_once(&folder, &full.platform);
    });
}

#[test]
fn ctrl_c_while_no_connection_is_made_says_that_nothing_was_sent() {
    let authority = Authority::new("Example");
    let tls = authority.certifies("localhost", |_| ());
    let platform = Platform::encrypted(tls, [last_token(), last_token(), all_well()]);
    let relay = Relay::before(&platform.address(), 1, Bar::Close);
    let folder = authority
        .trusted_at(&platform)
        .with_variable("CXONE_BASE_URL", &format!("https://localhost:{}", relay.port()));
    let running = folder.start("submit a.cxflow -v");
    platform.awaits("POST /api/oauth2/token");
    // In a wait between two tries, as it is most of the time.
    std::thread::sleep(Duration::from_secs(2));
    running.interrupt();
    running.ends().exits(130).out_has("interrupted before anything was sent");
    assert!(!folder.read("cxflow.lock").contains("pending"));
    assert_eq!(platform.requests_of("POST /api/flows").len(), 0);
    relay.opens();
    is_sent_once(&folder, &platform);
}
