"""The numbers of inception.json: pytorch-fid 0.3.0 in float64, with weights and pictures by formula; the resizing of
torch-fidelity 0.4.0 (tensorflow) and of Pillow (clean).

    pip install torch torchvision pillow pytorch-fid==0.3.0 torch-fidelity==0.4.0
    python inception.py > inception.json
"""

import json

import numpy as np
import torch
from PIL import Image
from pytorch_fid import fid_score, inception
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

MODULUS = 16777213


def hashed(count, stream):
    i = np.arange(count, dtype=np.int64)
    return (((i * i % MODULUS) * 6180339 + i * 7919 + (stream + 1) * 1048573) % MODULUS) / MODULUS


def picture(width, height, channels, seed):
    """As pictureByFormula of conformance/pictures.ts."""
    i = np.arange(width * height * channels)
    channel, x, y = i % channels, i // channels % width, i // channels // width
    noise = hashed(len(i), seed) - 0.5
    waves = 0.22 * np.sin(x / 7 + seed + channel / 3) * np.cos(y / 5 - seed / 2)
    edge = np.where((x + 2 * y + 13 * seed) % 61 < 23, 0.16, -0.1)
    texture = np.where(x > width / 3, 0.12, 0.01) * noise
    samples = 0.5 + waves + edge * np.where(channel == 1, 0.8, 1) + texture
    return samples.astype(np.float32).reshape(height, width, channels)


def network():
    """pytorch-fid's network without the download, every tensor by formula, float32 values in float64."""
    inception.load_state_dict_from_url = lambda *_, **__: {}
    load = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda *_, **__: None
    net = inception.fid_inception_v3().double().eval()
    torch.nn.Module.load_state_dict = load
    layers = [(name, each) for name, each in net.named_modules() if hasattr(each, "conv") and hasattr(each, "bn")]
    with torch.no_grad():
        for index, (_, layer) in enumerate(layers):
            kernel = layer.conv.weight
            outputs, inputs = kernel.shape[0], kernel[0].numel()

            def fill(parameter, values):
                parameter.copy_(torch.from_numpy(values.astype(np.float32)).reshape(parameter.shape))

            fill(kernel, np.sqrt(6 / inputs) * (2 * hashed(kernel.numel(), index) - 1))
            fill(layer.bn.weight, 0.75 + 0.5 * hashed(outputs, index + 1000))
            fill(layer.bn.bias, 0.4 * hashed(outputs, index + 2000) - 0.1)
            fill(layer.bn.running_mean, 0.4 * hashed(outputs, index + 3000) - 0.2)
            fill(layer.bn.running_var, 0.5 + hashed(outputs, index + 4000))
    inception.fid_inception_v3 = lambda: net
    return [name for name, _ in layers]


def pillow_bicubic(samples):
    """As clean-fid: every channel as float32, antialiased, then clipped."""
    planes = [Image.fromarray(plane.astype(np.float32)).resize((299, 299), Image.Resampling.BICUBIC) for plane in samples]
    return np.clip(np.stack([np.asarray(plane, np.float64) for plane in planes]), 0, 255)


def tensorflow_bilinear(samples):
    return interpolate_bilinear_2d_like_tensorflow1x(torch.from_numpy(samples)[None], (299, 299), align_corners=False)[0].numpy()


def summary(features):
    return {
        "length": float(np.linalg.norm(features)),
        "along": float(features @ (hashed(len(features), 9) - 0.5)),
        "every256th": [float(value) for value in features[::256]],
    }


def kernel_distance(x, y):
    """Unbiased, over all vectors."""
    kernel = lambda a, b: (a @ b.T / x.shape[1] + 1) ** 3
    within = lambda a: (kernel(a, a).sum() - np.trace(kernel(a, a))) / (len(a) * (len(a) - 1))
    return float(within(x) + within(y) - 2 * kernel(x, y).mean())


def feature_set(count, length, stream, scale, offset):
    return offset + scale * hashed(count * length, stream).reshape(count, length)


def main():
    layers = network()
    resizing = inception.InceptionV3([3]).double().eval()
    plain = inception.InceptionV3([3], resize_input=False, normalize_input=False).double().eval()
    features = {"pytorch": {}, "tensorflow": {}, "clean": {}}

    def measure(convention, name, model, batch):
        with torch.no_grad():
            values = model(torch.as_tensor(batch)[None])[0].flatten().numpy()
        features[convention][name] = summary(values)
        return values

    vectors = []
    for width, height, channels, seed in [(299, 299, 3, 1), (401, 333, 3, 2), (64, 48, 3, 3), (97, 120, 1, 4)]:
        name = f"{width}x{height}x{channels}"
        samples = picture(width, height, channels, seed).astype(np.float64).transpose(2, 0, 1)
        samples = np.broadcast_to(samples, (3, height, width)).copy()
        vectors.append(measure("pytorch", name, resizing, samples))
        measure("tensorflow", name, plain, (tensorflow_bilinear(255 * samples) - 128) / 128)
        measure("clean", name, plain, (pillow_bicubic(255 * samples) - 128) / 128)

    x, y = feature_set(90, 24, 1, 1, 0), feature_set(70, 24, 2, 1.2, 0.1)
    moments = lambda z: (z.mean(axis=0), np.cov(z, rowvar=False))
    result = {
        "layers": layers,
        "features": features,
        "kidOfTwoAndTwo": kernel_distance(np.stack(vectors[:2]), np.stack(vectors[2:])),
        "sets": {
            "frechet": float(fid_score.calculate_frechet_distance(*moments(x), *moments(y))),
            "kernel": kernel_distance(x, y),
        },
    }
    print(json.dumps(result, indent=2))


main()
