"""The trees as an ONNX file: serving_onnx.py MODEL_FILE ONNX_FILE."""

import sys

import lightgbm
import onnxmltools
from onnxmltools.convert.common.data_types import FloatTensorType

booster = lightgbm.Booster(model_file=sys.argv[1])
model = onnxmltools.convert_lightgbm(
    booster, initial_types=[("input", FloatTensorType([None, booster.num_feature()]))], zipmap=False
)
onnxmltools.utils.save_model(model, sys.argv[2])
