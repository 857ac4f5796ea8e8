//! Tells Zed how the language server is started: `cxflowc lsp`, from the PATH or from where the
//! settings say.

use zed_extension_api::{self as zed, LanguageServerId, Result, settings::LspSettings};

struct Cxflow;

impl zed::Extension for Cxflow {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree)?.binary;
        let (path, arguments) = settings.map_or((None, None), |binary| (binary.path, binary.arguments));
        let command = path.or_else(|| worktree.which("cxflowc")).ok_or(
            "there is no program cxflowc on the PATH: install it, or write its path into `lsp.cxflowc.binary.path`",
        )?;
        let args = arguments.unwrap_or_else(|| vec!["lsp".to_owned()]);
        Ok(zed::Command { command, args, env: worktree.shell_env() })
    }
}

zed::register_extension!(Cxflow);
