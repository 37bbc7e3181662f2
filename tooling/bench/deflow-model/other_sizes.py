"""Prints what network.py gives in float64 for formula weights and images of sizes, batches and labels beside those of the golden files:
the numbers of packages/degradation/test/other-sizes.json. It must give the golden numbers themselves first.

  python other_sizes.py > ../../../packages/degradation/test/other-sizes.json
"""
import json
import math

import torch

# The model, its buffers and every conversion in float64; weights and images rounded to float32, as ours are.
torch.set_default_dtype(torch.float64)
single = torch.Tensor.float
torch.Tensor.float = torch.Tensor.double

from formula import values, wave  # noqa: E402
from network import DeFlow  # noqa: E402

GOLDEN = {"ntire": [6.551800775119642, 6.785916893364502], "aim": [6.542139110838321, 6.77985873675135]}
NORMS = {"ntire": 19.184210733318373, "aim": 16.56749736455282}
CASES = [  # batch, height, width, labels, (start, step) of the images, of the reduced ones and of the noise
    (3, 24, 40, [1, 0, 1], (0.7, 0.11), (0.4, 0.17), (0.3, 0.7)),
    (1, 32, 8, [0], (1.3, 0.23), (2.1, 0.05), (1.1, 0.4)),
    (2, 8, 16, [1, 1], (2.9, 0.61), (0.8, 0.37), (2.2, 1.3)),
]
KEYS = [
    "cov_shift", "mean_shift", "RRDB.conv_first.weight", "RRDB.RRDB_trunk.22.RDB3.conv5.bias",
    "flowUpsamplerNet.layers.1.invconv.l", "flowUpsamplerNet.layers.3.affine.fAffine.0.weight",
]


def build(preset):
    model = DeFlow(preset)
    model.statistics = None
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            tensor.copy_(single(torch.from_numpy(values(key, tuple(tensor.shape)).copy())))
    return model


def rounded(shape, start, step, **other):
    return single(wave(shape, start, step, **other)).double()


def evaluate(model, images, reduced, labels):
    features = model.features(reduced)
    latents, log_det = model.flowUpsamplerNet(images, features)
    bits = -model.log_density(images, torch.tensor(labels) == 1, features) / (math.log(2) * images[0, 0].numel())
    bits.mean().backward()
    gradients = {key: each.grad.clone() for key, each in model.named_parameters() if each.grad is not None}
    model.zero_grad(set_to_none=True)
    norm = math.sqrt(sum(each.square().sum().item() for each in gradients.values()))
    return features, latents, log_det, bits, gradients, norm


def summary(tensor):
    flat = tensor.detach().flatten()
    picked = [i * (len(flat) - 1) // 7 for i in range(8)]
    return {"sum": flat.sum().item(), "absSum": flat.abs().sum().item(), "values": flat[picked].tolist()}


def numbers(preset, model):
    for batch, height, width, labels, image_wave, reduced_wave, noise_wave in CASES:
        s = model.scale
        images = rounded((batch, 3, height, width), *image_wave)
        reduced = rounded((batch, 3, height // s, width // s), *reduced_wave)
        features, latents, log_det, bits, gradients, norm = evaluate(model, images, reduced, labels)
        noise = [rounded(each.shape, *noise_wave, size=0.5, centre=0) for each in latents]
        with torch.no_grad():
            moved = [shift.degrade(latent, each) for shift, latent, each in zip(model.shifts, latents, noise)]
            degraded = model.flowUpsamplerNet.inverse(moved, features)
        yield {
            "preset": preset, "batch": batch, "height": height, "width": width, "labels": labels,
            "imageWave": image_wave, "reducedWave": reduced_wave, "noiseWave": noise_wave,
            "features": [summary(each) for each in features], "latents": [summary(each) for each in latents],
            "logDet": log_det.tolist(), "bitsPerPixel": bits.tolist(), "degraded": summary(degraded),
            "loss": bits.mean().item(), "gradientNorm": norm, "gradients": {key: summary(gradients[key]) for key in KEYS},
        }


found = []
for preset in ("ntire", "aim"):
    model = build(preset)
    golden = evaluate(model, rounded((2, 3, 16, 24), 0.1, 0.3), rounded((2, 3, 16 // model.scale, 24 // model.scale), 0.2, 0.3), [0, 1])
    for value, wanted in zip([*golden[3].tolist(), golden[5]], [*GOLDEN[preset], NORMS[preset]]):
        assert abs(value / wanted - 1) < 1e-6, (value, wanted)
    found += numbers(preset, model)
print(json.dumps(found, indent=1))
