import { UnsupportedPlatformError } from '../errors.ts';
import { platformName, tensorflowVersion, type Variant } from './layout.ts';

/** One file of a package index, by its content. */
export interface PinnedWheel {
  /** The project's name in the index. */
  readonly project: string;
  readonly version: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Everything one installation is made of. */
export interface WheelSet {
  /** The platform tags under which pip finds the files. */
  readonly platformTags: readonly string[];
  readonly wheels: readonly PinnedWheel[];
  /** The room that the installation takes on the disk, with the largest wheel beside it. */
  readonly diskBytes: number;
}

function tensorflow(project: string, platformTag: string, bytes: number, sha256: string): PinnedWheel {
  const fileName = `${project.replace('-', '_')}-${tensorflowVersion}-cp312-cp312-${platformTag}.whl`;
  return { project, version: tensorflowVersion, fileName, bytes, sha256 };
}

function nvidia(name: string, version: string, tags: string, bytes: number, sha256: string): PinnedWheel {
  const project = `nvidia-${name}-cu12`;
  return {
    project,
    version,
    fileName: `${project.replaceAll('-', '_')}-${version}-py3-none-${tags}.whl`,
    bytes,
    sha256,
  };
}

const manylinux2010 = 'manylinux2010_x86_64.manylinux_2_12_x86_64';
const manylinux2014 = 'manylinux2014_x86_64.manylinux_2_17_x86_64';
const manylinux225 = 'manylinux_2_25_x86_64';
const manylinux227 = 'manylinux_2_27_x86_64';

/** The libraries of the `and-cuda` extra of TensorFlow's wheel: CUDA 12.9 and cuDNN 9. */
const cudaLibraries: readonly PinnedWheel[] = [
  nvidia(
    'cublas',
    '12.9.3.13',
    manylinux227,
    581217458,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  nvidia(
    'cuda-cupti',
    '12.9.79',
    manylinux225,
    10814997,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
  ),
  nvidia(
    'cuda-nvcc',
    '12.9.86',
    manylinux2010,
    40546229,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  ),
  nvidia(
    'cuda-nvrtc',
    '12.9.86',
    manylinux2010,
    89568129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidia(
    'cuda-runtime',
    '12.9.79',
    manylinux2014,
    3493179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidia(
    'cudnn',
    '9.28.0.42',
    manylinux227,
    716538495,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  nvidia(
    'cufft',
    '11.4.1.4',
    manylinux2014,
    200877592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidia(
    'curand',
    '10.3.10.19',
    manylinux227,
    68295626,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  nvidia(
    'cusolver',
    '11.7.5.82',
    manylinux227,
    338117415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidia(
    'cusparse',
    '12.5.10.65',
    manylinux2014,
    366465088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidia('nccl', '2.32.3', manylinux227, 351526311, 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'),
  nvidia(
    'nvjitlink',
    '12.9.86',
    manylinux2010,
    39748338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

const sets: Readonly<Record<string, WheelSet>> = {
  'linux-x64-cpu': {
    diskBytes: 1.2e9,
    platformTags: [manylinux227],
    wheels: [
      tensorflow(
        'tensorflow-cpu',
        manylinux227,
        274000871,
        'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
      ),
    ],
  },
  'linux-x64-cuda': {
    diskBytes: 6.5e9,
    platformTags: [manylinux227, manylinux225, 'manylinux2014_x86_64', 'manylinux2010_x86_64'],
    wheels: [
      tensorflow(
        'tensorflow',
        manylinux227,
        572611111,
        'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
      ),
      ...cudaLibraries,
    ],
  },
  'linux-arm64-cpu': {
    diskBytes: 1.3e9,
    platformTags: ['manylinux_2_27_aarch64'],
    wheels: [
      tensorflow(
        'tensorflow',
        'manylinux_2_27_aarch64',
        281946471,
        'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
      ),
    ],
  },
  'darwin-arm64-cpu': {
    diskBytes: 1.1e9,
    platformTags: ['macosx_12_0_arm64'],
    wheels: [
      tensorflow(
        'tensorflow',
        'macosx_12_0_arm64',
        223488205,
        '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
      ),
    ],
  },
};

/** The wheels of one variant for a platform, named as in `process`: linux-x64. */
export function wheelSet(variant: Variant, platform: string = platformName): WheelSet {
  const set = sets[`${platform}-${variant}`];
  if (set) return set;
  const what = variant === 'cuda' ? 'TensorFlow with CUDA' : 'TensorFlow';
  throw new UnsupportedPlatformError(`${what} ${tensorflowVersion} has no libraries for ${platform}.`, {
    value: platform,
    remedy:
      variant === 'cuda'
        ? 'Install without --gpu, or on linux-x64 (Windows: inside WSL).'
        : "Use the wasm backend, which needs no installation: useTensorFlow({ backend: 'wasm' }). On Windows, WSL has linux-x64.",
  });
}
