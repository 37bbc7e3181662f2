"""RRDBNet's PSNR training step in plain PyTorch: forward, L1, backward, Adam, moving average; float32 or bfloat16 autocast."""
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(2)
torch.manual_seed(0)


class DenseBlock(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        widths = [features + k * growth for k in range(5)]
        self.convs = nn.ModuleList(
            nn.Conv2d(width, features if k == 4 else growth, 3, padding=1) for k, width in enumerate(widths)
        )
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight)
            conv.weight.data *= 0.1
            nn.init.zeros_(conv.bias)

    def forward(self, x):
        found = [x]
        for conv in self.convs[:-1]:
            found.append(F.leaky_relu(conv(torch.cat(found, 1)), 0.2, inplace=True))
        return x + 0.2 * self.convs[-1](torch.cat(found, 1))


class Rrdb(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        self.blocks = nn.Sequential(*(DenseBlock(features, growth) for _ in range(3)))

    def forward(self, x):
        return x + 0.2 * self.blocks(x)


class RrdbNet(nn.Module):
    """Scale 4."""

    def __init__(self, features=64, blocks=23, growth=32):
        super().__init__()
        self.first = nn.Conv2d(3, features, 3, padding=1)
        self.body = nn.Sequential(*(Rrdb(features, growth) for _ in range(blocks)))
        self.body_conv, self.up1, self.up2, self.hr = (nn.Conv2d(features, features, 3, padding=1) for _ in range(4))
        self.last = nn.Conv2d(features, 3, 3, padding=1)

    def forward(self, x):
        x = self.first(x)
        x = x + self.body_conv(self.body(x))
        for conv in (self.up1, self.up2):
            x = F.leaky_relu(conv(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2, inplace=True)
        return self.last(F.leaky_relu(self.hr(x), 0.2, inplace=True))


def trainer():
    model = RrdbNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-4, betas=(0.9, 0.99))
    average = [parameter.detach().clone() for parameter in model.parameters()]

    def step(low, high, precision):
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            output = model(low)
            loss = F.l1_loss(output.float(), high)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, list(model.parameters()), 0.001)
        return loss.item()

    return step


def main():
    step = trainer()
    for line in sys.stdin:
        request = json.loads(line)
        batch, size = request["batch"], request["size"]
        times = []
        for _ in range(request["repeats"]):
            low, high = torch.rand(batch, 3, size // 4, size // 4), torch.rand(batch, 3, size, size)
            start = time.perf_counter()
            step(low, high, request["precision"])
            times.append((time.perf_counter() - start) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)


if __name__ == "__main__":
    main()
