"""The flows of ours.mjs in PyTorch, written from the papers: Glow, RealNVP, neural spline flows, MAF. Each has
`log_prob(x)` and `sample(count)`; `start(x)` is the data-dependent start of ActNorm."""
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


def choose_threads(step, warm_up=3):
    """Leaves PyTorch with one thread or all of them, whichever runs `step` faster: small tensors do not repay more."""
    times = {}
    for threads in (torch.get_num_threads(), 1):
        torch.set_num_threads(threads)
        step()
        start = time.perf_counter()
        for _ in range(warm_up):
            step()
        times[threads] = time.perf_counter() - start
    torch.set_num_threads(min(times, key=times.get))


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))
        self.logs = nn.Parameter(torch.zeros(channels))

    def shaped(self, x):
        shape = [1, -1, 1, 1] if x.dim() == 4 else [1, -1]
        return self.bias.view(shape), self.logs.view(shape)

    def start(self, x):
        axes = [0, 2, 3] if x.dim() == 4 else [0]
        with torch.no_grad():
            self.bias.copy_(-x.mean(axes))
            self.logs.copy_(-torch.log(x.std(axes) + 1e-6))

    def forward(self, x):
        bias, logs = self.shaped(x)
        return (x + bias) * logs.exp(), self.logs.sum() * (x[0, 0].numel())

    def inverse(self, z):
        bias, logs = self.shaped(z)
        return z * (-logs).exp() - bias


class Linear1x1(nn.Module):
    """W = P L U, Glow's section 3.2."""

    def __init__(self, channels):
        super().__init__()
        rotation = torch.linalg.qr(torch.randn(channels, channels))[0]
        p, l, u = torch.linalg.lu(rotation)
        diagonal = u.diagonal()
        self.register_buffer("p", p)
        self.register_buffer("signs", diagonal.sign())
        self.register_buffer("below", torch.tril(torch.ones(channels, channels), -1))
        self.register_buffer("identity", torch.eye(channels))
        self.l = nn.Parameter(l)
        self.u = nn.Parameter(u)
        self.logs = nn.Parameter(diagonal.abs().log())

    def factors(self):
        lower = self.l * self.below + self.identity
        upper = self.u * self.below.T + torch.diag(self.signs * self.logs.exp())
        return lower, upper

    def start(self, x):
        pass

    def apply_matrix(self, x, matrix):
        if x.dim() == 4:
            return F.conv2d(x, matrix[:, :, None, None])
        return x @ matrix.T

    def forward(self, x):
        lower, upper = self.factors()
        return self.apply_matrix(x, self.p @ lower @ upper), self.logs.sum() * (x[0, 0].numel())

    def inverse(self, z):
        lower, upper = self.factors()
        half = torch.linalg.solve_triangular(lower, self.p.T, upper=False, unitriangular=True)
        return self.apply_matrix(z, torch.linalg.solve_triangular(upper, half, upper=True))


def conv_network(inputs, outputs, hidden):
    last = nn.Conv2d(hidden, outputs, 3, padding=1)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Conv2d(inputs, hidden, 3, padding=1), nn.ReLU(), nn.Conv2d(hidden, hidden, 1), nn.ReLU(), last
    )


def dense_network(inputs, outputs, hidden):
    last = nn.Linear(hidden, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), last)


def tanh_affine(x, parameters, clamp, backwards=False):
    """z = (x + t) exp(s), s = clamp tanh(raw / clamp)."""
    shift, raw = parameters.chunk(2, 1)
    logs = torch.tanh(raw / clamp) * clamp
    if backwards:
        return x * (-logs).exp() - shift
    return (x + shift) * logs.exp(), logs.flatten(1).sum(1)


def spline(x, parameters, bins, bound, backwards=False):
    """Rational-quadratic spline (Durkan et al. 2019) on [-bound, bound] after an affine map; linear tails of slope 1."""
    raw = parameters.view(x.shape[0], x.shape[1], -1)
    shift, logs = raw[..., 0], torch.tanh(raw[..., 1] / 2) * 2
    raw = raw[..., 2:]
    least = 1e-3
    widths = least + (1 - least * bins) * raw[..., :bins].softmax(-1)
    heights = least + (1 - least * bins) * raw[..., bins : 2 * bins].softmax(-1)
    inner = least + F.softplus(raw[..., 2 * bins :] + math.log(math.expm1(1 - least)))
    slopes = F.pad(inner, (1, 1), value=1.0)
    xs = F.pad(widths.cumsum(-1), (1, 0)) * 2 * bound - bound
    ys = F.pad(heights.cumsum(-1), (1, 0)) * 2 * bound - bound
    value = x if backwards else (x + shift) * logs.exp()
    inside = (value > -bound) & (value < bound)
    clipped = value.clamp(-bound, bound)
    knots = ys if backwards else xs
    at = (torch.searchsorted(knots[..., 1:-1].contiguous(), clipped[..., None])).squeeze(-1)

    def pick(list_, offset=0):
        return list_.gather(-1, (at + offset)[..., None]).squeeze(-1)

    left, right, low, high = pick(xs), pick(xs, 1), pick(ys), pick(ys, 1)
    d0, d1 = pick(slopes), pick(slopes, 1)
    width, height = right - left, high - low
    slope = height / width
    if backwards:
        y = clipped - low
        term = y * (d0 + d1 - 2 * slope)
        a = height * (slope - d0) + term
        b = height * d0 - term
        c = -slope * y
        xi = 2 * c / (-b - (b * b - 4 * a * c).clamp(min=0).sqrt())
        return torch.where(inside, xi * width + left, value) * (-logs).exp() - shift
    xi = (clipped - left) / width
    both = xi * (1 - xi)
    denominator = slope + (d0 + d1 - 2 * slope) * both
    z = low + height * (slope * xi * xi + d0 * both) / denominator
    derivative = slope * slope * (d1 * xi * xi + 2 * slope * both + d0 * (1 - xi) ** 2) / (denominator * denominator)
    logs_spline = torch.where(inside, derivative.log(), torch.zeros_like(z))
    return torch.where(inside, z, value), (logs + logs_spline).flatten(1).sum(1)


class Coupling(nn.Module):
    def __init__(self, channels, network, transform):
        super().__init__()
        self.kept = channels // 2
        self.network = network
        self.transform = transform

    def start(self, x):
        pass

    def forward(self, x):
        x1, x2 = x[:, : self.kept], x[:, self.kept :]
        z2, log_det = self.transform(x2, self.network(x1))
        return torch.cat([x1, z2], 1), log_det

    def inverse(self, z):
        z1, z2 = z[:, : self.kept], z[:, self.kept :]
        return torch.cat([z1, self.transform(z2, self.network(z1), backwards=True)], 1)


class MaskedLinear(nn.Linear):
    def __init__(self, inputs, outputs, mask):
        super().__init__(inputs, outputs)
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Autoregressive(nn.Module):
    """MADE (Germain et al. 2015) gives shift and scale of each dimension from those before it."""

    def __init__(self, dimensions, hidden):
        super().__init__()
        self.dimensions = dimensions
        inputs = torch.arange(1, dimensions + 1)
        units = torch.arange(hidden) % (dimensions - 1) + 1
        outputs = inputs.repeat(2)
        self.network = nn.Sequential(
            MaskedLinear(dimensions, hidden, (units[:, None] >= inputs).float()),
            nn.ReLU(),
            MaskedLinear(hidden, hidden, (units[:, None] >= units).float()),
            nn.ReLU(),
            MaskedLinear(hidden, 2 * dimensions, (outputs[:, None] > units).float()),
        )

    def start(self, x):
        pass

    def affine(self, x, parameters):
        shift, raw = parameters.chunk(2, 1)
        return shift, raw / (1 + (raw / math.log(1e-3)).abs())

    def forward(self, x):
        shift, logs = self.affine(x, self.network(x))
        return (x + shift) * logs.exp(), logs.sum(1)

    def inverse(self, z):
        x = torch.zeros_like(z)
        for _ in range(self.dimensions):
            shift, logs = self.affine(x, self.network(x))
            x = z * (-logs).exp() - shift
        return x


class Reverse(nn.Module):
    def start(self, x):
        pass

    def forward(self, x):
        return x.flip(1), 0

    def inverse(self, z):
        return z.flip(1)


class Squeeze(nn.Module):
    def start(self, x):
        pass

    def forward(self, x):
        return F.pixel_unshuffle(x, 2), 0

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


def normal_log_density(z, mean=None, logs=None):
    if mean is None:
        return (-0.5 * (z * z + math.log(2 * math.pi))).flatten(1).sum(1)
    return (-0.5 * ((z - mean) ** 2 * (-2 * logs).exp() + math.log(2 * math.pi)) - logs).flatten(1).sum(1)


class VectorFlow(nn.Module):
    def __init__(self, layers, dimensions):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.dimensions = dimensions

    def start(self, x):
        with torch.no_grad():
            for layer in self.layers:
                layer.start(x)
                x = layer(x)[0]

    def log_prob(self, x):
        total = 0
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return normal_log_density(x) + total

    def sample(self, count):
        z = torch.randn(count, self.dimensions)
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


class Glow(nn.Module):
    """Two levels: squeeze, steps, split with a learned prior; squeeze, steps, a learned diagonal normal."""

    def __init__(self, channels, size, depth, hidden, clamp):
        super().__init__()

        def step(channels):
            changed = channels - channels // 2
            network = conv_network(channels // 2, 2 * changed, hidden)
            affine = lambda x, p, backwards=False: tanh_affine(x, p, clamp, backwards)
            return [ActNorm(channels), Linear1x1(channels), Coupling(channels, network, affine)]

        first, second = 4 * channels, 8 * channels
        self.shape = [first // 2, size // 2, size // 2], [second, size // 4, size // 4]
        self.first = nn.ModuleList([Squeeze()] + [layer for _ in range(depth) for layer in step(first)])
        self.second = nn.ModuleList([Squeeze()] + [layer for _ in range(depth) for layer in step(second)])
        self.prior = nn.Conv2d(first // 2, first, 3, padding=1)
        nn.init.zeros_(self.prior.weight)
        nn.init.zeros_(self.prior.bias)
        self.mean = nn.Parameter(torch.zeros(second, 1, 1))
        self.logs = nn.Parameter(torch.zeros(second, 1, 1))

    def start(self, x):
        with torch.no_grad():
            for layer in self.first:
                layer.start(x)
                x = layer(x)[0]
            x = x.chunk(2, 1)[0]
            for layer in self.second:
                layer.start(x)
                x = layer(x)[0]

    def log_prob(self, x):
        total = 0
        for layer in self.first:
            x, log_det = layer(x)
            total = total + log_det
        x, latent = x.chunk(2, 1)
        mean, logs = self.prior(x).chunk(2, 1)
        total = total + normal_log_density(latent, mean, logs)
        for layer in self.second:
            x, log_det = layer(x)
            total = total + log_det
        return total + normal_log_density(x, self.mean, self.logs)

    def sample(self, count):
        latent, z = [torch.randn(count, *shape) for shape in self.shape]
        z = z * self.logs.exp() + self.mean
        for layer in reversed(self.second):
            z = layer.inverse(z)
        mean, logs = self.prior(z).chunk(2, 1)
        z = torch.cat([z, latent * logs.exp() + mean], 1)
        for layer in reversed(self.first):
            z = layer.inverse(z)
        return z


def vector_flow(kind, dimensions, depth, hidden):
    kept = dimensions // 2
    changed = dimensions - kept
    layers = []
    if kind == "spline":
        bins, bound = 12, 4.0
        layers.append(ActNorm(dimensions))
        transform = lambda x, p, backwards=False: spline(x, p, bins, bound, backwards)
        for _ in range(depth):
            network = dense_network(kept, changed * (3 * bins + 1), hidden)
            layers += [Linear1x1(dimensions), Coupling(dimensions, network, transform)]
    elif kind == "maf":
        for _ in range(depth):
            layers += [Autoregressive(dimensions, hidden), Reverse()]
    else:
        affine = lambda x, p, backwards=False: tanh_affine(x, p, 2, backwards)
        for _ in range(depth):
            layers += [ActNorm(dimensions), Coupling(dimensions, dense_network(kept, 2 * changed, hidden), affine), Reverse()]
    return VectorFlow(layers, dimensions)
