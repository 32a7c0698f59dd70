"""What `setup.cfg` cannot say: the templates lie beside the package and are installed within it."""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

TEMPLATES = "xlsx_addin.templates"


class BuildWithoutTools(build_py):
    """Leaves the script that builds the templates out of what is installed."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """List the modules of a package that are installed."""
        modules = super().find_package_modules(package, package_dir)
        return [one for one in modules if one[:2] != (TEMPLATES, "build")]


setup(
    packages=[*find_packages(include=["xlsx_addin", "xlsx_addin.*"]), TEMPLATES],
    package_dir={TEMPLATES: "templates"},
    cmdclass={"build_py": BuildWithoutTools},
)
