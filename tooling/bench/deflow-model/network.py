"""The published DeFlow in plain PyTorch, written from its description; parameters have the names of the published checkpoints."""
import math

import torch
from torch import nn
from torch.nn import functional as F

TAPS, BLOCKS, STEPS, TRANSITIONS = (1, 8, 15, 22), 23, 16, 2
# Statistics of AIM 2019, 0..255: (clean, degraded) means and deviations of images and of reduced images.
STATISTICS = {
    "images": (
        ((114.47609804, 111.67182033, 103.29093697), (59.98190873, 57.2422813, 59.9127576)),
        ((120.71678252, 115.66740282, 104.7566205), (54.14952531, 52.60073718, 55.64991431)),
    ),
    "reduced": (
        ((114.36107384, 111.57875743, 103.19098391), (53.36256634, 50.91536884, 54.04613198)),
        ((120.71671803, 115.66735471, 104.75649595), (50.67423609, 49.07204813, 52.3704119)),
    ),
}


class DenseBlock(nn.Module):
    def __init__(self):
        super().__init__()
        for k in range(5):
            self.add_module(f"conv{k + 1}", nn.Conv2d(64 + 32 * k, 64 if k == 4 else 32, 3, padding=1))

    def forward(self, x):
        found = [x]
        for k in range(4):
            found.append(F.leaky_relu(getattr(self, f"conv{k + 1}")(torch.cat(found, 1)), 0.2, inplace=True))
        return x + 0.2 * self.conv5(torch.cat(found, 1))


class Rrdb(nn.Module):
    def __init__(self):
        super().__init__()
        self.RDB1, self.RDB2, self.RDB3 = DenseBlock(), DenseBlock(), DenseBlock()

    def forward(self, x):
        return x + 0.2 * self.RDB3(self.RDB2(self.RDB1(x)))


class Encoder(nn.Module):
    """Features of the three levels; what the flow never uses (full-size features, RGB output) is left out."""

    def __init__(self, scale):
        super().__init__()
        self.conv_first = nn.Conv2d(3, 64, 3, padding=1)
        self.RRDB_trunk = nn.ModuleList(Rrdb() for _ in range(BLOCKS))
        self.trunk_conv, self.upconv1 = (nn.Conv2d(64, 64, 3, padding=1) for _ in range(2))
        self.scale = scale
        if scale == 8:
            self.upconv2 = nn.Conv2d(64, 64, 3, padding=1)

    def forward(self, x):
        x = self.conv_first(x)
        tapped = []
        for index, block in enumerate(self.RRDB_trunk):
            x = block(x)
            if index in TAPS:
                tapped.append(x)
        blocks = torch.cat(tapped, 1)
        last = x + self.trunk_conv(x)
        up = F.leaky_relu(self.upconv1(F.interpolate(last, scale_factor=2, mode="nearest")), 0.2)
        if self.scale == 8:
            own = (F.leaky_relu(self.upconv2(F.interpolate(up, scale_factor=2, mode="nearest")), 0.2), up, last)
        else:
            own = (up, last, F.avg_pool2d(last, 2))
        return [torch.cat([each, F.interpolate(blocks, size=each.shape[2:], mode="nearest")], 1) for each in own]


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bias, self.logs = (nn.Parameter(torch.zeros(1, channels, 1, 1)) for _ in range(2))

    def forward(self, z):
        return (z + self.bias) * self.logs.exp()

    def inverse(self, z):
        return z * (-self.logs).exp() - self.bias


class NormalisedConv(nn.Conv2d):
    def __init__(self, inputs, outputs, kernel):
        super().__init__(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        self.actnorm = ActNorm(outputs)

    def forward(self, x):
        return self.actnorm(super().forward(x))


class ScaledConv(nn.Conv2d):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 3, padding=1)
        self.logs = nn.Parameter(torch.zeros(outputs, 1, 1))

    def forward(self, x):
        return super().forward(x) * (3 * self.logs).exp()


def network(inputs, hidden, outputs):
    return nn.Sequential(
        NormalisedConv(inputs, hidden, 3), nn.ReLU(), NormalisedConv(hidden, hidden, 1), nn.ReLU(), ScaledConv(hidden, outputs)
    )


class InvertibleConv(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.register_buffer("p", torch.eye(channels))
        self.register_buffer("sign_s", torch.ones(channels))
        self.l, self.u = (nn.Parameter(torch.zeros(channels, channels)) for _ in range(2))
        self.log_s = nn.Parameter(torch.zeros(channels))

    def weight(self):
        lower = self.l.tril(-1) + torch.eye(len(self.log_s))
        return self.p @ lower @ (self.u.triu(1) + torch.diag(self.sign_s * self.log_s.exp()))

    def forward(self, z):
        return F.conv2d(z, self.weight()[:, :, None, None])

    def inverse(self, z):
        return F.conv2d(z, torch.linalg.inv(self.weight().double()).float()[:, :, None, None])


class Couplings(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.fAffine = network(channels // 2 + 320, hidden, channels)
        self.fFeatures = network(320, hidden, 2 * channels)

    def numbers(self, net, x):
        """Shift and scale; the network under the caller's autocast, the rest in float32."""
        with torch.autocast("cpu", torch.bfloat16, enabled=Step.bfloat16):
            out = net(x)
        out = out.float()
        return out[:, 0::2], torch.sigmoid(out[:, 1::2] + 2) + 0.001


class Step(nn.Module):
    bfloat16 = False

    def __init__(self, channels, hidden=None):
        super().__init__()
        self.actnorm, self.invconv = ActNorm(channels), InvertibleConv(channels)
        self.affine = Couplings(channels, hidden) if hidden else None

    def forward(self, z, features):
        log_det = (self.actnorm.logs.sum() + self.invconv.log_s.sum()) * z.shape[2] * z.shape[3]
        z = self.invconv(self.actnorm(z))
        if self.affine is None:
            return z, log_det
        z1, z2 = z.chunk(2, 1)
        shift, scale = self.affine.numbers(self.affine.fAffine, torch.cat([z1, features], 1))
        z = torch.cat([z1, z2 / scale - shift], 1)
        log_det = log_det - scale.log().sum((1, 2, 3))
        shift, scale = self.affine.numbers(self.affine.fFeatures, features)
        return z / scale - shift, log_det - scale.log().sum((1, 2, 3))

    def inverse(self, z, features):
        if self.affine is not None:
            shift, scale = self.affine.numbers(self.affine.fFeatures, features)
            z1, z2 = ((z + shift) * scale).chunk(2, 1)
            shift, scale = self.affine.numbers(self.affine.fAffine, torch.cat([z1, features], 1))
            z = torch.cat([z1, (z2 + shift) * scale], 1)
        return self.actnorm.inverse(self.invconv.inverse(z))


class Shift(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.mean_shift = nn.Parameter(torch.zeros(channels))
        self.cov_shift = nn.Parameter(0.1 * torch.eye(channels))

    def latent_density(self, latent, degraded):
        """[batch]; `degraded`: bool [batch]."""
        constant = latent.shape[1] * math.log(2 * math.pi)
        clean = -0.5 * (latent.square().sum(1) + constant).sum((1, 2))
        covariance = torch.eye(latent.shape[1]) + self.cov_shift @ self.cov_shift.T
        centred = latent - self.mean_shift[None, :, None, None]
        whitened = torch.einsum("ij,bjhw->bihw", torch.linalg.inv(covariance), centred)
        shifted = -0.5 * ((centred * whitened).sum(1) + constant + torch.linalg.slogdet(covariance)[1]).sum((1, 2))
        return torch.where(degraded, shifted, clean)

    def degrade(self, latent, noise):
        return latent + self.mean_shift[None, :, None, None] + torch.einsum("ij,bjhw->bihw", self.cov_shift, noise)


class Split(Shift):
    def __init__(self):
        super().__init__(6)
        self.conv = ScaledConv(6, 12)

    def numbers(self, z1):
        out = self.conv(z1)
        return out[:, 0::2], out[:, 1::2]

    def forward(self, z):
        z1, z2 = z.chunk(2, 1)
        mean, logs = self.numbers(z1)
        return z1, (z2 - mean) / (logs.exp() + 1e-6), -logs.sum((1, 2, 3))

    def inverse(self, z1, latent):
        mean, logs = self.numbers(z1)
        return torch.cat([z1, mean + logs.exp() * latent], 1)


class Flow(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        layers = []
        for level, channels in enumerate((12, 24, 96)):
            layers += [nn.PixelUnshuffle(2), *(Step(channels) for _ in range(TRANSITIONS))]
            layers += [Step(channels, hidden) for _ in range(STEPS)]
            if level == 0:
                layers.append(Split())
        self.layers = nn.ModuleList(layers)

    def forward(self, z, features):
        log_det, latents, level = torch.zeros(z.shape[0]), [], -1
        for layer in self.layers:
            if isinstance(layer, nn.PixelUnshuffle):
                z, level, change = layer(z), level + 1, 0
            elif isinstance(layer, Split):
                z, latent, change = layer(z)
                latents.append(latent)
            else:
                z, change = layer(z, features[level])
            log_det = log_det + change
        return [*latents, z], log_det

    def inverse(self, latents, features):
        z, level = latents[1], 2
        for layer in reversed(self.layers):
            if isinstance(layer, nn.PixelUnshuffle):
                z, level = F.pixel_shuffle(z, 2), level - 1
            elif isinstance(layer, Split):
                z = layer.inverse(z, latents[0])
            else:
                z = layer.inverse(z, features[level])
        return z


class DeFlow(Shift):
    def __init__(self, preset):
        super().__init__(96)
        self.scale, hidden = {"aim": (8, 128), "ntire": (4, 64)}[preset]
        self.statistics = STATISTICS if preset == "aim" else None
        self.RRDB, self.flowUpsamplerNet = Encoder(self.scale), Flow(hidden)

    @property
    def shifts(self):
        return next(layer for layer in self.flowUpsamplerNet.layers if isinstance(layer, Split)), self

    def features(self, reduced):
        with torch.autocast("cpu", torch.bfloat16, enabled=Step.bfloat16):
            return self.RRDB(reduced)

    def log_density(self, images, degraded, features):
        """Nats of each image: [batch]."""
        latents, log_det = self.flowUpsamplerNet(images, features)
        for shift, latent in zip(self.shifts, latents):
            log_det = log_det + shift.latent_density(latent, degraded)
        return log_det

    def match(self, values, degraded, name):
        if self.statistics is None:
            return values
        (mean_clean, clean), (mean_degraded, deviation) = (
            [torch.tensor(each)[None, :, None, None] / 255 for each in pair] for pair in self.statistics[name]
        )
        matched = ((values - mean_degraded) / deviation * clean + mean_clean).clamp(0, 1)
        return torch.where(degraded[:, None, None, None], matched, values)

    def loss(self, images, reduced, degraded, uniform, normal):
        """Bits per dim."""
        features = self.features(self.match(reduced, degraded, "reduced") + 0.03 * normal)
        values = self.match(images, degraded, "images") + (uniform - 0.5) / 32
        bits = -self.log_density(values, degraded, features) / (math.log(2) * images[0].numel())
        return bits.mean() + math.log2(32)

    def analyse(self, images, reduced, uniform, normal):
        features = self.features(reduced + 0.03 * normal)
        return self.flowUpsamplerNet(images + (uniform - 0.5) / 32, features)[0], features

    def decode(self, latents, features, noise):
        moved = [shift.degrade(latent, each) for shift, latent, each in zip(self.shifts, latents, noise)]
        image = self.flowUpsamplerNet.inverse(moved, features)
        if self.statistics is not None:
            (mean_clean, clean), (mean, deviation) = (
                [torch.tensor(each)[None, :, None, None] / 255 for each in pair] for pair in self.statistics["images"]
            )
            image = (image - mean_clean) / clean * deviation + mean
        return image.clamp(0, 1)
