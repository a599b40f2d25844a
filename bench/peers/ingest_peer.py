"""A peer of bench/ingest.ts: from CSV to sorted Parquet, one row per series and period. Usage: ingest_peer.py LIBRARY FROM TO"""

import sys

library, source, target = sys.argv[1:]
keys = ["store", "item", "date"]

if library == "pandas":
    import pandas

    table = pandas.read_csv(source, parse_dates=["date"])
    grouped = table.groupby(keys, sort=True, as_index=False)["units"].sum()
    grouped.to_parquet(target, compression="zstd", index=False)
else:
    import polars

    table = polars.scan_csv(source, try_parse_dates=True)
    grouped = table.group_by(keys).agg(polars.col("units").sum()).sort(keys)
    grouped.collect(engine="streaming").write_parquet(target, compression="zstd")
