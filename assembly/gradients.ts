// Gradients and Hessians of the losses, and their rounding to integers.

const log2e: f64 = 1.4426950408889634;
const ln2High: f64 = 0.6931471803691238;
const ln2Low: f64 = 1.9082149292705877e-10;
const gradientMax: f64 = 3e38;

/** src/forecasting/maths/exact.ts, operation by operation. */
@inline
function exactExp(x: f64): f64 {
  const bounded = min<f64>(700, max<f64>(-700, x));
  const k = floor(bounded * log2e + 0.5);
  const r = bounded - k * ln2High - k * ln2Low;
  let p: f64 = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.388888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 1.6666666666666666e-1;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * reinterpret<f64>((<i64>k + 1023) << 52);
}

export function gradients(
  loss: i32,
  parameter: f64,
  weightsAt: usize,
  scoreAt: usize,
  targetAt: usize,
  gradientAt: usize,
  hessianAt: usize,
  from: i32,
  to: i32,
  maxAt: usize,
): void {
  if (loss == 0) pass(0, parameter, weightsAt, scoreAt, targetAt, gradientAt, hessianAt, from, to, maxAt);
  else if (loss == 1) pass(1, parameter, weightsAt, scoreAt, targetAt, gradientAt, hessianAt, from, to, maxAt);
  else if (loss == 2) pass(2, parameter, weightsAt, scoreAt, targetAt, gradientAt, hessianAt, from, to, maxAt);
  else pass(3, parameter, weightsAt, scoreAt, targetAt, gradientAt, hessianAt, from, to, maxAt);
}

@inline
function pass(
  loss: i32,
  parameter: f64,
  weightsAt: usize,
  scoreAt: usize,
  targetAt: usize,
  gradientAt: usize,
  hessianAt: usize,
  from: i32,
  to: i32,
  maxAt: usize,
): void {
  let gMax: f64 = 0;
  let hMax: f64 = 0;
  for (let row = from; row < to; row++) {
    const score = load<f64>(scoreAt + (<usize>row << 3));
    const target = <f64>load<f32>(targetAt + (<usize>row << 2));
    let g: f64 = 0;
    let h: f64 = 1;
    if (loss == 0) {
      g = score - target;
    } else if (loss == 1) {
      const mean = exactExp(score);
      g = mean - target;
      h = mean * 2.0137527074704766;
    } else if (loss == 2) {
      const a = target * exactExp((1 - parameter) * score);
      const b = exactExp((2 - parameter) * score);
      g = b - a;
      h = (2 - parameter) * b - (1 - parameter) * a;
    } else {
      g = (score > target ? 1.0 : 0.0) - parameter;
    }
    if (weightsAt != 0) {
      const weight = <f64>load<f32>(weightsAt + (<usize>row << 2));
      g *= weight;
      h *= weight;
    }
    g = min(gradientMax, max(-gradientMax, g));
    const g32 = <f32>g;
    store<f32>(gradientAt + (<usize>row << 2), g32);
    gMax = max(gMax, <f64>abs(g32));
    if (hessianAt != 0) {
      const h32 = <f32>min(gradientMax, h);
      store<f32>(hessianAt + (<usize>row << 2), h32);
      hMax = max(hMax, <f64>h32);
    }
  }
  store<f64>(maxAt, gMax);
  store<f64>(maxAt, hMax, 8);
}

export function quantise(valuesAt: usize, from: i32, to: i32, factor: f64): void {
  const end = valuesAt + (<usize>to << 2);
  for (let at = valuesAt + (<usize>from << 2); at < end; at += 4) {
    store<i32>(at, <i32>floor(<f64>load<f32>(at) * factor + 0.5));
  }
}
