"""Writes models of scikit-learn, LightGBM and XGBoost as ONNX files with what they predict, and lists the test cases of the
onnx package as plain tensors. Usage: onnx_peer.py converted FOLDER | onnx_peer.py cases FOLDER"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402


def tensor(name, value):
    value = np.asarray(value)
    if value.dtype.kind in "OU":
        return {"name": name, "type": "string", "shape": list(value.shape), "data": [str(v) for v in value.ravel()]}
    text = [repr(v) if not np.isfinite(v) else v for v in value.ravel().astype(np.float64).tolist()] if value.dtype.kind == "f" else [str(v) for v in value.ravel().tolist()]
    return {"name": name, "type": str(value.dtype), "shape": list(value.shape), "data": text}


def converted(folder):
    import lightgbm as lgb
    import xgboost as xgb
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    from skl2onnx import to_onnx
    from sklearn import ensemble, linear_model, neighbors, neural_network, pipeline, preprocessing, svm, tree

    rng = np.random.default_rng(1)
    x = rng.normal(size=(1500, 8)).astype(np.float32)
    y = x[:, 0] * 2 + np.sin(x[:, 1]) * x[:, 2] + rng.normal(size=1500) * 0.1
    two = (y > 0).astype(int)
    three = np.digitize(y, [-1, 1])
    holes = x.copy()
    holes[rng.uniform(size=x.shape) < 0.1] = np.nan
    asked, asked_holes = rng.normal(size=(200, 8)).astype(np.float32), None
    asked_holes = asked.copy()
    asked_holes[rng.uniform(size=asked.shape) < 0.1] = np.nan
    types = [("input", FloatTensorType([None, 8]))]

    def by_sklearn(model, gaps):
        return to_onnx(model, x[:1], target_opset=17)

    def by_lightgbm(model, gaps):
        return convert_lightgbm(model, initial_types=types, target_opset=15)

    def by_xgboost(model, gaps):
        return convert_xgboost(model, initial_types=types, target_opset=15)

    scaled = lambda model: pipeline.make_pipeline(preprocessing.StandardScaler(), model)
    models = [
        ("sklearn linear", linear_model.LinearRegression(), y, by_sklearn, False),
        ("sklearn ridge pipeline", scaled(linear_model.Ridge()), y, by_sklearn, False),
        ("sklearn logistic 3 classes", linear_model.LogisticRegression(), three, by_sklearn, False),
        ("sklearn tree", tree.DecisionTreeRegressor(max_depth=8), y, by_sklearn, False),
        ("sklearn forest", ensemble.RandomForestRegressor(50, max_depth=10), y, by_sklearn, False),
        ("sklearn extra trees", ensemble.ExtraTreesRegressor(50, max_depth=10), y, by_sklearn, False),
        ("sklearn forest 2 classes", ensemble.RandomForestClassifier(50, max_depth=8), two, by_sklearn, False),
        ("sklearn forest 3 classes", ensemble.RandomForestClassifier(50, max_depth=8), three, by_sklearn, False),
        ("sklearn boosting", ensemble.GradientBoostingRegressor(), y, by_sklearn, False),
        ("sklearn boosting 2 classes", ensemble.GradientBoostingClassifier(), two, by_sklearn, False),
        ("sklearn hist boosting", ensemble.HistGradientBoostingRegressor(), y, by_sklearn, True),
        ("sklearn hist boosting 2 classes", ensemble.HistGradientBoostingClassifier(), two, by_sklearn, True),
        ("sklearn hist boosting 3 classes", ensemble.HistGradientBoostingClassifier(), three, by_sklearn, True),
        ("sklearn mlp", scaled(neural_network.MLPRegressor(hidden_layer_sizes=(32, 32), max_iter=60)), y, by_sklearn, False),
        ("sklearn svm", scaled(svm.SVR()), y, by_sklearn, False),
        ("sklearn neighbours", neighbors.KNeighborsRegressor(5), y, by_sklearn, False),
        ("lightgbm", lgb.LGBMRegressor(n_estimators=100, verbose=-1), y, by_lightgbm, True),
        ("lightgbm poisson", lgb.LGBMRegressor(objective="poisson", n_estimators=60, verbose=-1), np.abs(y), by_lightgbm, True),
        ("lightgbm quantile", lgb.LGBMRegressor(objective="quantile", alpha=0.9, n_estimators=60, verbose=-1), y, by_lightgbm, True),
        ("lightgbm 2 classes", lgb.LGBMClassifier(n_estimators=60, verbose=-1), two, by_lightgbm, True),
        ("lightgbm 3 classes", lgb.LGBMClassifier(n_estimators=60, verbose=-1), three, by_lightgbm, True),
        # The converter divides by 100 whatever the number of trees.
        ("lightgbm random forest", lgb.LGBMRegressor(boosting_type="rf", bagging_freq=1, bagging_fraction=0.7, n_estimators=100, verbose=-1), y, by_lightgbm, False),
        ("lightgbm 500 x 63", lgb.LGBMRegressor(n_estimators=500, num_leaves=63, verbose=-1), y, by_lightgbm, True),
        ("xgboost", xgb.XGBRegressor(n_estimators=100), y, by_xgboost, True),
        ("xgboost poisson", xgb.XGBRegressor(objective="count:poisson", n_estimators=60), np.abs(y), by_xgboost, True),
        ("xgboost 2 classes", xgb.XGBClassifier(n_estimators=60), two, by_xgboost, True),
        ("xgboost 3 classes", xgb.XGBClassifier(n_estimators=60), three, by_xgboost, True),
        ("xgboost random forest", xgb.XGBRFRegressor(n_estimators=30), y, by_xgboost, True),
    ]
    out = []
    for name, model, target, convert, gaps in models:
        model.fit(holes if gaps else x, target)
        rows = asked_holes if gaps else asked
        file = name.replace(" ", "_") + ".onnx"
        (folder / file).write_bytes(convert(model, gaps).SerializeToString())
        # In double precision a row near a threshold may take the other branch: what is compared is single precision rows.
        expected = model.predict_proba(rows) if hasattr(model, "classes_") else model.predict(rows)
        out.append({"name": name, "file": file, "input": tensor("x", rows), "expected": tensor("y", expected)})
    return out


def cases(folder):
    import onnx
    from onnx import numpy_helper

    root = Path(onnx.__file__).parent / "backend" / "test" / "data"

    def read(path, kind):
        if kind == "tensor":
            value = onnx.TensorProto()
            value.ParseFromString(path.read_bytes())
            return tensor(value.name, numpy_helper.to_array(value))
        return None

    out = []
    for group in ("node", "simple", "pytorch-operator", "pytorch-converted"):
        for case in sorted((root / group).iterdir()):
            model = case / "model.onnx"
            graph = onnx.load(model, load_external_data=False).graph
            constants = {i.name for i in graph.initializer}
            named_in = [i for i in graph.input if i.name not in constants]
            plain = all(v.type.WhichOneof("value") == "tensor_type" for v in [*named_in, *graph.output])
            for data in sorted(case.glob("test_data_set_*"))[:1]:
                entry = {"name": f"{group}/{case.name}", "file": str(model), "inputs": [], "outputs": []}
                try:
                    if plain:
                        entry["inputs"] = [dict(read(data / f"input_{k}.pb", "tensor"), name=v.name) for k, v in enumerate(named_in)]
                        entry["outputs"] = [dict(read(data / f"output_{k}.pb", "tensor"), name=v.name) for k, v in enumerate(graph.output)]
                except Exception as error:
                    entry["unread"] = str(error)[:200]
                out.append(entry)
    return out


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    result = converted(target) if sys.argv[1] == "converted" else cases(target)
    with open(target / "list.ndjson", "w") as handle:
        for line in result:
            handle.write(json.dumps(line) + "\n")
    print(len(result))
