// What the JSON files of shared/vectors/metrics hold, as far as tests read it.

type Named<Content> = Readonly<Record<string, Content>>;
type Numbers = Named<number>;

interface PictureScores {
  readonly gray_sha256_uint8: string;
  readonly 'flat_pixels_scale1(|mscn|<1e-10)': number;
  readonly niqe_blocks: number;
  readonly niqe_first_block_features36: readonly number[];
  readonly niqe_feature_mean36: readonly number[];
  readonly niqe_gray_float64_flat_zeroed: number;
  readonly niqe_y601_rounded_flat_zeroed?: number;
  readonly brisque_features36: readonly number[];
  readonly brisque_score_libsvm_text_rounding: number;
  readonly brisque_score_no_rounding: number;
  readonly piqe: readonly [score: number, active: number, artefacts: number, noisy: number];
}

interface PairScores {
  readonly ref: string;
  readonly dist: string;
  readonly gray_sha256_uint8_ref: string;
  readonly gray_sha256_uint8_dist: string;
  readonly psnr_all_channels: number;
  readonly psnr_y601_unrounded: number;
  readonly ssim_rgb_mean_gauss_valid: number;
  readonly ssim_y601_unrounded_gauss_valid: number;
  readonly ssim_gray_gauss_valid: number;
  readonly ssim_gray_matlab_ssim_m: number;
  readonly ssim_skimage_default_uniform7_samplecov: number;
  readonly ssim_skimage_gauss_popcov: number;
  readonly ssim_skimage_gauss_popcov_rgb: number;
  readonly msssim_gray_product: number;
  readonly msssim_gray_weighted_sum: number;
  readonly msssim_rgb_mean_of_channel_products: number;
}

interface PairMetrics {
  /** By metric, then by program. */
  readonly metrics: Named<Numbers>;
}

interface Gradient {
  readonly total: number;
  readonly l2: number;
  readonly sum: number;
  readonly dotCos: number;
  readonly maxAbs: number;
  readonly first5: number[];
  readonly centre: number[];
}

interface LpipsDistance {
  readonly total: number;
  readonly layers: readonly number[];
  readonly baseline: number;
  readonly gradDithered: Gradient;
}

interface DistsDistance {
  readonly piq: number;
  readonly normalised: number;
  readonly gradDithered: Gradient;
}

/** The numbers that make up a set of published feature vectors. */
export interface SetFormula {
  readonly n: number;
  readonly d: number;
  readonly l: number;
  readonly scale: number;
  readonly offset: number;
}

interface FeatureSet {
  readonly X: SetFormula;
  readonly Y: SetFormula;
  readonly sumX: number;
  /** 40 digits. */
  readonly fid_mp40: string;
  readonly fid_piq: number;
  readonly kid_unbiased_full: number;
  readonly mmd_biased_full: number;
  readonly kid_piq: number;
  readonly kid_subsets: { readonly m: number; readonly each: readonly number[]; readonly mean: number };
}

export interface VectorFiles {
  readonly 'computed.json': {
    readonly no_reference: Named<PictureScores>;
    readonly full_reference: Named<PairScores>;
  };
  readonly 'synthetic.json': {
    readonly lpips_head: {
      readonly cases: Named<{
        readonly lpips: number;
        readonly layers: readonly { readonly lin_mean: number; readonly unweighted_mean: number }[];
      }>;
    };
    readonly dists_head: { readonly score: number };
    readonly fid_kid: Numbers;
    readonly windows: Named<readonly number[]>;
    readonly aggd: Readonly<Record<'alpha' | 'leftstd' | 'rightstd' | 'betal' | 'betar', number>>;
    readonly ssim_constants: { readonly const1_vs_const2_range255: number };
  };
  readonly 'peers/expected.json': {
    readonly pairs: Named<PairMetrics>;
    readonly tiled: Named<PairMetrics>;
    readonly lpips: { readonly pairs: Named<Named<LpipsDistance>> };
    readonly dists: { readonly pairs: Named<DistsDistance> };
    readonly featureSets: Named<FeatureSet>;
  };
  readonly 'scikit-image/expected.json': {
    readonly values: {
      readonly psnr_ipol: { readonly value: number; readonly decimal: number };
      readonly ssim_gauss_popcov_ipol: { readonly skimage_float64: number };
      readonly psnr_skimage_float64: number;
      readonly 'ssim_default_0.17': { readonly value: number };
    };
  };
  readonly 'BasicSR/expected.json': {
    readonly values: {
      readonly psnr_ssim_crop4_bic_vs_gt: Named<Numbers>;
      readonly niqe_baboon_mmagic: Numbers;
      readonly niqe_y_baboon: Numbers;
    };
  };
  readonly 'IQA-PyTorch/expected.json': { readonly official: Named<{ readonly values: Numbers }> };
  readonly 'utlive-niqe/expected.json': { readonly niqe_rgb2gray: Numbers };
  readonly 'utlive-niqe/modelparameters.derived.json': {
    readonly mu: readonly number[];
    readonly cov_rowmajor_36x36: readonly (readonly number[])[];
  };
}
