/** How TensorFlow lays the pixels of an image and of its resized copy over each other. */
export interface ResizeLayout {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Outputs of a resize along one axis: the place of each in the image, in pixels. */
function places(inputs: number, outputs: number, { alignCorners, halfPixelCenters }: ResizeLayout): number[] {
  const scale = alignCorners && outputs > 1 ? (inputs - 1) / (outputs - 1) : inputs / outputs;
  const shift = halfPixelCenters ? 0.5 : 0;
  return Array.from({ length: outputs }, (_, output) => (output + shift) * scale);
}

/** For each output along one axis the pixel that is nearest. */
export function nearestSources(inputs: number, outputs: number, layout: ResizeLayout): number[] {
  const pixel = layout.alignCorners ? Math.round : Math.floor;
  return places(inputs, outputs, layout).map((place) => Math.min(inputs - 1, Math.max(0, pixel(place))));
}

/** For each output along one axis the pixels on both sides of it and the weight of the second. */
export function linearSources(inputs: number, outputs: number, layout: ResizeLayout) {
  const shift = layout.halfPixelCenters ? 0.5 : 0;
  return places(inputs, outputs, layout).map((place) => {
    const floor = Math.floor(place - shift);
    const inside = (pixel: number): number => Math.min(inputs - 1, Math.max(0, pixel));
    return { lower: inside(floor), upper: inside(floor + 1), fraction: place - shift - floor };
  });
}
