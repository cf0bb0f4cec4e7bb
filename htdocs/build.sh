#!/bin/sh
# Makes the static files: htdocs/build.sh OUTDIR
#
# OUTDIR gets what nginx serves as files (static/, robots.txt, favicon.ico), _layout.html for the programs, and
# "stamp": 12 hex digits that change with any of them. The style sheet Pico and the icons of Lucide come from npm,
# pinned by package-lock.json. They are made anew only when that file, icons.txt or this script has changed; npm itself
# runs only when the packages are not there. So an OUTDIR that was shipped built needs no npm.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/static/help" "$1/static/error"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

digest()	# of standard input; $1 digits of it
{
	sha256sum | cut -c1-"${1:-64}"
}

kept()	# the content of a small file in OUTDIR, or nothing
{
	cat "$out/$1" 2>/dev/null || :
}

sources=$(find "$source" -name node_modules -prune -o -type f -print | LC_ALL=C sort)
inputs=$(printf '%s\n' "$sources" | tr '\n' '\0' | xargs -0 cat | digest)
if [ -s "$out/stamp" ] && [ "$(kept .inputs)" = "$inputs" ]; then
	exit 0
fi

# --- Pico and Lucide ---------------------------------------------------------------------------------------------------

modules=$source/node_modules

fetch_packages()	# into node_modules, when they are not there already
{
	installed=$(dirname "$out")/htdocs-packages
	lock=$(digest <"$source/package-lock.json")
	if [ -d "$modules" ] && [ "$(cat "$installed" 2>/dev/null)" = "$lock" ]; then
		return 0
	fi
	command -v npm >/dev/null 2>&1 || { echo "$0: npm is missing" >&2; return 1; }
	(cd "$source" && npm ci --silent --no-audit --no-fund --ignore-scripts) >&2 || return 1
	echo "$lock" >"$installed"
}

make_sprite()	# one <symbol> for each name in icons.txt
{
	echo '<svg xmlns="http://www.w3.org/2000/svg">'
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

# Pico's little pictures, as files of our own: where foreign content is blocked, a page may not use data: addresses.
make_pictures()	# STYLESHEET: names the files in it
{
	# shellcheck disable=SC2016
	node -e '
		const fs = require("fs"), [sheet, folder] = process.argv.slice(1), names = new Map();
		const css = fs.readFileSync(sheet, "utf8").replace(/url\("data:image\/svg\+xml,([^"]*)"\)/g, (all, text) => {
			if (!names.has(text)) names.set(text, `pico-${names.size + 1}.svg`);
			return `url(${names.get(text)})`;
		});
		for (const [text, name] of names) fs.writeFileSync(`${folder}/${name}`, decodeURIComponent(text) + "\n");
		fs.writeFileSync(sheet, css);
		if (css.includes("data:")) throw new Error("a picture of Pico was not understood");' "$1" "$work"
}

make_parts()
{
	# In a cascade layer, so that app.css wins without fighting over specificity.
	{ echo '@layer pico {'; sed '1s/^@charset "UTF-8";//' "$modules/@picocss/pico/css/pico.min.css"
	    echo '}'; } >"$work/pico.min.css"
	make_pictures "$work/pico.min.css"
	make_sprite >"$work/icons.svg"
	cp "$modules/@picocss/pico/LICENSE.md" "$work/pico.LICENSE.txt"
	cp "$modules/lucide-static/LICENSE" "$work/lucide.LICENSE.txt"
	chmod 644 "$work"/*
	cp "$work"/* "$out/static/"
	echo "$parts" >"$out/.parts"
}

parts=$(cat "$source/package-lock.json" "$source/icons.txt" "$source/build.sh" | digest)
if [ "$(kept .parts)" != "$parts" ] || [ ! -s "$out/static/icons.svg" ] || [ ! -s "$out/static/pico.min.css" ]; then
	if fetch_packages; then
		make_parts
	elif [ -s "$out/static/icons.svg" ] && [ -s "$out/static/pico.min.css" ]; then
		echo "$0: kept the style sheet and the icons that were there; with npm they would be made anew" >&2
	else
		echo "$0: npm fetches the style sheet and the icons. Install it, or start from an archive that has them" >&2
		exit 1
	fi
fi

# --- our own files -----------------------------------------------------------------------------------------------------

cp "$source/app.css" "$source/hidpi.css" "$source/app.js" "$source/favicon.svg" "$out/static/"
cp "$source/favicon.ico" "$source/robots.txt" "$source/_layout.html" "$source/tips.txt" "$out/"
stamp=$(cd "$source" && cat "$out/static/pico.min.css" "$out/static/icons.svg" app.css hidpi.css app.js favicon.svg \
    _page.html _help.html help/* error/* | digest 12)

# Help and error pages: each source is the <main> of a page and is put into _page.html. {stamp} is filled in here;
# {base} and {request_id} stay in the error pages, which nginx serves at any address and fills.
page()	# SOURCE TARGET STATIC HOME MENU; STATIC leads from the page to static/, HOME to the start
{
	title=$(sed -n 's,.*<h1>\(.*\)</h1>.*,\1,p' "$1" | sed 's/[&,\\]/\\&/g')
	sed -e "s,{title},$title," -e "/<!--main-->/{r $1" -e 'd;}' -e "/<!--menu-->/{r $5" -e 'd;}' \
	    "$source/_page.html" | sed -e "s,{static},$3,g" -e "s,{home},$4,g" -e "s,{stamp},$stamp,g" \
	    -e "s,<a href=\"${1##*/}\",& aria-current=\"page\"," >"$2"
}

rm -f "$out"/static/help/* "$out"/static/error/*
for file in "$source"/help/*.html; do
	page "$file" "$out/static/help/${file##*/}" .. ../../ "$source/_help.html"
done
page "$source/help/files.html" "$out/static/help/files.html" static ./ /dev/null
for file in "$source"/error/*.html; do
	page "$file" "$out/static/error/${file##*/}" '{base}/static' '{base}/' /dev/null
done

# What nginx answers API clients with: the envelope of every API answer.
envelope='{"meta":{"id":"{request_id}","trx":"{request_id}",'
envelope=$envelope'"endpoint":{"name":"","requested_version":"2.34","actual_version":null},'
envelope=$envelope'"result_code":%s,"result_subcode":0,"result_msg":"%s","error_stack":null,"error_data":{}},"data":{}}'
sed '/^#/d' "$source/error/api.txt" | while read -r code message; do
	# shellcheck disable=SC2059
	printf "$envelope\n" "$code" "$message" >"$out/static/error/api-$code.json"
done

echo "$stamp" >"$out/stamp"
echo "$inputs" >"$out/.inputs"
