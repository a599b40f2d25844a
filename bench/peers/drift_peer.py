"""The tests of one column after another by scipy, on a table of numbers as raw doubles: drift_peer.py FILE COLUMNS ROWS.

FILE holds for each column its reference rows, then its current ones, all as 64-bit floats. Prints the seconds and the statistics as JSON.
"""

import json
import sys
import time
import warnings

import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

path, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
table = np.fromfile(path, dtype=np.float64).reshape(columns, 2, rows)
warnings.filterwarnings("ignore")


def psi(reference, current):
    edges = np.quantile(reference, np.arange(1, 10) / 10)
    shares = []
    for side in (reference, current):
        counts = np.bincount(np.searchsorted(edges, side, side="right"), minlength=10)
        shares.append(np.maximum(counts / len(side), 1e-4))
    p, q = shares
    return float(np.sum((q - p) * np.log(q / p))), float(jensenshannon(p, q, base=2))


started = time.perf_counter()
found = []
for reference, current in table:
    ks = stats.ks_2samp(reference, current)
    mann = stats.mannwhitneyu(reference, current, alternative="two-sided")
    anderson = stats.anderson_ksamp([reference, current])
    found.append({
        "ks": float(ks.statistic),
        "w1": float(stats.wasserstein_distance(reference, current)),
        "u": float(mann.statistic),
        "anderson": float(anderson.statistic),
        "cramer": float(stats.cramervonmises_2samp(reference, current, method="asymptotic").statistic),
        "energy": float(stats.energy_distance(reference, current)),
        "psi": psi(reference, current)[0],
    })
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "scipy": scipy.__version__, "numpy": np.__version__, "columns": found}))
