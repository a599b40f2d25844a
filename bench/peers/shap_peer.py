"""Explains our trees by SHAP's TreeExplainer, and prints the largest difference from our attributions as one JSON object.

Reads what bench/explain.ts wrote: the trees as SHAP takes them (children, thresholds, values, training rows below each node), the rows, and
our attributions with the expected score last. TreeExplainer knows no sets of categories: those trees have splits of numbers alone.
"""

import json
import sys
import time

import numpy as np
import shap

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)

trees = [
    {
        "children_left": np.array(tree["left"], dtype=np.int32),
        "children_right": np.array(tree["right"], dtype=np.int32),
        "children_default": np.array(tree["unknown"], dtype=np.int32),
        "features": np.array(tree["features"], dtype=np.int32),
        "thresholds": np.array(tree["thresholds"], dtype=np.float64),
        "values": np.array(tree["values"], dtype=np.float64).reshape(-1, 1),
        "node_sample_weight": np.array(tree["rows"], dtype=np.float64),
    }
    for tree in given["trees"]
]
rows = np.array([[np.nan if cell is None else cell for cell in row] for row in given["cells"]], dtype=np.float64)
ours = np.array(given["attributions"], dtype=np.float64)

explainer = shap.TreeExplainer({"trees": trees}, feature_perturbation="tree_path_dependent")
began = time.process_time()
theirs = np.asarray(explainer.shap_values(rows, check_additivity=False)).reshape(rows.shape)
seconds = time.process_time() - began
expected = float(np.ravel(explainer.expected_value)[0]) + given["base"]

print(
    json.dumps(
        {
            "version": shap.__version__,
            "differenceMax": float(np.max(np.abs(theirs - ours[:, :-1]))),
            "expectedDifference": float(np.max(np.abs(ours[:, -1] - expected))),
            "partMax": float(np.max(np.abs(theirs))),
            "seconds": seconds,
        }
    )
)
