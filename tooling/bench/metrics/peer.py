"""The same metrics by scikit-image and piq, on pictures by the same formula. NIQE, which neither has, in NumPy and SciPy.

Not everything is alike: piq computes in float32 on two threads, ours in float64 on one. scikit-image computes in float64. The bicubic
resize of PyTorch is asked for float64 and does not round, ours clips and rounds to 8 bits after each axis, as MATLAB does."""
import json
import resource
import sys
import time

import numpy as np
import piq
import torch
from scipy.ndimage import correlate1d
from scipy.special import gamma
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

torch.set_num_threads(2)
SIZE = 1024


def picture(channels, noise):
    y, x, channel = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(channels), indexing="ij")
    scene = 128 + 50 * np.sin(x / 17 + channel) * np.cos(y / 23) + 20 * np.sin(x * y / 4000)
    noisy = scene + noise * np.random.default_rng(1 + noise).standard_normal(scene.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def tensor(image):
    return torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255


SHAPES = np.arange(200, 10001) / 1000
RATIOS = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))
offsets = np.arange(-3, 4)
WINDOW = np.exp(-(offsets**2) / (2 * (7 / 6) ** 2))
WINDOW /= WINDOW.sum()


def smooth(plane):
    return correlate1d(correlate1d(plane, WINDOW, 0, mode="nearest"), WINDOW, 1, mode="nearest")


def asymmetric(values):
    left = np.sqrt(np.mean(values[values < 0] ** 2))
    right = np.sqrt(np.mean(values[values > 0] ** 2))
    balance = left / right
    ratio = np.mean(np.abs(values)) ** 2 / np.mean(values**2)
    ratio *= (balance**3 + 1) * (balance + 1) / (balance**2 + 1) ** 2
    shape = SHAPES[np.argmin((RATIOS - ratio) ** 2)]
    scale = np.sqrt(gamma(1 / shape) / gamma(3 / shape))
    return shape, left * scale, right * scale


def block_features(block):
    shape, left, right = asymmetric(block)
    features = [shape, (left + right) / 2]
    for shift in ((0, 1), (1, 0), (1, 1), (1, -1)):
        shape, left, right = asymmetric(block * np.roll(block, shift, (0, 1)))
        features += [shape, (right - left) * gamma(2 / shape) / gamma(1 / shape), left, right]
    return features


def half(plane):
    shrunk = torch.nn.functional.interpolate(
        torch.from_numpy(plane)[None, None], scale_factor=0.5, mode="bicubic", antialias=True
    )
    return shrunk[0, 0].numpy()


def niqe_features(image):
    rgb = image.astype(float) @ [0.298936021293775, 0.587043074451121, 0.114020904255103]
    side = SIZE // 96 * 96
    plane = np.round(rgb)[:side, :side]
    scales = []
    for block in (96, 48):
        mean = smooth(plane)
        deviation = np.sqrt(np.abs(smooth(plane**2) - mean**2))
        contrast = (plane - mean) / (deviation + 1)
        starts = range(0, plane.shape[0], block)
        scales.append([block_features(contrast[y : y + block, x : x + block]) for y in starts for x in starts])
        plane = half(plane)
    return np.concatenate(scales, 1)


MODEL = niqe_features(np.repeat(picture(1, 2), 3, 2))


def niqe(image):
    features = niqe_features(image)
    difference = MODEL.mean(0) - features.mean(0)
    pooled = (np.cov(MODEL.T) + np.cov(features.T)) / 2
    return np.sqrt(difference @ np.linalg.pinv(pooled) @ difference)


GAUSSIAN = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
METRICS = {
    "psnr": lambda a, b: peak_signal_noise_ratio(b, a),
    "ssim-gaussian": lambda a, b: structural_similarity(a[..., 0], b[..., 0], **GAUSSIAN),
    "ssim-uniform": lambda a, b: structural_similarity(a[..., 0], b[..., 0], data_range=255),
    "ssim-piq": lambda a, b: piq.ssim(tensor(a), tensor(b), data_range=1.0, downsample=False),
    "ms-ssim": lambda a, b: piq.multi_scale_ssim(tensor(a), tensor(b), data_range=1.0),
    "gmsd": lambda a, b: piq.gmsd(tensor(a), tensor(b), data_range=1.0),
    "ms-gmsd": lambda a, b: piq.multi_scale_gmsd(tensor(a), tensor(b), data_range=1.0),
    "vifp": lambda a, b: piq.vif_p(tensor(a), tensor(b), data_range=1.0),
    "fsim": lambda a, b: piq.fsim(tensor(a), tensor(b), data_range=1.0),
    "haarpsi": lambda a, b: piq.haarpsi(tensor(a), tensor(b), data_range=1.0),
    "mdsi": lambda a, b: piq.mdsi(tensor(a), tensor(b), data_range=1.0),
    "niqe": lambda a, b: niqe(a),
    "resize": lambda a, b: torch.nn.functional.interpolate(
        torch.from_numpy(a).permute(2, 0, 1)[None].double(), scale_factor=0.25, mode="bicubic", antialias=True
    ),
}

for line in sys.stdin:
    request = json.loads(line)
    image, reference = picture(request["channels"], 8), picture(request["channels"], 2)
    measure = METRICS[request["metric"]]
    measure(image, reference)
    times = []
    for _ in range(request["repeats"]):
        start = time.perf_counter()
        measure(image, reference)
        times.append((time.perf_counter() - start) * 1e3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": times, "peakMB": peak}), flush=True)
