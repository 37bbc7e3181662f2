"""The small DeFlow recipe in plain PyTorch: one training step (loss, gradients, clipping, Adam), timed on request."""
import json
import math
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(2)
torch.manual_seed(0)
CHANNELS, CONTEXT, HIDDEN = 12, 20, 32


def squeeze(x):
    return F.pixel_unshuffle(x, 2)


class Invertible1x1(nn.Module):
    def __init__(self, start):
        super().__init__()
        p, lower, upper = torch.linalg.lu(start)
        self.register_buffer("p", p)
        self.register_buffer("sign_s", torch.diagonal(upper).sign())
        self.l, self.u = nn.Parameter(lower), nn.Parameter(upper.triu(1))
        self.log_s = nn.Parameter(torch.diagonal(upper).abs().log())

    def forward(self, z):
        eye = torch.eye(CHANNELS)
        lower = self.l.tril(-1) + eye
        upper = self.u.triu(1) + torch.diag(self.sign_s * self.log_s.exp())
        weight = self.p @ lower @ upper
        return F.conv2d(z, weight[:, :, None, None]), self.log_s.sum() * z.shape[2] * z.shape[3]


def network(inputs, outputs, kernels):
    a, b, c = kernels
    last = nn.Conv2d(HIDDEN, outputs, c, padding=c // 2)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Conv2d(inputs, HIDDEN, a, padding=a // 2), nn.ReLU(),
        nn.Conv2d(HIDDEN, HIDDEN, b, padding=b // 2), nn.ReLU(), last,
    )


def bounded(raw, bound=0.05):
    return bound * torch.tanh(raw / bound)


class Step(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias, self.logs = nn.Parameter(torch.zeros(1, CHANNELS, 1, 1)), nn.Parameter(torch.zeros(1, CHANNELS, 1, 1))
        self.mix = Invertible1x1(torch.eye(CHANNELS).roll(CHANNELS // 2, 0))
        self.injector = network(CONTEXT, 2 * CHANNELS, (1, 1, 1))
        self.coupling = network(CHANNELS // 2 + CONTEXT, CHANNELS, (3, 1, 3))

    def forward(self, z, context):
        z = (z + self.bias) * self.logs.exp()
        log_det = self.logs.sum() * z.shape[2] * z.shape[3]
        z, mixed = self.mix(z)
        shift, raw = self.injector(context).chunk(2, 1)
        scale = bounded(raw)
        z = (z + shift) * scale.exp()
        log_det = log_det + mixed + scale.sum((1, 2, 3))
        z1, z2 = z.chunk(2, 1)
        shift, raw = self.coupling(torch.cat([z1, context], 1)).chunk(2, 1)
        scale = bounded(raw)
        return torch.cat([z1, (z2 + shift) * scale.exp()], 1), log_det + scale.sum((1, 2, 3))


class SmallDeFlow(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 8, 3, padding=1)
        self.basis = nn.Parameter(torch.linalg.qr(torch.randn(CHANNELS, CHANNELS))[0], requires_grad=False)
        self.steps = nn.ModuleList(Step() for _ in range(4))
        self.trailing = Invertible1x1(torch.eye(CHANNELS))
        self.mean, self.log_sigma = nn.Parameter(torch.zeros(CHANNELS)), nn.Parameter(torch.zeros(CHANNELS))
        self.sigma_features = nn.Conv2d(CONTEXT, CHANNELS, 1)
        nn.init.zeros_(self.sigma_features.weight)
        nn.init.zeros_(self.sigma_features.bias)

    def loss(self, images, uniform, normal):
        size = images.shape[2]
        h = F.interpolate(images, scale_factor=0.25, mode="bicubic", antialias=True) + 0.1 * normal
        own = F.interpolate(F.leaky_relu(self.features(h), 0.2), scale_factor=2, mode="bilinear")
        context = torch.cat([own, squeeze(F.interpolate(h, scale_factor=4, mode="bicubic"))], 1)
        z = squeeze(images - 0.5 + (uniform - 0.5) / 64)
        z = F.conv2d(z, self.basis[:, :, None, None])
        log_det = torch.zeros(images.shape[0])
        for step in self.steps:
            z, change = step(z, context)
            log_det = log_det + change
        z, change = self.trailing(z)
        log_det = log_det + change
        half = images.shape[0] // 2
        log_sigma = self.log_sigma[None, :, None, None] + 1.5 * torch.tanh(self.sigma_features(context) / 1.5)
        clean = -0.5 * (z[:half].square() + math.log(2 * math.pi)).sum((1, 2, 3))
        variance = 1 + torch.exp(2 * log_sigma[half:])
        shifted = z[half:] - self.mean[None, :, None, None]
        degraded = -0.5 * (shifted.square() / variance + variance.log() + math.log(2 * math.pi)).sum((1, 2, 3))
        log_likelihood = torch.cat([clean, degraded]) + log_det
        return (-log_likelihood / (math.log(2) * 3 * size * size)).mean() + math.log2(64)


def worker():
    models = {}
    for line in sys.stdin:
        request = json.loads(line)
        batch, patch = request["batch"], request["patch"]
        if (batch, patch) not in models:
            model = SmallDeFlow()
            models[batch, patch] = model, torch.optim.Adam(model.parameters(), lr=2e-3)
        model, optimizer = models[batch, patch]
        times = []
        for _ in range(request["repeats"]):
            images, uniform = torch.rand(batch, 3, patch, patch), torch.rand(batch, 3, patch, patch)
            normal = torch.randn(batch, 3, patch // 4, patch // 4)
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = model.loss(images, uniform, normal)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 50)
            optimizer.step()
            loss.item()
            times.append((time.perf_counter() - start) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)


worker()
