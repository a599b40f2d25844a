"""Runs river's detectors over the streams of a JSON file, [{detector, options, values}, ...], and prints the indices at which each finds a drift."""

import json
import sys

from river import drift

DETECTORS = {
    "adwin": drift.ADWIN,
    "page-hinkley": drift.PageHinkley,
    "ddm": drift.binary.DDM,
    "hddm-a": drift.binary.HDDMA,
    "hddm-w": drift.binary.HDDMW,
}

with open(sys.argv[1], encoding="utf-8") as file:
    streams = json.load(file)

found = []
for stream in streams:
    detector = DETECTORS[stream["detector"]](**stream["options"])
    at = []
    for i, value in enumerate(stream["values"]):
        detector.update(value)
        if detector.drift_detected:
            at.append(i)
    found.append(at)
print(json.dumps(found))
