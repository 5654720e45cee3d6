"""Print pip constraints: the oldest allowed version of each library in pyproject.toml."""

import re
from pathlib import Path

project = Path("pyproject.toml").read_text(encoding="utf-8")
libraries = project.split("\ndependencies = [\n")[1].split("\n]")[0]
for name, version in re.findall(r'^  "([\w-]+)>=([\d.]+)', libraries, re.M):
    # 18 means 18.0; any patch release of a minor version is allowed.
    exact = ("." + version).count(".") > 2
    print(f"{name}=={version}" + ("" if exact else ".*" if "." in version else ".0.*"))  # noqa: T201
