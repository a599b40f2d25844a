"""Answers requests of bench/classical.ts, one JSON object per line: load a panel, or time one model on it."""

import json
import sys
import time

import numpy as np
import pandas as pd
import statsforecast
from statsforecast import StatsForecast
from statsforecast.models import TSB, AutoETS, CrostonClassic, CrostonOptimized, CrostonSBA, DynamicOptimizedTheta

panel = {}


def make(name, season):
    return {
        "DynamicOptimizedTheta": lambda: DynamicOptimizedTheta(season_length=season),
        "AutoETS": lambda: AutoETS(season_length=season),
        "CrostonClassic": CrostonClassic,
        "CrostonOptimized": CrostonOptimized,
        "CrostonSBA": CrostonSBA,
        "TSB": lambda: TSB(alpha_d=0.1, alpha_p=0.1),
    }[name]()


def load(request):
    with open(request["path"]) as file:
        series = [np.array(values, dtype=float) for values in json.load(file)]
    panel["series"] = series
    panel["frame"] = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(series)), [len(values) for values in series]),
            "ds": np.concatenate([np.arange(len(values)) for values in series]),
            "y": np.concatenate(series),
        }
    )
    return {"series": len(series)}


def run(request):
    """jobs 0: the model alone, series by series, without a data frame; else the library's own way with that many processes."""
    model, horizon, jobs = make(request["model"], request["season"]), request["horizon"], request["jobs"]
    begin = time.perf_counter()
    if jobs == 0:
        means = [model.forecast(y=values, h=horizon)["mean"] for values in panel["series"]]
    else:
        StatsForecast(models=[model], freq=1, n_jobs=jobs).forecast(df=panel["frame"], h=horizon)
        means = []
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "means": [[float(value) for value in mean] for mean in means] if request["keep"] else [],
    }


def versions(_request):
    return {"statsforecast": statsforecast.__version__, "python": sys.version.split()[0], "numpy": np.__version__}


for line in sys.stdin:
    request = json.loads(line)
    answer = {"load": load, "run": run, "versions": versions}[request["do"]](request)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
