"""Saves the trees as an MLflow model: serving_mlflow.py MODEL_FILE FOLDER."""

import sys

import lightgbm
import mlflow.lightgbm

mlflow.lightgbm.save_model(lightgbm.Booster(model_file=sys.argv[1]), sys.argv[2])
