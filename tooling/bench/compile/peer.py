"""The training step of ours.mjs in PyTorch, timed on request; `bfloat16` is torch.autocast."""
import contextlib
import json
import resource
import sys
import time

import torch
from torch.nn import functional as F

LAYERS, WARM_UP = 24, 3


def make_step(channels, size, batch, how):
    torch.manual_seed(1)
    weights = [torch.randn(channels, channels, 3, 3).mul_(0.05).requires_grad_() for _ in range(LAYERS)]
    x = torch.randn(batch, channels, size, size)

    def autocast():
        return torch.autocast("cpu", dtype=torch.bfloat16) if how == "bfloat16" else contextlib.nullcontext()

    def step():
        for weight in weights:
            weight.grad = None
        with autocast():
            h = x
            for weight in weights:
                h = h + F.relu(F.conv2d(h, weight, padding=1))
            loss = h.float().square().mean()
        loss.backward()
        with torch.no_grad():
            for weight in weights:
                weight -= 0.01 * weight.grad
        return loss.item()

    return step


def main():
    steps = {}
    for line in sys.stdin:
        request = json.loads(line)
        work = request["work"]
        if work not in steps:
            steps[work] = make_step(request["channels"], request["size"], request["batch"], request["how"])
            for _ in range(WARM_UP):
                steps[work]()
        times = []
        for _ in range(request["repeats"]):
            start = time.perf_counter()
            steps[work]()
            times.append((time.perf_counter() - start) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)


main()
