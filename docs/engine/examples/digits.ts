import { array, type NDArray } from '../../../engine/index.ts';
import data from './digits.json' with { type: 'json' };

/** 1797 handwritten digits of 8 × 8 pixels: ink from 0 to 1, f64[1797, 64], and what they are, i32[1797]. */
export function digits(): { readonly images: NDArray; readonly labels: NDArray } {
  const pixels = data.images.flatMap((image) =>
    [...image].flatMap((sign) => {
      const code = sign.charCodeAt(0);
      return code >= 97 ? [(code - 96) / 16] : new Array<number>(code - 64).fill(0);
    }),
  );
  return {
    images: array(pixels, [data.images.length, 64]),
    labels: array([...data.labels].map(Number), { dtype: 'int32' }),
  };
}
