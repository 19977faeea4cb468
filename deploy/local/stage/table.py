# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A table for people: columns as wide as they need, long cells wrapped."""

import textwrap


def render(headings, rows, widths):
    """Returns the lines. `widths[i]` is the most that column i may take."""
    cells = [list(map(str, row)) for row in [headings] + rows]
    fit = [min(widths[i], max(len(row[i]) for row in cells))
           for i in range(len(headings))]
    lines = []
    for number, row in enumerate(cells):
        wrapped = [textwrap.wrap(cell, fit[i], break_on_hyphens=False) or [""]
                   for i, cell in enumerate(row)]
        for part in range(max(map(len, wrapped))):
            lines.append("  ".join(
                (wrapped[i][part] if part < len(wrapped[i]) else "").ljust(
                    fit[i]) for i in range(len(fit))).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in fit))
    return lines
