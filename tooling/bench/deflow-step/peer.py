"""DeFlow's training step in plain PyTorch: forward, backward, Adam; float32, or bfloat16 autocast around the networks."""
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "deflow-model"))
import torch  # noqa: E402
from network import Step  # noqa: E402
from process import answer, build, check, requests, restart_peak  # noqa: E402

if sys.argv[1:2] == ["--check"]:
    print(json.dumps(check(build(sys.argv[2]))))
    sys.exit()

model = None
for request in requests():
    batch, size = request["batch"], request["size"]
    fields = {}
    if model is None:
        model = build(request["preset"])
        # By a process of its own: what it leaves behind is no part of a training's memory.
        found = subprocess.run([sys.executable, __file__, "--check", request["preset"]], stdout=subprocess.PIPE, check=True)
        fields["check"] = json.loads(found.stdout)
        Step.bfloat16 = request["precision"] == "bfloat16"
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
        restart_peak()
    times = []
    for _ in range(request["repeats"]):
        images, uniform = torch.rand(batch, 3, size, size), torch.rand(batch, 3, size, size)
        low = size // model.scale
        reduced, normal = torch.rand(batch, 3, low, low), torch.randn(batch, 3, low, low)
        degraded = torch.arange(batch) >= batch // 2
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(images, reduced, degraded, uniform, normal)
        loss.backward()
        optimizer.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    answer(ms=times, **fields)
