"""Whether Argo's schema takes a workflow, and knows all of its keys: argo_schema.py FILE"""
import sys

import yaml
from hera.workflows.models import Workflow

asked = yaml.safe_load(open(sys.argv[1]))
taken = Workflow.model_validate(asked).model_dump(mode="json", by_alias=True, exclude_unset=True)


def lost(asked, taken, place=""):
    """Keys that no model has were dropped."""
    if isinstance(asked, dict):
        for key, value in asked.items():
            if not isinstance(taken, dict) or key not in taken:
                yield f"{place}.{key}"
            else:
                yield from lost(value, taken[key], f"{place}.{key}")
    elif isinstance(asked, list):
        for i, value in enumerate(asked):
            yield from lost(value, taken[i], f"{place}[{i}]")


unknown = list(lost(asked, taken))
if unknown:
    sys.exit(f"unknown to the schema: {unknown}")
