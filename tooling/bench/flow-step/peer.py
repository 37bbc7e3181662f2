"""The training steps and sampling of ours.mjs in PyTorch, timed on request."""
import json
import resource
import sys
import time

import torch
from models import Glow, choose_threads, vector_flow


def make(request):
    torch.manual_seed(1)
    batch, depth, hidden = request["batch"], request["depth"], request["hidden"]
    if request["model"] == "glow":
        size, channels = request["size"], request["channels"]
        x = torch.rand(batch, channels, size, size)
        flow = Glow(channels, size, depth, hidden, 2)
    else:
        x = torch.randn(batch, request["dimensions"])
        flow = vector_flow(request["model"], request["dimensions"], depth, hidden)
    flow.start(x)
    if request["task"] == "sample":

        def sample():
            with torch.no_grad():
                return flow.sample(batch).flatten()[0].item()

        return sample
    optimiser = torch.optim.Adam(flow.parameters(), lr=1e-3)

    def train():
        optimiser.zero_grad(set_to_none=True)
        loss = -flow.log_prob(x).mean()
        loss.backward()
        optimiser.step()
        return loss.item()

    return train


def main():
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        if step is None:
            step = make(request)
            choose_threads(step)
        times = []
        for _ in range(request["repeats"]):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)


main()
