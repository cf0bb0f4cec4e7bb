package Vestibule::Nasty;

# Texts that break programs, and what ours makes of them (lib/core/text.h says it too; this is the same rule written again).
# A text is characters; a reference to a string is bytes that are no text at all.

use v5.36;
use utf8;
use Exporter 'import';

our @EXPORT = qw(nasty normal shown has_hidden fault);

my @bytes = (
	"\x80", "\xbf", "\xfe", "\xff", "\xc3", "a\xe2\x82", "\xf0\x9f\x98",	# continuation alone, cut short
	"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80",
	"\xfc\x84\x80\x80\x80\x80", "\xc0\xbcscript\xc0\xbe", "\xc0\x80",	# overlong
	"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80",	# surrogates
	"\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf",	# beyond the last character; U+FFFE, U+FFFF
	"caf\xe9", "\xa0", "\xff\xfea\0b\0", "a\0b", "\0", "label\0.txt",	# Latin-1, UTF-16, NUL
);

my @texts = (
	'', ' ', '   ', "\t", "\n", "\r\n\r\n", "\x{a0}\x{a0}", "\x{3000}", "\x{2028}",
	(map { "a" . chr($_) . 'b' } 1 .. 8, 11 .. 12, 14 .. 31, 127, 0x80, 0x84, 0x86, 0x9b, 0x9f),	# control characters
	"two  blanks", "many          blanks", " both ends ", "tab\tinside", "line\nfeed", "carriage\rreturn", "CR\r\nLF",
	"next\x{85}line", "para\x{2029}graph", "no\x{a0}break", "thin\x{2009}space", "ogham\x{1680}space",
	# marks that reorder and hide
	"left\x{200e}right", "right\x{200f}left", "\x{202e}gpj.exe", "\x{202a}a\x{202c}", "\x{2066}a\x{2069}", "\x{061c}alm",
	"zero\x{200b}width", "word\x{2060}joiner", "\x{feff}BOM", "soft\x{ad}hyphen", "\x{fff9}note\x{fffb}", "tag\x{e0041}s",
	"join\x{200d}er", "non\x{200c}joiner", "variation\x{fe0f}", "replacement\x{fffd}",
	"non\x{fdd0}character", "last\x{1fffe}", "private\x{e000}use", "top\x{10fffd}",
	# markup and scripts
	'<script>alert(1)</script>', '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", '</textarea><script>x</script>',
	'</title><b>', '<!--', '-->', '<![CDATA[', ']]>', '<?xml version="1.0"?>', '&lt;b&gt;', '&amp;amp;', '&#0;', '&#x41;',
	'&nbsp;&copy', '<svg/onload=alert(1)>', 'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<b>', "java\tscript:x",
	'" onmouseover="alert(1)', "' autofocus onfocus='x", '`${alert(1)}`', '{{7*7}}', '${7*7}', '#{7*7}', '<%= 7*7 %>', '%{7*7}',
	'{base}', '{stamp}', '{request_id}', '{title}', '<!--main-->',	# marks of the layout and of the error pages
	# SQL
	"' OR '1'='1", "'; DROP TABLE person; --", "\\'; SELECT 1", '1; SELECT SLEEP(5)', "' UNION SELECT password FROM person #",
	'%', '_', '{credential}', '?', 'NULL', "\\", "\\\\", "\\0", '/* */', '0x31',
	# shells, formats, files, headers
	'$(sleep 5)', '`id`', '; sleep 5 &', '| cat /etc/passwd', '%s%s%s%n', '%n%n%n%n', '%99999999s', '../../../etc/passwd',
	'/etc/passwd', 'file:///etc/passwd', "x\r\nSet-Cookie: a=b", "x\r\n\r\n<html>", "x\nLocation: https://evil.example/",
	'%0d%0aSet-Cookie:a=b', '%00', '%2500', '%', '%%', '%zz', '%u0041', '+', '=', '&', ';', 'a&b=c', '=1+1', '@SUM(1)', '-1+1',
	# configuration of clients
	'}', '{', '} api {', '"', "'", '"""', '# comment', '// comment', '$include', 'include "x"', '${HOME}', 'a = b', 'a: b', ':', '\u0041',
	# scripts of the world
	"\x{5e2}\x{5d1}\x{5e8}\x{5d9}\x{5ea}", "\x{639}\x{631}\x{628}\x{64a}", "\x{fdfd}", "\x{4f60}\x{597d}\x{4e16}\x{754c}",
	"\x{d55c}\x{ad6d}", "\x{1f600}", "\x{1f468}\x{200d}\x{1f469}\x{200d}\x{1f467}", "\x{1f1e9}\x{1f1ea}", "\x{1f3f4}\x{e0067}",
	"e\x{301}", 'é', 'Größe', "Z\x{310}\x{351}\x{36b}a\x{337}\x{321}l\x{322}\x{322}g\x{334}o\x{358}", "a" . "\x{301}" x 90,
	"\x{130}stanbul", "stra\x{df}e", "\x{fb01}sh", "\x{ff21}\x{ff22}", "\x{3a9}\x{2126}", "\x{441}opy", "\x{1d4d0}", "I\x{307}",
	# numbers
	'0', '-0', '-1', '+1', '1.0', '1e3', '0x10', '010', '1 0', '1,000', '99999999999999999999', '9223372036854775807',
	'-9223372036854775808', '9223372036854775808', '4294967296', '2147483648', '1e309', 'NaN', 'Infinity', "\x{661}\x{662}", "\x{ff11}",
	'36500', '3651',
	# names of things
	'null', 'undefined', 'true', 'false', 'on', '__proto__', 'constructor', 'admin', 'root', 'CON', 'nobody@example.org',
	'a@b@c', '@', 'a@', '@b', 'a b@example.org', 'a@example.org,b@example.org', "a\@example.org\nBcc: c\@example.org", 'A@EXAMPLE.ORG',
	'"a b"@example.org', 'a@[127.0.0.1]', "\x{e4}\@example.org", 'a@' . 'b' x 300, ('a' x 70) . '@example.org',
	# other sites
	'//evil.example', '/\\evil.example', 'https://evil.example/', '/%09/evil.example', '/settings/profile//evil.example',
	# long ones
	'x' x 201, 'word ' x 200, 'x' x 5000, "\x{e9}" x 3000, "\x{1f600}" x 1000, '<' x 5000, 'a' x 60000, ' ' x 15000, "a\n" x 5000,
);

sub nasty
{
	return (@texts, map { \$_ } @bytes);
}

my $white = qr/[\x09-\x0d\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]/;
my $mark = qr/[\x{61c}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}]/;
my $non_character = join '', "\x{fdd0}-\x{fdef}", map { chr($_ * 0x10000 + 0xfffe) . chr($_ * 0x10000 + 0xffff) } 1 .. 16;

# What a field of the type makes of a text.
sub normal ($type, $text)
{
	return $text if $type eq 'password';
	return $text =~ s/\r\n?/\n/gr if $type eq 'lines';
	return $text =~ s/^[ \t-\r]+|[ \t-\r]+$//gr if $type eq 'number';
	return $text =~ s/^[ \t-\r]+|[ \t-\r]+$//gr =~ tr/A-Z/a-z/r if $type eq 'email';
	return $text =~ s/$white+/ /gr =~ s/^ | $//gr;
}

# The same on a page, where characters that markup has no place for are marked.
sub shown ($text)
{
	return $text =~ s/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f$non_character]/\x{fffd}/gr =~ s/\r\n?/\n/gr;
}

sub has_hidden ($text)
{
	return $text =~ s/$white//gr =~ /[\x00-\x1f\x7f-\x9f]|$mark/;
}

# Whether the table refuses the text, in normal form.
sub fault ($field, $text)
{
	my ($type, $length) = ($field->{type}, length $text);
	return $field->{required} if $text eq '';
	return !grep { $_ eq $text } @{ $field->{choices} } if $type =~ /^(choice|select)$/;
	return $text ne '1' if $type eq 'check';
	return $text !~ /^[0-9]{1,18}\z/ || $text < $field->{least} || $text > $field->{most} if $type eq 'number';
	return $text !~ /^[!-?A-~]{1,64}\@[A-Za-z0-9.-]+\z/ || $length > 254 if $type eq 'email';
	return 1 if $length < $field->{least} || ($field->{most} && $length > $field->{most});
	return has_hidden($text) if $type =~ /^(line|code|hidden|button)$/;
	return $text =~ s/[\n\t]//gr =~ /[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}]|$mark/ if $type eq 'lines';
	return 0;
}

1;
