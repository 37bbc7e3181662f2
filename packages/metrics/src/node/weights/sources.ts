import type { NetworkName } from '../../backbones/networks.ts';
import { torchvisionNames } from '../../backbones/weights.ts';
import type { LpipsVersion } from '../../lpips/weights.ts';

/** A published file of weights or parameters. */
export interface WeightsSource {
  readonly name: string;
  readonly address: string;
  /** Of the whole file; of torchvision's files and FID's only the first 8 digits are published, in their names. */
  readonly sha256: string;
  /** What it becomes in the weights folder. */
  readonly file: string;
  readonly kind:
    | { readonly type: 'backbone'; readonly network: NetworkName }
    | { readonly type: 'heads'; readonly network: NetworkName; readonly version: LpipsVersion }
    | { readonly type: 'dists' }
    | { readonly type: 'inception' }
    | { readonly type: 'copy' };
}

const torchvision = (network: NetworkName, file: string): WeightsSource => ({
  name: torchvisionNames[network],
  address: `https://download.pytorch.org/models/${file}`,
  sha256: /-([0-9a-f]{8})\.pth$/.exec(file)![1]!,
  file: backboneFile(network),
  kind: { type: 'backbone', network },
});

const github = (path: string): string => `https://raw.githubusercontent.com/${path}`;

const lpipsCommit = '082bb24f84c091ea94de2867d34c4544f68e0963';

const lpips = (network: NetworkName, version: LpipsVersion, sha256: string): WeightsSource => ({
  name: `lpips-${network}-v${version}`,
  address: github(`richzhang/PerceptualSimilarity/${lpipsCommit}/lpips/weights/v${version}/${network}.pth`),
  sha256,
  file: headsFile(network, version),
  kind: { type: 'heads', network, version },
});

const brisque = '2e2a5ac04cd4b73ac0f5867de5b974581fa2d4d2';

export const backboneFile = (network: NetworkName): string => `${torchvisionNames[network]}.safetensors`;
export const headsFile = (network: NetworkName, version: LpipsVersion): string =>
  `lpips-${network}-v${version}.safetensors`;
export const distsFile = 'dists.safetensors';
export const inceptionFile = 'inception.safetensors';
export const niqeFile = 'modelparameters.mat';
export const brisqueFiles = { model: 'allmodel', range: 'allrange' } as const;

/** Every file that `deflow-metrics weights fetch` knows. */
export const weightsSources: readonly WeightsSource[] = [
  torchvision('alex', 'alexnet-owt-7be5be79.pth'),
  torchvision('vgg', 'vgg16-397923af.pth'),
  torchvision('squeeze', 'squeezenet1_1-b8a52dc0.pth'),
  lpips('alex', '0.1', 'df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0'),
  lpips('vgg', '0.1', 'a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868'),
  lpips('squeeze', '0.1', '4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76'),
  lpips('alex', '0.0', '18720f55913d0af89042f13faa7e536a6ce1444a0914e6db9461355ece1e8cd5'),
  lpips('vgg', '0.0', 'b9e4236260c3dd988fc79d2a48d645d885afcbb21f9fd595e6744cf7419b582c'),
  lpips('squeeze', '0.0', 'c27abd3a0145541baa50990817df58d3759c3f8154949f42af3b59b4e042d0bf'),
  {
    name: 'dists',
    address: github('dingkeyan93/DISTS/1267d8cb626c98706db3697422701c56a85ebf2e/DISTS_pytorch/weights.pt'),
    sha256: 'f5e65c96230b7f6ca995691647d482237e4cab8a50c5c4a5784f219ef0748218',
    file: distsFile,
    kind: { type: 'dists' },
  },
  {
    name: 'inception',
    address:
      'https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth',
    sha256: '6726825d',
    file: inceptionFile,
    kind: { type: 'inception' },
  },
  {
    name: 'niqe',
    address: github('utlive/niqe/d80aead297ff48b0254c39806f3a277b3ecbfc8d/modelparameters.mat'),
    sha256: 'fa2aa4d12dd9595c3fb6bf8b4e1a15c79d5d1469238d0901c88dead195be578d',
    file: niqeFile,
    kind: { type: 'copy' },
  },
  {
    name: 'brisque-model',
    address: github(`utlive/BRISQUE/${brisque}/MATLAB/allmodel`),
    sha256: '8b04d6045f1b27261610c8ab1730fdcc14ec80bfab0f1ab5f703bbc2927314de',
    file: brisqueFiles.model,
    kind: { type: 'copy' },
  },
  {
    name: 'brisque-range',
    address: github(`utlive/BRISQUE/${brisque}/MATLAB/allrange`),
    sha256: 'e47d753d96b631e1aa2dbac8c4e51ade767f2def8ce678c7130b6b3f90ee915f',
    file: brisqueFiles.range,
    kind: { type: 'copy' },
  },
];
