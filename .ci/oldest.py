"""Print pip constraints: the oldest allowed version of each library in pyproject.toml."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for line in project["dependencies"]:
    name, version = re.match(r"([\w.-]+)>=([\d.]+)", line).groups()
    print(f"{name}=={version}" if version.count(".") == 2 else f"{name}=={version}.*")  # noqa: T201
