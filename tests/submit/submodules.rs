//! The guard `clean` and a submodule: not checked out, checked out elsewhere, changed.

use std::path::{Path, PathBuf};

use super::support::*;

/// A flow that includes a file of the submodule `parts`.
const WITH_PART: &str = "include \"parts/queues.cxflow\"\n";
const PART: &str = "let desk = \"sales_queue\"\n";

/// A repository with a submodule, and what it is cloned from.
struct Superproject {
    origin: Folder,
    _parts: Folder,
    clone: Folder,
}

impl Superproject {
    /// A clone whose submodule is not checked out.
    fn cloned(platform: &Platform, flow: &str) -> Self {
        let settings = format!(
            "[env.prod]\nbase_url = \"{}\"\naudit = \"audit/prod.jsonl\"\nrequire = [\"clean\"]\n",
            platform.base_url()
        );
        let parts = Folder::new().with("queues.cxflow", PART).committed();
        parts.write("queues.cxflow", format!("{PART}// later\n"));
        parts.git(&["commit", "--quiet", "--all", "-m", "later"]);
        let origin = Folder::of(flow).with("cxflow.toml", settings).with("audit/.gitkeep", "").committed();
        let url = parts.root().display().to_string();
        origin.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "parts"]);
        origin.git(&["commit", "--quiet", "-m", "parts"]);
        let clone = Folder::new();
        clone.git(&["clone", "--quiet", &origin.root().display().to_string(), "c"]);
        Self { origin, _parts: parts, clone }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.clone.path("c").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        self.clone.write(Path::new("c").join(name).to_str().unwrap(), text);
    }

    fn git(&self, arguments: &[&str]) {
        self.clone.git(&[&["-C", "c"], arguments].concat());
    }

    fn check_out_parts(&self) {
        self.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init"]);
    }

    fn submit(&self, platform: &Platform) -> Run {
        let arguments = "submit --env prod --force a.cxflow --allow unused --message-format short";
        platform.credentials_only(&self.clone, arguments).folder(&self.path("")).run()
    }

    /// That the guard is not met, and nothing was sent.
    #[track_caller]
    fn refuses(&self, platform: &Platform, said: &str) {
        platform.new_requests();
        self.submit(platform).exits(1).err_has("error[CX909 guard]: `clean` is required: ").err_has(said);
        assert!(platform.new_requests().is_empty());
    }
}

#[test]
fn a_submodule_that_is_not_checked_out_is_no_change() {
    let platform = Platform::start();
    let project = Superproject::cloned(&platform, CLEAN);
    assert!(project.path("parts").is_dir() && !project.path("parts/queues.cxflow").exists());
    project.submit(&platform).exits(0);
    std::fs::remove_dir(project.path("parts")).unwrap();
    project.refuses(&platform, "`parts` is not committed");
    drop(project.origin);
}

#[test]
fn a_file_in_the_place_of_a_submodule_that_is_not_checked_out_is_of_no_commit() {
    let platform = Platform::start();
    let project = Superproject::cloned(&platform, &format!("{WITH_PART}{CLEAN}"));
    project.submit(&platform).exits(1).err_has("CX111");
    // Git lists nothing that lies in a submodule's place.
    project.write("parts/queues.cxflow", PART);
    project.refuses(
        &platform,
        "`parts/queues.cxflow` is in the folder of the submodule `parts`, which is not checked out",
    );
    std::fs::remove_file(project.path("parts/queues.cxflow")).unwrap();
    project.check_out_parts();
    project.submit(&platform).exits(0);
}

#[test]
fn a_submodule_with_another_commit_or_with_changes_is_named() {
    let platform = Platform::start();
    let project = Superproject::cloned(&platform, &format!("{WITH_PART}{CLEAN}"));
    project.check_out_parts();
    project.submit(&platform).exits(0);
    project.git(&["-C", "parts", "checkout", "--quiet", "HEAD~1"]);
    project.refuses(&platform, "`parts` is not committed");
    project.git(&["-C", "parts", "checkout", "--quiet", "-"]);
    project.submit(&platform).exits(0);
    project.write("parts/queues.cxflow", &format!("{PART}// edited\n"));
    project.write("parts/new.cxflow", PART);
    project.refuses(&platform, "`parts/new.cxflow` and `parts/queues.cxflow` are not committed");
    project.git(&["-C", "parts", "add", "."]);
    project.git(&["-C", "parts", "commit", "--quiet", "-m", "edited"]);
    project.refuses(&platform, "`parts` is not committed");
    project.git(&["commit", "--quiet", "--all", "-m", "newer parts"]);
    project.submit(&platform).exits(0);
}
