# Sourced by the other scripts: what a bare machine needs before lidar-label runs on it.
# Needs ROOT (the checkout). Gives: debian_packages NAMES..., virtual_environment FOLDER EXTRAS CONSTRAINTS.

# Packages are installed without compiled Python and get it as they are first imported; an environment that forbids
# that would have every process of every test compile all of numpy, scipy and pandas again.
unset PYTHONDONTWRITEBYTECODE

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

DESK_PACKAGES="libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libgomp1
  libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fonts-noto-cjk"
SCREEN_PACKAGES="xvfb xauth libusb-1.0-0"

# Install what is missing of the named Debian packages; without root, say which are missing and go on.
debian_packages() {
  command -v dpkg-query >/dev/null || return 0
  missing=""
  for name in "$@"; do
    status=$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $name"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    say "Installing Debian packages:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    say "These Debian packages are missing; if a window does not open, install them as root:$missing"
  fi
}

find_python() {
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$name" ] || continue
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      echo "$name"
      return 0
    fi
  done
  say "lidar-label needs Python 3.11, 3.12 or 3.13; set PYTHON to one."
  return 1
}

# Install with uv, which takes a third of pip's time, and next to none where another environment has the same packages.
# It reads no settings of pip: the index is handed on, and whatever else it fails at pip does in its place.
with_uv() {
  local python=$1
  shift
  "$python" -m pip install --quiet --disable-pip-version-check uv || return 1
  index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
  "$python" -m uv pip install --quiet --python "$python" ${index:+--default-index "$index"} "$@"
}

# Make FOLDER a virtual environment that has this checkout with EXTRAS, under CONSTRAINTS; do
# nothing where that is done already.
virtual_environment() {
  folder=$1 extras=$2 constraints=$3
  stamp=$( (cat "$ROOT/pyproject.toml" "$constraints"; echo "$ROOT $extras") | sha256sum | cut -c1-32)
  if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$stamp" ]; then return 0; fi
  say "Setting up $folder (a minute or so; about 1.5 GB)"
  python=$(find_python)
  [ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
  if ! with_uv "$folder/bin/python" -c "$constraints" -e "$ROOT[$extras]"; then
    say "uv could not; pip does it, which takes longer"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
    "$folder/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check \
      -c "$constraints" -e "$ROOT[$extras]"
  fi
  echo "$stamp" > "$folder/.stamp"
}
