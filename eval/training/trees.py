"""LightGBM's trees as arrays that numpy can walk: tree × node, padded to the largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PRECISION = 6


def export_trees(dumped: Mapping[str, Any]) -> dict[str, list[list[float]]]:
    """What ``Booster.dump_model`` gives → ``feature, threshold, left, right`` by tree and node, ``value`` by leaf.

    A child is a node's number, or ``~leaf``. A tree that never splits has one node, both of whose children are leaf 0.
    """
    trees = [_flat(tree["tree_structure"]) for tree in dumped["tree_info"]]
    return {
        name: _padded([tree[name] for tree in trees]) for name in ("feature", "threshold", "left", "right", "value")
    }


def _flat(root: Mapping[str, Any]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    if "leaf_value" in root:
        return {"feature": [0], "threshold": [0.0], "left": [~0], "right": [~0], "value": [root["leaf_value"]]}
    _enter(root, found)
    return found


def _enter(node: Mapping[str, Any], found: dict[str, list[float]]) -> int:
    """Adds a node and all below it; returns its number, or ``~leaf``."""
    if "leaf_value" in node:
        found["value"].append(_rounded(node["leaf_value"]))
        return ~(len(found["value"]) - 1)
    number = len(found["feature"])
    found["feature"].append(node["split_feature"])
    found["threshold"].append(node["threshold"])
    found["left"].append(0)
    found["right"].append(0)
    found["left"][number] = _enter(node["left_child"], found)
    found["right"][number] = _enter(node["right_child"], found)
    return number


def _rounded(value: float) -> float:
    return float(f"{value:.{_PRECISION}g}")


def _padded(rows: list[list[float]]) -> list[list[float]]:
    longest = max(map(len, rows), default=0)
    return [row + [0] * (longest - len(row)) for row in rows]
