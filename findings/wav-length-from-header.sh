#!/usr/bin/env bash
# mutagen 1.48.1, tinytag 2.3.2, soundfile 0.14.0 (PyPI): how long is a telephone prompt?
#
# Telephone prompts are WAV files in µ-law, 8 kHz, 8 bit, mono. ffmpeg writing to a pipe cannot go
# back and fill in the sizes, so it leaves 0xFFFFFFFF, which readers know. Of three seconds of
# sound mutagen makes 149 hours and tinytag 0 s. Of a file that was cut in half in transit both say
# 3 s. Only soundfile counts the bytes that are there.
#
# Seen: piped: mutagen 536870.9, tinytag 0.0, soundfile 3.0. Cut: 3.0, 3.0, 1.49.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet mutagen==1.48.1 tinytag==2.3.2 soundfile==0.14.0 numpy imageio-ffmpeg==0.8.1

cat > run.py <<'P'
import subprocess, imageio_ffmpeg, mutagen.wave, soundfile, tinytag

ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
tone = [ffmpeg, "-loglevel", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=3",
        "-ar", "8000", "-ac", "1", "-c:a", "pcm_mulaw", "-f", "wav"]
subprocess.run([*tone, "whole.wav"], check=True)
with open("piped.wav", "wb") as piped:
    piped.write(subprocess.run([*tone, "-"], check=True, stdout=subprocess.PIPE).stdout)
whole = open("whole.wav", "rb").read()
open("cut.wav", "wb").write(whole[: len(whole) // 2])

found = {}
for name in ["whole", "piped", "cut"]:
    path = f"{name}.wav"
    found[name] = (
        round(mutagen.wave.WAVE(path).info.length, 1),
        round(tinytag.TinyTag.get(path).duration or 0.0, 1),
        round(soundfile.info(path).duration, 1),
    )
    print(name, "mutagen %s tinytag %s soundfile %s" % found[name])
assert found["whole"] == (3.0, 3.0, 3.0), "CHANGED: the whole file"
assert found["piped"] == (536870.9, 0.0, 3.0), "CHANGED: the piped file"
assert found["cut"] == (3.0, 3.0, 1.5), "CHANGED: the cut file"
P
venv/bin/python run.py
echo 'as described'
