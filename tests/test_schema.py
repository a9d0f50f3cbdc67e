"""The generated schemas are current, accept the corpus and refuse what the reader refuses."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from lintas.corpus.parse import read_yaml
from lintas.corpus.schema import schemas
from lintas.vocab.terms import Vocabulary
from tests.conftest import ROOT

GLOBS = {
    "instrument": "*/*/instrument.yaml",
    "sources": "*/*/sources.yaml",
    "capture": "*/*/captures/*.yaml",
    "norms": "*/*/norms/*.yaml",
    "parameters": "*/*/parameters.yaml",
    "cases": "*/*/cases/*.yaml",
    "coverage": "*/coverage.yaml",
}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    raw, _ = read_yaml(ROOT / "corpus" / "vocab" / "vocabulary.yaml")
    return schemas(msgspec.convert(raw, Vocabulary))


def test_the_files_are_current(made: dict[str, Any]) -> None:
    for name, schema in made.items():
        kept = json.loads((ROOT / "docs" / "schema" / name).read_text())
        assert kept == json.loads(json.dumps(schema)), "python -m lintas.corpus.schema docs/schema corpus/vocab/vocabulary.yaml"


@pytest.mark.parametrize("kind", sorted(GLOBS))
def test_the_corpus_fits(made: dict[str, Any], kind: str) -> None:
    validator = jsonschema.Draft202012Validator(made[f"{kind}.schema.json"])
    files = sorted((ROOT / "tests" / "small_corpus").glob(GLOBS[kind])) + sorted((ROOT / "corpus").glob(GLOBS[kind]))[::7]
    assert files
    for file in files:
        raw, _ = read_yaml(file)
        error = next(validator.iter_errors(raw or []), None)
        assert error is None, f"{file}: {error.message[:200]} at {list(error.absolute_path)}" if error else ""


def test_a_misspelt_key_is_underlined(made: dict[str, Any]) -> None:
    raw, _ = read_yaml(ROOT / "tests" / "small_corpus" / "xx" / "act" / "norms" / "act.yaml")
    raw[1]["versions"][0]["when"]["all"][1] = {"dta": {"overlaps": ["personal"]}}
    assert list(jsonschema.Draft202012Validator(made["norms.schema.json"]).iter_errors(raw))
