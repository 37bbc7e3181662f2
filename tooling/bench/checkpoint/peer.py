"""The works of ours.mjs in PyTorch, timed on request. The keys and shapes come from the file that ours.mjs writes."""
import json
import os
import resource
import sys
import tempfile
import time
from collections import OrderedDict

import numpy as np
import torch

FOLDER = os.path.join(tempfile.gettempdir(), "deflow-bench-checkpoint")


def numbers(index, shape):
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    bits = (i * np.uint64(2654435761) + np.uint64(index * 40503)) & np.uint64(0xFFFFFFFF)
    return (((bits >> np.uint64(8)) & np.uint64(0xFFFF)).astype(np.float32) / 65536 - 0.5).reshape(shape)


def main():
    with open(os.path.join(FOLDER, "layout.json")) as file:
        layout = json.load(file)
    state = {"made": None, "checked": False}

    def write(path, legacy):
        if state["made"] is None:
            tensors = [(key, torch.from_numpy(numbers(i, shape))) for i, (key, shape) in enumerate(layout)]
            state["made"] = OrderedDict(tensors)
        start = time.perf_counter()
        with open(path, "wb") as file:
            torch.save(state["made"], file, _use_new_zipfile_serialization=not legacy)
            file.flush()
            os.fsync(file.fileno())
        return time.perf_counter() - start

    def read(path):
        start = time.perf_counter()
        tensors = torch.load(path, map_location="cpu", weights_only=True)
        elapsed = time.perf_counter() - start
        if not state["checked"]:
            assert list(tensors) == [key for key, _ in layout]
            for i, (key, shape) in enumerate(layout):
                assert np.array_equal(tensors[key].numpy(), numbers(i, shape)), key
            state["checked"] = True
        return elapsed

    for line in sys.stdin:
        request = json.loads(line)
        times = []
        for _ in range(request["repeats"]):
            path = os.path.join(FOLDER, f"{request.get('by', 'peer')}-{request['container']}.pth")
            writes = request["action"] == "write"
            times.append((write(path, request["container"] == "legacy") if writes else read(path)) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)


main()
