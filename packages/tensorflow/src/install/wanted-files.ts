/** The headers that the binding includes, directly and through each other. */
const headers = new Set(
  [
    ...['xla/tsl/c/tsl_status', 'tsl/platform/ctstring', 'tsl/platform/ctstring_internal'],
    ...['c_api', 'c_api_experimental', 'c_api_macros', 'eager/c_api'].map((name) => `tensorflow/c/${name}`),
    ...['attrtype', 'buffer', 'datatype', 'status', 'tensor', 'tstring'].map((name) => `tensorflow/c/tf_${name}`),
    ...['ctstring', 'ctstring_internal'].map((name) => `tensorflow/core/platform/${name}`),
  ].map((name) => `tensorflow/include/${name}.h`),
);

const library = /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/;
const cuda = /^nvidia\/(\w+\/lib\/|cuda_nvcc\/(bin|nvvm)\/)/;
const licence = /^(tensorflow\/include\/LICENSE|nvidia_[^/]+\.dist-info\/(licenses\/)?License\.txt)$/;

/** Whether the engine needs this file of a wheel: two libraries of 20,000 files, or all of CUDA's. */
export const isWanted = (name: string): boolean =>
  library.test(name) || headers.has(name) || cuda.test(name) || licence.test(name);
