#!/usr/bin/env bash
# Installs what is missing, when it can; says what is missing, when it cannot.
#
#   install.sh venv [deploy]   fills .venv from infra/requirements.txt (and infra/requirements-deploy.txt)
#   install.sh browser         prints the path of a Chromium with Chinese fonts
set -euo pipefail
cd "$(dirname "$0")/.."

on_debian_as_root() { [[ $(id -u) == 0 && -f /etc/debian_version ]] && command -v apt-get >/dev/null; }

# Runs a command in silence, and shows what it said if it fails.
quietly() {
  local said
  said=$(mktemp)
  if ! "$@" >"$said" 2>&1; then
    cat "$said" >&2
    rm -f "$said"
    return 1
  fi
  rm -f "$said"
}

apt() {
  echo "Installing $* (Debian packages)" >&2
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get install -y --no-install-recommends "$@" ||
    { quietly apt-get update && quietly apt-get install -y --no-install-recommends "$@"; }
}

python() {
  local found=${PYTHON:-python3}
  command -v "$found" >/dev/null || { echo "Python 3.10 or later is needed; $found is not there." >&2; return 1; }
  "$found" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    { echo "Python 3.10 or later is needed; $("$found" --version) was found. Name another with PYTHON=…" >&2; return 1; }
  echo "$found"
}

venv() {
  local list=infra/requirements.txt found
  [[ ${1:-} == deploy ]] && list=infra/requirements-deploy.txt
  found=$(python)
  if [[ ! -x .venv/bin/pip ]]; then
    "$found" -c 'import ensurepip' 2>/dev/null || { on_debian_as_root && apt python3-venv; } ||
      { echo "Python's venv module is missing: install python3-venv." >&2; return 1; }
    "$found" -m venv .venv
    echo '*' >.venv/.gitignore
  fi
  echo "Filling .venv from $list (a minute or two the first time)" >&2
  quietly .venv/bin/pip install --disable-pip-version-check -r "$list"
}

browser() {
  local found=${AFTERCARE_CHROMIUM:-}
  if [[ -z $found ]]; then
    find_browser >/dev/null && has_fonts || { on_debian_as_root && apt chromium fonts-noto-cjk; } || true
    found=$(find_browser) || { echo "The page tests need Chromium: install it, or name one with AFTERCARE_CHROMIUM=/path/to/it" >&2; return 1; }
    has_fonts || { echo "The page tests need a Chinese font, for instance Noto Sans CJK (fonts-noto-cjk on Debian)." >&2; return 1; }
  fi
  echo "$found"
}

find_browser() {
  local name
  for name in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$name" && return
  done
  return 1
}

# Where there is no fontconfig the system brings its own fonts.
has_fonts() { ! command -v fc-list >/dev/null || [[ -n $(fc-list :lang=zh family) ]]; }

"$@"
