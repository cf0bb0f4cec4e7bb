#!/usr/bin/perl
# What the web server does around the programs: headers, methods, limits, errors, static files, logs. The same addresses
# under each server; what only nginx can do is asked only there.
use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep);

my $url = $ENV{VESTIBULE_URL} or plan skip_all => 'VESTIBULE_URL names no installation';
my $base = $ENV{VESTIBULE_BASE} // '';
my $nginx = $ENV{VESTIBULE_SERVER} =~ /^(nginx|fcgiwrap)$/;
my ($host, $port) = $url =~ m{^http://([^:/]+):(\d+)};
my $agent = HTTP::Tiny->new(max_redirect => 0, timeout => 15);

sub ask {
	my ($method, $path, %more) = @_;
	return $agent->request($method, "$url$path", \%more);
}

# Sends the bytes as they are; the whole answer, and its status.
sub raw {
	my ($bytes) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 10) or die "connect: $!";
	print $socket $bytes;
	local $/;
	my $answer = <$socket> // '';
	return ($answer, $answer =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0);
}

sub page_error {
	my ($answer, $status, $what) = @_;
	is($answer->{status}, $status, "$what: $status");
	return unless $nginx;
	like($answer->{headers}{'content-type'} // '', qr{^text/html; charset=utf-8$}, "$what: as a page");
	like($answer->{content}, qr{<html.*</html>}s, "$what: a page of ours");
	unlike($answer->{content}, qr/\{(base|request_id|stamp)\}/, "$what: its marks are filled");
}

sub api_error {
	my ($answer, $status, $what) = @_;
	is($answer->{status}, $status, "$what: $status");
	is($answer->{headers}{'content-type'}, 'application/json', "$what: as JSON");
	like($answer->{content}, qr/"result_code": ?$status\b/, "$what: in the envelope");
	unlike($answer->{content}, qr/\{request_id\}/, "$what: with a request number");
}

# --- security headers, on everything ---

my %want = (
	'content-security-policy' => qr/^default-src 'none'; .*frame-ancestors 'none'$/,
	'x-content-type-options' => qr/^nosniff$/,
	'referrer-policy' => qr/^same-origin$/,
	'cross-origin-opener-policy' => qr/^same-origin$/,
	'cross-origin-resource-policy' => qr/^same-origin$/,
);
for my $case ([GET => '/sign-in'], [GET => '/settings/profile'], [GET => '/nothing-here'], [GET => '/static/app.css'],
    [GET => '/static/nothing'], [GET => '/api/debug.ping'], [GET => '/api/no.endpoint'], [GET => '/robots.txt'],
    [PUT => '/sign-in'], [GET => '/']) {
	my ($method, $path) = @$case;
	my $answer = ask($method, $path);
	my @wrong = grep { ref $answer->{headers}{$_} || ($answer->{headers}{$_} // '') !~ $want{$_} } sort keys %want;
	is("@wrong", '', "$method $path ($answer->{status}) has the security headers, each once");
	ok(!exists $answer->{headers}{'strict-transport-security'}, "$method $path: nothing about https over http");
	unlike($answer->{headers}{server} // '', qr{/}, "$method $path: no version of the server");
}

# --- methods ---

is(ask('GET', '/sign-in')->{status}, 200, 'GET of a page');
is(ask('HEAD', '/sign-in')->{status}, 200, 'HEAD of a page');
is(ask($_, '/sign-in')->{status}, 405, "$_ of a page is refused") for qw(PUT DELETE OPTIONS PATCH);
is(ask($_, '/api/debug.ping')->{status}, 200, "$_ of the API") for qw(GET POST PUT DELETE PATCH OPTIONS);
page_error(ask('PUT', '/sign-in'), 405, 'a method that pages do not have');
my (undef, $status) = raw("TRACE $base/sign-in HTTP/1.1\r\nHost: $host:$port\r\nConnection: close\r\n\r\n");
is($status, 405, 'TRACE is refused');

# --- where things are ---

is(ask('GET', '/')->{headers}{location}, "$base/sign-in", 'the root leads to signing in');
for my $path ('/auth.login', '/v2.34/auth.login', '/v999.0/auth.login', '/api/auth.login', '/api/v2.34/auth.login',
    '/auth.login/') {
	my $answer = ask('POST', $path);
	is($answer->{status}, 401, "$path is the API");
	like($answer->{content}, qr/"result_subcode": ?20\b/, "$path asks for credentials");
}
page_error(ask('GET', $_), 404, $_) for '/nothing-here', '/_layout.html', '/stamp', '/.inputs', '/settings/nothing',
    '/static/error/404.html', '/static/nothing.css', '/events.add', '/cgi-bin/api', '/.htaccess';
is(ask('GET', '/files')->{status}, 200, 'the address of the files server explains itself');
is(ask('GET', '/robots.txt')->{headers}{'content-type'} =~ s/;.*//r, 'text/plain', 'robots.txt');
is(ask('GET', '/favicon.ico')->{status}, 200, 'favicon.ico');
if ($base ne '') {
	my $outside = $agent->get("http://$host:$port/");
	like($outside->{content}, qr/another application/, 'the application beside it is not touched');
	my $bare = $agent->get($url);
	is($bare->{headers}{location}, "$base/", 'the base path without its slash');
}

# --- static files ---

my $style = ask('GET', '/static/app.css');
is($style->{headers}{'content-type'} =~ s/; *charset=utf-8//ir, 'text/css', 'type of the style sheet');
is($style->{headers}{'cache-control'}, 'no-cache', 'without a stamp it is asked for again');
is(ask('GET', '/static/app.css?0123456789ab')->{headers}{'cache-control'}, 'public, max-age=31536000, immutable',
    'with a stamp it is kept');
my ($answer) = raw("GET $base/static/../_layout.html HTTP/1.1\r\nHost: $host:$port\r\nConnection: close\r\n\r\n");
unlike($answer, qr/<!--main-->/, 'nothing outside the static files can be had');

# --- what a program learns ---

# Names sent by the client that would be trusted if they arrived.
my $forged = ask('GET', '/api/debug.ping', headers => { 'Remote-User' => 'root', Proxy => 'http://198.51.100.1/',
	'Vestibule-Conf' => '/nowhere', 'X-Forwarded-For' => '198.51.100.1', 'X-Forwarded-Host' => 'evil.example' });
is($forged->{status}, 200, 'forged headers change nothing');
my $login = ask('GET', '/api/auth.login', headers => { Authorization => 'Basic ' . 'QUFBOkJCQg==' });
is($login->{status}, 401, 'Authorization reaches the API');
like($login->{content}, qr/"result_subcode": ?22\b/, 'which looks at the credentials');
my $body = ask('GET', '/api/debug.ping', content => '{"a": 1', headers => { 'Content-Type' => 'application/json' });
is($body->{status}, 400, 'the body of a GET is read');

# --- limits ---

my $large = 'a' x 70000;
page_error(ask('POST', '/sign-in', content => $large,
	headers => { 'Content-Type' => 'application/x-www-form-urlencoded' }), 413, 'a form that is too large');
api_error(ask('POST', '/api/debug.ping', content => $large, headers => { 'Content-Type' => 'application/json' }), 413,
    'an API call that is too large');
(undef, $status) = raw("GET $base/sign-in?" . 'a' x 9000 . " HTTP/1.1\r\nHost: $host:$port\r\nConnection: close\r\n\r\n");
is($status, 414, 'an address that is too long');
(undef, $status) = raw("GET $base/sign-in HTTP/1.1\r\nHost: $host:$port\r\nX-A: " . 'a' x 9000 . "\r\nConnection: close\r\n\r\n");
is($status, 400, 'a header that is too long');
for my $case (['two lengths', "Content-Length: 1\r\nContent-Length: 2\r\n"],
    ['a length and chunks', "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"],
    ['a folded header', "X-A: a\r\n b\r\n"], ['no length', "Content-Length: x\r\n"]) {
	my ($what, $headers) = @$case;
	(undef, $status) = raw("POST $base/sign-in HTTP/1.1\r\nHost: $host:$port\r\n${headers}Connection: close\r\n\r\na");
	cmp_ok($status, '>=', 400, "$what: refused");
	# mod_fcgid answers 500 for a body that Apache cannot read.
	cmp_ok($status, '<', 500, "$what: as a mistake of the client") if $nginx;
}
($answer) = raw("GET $base/sign-in\r\n\r\n");
unlike($answer, qr/password/, 'HTTP/0.9 gets no page');

# Sixteen headers of almost the largest size: no 500, whatever else.
(undef, $status) = raw("GET $base/sign-in HTTP/1.1\r\nHost: $host:$port\r\n" .
    join('', map { "X-A$_: " . 'a' x 7000 . "\r\n" } 1 .. 4) . "Connection: close\r\n\r\n");
cmp_ok($status, '<', 500, 'large headers are no mistake of the server');

# --- logs ---

SKIP: {
	skip 'logs are those of nginx', 4 unless $nginx;
	my $secret = 'canary' . int(rand 1e9);
	ask('GET', "/sign-in?link=$secret", headers => { Referer => "$url/?$secret", Cookie => "a=$secret" });
	ask('GET', "/settings/profile?q=$secret");
	ask('POST', "/sign-in?link=$secret", content => $large);
	ask('GET', '/api/debug.ping', headers => { Authorization => "Bearer $secret" });
	sleep 0.2;
	my %log;
	for my $file (glob "$ENV{VESTIBULE_SANDBOX}/log/*.log") {
		open my $log, '<', $file or next;
		local $/;
		$log{$file} = <$log> // '';
	}
	my @found = grep { index($log{$_}, $secret) >= 0 } sort keys %log;
	is("@found", '', 'no query, Referer, cookie or Authorization in any log');
	my ($access) = grep { /vestibule\.access/ } keys %log;
	like($log{$access}, qr{"GET \Q$base\E/sign-in HTTP/1\.1" \d+ .* [0-9a-f]{32}$}m, 'the access log has the request number');
	my $ping = ask('GET', '/api/debug.ping')->{content};
	my ($id) = $ping =~ /"id": ?"([0-9a-f]{32})"/;
	sleep 0.1;
	open my $log, '<', $access or die;
	my $lines = do { local $/; <$log> };
	like($lines, qr/ \Q$id\E$/m, 'the number in the answer is the number in the log');
	unlike($log{$access}, qr/\?/, 'no address has its query');
}

done_testing;
