#!/bin/sh
# Makes the static files: htdocs/build.sh OUTDIR
#
# OUTDIR gets everything nginx serves as files (static/, robots.txt, favicon.ico), _layout.html for
# the programs, and "stamp": 12 hex digits that change with any static file. The style sheet Pico
# and the icons of Lucide come from npm, pinned by package-lock.json; npm runs only when that
# file has changed. Where OUTDIR was shipped built and npm is absent, the parts made from them stay.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/static/help" "$1/static/error"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

digest() { sha256sum | cut -c1-"${1:-64}"; }

# Nothing to do when no source has changed.
sources() { find "$source" -name node_modules -prune -o -type f -print | LC_ALL=C sort; }
inputs=$(sources | tr '\n' '\0' | xargs -0 cat | digest)
[ -s "$out/stamp" ] && [ "$(cat "$out/.inputs" 2>/dev/null)" = "$inputs" ] && exit 0

# Pico and Lucide.
modules=$source/node_modules
lock=$(digest <"$source/package-lock.json")
installed=$(dirname "$out")/htdocs-packages
if [ ! -d "$modules" ] || [ "$(cat "$installed" 2>/dev/null)" != "$lock" ]; then
	if command -v npm >/dev/null 2>&1; then
		(cd "$source" && npm ci --silent --no-audit --no-fund --ignore-scripts) >&2
		echo "$lock" >"$installed"
	elif [ ! -s "$out/static/icons.svg" ] || [ ! -s "$out/static/pico.min.css" ]; then
		echo "$0: npm is needed to fetch the style sheet and the icons; install it, or start" \
		    "from an archive that ships them built" >&2
		exit 1
	else
		modules=
	fi
fi

# The sprite: one <symbol> for each name in icons.txt, and our own mark.
sprite() {
	echo '<svg xmlns="http://www.w3.org/2000/svg">'
	sed -e '/<style>/d' -e 's/<svg[^>]*viewBox/<symbol id="vestibule" viewBox/' \
	    -e 's,</svg>,</symbol>,' "$source/mark.svg"
	sed -e 's/#.*//' -e '/^ *$/d' "$source/icons.txt" | while read -r name; do
		icon=$modules/lucide-static/icons/$name.svg
		[ -f "$icon" ] || { echo "$0: icons.txt: Lucide has no icon \"$name\"" >&2; exit 1; }
		printf '<symbol id="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor"' "$name"
		printf ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
		tr '\n' ' ' <"$icon" | sed -e 's/.*<svg[^>]*>//' -e 's,</svg>.*,</symbol>,' -e 's/ \{1,\}/ /g'
		echo
	done
	echo '</svg>'
}

if [ "$modules" ]; then
	# In a cascade layer, so that app.css wins without fighting over specificity.
	{ echo '@layer pico {'; sed '1s/^@charset "UTF-8";//' "$modules/@picocss/pico/css/pico.min.css"
	    echo '}'; } >"$work/pico.min.css"
	sprite >"$work/icons.svg"
	cp "$modules/@picocss/pico/LICENSE.md" "$work/pico.LICENSE.txt"
	cp "$modules/lucide-static/LICENSE" "$work/lucide.LICENSE.txt"
	chmod 644 "$work"/*
	cp "$work"/* "$out/static/"
fi

# Our own files.
cp "$source/app.css" "$source/app.js" "$out/static/"
cp "$source/mark.svg" "$out/static/favicon.svg"
cp "$source/favicon.ico" "$source/robots.txt" "$source/_layout.html" "$out/"

# Help and error pages: each is the <main> of a page, put into _page.html. {stamp} is filled in here;
# {base} and {request_id} stay in the error pages, which nginx serves at any address and fills.
stamp=$(cd "$source" && cat "$out/static/pico.min.css" "$out/static/icons.svg" app.css app.js mark.svg \
    _page.html _help.html help/* error/* | digest 12)
page() {	# SOURCE TARGET STATIC HOME MENU: STATIC leads from the page to static/, HOME to the start
	title=$(sed -n 's,.*<h1>\(.*\)</h1>.*,\1,p' "$1" | sed 's/[&,\\]/\\&/g')
	sed -e "s,{title},$title," -e "/<!--main-->/{r $1" -e 'd;}' -e "/<!--menu-->/{r $5" -e 'd;}' \
	    "$source/_page.html" | sed -e "s,{static},$3,g" -e "s,{home},$4,g" -e "s,{stamp},$stamp,g" \
	    -e "s,<a href=\"${1##*/}\",& aria-current=\"page\"," >"$2"
}
for file in "$source"/help/*.html; do
	page "$file" "$out/static/help/${file##*/}" .. ../../ "$source/_help.html"
done
page "$source/help/files.html" "$out/static/help/files.html" static ./ /dev/null
for file in "$source"/error/*.html; do
	page "$file" "$out/static/error/${file##*/}" '{base}/static' '{base}/' /dev/null
done
# What nginx answers API clients with: the envelope of every API answer.
sed '/^#/d' "$source/error/api.txt" | while read -r code message; do
	printf '{"meta":{"id":"{request_id}","trx":"{request_id}","endpoint":{"name":"",%s},%s},"data":{}}\n' \
	    '"requested_version":"2.34","actual_version":null' \
	    "\"result_code\":$code,\"result_subcode\":0,\"result_msg\":\"$message\",\"error_stack\":null,\"error_data\":{}" \
	    >"$out/static/error/api-$code.json"
done

echo "$stamp" >"$out/stamp"
echo "$inputs" >"$out/.inputs"
