"""Builds the compiled form of the simulation's kernel where a C compiler is found; without one, numpy serves."""

from __future__ import annotations

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

NATIVE = "src/takeroot/simulation/native"


class BuildKernel(build_ext):
    """Asks for the same arithmetic everywhere: every operation rounded by itself."""

    def build_extension(self, extension: Extension) -> None:
        """With the options of the compilers that know vectors; another one leaves it to numpy."""
        if self.compiler.compiler_type in ("unix", "mingw32"):
            extension.extra_compile_args = ["-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-w"]
        super().build_extension(extension)


setup(
    cmdclass={"build_ext": BuildKernel},
    ext_modules=[
        Extension(
            "takeroot.simulation._kernel",
            [f"{NATIVE}/compiled.c"],
            depends=[f"{NATIVE}/{name}.h" for name in ("world", "vectors", "lanes", "sites", "between")],
            py_limited_api=True,
            optional=True,
        )
    ],
)
