"""Weights by a formula of the tensor's name, so that both sides of a benchmark can hold the same network."""
import math
import re

import numpy as np
import torch


def signs(key, count):
    """Numbers in [-1, 1) for the flat indices of the tensor `key`."""
    mask = np.uint32(0xFFFFFFFF)
    hashed = 2166136261
    for character in key.encode():
        hashed = (hashed ^ character) * 16777619 % 2**32
    a = (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(2654435761)) ^ np.uint32(hashed)
    a = (a ^ (a >> np.uint32(16))) * np.uint32(0x85EBCA6B) & mask
    a = (a ^ (a >> np.uint32(13))) * np.uint32(0xC2B2AE35) & mask
    return ((a ^ (a >> np.uint32(16))).astype(np.float64) / 2**31 - 1)


def gain(key, shape):
    factor = 1.0
    for pattern, value in ((r"^RRDB\.", 0.35), (r"\.affine\..*\.0\.weight$", 0.05), (r"\.affine\..*\.2\.weight$", 0.5),
                           (r"\.affine\..*\.4\.weight$|\.conv\.weight$", 0.1)):
        if re.search(pattern, key):
            factor = value
            break
    return factor * math.sqrt(3 / math.prod(shape[1:]))


def values(key, shape):
    count, last = math.prod(shape), key.split(".")[-1]
    if last == "p":
        return np.roll(np.eye(shape[0]), 1, 1)
    if last == "sign_s":
        return np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    factor = {"l": 0.5 / shape[-1], "u": 0.5 / shape[-1], "mean_shift": 0.1, "cov_shift": 0.1}.get(last, 0.05)
    if last == "weight":
        factor = gain(key, shape)
    own = -0.18 if re.fullmatch(r"flowUpsamplerNet\.layers\.\d+\.actnorm\.logs", key) else 0.0
    return (factor * signs(key, count) + own).reshape(shape)


def fill(model):
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(values(key, tuple(tensor.shape)))))


def wave(shape, start, step, size=0.4, centre=0.5):
    count = math.prod(shape)
    return torch.from_numpy(centre + size * np.sin(start + step * np.arange(count))).float().reshape(shape)
