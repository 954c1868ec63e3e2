#!/usr/bin/env bash
# Installs what run_autograder needs, on Gradescope's base image of Ubuntu 24.04 (Python 3.12). Zip it with run_autograder and manifest.json, the files and not their folder.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
python3 -m venv /opt/backprop
/opt/backprop/bin/pip install /autograder/source/*.whl    # the wheel of this project, in the same zip
