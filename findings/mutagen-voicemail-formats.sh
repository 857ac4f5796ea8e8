#!/usr/bin/env bash
# mutagen 1.48.1 (PyPI): a voicemail of three seconds has a length of 0.01 s.
#
# Switches store voicemail as WAV in GSM 6.10 (format tag 49) or IMA ADPCM (17), where a block of 65 or
# 256 bytes holds hundreds of samples. mutagen divides the data by the size of a block and takes the
# blocks for samples. It raises nothing, so a check of "prompts under 10 s" passes for any length.
# In µ-law a block is one sample, and the length is right.
#
# Seen: µ-law 3.0 s, GSM 6.10 0.0 s, IMA ADPCM 0.0 s (rounded); soundfile 0.14.0 says 3.0 for all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet mutagen==1.48.1 soundfile==0.14.0 numpy

cat > run.py <<'P'
import mutagen.wave, numpy, soundfile

tone = 0.3 * numpy.sin(numpy.arange(24000) * 2 * numpy.pi * 440 / 8000)
found = {}
for subtype in ["ULAW", "GSM610", "IMA_ADPCM"]:
    path = f"{subtype}.wav"
    soundfile.write(path, tone, 8000, subtype=subtype, format="WAV")
    found[subtype] = mutagen.wave.WAVE(path).info.length
    print(f"{subtype:10} mutagen {found[subtype]:.3f} s, soundfile {soundfile.info(path).duration:.1f} s")
assert abs(found["ULAW"] - 3) < 0.1, "CHANGED: µ-law"
assert found["GSM610"] < 0.1 and found["IMA_ADPCM"] < 0.1, "CHANGED: the length is right"
P
venv/bin/python run.py
echo 'as described'
