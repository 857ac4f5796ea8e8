//! A relay between the command and a platform, which lets connections through or does not.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of a connection that is not let through.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// It is taken, and nothing is said.
    Hold,
    /// It is closed at once.
    Close,
    /// It is reset at once.
    Reset,
    /// It gets these bytes once the other side has spoken, and is closed.
    Say(&'static [u8]),
}

/// Lets a number of connections through to a platform, and bars the others.
pub struct Relay {
    address: SocketAddr,
    /// How many more are let through.
    left: Arc<AtomicUsize>,
    /// What was said to it before it let anything through.
    heads: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// A relay to an address: `127.0.0.1:8080`.
    pub fn before(platform: &str, lets_through: usize, bar: Bar) -> Self {
        Self::start(platform, lets_through, bar, None)
    }

    /// A proxy that tunnels to an address, whatever host it is asked for. With `wants`, only for who says
    /// so in `Proxy-Authorization`.
    pub fn proxy(platform: &str, lets_through: usize, bar: Bar, wants: Option<&str>) -> Self {
        Self::start(platform, lets_through, bar, Some(wants.map(str::to_owned)))
    }

    fn start(platform: &str, lets_through: usize, bar: Bar, proxy: Option<Option<String>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let left = Arc::new(AtomicUsize::new(lets_through));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let relay = Self { address, left: Arc::clone(&left), heads: Arc::clone(&heads) };
        let platform = platform.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let (platform, left, heads) = (platform.clone(), Arc::clone(&left), Arc::clone(&heads));
                let proxy = proxy.clone();
                std::thread::spawn(move || {
                    let take = |left: usize| left.checked_sub(1);
                    if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err() {
                        return bar.apply(stream);
                    }
                    if let Some(wants) = proxy {
                        let head = head(&mut stream);
                        let may = wants.is_none_or(|wants| {
                            head.lines().any(|line| line == format!("proxy-authorization: {wants}"))
                        });
                        heads.lock().unwrap().push(head);
                        let answer: &[u8] = match may {
                            true => b"HTTP/1.1 200 Connection established\r\n\r\n",
                            false => {
                                b"HTTP/1.1 407 Proxy Authentication Required\r\n\
                                Proxy-Authenticate: Basic realm=\"office\"\r\nContent-Length: 0\r\n\r\n"
                            }
                        };
                        let _ = stream.write_all(answer);
                        if !may {
                            return;
                        }
                    }
                    let other = TcpStream::connect(&platform).unwrap();
                    let (mut from, mut to) = (stream.try_clone().unwrap(), other.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Write);
                    });
                    let (mut from, mut to) = (other, stream);
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        });
        relay
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets everything through from now on.
    pub fn opens(&self) {
        self.left.store(usize::MAX, Ordering::SeqCst);
    }

    /// What was asked of the proxy.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Bar {
    fn apply(self, mut stream: TcpStream) {
        match self {
            Self::Hold => while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {},
            Self::Close => {}
            Self::Reset => socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap(),
            Self::Say(bytes) => {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(bytes);
            }
        }
    }
}

/// The head of a request, its names in small letters.
fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|length| length == 1) {
        bytes.push(byte[0]);
    }
    let text = String::from_utf8(bytes).unwrap();
    let line = |line: &str| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
