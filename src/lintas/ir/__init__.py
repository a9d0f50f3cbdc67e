"""The one compiled form of the law."""

from lintas.ir.program import Citation, Program, ProgramNorm, Rule, read_program, write_program

__all__ = ["Citation", "Program", "ProgramNorm", "Rule", "read_program", "write_program"]
