"""Write the list "where may it lie?": every cloud region x eleven members x four kinds of data.

    python examples/cloud-regions/build.py --out out/cloud-regions.csv

A region in the member's own country sends nothing abroad and gives no row. Providers are shown as A, B and C: the question is
about places, not about firms.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

HERE = Path(__file__).parent
MEMBERS = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")
KINDS = (
    # label, activity, data, sector, actor, legal form
    ("personal data of customers", "transfer-personal-data", "personal", "general", "private-domestic", "company"),
    ("health data of patients", "transfer-personal-data", "health", "health", "private-domestic", "company"),
    ("accounts of bank customers", "store-data-abroad", "personal; financial", "banking", "private-domestic", "company"),
    ("records of a public body", "store-data-abroad", "government", "public", "public", "state-agency"),
)
COLUMNS = ("id", "what", "from", "to", "activity", "data", "sector", "actor", "legal_form", "local_presence", "data_subjects_in_country",
           "data_subject_type", "hosting_in_country")  # fmt: skip
CLOSED = ("aws-us-gov", "aws-iso")  # open to one government only
PLACES = {
    "AE": "UAE", "AU": "Sydney Melbourne", "BE": "Belgium", "BH": "Bahrain", "BR": "Sao-Paulo Sāo-Paulo", "CA": "Calgary Montréal Toronto",
    "CH": "Zurich Zürich", "CL": "Santiago", "CN": "Beijing Ningxia", "DE": "Frankfurt Berlin Germany", "ES": "Spain Madrid",
    "FI": "Finland", "FR": "Paris", "GB": "London", "HK": "Hong-Kong", "ID": "Jakarta", "IE": "Ireland", "IL": "Tel-Aviv",
    "IN": "Mumbai Hyderabad Delhi", "IT": "Milan Turin", "JP": "Tokyo Osaka", "KR": "Seoul", "MX": "Mexico", "MY": "Malaysia",
    "NL": "Eemshaven", "NZ": "New-Zealand", "PL": "Warsaw", "QA": "Doha", "SA": "Dammam", "SE": "Stockholm", "SG": "Singapore",
    "TH": "Thailand", "TW": "Taipei Taiwan", "ZA": "Cape-Town Johannesburg",
    "US": "N.-Virginia Ohio N.-California Oregon Iowa Oklahoma South-Carolina Georgia Northern-Virginia Columbus Dallas Los-Angeles "
    "Salt-Lake-City Las-Vegas",
}  # fmt: skip
CODE = {place.replace("-", " "): code for code, places in PLACES.items() for place in places.split()}
CENTRAL = {"ca-central-1": "CA", "mx-central-1": "MX"}
COUNTRIES = {
    "Australia": "AU", "Brazil": "BR", "Canada": "CA", "Chile": "CL", "China": "CN", "France": "FR", "Germany": "DE", "Hong Kong": "HK",
    "India": "IN", "Indonesia": "ID", "Ireland": "IE", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Malaysia": "MY", "Mexico": "MX",
    "Netherlands": "NL", "Norway": "NO", "Poland": "PL", "Qatar": "QA", "Singapore": "SG", "South Africa": "ZA", "South Korea": "KR",
    "Sweden": "SE", "Switzerland": "CH", "Taiwan": "TW", "United Arab Emirates": "AE", "United Kingdom": "GB", "United States": "US",
}  # fmt: skip


def regions() -> list[tuple[str, str, str]]:
    """Provider letter, region and country of every region in the three files."""
    out = []
    with (HERE / "aws_regions_botocore_1.44.5.csv").open(encoding="utf-8", newline="") as file:
        out += [
            ("A", row["region"], CENTRAL.get(row["region"]) or CODE[row["place_in_description"]])
            for row in csv.DictReader(file)
            if not row["partition"].startswith(CLOSED)
        ]
    with (HERE / "gcp_regions_carbon_2024.csv").open(encoding="utf-8", newline="") as file:
        out += [("B", row["Google Cloud Region"], CODE[row["Location"]]) for row in csv.DictReader(file)]
    table = json.loads((HERE / "cloud_regions_info_azure.json").read_text(encoding="utf-8"))
    out += [("C", name, COUNTRIES[row["country"]]) for name, row in table.items()]
    return out


def write(path: Path) -> int:
    """Write the list; returns how many rows."""
    rows = [
        (f"{member}-{number}-{kind}", f"{label}, region {region} (provider {letter})", member, country, activity, data, sector, actor, form,
         "yes", "yes", "customers", "no")
        for number, (letter, region, country) in enumerate(regions(), start=1)
        for member in MEMBERS
        for kind, (label, activity, data, sector, actor, form) in enumerate(KINDS, start=1)
        if member != country
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return len(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/cloud-regions.csv"))
    target = parser.parse_args().out
    print(f"{write(target)} rows in {target}")
