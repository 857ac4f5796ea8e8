#!/usr/bin/env bash
# espeak-ng 1.52.0 (PyPI: espeakng-loader 0.2.4): a pause with a decimal point is no pause.
#
# SSML 1.1, 3.2.3: `time` takes the time designations of CSS, such as "250ms" and "3s", decimals
# included. espeak-ng honours "3s" and "500ms"; for "1.5s" and "0.5s" it makes no pause, without
# an error. An estimate that trusts the markup is then too long, a measured prompt too short.
#
# Seen: "hello world" takes 1.1 s, with 3s it takes 4.1 s, with 1.5s again 1.1 s.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet espeakng-loader==0.2.4

cat > speak.py <<'P'
import ctypes, espeakng_loader

engine = ctypes.CDLL(espeakng_loader.get_library_path())
samples = 0

@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
def count(_wave, number, _events):
    global samples
    samples += number
    return 0

rate = engine.espeak_Initialize(1, 0, espeakng_loader.get_data_path().encode(), 0)
engine.espeak_SetSynthCallback(count)
engine.espeak_Info.restype = ctypes.c_char_p
engine.espeak_SetVoiceByName(b"en-us")
print("espeak-ng", engine.espeak_Info(None).decode())

def seconds(text):
    global samples
    samples = 0
    data = text.encode()
    UTF8, SSML = 1, 0x10
    engine.espeak_Synth(data, len(data) + 1, 0, 0, 0, UTF8 | SSML, None, None)
    engine.espeak_Synchronize()
    return samples / rate
P
cat > run.py <<'P'
from speak import seconds
plain = seconds("<speak>hello world</speak>")
found = {}
for time in ["3s", "3000ms", "500ms", "1.5s", "0.5s"]:
    found[time] = seconds(f'<speak>hello <break time="{time}"/> world</speak>') - plain
    print(f"{time:>7} adds {found[time]:.2f} s")
assert found["3s"] > 2.9 and found["3000ms"] > 2.9 and found["500ms"] > 0.4, "CHANGED: whole numbers"
assert found["1.5s"] < 0.2 and found["0.5s"] < 0.2, "CHANGED: decimals pause"
P
venv/bin/python run.py
echo 'as described'
