"""Makes test/fixtures/drift-golden.json: samples of our own and what scipy and statsmodels say of them.

Run in the environment `drift` of bench/peers/environment.ts: drift_golden.py > test/fixtures/drift-golden.json
The form is that of any file that bench/drift-reference.ts reads. Samples are literal, or from a small generator that both sides have.
"""

import itertools
import json
import math
import platform
import warnings

import numpy as np
import scipy
import statsmodels
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.stats import kstwobign
from statsmodels.stats.multitest import multipletests


def generated(spec):
    if isinstance(spec, list):
        words = {None: math.nan, "inf": math.inf, "-inf": -math.inf}
        return [words[value] if value in words else float(value) for value in spec]
    state = spec["seed"]

    def uniform():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return (state + 0.5) / 4294967296

    out = []
    for _ in range(spec["n"]):
        kind = spec["kind"]
        if kind == "uniform":
            value = uniform()
        elif kind == "norm12":
            value = 0.0
            for _ in range(12):
                value += uniform()
            value -= 6
        elif kind == "pareto1":
            value = 1 / uniform()
        elif kind == "int":
            value = float(math.floor(uniform() * spec["k"]))
        else:
            value = 1.0 if uniform() < spec["p"] else 0.0
        value = spec.get("loc", 0) + spec.get("scale", 1) * value
        if "quant" in spec:
            value = math.floor(value * spec["quant"]) / spec["quant"]
        out.append(value)
    return out


def numbers(ref, cur):
    x, y = (np.array(generated(spec)) for spec in (ref, cur))
    a, b = x[np.isfinite(x)], y[np.isfinite(y)]
    expect = {
        "n_ref": len(a),
        "n_cur": len(b),
        "dropped_ref": len(x) - len(a),
        "dropped_cur": len(y) - len(b),
        "status": "ok" if len(a) and len(b) else "insufficient_data",
    }
    if expect["status"] != "ok":
        return expect
    n, m = len(a), len(b)
    ks = stats.ks_2samp(a, b, method="exact" if n * m <= 10**6 else "asymp")
    expect["ks"] = {
        "statistic": ks.statistic,
        "p_exact": ks.pvalue if n * m <= 10**6 else None,
        "p_kstwo_rounded_n": stats.kstwo.sf(ks.statistic, round(n * m / (n + m))),
        "p_kolmogorov_limit": kstwobign.sf(ks.statistic * math.sqrt(n * m / (n + m))),
        "sign": int(ks.statistic_sign),
        "location": float(ks.statistic_location),
    }
    sd = float(np.std(a))
    raw = float(stats.wasserstein_distance(a, b))
    expect["wasserstein"] = {"raw": raw, "std_ref_ddof0": sd, "normed_by_std": raw / sd if sd > 0 else None}
    expect["energy_distance"] = float(stats.energy_distance(a, b))
    is_constant = len(np.unique(np.concatenate([a, b]))) == 1
    u = stats.mannwhitneyu(a, b, alternative="two-sided")
    expect["mann_whitney"] = {"u": float(u.statistic), "p_two_sided": 1.0 if is_constant else float(u.pvalue)}
    if not is_constant:
        if n + m >= 4:
            ad = stats.anderson_ksamp([a, b], variant="midrank")
            expect["anderson_ksamp_midrank"] = {
                "normalised_A2": float(ad.statistic),
                "p_clipped_0.001_0.25": float(ad.pvalue),
            }
        cvm = stats.cramervonmises_2samp(a, b, method="asymptotic")
        expect["cramer_von_mises"] = {"statistic": float(cvm.statistic), "p_asymptotic": float(cvm.pvalue)}
    return expect


def categories(ref, cur):
    levels = sorted(set(ref) | set(cur))
    a = np.array([ref.get(level, 0) for level in levels], float)
    b = np.array([cur.get(level, 0) for level in levels], float)
    if a.sum() == 0 or b.sum() == 0:
        return {"n_ref": a.sum(), "n_cur": b.sum(), "status": "insufficient_data"}
    p, q = a / a.sum(), b / b.sum()
    expect = {"categories": levels, "n_ref": a.sum(), "n_cur": b.sum(), "status": "ok"}
    table = np.array([a, b])
    if len(levels) > 1:
        chi = stats.chi2_contingency(table, correction=False)
        g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
        expect["chi2_contingency"] = {
            "statistic": chi.statistic,
            "dof": chi.dof,
            "p": chi.pvalue,
            "min_expected": chi.expected_freq.min(),
            "cramers_v": math.sqrt(chi.statistic / table.sum()),
        }
        expect["g_test"] = {"statistic": g.statistic, "p": g.pvalue}
    else:
        expect["chi2_contingency"] = {"statistic": 0.0, "dof": 0, "p": 1.0}
    if len(levels) == 2:
        fisher = stats.fisher_exact(table.astype(int))
        odds = float(fisher.statistic)
        expect["fisher_exact_two_sided"] = {"odds_ratio": odds if math.isfinite(odds) else None, "p": fisher.pvalue}
    pz, qz = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    expect |= {
        "tvd": float(np.abs(p - q).sum() / 2),
        "l_infinity": float(np.abs(p - q).max()),
        "jensen_shannon_distance_base2": float(jensenshannon(p, q, 2)),
        "hellinger": math.sqrt(max(0.0, 1 - float(np.sqrt(p * q).sum()))) if len(levels) > 1 else 0.0,
        "psi_zero_replaced_1e-4": float(((qz - pz) * np.log(qz / pz)).sum()),
        "new_categories": [level for level, x, y in zip(levels, a, b) if x == 0 and y > 0],
        "vanished_categories": [level for level, x, y in zip(levels, a, b) if y == 0 and x > 0],
    }
    return expect


def fixed_edges(ref, cur, edges):
    counts = []
    for spec in (ref, cur):
        where = np.searchsorted(np.array(edges, float), generated(spec), side="right")
        counts.append(np.bincount(where, minlength=len(edges) + 1))
    p, q = (np.where(c == 0, 1e-4, c / c.sum()) for c in counts)
    return {
        "ref_counts": counts[0].tolist(),
        "cur_counts": counts[1].tolist(),
        "psi": float(((q - p) * np.log(q / p)).sum()),
        "js_base2": float(jensenshannon(counts[0], counts[1], 2)),
    }


def multiple(p, alpha):
    expect = {}
    for method in ("bonferroni", "holm", "fdr_bh", "fdr_by"):
        reject, adjusted, _, _ = multipletests(p, alpha, method)
        expect[method] = {"reject": reject.tolist(), "p_adj": adjusted.tolist()}
    return expect


def norm(seed, n, **more):
    return {"kind": "norm12", "seed": seed, "n": n, **more}


def without_nan(value):
    """What scipy has no figure for is left out."""
    if isinstance(value, dict):
        found = {name: without_nan(part) for name, part in value.items()}
        return {name: part for name, part in found.items() if not (isinstance(part, float) and math.isnan(part))}
    return value


def rows(seed, n, width, loc=0.0):
    values = generated({"kind": "norm12", "seed": seed, "n": n * width})
    return [[round(value + loc, 6) for value in values[i * width : (i + 1) * width]] for i in range(n)]


def discrepancy(x, y, gamma):
    """Every way to share the rows out, by numpy."""
    both = np.array(x + y)
    n, total = len(x), len(x) + len(y)
    kernel = np.exp(-gamma * ((both[:, None, :] - both[None, :, :]) ** 2).sum(axis=2))

    def mmd2(ones):
        zeros = [i for i in range(total) if i not in ones]
        a, b = kernel[np.ix_(ones, ones)], kernel[np.ix_(zeros, zeros)]
        within = (a.sum() - np.trace(a)) / (len(ones) * (len(ones) - 1))
        other = (b.sum() - np.trace(b)) / (len(zeros) * (len(zeros) - 1))
        return within + other - 2 * kernel[np.ix_(ones, zeros)].mean()

    observed = mmd2(list(range(n)))
    splits = [mmd2(list(ones)) for ones in itertools.combinations(range(total), n)]
    squared = ((both[:, None, :] - both[None, :, :]) ** 2).sum(axis=2)[np.triu_indices(total, 1)]
    one, two = np.mean(x, axis=0), np.mean(y, axis=0)
    return {
        "mmd2u": observed,
        "p_exact_all_splits": float(np.mean([value >= observed - 1e-12 for value in splits])),
        "splits": len(splits),
        "median_sq_dist_pooled_offdiag": float(np.median(squared)),
        "centroid_cosine_distance": float(1 - one @ two / (np.linalg.norm(one) * np.linalg.norm(two))),
    }


def separation(y, score):
    ones = [value for value, label in zip(score, y) if label == 1]
    zeros = [value for value, label in zip(score, y) if label == 0]
    found = stats.mannwhitneyu(ones, zeros, alternative="greater")
    return {"auc": found.statistic / (len(ones) * len(zeros)), "p_one_sided_mwu": found.pvalue}


def label_shift(joint, target):
    c, mu = np.array(joint), np.array(target)
    weights = np.linalg.solve(c, mu)
    now = np.clip(weights, 0, None) * c.sum(axis=0)
    return {
        "weights": weights.tolist(),
        "estimated_target_prior_after_clip_renorm": (now / now.sum()).tolist(),
        "cond_number": float(np.linalg.cond(c)),
    }


def before_labels(pred, prob):
    p, ones = np.array(prob), np.array(pred) == 1
    tp, fp, fn, tn = p[ones].sum(), (1 - p[ones]).sum(), p[~ones].sum(), (1 - p[~ones]).sum()
    return {
        "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "accuracy": (tp + tn) / len(p),
        "precision": tp / (tp + fp) if tp + fp > 0 else None,
        "recall": tp / (tp + fn) if tp + fn > 0 else None,
        "f1": 2 * tp / (2 * tp + fp + fn) if 2 * tp + fp + fn > 0 else None,
    }


def together():
    """Several columns at once, labels that moved, and accuracy before labels."""
    for name, x, y, gamma in [
        ("apart", rows(141, 5, 3), rows(142, 4, 3, 1.5), 0.2),
        ("alike", rows(143, 4, 2), rows(144, 6, 2), 0.5),
        ("one column", rows(145, 6, 1), rows(146, 5, 1, 0.8), 1.0),
    ]:
        yield {"id": name, "kind": "mmd2_unbiased_rbf", "x": x, "y": y, "gamma": gamma, "expect": discrepancy(x, y, gamma)}
    for name, y, score in [
        ("without ties, few", [0, 1, 0, 1, 1, 0, 0], [0.2, 0.35, 0.3, 0.9, 0.1, 0.05, 0.4]),
        ("ties", [0, 1, 0, 1, 1, 0, 1, 0], [0.5, 0.5, 0.25, 0.75, 0.75, 0.5, 0.25, 0.25]),
        ("the wrong way", [1, 1, 1, 0, 0, 0], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9]),
        ("many", [i % 3 == 0 for i in range(60)], [round(v, 6) + 0.4 * (i % 3 == 0) for i, v in enumerate(generated(norm(147, 60)))]),
    ]:
        y = [int(label) for label in y]
        yield {"id": name, "kind": "domain_classifier_auc", "y": y, "score": score, "expect": separation(y, score)}
    for name, joint, target in [
        ("three", [[0.3, 0.05, 0.02], [0.05, 0.2, 0.04], [0.02, 0.06, 0.26]], [0.2, 0.3, 0.5]),
        ("clipped", [[0.6, 0.05], [0.2, 0.15]], [0.95, 0.05]),
        ("not symmetric", [[0.35, 0.15], [0.1, 0.4]], [0.5, 0.5]),
    ]:
        expect = label_shift(joint, target)
        yield {"id": name, "kind": "bbse_label_shift", "joint_conf_rows_pred_cols_true": joint, "target_pred_share": target, "expect": expect}
    for name, pred, prob in [
        ("seven", [1, 1, 0, 0, 1, 0, 1], [0.9, 0.55, 0.5, 0.1, 0.3, 0.0, 1.0]),
        ("no ones", [0, 0, 0], [0.1, 0.2, 0.3]),
    ]:
        yield {"id": name, "kind": "cbpe_binary_calibrated", "pred": pred, "prob": prob, "expect": before_labels(pred, prob)}


def main():
    warnings.simplefilter("ignore")
    cases = []
    for name, ref, cur in [
        ("small", [3.1, -2.0, 4.4, 8.0, 1.25, 0.5], [2.2, 9.1, 7.7, 6.5]),
        ("one each", [1.0], [2.0]),
        ("one and three", [5.0], [5.0, 6.0, 7.0]),
        ("constant, other constant", [4, 4, 4, 4], [5, 5, 5]),
        ("constant reference", [4, 4, 4, 4, 4], [3, 4, 9]),
        ("same constant", [2.5, 2.5, 2.5], [2.5, 2.5]),
        ("all unknown", [None, "inf", "-inf"], [1, 2]),
        ("empty", [], [1, 2]),
        ("unknown among", [1, None, "inf", 4, 2, 8], ["-inf", 3, 3, None, 7]),
        ("zeros of both signs", [0.0, -0.0, 1.0, 2.0], [-0.0, 0.0, 0.0, 3.0]),
        ("ties of three", {"kind": "int", "seed": 101, "n": 150, "k": 3}, {"kind": "int", "seed": 102, "n": 40, "k": 4}),
        ("zeros and ones", {"kind": "bern", "seed": 103, "n": 300, "p": 0.3}, {"kind": "bern", "seed": 104, "n": 260, "p": 0.5}),
        ("eight without ties", norm(105, 60), norm(106, 8, loc=1.0)),
        ("nine without ties", norm(107, 60), norm(108, 9, loc=1.0)),
        ("no change", norm(109, 500), norm(110, 500)),
        ("fallen", norm(111, 700), norm(112, 300, loc=-0.4)),
        ("wider", norm(113, 900), norm(114, 400, scale=2.0)),
        ("far apart", norm(115, 300), norm(116, 300, loc=9.0)),
        ("just countable", norm(117, 1000), norm(118, 1000, loc=0.1)),
        ("too many to count", norm(119, 3000), norm(120, 2000, loc=0.06)),
        ("few against many", norm(121, 60000), norm(122, 17, loc=0.7)),
        ("heavy tail", {"kind": "pareto1", "seed": 123, "n": 800}, {"kind": "pareto1", "seed": 124, "n": 500, "scale": 1.2}),
        ("tiny unit", norm(125, 200, scale=1e-12), norm(126, 150, scale=1e-12, loc=5e-13)),
        ("large unit", norm(127, 200, scale=1e12), norm(128, 150, scale=1e12, loc=3e11)),
        ("rounded", norm(129, 400, quant=4), norm(130, 350, quant=4, loc=0.3)),
    ]:
        cases.append({"id": name, "kind": "numeric_two_sample", "ref": ref, "cur": cur, "expect": numbers(ref, cur)})
    for name, ref, cur in [
        ("three", {"a": 31, "b": 22, "c": 9}, {"a": 12, "b": 25, "c": 14}),
        ("new and vanished", {"a": 50, "b": 30, "gone": 8}, {"a": 40, "b": 41, "come": 6}),
        ("two, few", {"a": 8, "b": 1}, {"a": 3, "b": 6}),
        ("two, unequal", {"yes": 400, "no": 1600}, {"yes": 20, "no": 30}),
        ("two, many", {"yes": 4000, "no": 96000}, {"yes": 2200, "no": 48000}),
        ("two, a zero", {"yes": 12, "no": 0}, {"yes": 5, "no": 4}),
        ("two, wholly other", {"yes": 15}, {"no": 11}),
        ("one level", {"a": 5}, {"a": 7}),
        ("the same", {"a": 10, "b": 20}, {"a": 5, "b": 10}),
        ("empty", {}, {"a": 3}),
        ("letters", {f"l{i}": 400 // (i + 1) for i in range(40)}, {f"l{i}": 90 // (i + 1) for i in range(40) if 90 // (i + 1)}),
    ]:
        cases.append({"id": name, "kind": "categorical_two_sample", "ref": ref, "cur": cur, "expect": categories(ref, cur)})
    for name, ref, cur, edges in [
        ("open ends", norm(131, 600), norm(132, 500, loc=0.3), [-1, 0, 1]),
        ("an empty bin", norm(133, 300), norm(134, 300), [-9, -1, 0, 1, 9]),
        ("on the edge", {"kind": "int", "seed": 135, "n": 200, "k": 6}, {"kind": "int", "seed": 136, "n": 180, "k": 5}, [1, 2, 3, 4]),
    ]:
        expect = fixed_edges(ref, cur, edges)
        cases.append({"id": name, "kind": "psi_fixed_edges", "ref": ref, "cur": cur, "edges": edges, "expect": expect})
    for name, p, alpha in [
        ("ten", [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216], 0.05),
        ("ties and ends", [0.01, 0.01, 1.0, 0.0, 0.04, 0.04], 0.04),
        ("on the edge", [0.05, 0.025, 0.0125], 0.05),
        ("one", [0.03], 0.05),
    ]:
        cases.append({"id": name, "kind": "multiple_testing", "p": p, "alpha": alpha, "expect": multiple(p, alpha)})
    cases.extend(together())
    probes = [{"kind": "uniform", "seed": 8, "n": 20}, norm(9, 50), {"kind": "pareto1", "seed": 10, "n": 30}]
    made = [{"spec": spec, "first3": generated(spec)[:3], "sum": sum(generated(spec))} for spec in probes]
    by = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}
    lines = ",\n  ".join(json.dumps(without_nan(case), allow_nan=False) for case in cases)
    print(f'{{\n "by": {json.dumps(by)},\n "generator_probe": {json.dumps(made)},\n "cases": [\n  {lines}\n ]\n}}')


main()
