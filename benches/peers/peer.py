"""One peer, driven over standard input: a JSON command a line, a JSON answer a line.

    peer.py polars|duckdb|datafusion FOLDER ROWS THREADS

Times are taken here, around the query alone, so that neither this pipe nor Python's start counts.
"""

import json
import os
import sys
import time

ENGINE, FOLDER, ROWS, THREADS = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
os.environ["POLARS_MAX_THREADS"] = THREADS

import numpy as np  # noqa: E402  after the thread limit

TYPES = {
    "visits": "<u2",
    "spend": "<f8",
    "last_visit": "<i4",
    "first_visit": "<i4",
    "age": "u1",
    "income": "<f8",
    "gender": "u1",
    "province": "u1",
}


def columns():
    read = {name: np.fromfile(os.path.join(FOLDER, name), dtype) for name, dtype in TYPES.items()}
    for name, values in read.items():
        assert len(values) == ROWS, f"{name} has {len(values)} rows"
    return read


def sql(tests, plain):
    """A condition in SQL; `plain` writes ranges and lists as comparisons."""
    parts = []
    for column, how, values in tests:
        if how == "between" and plain:
            parts.append(f"({column} >= {values[0]} AND {column} <= {values[1]})")
        elif how == "between":
            parts.append(f"{column} BETWEEN {values[0]} AND {values[1]}")
        elif how == "in" and plain:
            parts.append("(" + " OR ".join(f"{column} = {value}" for value in values) + ")")
        elif how == "in":
            parts.append(f"{column} IN ({', '.join(map(str, values))})")
        else:
            sign = {"eq": "=", "ge": ">=", "lt": "<"}[how]
            parts.append(f"{column} {sign} {values[0]}")
    return " AND ".join(parts)


COUNTS = {
    "filter": "count(*) FILTER (WHERE {})",
    "case": "sum(CASE WHEN {} THEN 1 ELSE 0 END)",
}


class Sql:
    """What the two engines that speak SQL share: all counts in one pass over the table."""

    def define(self, segments):
        queries = {}
        for word, count in COUNTS.items():
            for plain in (False, True):
                counts = ", ".join(count.format(sql(tests, plain)) for tests in segments)
                name = f"counts, {word}{', comparisons' if plain else ''}"
                queries[name] = f"SELECT {counts} FROM t"
        return queries


class DuckDb(Sql):
    def __init__(self):
        import duckdb
        import pyarrow as pa

        self.version = duckdb.__version__
        self.db = duckdb.connect(config={"threads": int(THREADS)})
        source = pa.table(columns())
        self.db.register("source", source)
        self.db.execute("CREATE TABLE t AS SELECT * FROM source")
        self.db.unregister("source")

    def run(self, query):
        return lambda: self.db.execute(query).fetchone()

    def counts(self, query):
        return [int(count or 0) for count in self.db.execute(query).fetchone()]


class DataFusion(Sql):
    def __init__(self):
        import datafusion
        import pyarrow as pa

        self.version = datafusion.__version__
        config = datafusion.SessionConfig().with_target_partitions(int(THREADS))
        self.context = datafusion.SessionContext(config)
        batches = pa.table(columns()).to_batches(max_chunksize=8192)
        threads = int(THREADS)
        share = -(-len(batches) // threads)
        parts = [batches[n * share : (n + 1) * share] for n in range(threads)]
        self.context.register_record_batches("t", [part for part in parts if part])

    def run(self, query):
        return lambda: self.context.sql(query).collect()

    def counts(self, query):
        row = self.context.sql(query).collect()[0]
        return [int(column[0].as_py() or 0) for column in row.columns]


class Polars:
    def __init__(self):
        import polars as pl

        self.pl = pl
        self.version = pl.__version__
        assert pl.thread_pool_size() == int(THREADS)
        self.frame = pl.DataFrame(columns())

    def expression(self, tests, plain):
        whole = None
        for column, how, values in tests:
            col = self.pl.col(column)
            if how == "between" and plain:
                part = (col >= values[0]) & (col <= values[1])
            elif how == "between":
                part = col.is_between(values[0], values[1])
            elif how == "in" and plain:
                part = col == values[0]
                for value in values[1:]:
                    part = part | (col == value)
            elif how == "in":
                part = col.is_in(values)
            elif how == "eq":
                part = col == values[0]
            elif how == "ge":
                part = col >= values[0]
            else:
                part = col < values[0]
            whole = part if whole is None else whole & part
        return whole

    def define(self, segments):
        queries = {}
        for plain in (False, True):
            masks = [self.expression(tests, plain).alias(f"s{n}") for n, tests in enumerate(segments)]
            sums = [mask.sum() for mask in masks]
            way = ", comparisons" if plain else ""
            lazy = self.frame.lazy()
            queries[f"masks, lazy{way}"] = lambda masks=masks: lazy.select(masks).collect()
            queries[f"masks, eager{way}"] = lambda masks=masks: self.frame.select(masks)
            queries[f"counts, lazy{way}"] = lambda sums=sums: lazy.select(sums).collect()
            queries[f"counts, streaming{way}"] = lambda sums=sums: lazy.select(sums).collect(
                engine="streaming"
            )
        return queries

    def run(self, query):
        return query

    def counts(self, query):
        found = query()
        if found.height == 1:
            return [int(count) for count in found.row(0)]
        return [int(found[name].sum()) for name in found.columns]


def main():
    peer = {"polars": Polars, "duckdb": DuckDb, "datafusion": DataFusion}[ENGINE]()
    queries = {}
    answer({"version": peer.version})
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "define":
            queries = peer.define(command["segments"])
            answer({"ways": list(queries)})
        elif command["do"] == "counts":
            answer({"counts": peer.counts(queries[command["way"]])})
        elif command["do"] == "run":
            query = peer.run(queries[command["way"]])
            begin = time.perf_counter()
            result = query()
            took = time.perf_counter() - begin
            del result
            answer({"ms": took * 1000})


def answer(value):
    print(json.dumps(value), flush=True)


main()
