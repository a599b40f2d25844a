"""The trees as a BentoML service; arrays are read by BentoML itself."""

import os

import bentoml
import lightgbm
import numpy as np


@bentoml.service(workers=int(os.environ["WORKERS"]))
class Forecaster:
    def __init__(self) -> None:
        self.booster = lightgbm.Booster(model_file=os.environ["MODEL_FILE"])

    @bentoml.api
    def forecast(self, rows: np.ndarray) -> np.ndarray:
        return self.booster.predict(rows, num_threads=1)
