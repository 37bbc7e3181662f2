"""RRDBNet x4 in plain PyTorch, float32: a picture in, a picture out; whole, or in tiles of 256 where memory is counted."""
import json
import resource
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "sr-step"))
from peer import RrdbNet  # noqa: E402

answered = {}
small = {"features": 32, "blocks": 4, "growth": 16}
networks = {"published": {}, "small": small, "trained": small}
model = None
TILE, PAD, SCALE = 256, 16, 4


def enlarge(image):
    output = model(image.permute(2, 0, 1)[None].float() / 255)[0]
    return (output.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous()


def enlarge_in_tiles(image):
    size, step = image.shape[0], TILE - 2 * PAD
    result = torch.empty(size * SCALE, size * SCALE, 3, dtype=torch.uint8)
    for y in range(0, size, step):
        for x in range(0, size, step):
            top, left = max(0, y - PAD), max(0, x - PAD)
            tile = enlarge(image[top : y + step + PAD, left : x + step + PAD])
            height, width = (min(step, size - start) * SCALE for start in (y, x))
            from_y, from_x = (y - top) * SCALE, (x - left) * SCALE
            result[y * SCALE : y * SCALE + height, x * SCALE : x * SCALE + width] = tile[
                from_y : from_y + height, from_x : from_x + width
            ]
    return result


for line in sys.stdin:
    request = json.loads(line)
    # Memory is counted once: the process holds it afterwards.
    if request["work"] in answered:
        print(answered[request["work"]], flush=True)
        continue
    model = model or RrdbNet(**networks[request.get("network", "published")]).eval()
    size = request["size"]
    image = torch.randint(0, 256, (size, size, 3), dtype=torch.uint8)
    times = []
    for _ in range(request["repeats"]):
        start = time.perf_counter()
        with torch.inference_mode():
            (enlarge_in_tiles if request.get("memory") else enlarge)(image)
        times.append((time.perf_counter() - start) * 1e3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = json.dumps({"ms": times, "peakMB": peak})
    if request.get("memory"):
        answered[request["work"]] = answer
    print(answer, flush=True)
