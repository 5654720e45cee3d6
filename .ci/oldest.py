"""Prints pip constraints: for each library that pyproject.toml names, the oldest version allowed."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for line in project["dependencies"]:
    name, version = re.match(r"([\w.-]+)>=([\d.]+)", line).groups()
    print(f"{name}=={version}" if version.count(".") == 2 else f"{name}=={version}.*")
