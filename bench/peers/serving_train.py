"""Grows the trees that every server of bench/serving.ts serves, and prints what LightGBM itself says to the rows asked."""

import json
import sys

import lightgbm
import numpy as np

request = json.loads(sys.argv[1])
settings = request["settings"]
columns, rows = request["columns"], request["rows"]
x = np.fromfile(f"{request['prefix']}.train.x", dtype=np.float32).reshape(columns, rows)
x = np.nan_to_num(np.ascontiguousarray(x.T), nan=request["missing"])
y = np.fromfile(f"{request['prefix']}.train.y", dtype=np.float32)
parameters = {
    "objective": "regression",
    "num_leaves": settings["leaves"],
    "learning_rate": settings["learningRate"],
    "max_bin": settings["bins"],
    "min_data_in_leaf": settings["rowsPerLeafMin"],
    # Two threads of OpenMP on a machine that does other work wait for each other.
    "num_threads": 1,
    "verbosity": -1,
}
booster = lightgbm.train(parameters, lightgbm.Dataset(x, y), num_boost_round=settings["trees"])
booster.save_model(request["modelFile"])
asked = np.fromfile(request["asksFile"], dtype=np.float64).reshape(-1, columns)
json.dump(booster.predict(asked).tolist(), sys.stdout)
