"""The training of ours.mjs in PyTorch: the same Glow, data, batches, schedule, clipping and averaging of weights."""
import copy
import json
import math
import os
import resource
import sys
import time

import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "flow-step"))
from models import Glow, choose_threads  # noqa: E402

SHARED = os.path.join(here, "..", "..", "..", "..", "shared", "golden", "densities", "digits-8x8.u8")
BATCH, LEVELS, PIXELS, TRAINED, DECAY, RATE = 64, 17, 64, 1437, 0.99, 2e-3


class Training:
    def __init__(self, seed, steps):
        torch.manual_seed(seed)
        digits = np.fromfile(os.environ.get("DIGITS", SHARED), dtype=np.uint8).reshape(-1, 1, 8, 8)
        self.digits = torch.from_numpy(digits.astype(np.float32))
        self.steps, self.done = steps, 0
        self.flow = Glow(1, 8, 4, 64, 2)
        self.flow.start(self.draw(512))
        self.parameters = list(self.flow.parameters())
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        self.optimiser = torch.optim.Adam(self.parameters, lr=RATE)

    @staticmethod
    def dequantise(images):
        return (images + torch.rand_like(images)) / LEVELS

    def draw(self, count):
        return self.dequantise(self.digits[torch.randint(TRAINED, (count,))])

    def train(self, count):
        for _ in range(count):
            self.done += 1
            rate = RATE * 0.5 * (1 + math.cos(math.pi * self.done / self.steps))
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            self.optimiser.zero_grad(set_to_none=True)
            loss = -self.flow.log_prob(self.draw(BATCH)).mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 50)
            self.optimiser.step()
            with torch.no_grad():
                torch._foreach_lerp_(self.average, self.parameters, 1 - DECAY)

    def bits(self):
        model = copy.deepcopy(self.flow)
        images = self.digits[TRAINED:]
        with torch.no_grad():
            for parameter, average in zip(model.parameters(), self.average):
                parameter.copy_(average)
            means = [model.log_prob(self.dequantise(images)).mean().item() for _ in range(3)]
        return (math.log(LEVELS) - sum(means) / 3 / PIXELS) / math.log(2)


def main():
    training, seconds = None, 0
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"ms": []}
        if training is None:
            other = Training(request["seed"], request["steps"])
            choose_threads(lambda: other.train(1))
            training = Training(request["seed"], request["steps"])
        else:
            start = time.perf_counter()
            training.train(request["part"])
            took = time.perf_counter() - start
            seconds += took
            ended = training.done >= request["steps"]
            if not request.get("whole"):
                answer["ms"] = [took * 1e3]
            elif ended:
                answer["ms"] = [seconds * 1e3]
            if ended:
                answer["note"] = f"{training.bits():.3f} bits/dim after {training.done} steps in {seconds:.1f} s"
        answer["peakMB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), flush=True)


main()
