"""Trains one peer's trees on the files that bench/trees.ts wrote, in a process of its own, and prints one JSON object.

The clock runs from plain float32 arrays in memory to the trained model: binning is in it, importing and reading are not.
"""

import json
import os
import resource
import sys
import time

request = json.loads(sys.argv[1])
threads = str(request["threads"])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = threads

import numpy as np  # noqa: E402 (the number of threads is read on import)

settings = request["settings"]
kinds = request["kinds"]
categories = [i for i, kind in enumerate(kinds) if kind == "category"]


def read(part, rows):
    """Rows × columns in C order, which all three engines like best."""
    columns = np.fromfile(f"{request['prefix']}.{part}.x", dtype=np.float32).reshape(len(kinds), rows)
    return np.ascontiguousarray(columns.T), np.fromfile(f"{request['prefix']}.{part}.y", dtype=np.float32)


def lightgbm(x, y):
    import lightgbm as engine

    parameters = {
        "objective": "regression",
        "num_leaves": settings["leaves"],
        "learning_rate": settings["learningRate"],
        "max_bin": settings["bins"],
        "min_data_in_leaf": settings["rowsPerLeafMin"],
        "min_sum_hessian_in_leaf": 1e-3,
        "lambda_l2": 0.0,
        "num_threads": request["threads"],
        "verbosity": -1,
    }

    def train():
        data = engine.Dataset(x, y, categorical_feature=categories or "auto", params=parameters, free_raw_data=True)
        return engine.train(parameters, data, num_boost_round=settings["trees"])

    return engine.__version__, train, lambda model, rows: model.predict(rows, num_threads=request["threads"])


def xgboost(x, y):
    import xgboost as engine

    parameters = {
        "objective": "reg:squarederror",
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_leaves": settings["leaves"],
        "max_depth": 0,
        "eta": settings["learningRate"],
        "max_bin": settings["bins"],
        "min_child_weight": settings["rowsPerLeafMin"],
        "lambda": 0.0,
        "nthread": request["threads"],
        "verbosity": 0,
    }
    types = ["c" if kind == "category" else "q" for kind in kinds]

    def matrix(rows, target=None):
        return engine.QuantileDMatrix(
            rows, target, feature_types=types, enable_categorical=True, max_bin=settings["bins"], nthread=request["threads"]
        )

    def train():
        return engine.train(parameters, matrix(x, y), num_boost_round=settings["trees"])

    def predict(model, rows):
        data = engine.DMatrix(rows, feature_types=types, enable_categorical=True, nthread=request["threads"])
        return model.predict(data)

    return engine.__version__, train, predict


def sklearn(x, y):
    import sklearn as engine
    from sklearn.ensemble import HistGradientBoostingRegressor

    def train():
        return HistGradientBoostingRegressor(
            max_iter=settings["trees"],
            max_leaf_nodes=settings["leaves"],
            max_depth=None,
            learning_rate=settings["learningRate"],
            max_bins=settings["bins"],
            min_samples_leaf=settings["rowsPerLeafMin"],
            l2_regularization=0.0,
            categorical_features=categories or None,
            early_stopping=False,
        ).fit(x, y)

    return engine.__version__, train, lambda model, rows: model.predict(rows)


def rmse(actual, forecast):
    return float(np.sqrt(np.mean((actual.astype(np.float64) - forecast) ** 2)))


x, y = read("train", request["rows"])
held_x, held_y = read("test", request["testRows"])
version, train, predict = {"LightGBM": lightgbm, "xgboost": xgboost, "scikit-learn": sklearn}[request["engine"]](x, y)
wall, cpu = time.perf_counter(), time.process_time()
model = train()
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
predict(model, held_x[:1000])
begin = time.perf_counter()
held = predict(model, held_x)
predict_seconds = time.perf_counter() - begin
json.dump(
    {
        "version": version,
        "seconds": wall,
        "cpuSeconds": cpu,
        "peakBytes": peak,
        "trainLoss": rmse(y[:200_000], predict(model, x[:200_000])),
        "testLoss": rmse(held_y, held),
        "predictSeconds": predict_seconds,
    },
    sys.stdout,
)
