"""RRDBNet x4 in plain PyTorch, float32: a picture in, a picture out; whole, without tiles. Works that count memory are ours alone."""
import json
import resource
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "sr-step"))
from peer import RrdbNet  # noqa: E402

networks = {"published": {}, "trained": {"features": 32, "blocks": 4, "growth": 16}}
model = None
for line in sys.stdin:
    request = json.loads(line)
    if request.get("memory"):
        print(json.dumps({"ms": []}), flush=True)
        continue
    model = model or RrdbNet(**networks[request.get("network", "published")]).eval()
    size = request["size"]
    image = torch.randint(0, 256, (size, size, 3), dtype=torch.uint8)
    times = []
    for _ in range(request["repeats"]):
        start = time.perf_counter()
        with torch.inference_mode():
            output = model(image.permute(2, 0, 1)[None].float() / 255)[0]
            output = (output.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous()
        times.append((time.perf_counter() - start) * 1e3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": times, "peakMB": peak}), flush=True)
