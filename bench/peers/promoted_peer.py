"""Forecasts a promoted weekly panel with a LightGBM as one writes it in twenty minutes, and prints the errors by series and fold.

Target: ln(demand) less its mean over the last 8 weeks. Features: lead, series, that mean, four lags and two means against it,
known columns and those against their means over the last 8 weeks. 300 trees, averaged over seeds.
"""

import json
import sys
import warnings

import lightgbm
import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
request = json.loads(sys.argv[1])
horizon, known = request["horizon"], request["known"]
frame = pd.read_csv(request["path"])
rows = []
for s, (_, group) in enumerate(frame.groupby(request["series"], sort=False)):
    group = group.set_index(request["time"])
    group = group.reindex(range(group.index.min(), group.index.max() + 1))
    demand = group[request["target"]].to_numpy(float)
    logs = np.log(np.maximum(demand, 0.5))
    logs[np.isnan(demand)] = np.nan
    columns = group[known].to_numpy(float)
    for last in range(7, len(demand) - 1):
        level = np.nanmean(logs[last - 7 : last + 1])
        if np.isnan(level):
            continue
        recent = np.nanmean(columns[last - 7 : last + 1], axis=0)
        means = [np.nanmean(logs[max(0, last - n + 1) : last + 1]) - level for n in (4, 26)]
        lags = [logs[last - k] - level for k in range(4)]
        for lead in range(1, min(horizon, len(demand) - 1 - last) + 1):
            at = last + lead
            if np.isnan(demand[at]):
                continue
            head = [s, last, at, len(demand), demand[at], level]
            rows.append([*head, lead, s, level, *lags, *means, *columns[at], *(columns[at] - recent)])
table = np.array(rows, dtype=float)
series, last, at, length, demand, level = table[:, :6].T
features = table[:, 6:]
errors = []
for fold in range(request["folds"]):
    end = length - horizon * fold
    cutoff = end - horizon - 1
    test, train = (last == cutoff) & (at < end), at <= cutoff
    if not test.any():
        continue
    mean = np.zeros(int(test.sum()))
    for seed in range(request["seeds"]):
        model = lightgbm.LGBMRegressor(
            n_estimators=300, learning_rate=0.05, num_leaves=31, min_child_samples=20, subsample=0.8,
            subsample_freq=1, colsample_bytree=0.8, random_state=seed, verbose=-1, n_jobs=request["threads"],
        )  # fmt: skip
        model.fit(features[train], (np.log(np.maximum(demand, 0.5)) - level)[train], categorical_feature=[1])
        mean += model.predict(features[test]) / request["seeds"]
    forecast = np.exp(mean + level[test])
    for one in np.unique(series[test]):
        own = series[test] == one
        errors.append([float(np.abs(demand[test][own] - forecast[own]).sum()), float(demand[test][own].sum())])
print(json.dumps({"errors": errors, "lightgbm": lightgbm.__version__}))
