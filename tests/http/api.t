# The endpoints of the API in every form in which clients call them: what they answer, change and refuse.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Vestibule;
use Api;

my $ada = person(name => 'Ada Lovelace');
my $pair = credential($ada, '--label', 'first');
my ($key) = split /:/, $pair;
my $token = ok_call('auth.login', basic => $pair)->{token};
my $me = ok_call('users.get_current_user', basic => $pair)->{user};

my %caller = (Basic => [basic => $pair], Bearer => [bearer => $token]);
my @ways = qw(get post put query form);
my $id = qr/\A[0-9a-f]{32}\z/;
my $moment = qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00\z/;

# --- every endpoint, way and credential -------------------------------------------------------------------------------

for my $who (sort keys %caller) {
	for my $how (@ways) {
		my @as = (how => $how, @{ $caller{$who} });
		subtest "$who, $how" => sub {
			is_deeply(ok_call('debug.ping', @as, args => { n => 7, t => 'x y', b => JSON::PP::true }),
			    { msg => 'ClearML server', n => 7, t => 'x y', b => JSON::PP::true }, 'ping echoes');

			my $new = ok_call('auth.login', @as, args => { expiration_sec => 7200 })->{token};
			my $claims = decode_part($new, 1);
			is($claims->{exp} - $claims->{iat}, 7200, 'the token lives as long as asked');

			is_deeply(ok_call('users.get_current_user', @as)->{user}, $me, 'the current user');
			my $listed = ok_call('users.get_by_id', @as, args => { user => $me->{id} })->{user};
			is($listed->{company}, $me->{company}{id}, 'users.get_by_id: company is an id');
			ok(!exists $listed->{email}, 'no e-mail address of others');
			is_deeply([map { $_->{id} } @{ ok_call('users.get_all', @as,
			    args => { name => 'da lo' })->{users} }],
			    [$me->{id}], 'users.get_all by a part of the name');

			my $made = ok_call('auth.create_credentials', @as,
			    args => { label => "$who $how" })->{credentials};
			like($made->{access_key}, qr/\A[A-Z0-9]{30}\z/, 'access key');
			like($made->{secret_key}, qr/\A[A-Za-z0-9][A-Za-z0-9_-]{66}\z/, 'secret key');
			is($made->{label}, "$who $how", 'label');
			ok_call('auth.login', basic => "$made->{access_key}:$made->{secret_key}",
			    what => 'the new pair signs in');
			is_deeply(ok_call('auth.edit_credentials', @as, args => { access_key => $made->{access_key},
			    label => 'Größe  {"$' }), { updated => 1 }, 'edited');
			my $all = ok_call('auth.get_credentials', @as);
			is($all->{max_credentials}, 20, 'the maximum');
			my ($row) = grep { $_->{access_key} eq $made->{access_key} } @{ $all->{credentials} };
			is($row->{label}, 'Größe {"$', 'the new label, on one line');
			like($row->{last_used}, $moment, 'last used');
			unlike(encode_json($all), qr/secret|\Q$made->{secret_key}\E/, 'no secret in the list');
			is_deeply(ok_call('auth.revoke_credentials', @as,
			    args => { access_key => $made->{access_key} }),
			    { revoked => 1 }, 'revoked');
			refused(401, 22, qr/^Unauthorized \(invalid credentials\)/, 'auth.login',
			    basic => "$made->{access_key}:$made->{secret_key}", what => 'a revoked pair');

			my $value = "$who-$how";
			ok_call('users.set_preferences', @as, args => { preferences => { matrix => { v => $value } } });
			is_deeply(ok_call('users.get_preferences', @as)->{preferences}{matrix}, { v => $value },
			    'preferences');
			is_deeply(ok_call('users.get_vaults', @as,
			    args => { enabled => JSON::PP::true, types => ['config', 'config'] }),
			    { vaults => [] }, 'no vaults');
			like(ok_call('server.info', @as)->{version}, qr/\A[0-9.]+\z/, 'server.info');
			is(ok_call('login.supported_modes', @as)->{authenticated}, JSON::PP::true, 'supported modes');

			is_deeply(ok_call('users.update', @as,
			    args => { user => $me->{id}, name => " Ada\tLovelace " }),
			    { updated => 0, fields => {} }, 'the name it has already');
			is_deeply(ok_call('auth.logout', bearer => $new, how => $how), {}, 'signed out');
			refused(401, 30, qr/reason=signed out/, 'users.get_current_user', bearer => $new,
			    what => 'a token that signed out');
		};
	}
}

# --- the form of things -----------------------------------------------------------------------------------------------

subtest 'users' => sub {
	like($me->{id}, $id, 'id');
	like($me->{company}{id}, $id, 'company id');
	is($me->{name}, 'Ada Lovelace', 'name');
	is_deeply([@$me{qw(given_name family_name role email)}], ['Ada', 'Lovelace', 'admin', $ada->{email}],
	    'its parts');
	like($me->{created}, $moment, 'created');
	my $all = ok_call('users.get_current_user', basic => $pair);
	ok(exists $all->{getting_started} && ref $all->{settings} eq 'HASH', 'getting_started and settings');

	is_deeply(ok_call('users.get_all', basic => $pair,
	    args => { name => '.*' })->{users}, [], 'name is no pattern');
	is_deeply(ok_call('users.get_all', basic => $pair, args => { name => '%' })->{users}, [], 'nor one of SQL');
	is_deeply(ok_call('users.get_all', basic => $pair, args => { only_fields => ['name', 'company.id'] })->{users},
	    [{ id => $me->{id}, name => $me->{name}, company => $me->{company}{id} }], 'only_fields');
	is(scalar @{ ok_call('users.get_all', basic => $pair,
	    args => { id => [$me->{id}, 'x', 'f' x 32, $me->{id}] })->{users} },
	    1, 'by ids');
	is_deeply(ok_call('users.get_all', basic => $pair,
	    args => { id => 'f' x 32 })->{users}, [], 'by one unknown id');
	is_deeply(ok_call('users.get_all', basic => $pair,
	    args => { page => 1, page_size => 500 })->{users}, [], 'second page');
	refused(400, 12, qr/page_size/, 'users.get_all', basic => $pair, args => { page_size => 0 });
	refused(400, 12, qr/page:/, 'users.get_all', basic => $pair, args => { page => -1 });
	refused(400, 12, qr/order_by/, 'users.get_all', basic => $pair, args => { order_by => 'password' });
	refused(400, 12, qr/id: must be/, 'users.get_all', basic => $pair, args => { id => [1] });
	refused(400, 301, qr/^Invalid user id: id=nobody, company=$me->{company}{id}$/, 'users.get_by_id',
	    basic => $pair,
	    args => { user => 'nobody' });
	refused(400, 12, qr/user: required/, 'users.get_by_id', basic => $pair);

	is_deeply(ok_call('users.update', basic => $pair,
	    args => { user => $me->{id}, given_name => 'Augusta Ada', role => 'root',
	    company => 'f' x 32, avatar => 'x' }), { updated => 1, fields => { name => 'Augusta Ada Lovelace',
	    given_name => 'Augusta Ada' } }, 'a part of the name; what is not ours is dropped');
	is(ok_call('users.get_current_user', basic => $pair)->{user}{role}, 'admin', 'the role stays');
	ok_call('users.update', basic => $pair, args => { user => $me->{id}, name => 'Ada Lovelace' });
	for my $bad ('', 'A', 'x' x 71, "a\x{202e}b", "a\x{0}b") {
		my $name = $bad =~ s/[^ -~]/?/gr;
		refused(400, $bad =~ /\0/ ? 0 : 12, qr/./, 'users.update', basic => $pair,
		    args => { user => $me->{id}, name => $bad },
		    what => "the name '" . substr($name, 0, 10) . "'");
	}
	refused(400, 12, qr/name: must be a string/, 'users.update', basic => $pair,
	    args => { user => $me->{id}, name => 12 });
};

subtest 'credentials' => sub {
	my $made = ok_call('auth.create_credentials', basic => $pair)->{credentials};
	ok(!exists $made->{label}, 'no label, no field');
	ok_call('auth.edit_credentials', basic => $pair, args => { access_key => $made->{access_key}, label => 'x' });
	ok_call('auth.edit_credentials', basic => $pair, args => { access_key => $made->{access_key} });
	my ($row) = grep { $_->{access_key} eq $made->{access_key} }
	    @{ ok_call('auth.get_credentials', basic => $pair)->{credentials} };
	is_deeply($row, { access_key => $made->{access_key} }, 'label absent: label cleared; never used: no field');
	refused(400, 12, qr/label: /, 'auth.create_credentials', basic => $pair, args => { label => 'x' x 101 });
	refused(400, 12, qr/label: /, 'auth.create_credentials', basic => $pair, args => { label => "a\x{202e}b" });
	refused(400, 12, qr/label: must be a string/, 'auth.create_credentials', basic => $pair,
	    args => { label => ['x'] });
	is(ok_call('auth.create_credentials', basic => $pair,
	    args => { label => "a\n}\n b" })->{credentials}{label}, 'a } b',
	    'a label cannot end the line it stands on');
	refused(400, 75, qr/^Access key not found: access_key=/, 'auth.edit_credentials', basic => $pair,
	    args => { access_key => 'A' x 30, label => 'x' });
	refused(400, 300, qr/^Invalid user/, 'auth.revoke_credentials', basic => $pair,
	    args => { access_key => 'A' x 30 });
	refused(400, 12, qr/access_key: required/, 'auth.revoke_credentials', basic => $pair,
	    args => { key_id => $key });
	ok_call('auth.revoke_credentials', basic => $pair, args => { access_key => $made->{access_key} });
	refused(400, 300, qr/^Invalid user/, 'auth.revoke_credentials', basic => $pair,
	    args => { access_key => $made->{access_key} },
	    what => 'a second time');
	refused(400, 75, qr/not found/, 'auth.edit_credentials', basic => $pair,
	    args => { access_key => $made->{access_key} },
	    what => 'to label a revoked one');

	my $other = person(name => 'Grace Hopper');
	my $full = credential($other);
	ok_call('auth.create_credentials', basic => $full, what => "number $_") for 2 .. 20;
	my $answer = refused(400, 0,
	    qr/^Maximum number of credentials reached .*max_credentials=20/, 'auth.create_credentials',
	    basic => $full, what => 'one too many');
	is($answer->{meta}{error_data}{max_credentials}, 20, 'and the number for programs');
};

subtest 'preferences' => sub {
	my $person = person(name => 'Emmy Noether');
	my @as = (basic => credential($person));
	my $presets = ok_call('users.get_preferences', @as)->{preferences};
	is_deeply($presets, {
	    rootProjects => { map { $_ => JSON::PP::false } qw(showHidden hideExamples blockUserScript) },
	    views => { hideRedactedArguments => JSON::PP::true, neverShowPopupAgain => [], theme => 'system',
	        redactedArguments => [map { { key => $_ } } qw(CLEARML_API_SECRET_KEY CLEARML_AGENT_GIT_PASS
	            AWS_SECRET_ACCESS_KEY AZURE_STORAGE_KEY)] } }, 'at first: what counts while nothing is stored');
	is_deeply(ok_call('users.set_preferences', @as, args => { preferences => { 'a.b' => 0, n => undef } }),
	    { updated => 1, fields => { preferences => { %$presets, a => { b => 0 }, n => undef } } },
	    'dotted path; null is kept');
	is_deeply(ok_call('users.set_preferences', @as,
	    args => { preferences => { 'a.b' => 0 } }), { updated => 0, fields => {} },
	    'unchanged');
	is_deeply(ok_call('users.set_preferences', @as,
	    args => { preferences => { a => { c => 1 } }, return_updated => JSON::PP::false }),
	    { updated => 1, fields => {} }, 'return_updated false');
	is_deeply(ok_call('users.get_preferences', @as)->{preferences}, { %$presets, a => { c => 1 }, n => undef },
	    'an object replaces');
	refused(400, 305, qr/^Malformed key/, 'users.set_preferences', @as, args => { preferences => { 'n.x' => 1 } });
	refused(400, 16, qr/^Invalid value for fields/, 'users.set_preferences', @as,
	    args => { preferences => { '$a' => 1 } });
	refused(400, 16, qr/key=b\.c/, 'users.set_preferences', @as,
	    args => { preferences => { a => { 'b.c' => 1 } } });
	refused(400, 12, qr/preferences: required/, 'users.set_preferences', @as);
	refused(400, 12, qr/preferences: must be an object/, 'users.set_preferences', @as,
	    args => { preferences => [] });
	refused(400, 12, qr/return_updated/, 'users.set_preferences', @as,
	    args => { preferences => {}, return_updated => 'yes' });
	ok_call('users.set_preferences', @as,
	    args => { preferences => { big => 'x' x 40000 } }, what => '40,000 bytes');
	refused(400, 12, qr/65536 bytes/, 'users.set_preferences', @as,
	    args => { preferences => { more => 'x' x 40000 } });
	is(length(ok_call('users.get_preferences', @as)->{preferences}{big}), 40000, 'and nothing of it is stored');
	ok_call('users.set_preferences', @as, args => { preferences => { 'views.theme' => 'dark', big => '' } });
	is_deeply([sql("SELECT theme FROM preference JOIN person ON person.id = preference.person
	    WHERE email = '$person->{email}'")], [['dark']], 'pages know the theme');
	ok_call('users.set_preferences', @as, args => { preferences => { 'views.theme' => 'purple' } });
	is_deeply([sql("SELECT theme FROM preference JOIN person ON person.id = preference.person
	    WHERE email = '$person->{email}'")], [['system']], 'and take no other');
	is_deeply(ok_call('users.get_preferences', basic => $pair)->{preferences}{a}, undef, 'others do not see it');
};

subtest 'preferences from many at once' => sub {
	my @as = (basic => credential(person(name => 'Maryam Mirzakhani')));
	my @children;
	for my $child (1 .. 4) {
		my $process = fork // die "fork: $!";
		if (!$process) {
			my $bad = grep { call('users.set_preferences', @as,
			    args => { preferences => { "c$child.n$_" => $_ } })->{status} != 200 } 1 .. 10;
			require POSIX;
			POSIX::_exit($bad);
		}
		push @children, $process;
	}
	my $failed = 0;
	for (@children) { waitpid $_, 0; $failed += $? >> 8 }
	is($failed, 0, 'all 40 are answered 200');
	my $all = ok_call('users.get_preferences', @as)->{preferences};
	is(scalar(map { keys %{ $all->{"c$_"} } } 1 .. 4), 40, 'and none is lost');
};

# --- versions and paths -----------------------------------------------------------------------------------------------

subtest 'versions and paths' => sub {
	my @as = (basic => $pair);
	for my $row (['/api/server.info', '2.34', '2.12'], ['/server.info', '2.34', '2.12'], ['/api/server.info/',
	    '2.34', '2.12'],
	    ['/api/v2.34/server.info', '2.34', '2.12'], ['/v999.0/server.info', '999.0',
	    '2.12'], ['/api/v2.12/server.info', '2.12', '2.12'],
	    ['/api/v2.11/server.info', '2.11', '2.8'], ['/v2.8/server.info/', '2.8', '2.8'], ['/api/v2.7/server.info',
	    '2.7', '1.0'],
	    ['/api/v1.0/server.info', '1.0', '1.0'], ['/api/v25/server.info', '25.0', '2.12'],
	    ['/api/v2.23/auth.login', '2.23', '1.0'], ['/v2.19/auth.get_credentials', '2.19', '1.0']) {
		my $answer = call('', path => $row->[0], @as);
		envelope($answer, 200, 0, $row->[0]);
		is_deeply([@{ $answer->{meta}{endpoint} }{qw(requested_version actual_version)}], [@$row[1, 2]],
		    "$row->[0]: versions");
	}
	my $old = ok_call('', path => '/api/v2.8/server.info', @as);
	like($old->{uid}, $id, 'server.info 2.8 has the id of the installation');
	ok(!exists $old->{api_version}, 'and no api_version');
	my $new = ok_call('server.info', @as);
	is_deeply([sort keys %$new], [qw(api_version build commit version)], 'server.info 2.12');
	is($new->{api_version}, '2.34', 'api_version');

	refused(404, 0, qr/^Unable to find endpoint for name auth\.edit_credentials and version 2\.18$/, '',
	    path => '/api/v2.18/auth.edit_credentials', @as, what => 'too old for auth.edit_credentials');
	refused(404, 0, qr/version 2\.1$/, '', path => '/api/v2.1/auth.logout', @as, what => 'too old for auth.logout');
	refused(404, 0, qr/version 2\.12$/, '', path => '/api/v2.12/login.logout', @as,
	    what => 'too old for login.logout');
	my $answer = refused(404, 0,
	    qr/^Unable to find endpoint for name tasks\.get_all and version 2\.34$/, 'tasks.get_all',
	    what => 'unknown, before credentials are looked at');
	ok(exists $answer->{meta}{endpoint}{actual_version} && !defined $answer->{meta}{endpoint}{actual_version},
	    'no actual version');
	refused(404, 0, qr/name workers\.get_all/, 'workers.get_all', @as);
	refused(400, 2, qr/^Request path has invalid version/, '', path => "/api/$_/auth.login", @as, what => $_)
	    for qw(vx v2 v2.x v-1.0 v1.2.3 v99999999999999999999.0);
	refused(400, 0, qr/^Malformed request path/, '', path => "/api/$_", @as, what => "/api/$_")
	    for qw(auth auth.login.x auth.login/x/y x/auth.login .login auth. auth..login %61uth.login%2e/ auth.log-in);
	is(call('', path => '/api/%61uth.login', @as)->{status}, 200, 'the path is decoded once');
};

# --- arguments --------------------------------------------------------------------------------------------------------

subtest 'arguments' => sub {
	my $ping = sub (%o) { my $data = ok_call('debug.ping', %o); delete $data->{msg}; return $data };
	is_deeply($ping->(), {}, 'no body');
	is_deeply($ping->(body => $_, type => 'application/json',
	    what => "body '$_'"), {}, "body '$_' is empty") for '', 'null', '{}', ' {} ';
	is_deeply($ping->(body => '{"a":1}', type => $_, what => "type $_"), { a => 1 }, "JSON as $_")
	    for 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
	    'application/json; charset=latin1';
	is_deeply($ping->(method => 'POST', path => '/api/debug.ping?a=query&c=1', body => 'a=form&b=2',
	    type => 'application/x-www-form-urlencoded'), { a => 'form', b => 2, c => 1 }, 'the form is merged last');
	is_deeply($ping->(path => '/api/debug.ping?a=query',
	    body => '{"a":"json","b":[]}'), { a => 'query', b => [] }, 'the query second');
	is_deeply($ping->(path => '/api/debug.ping?t=a&t=b&l%5B%5D=1&x.y=true&z=007&n=-1&f=1.5&e='),
	    { t => ['a', 'b'], l => [1], x => { y => JSON::PP::true }, z => 7, n => '-1', f => '1.5', e => '' },
	    'values of a query');
	is_deeply($ping->(method => $_, body => '{"m":1}', what => $_), { m => 1 }, $_) for qw(DELETE PATCH PUT REPORT);
	ok_call('users.get_current_user', basic => $pair, args => { method => 'get', whatever => [1, { x => undef }] },
	    what => 'unknown fields are ignored');

	my @as = (basic => $pair);
	refused(400, 0, qr/^Invalid JSON/, 'auth.get_credentials', @as, body => $_, type => 'application/json',
	    what => "body $_")
	    for '{', '[]', '"x"', '{"a":1}}',
	    '{"a":1,"a":2}', "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xbc\"}", "\0", "\x{ef}\x{bb}\x{bf}{}", '{"a":1e999}';
	refused(400, 0, qr/./, 'debug.ping', body => ('[' x 30000) . (']' x 30000), what => 'nested 30,000 times');
	refused(400, 0, qr/nested/, 'debug.ping', method => 'POST', body => 'a' . ('.a' x 20000) . '=1',
	    type => 'application/x-www-form-urlencoded',
	    what => 'a path of 20,000 parts');
	refused(400, 0, qr/./, 'debug.ping', method => 'POST', body => join('&', map { "a$_=1" } 1 .. 5000),
	    type => 'application/x-www-form-urlencoded', what => '5,000 fields');
	refused(400, 0, qr/./, '', path => '/api/debug.ping?a=%ff', what => 'a query that is no text');
	refused(400, 0, qr/./, '', path => '/api/debug.ping?a=%zz', what => 'a query with a bad percent sign');
	refused(401, 20, qr/missing credentials/, 'auth.get_credentials', body => '{',
	    what => 'credentials come before JSON');
	refused(415, 0, qr/Content-Encoding/, 'debug.ping', headers => { 'Content-Encoding' => 'gzip' }, body => 'x');
	is(call('debug.ping', headers => { 'Content-Encoding' => 'identity' })->{status}, 200,
	    'Content-Encoding: identity');
	my $answer = call('debug.ping', body => '{"a":"' . ('x' x 65536) . '"}');
	is($answer->{status}, 413, 'more than 64 KiB');
	is($answer->{meta}{result_code}, 413, 'in an envelope');
	is(length(ok_call('debug.ping', body => '{"a":"' . ('x' x 65528) . '"}')->{a}), 65528, '64 KiB are taken');
	my $options = call('auth.login', method => 'OPTIONS');
	is_deeply([$options->{status}, $options->{content} // ''], [200, ''], 'OPTIONS');
	my $head = call('server.info', method => 'HEAD', @as);
	is_deeply([$head->{status}, $head->{content} // ''], [200, ''], 'HEAD');
};

subtest 'headers' => sub {
	is(call('debug.ping', headers => { 'X-Clearml-Trx' => 'job 7' })->{meta}{trx},
	    'job 7', 'the transaction is echoed');
	is(call('debug.ping', headers => { 'X-Trains-Trx' => 'old' })->{meta}{trx}, 'old', 'under its old name too');
	my $answer = call('debug.ping');
	is($answer->{meta}{trx}, $answer->{meta}{id}, 'else it is the id');
	like($answer->{headers}{'cache-control'}, qr/no-store/, 'nothing is kept by caches');
	ok(!exists call('auth.login', basic => $pair)->{headers}{'set-cookie'}, 'auth.login sets no cookie');
	refused(400, 6, qr/^Impersonation error/, 'users.get_current_user', basic => $pair,
	    headers => { "X-Clearml-$_" => $me->{id} },
	    what => $_) for 'Impersonate-As', 'Act-As';
	refused(400, 6, qr/^Impersonation error/, 'users.get_current_user', basic => $pair,
	    headers => { 'X-Trains-Act-As' => $me->{id} });
	refused(400, 5, qr/^Invalid headers/, 'users.get_current_user', basic => $pair,
	    headers => { 'X-Clearml-Impersonate-As' => $me->{id}, 'X-Clearml-Act-As' => $me->{id} });
	refused(401, 20, qr/./, 'users.get_current_user', headers => { 'X-Clearml-Act-As' => $me->{id} },
	    what => 'credentials come first');
};

# --- what belongs to others -------------------------------------------------------------------------------------------

subtest 'several people' => sub {
	my $boss = person(name => 'Rosa Owner');
	my $worker = person(name => 'Wim Worker');
	my $stranger = person(name => 'Sam Stranger');
	my $boss_pair = credential($boss);
	my $workspace = ok_call('users.get_current_user', basic => $boss_pair)->{user}{company}{id};
	join_workspace($worker, $boss, 'member');
	my $worker_pair = credential($worker, '--workspace', $workspace);
	my $worker_home = credential($worker);
	my $stranger_pair = credential($stranger);
	my %id = map { $_->[0] => ok_call('users.get_current_user', basic => $_->[1])->{user}{id} }
	    ['boss', $boss_pair], ['worker', $worker_pair], ['stranger', $stranger_pair];
	my ($boss_key, $worker_key, $home_key) = map { (split /:/)[0] } $boss_pair, $worker_pair, $worker_home;

	my $worker_user = ok_call('users.get_current_user', basic => $worker_pair)->{user};
	is_deeply([@$worker_user{qw(role)}, $worker_user->{company}{id}], ['user', $workspace],
	    'a member has the role user there');
	is(decode_part(ok_call('auth.login',
	    basic => $worker_pair)->{token}, 1)->{identity}{role}, 'user', 'in the token too');
	is(ok_call('users.get_current_user', basic => $worker_home)->{user}{role}, 'admin', 'and admin at home');

	is_deeply([map { $_->{name} } @{ ok_call('users.get_all', basic => $worker_pair,
	    args => { order_by => ['-name'] })->{users} }],
	    ['Wim Worker', 'Rosa Owner'], 'members see each other');
	is_deeply([map { $_->{name} } @{ ok_call('users.get_all', basic => $boss_pair,
	    args => { order_by => 'name', page => 1, page_size => 1 })->{users} }],
	    ['Wim Worker'], 'page by page');
	is_deeply([map { $_->{id} } @{ ok_call('users.get_all', basic => $boss_pair,
	    args => { id => [@id{qw(stranger worker boss)}], order_by => '-created' })->{users} }],
	    [@id{qw(worker boss)}], 'and no stranger');
	refused(400, 301, qr/^Invalid user id: id=$id{stranger}/, 'users.get_by_id', basic => $boss_pair,
	    args => { user => $id{stranger} });
	is(ok_call('users.get_by_id', basic => $worker_pair,
	    args => { user => $id{boss} })->{user}{role}, 'admin', 'roles are shown');

	refused(403, 21, qr/^Forbidden \(modification not allowed\)/, 'users.update', basic => $worker_pair,
	    args => { user => $id{boss}, name => 'Nobody' }, what => 'a member renames nobody else');
	refused(403, 21, qr/^Forbidden/, 'users.update', basic => $boss_pair,
	    args => { user => $id{worker}, name => 'Nobody' },
	    what => 'nor does the owner of a personal workspace');
	execute("UPDATE workspace SET personal = NULL WHERE public_id = UNHEX('$workspace')");
	is(ok_call('users.update', basic => $boss_pair,
	    args => { user => $id{worker}, name => 'Wim W.' })->{updated}, 1,
	    'an administrator of people does');
	refused(400, 301, qr/./, 'users.update', basic => $boss_pair,
	    args => { user => $id{stranger}, name => 'Nobody' },
	    what => 'but not strangers');

	is_deeply([map { $_->{access_key} } @{ ok_call('auth.get_credentials',
	    basic => $worker_pair)->{credentials} }], [$worker_key],
	    'everybody lists their own, of this workspace');
	is_deeply([map { $_->{access_key} } @{ ok_call('auth.get_credentials',
	    basic => $boss_pair)->{credentials} }], [$boss_key],
	    'the owner too');
	refused(400, 75, qr/not found/, 'auth.edit_credentials', basic => $worker_pair,
	    args => { access_key => $boss_key, label => 'x' },
	    what => "a member cannot label another's");
	refused(400, 300, qr/./, 'auth.revoke_credentials', basic => $worker_pair, args => { access_key => $boss_key },
	    what => 'nor revoke it');
	refused(400, 300, qr/./, 'auth.revoke_credentials', basic => $stranger_pair,
	    args => { access_key => $boss_key }, what => 'nor a stranger');
	refused(400, 300, qr/./, 'auth.revoke_credentials', basic => $worker_pair, args => { access_key => $home_key },
	    what => 'nor their own of another workspace');
	refused(400, 300, qr/./, 'auth.revoke_credentials', basic => $boss_pair, args => { access_key => $home_key },
	    what => 'nor the owner one of another workspace');
	is_deeply(ok_call('auth.edit_credentials', basic => $boss_pair,
	    args => { access_key => $worker_key, label => 'watched' }),
	    { updated => 1 }, "the owner labels a member's");
	my $token = ok_call('auth.login', basic => $worker_pair)->{token};
	is_deeply(ok_call('auth.revoke_credentials', basic => $boss_pair,
	    args => { access_key => $worker_key }), { revoked => 1 },
	    'and revokes it');
	refused(401, 30, qr/reason=the credential it was made with is revoked/, 'users.get_current_user',
	    bearer => $token,
	    what => 'its token is dead');
	my $again = credential($worker, '--workspace', $workspace);
	my $member_token = ok_call('auth.login', basic => $again)->{token};
	execute("DELETE m FROM membership m JOIN workspace w ON w.id = m.workspace JOIN person p ON p.id = m.person
	    WHERE w.public_id = UNHEX('$workspace') AND p.email = '$worker->{email}'");
	refused(401, 22, qr/./, 'auth.login', basic => $again, what => 'a member no more: the pair is refused');
	refused(401, 30, qr/reason=/, 'users.get_current_user', bearer => $member_token, what => 'and the token');
};

done_testing;
