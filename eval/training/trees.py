"""LightGBM's trees as arrays that numpy can ask all at once: tree × node and tree × leaf, padded to the largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PRECISION = 6
# Where trees are padded: a node that rules nothing out, a leaf that is never reached.
_PADDING = {"feature": 0, "threshold": 0.0, "keeps": -1, "value": 0.0}


def export_trees(dumped: Mapping[str, Any]) -> dict[str, list[list[float]]]:
    """What ``Booster.dump_model`` gives → ``feature, threshold, keeps`` by tree and node, ``value`` by tree and leaf.

    ``keeps`` has a bit for each leaf, numbered from the left: those not ruled out where the feature is over the
    threshold.
    """
    trees = [_flat(tree["tree_structure"]) for tree in dumped["tree_info"]]
    return {name: _padded([tree[name] for tree in trees], padding) for name, padding in _PADDING.items()}


def _flat(root: Mapping[str, Any]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in _PADDING}
    _enter(root, found)
    return found


def _enter(node: Mapping[str, Any], found: dict[str, list[float]]) -> None:
    """Adds a node and all below it, from the left."""
    if "leaf_value" in node:
        found["value"].append(_rounded(node["leaf_value"]))
        return
    found["feature"].append(node["split_feature"])
    found["threshold"].append(node["threshold"])
    number, first = len(found["keeps"]), len(found["value"])
    found["keeps"].append(-1)
    _enter(node["left_child"], found)
    found["keeps"][number] = ~(_below(len(found["value"])) ^ _below(first))
    _enter(node["right_child"], found)


def _below(leaf: int) -> int:
    """The bits of all leaves before this one."""
    return (1 << leaf) - 1


def _rounded(value: float) -> float:
    return float(f"{value:.{_PRECISION}g}")


def _padded(rows: list[list[float]], padding: float) -> list[list[float]]:
    longest = max(1, *map(len, rows)) if rows else 0
    return [row + [padding] * (longest - len(row)) for row in rows]
