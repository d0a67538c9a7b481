#!/bin/sh
# Build the wheel and the sdist, install the wheel alone in a new environment, and try it.
set -eu
python=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m build --outdir "$place/dist" . >"$place/log" 2>&1 || { cat "$place/log"; exit 1; }
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$place"/dist/*.whl
cd "$place"
export HOME="$place/home" XDG_CACHE_HOME="$place/cache"
mkdir "$HOME"
venv/bin/ffx --version
venv/bin/python -m ffx --version
venv/bin/ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --sandbox --json |
  "$place/venv/bin/python" -c 'import json, sys; assert json.load(sys.stdin)["hits"]'
venv/bin/ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --sandbox --format html | grep -q '<svg'
venv/bin/python -c 'from ffx import Explorer; Explorer.sandbox().close()'
for brought in share/man/man1/ffx.1 share/bash-completion/completions/ffx \
  share/zsh/site-functions/_ffx share/fish/vendor_completions.d/ffx.fish; do
  test -s "venv/$brought"
done
echo "wheel: $(ls dist/*.whl | xargs -n1 basename) installs bare and finds a visitor"
