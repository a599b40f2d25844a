"""Writes two sets of ALMANAC_DATA in the format of fev, with their tasks. Usage: fev_local.py DATA FOLDER."""

import sys
from pathlib import Path

import pandas as pd
import yaml

data, folder = Path(sys.argv[1]), Path(sys.argv[2])
SETS = [
    # Windows and metrics as fev-bench has them for sets of this kind.
    ("hospital_1M", "hospital/hospital_monthly.csv.gz", "series_id", "y", [], 12, 12),
    ("walmart_1W", "walmart_weekly45/walmart_weekly45.csv.gz", "store", "weekly_sales", ["holiday_flag"], 13, 1),
]
tasks = []
for name, file, key, target, known, horizon, seasonality in SETS:
    frame = pd.read_csv(data / file, parse_dates=["timestamp"], dtype={key: str})
    rows = [
        {"id": key_, "timestamp": list(one["timestamp"]), "target": list(one[target].astype(float)), **{column: list(one[column]) for column in known}}
        for key_, one in frame.sort_values("timestamp").groupby(key)
    ]
    path = folder / f"{name}.parquet"
    pd.DataFrame(rows).to_parquet(path)
    tasks.append(
        {
            "dataset_path": str(path),
            "task_name": name,
            "horizon": horizon,
            "num_windows": 1,
            "seasonality": seasonality,
            "eval_metric": "SQL",
            "extra_metrics": ["MASE", {"name": "WAPE", "epsilon": 1.0}, {"name": "WQL", "epsilon": 1.0}],
            "quantile_levels": [level / 10 for level in range(1, 10)],
            **({"known_dynamic_columns": known} if known else {}),
        }
    )
(folder / "tasks.yaml").write_text(yaml.safe_dump({"tasks": tasks}))
