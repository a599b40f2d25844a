"""Forecasts tasks of fev-bench with the command line, as a user would: ingest, train, forecast; scored by the fev library.

Usage: fev_tasks.py REQUEST, a JSON object: program (the words that run `almanac`), benchmark (a YAML file or its address), tasks (names
with commas, or "retail"), scratch (a folder). Prints a JSON object per task: the summary that fev's leaderboards are made of, or why it is left out.
"""

import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import datasets
import fev
import pandas as pd

warnings.filterwarnings("ignore")
datasets.disable_progress_bars()

RETAIL = (
    "rossmann_1D rossmann_1W walmart m5_1D m5_1W m5_1M favorita_stores_1D favorita_stores_1W favorita_stores_1M "
    "favorita_transactions_1D favorita_transactions_1W favorita_transactions_1M hierarchical_sales_1D hierarchical_sales_1W "
    "rohlik_orders_1D rohlik_orders_1W rohlik_sales_1D rohlik_sales_1W restaurant hermes"
).split()
PERIODS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year", "A": "year", "H": "hour"}


class NotComparable(Exception):
    """What the command line forecasts is not what the task asks for."""


def frequency_of(task):
    """Pandas says D, W-SUN, ME, MS, QE-DEC, h, 15min."""
    letter = task.freq.split("-")[0].rstrip("ES").upper() or task.freq.upper()
    if letter not in PERIODS:
        raise NotComparable(f"periods of {task.freq}")
    return PERIODS[letter]


def project_of(task, past, static):
    ends = past.groupby(task.id_column)[task.timestamp_column].max()
    if ends.nunique() > 1:
        raise NotComparable("series end at different times, and a server forecasts all from one day on")
    known, side = list(task.known_dynamic_columns), list(task.past_dynamic_columns)
    fixed = [] if static is None else [name for name in static.columns if name != task.id_column]
    texts = [name for name in known + side if not pd.api.types.is_numeric_dtype(past[name])]
    frequency = frequency_of(task)
    project = {
        "frequency": frequency,
        "columns": {
            "series": task.id_column,
            "time": task.timestamp_column,
            "target": task.target_columns[0],
            **({"known": known} if known else {}),
            **({"past": side} if side else {}),
            **({"static": fixed} if fixed else {}),
            **({"categories": texts} if texts else {}),
        },
        "horizonSteps": task.horizon,
        "levels": list(task.quantile_levels),
        "nonNegative": bool((past[task.target_columns[0]].dropna() >= 0).all()),
        "gaps": "missing",
    }
    if frequency == "week":
        # The day that rows are dated by ends their week.
        project["weekStart"] = (ends.iloc[0].dayofweek + 2) % 7
    return project


def write(frame, path):
    frame.astype({name: "Int8" for name in frame.columns if frame[name].dtype == bool}).to_csv(path, index=False)


def call(request, folder, *words):
    ran = subprocess.run([*request["program"], *words, "--json"], cwd=folder, capture_output=True, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"almanac {words[0]}: {ran.stderr.strip()[-600:]}")
    return json.loads(ran.stdout)


def forecast(request, task, window, folder):
    past, future, static = fev.convert_input_data(window, "pandas")
    folder.mkdir(parents=True)
    config = {"projects": {"task": project_of(task, past, static)}}
    (folder / "almanac.config.json").write_text(json.dumps(config))
    if static is not None:
        past = past.merge(static, on=task.id_column, how="left")
    write(past, folder / "past.csv")
    call(request, folder, "ingest", "past.csv")
    call(request, folder, "train")
    plans = []
    if task.known_dynamic_columns:
        write(future, folder / "future.csv")
        plans = ["--future", "future.csv"]
    levels = ",".join(str(level) for level in task.quantile_levels)
    answer = call(request, folder, "forecast", "--horizon", str(task.horizon), "--quantiles", levels, *plans)
    steps = {one["series"]: one["steps"] for one in answer["forecasts"]}
    ids = window.get_input_data()[0][task.id_column]
    return [prediction(task, steps[str(series)]) for series in ids]


def prediction(task, steps):
    if len(steps) != task.horizon:
        raise NotComparable(f"{len(steps)} steps where {task.horizon} are asked for")
    point = [step["quantiles"].get("0.5", step["mean"]) for step in steps]
    return {"predictions": point, **{str(level): [step["quantiles"][str(level)] for step in steps] for level in task.quantile_levels}}


def run(request, task, folder):
    task.load_full_dataset()
    if len(task.target_columns) > 1:
        raise NotComparable("several targets at once")
    begun = time.monotonic()
    answers = [forecast(request, task, window, folder / str(i)) for i, window in enumerate(task.iter_windows())]
    return task.evaluation_summary(answers, model_name="almanac", inference_time_s=round(time.monotonic() - begun, 1))


def main():
    request = json.loads(sys.argv[1])
    names = RETAIL if request["tasks"] == "retail" else request["tasks"].split(",")
    tasks = {task.task_name: task for task in fev.Benchmark.from_yaml(request["benchmark"]).tasks}
    for name in names:
        try:
            if name not in tasks:
                raise NotComparable(f"the benchmark has no such task, but {', '.join(sorted(tasks))}")
            print(json.dumps({"task": name, "summary": run(request, tasks[name], Path(request["scratch"]) / name)}, default=str), flush=True)
        except (NotComparable, RuntimeError) as error:
            print(json.dumps({"task": name, "leftOut": str(error)}), flush=True)


main()
