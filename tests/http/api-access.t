# Who may call the API: key and secret, tokens, the cookie of a browser; and what a repeated call gets.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(hmac_sha256);
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use POSIX 'WNOHANG';
use Test::More;
use WWW::Mechanize;
use Vestibule;
use Api;

my $json = JSON::PP->new->utf8->canonical;

sub base64url ($bytes) { return encode_base64($bytes, '') =~ tr{+/}{-_}r =~ s/=+\z//r }
sub login ($pair) { return ok_call('auth.login', basic => $pair, what => 'signs in')->{token} }

# Signs in with a browser; the browser and its Cookie header.
sub browser ($person)
{
	my $browser = WWW::Mechanize->new(autocheck => 0, cookie_jar => {});
	$browser->get("$url/sign-in");
	$browser->submit_form(with_fields => { email => $person->{email}, password => $person->{password} });
	my $cookie = '';
	$browser->cookie_jar->scan(sub { $cookie = "$_[1]=$_[2]" if $_[1] eq 'vestibule' });
	return ($browser, $cookie);
}

# One request by CGI, without a web server: cgi(number, endpoint, Authorization, body, VARIABLE => VALUE …)
sub cgi ($id, $name, $authorization, $body = '', %more)
{
	my $program = "$ENV{VESTIBULE_BUILD}/cgi-bin/api";
	local %ENV = (PATH => $ENV{PATH}, VESTIBULE_CONF => $ENV{VESTIBULE_CONF}, GATEWAY_INTERFACE => 'CGI/1.1',
	    REQUEST_METHOD => 'GET', REQUEST_URI => ($ENV{VESTIBULE_BASE} // '') . "/api/$name",
	    SERVER_PROTOCOL => 'HTTP/1.1',
	    REMOTE_ADDR => '127.0.0.3', HTTP_AUTHORIZATION => $authorization, CONTENT_LENGTH => length $body,
	    CONTENT_TYPE => 'application/json', VESTIBULE_REQUEST => $id, %more);
	open my $file, '+>', undef or die $!;
	print $file $body;
	seek $file, 0, 0;
	open my $kept, '<&', \*STDIN or die $!;
	open STDIN, '<&', $file or die $!;
	open my $out, '-|', $program or die "$program: $!";
	my $answer = join '', <$out>;
	close $out;
	open STDIN, '<&', $kept or die $!;
	my ($headers, $content) = split /\r\n\r\n/, $answer, 2;
	return { status => $headers =~ /^Status: (\d+)/ ? $1 : 0, content => $content,
	    json => $json->decode($content) };
}

my $number = 0;
sub new_number () { return sprintf '%08x%016x%08x', $$, time, ++$number }

subtest 'key and secret' => sub {
	my $pair = credential(person(name => 'Basil'));
	my ($key, $secret) = split /:/, $pair;
	my $wrong = qr/^Unauthorized \(invalid credentials\) \(failed to locate provided credentials\)$/;
	my $first = refused(401, 22, $wrong, 'auth.login', basic => "$key:x", what => 'a wrong secret');
	my $second = refused(401, 22, $wrong, 'auth.login', basic => ('A' x 30) . ":$secret", what => 'an unknown key');
	delete $_->{meta}{id}, delete $_->{meta}{trx} for $first, $second;
	is_deeply($first->{meta}, $second->{meta}, 'one answer for both');
	refused(401, 22, $wrong, 'auth.login', basic => $_, what => 'Basic ' . $_ =~ s/[^ -~]/?/gr)
	    for $key, "$key:", ":$secret", '',
	    ':', lc($key) . ":$secret", "$key :$secret", "$key:$secret ", "$key\0:$secret", "\xff\xfe:\xe9",
	    "$key'--:$secret";
	refused(401, 22, $wrong, 'auth.login', headers => { Authorization => 'Basic !!!!' }, what => 'Basic !!!!');
	refused(401, 21, qr/^Unauthorized \(malformed credentials\)$/, 'auth.login',
	    headers => { Authorization => 'Basic QUJDR' },
	    what => 'broken base64');
	refused(401, 10, qr/^Unauthorized \(bad authentication header type\)$/, 'auth.login',
	    headers => { Authorization => $_ }, what => $_)
	    for 'Digest x', 'Basic' . encode_base64($pair, ''), 'Token abc', $pair;
	refused(401, 20, qr/^Unauthorized \(missing credentials\)$/, 'auth.login', what => 'nothing');
	for my $scheme ('basic', 'BASIC', 'Basic ') {
		ok_call('auth.login', headers => { Authorization => "$scheme " . encode_base64($pair, '') },
		    what => "'$scheme'");
	}
};

subtest 'an expired credential' => sub {
	my $pair = credential(person(name => 'Eve'), '--expires', '3');
	my ($key, $secret) = split /:/, $pair;
	my $token = login($pair);
	execute("UPDATE credential SET expires = '2026-03-01' WHERE access_key = '$key'");
	refused(401, 22, qr/failed to locate/, 'auth.login', basic => "$key:wrong",
	    what => 'says nothing to a stranger');
	refused(401, 22, qr/the credential expired on 2026-03-01T00:00:00Z, make a new one at http/, 'auth.login',
	    basic => $pair,
	    what => 'says so to its owner');
	refused(401, 30, qr/reason=the credential it was made with has expired/, 'users.get_all', bearer => $token,
	    what => 'its token');
};

subtest 'last use' => sub {
	my $person = person(name => 'Lee');
	my $pair = credential($person);
	my ($key) = split /:/, $pair;
	my $used = sub {
		my ($row) = grep { $_->{access_key} eq $key } @{ ok_call('auth.get_credentials',
		    cookie => (browser($person))[1])->{credentials} };
		return $row;
	};
	is($used->()->{last_used}, undef, 'never');
	login($pair);
	is($used->()->{last_used_from}, '127.0.0.1', 'the address of the client');
	ok_call('auth.login', basic => $pair, headers => { 'X-ClearML-Worker' => ' host-7 ' });
	is($used->()->{last_used_from}, 'host-7', 'the name of the worker');
	ok_call('auth.login', basic => $pair, headers => { 'X-Trains-Worker' => 'old name' });
	is($used->()->{last_used_from}, 'old name', 'under its old header');
	for my $worker ("\xff\xfe", "a\xe2\x80\xaeb", "\t \n") {
		is(cgi(new_number(), 'auth.login', 'Basic ' . encode_base64($pair, ''),
		    '', HTTP_X_CLEARML_WORKER => $worker)->{status}, 200,
		    'a name that is none');
		is($used->()->{last_used_from}, '127.0.0.3', 'is not taken');
	}
	ok_call('auth.login', basic => $pair, headers => { 'X-ClearML-Worker' => 'w' x 300 });
	is($used->()->{last_used_from}, 'w' x 255, 'no more than fits');
	my $before = $used->();
	ok_call('auth.login', basic => $pair, headers => { 'X-ClearML-Worker' => 'w' x 300 });
	is_deeply($used->(), $before, 'the same worker within a minute is not written again');
	execute("UPDATE credential SET last_used = last_used - INTERVAL 2 MINUTE WHERE access_key = '$key'");
	my $token = ok_call('auth.login', basic => $pair, headers => { 'X-ClearML-Worker' => 'w' x 300 })->{token};
	cmp_ok($used->()->{last_used}, 'gt', $before->{last_used}, 'but after a minute');
	ok_call('users.get_all', bearer => $token, headers => { 'X-ClearML-Worker' => 'by token' });
	is($used->()->{last_used_from}, 'by token', 'the use of a token is a use');
};

subtest 'tokens' => sub {
	my $person = person(name => 'Toni');
	my $pair = credential($person);
	my $token = login($pair);
	my ($head, $body, $mac) = split /\./, $token;
	my $claims = decode_part($token, 1);
	is_deeply(decode_part($token, 0), { typ => 'JWT', alg => 'HS256' }, 'header');
	is_deeply([@$claims{qw(auth_type env api_version feature_set server_build)}], ['Bearer', 'default', '2.34',
	    'advanced', ''], 'claims');
	like($claims->{server_version}, qr/\A\d+(\.\d+)*\z/, 'server_version');
	like($claims->{session_id}, qr/\A[0-9a-f]{32}\z/, 'session_id');
	my $user = ok_call('users.get_current_user', bearer => $token)->{user};
	is_deeply($claims->{identity}, { user => $user->{id}, company => $user->{company}{id}, role => 'admin',
	    user_name => $user->{name},
	    company_name => $user->{company}{name} }, 'identity');
	is($claims->{exp} - $claims->{iat}, 30 * 86400, '30 days');
	unlike($body, qr/=/, 'no padding');
	cmp_ok(abs($claims->{iat} - time), '<', 60, 'made now');
	is(decode_part(ok_call('auth.login', basic => $pair,
	    args => { expiration_sec => 31536000 })->{token}, 1)->{exp} - time > 31535900, 1, 'a year');
	refused(400, 12, qr/expiration_sec/, 'auth.login', basic => $pair,
	    args => { expiration_sec => $_ }, what => "expiration_sec $_")
	    for 31536001, 0, -1, 1.5, '7200', JSON::PP::true;
	ok_call('auth.login', basic => $pair, args => { expiration_sec => undef }, what => 'expiration_sec null');

	my $renewed = ok_call('auth.login', bearer => $token, what => 'a token gets another one')->{token};
	isnt($renewed, $token, 'a new one');
	is(decode_part($renewed, 1)->{credential}, $claims->{credential}, 'of the same credential');

	my $with = sub (%change) { my %new = (%$claims, %change); return base64url($json->encode(\%new)) };
	my $signed = sub ($h, $b, $k) { return "$h.$b." . base64url(hmac_sha256("$h.$b", $k)) };
	my $none = base64url('{"typ":"JWT","alg":"none"}');
	my $invalid = qr/^Invalid token \(invalid jwt token\): reason=/;
	my %forged = (
	    'alg none' => "$none.$body.",
	    'alg none with the old signature' => "$none.$body.$mac",
	    'no signature' => "$head.$body.",
	    'two parts' => "$head.$body",
	    'four parts' => "$token.$mac",
	    'a trailing part' => "$token.",
	    'swapped parts' => "$body.$head.$mac",
	    'another key' => $signed->($head, $body, 'secret'),
	    'an empty key' => $signed->($head, $body, ''),
	    'its own secret as key' => $signed->($head, $body, (split /:/, $pair)[1]),
	    'exp 2^63' => "$head." . base64url($json->encode($claims) =~ s/"exp":\d+/"exp":9223372036854775808/r) .
	        ".$mac",
	    'a later exp' => $head . '.' . $with->(exp => $claims->{exp} + 1) . ".$mac",
	    'another user' => $head . '.' . $with->(identity => { %{ $claims->{identity} },
	    user => 'f' x 32 }) . ".$mac",
	    'RS256' => $signed->(base64url('{"typ":"JWT","alg":"RS256"}'), $body, 'x'),
	    'a kid' => $signed->(base64url('{"typ":"JWT","alg":"HS256","kid":"../../../dev/null"}'), $body, ''),
	    'a longer signature' => "${token}A",
	    'a shorter signature' => substr($token, 0, -1),
	    'a changed signature' => "$head.$body." . ($mac =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er),
	    'padding' => "$token=",
	    'a blank inside' => "$head.$body. $mac",
	    'nothing' => '',
	    'garbage' => 'x.y.z',
	    'a pair' => $pair,
	);
	refused(401, 30, $invalid, 'users.get_current_user', bearer => $forged{$_}, what => $_) for sort keys %forged;
	refused(401, 30, $invalid, 'users.get_current_user', bearer => 'a' x 6000, what => 'six thousand bytes');
	my $optional = ok_call('login.supported_modes', bearer => $forged{'alg none'},
	    what => 'not needed, not believed');
	is($optional->{authenticated}, JSON::PP::false, 'not authenticated');

	my $short = ok_call('auth.login', basic => $pair, args => { expiration_sec => 1 })->{token};
	select undef, undef, undef, 2.1;
	refused(401, 30, qr/reason=expired on \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'users.get_current_user',
	    bearer => $short, what => 'an expired one');

	ok_call('auth.revoke_credentials', bearer => $token,
	    args => { access_key => (split /:/, $pair)[0] }, what => 'revokes what it hangs on');
	refused(401, 30, qr/reason=the credential it was made with is revoked/, 'users.get_current_user', bearer => $_,
	    what => 'dead at once')
	    for $token, $renewed;
	refused(401, 22, qr/failed to locate/, 'auth.login', basic => $pair, what => 'and the pair');

	my $pair2 = credential($person);
	my ($one, $two) = (login($pair2), login($pair2));
	is_deeply(ok_call('login.logout', bearer => $one), {}, 'login.logout');
	refused(401, 30, qr/reason=signed out/, 'users.get_current_user', bearer => $one, what => 'ended');
	ok_call('users.get_current_user', bearer => $two, what => 'the other token lives');
	is_deeply(ok_call('login.logout'), {}, 'login.logout without anything');
	is_deeply(ok_call('auth.logout', basic => $pair2), {}, 'a pair has nothing to end');
	ok_call('users.get_current_user', bearer => $two, what => 'its tokens live on');
	command('person', 'disable', '--email', $person->{email});
	refused(401, 30, qr/reason=/, 'users.get_current_user', bearer => $two, what => 'a disabled person');
	refused(401, 22, qr/failed to locate/, 'auth.login', basic => $pair2, what => 'and the pair');
};

subtest 'the cookie of a browser' => sub {
	my $person = person(name => 'Cora Cookie');
	my ($browser, $cookie) = browser($person);
	like($cookie, qr/\Avestibule=[A-Za-z0-9_-]{43}\z/, 'signed in');
	my ($origin) = $url =~ m{\A(https?://[^/]+)};
	my %ours = (how => 'post', headers => { Origin => $origin, 'Sec-Fetch-Site' => 'same-origin' });
	is(ok_call('users.get_current_user', cookie => $cookie)->{user}{email}, $person->{email}, 'reads with GET');
	is(ok_call('users.get_current_user',
	    cookie => $cookie, how => 'post')->{user}{email}, $person->{email}, 'and with POST');
	ok(exists ok_call('auth.get_credentials',
	    cookie => $cookie)->{additional_credentials}, 'web applications learn of other workspaces');
	my $forbidden = qr/^Forbidden \(modification not allowed\)/;
	refused(403, 21, $forbidden, 'auth.create_credentials', cookie => $cookie, what => 'writes not with GET');
	refused(403, 21, $forbidden, 'auth.create_credentials', cookie => $cookie, headers => $ours{headers},
	    what => 'nor with GET from here');
	refused(403, 21, $forbidden, 'auth.create_credentials', cookie => $cookie, how => 'put',
	    headers => $ours{headers}, what => 'nor with PUT');
	refused(403, 21, $forbidden, 'auth.create_credentials', cookie => $cookie, how => 'post',
	    what => 'nor from nowhere');
	refused(403, 21, $forbidden, 'auth.create_credentials', cookie => $cookie, how => 'post', headers => $_,
	    what => 'nor from ' . join ' ', map { ref ? %$_ : $_ } $_)
	    for { Origin => 'http://evil.example' }, { Origin => 'null' }, { Origin => "$origin.evil.example" },
	    { 'Sec-Fetch-Site' => 'cross-site' },
	    { 'Sec-Fetch-Site' => 'same-site', Origin => $origin }, { Referer => 'http://evil.example/' };
	my $made = ok_call('auth.create_credentials', cookie => $cookie, %ours,
	    args => { label => 'by browser' })->{credentials};
	like($made->{access_key}, qr/\A[A-Z0-9]{30}\z/, 'writes with POST from a page of ours');
	is(ok_call('users.set_preferences', cookie => $cookie, how => 'post',
	    headers => { Referer => "$url/settings/profile" },
	    args => { preferences => { x => 1 } })->{updated}, 1, 'a Referer of ours is enough');
	refused(401, 22, qr/./, 'users.get_current_user', cookie => $cookie, basic => 'a:b',
	    what => 'a bad header wins over a good cookie');
	is(ok_call('users.get_current_user',
	    cookie => "clearml_token_basic=x; $cookie")->{user}{email}, $person->{email},
	    'other cookies do not matter');
	refused(401, 20, qr/missing credentials/, 'users.get_current_user', cookie => $_,
	    what => 'a cookie that is none')
	    for 'vestibule=' . ('A' x 43),
	    'vestibule=x', "$cookie; $cookie",
	    "clearml_token_basic=" . login("$made->{access_key}:$made->{secret_key}");

	my $sessions = "session s JOIN person p ON p.id = s.person AND p.email = '$person->{email}'";
	execute("UPDATE $sessions SET s.authenticated = s.authenticated - INTERVAL 11 MINUTE");
	refused(403, 21, qr/sign in again/, 'auth.create_credentials', cookie => $cookie, %ours,
	    what => 'new credentials need a fresh proof');
	my $token = ok_call('auth.login', cookie => $cookie, what => 'a token by cookie')->{token};
	my $claims = decode_part($token, 1);
	ok(!exists $claims->{credential}, 'hangs on no credential');
	is(ok_call('users.get_current_user', bearer => $token)->{user}{email}, $person->{email}, 'and is good');
	refused(403, 21, qr/sign in again/, 'auth.create_credentials', bearer => $token,
	    what => 'the token is no way round the proof');
	my $renewed = ok_call('auth.login', bearer => $token)->{token};
	is(decode_part($renewed, 1)->{session}, $claims->{session}, 'renewed, it hangs on the same session');
	is_deeply(ok_call('auth.logout', bearer => $renewed), {}, 'ends alone');
	ok_call('users.get_current_user', cookie => $cookie, what => 'the session lives');
	execute("UPDATE $sessions SET s.last_seen = s.last_seen - INTERVAL 31 MINUTE");
	refused(401, 20, qr/./, 'users.get_current_user', cookie => $cookie, what => 'an idle session');
	refused(401, 30, qr/reason=the browser session it was made by has ended/, 'users.get_current_user',
	    bearer => $token, what => 'and its token');

	($browser, $cookie) = browser($person);
	$token = ok_call('auth.login', cookie => $cookie)->{token};
	refused(403, 21, $forbidden, 'auth.logout', cookie => $cookie, what => 'other sites cannot sign out');
	is_deeply(ok_call('login.logout', cookie => $cookie, what => 'login.logout from nowhere'), {}, 'does nothing');
	ok_call('users.get_current_user', cookie => $cookie, what => 'still signed in');
	my $answer = call('auth.logout', cookie => $cookie, %ours);
	envelope($answer, 200, 0, 'signs out');
	like($answer->{headers}{'set-cookie'} // '', qr/\Avestibule=; .*Max-Age=0/, 'the cookie goes');
	refused(401, 20, qr/./, 'users.get_current_user', cookie => $cookie, what => 'the session is over');
	refused(401, 30, qr/browser session/, 'users.get_current_user', bearer => $token, what => 'and its token');
	$browser->get("$url/settings/profile");
	like($browser->uri, qr{/sign-in}, 'in the browser too');
};

subtest 'wrong secrets' => sub {
	my $pair = credential(person(name => 'Theo Throttled'));
	my $other = credential(person(name => 'Nora Neighbour'));
	my ($key, $secret) = split /:/, $pair;
	execute('DELETE FROM throttle');	# what the tests before have left
	call('auth.login', basic => "$key:guess$_") for 1 .. 6;
	is_deeply([sql('SELECT TIMESTAMPDIFF(MICROSECOND, last, blocked_until) FROM throttle
	    WHERE blocked_until IS NOT NULL')], [[1000000]],
	    'after the sixth wrong one nothing is written for a second');
	ok_call('auth.login', basic => $pair, what => 'the right one is taken at once');
	ok_call('auth.login', basic => $other, what => 'so is another key from the same address');
	ok_call('auth.login', basic => $pair, from => '127.0.0.2', what => 'and the owner at another address');
	refused(401, 22, qr/failed to locate provided credentials\)$/, 'auth.login', basic => "$key:x",
	    what => 'a wrong one more gets the same answer');
	my $refusals = "SELECT COUNT(*) FROM audit_event WHERE action = 'api.refuse' AND after_json LIKE '%$key%'";
	my ($written) = sql($refusals);
	cmp_ok($written->[0], '>=', 6, 'refusals are audited');
	call('auth.login', basic => "$key:again$_") for 1 .. 30;
	my ($after) = sql($refusals);
	cmp_ok($after->[0] - $written->[0], '<', 10, 'but not each of a flood');
	my ($leaks) = sql("SELECT COUNT(*) FROM audit_event
	    WHERE CONCAT(COALESCE(before_json, ''), COALESCE(after_json, '')) LIKE '%$secret%'");
	is($leaks->[0], 0, 'no secret in the audit');
};

# nginx may send a request again when its worker has died: the same number, so the same answer. Here by CGI.
subtest 'a repeated request' => sub {
	my $person = person(name => 'Rhea Repeated');
	my $pair = credential($person);
	my $basic = 'Basic ' . encode_base64($pair, '');

	my $one = new_number();
	my $first = cgi($one, 'auth.create_credentials', $basic, '{"label":"once"}');
	is($first->{status}, 200, 'created');
	my $second = cgi($one, 'auth.create_credentials', $basic, '{"label":"once"}');
	is($second->{content}, $first->{content}, 'the repeat gets the same pair');
	is(scalar(grep { ($_->{label} // '') eq 'once' } @{ ok_call('auth.get_credentials',
	    basic => $pair)->{credentials} }), 1, 'there is one');
	my ($row) = sql("SELECT HEX(result) FROM form_nonce WHERE route = 'auth.create_credentials'
	    ORDER BY at DESC LIMIT 1");
	unlike($row->[0], qr/@{[uc unpack 'H*', $first->{json}{data}{credentials}{secret_key}]}/,
	    'its secret is sealed in the database');
	my $different = cgi($one, 'auth.create_credentials', $basic, '{"label":"twice"}');
	is($different->{status}, 500, 'the same number with another body is no repeat');
	my $stranger = cgi($one, 'auth.create_credentials',
	    'Basic ' . encode_base64(credential(person(name => 'Una Uninvited')), ''), '{"label":"once"}');
	is($stranger->{status}, 500, 'nor from somebody else');
	unlike($stranger->{content}, qr/secret_key/, 'who learns nothing');

	my $token = login($pair);
	my $out = new_number();
	is(cgi($out, 'auth.logout', "Bearer $token")->{status}, 200, 'signs out');
	is(cgi($out, 'auth.logout', "Bearer $token")->{status}, 200, 'the repeat is no surprise');
	is(cgi(new_number(), 'auth.logout', "Bearer $token")->{status}, 401, 'a new request is refused');
	my $end = new_number();
	my $body = $json->encode({ access_key => (split /:/, $pair)[0] });
	my $revoked = cgi($end, 'auth.revoke_credentials', $basic, $body);
	is($revoked->{json}{data}{revoked}, 1, 'revokes itself');
	is(cgi($end, 'auth.revoke_credentials', $basic, $body)->{content}, $revoked->{content}, 'and may be repeated');
	is(cgi($end, 'auth.revoke_credentials', $basic =~ s/.$/$& eq '=' ? 'A' : '='/er, $body)->{status}, 401,
	    'by nobody else');
	my $refusal = new_number();
	my $pair2 = credential($person);
	is(cgi($refusal, 'auth.revoke_credentials', 'Basic ' . encode_base64($pair2, ''),
	    '{"access_key":"x"}')->{status}, 400, 'a refusal');
	is(cgi($refusal, 'auth.revoke_credentials', 'Basic ' . encode_base64($pair2, ''),
	    '{"access_key":"x"}')->{status}, 400, 'spends nothing');
};

# The processes of the API of this sandbox.
sub workers ()
{
	return grep {
		my $process = $_;
		my $environment = '';
		if ((readlink("/proc/$process/exe") // '') =~ m{/cgi-bin/api$}) {
			open my $file, '<', "/proc/$process/environ";
			$environment = join '', <$file> if $file;
		}
		"\0$environment" =~ /\0VESTIBULE_CONF=\Q$ENV{VESTIBULE_CONF}\E\0/;
	} map { m{(\d+)} } glob '/proc/[0-9]*';
}

# Writes by GET, as the clients send them, while workers die: nginx sends them again, and each is done once.
subtest 'killed workers' => sub {
	plan skip_all => 'only nginx keeps workers' if $server ne 'nginx';
	my $person = person(name => 'Kira Killed');
	my $pair = credential($person);
	my @children;
	for my $child (1 .. 3) {
		my $process = fork // die "fork: $!";
		if (!$process) {
			my $bad = 0;
			for my $turn (1 .. 100) {
				my @as = (basic => $pair);
				my $made = call('auth.create_credentials', @as, args => { label => "$child $turn" });
				my $key = $made->{data}{credentials}{access_key} // '';
				my $gone = call('auth.revoke_credentials', @as, args => { access_key => $key });
				$bad++ if $made->{status} != 200 || $gone->{status} != 200;
			}
			POSIX::_exit($bad);
		}
		push @children, $process;
	}
	my ($killed, $failed) = (0, 0);
	while (@children) {
		my ($victim) = workers();
		$killed += kill KILL => $victim if defined $victim;
		select undef, undef, undef, 0.25;	# one try after a killed one is all that nginx makes
		@children = grep { waitpid($_, WNOHANG) == 0 || do { $failed += $? >> 8; 0 } } @children;
	}
	cmp_ok($killed, '>=', 2, "$killed workers killed");
	is($failed, 0, 'every call was answered 200');
	is_deeply([sql('SELECT COUNT(*), COUNT(DISTINCT label), SUM(revoked IS NULL) FROM credential WHERE person = ?
	    AND label IS NOT NULL', $person->{id})], [[300, 300, 0]], '300 made, 300 revoked, each once');
};

done_testing;
