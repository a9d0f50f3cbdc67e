"""Packs the compiled corpus and the documentation into the wheel, so that an installed Lintas parses nothing at start-up."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class BuildWithCorpus(build_py):
    """Compiles ``corpus/`` into ``lintas/data/corpus.msgpack`` of the build, and copies ``docs/``."""

    def run(self) -> None:
        """Copy the modules, then add the compiled corpus and the pages of the documentation."""
        super().run()
        if self.editable_mode:
            return
        sys.path.insert(0, str(HERE / "src"))
        from lintas.assess.law import compile_members
        from lintas.corpus.load import load
        from lintas.ir.program import write_program

        corpus = load(HERE / "corpus")
        target = Path(self.build_lib) / "lintas" / "data" / "corpus.msgpack"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(write_program(compile_members(corpus, corpus.norms)))
        docs = target.parent / "docs"
        docs.mkdir(exist_ok=True)
        for page in sorted((HERE / "docs").glob("*.md")):
            shutil.copyfile(page, docs / page.name)


setup(cmdclass={"build_py": BuildWithCorpus})
