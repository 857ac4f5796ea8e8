#!/usr/bin/env bash
# espeak-ng 1.52.0 (PyPI: espeakng-loader 0.2.4): text in a CDATA section is not spoken.
#
# SSML is XML, and in XML `<![CDATA[hello world]]>` is the text "hello world". espeak-ng takes the
# section for a tag and drops it: the prompt is silent, without an error.
#
# Seen: 0.0 s for the section, 1.1 s for the same words without it.
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
section = seconds("<speak><![CDATA[hello world]]></speak>")
print(f"plain {plain:.2f} s, in a CDATA section {section:.2f} s")
assert plain > 0.8, "CHANGED: the plain text"
assert section < 0.1, "CHANGED: the section is spoken"
P
venv/bin/python run.py
echo 'as described'
