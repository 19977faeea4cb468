# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The README's first command, from the point where everything is built."""

import sys

from stage import play

if __name__ == "__main__":
    sys.exit(0 if play.play(keep=False) else 1)
