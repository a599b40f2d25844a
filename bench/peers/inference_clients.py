"""The official Python clients of the inference protocols against a running server: one JSON line per call.

Arguments: URL of the server, name of a project with series A, B, C, horizon 7 and the column `price` known ahead.
"""

import asyncio
import json
import sys

import numpy as np
import pandas as pd
import requests
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from kserve import InferenceRESTClient, InferInput as KserveInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput as KserveOutput
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from tritonclient.utils import InferenceServerException

URL, MODEL = sys.argv[1], sys.argv[2]
HOST = URL.removeprefix("http://")
SERIES = np.array(["A", "C", "B"], dtype=np.object_)
HORIZON = 7


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def report(client, call, error=None):
    text = None if error is None else f"{type(error).__name__}: {error}"[:300]
    print(json.dumps({"client": client, "call": call, "ok": error is None, "error": text}), flush=True)


def series_input(module, binary):
    given = module.InferInput("series", [3], "BYTES")
    return given.set_data_from_numpy(SERIES, binary_data=binary) or given


def price_input(module, binary):
    given = module.InferInput("price", [3, HORIZON], "FP64")
    given.set_data_from_numpy(np.full((3, HORIZON), 2.5), binary_data=binary)
    return given


def check_result(result):
    mean, quantiles = result.as_numpy("mean"), result.as_numpy("quantiles")
    check(mean.shape == (3, HORIZON) and mean.dtype == np.float64, f"mean {mean.shape} {mean.dtype}")
    check(np.isfinite(mean).all() and (mean > 0).all(), "means are positive")
    check(quantiles.shape[0] == 3 and quantiles.shape[2] == HORIZON, f"quantiles {quantiles.shape}")
    check((np.diff(quantiles, axis=1) >= 0).all(), "quantiles do not cross")
    ids = [item.decode() if isinstance(item, bytes) else item for item in result.as_numpy("prediction_id")]
    check(len(set(ids)) == 3 and all(one.startswith("prd_") for one in ids), f"ids {ids}")
    stored = requests.get(f"{URL}/v1/predictions/{ids[1]}", timeout=10).json()
    check(stored["series"] == "C", f"prediction is stored for its series: {stored}")
    check(np.allclose([step["mean"] for step in stored["steps"]], mean[1]), "the stored means are those answered")


def expect_error(call, status, words):
    try:
        call()
    except InferenceServerException as error:
        check(error.status() == status and words in error.message(), f"{error.status()} {error.message()}")
        return
    raise AssertionError("no error came")


def triton_calls():
    client = triton.InferenceServerClient(HOST)
    metadata = lambda: client.get_model_metadata(MODEL)
    calls = {
        "is_server_live": lambda: check(client.is_server_live(), "live"),
        "is_server_ready": lambda: check(client.is_server_ready(), "ready"),
        "is_model_ready": lambda: check(client.is_model_ready(MODEL), "model ready"),
        "is_model_ready, unknown": lambda: check(not client.is_model_ready("nobody"), "not ready"),
        "get_server_metadata": lambda: check(
            "binary_tensor_data" in client.get_server_metadata()["extensions"], "extensions"
        ),
        "get_model_metadata": lambda: check(metadata()["inputs"][0]["name"] == "series", "inputs"),
        "get_model_metadata, version": lambda: client.get_model_metadata(MODEL, metadata()["versions"][0]),
        "get_model_config": lambda: check(client.get_model_config(MODEL)["max_batch_size"] == 0, "config"),
        "get_model_repository_index": lambda: check(
            any(line["name"] == MODEL and line["state"] == "READY" for line in client.get_model_repository_index()),
            "index",
        ),
    }
    for binary_in in (True, False):
        for binary_out in (None, True, False):
            name = f"infer, {'binary' if binary_in else 'JSON'} in, " + (
                "default out" if binary_out is None else "binary out" if binary_out else "JSON out"
            )
            calls[name] = lambda i=binary_in, o=binary_out: triton_infer(client, i, o)
    for algorithm in ("gzip", "deflate"):
        calls[f"infer, {algorithm} both ways"] = lambda a=algorithm: triton_infer(client, True, None, a)
        calls[f"infer, {algorithm} both ways, JSON"] = lambda a=algorithm: triton_infer(client, False, False, a)
    calls |= {
        "infer, the champion by its version": lambda: triton_version(client, metadata()["versions"][0], "champion"),
        "infer, the version before it": lambda: triton_version(client, metadata()["versions"][1], "previous"),
        "infer, id and timeout": lambda: triton_id(client),
        "infer, a column known ahead": lambda: check_result(
            client.infer(MODEL, [series_input(triton, True), price_input(triton, True)])
        ),
        "infer, NaN in a column, JSON": lambda: triton_nan(client),
        "infer, horizon and quantiles": lambda: triton_parameters(client),
        "async_infer": lambda: check_result(
            client.async_infer(MODEL, [series_input(triton, True)]).get_result(timeout=10)
        ),
        "infer, unknown model": lambda: expect_error(
            lambda: client.infer("nobody", [series_input(triton, True)]), "404", "nobody"
        ),
        "infer, unknown version": lambda: expect_error(
            lambda: client.infer(MODEL, [series_input(triton, True)], model_version="99"), "404", "99"
        ),
        "infer, unknown output": lambda: expect_error(
            lambda: client.infer(
                MODEL, [series_input(triton, True)], outputs=[triton.InferRequestedOutput("median")]
            ),
            "400",
            "median",
        ),
        "infer, unknown series": lambda: expect_error(
            lambda: client.infer(MODEL, [unknown_series()]), "404", "nobody"
        ),
        "get_inference_statistics": lambda: triton_statistics(client),
        "get_inference_statistics, all": lambda: client.get_inference_statistics(),
        "unload_model, load_model": lambda: triton_unload(client),
        "get_trace_settings, not offered": lambda: expect_error(client.get_trace_settings, "404", "/v2/trace"),
    }
    run("tritonclient.http", calls)
    client.close()


def triton_infer(client, binary_in, binary_out, algorithm=None):
    outputs = None
    if binary_out is not None:
        names = ("mean", "quantiles", "prediction_id")
        outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in names]
    check_result(
        client.infer(
            MODEL,
            [series_input(triton, binary_in)],
            outputs=outputs,
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
    )


def triton_id(client):
    result = client.infer(MODEL, [series_input(triton, True)], request_id="mine", timeout=5_000_000)
    answer = result.get_response()
    check(answer["id"] == "mine" and answer["model_name"] == MODEL, str(answer)[:200])


def triton_version(client, version, arm):
    result = client.infer(MODEL, [series_input(triton, True)], model_version=version)
    check_result(result)
    check(result.get_response()["model_version"] == version, "the version is the one asked for")
    one = result.as_numpy("prediction_id")[0].decode()
    check(requests.get(f"{URL}/v1/predictions/{one}", timeout=10).json()["arm"] == arm, "its arm is stored")


def triton_nan(client):
    price = triton.InferInput("price", [3, HORIZON], "FP64")
    price.set_data_from_numpy(np.full((3, HORIZON), np.nan), binary_data=False)
    check_result(client.infer(MODEL, [series_input(triton, False), price]))


def triton_parameters(client):
    result = client.infer(
        MODEL, [series_input(triton, True)], parameters={"horizon": 3, "quantiles": "0.25, 0.75"}
    )
    check(result.as_numpy("quantiles").shape == (3, 2, 3), "two levels, three steps")
    check((result.as_numpy("level")[0] == [0.25, 0.75]).all(), "levels as asked")


def unknown_series():
    given = triton.InferInput("series", [1], "BYTES")
    given.set_data_from_numpy(np.array(["nobody"], dtype=np.object_))
    return given


def triton_statistics(client):
    (line, *_) = client.get_inference_statistics(MODEL)["model_stats"]
    check(line["inference_count"] > line["execution_count"] > 0, "rows and requests are counted")
    check(line["inference_stats"]["success"]["ns"] > 0 and line["inference_stats"]["fail"]["count"] > 0, str(line))


def triton_unload(client):
    client.unload_model(MODEL)
    check(not client.is_model_ready(MODEL), "not ready after unload")
    expect_error(lambda: client.infer(MODEL, [series_input(triton, True)]), "409", "unloaded")
    client.load_model(MODEL)
    check(client.is_model_ready(MODEL), "ready after load")


async def triton_aio_calls():
    async with triton_aio.InferenceServerClient(HOST) as client:

        async def infer(binary_in, outputs, algorithm):
            check_result(
                await client.infer(
                    MODEL,
                    [series_input(triton_aio, binary_in)],
                    outputs=outputs,
                    request_compression_algorithm=algorithm,
                    response_compression_algorithm=algorithm,
                )
            )

        async def metadata():
            check((await client.get_model_metadata(MODEL))["name"] == MODEL, "name")

        async def index():
            check(len(await client.get_model_repository_index()) > 0, "index")

        names = ("mean", "quantiles", "prediction_id")
        as_json = [triton_aio.InferRequestedOutput(name, binary_data=False) for name in names]
        calls = {
            "is_server_live": client.is_server_live,
            "is_model_ready": lambda: client.is_model_ready(MODEL),
            "get_model_metadata": metadata,
            "get_model_config": lambda: client.get_model_config(MODEL),
            "get_model_repository_index": index,
            "get_inference_statistics": lambda: client.get_inference_statistics(MODEL),
            "infer, binary both ways": lambda: infer(True, None, None),
            "infer, JSON both ways": lambda: infer(False, as_json, None),
            "infer, gzip both ways": lambda: infer(True, None, "gzip"),
            "infer, deflate both ways, JSON": lambda: infer(False, as_json, "deflate"),
            "unload_model": lambda: client.unload_model(MODEL),
            "load_model": lambda: client.load_model(MODEL),
        }
        await run_async("tritonclient.http.aio", calls)


async def kserve_calls():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))

    async def infer(binary):
        series = KserveInput("series", [3], "BYTES")
        series.set_data_from_numpy(SERIES, binary_data=binary)
        names = ("mean", "quantiles", "prediction_id")
        outputs = [KserveOutput(name, {"binary_data": binary}) for name in names]
        request = InferRequest(MODEL, [series], request_id="k", request_outputs=outputs)
        answer = await client.infer(URL, request, model_name=MODEL)
        check(answer.id == "k", "id")
        check_result(_Outputs(answer))

    async def unknown():
        try:
            await client.infer(URL, {"inputs": []}, model_name="nobody")
        except Exception as error:
            check("there is no model" in str(error) and "404" in str(error), str(error))
            return
        raise AssertionError("no error came")

    calls = {
        "is_server_live": lambda: client.is_server_live(URL),
        "is_server_ready": lambda: client.is_server_ready(URL),
        "is_model_ready": lambda: client.is_model_ready(URL, MODEL),
        "infer, JSON": lambda: infer(False),
        "infer, binary": lambda: infer(True),
        "infer, unknown model": unknown,
    }
    await run_async("kserve", calls)
    await client.close()


class _Outputs:
    def __init__(self, answer):
        self._answer = answer

    def as_numpy(self, name):
        return self._answer.get_output_by_name(name).as_numpy()


def mlflow_calls():
    host, port = HOST.split(":")
    client = ScoringServerClient(host, int(port))
    frame = pd.DataFrame({"series": ["A", "B"]})
    planned = frame.assign(price=[[2.5] * HORIZON, [float("nan")] * HORIZON])

    def rows(answer):
        table = answer.get_predictions()
        check(list(table["prediction_id"].str[:4]) == ["prd_", "prd_"], str(table))
        check(len(table["mean"][0]) == HORIZON, "a mean per step")

    calls = {
        "ping": client.ping,
        "get_version": lambda: check(client.get_version().startswith("3."), "version"),
        "wait_server_ready": client.wait_server_ready,
        "invoke, data frame": lambda: rows(client.invoke(frame)),
        "invoke, data frame with plans and NaN": lambda: rows(client.invoke(planned)),
        "invoke, array": lambda: rows(client.invoke(np.array(["A", "B"]))),
        "invoke, params": lambda: check(
            len(client.invoke(frame, params={"horizon": 2})["predictions"][0]["mean"]) == 2, "two steps"
        ),
    }
    run("mlflow", calls)


def run(client, calls):
    for name, call in calls.items():
        try:
            call()
            report(client, name)
        except Exception as error:
            report(client, name, error)


async def run_async(client, calls):
    for name, call in calls.items():
        try:
            check(await call() is not False, "false")
            report(client, name)
        except Exception as error:
            report(client, name, error)


triton_calls()
asyncio.run(triton_aio_calls())
asyncio.run(kserve_calls())
mlflow_calls()
