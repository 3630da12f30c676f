#!/bin/sh
# Run once, while the container's image is built: mockenv in a Python of its own, and what starts it with the container.
# The options come as FROM, FLAGS and START; PREFIX is where all of it goes.
set -eu
cd "$(dirname "$0")"
PREFIX=${PREFIX:-/usr/local}
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mockenv needs Python 3.11 or newer in the container" >&2; exit 1; }
for wheel in mockenv-*.whl; do
    [ ! -e "$wheel" ] || FROM=${FROM:-./$wheel}
done
python3 -m venv "$PREFIX/lib/mockenv" || { echo "mockenv needs Python's venv in the container: Debian's package is python3-venv" >&2; exit 1; }
"$PREFIX/lib/mockenv/bin/pip" install --quiet --disable-pip-version-check "${FROM:-mockenv}"
mkdir -p "$PREFIX/bin" "$PREFIX/share/mockenv"
ln -sf "$PREFIX/lib/mockenv/bin/mockenv" "$PREFIX/bin/mockenv"
{
    echo '#!/bin/sh'
    echo '# Run each time that the container starts; then what comes behind it.'
    [ "${START:-true}" != true ] || echo "nohup '$PREFIX/bin/mockenv' serve ${FLAGS:-} >\"\${TMPDIR:-/tmp}/mockenv.log\" 2>&1 &"
    echo '[ $# = 0 ] || exec "$@"'
} >"$PREFIX/share/mockenv/start"
chmod +x "$PREFIX/share/mockenv/start"
