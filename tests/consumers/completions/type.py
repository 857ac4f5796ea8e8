"""Types the beginning of commands into shells, presses the tabulator, and reads the words that the shell then has."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import pexpect

# What is typed, and the words that it becomes with one press of the key.
CASES = [
    ("cxflowc explain dead-e", ["explain", "dead-end"]),
    ("cxflowc policy show us_h", ["policy", "show", "us_hipaa_voicemail"]),
    ("cxflowc check --policy us_ts", ["check", "--policy", "us_tsr"]),
    ("cxflowc check --env pro", ["check", "--env", "prod"]),
    ("cxflowc check --env=pro", ["check", "--env=prod"]),
    ("cxflowc check --message-format=sa", ["check", "--message-format=sarif"]),
    ("cxflowc check --allow unu", ["check", "--allow", "unused"]),
    ("cxflowc simul", ["simulate"]),
    ("cxflowc check my\\ flows/spr", ["check", "my flows/spring call.cxflow"]),
    ("cxflowc check 'my flows/spr", ["check", "my flows/spring call.cxflow"]),
    ("cxflowc check \"my flows/spr", ["check", "my flows/spring call.cxflow"]),
]

SHELLS = {
    "bash": (["bash", "--norc", "-i"], "source <(cxflowc completions bash)", "printf '<%s>\\n' "),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -U compinit && compinit -u -D && source <(cxflowc completions zsh)",
        "printf '<%s>\\n' ",
    ),
}


def fish_words(folder, typed):
    """Fish says what a press of the key would make of a line; it draws its own line too lively to be read."""
    script = 'cxflowc completions fish | source; complete -C "$argv[1]"'
    said = subprocess.run(["fish", "--no-config", "-c", script, typed], cwd=folder, capture_output=True, text=True)
    answers = [line.split("\t")[0] for line in said.stdout.splitlines()]
    before = typed.split(" ")[1:-1] if "flows" not in typed else ["check"]
    return before + answers


def words(shell, folder, typed):
    """The words of the line after a press of the key, without the first."""
    command, load, printing = SHELLS[shell]
    home = tempfile.mkdtemp()
    environment = dict(os.environ, HOME=home, TERM="xterm", LC_ALL="C.UTF-8", PS1="$ ")
    environment.update({name: home for name in ["XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"]})
    child = pexpect.spawn(command[0], command[1:], cwd=folder, env=environment, dimensions=(40, 200), encoding="utf-8")
    try:
        child.send(load + "; echo rea''dy\r")
        child.expect("ready", timeout=30)
        drawn(child)
        child.send(typed)
        drawn(child)
        child.send("\t")
        drawn(child)
        # From the beginning of the line on: have the words printed, and not run.
        child.send("\x01" + printing)
        drawn(child)
        child.send("\r")
        text = drawn(child)
        text = re.sub(r"\x1b\[[0-9;?>=]*[A-Za-z]", "", text)
        found = re.findall(r"<([^<>%\r\n]+)>", text)
        return found[1:] if found[:1] == ["cxflowc"] else text[-200:]
    finally:
        child.close(force=True)
        shutil.rmtree(home, ignore_errors=True)


def drawn(child):
    """What the shell draws, once something has come and nothing more comes."""
    text = ""
    for patience in range(30):
        try:
            text += child.read_nonblocking(65536, timeout=0.25)
        except pexpect.TIMEOUT:
            if text:
                return text
    return text


def main():
    chosen = sys.argv[1:] or [*SHELLS, "fish"]
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, "my flows"))
    for name in ["campaign.cxflow", "notes.txt", "my flows/spring call.cxflow", "my flows/spring notes.txt"]:
        open(os.path.join(folder, name), "w").close()
    with open(os.path.join(folder, "cxflow.toml"), "w") as settings:
        settings.write('[env.prod.params]\nqueue = "a"\n[env.test.params]\nqueue = "b"\n')
    failed = 0
    for shell in chosen:
        for typed, wanted in CASES:
            found = fish_words(folder, typed) if shell == "fish" else words(shell, folder, typed)
            if found != wanted:
                failed += 1
                print(f"{shell}: {typed!r} became {found}, not {wanted}")
    shutil.rmtree(folder)
    print(f"{len(chosen)} shells, {failed} failed")
    sys.exit(1 if failed else 0)


main()
