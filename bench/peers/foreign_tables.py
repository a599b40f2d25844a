"""Random tables in random dialects, by writers that know nothing of Almanac: Python's csv and json modules, pandas, pyarrow,
openpyxl and XlsxWriter. Beside each file stands what it says, value by value, as the writer was told it.

    foreign_tables.py FOLDER SEED FROM COUNT [WRITER,WRITER] [ROWS]

writes tables FROM to FROM+COUNT-1 of that seed, each the same whenever it is written, and FOLDER/tables.ndjson.
"""

import csv
import datetime as dt
import gzip
import io
import json
import random
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

WRITERS = ["csv", "pandas", "json", "pyarrow", "openpyxl", "xlsxwriter"]
LETTERS = "abcXYZ 019"
FOREIGN = "äöüßéÑ"
NASTY = [",", ";", "|", "\t", '"', "'", '""', "\n", "\r\n", "#", "=", "x", " "]


def word(r, letters=LETTERS):
    return "".join(r.choice(letters) for _ in range(r.randint(1, 8)))


def number(r):
    kind = r.randrange(9)
    if kind == 0:
        return 0
    if kind <= 2:
        return r.randint(-20, 999)
    if kind == 3:
        return r.randint(1000, 10**12)
    if kind == 4:
        return r.randint(-4000, 4000) / 4
    if kind == 5:
        return round(r.uniform(0, 5000), 2)
    if kind == 6:
        return round(r.uniform(0, 50), 3)
    if kind == 7:
        return r.random() * 10 ** r.randint(-9, 12)
    return 5 * 10.0 ** -r.randint(5, 12)


GRIDS = {
    "hour": [("%Y-%m-%d %H:%M", None), ("%Y-%m-%dT%H:%M:%SZ", None), ("%d.%m.%Y %H:%M", "dd.MM.yyyy HH:mm"), ("epoch-s", "epoch-s"), ("epoch-ms", "epoch-ms")],
    "day": [("%Y-%m-%d", None), ("%Y/%m/%d", None), ("%Y%m%d", None), ("%d %b %Y", None), ("%d.%m.%Y", "dd.MM.yyyy"), ("%m/%d/%Y", "MM/dd/yyyy"), ("%d-%b-%y", "dd-MMM-yy"), ("%d/%m/%y", "dd/MM/yy"), ("excel", "excel"), ("%Y-%m-%d %H:%M:%S", None), ("%m/%d/%Y %I:%M %p", "MM/dd/yyyy hh:mm a")],
    "week": [("%G-W%V", None), ("%Y-%m-%d", None), ("%G-%V", "yyyy-ww")],
    "month": [("%Y-%m", None), ("%b %Y", None), ("%Y%m", "yyyyMM"), ("%m.%Y", "MM.yyyy"), ("%Y-%m-%d", None)],
    "year": [("%Y", None), ("%Y-%m-%d", None)],
}


def moment(r, frequency):
    at = dt.datetime(2000, 1, 1) + dt.timedelta(days=r.randint(0, 9000))
    if frequency == "hour":
        return at + dt.timedelta(hours=r.randint(0, 23))
    if frequency == "week":
        return at - dt.timedelta(days=at.weekday())
    if frequency == "month":
        return at.replace(day=1)
    return at.replace(month=1, day=1) if frequency == "year" else at


def label(at, frequency):
    """As the project writes the period."""
    return at.strftime("%Y-%m-%dT%H:00Z" if frequency == "hour" else "%Y-%m-%d")


def time_text(at, how):
    if how == "epoch-s":
        return str(int(at.replace(tzinfo=dt.timezone.utc).timestamp()))
    if how == "epoch-ms":
        return str(int(at.replace(tzinfo=dt.timezone.utc).timestamp()) * 1000)
    if how == "excel":
        return str((at - dt.datetime(1899, 12, 30)).days)
    return at.strftime(how)


class Table:
    """What is to be written: names of columns, and rows as Python values."""

    def __init__(self, r, rows):
        self.r = r
        self.frequency = r.choice(["day", "day", "day", "hour", "week", "month", "year"])
        names = r.sample(["item", "Größe", "site no", "Kunde", "sku_1"], 2)
        self.keys = names if r.random() < 0.4 else names[:1]
        self.time = r.choice(["date", "Datum", "period start"])
        self.target = r.choice(["units", "Menge", "qty (pcs)"])
        self.out = r.choice([None, None, "out of stock"])
        self.known = r.choice([None, "price"])
        self.kind = r.choice([None, "kind"])
        self.rows = []
        # Rows beside those of the table, by what they are refused as.
        self.beside = []
        self.may_as_whole = []
        self.wide = None
        letters = LETTERS + FOREIGN
        for i in range(rows):
            # The first part tells rows apart.
            own = r.choice([f"{i}", f"{i:04d}", f"{word(r, letters)}-{i}", f"A-{i}"])
            key = [own] + ([word(r, letters).strip() or "x"] if len(self.keys) == 2 else [])
            at = moment(r, self.frequency)
            if self.frequency == "day" and r.random() < 0.3:
                at += dt.timedelta(hours=r.randint(0, 23), minutes=r.randint(0, 59))
            value = None if r.random() < 0.06 else number(r)
            self.rows.append(
                {
                    "key": key,
                    "at": at,
                    "value": value,
                    "out": r.random() < 0.2 if self.out else False,
                    "price": None if r.random() < 0.2 else abs(number(r)),
                    "kind": None if r.random() < 0.2 else (word(r, letters).strip() or "x"),
                    "code": None,
                    "may": [],
                }
            )

    def widen(self):
        """One row per key, a column for each period."""
        r = self.r
        self.out = self.known = self.kind = None
        self.frequency = r.choice(["day", "month"])
        at = moment(r, self.frequency)
        steps = [at]
        while len(steps) < r.randint(2, 8):
            later = steps[-1] + dt.timedelta(days=1 if self.frequency == "day" else 32)
            steps.append(later if self.frequency == "day" else later.replace(day=1))
        self.wide = [(row["key"], [dict(row, at=step, out=False, value=number(r) if r.random() < 0.9 else None) for step in steps]) for row in self.rows]
        self.rows = [cell for _, cells in self.wide for cell in cells]
        return steps

    def columns(self):
        return [*self.keys, self.time, self.target, *[c for c in (self.out, self.known, self.kind) if c]]

    def spec(self, file, writer, dialect, said=True):
        def expected(row):
            return {
                "key": row["key"],
                "time": label(row["at"].replace(hour=row["at"].hour if self.frequency == "hour" else 0), self.frequency),
                "value": row["value"],
                "out": row["out"],
                "price": row["price"] if self.known else None,
                "kind": row["kind"] if self.kind else None,
                "code": row["code"],
                "may": row["may"],
                "single": row.get("single", []),
            }

        return {
            "file": file,
            "writer": writer,
            "frequency": self.frequency,
            "columns": {
                "series": self.keys,
                "time": self.time,
                "target": self.target,
                **({"stockout": self.out} if self.out else {}),
                "known": [c for c in (self.known, self.kind) if c],
                "categories": [self.kind] if self.kind else [],
            },
            "dialect": dialect,
            "said": said,
            "mayAsWhole": self.may_as_whole,
            "beside": self.beside,
            "rows": [expected(row) for row in self.rows],
        }


def plain(value):
    """The shortest text, as Python prints it."""
    return str(value) if isinstance(value, int) else repr(value)


class Numbers:
    """Numbers as people write them."""

    def __init__(self, r):
        self.r = r
        self.decimal = r.choice([".", ".", ","])
        self.thousands = r.choice(["", "", "", " ", "'"] + ([","] if self.decimal == "." else ["."]))
        self.forms = r.choice([[], [], [], ["currency"], ["percent"], ["parentheses", "trailing-minus"]])
        self.sign = r.choice(["€", "$", "EUR", "kr"])
        self.isUnicode = True

    def dialect(self):
        return {"decimal": self.decimal, "thousands": self.thousands, "numberForms": self.forms}

    def text(self, value):
        """The text, and the number that it says."""
        r = self.r
        digits = plain(abs(value))
        if r.random() < 0.3 and abs(value) < 1e15:
            digits = format(abs(value), ".2f")
        said = float(digits)
        negative = value < 0 and said != 0
        if "e" in digits and r.random() < 0.3:
            digits = digits.replace("e", "E")
        if "e" not in digits.lower():
            whole, _, fraction = digits.partition(".")
            if self.thousands and r.random() < 0.8:
                whole = f"{int(whole):,}".replace(",", "\u00a0" if self.thousands == " " and r.random() < 0.5 else self.thousands)
            digits = whole + (self.decimal + fraction if fraction else "")
        else:
            digits = digits.replace(".", self.decimal)
        if "percent" in self.forms and "e" not in digits.lower() and r.random() < 0.5:
            said = float(plain_digits(digits, self) + "e-2")
            digits += r.choice(["%", " %"])
        elif "currency" in self.forms and r.random() < 0.7:
            digits = f"{digits} {self.sign}" if r.random() < 0.5 else f"{self.sign} {digits}" if self.sign != "kr" else f"{digits} kr"
        if negative:
            if "parentheses" in self.forms and r.random() < 0.5:
                return f"({digits})", -said
            if "trailing-minus" in self.forms and r.random() < 0.5:
                return f"{digits}-", -said
            return ("\u2212" if self.isUnicode and r.random() < 0.2 else "-") + digits, -said
        if not self.forms and r.random() < 0.05:
            return f"+{digits}", said
        return (f" {digits} " if r.random() < 0.05 else digits), said


def plain_digits(text, numbers):
    for blank in ("\u00a0", numbers.thousands):
        if blank:
            text = text.replace(blank, "")
    return text.replace(numbers.decimal, ".")


def time_choice(r, table, exclude=()):
    how, pattern = r.choice([f for f in GRIDS[table.frequency] if f[0] not in exclude])
    dialect = {"dateFormat": pattern} if pattern else {}
    if pattern and "yy" in pattern and "yyyy" not in pattern:
        dialect["shortYearsFrom"] = 1970
    if table.frequency == "day" and not ("%H" in how or "%I" in how):
        for row in table.rows:
            row["at"] = row["at"].replace(hour=0, minute=0)
    return how, dialect


def texts(r, table, numbers, how, nulls):
    """Rows of texts by the name of their column; what they say is noted in the table."""
    words = r.choice([("1", "0"), ("true", "false"), ("yes", ""), ("ja", "nein")])
    rows = []
    for row in table.rows:
        cells = dict(zip(table.keys, row["key"]))
        cells[table.time] = time_text(row["at"], how)
        if row["value"] is None:
            cells[table.target] = r.choice(nulls)
        else:
            cells[table.target], row["value"] = numbers.text(row["value"])
        if table.out:
            cells[table.out] = words[0 if row["out"] else 1]
        if table.known:
            if row["price"] is None:
                cells[table.known] = r.choice(nulls)
            else:
                cells[table.known], row["price"] = numbers.text(row["price"])
        if table.kind:
            cells[table.kind] = "" if row["kind"] is None else row["kind"]
        rows.append(cells)
    return rows, ({"trueWords": ["ja"], "falseWords": ["nein"]} if words[0] == "ja" else {})


def write_csv(r, table, path):
    said = r.random() < 0.8
    numbers = Numbers(r)
    if not said:
        numbers.decimal, numbers.thousands, numbers.forms = ".", "", []
    encoding = r.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"]) if said else "utf-8"
    numbers.isUnicode = encoding != "cp1252"
    if r.random() < 0.15:
        return write_wide_csv(r, table, path, numbers)
    how, dialect = time_choice(r, table)
    nulls = ["", "NA", "n/a", "-"] if said and r.random() < 0.5 else [""]
    rows, words = texts(r, table, numbers, how, nulls)
    delimiter = r.choice([",", ";", "\t", "|"])
    quote = r.choice(['"', '"', '"', "'"]) if said else '"'
    end = r.choice(["\n", "\r\n", "\r"])
    columns = table.columns() + (["note"] if r.random() < 0.6 else [])
    r.shuffle(columns)
    mixed = False
    if "note" in columns:
        for cells in rows:
            cells["note"] = "".join(r.choice(NASTY) for _ in range(r.randint(0, 6)))
            mixed = mixed or "\n" in cells["note"]
    out = io.StringIO(newline="")
    titles = r.choice([0, 0, 0, 2]) if said else 0
    comment = r.choice([None, None, "#"]) if said else None
    for _ in range(titles):
        out.write("Report of sales" + end)
    writer = csv.writer(
        out,
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_ALL if mixed else r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        lineterminator=end,
    )
    again = len(rows) // 2 if said and r.random() < 0.1 else -1
    blank = r.randrange(len(rows)) if r.random() < 0.1 else -1
    total = r.randrange(len(rows)) if said and r.random() < 0.1 else -1
    writer.writerow(columns)
    for i, cells in enumerate(rows):
        if comment and i == len(rows) // 2:
            out.write(f"{comment} half{end}")
        if i == again:
            writer.writerow(columns)
            table.beside.append("repeated-header")
        if i == blank:
            out.write(end)
        if i == total:
            writer.writerow(["Total 9" if name == table.keys[0] else cells[name] for name in columns])
            table.beside.append("left-out")
        # A line that begins as a comment does would be one.
        if comment and cells[columns[0]].startswith(comment):
            cells[columns[0]] = ""
        writer.writerow([cells[name] for name in columns])
    if mixed:
        for row in table.rows:
            row["may"] = ["bad-row"]
    data = out.getvalue().encode(encoding)
    packed = r.choice([None, None, None, "gzip", "zip"])
    if packed == "gzip":
        data = gzip.compress(data, mtime=0)
    if packed == "zip":
        data = zipped(data)
    with open(path, "wb") as file:
        file.write(data)
    spoken = {
        "delimiter": delimiter,
        "quote": quote,
        "encoding": "windows-1252" if encoding == "cp1252" else None,
        "skipLines": titles,
        "comment": comment,
        "nulls": [n for n in nulls if n],
        **numbers.dialect(),
    }
    if total >= 0:
        spoken["leaveOut"] = [{"column": table.keys[0], "startsWith": "Total"}]
    return {**(spoken if said else {}), **dialect, **words}, said


def write_wide_csv(r, table, path, numbers):
    steps = table.widen()
    how, dialect = time_choice(r, table, exclude=("excel", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M %p"))
    delimiter = r.choice([",", ";", "\t"])
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([*table.keys, *[time_text(step, how) for step in steps], "Total"])
        for key, cells in table.wide:
            texts = []
            for cell in cells:
                text, cell["value"] = ("", None) if cell["value"] is None else numbers.text(cell["value"])
                texts.append(text)
            writer.writerow([*key, *texts, "99"])
    return {"delimiter": delimiter, **numbers.dialect(), **dialect}, True


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("table.csv", (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def frame_of(r, table):
    """A data frame of typed columns, and the texts that its keys are."""
    frame = {}
    for i, name in enumerate(table.keys):
        frame[name] = [row["key"][i] for row in table.rows]
    at = [row["at"] for row in table.rows]
    frame[table.time] = pd.to_datetime(pd.Series(at))
    frame[table.target] = [row["value"] for row in table.rows]
    if table.out:
        frame[table.out] = [row["out"] for row in table.rows]
    if table.known:
        frame[table.known] = [row["price"] for row in table.rows]
    if table.kind:
        frame[table.kind] = [row["kind"] for row in table.rows]
    return pd.DataFrame(frame)


def write_pandas(r, table, path):
    how, dialect = time_choice(r, table, exclude=("excel", "epoch-s", "epoch-ms"))
    frame = frame_of(r, table)
    frame[table.target] = frame[table.target].astype("float64")
    if table.known:
        frame[table.known] = frame[table.known].astype("float64")
    decimal = r.choice([".", ","])
    float_format = r.choice([None, None, "%.3f", "%.17g"])
    nulls = r.choice(["", "NaN", "NULL"])
    if float_format:
        for row in table.rows:
            for name in ("value", "price"):
                if row[name] is not None:
                    row[name] = float(float_format % row[name])
    if table.kind and nulls:
        for row in table.rows:
            row["kind"] = None if row["kind"] in (None, nulls) else row["kind"]
    separator = r.choice([",", ";", "\t"])
    if decimal == "," and separator == ",":
        separator = ";"
    compression = r.choice([None, None, "gzip", "zip"])
    frame.to_csv(
        path,
        index=r.random() < 0.3,
        sep=separator,
        decimal=decimal,
        date_format=how,
        na_rep=nulls,
        float_format=float_format,
        quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        encoding=r.choice(["utf-8", "utf-8-sig"]),
        lineterminator=r.choice(["\n", "\r\n"]),
        compression={"method": compression, "mtime": 0} if compression == "gzip" else compression,
    )
    return {"decimal": decimal, "delimiter": separator, "nulls": [nulls] if nulls else [], **dialect}, True


def json_key(r, row, i, place):
    """A part of a key: a text, a whole number of any length, or a number that is one."""
    kind = r.randrange(8) if i == 0 else 0
    if kind == 1:
        value = r.choice([place, 10**6 + place, 2**53 + place * 2 + 1, 10**20 + place])
        row["key"][0] = str(value)
        return value
    if kind == 2:
        row["key"][0] = str(500_000 + place)
        return float(500_000 + place)
    if kind == 3 and r.random() < 0.3:
        row["code"] = "bad-row"
        return r.choice([True, [place], {"n": place}, 1e22])
    return row["key"][i]


def write_json(r, table, path):
    numbers = Numbers(r)
    how, dialect = time_choice(r, table)
    lines = []
    for place, row in enumerate(table.rows):
        said = {name: json_key(r, row, i, place) for i, name in enumerate(table.keys)}
        text = time_text(row["at"], how)
        said[table.time] = int(text) if text.isdigit() and r.random() < 0.5 else text
        for column, name in ((table.target, "value"), (table.known, "price")):
            if column is None:
                continue
            if row[name] is None:
                said[column] = None
            elif r.random() < 0.3:
                said[column], row[name] = numbers.text(row[name])
            else:
                said[column] = row[name]
        if table.out:
            said[table.out] = r.choice([row["out"], int(row["out"]), "yes" if row["out"] else "no"])
        if table.kind:
            said[table.kind] = row["kind"]
        if r.random() < 0.2:
            said["note"] = r.choice([{"deep": [1, {"a": None}]}, "\u2028\U0001f600", "a\tb\n", 1e400])
        names = list(said)
        r.shuffle(names)
        line = json.dumps({name: said[name] for name in names}, ensure_ascii=r.random() < 0.5, separators=r.choice([(",", ":"), (", ", ": ")]))
        # Python writes Infinity, which is no JSON.
        if "Infinity" in line:
            row["code"] = "bad-row"
        lines.append(line)
    data = r.choice(["\n", "\r\n"]).join(lines) + r.choice(["", "\n"])
    with open(path, "wb") as file:
        data = data.encode("utf-8")
        file.write(gzip.compress(data, mtime=0) if r.random() < 0.2 else data)
    return {**numbers.dialect(), **dialect}, True


INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
RANGES = {name: (int(np.iinfo(name).min), int(np.iinfo(name).max)) for name in INTS}


def parquet_numbers(r, rows, name):
    """An array of some numeric type; what the rows say is what that type holds."""
    values = [row[name] for row in rows]
    kind = r.choice(INTS + ["float", "double", "double", "double", "decimal128", "decimal256", "string", "dictionary"])
    if kind in INTS:
        low, high = RANGES[kind]
        low, high = max(low, -(10**15)), min(high, 10**15)
        for row, value in zip(rows, values):
            if value is not None:
                row[name] = min(high, max(low if name == "value" else 0, int(value)))
        return pa.array([row[name] for row in rows], pa.type_for_alias(kind))
    if kind == "float":
        for row, value in zip(rows, values):
            row[name] = None if value is None else float(np.float32(value))
            row.setdefault("single", []).append(name)
        return pa.array([None if v is None else np.float32(v) for v in values], pa.float32())
    if kind.startswith("decimal"):
        import decimal

        scale = r.randint(0, 6)
        width = 38 if kind == "decimal128" else 38
        quantum = decimal.Decimal(1).scaleb(-scale)
        exact = [None if v is None else decimal.Decimal(repr(v)).quantize(quantum) for v in values]
        for row, value in zip(rows, exact):
            row[name] = None if value is None else float(value)
        return pa.array(exact, pa.decimal128(width, scale) if kind == "decimal128" else pa.decimal256(width, scale))
    if kind in ("string", "dictionary"):
        # With three digits behind the point a text is a question: these have other numbers.
        made = [None if v is None else repr(float(v)) for v in values]
        for row, text in zip(rows, made):
            row[name] = None if text is None else float(text)
        array = pa.array(made, pa.string())
        return array.dictionary_encode() if kind == "dictionary" else array
    held = []
    for row, value in zip(rows, values):
        row[name] = None if value is None else float(value)
        held.append(row[name])
        if name == "value" and r.random() < 0.03:
            held[-1] = r.choice([float("nan"), float("inf"), float("-inf")])
            row["code"] = "bad-number"
    return pa.array(held, pa.float64())


def parquet_times(r, table):
    at = [row["at"] for row in table.rows]
    choices = ["s", "ms", "us", "ns", "tz", "string"]
    if table.frequency != "hour":
        choices += ["date32", "date64"]
    kind = r.choice(choices)
    if kind in ("date32", "date64"):
        for row in table.rows:
            row["at"] = row["at"].replace(hour=0, minute=0)
        days = [moment.date() for moment in at]
        return pa.array(days, pa.date32() if kind == "date32" else pa.date64())
    if kind == "string":
        return pa.array([moment.strftime("%Y-%m-%d %H:%M:%S") for moment in at])
    if kind == "tz":
        aware = [moment.replace(tzinfo=dt.timezone.utc) for moment in at]
        return pa.array(aware, pa.timestamp(r.choice(["ms", "us"]), "UTC"))
    return pa.array(at, pa.timestamp(kind))


def parquet_keys(r, table, i):
    keys = [row["key"][i] for row in table.rows]
    kind = r.choice(["string", "large_string", "dictionary", "binary", "int", "float"])
    if kind in ("int", "float") and i == 0:
        for place, row in enumerate(table.rows):
            row["key"][0] = str(place * 7)
        numbers = [place * 7 for place in range(len(keys))]
        return pa.array(numbers, pa.int64() if kind == "int" else pa.float64())
    if kind == "dictionary":
        return pa.array(keys, pa.string()).dictionary_encode()
    if kind == "binary":
        return pa.array([key.encode() for key in keys], pa.binary())
    return pa.array(keys, pa.large_string() if kind == "large_string" else pa.string())


def write_wide_parquet(r, table, path):
    steps = table.widen()
    how, dialect = time_choice(r, table, exclude=("excel", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M %p"))
    arrays = {name: pa.array([key[i] for key, _ in table.wide]) for i, name in enumerate(table.keys)}
    for i, step in enumerate(steps):
        arrays[time_text(step, how)] = parquet_numbers(r, [cells[i] for _, cells in table.wide], "value")
    pq.write_table(pa.table(arrays), path)
    return {"decimal": r.choice([".", ","]) if not any(pa.types.is_string(a.type) or pa.types.is_dictionary(a.type) for n, a in arrays.items() if n not in table.keys) else ".", **dialect}, True


def write_pyarrow(r, table, path):
    if r.random() < 0.15:
        return write_wide_parquet(r, table, path)
    arrays = {name: parquet_keys(r, table, i) for i, name in enumerate(table.keys)}
    arrays[table.time] = parquet_times(r, table)
    arrays[table.target] = parquet_numbers(r, table.rows, "value")
    if table.out:
        flags = [row["out"] for row in table.rows]
        arrays[table.out] = pa.array(flags) if r.random() < 0.5 else pa.array([int(flag) for flag in flags], pa.int8())
    if table.known:
        arrays[table.known] = parquet_numbers(r, table.rows, "price")
    if table.kind:
        array = pa.array([row["kind"] for row in table.rows], pa.string())
        arrays[table.kind] = array.dictionary_encode() if r.random() < 0.5 else array
    if r.random() < 0.3:
        arrays["nested"] = pa.array([[1, 2]] * len(table.rows))
    names = list(arrays)
    r.shuffle(names)
    pq.write_table(
        pa.table({name: arrays[name] for name in names}),
        path,
        row_group_size=r.choice([1, 3, 1000]),
        compression=r.choice(["none", "snappy", "gzip", "zstd", "brotli", "lz4"]),
        version=r.choice(["1.0", "2.4", "2.6"]) if all(not pa.types.is_timestamp(a.type) or a.type.unit != "s" for a in arrays.values()) else "2.6",
        data_page_version=r.choice(["1.0", "2.0"]),
        use_dictionary=r.random() < 0.5,
        coerce_timestamps=None,
        allow_truncated_timestamps=True,
    )
    return {"decimal": "."}, True


DATES = ["yyyy-mm-dd", "dd/mm/yyyy", "d-mmm-yy", "[$-407]d. mmmm yyyy", "m/d/yy h:mm", "yyyy-mm-dd hh:mm:ss", 'dd"."mm"."yyyy']
FORMATS = ["General", "0.00", "#,##0.00", "0%", '#,##0.00 "EUR"', "0.00E+00", "[Red]-0.0;0.0"]


class Cells:
    """What cells of a sheet hold, and what they say."""

    def __init__(self, r, table, numbers, how):
        self.r, self.table, self.numbers, self.how = r, table, numbers, how
        self.cell_days, self.text_days = [], []

    def key(self, row, i):
        r = self.r
        if i == 0 and r.random() < 0.4:
            number_ = len(row["key"][0]) * 1000 + self.table.rows.index(row)
            digits = r.choice([0, 0, 6])
            row["key"][0] = f"{number_:0{digits}d}" if digits else str(number_)
            return number_, "0" * digits or "General"
        return row["key"][i], None

    def time(self, row):
        if self.r.random() < 0.15 and not row["at"].minute and self.how:
            self.text_days.append(row["at"].day)
            self.note_days()
            return time_text(row["at"], self.how), None
        self.cell_days.append(row["at"].day)
        self.note_days()
        return row["at"], self.r.choice(DATES)

    def note_days(self):
        """Chance may write what a program writes that takes texts for dates where it can, month first: such a table may be refused."""
        halves = self.cell_days and self.text_days and max(self.cell_days) <= 12 < min(self.text_days)
        self.table.may_as_whole = ["data/ambiguous-time"] if halves else []

    def number(self, row, name):
        r, value = self.r, row[name]
        if value is None:
            return None, None
        if r.random() < 0.1:
            text, row[name] = self.numbers.text(value)
            return text, None
        # Both libraries write sixteen digits.
        row[name] = float(f"{value:.16G}")
        return value, r.choice(FORMATS)

    def row(self, row):
        table = self.table
        cells = {name: self.key(row, i) for i, name in enumerate(table.keys)}
        cells[table.time] = self.time(row)
        cells[table.target] = self.number(row, "value")
        if table.out:
            cells[table.out] = (self.r.choice([row["out"], int(row["out"])]), None)
        if table.known:
            cells[table.known] = self.number(row, "price")
        if table.kind:
            cells[table.kind] = (row["kind"], None)
        return cells


def sheet_plan(r, table):
    numbers = Numbers(r)
    how, dialect = time_choice(r, table, exclude=("epoch-s", "epoch-ms", "excel", "%Y%m%d", "%Y%m", "%Y"))
    titles = r.choice([0, 0, 2])
    left = r.choice([0, 0, 1])
    sheets = r.choice([["Data"], ["Data"], ["Notes", "Data"], ["Data", "Old"]])
    columns = table.columns()
    r.shuffle(columns)
    columns.sort(key=lambda name: name not in table.keys)
    spoken = {**numbers.dialect(), **dialect, "skipLines": titles, "sheet": "Data" if len(sheets) > 1 else None}
    return numbers, how, titles, left, sheets, columns, spoken


def write_wide_sheet(r, table, path):
    steps = table.widen()
    numbers = Numbers(r)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Wide")
    shown = r.choice(DATES)
    header = [openpyxl.cell.WriteOnlyCell(sheet, name) for name in table.keys]
    for step in steps:
        cell = openpyxl.cell.WriteOnlyCell(sheet, step)
        cell.number_format = shown
        header.append(cell)
    sheet.append(header)
    for key, cells in table.wide:
        line = list(key)
        for cell in cells:
            if cell["value"] is None:
                line.append(None)
            elif r.random() < 0.2:
                text, cell["value"] = numbers.text(cell["value"])
                line.append(text)
            else:
                cell["value"] = float(f"{cell['value']:.16G}")
                line.append(cell["value"])
        sheet.append(line)
    book.save(path)
    return numbers.dialect(), True


def write_openpyxl(r, table, path):
    if r.random() < 0.15:
        return write_wide_sheet(r, table, path)
    numbers, how, titles, left, sheets, columns, spoken = sheet_plan(r, table)
    book = openpyxl.Workbook()
    if r.random() < 0.2:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.remove(book.active)
    cells_of = Cells(r, table, numbers, how)
    nulls = r.choice([[], ["#N/A"]])
    for name in sheets:
        sheet = book.create_sheet(name)
        if name != "Data":
            sheet["B2"] = "see below"
            continue
        for i in range(titles):
            sheet.cell(i + 1, 1, "Report of sales")
        if titles:
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=3)
        for c, column in enumerate(columns):
            sheet.cell(titles + 1, left + c + 1, column)
        for i, row in enumerate(table.rows):
            cells = cells_of.row(row)
            odd = r.random()
            if odd < 0.03:
                cells[table.target] = ("=1+1", None)
                row["code"] = "bad-cell"
            elif odd < 0.06:
                cells[table.target] = ("#N/A", None)
                row["code"], row["value"] = (None, None) if nulls else ("bad-cell", None)
            for c, column in enumerate(columns):
                value, shown = cells[column]
                if value is None:
                    continue
                cell = sheet.cell(titles + 2 + i, left + c + 1)
                cell.value = value
                if shown:
                    cell.number_format = shown
            if r.random() < 0.05:
                sheet.row_dimensions[titles + 2 + i].hidden = True
        if r.random() < 0.3:
            sheet.cell(titles + 40 + len(table.rows), left + 12).number_format = "0.00"
    book.save(path)
    return {**spoken, "nulls": nulls}, True


def write_xlsxwriter(r, table, path):
    numbers, how, titles, left, sheets, columns, spoken = sheet_plan(r, table)
    is_constant = r.random() < 0.5
    book = xlsxwriter.Workbook(path, {"constant_memory": is_constant, "date_1904": r.random() < 0.2, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False})
    formats = {}
    bold = book.add_format({"bold": True})
    cells_of = Cells(r, table, numbers, how)
    for name in sheets:
        sheet = book.add_worksheet(name)
        if name != "Data":
            sheet.write_string(1, 1, "see below")
            continue
        for i in range(titles):
            sheet.write_string(i, 0, "Report of sales")
        for c, column in enumerate(columns):
            sheet.write_string(titles, left + c, column)
        for i, row in enumerate(table.rows):
            cells = cells_of.row(row)
            if r.random() < 0.03:
                cells[table.target] = ("formula", None)
                row["code"] = "bad-cell"
            for c, column in enumerate(columns):
                value, shown = cells[column]
                at = (titles + 1 + i, left + c)
                style = None if shown is None else formats.setdefault(shown, book.add_format({"num_format": shown}))
                if value is None:
                    continue
                if value == "formula" and column == table.target and row["code"]:
                    sheet.write_formula(*at, "=1+1", None, 2)
                elif isinstance(value, bool):
                    sheet.write_boolean(*at, value)
                elif isinstance(value, dt.datetime):
                    sheet.write_datetime(*at, value, style)
                elif isinstance(value, (int, float)):
                    sheet.write_number(*at, value, style)
                elif len(value) > 2 and not is_constant and r.random() < 0.3:
                    sheet.write_rich_string(*at, bold, value[:1], value[1:])
                else:
                    sheet.write_string(*at, value)
    book.close()
    return spoken, True


WRITE = {
    "csv": (write_csv, "csv"),
    "pandas": (write_pandas, "csv"),
    "json": (write_json, "ndjson"),
    "pyarrow": (write_pyarrow, "parquet"),
    "openpyxl": (write_openpyxl, "xlsx"),
    "xlsxwriter": (write_xlsxwriter, "xlsx"),
}


def main():
    folder, seed, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    writers = sys.argv[5].split(",") if len(sys.argv) > 5 else WRITERS
    most = int(sys.argv[6]) if len(sys.argv) > 6 else 12
    with open(f"{folder}/tables.ndjson", "w", encoding="utf-8") as out:
        for i in range(first, first + count):
            r = random.Random(f"{seed}:{i}")
            writer = writers[i % len(writers)]
            write, ending = WRITE[writer]
            file = f"{i}.{ending}"
            table = Table(r, r.randint(1, most))
            dialect, said = write(r, table, f"{folder}/{file}")
            out.write(json.dumps(table.spec(file, writer, dialect, said), ensure_ascii=False) + "\n")


main()
