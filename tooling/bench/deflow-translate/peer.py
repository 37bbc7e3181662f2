"""Translation with the published DeFlow in plain PyTorch: clean to degraded."""
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "deflow-model"))
import torch  # noqa: E402
from formula import wave  # noqa: E402
from process import answer, build, requests, restart_peak  # noqa: E402
from torch.nn import functional as F  # noqa: E402


def noise_like(latents):
    return [torch.randn_like(each) for each in latents]


@torch.no_grad()
def check(model):
    """The first pixels of a formula image with given noise: both sides must give the same."""
    images, reduced = wave((1, 3, 16, 24), 0.1, 0.3), wave((1, 3, 16 // model.scale, 24 // model.scale), 0.2, 0.3)
    features = model.features(reduced)
    latents = model.flowUpsamplerNet(images, features)[0]
    noise = [wave(tuple(each.shape), 0, 0.9, 0.5, 0) for each in latents]
    return model.decode(latents, features, noise)[0, 0, 0, :8].tolist()


if sys.argv[1:2] == ["--check"]:
    print(json.dumps(check(build(sys.argv[2]))))
    sys.exit()

model = None
for request in requests():
    fields = {}
    if model is None:
        model = build(request["preset"])
        # By a process of its own: what it leaves behind is no part of a translation's memory.
        found = subprocess.run([sys.executable, __file__, "--check", request["preset"]], stdout=subprocess.PIPE, check=True)
        fields["check"] = json.loads(found.stdout)
        restart_peak()
    height, width = request["height"], request["width"]
    times = []
    with torch.no_grad():
        for _ in range(request["repeats"]):
            images, normal = torch.rand(1, 3, height, width), torch.randn(1, 3, height // model.scale, width // model.scale)
            start = time.perf_counter()
            reduced = F.interpolate(images, scale_factor=1 / model.scale, mode="bicubic", antialias=True)
            latents, features = model.analyse(images, reduced, torch.full_like(images, 0.5), normal)
            if request["task"] == "decode":
                start = time.perf_counter()
            model.decode(latents, features, noise_like(latents))
            times.append((time.perf_counter() - start) * 1e3)
    answer(ms=times, **fields)
