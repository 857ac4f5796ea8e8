//! Somebody's folder with a flow in it and the variables for a platform. Every run there is watched: it ends in time,
//! and neither what it prints nor what it leaves behind has a secret or moves a terminal's cursor.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};

pub use crate::harness::{CLEAN, Folder, Run, Running};
use crate::harness::{Platform, Watch};

pub const CLIENT: &str = "client-1";
/// In each secret here there is `hush`, and in nothing else.
pub const SECRET: &str = "hush/4711+x=&\"quiet\"";
pub const WEBHOOK_SECRET: &str = "hook-hush+/4711";

/// What follows `Basic` in the header that asks for a token.
pub fn basic() -> String {
    let secret: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    BASE64_STANDARD.encode(format!("{CLIENT}:{secret}"))
}

/// How long any run may take.
const PATIENCE: Duration = Duration::from_secs(55);

/// Cases that have nothing to do with each other, all at once: most of their time they wait.
pub fn side_by_side<T: Send>(cases: impl IntoIterator<Item = T>, test: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        let test = &test;
        let running: Vec<_> = cases.into_iter().map(|case| scope.spawn(move || test(case))).collect();
        for one in running {
            if let Err(panic) = one.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

impl Folder {
    /// A folder with [`CLEAN`] as `a.cxflow`, and the variables for this platform.
    pub fn for_platform(platform: &Platform) -> Self {
        Self::for_url(platform.url())
    }

    /// The same for a platform at this address.
    pub fn for_url(url: &str) -> Self {
        let secrets = vec!["hush".to_owned(), basic()];
        Self::of(CLEAN)
            .watched(Watch { time: PATIENCE, secrets })
            .with_variable("CXONE_BASE_URL", url)
            .with_variable("CXONE_CLIENT_ID", CLIENT)
            .with_variable("CXONE_CLIENT_SECRET", SECRET)
    }

    /// With a webhook that is to be registered.
    pub fn with_webhook(self) -> Self {
        self.with_variable("CXONE_WEBHOOK_URL", "https://hooks.example.com/cxone")
            .with_variable("CXONE_WEBHOOK_SECRET", WEBHOOK_SECRET)
    }

    /// `cxflowc submit a.cxflow` with what else there is to say.
    #[track_caller]
    pub fn submit(&self, arguments: &str) -> Run {
        self.run(&format!("submit a.cxflow {arguments}"))
    }

    /// Starts a command, its arguments separated by spaces.
    pub fn start(&self, arguments: &str) -> Running {
        self.command(arguments).start()
    }

    /// Runs a command whose arguments may hold anything.
    #[track_caller]
    pub fn run_with(&self, arguments: &[&str]) -> Run {
        arguments.iter().fold(self.command(""), |command, argument| command.arg(argument)).run()
    }

    /// Gives a command as somebody does who copies it out of a message.
    #[cfg(unix)]
    #[track_caller]
    pub fn paste(&self, command: &str) -> Run {
        let folder = Path::new(env!("CARGO_BIN_EXE_cxflowc")).parent().unwrap().to_path_buf();
        let path = std::env::join_paths([folder, "/usr/bin".into(), "/bin".into()]).unwrap();
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(command).env("PATH", path);
        self.prepared(shell).run()
    }
}

impl Run {
    /// Exit status 3, and the code of the platform's problem.
    #[track_caller]
    pub fn fails(self, code: &str) -> Self {
        self.exits(3).message_has(&format!("[{code} ")).out_has(code)
    }

    /// The command that the run says picks its job up.
    #[cfg(unix)]
    #[track_caller]
    pub fn pick_up(&self) -> String {
        let text = format!("{} {}", self.message(), self.out);
        let at = text.find("`cxflowc job ").unwrap_or_else(|| panic!("no command: {self:#?}"));
        text[at + 1..].split('`').next().unwrap().to_owned()
    }
}
