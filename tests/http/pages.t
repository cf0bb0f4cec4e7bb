# Every page of every section: its headers, its markup, its links, its fragment, HEAD and other methods; that looking changes nothing; and
# what holds for all of them: messages, host names, addresses, themes.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Request;
use IO::Socket::INET;
use Test::More;
use URI::Escape 'uri_unescape';
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;

my $person = person(name => 'Ada Pages');
my $browser = Vestibule::Browser->new->sign_in($person);
my $origin = $url =~ s/\Q$base\E$//r;
my ($host, $port) = $url =~ m{^http://([^:/]+):(\d+)};

my %want = (
	'Content-Security-Policy' => "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
	    . " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	'Cache-Control' => 'no-store, no-cache',
	'X-Content-Type-Options' => 'nosniff',
	'Referrer-Policy' => 'same-origin',
	'Cross-Origin-Opener-Policy' => 'same-origin',
	'Cross-Origin-Resource-Policy' => 'same-origin',
);

# What is wrong with the headers of any answer of a section.
sub header_faults ($answer)
{
	my @wrong;
	for my $name (sort keys %want) {
		my @values = $answer->header($name);
		push @wrong, "$name: " . join(' | ', @values) if @values != 1 || $values[0] ne $want{$name};
	}
	push @wrong, 'Vary: ' . join ', ', $answer->header('Vary') if join(', ', $answer->header('Vary')) !~ /\bX-Fragment\b/;
	push @wrong, 'X-Request-Id' if ($answer->header('X-Request-Id') // '') !~ /^[0-9a-f]{32}$/;
	push @wrong, "$_ is there" for grep { defined $answer->header($_) } qw(Access-Control-Allow-Origin X-Powered-By ETag Last-Modified
	    Strict-Transport-Security WWW-Authenticate);
	push @wrong, 'headers of more than 4 KB' if length $answer->headers->as_string > 4096;
	return @wrong;
}

# What is wrong with the markup of a whole page or a fragment.
sub markup_faults ($tree, $whole, $outside = qr/^\b$/)
{
	my @wrong;
	my $count = sub ($xpath) { my @nodes = $tree->findnodes($xpath); scalar @nodes };
	push @wrong, 'style or script inside' if $count->('//style | //*[@style] | //script[not(@src)] | //script[normalize-space()]');
	push @wrong, 'event attributes' if $count->('//@*[starts-with(name(), "on")]');
	push @wrong, 'a frame or a base' if $count->('//iframe | //base | //object | //embed | //meta[@http-equiv]');
	for my $node ($tree->findnodes('//@href | //@src | //@action | //@formaction | //@poster | //@data-href')) {
		my $target = $node->value;
		push @wrong, "leads to $target" if $target !~ m{^(#|\?|\Q$base\E/(?!/))} && $target !~ $outside;
	}
	push @wrong, 'h1: ' . $count->('//h1') if $count->('//h1') != 1;
	my %ids;
	$ids{ $_->value }++ for $tree->findnodes('//@id');
	push @wrong, "id $_ twice" for grep { $ids{$_} > 1 } sort keys %ids;
	for my $form ($tree->findnodes('//form')) {
		my $action = $form->getAttribute('action') // '';
		# A search only asks, and everything it asks for stands in the address.
		next if ($form->getAttribute('role') // '') eq 'search' && ($form->getAttribute('method') // '') eq 'get';
		push @wrong, "form to $action without method post" if ($form->getAttribute('method') // '') ne 'post';
		my @tokens = $form->findnodes('.//input[@type="hidden"][@name="token"]');
		push @wrong, "form to $action without one token" if @tokens != 1 || $tokens[0]->getAttribute('value') !~ /^[A-Za-z0-9_-]{75}$/;
		push @wrong, "form to $action without a button" if !$form->findnodes('.//button');
	}
	push @wrong, 'a control outside of its form' if $count->('//button[@form or @formaction]') ||
	    $count->('//*[(self::input or self::select) and not(ancestor::form)]');
	for my $control ($tree->findnodes('//input[not(@type="hidden")] | //select | //textarea')) {
		my $id = $control->getAttribute('id') // '';
		push @wrong, 'a control without a label: ' . ($control->getAttribute('name') // $id) if !$control->findnodes('ancestor::label') &&
		    !$control->hasAttribute('aria-label') && !$tree->findnodes("//label[\@for='$id']");
	}
	for my $node ($tree->findnodes('//@aria-describedby | //@aria-labelledby | //label/@for | //@aria-controls')) {
		push @wrong, $node->nodeName . ' names nothing: ' . $_ for grep { !$ids{$_} } split ' ', $node->value;
	}
	push @wrong, 'a link or button without words' if grep { $_->textContent !~ /\S/ && !$_->hasAttribute('aria-label') }
	    $tree->findnodes('//a | //button');
	push @wrong, 'an image without text' if $count->('//img[not(@alt)]');
	push @wrong, 'an icon that is read out' if $count->('//svg[not(@aria-hidden="true") and not(@role="img")]');
	push @wrong, 'a picture without a title' if $count->('//svg[@role="img"][not(title[normalize-space()])]');
	push @wrong, 'an empty heading' if grep { $_->textContent !~ /\S/ } $tree->findnodes('//h1 | //h2 | //h3');
	return @wrong if !$whole;
	push @wrong, 'no language' if ($tree->documentElement->getAttribute('lang') // '') !~ /^[a-z]{2}/;
	push @wrong, 'title: ' . $tree->findvalue('//head/title') if $tree->findvalue('//head/title') !~ /^\S.* - Vestibule$/;
	push @wrong, 'no main' if $count->('//main[@id="main"]') != 1;
	push @wrong, 'no link to the content first' if !$count->('//a[@href="#main"]');
	push @wrong, 'no footer with versions' if $tree->findvalue('//footer') !~ /WebApp: \S+ • Server: \S+ • API: \d+\.\d+/;
	push @wrong, 'no icon' if !$count->('//link[@rel="icon"]');
	push @wrong, 'not told that it is plain http' if $tree->findvalue('//*[@role="note"]') !~ /plain http/;
	return @wrong;
}

# --- every page -----------------------------------------------------------------------------------------------------------

my ($pages, %links) = (0);
for my $route (grep { $_->{get} } routes()) {
	my $name = $route->{path};
	my $visitor = is_public($route) && $name ne '/sign-out' ? visitor($route, $person) : $browser;
	my $fixture = fixture($route);
	$fixture->{prepare}->($visitor) if $fixture->{prepare};
	my $id = $fixture->{object} ? $fixture->{object}->($visitor, $person->{workspace}) : '';
	my $path = path_of($route, $id);
	my $workspace = $fixture->{workspace} ? $fixture->{workspace}->($visitor) : $person->{workspace};
	my $address = address($route, $path, $workspace);
	my $answer = unchanged("GET $name", sub { $visitor->page($address) });
	my $status = $answer->code;
	like($status, qr/^(200|303)$/, "GET $name: $status");
	my @wrong = header_faults($answer);
	my $type = $answer->header('Content-Type') // '';
	my $is_page = $status == 200 && !defined $answer->header('Content-Disposition');
	if ($status == 303) {
		push @wrong, 'leads to ' . $answer->header('Location') if ($answer->header('Location') // '') !~ m{^\Q$base\E/(?!/)};
		push @wrong, 'a body' if length $answer->content;
	} elsif ($is_page) {
		push @wrong, "type $type" if $type ne 'text/html; charset=utf-8';
		push @wrong, markup_faults($visitor->tree, 1, $fixture->{outside} // qr/^\b$/);
		push @wrong, 'no doctype at the start' if $answer->content !~ /^<!DOCTYPE html>\n/;
		push @wrong, 'its menu entry is not current' if $visitor->count("//nav[\@class='side']//a[\@href='$base/settings/$route->{section}']") &&
		    $visitor->at('//nav[@class="side"]//a[@aria-current="page"]/@href') ne "$base/settings/$route->{section}";
		push @wrong, 'no way to sign out' if $visitor == $browser && !$visitor->form_to('/sign-out');
		$links{ $_->value } //= $name for grep { $_->value !~ m{^https?:} } $visitor->tree->findnodes('//a/@href | //link/@href | //script/@src | //use/@href');
		$pages++;
	} else {
		push @wrong, "type $type" if $type !~ m{^text/plain; charset=utf-8$|^application/[a-z-]+$};
	}
	is(join("\n", @wrong), '', "GET $name: headers and markup");

	# The same address with a slash, HEAD, and as a fragment.
	my ($main, $title) = $is_page ? map { $visitor->at($_) } '//main', '//head/title' : ('', '');
	my $head = $visitor->request(HTTP::Request->new(HEAD => "$url$address"));
	is($head->code, $status, "HEAD $name: the same status");
	is(length $head->content, 0, "HEAD $name: no body");
	is(join("\n", header_faults($head)), '', "HEAD $name: the same headers");
	is($head->header('Content-Type') // '', $type, "HEAD $name: the same type");
	is($visitor->page($address =~ s/(\?|$)/\/$1/r)->code, $status, "GET $name/: the same") if $path =~ m{^/settings};
	if ($route->{whole}) {
		my $whole = $visitor->page($address, 'X-Fragment' => '1');
		is($whole->header('X-Fragment'), undef, "GET $name: never a fragment");
		is($visitor->at('//head/title'), $title, "GET $name: but the page");
	} elsif ($is_page) {
		my $fragment = $visitor->page($address, 'X-Fragment' => '1');
		@wrong = header_faults($fragment);
		push @wrong, 'status ' . $fragment->code if $fragment->code != 200;
		push @wrong, 'X-Fragment' if ($fragment->header('X-Fragment') // '') ne '1';
		utf8::decode(my $named = uri_unescape($fragment->header('X-Title') // ''));
		push @wrong, "X-Title: $named, not $title" if $named ne $title;
		push @wrong, 'more than a fragment' if $fragment->content =~ /<(!DOCTYPE|html|body|main|head)\b/i;
		push @wrong, markup_faults($visitor->tree, 0);
		# "Just now" may have become "1 minute ago" on the way: then both are asked for again.
		my $part = $visitor->text;
		if ($part =~ s/\s//gr ne $main =~ s/\s//gr) {
			$visitor->page($address);
			$main = $visitor->at('//main');
			$visitor->page($address, 'X-Fragment' => '1');
			$part = $visitor->text;
		}
		push @wrong, 'other content than the page' if $part =~ s/\s//gr ne $main =~ s/\s//gr;
		is(join("\n", @wrong), '', "GET $name: as a fragment");
		is($visitor->page($address, 'X-Fragment' => '0')->header('X-Fragment'), undef, "GET $name: any other value gives the whole page");
	}

	# Methods.
	for my $method (qw(PUT DELETE PATCH OPTIONS)) {
		my $refused = unchanged("$method $name", sub { $visitor->request(HTTP::Request->new($method => "$url$address")) });
		is($refused->code, 405, "$method $name: 405");
	}
	if (!$route->{post}) {
		my $refused = unchanged("POST $name", sub { $visitor->post($path, [a => 'b']) });
		is($refused->code, 405, "POST $name, which takes none: 405");
		is(join("\n", header_faults($refused)), '', "POST $name: headers");
	}
	# Ids of other forms.
	for my $bad ($id ne '' ? (substr($id, 0, 31), "${id}0", "\U$id", 'x' x 32, '1', "$id%00", "-$id", "$id;") : ()) {
		next if $bad eq $id;
		my $refused = $visitor->page(address($route, path_of($route, $bad), $person->{workspace}));
		like($refused->code, qr/^40[04]$/, "$name with the id \"$bad\": not there");
	}
	$fixture->{dispose}->($id) if $fixture->{dispose};
}

# Every link on these pages leads somewhere.
my %checked;
for my $target (sort keys %links) {
	next if $target =~ /^[#?]/ || $checked{ $target =~ s/[#?].*//r }++;
	my $answer = $browser->get($origin . $target =~ s/#.*//r);
	# What was made for a page above has been ended meanwhile.
	next if $answer->code == 404 && $target =~ m{/[0-9a-f]{32}(/|\?|$)};
	like($answer->code, qr/^(200|303)$/, "$target, on $links{$target}, leads somewhere");
}

# --- what is not there ----------------------------------------------------------------------------------------------------

for my $section (sections()) {
	my ($first) = sort { length $a <=> length $b } grep { length > 1 } map { $_->{path} =~ s{/:id.*}{}r } @{ $section->{routes} };
	for my $path ("$first/nothing-here") {
		my $answer = $browser->page($path);
		is($answer->code, 404, "$path: 404");
		next if !$answer->header('X-Request-Id');
		is(join("\n", header_faults($answer)), '', "$path: headers");
		is($browser->at('//p[@class="request"]/code'), $answer->header('X-Request-Id'), "$path: with the number of the request");
		is(join("\n", markup_faults($browser->tree, 1)), '', "$path: markup");
	}
}

# Sends the bytes as they are; status and answer.
sub raw ($bytes, $cookie = $browser->cookie)
{
	my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 10) // die "connect: $!\n";
	$socket->syswrite($bytes =~ s/\r\n\r\n/\r\nCookie: vestibule=$cookie\r\nConnection: close\r\n\r\n/r);
	local $/;
	my $answer = readline($socket) // '';
	return ($answer =~ m{^HTTP/1\.[01] (\d+)} ? $1 : 0, $answer);
}
for my $path ('/settings//profile', '//settings/profile', '/settings/./profile', '/settings/x/../profile', '/settings%2fprofile',
    '/settings/profile%00', '/settings/profile;x=1', '/settings\\profile', '/settings/%2e%2e/sign-in', '/SETTINGS/PROFILE', '/settings/profile%0a',
    '/settings/profile%zz', '/settings/profile%ff', '/settings/profile%c0%af', '/settings/profile%', '/settings/profile/%6eame', '/settings/profile.php',
    '/settings/profile%20', '/settings/profile/name%2f..', '/settings/profile/name/', '/settings/profile?', '/settings/profile?a=%zz', '/settings/profile?%ff',
    '/settings/profile?' . join('&', map { "a$_=1" } 1 .. 300)) {
	my ($status, $answer) = raw("GET $base$path HTTP/1.1\r\nHost: $host:$port\r\n\r\n");
	my $shown = substr $path, 0, 60;
	like($status, qr/^(200|30[138]|40[0-4]|414)$/, "$shown: $status");
	# Nothing but the canonical ways to write the address gives the page.
	unlike($answer, qr/<h1[^>]*>Profile</, "$shown: is no other name of the page") if $path =~ m{//|/\./|\.\.|%2f|%00|;|\\|%2e|%0a|%zz|%ff|%c0|php|%20|SETT|%$};
}
my ($status) = raw("POST $base/settings/profile/name HTTP/1.1\r\nHost: $host:$port\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    . "Content-Length: 500\r\n\r\nname=cut+short");
# mod_fcgid waits for the rest, and answers by itself that it did not come.
like($status, $server eq 'apache-fcgid' ? qr/^(0|40[08]|500)$/ : qr/^(0|40[08])$/, 'a body that is shorter than it says is not used');
isnt(value('SELECT name FROM person WHERE id = ?', $person->{id}), 'cut short', 'and changes nothing');
for my $encoding (qw(gzip deflate br)) {
	my $request = $browser->request_for('/settings/profile/name', [token => 'x', name => 'x'], 'Content-Encoding' => $encoding);
	like($browser->send($request)->code, qr/^4\d\d$/, "a form in $encoding is refused");
}

# --- the name of the host -------------------------------------------------------------------------------------------------

for my $name ('evil.example', "$host.evil.example:$port", "evil.example:$port", "$host:" . ($port + 1), 'localhost', "127.0.0.2:$port", '[::1]',
    "$host:$port.") {
	my $answer = unchanged("Host $name", sub {
		Vestibule::Browser->new->page('/settings/profile/name?x=1', Host => $name, Cookie => 'vestibule=' . $browser->cookie) });
	if ($answer->code == 400) {
		pass("Host $name: refused by the server");
		next;
	}
	is($answer->code, 303, "Host $name: a GET is led");
	is($answer->header('Location'), setting('web_server') . '/settings/profile/name', "Host $name: to the address of the configuration");
	is(join("\n", header_faults($answer)), '', "Host $name: headers");
	$browser->page('/settings/profile/name');
	my $request = $browser->request_for('/settings/profile/name', [token => $browser->token_of('/settings/profile/name'),
	    name => 'By another host'], Host => $name);
	$answer = unchanged("POST to Host $name", sub { $browser->send($request) });
	is($answer->code, 403, "Host $name: a POST is refused");
	like($browser->text, qr/\Q@{[setting('web_server')]}\E/, "Host $name: and names the address");
}
for my $name ("\U$host\E:$port", "localhost:$port", "LOCALHOST:$port") {
	is(Vestibule::Browser->new->page('/settings/profile', Host => $name, Cookie => 'vestibule=' . $browser->cookie)->code, 200,
	    "Host $name is one of ours");
}
for my $header ('X-Forwarded-Host', 'X-Host', 'Forwarded', 'X-Forwarded-Server', 'X-Original-URL', 'X-Rewrite-URL') {
	my $answer = $browser->page('/settings/profile', $header => 'evil.example');
	is($answer->code, 200, "$header changes nothing");
	unlike($answer->content, qr/evil\.example/, "$header is on no page");
}
unlike($browser->page('/settings/profile/name?next=https://evil.example/&ws=x')->content, qr/evil\.example/, 'the query is on no page');

# --- messages -------------------------------------------------------------------------------------------------------------

$browser->page('/settings/profile/name');
my $answer = $browser->submit('/settings/profile/name', name => 'Ada <b>Pages</b>');
my ($done) = $answer->header('Location') =~ /[?&](done=[0-9a-f]{16})$/;
ok(defined $done, 'the result leads to its message');
$browser->follow($answer);
is($browser->at('//*[@role="status"]//p'), 'Your name is now “Ada <b>Pages</b>”.', 'which is shown, as text');
$browser->page("/settings/profile?$done", 'X-Fragment' => 1);
is($browser->at('//*[@role="status"]//p'), 'Your name is now “Ada <b>Pages</b>”.', 'in the fragment too');
my $second = Vestibule::Browser->new->sign_in($person);
$second->page("/settings/profile?$done");
ok(!$second->count('//main//*[@role="status"]'), 'another session does not see it');
my $stranger = Vestibule::Browser->new->sign_in(person());
$stranger->page("/settings/profile?$done");
ok(!$stranger->count('//main//*[@role="status"]'), 'nor does somebody else');
for my $other ('done=0123456789abcdef', 'done=', 'done=x', 'done=<b>Hacked</b>', 'done=' . 'f' x 64, "$done&$done", 'done=' . uc substr($done, 5) . 'A') {
	is($browser->page("/settings/profile?$other")->code, 200, "$other: the page");
	ok(!$browser->count('//main//*[@role="status"]') || $other =~ /&/, "$other: without a message");
}
is($browser->page('/settings/profile/name') && $browser->submit('/settings/profile/name', name => 'x')->code, 422, 'a refused form');
ok(!$browser->count('//main//*[@role="status"]'), 'has no message of a success');

# --- who is not signed in -------------------------------------------------------------------------------------------------

my $nobody = Vestibule::Browser->new;
$answer = $nobody->page('/settings/profile/name', 'X-Fragment' => '1');
is($answer->code, 403, 'a fragment for nobody: 403, so that script follows the link itself');
unlike($answer->content, qr/Ada/, 'with nothing of anybody');
is($nobody->page('/settings/profile?done=0123456789abcdef')->header('Location'), "$base/sign-in?next=%2Fsettings%2Fprofile", 'the query is not carried along');

# --- themes ---------------------------------------------------------------------------------------------------------------

for my $theme (qw(dark light system)) {
	$browser->page('/settings/profile/appearance');
	my $answer = $browser->submit('/settings/profile/appearance', theme => $theme);
	is($answer->code, 303, "theme $theme: chosen");
	my $path = $base eq '' ? '/' : $base;
	like(join("\n", $answer->header('Set-Cookie')), qr/^vestibule-theme=$theme; Path=\Q$path\E; Max-Age=31536000; HttpOnly; SameSite=Lax$/m,
	    "theme $theme: in a cookie");
	my $expected = $theme eq 'system' ? '' : $theme;
	$browser->page('/settings/profile');
	is($browser->at('/html/@data-theme'), $expected, "theme $theme: on the page, from the server");
	is($browser->page('/settings/profile', Cookie => 'vestibule=' . $browser->cookie . '; vestibule-theme=' . ($theme eq 'dark' ? 'light' : 'dark'))
	    && $browser->at('/html/@data-theme'), $expected, "theme $theme: what the person chose counts, not the cookie");
	$nobody->page('/sign-in', Cookie => "vestibule-theme=$theme");
	is($nobody->at('/html/@data-theme'), $expected, "theme $theme: remembered before signing in");
}
$nobody->page('/sign-in', Cookie => 'vestibule-theme="><script>');
is($nobody->at('/html/@data-theme'), '', 'a theme that is none');

# --- below a path ---------------------------------------------------------------------------------------------------------

SKIP: {
	skip 'served at the root of the host', 3 if $base eq '';
	is($browser->get("$origin/settings/profile")->content, "another application\n", 'outside the base path is another application');
	like($browser->get("${origin}${base}x/settings/profile")->content, qr/another application/, 'a longer first part too');
	is($browser->page('')->header('Location') =~ s/^\Q$origin\E//r, "$base/", 'the base path without a slash');
}

diag("$pages pages, " . scalar(keys %checked) . ' links');
finish;
