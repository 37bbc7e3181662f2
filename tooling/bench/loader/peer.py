"""The same by PyTorch's DataLoader: PIL opens a photograph for each patch, or a memory map holds all of them decoded."""
import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

FOLDER = Path(__file__).resolve().parents[3] / ".cache" / "bench-loader"
SIZE = 128


class Patches(Dataset):
    def __init__(self, files, decoded):
        self.files = files
        self.maps = [np.load(file, mmap_mode="r") for file in decoded] if decoded else None

    def __len__(self):
        return 1 << 20

    def __getitem__(self, index):
        random = np.random.default_rng(index)
        n = random.integers(len(self.files))
        image = self.maps[n] if self.maps else Image.open(self.files[n])
        width, height = (image.shape[1], image.shape[0]) if self.maps else image.size
        x, y = random.integers(width - SIZE + 1), random.integers(height - SIZE + 1)
        if self.maps:
            patch = np.array(image[y : y + SIZE, x : x + SIZE])
        else:
            patch = np.array(image.convert("RGB").crop((x, y, x + SIZE, y + SIZE)))
        tensor = torch.from_numpy(patch).permute(2, 0, 1).float() / 255
        return tensor.flip(2) if random.integers(2) else tensor


def photographs(form):
    return sorted((FOLDER / form).glob(f"*.{form}"))


def memory_maps(form):
    folder = FOLDER / f"{form}-decoded"
    os.makedirs(folder, exist_ok=True)
    maps = []
    for file in photographs(form):
        maps.append(folder / f"{file.stem}.npy")
        if not maps[-1].exists():
            np.save(maps[-1], np.array(Image.open(file).convert("RGB")))
    return maps


def load(request):
    decoded = memory_maps(request["format"]) if request.get("decoded") else None
    loader = DataLoader(Patches(photographs(request["format"]), decoded), batch_size=16, num_workers=request["workers"])
    batches = iter(loader)
    next(batches)
    start = time.perf_counter()
    for _ in range(request["batches"]):
        next(batches)
    return (time.perf_counter() - start) / request["batches"]


def decode(request):
    files = photographs(request["format"])
    start = time.perf_counter()
    for file in files:
        np.array(Image.open(file).convert("RGB"))
    return (time.perf_counter() - start) / len(files)


for line in sys.stdin:
    request = json.loads(line)
    seconds = load(request) if request["task"] == "load" else decode(request)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": [seconds * 1e3], "peakMB": peak}), flush=True)
