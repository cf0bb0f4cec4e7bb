# shellcheck shell=bash
# Read by every check: where the files are, and the sum at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

findings=$(mktemp)
trap 'rm -f "$findings"' EXIT

# files PATTERN …: those that belong to the project, also before they are committed
files()
{
	if [ -e .git ]; then
		git ls-files -co --exclude-standard -- "$@" | while read -r file; do
			[ ! -f "$file" ] || printf '%s\n' "$file"
		done
	else
		local pattern
		for pattern; do
			find . \( -name node_modules -o -path ./build -o -path ./var \) -prune -o -type f -path "./$pattern" -print
		done | sed 's|^\./||' | sort -u
	fi
}

# finish NUMBER_OF_FILES: prints what was found and the sum; a file with findings failed, however many it has
finish()
{
	local failed
	cat "$findings"
	failed=$(sed 's/:.*//' "$findings" | sort -u | grep -c . || true)
	echo "$(($1 > failed ? $1 - failed : 0)) passed, $failed failed, ${2:-0} skipped"
	[ "$failed" = 0 ]
}
