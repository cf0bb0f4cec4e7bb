# Every form of every section: twelve forgeries and worse are refused, say why, keep what was typed and change nothing; the same
# form sent again or eight times at once is carried out once; the password is asked for before a serious act.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util 'pairs';
use Test::More;
use Time::HiRes 'time';
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;

my ($owner, $other) = map { person(name => "Forms $_") } qw(owner other);
join_workspace($other, $owner, 'administrator');
my ($browser, $second) = map { Vestibule::Browser->new->sign_in($_) } ($owner, $other);
my @posts = in_short(grep { $_->{post} } routes());
my ($forged, $once) = (0, 0);

# Whose form it is: a person who is signed in; for the forms before sign-in, somebody who is not.
sub poster ($route)
{
	return $browser if !is_public($route);
	return Vestibule::Browser->new->sign_in($owner) if $route->{path} eq '/sign-out';
	return visitor($route, $owner);
}

# Typed texts that the page must still have: name => value of what people see.
sub typed ($form)
{
	my %type = map { $_->{name} => $_->{type} } @{ $form->{route}{fields} };
	return map { @$_ } grep { ($type{ $_->[0] } // '') =~ /^(line|lines|email|number|choice)$/ && $_->[1] ne '' }
	    pairs @{ $form->{fields} };
}

# Whether the page shows the form again as it was filled in, with another token.
sub keeps ($form, $answer)
{
	my $poster = $form->{browser};
	my @again = $poster->fields_of($form->{path});
	my %again = @again;
	my %typed = typed($form);
	my @lost = grep { ($again{$_} // '') ne $typed{$_} } sort keys %typed;
	my %sent = @{ $form->{fields} };
	push @lost, 'new token' if ($again{token} // '') eq '' || $again{token} eq $sent{token};
	return "@lost";
}

# --- forgeries -----------------------------------------------------------------------------------------------------------

my $urlencoded = 'application/x-www-form-urlencoded';
for my $route (@posts) {
	my $poster = poster($route);
	my $form = ready($route, $poster);
	my $path = $form->{path};
	my $ws = Vestibule::Forms::has_workspace($route) ? $form->{workspace} : undef;
	my %sent = @{ $form->{fields} };
	my $token = $sent{token};
	my $garbled = $token;
	substr $garbled, 60, 1, substr($token, 60, 1) eq 'A' ? 'B' : 'A';
	my $stranger = is_public($route) ? Vestibule::Browser->new : $second;
	$stranger->page('/sign-in');
	my $of_object = $path =~ s/[0-9a-f]{32}/missing_id()/er;
	my $multipart = join '', map { "--x\r\nContent-Disposition: form-data; name=\"$_->[0]\"\r\n\r\n$_->[1]\r\n" }
	    pairs @{ $form->{fields} };
	my @forgeries = (
		['no token', 403, with($form, token => undef)],
		['an empty token', 403, with($form, token => '')],
		['a garbled token', 403, with($form, token => $garbled)],
		['a token cut short', 403, with($form, token => substr $token, 0, 40)],
		['a token of 50,000 characters', 403, with($form, token => $token x 500)],
		['the token of somebody else', 403, with($form, token => craft_token($stranger->cookie, $path, $ws))],
		['the token of another form', 403, with($form, token => craft_token($poster->cookie, '/settings/other', $ws))],
		['the token of another object', 403, with($form, token => craft_token($poster->cookie,
		    $of_object eq $path ? "$path/x" : $of_object, $ws))],
		['the token of another workspace', 403, with($form, token => craft_token($poster->cookie, $path, missing_id()))],
		['an expired token', 422, with($form, token => craft_token($poster->cookie, $path, $ws, seconds => -5))],
		['a foreign Origin', 403, $form->{fields}, Origin => 'https://evil.example'],
		['an Origin that only looks like ours', 403, $form->{fields}, Origin => ($url =~ s/\Q$base\E$//r) . '.evil.example'],
		['Origin null', 403, $form->{fields}, Origin => 'null'],
		['Sec-Fetch-Site cross-site', 403, $form->{fields}, 'Sec-Fetch-Site' => 'cross-site'],
		['Sec-Fetch-Site same-site', 403, $form->{fields}, 'Sec-Fetch-Site' => 'same-site'],
		['a foreign Referer', 403, $form->{fields}, Referer => 'https://evil.example/settings'],
		['text/plain', 415, $form->{fields}, 'Content-Type' => 'text/plain'],
		['multipart/form-data', 415, "$multipart--x--\r\n", 'Content-Type' => 'multipart/form-data; boundary=x'],
		['no content type', 415, $form->{fields}, 'Content-Type' => undef],
		['a doubled token', 400, [@{ $form->{fields} }, token => $token]],
		['an unknown field', 400, with($form, user_id => '1')],
		['a field with brackets', 400, with($form, 'email[]' => 'somebody@example.org')],
	);
	push @forgeries, ['a doubled workspace', 400, [@{ $form->{fields} }, ws => $ws]] if $ws;
	for my $field (grep { !$_->{many} } @{ $route->{fields} }) {
		my $value = $sent{ $field->{name} } // '1';
		push @forgeries, ["$field->{name} twice", 400, [@{ with($form, $field->{name} => $value) }, $field->{name}, $value]];
	}
	my %page_fails = map { $_ => 1 } 400, 415;
	for my $forgery (@forgeries) {
		my ($what, $status, $fields, %headers) = @$forgery;
		my $before = checksums();
		my $request = $poster->request_for($path, $fields);
		for my $name (keys %headers) {
			defined $headers{$name} ? $request->header($name => $headers{$name}) : $request->remove_header($name);
		}
		my $answer = $poster->send($request);
		my @wrong;
		push @wrong, 'status ' . $answer->code . ", not $status" if $answer->code != $status;
		push @wrong, map { "$_ is changed" } changed($before, checksums());
		push @wrong, 'leads to ' . $answer->header('Location') if defined $answer->header('Location');
		if ($form->{drawn} && !$page_fails{$status}) {
			my $lost = keeps($form, $answer);
			push @wrong, "lost: $lost" if $lost ne '';
			push @wrong, 'no reason' if !$poster->tree || !$poster->tree->findnodes('//*[@role="alert"]');
		}
		push @wrong, 'no sentence' if length $poster->text < 40;
		$forged++;
		ok(!@wrong, "$route->{path}: $what") or diag(join("\n", @wrong), "\n", $poster->text);
	}

	# It was the forgery: the same form as it is does its work, and whoever sends no headers at all (text browsers) too.
	my $answer = $poster->post($path, $form->{fields}, Origin => $url =~ s/\Q$base\E$//r, 'Sec-Fetch-Site' => 'same-origin',
	    Referer => "$url$path");
	is($answer->code, 303, "$route->{path}: the form itself is carried out") or diag($poster->text);
	succeeded($form) if $answer->code == 303;
	end_object($form);
}

# --- exactly once --------------------------------------------------------------------------------------------------------

# What one post adds to the tables.
sub added ($before, $after)
{
	return join ', ', map { $after->{$_} == $before->{$_} ? () : sprintf '%s %+d', $_, $after->{$_} - $before->{$_} }
	    sort keys %$after;
}

for my $route (@posts) {
	my $poster = poster($route);
	my $form = ready($route, $poster);
	my $request = $poster->request_for($form->{path}, $form->{fields});
	my $before = sizes();
	my $answer = $poster->send($request);
	my $one = added($before, sizes());
	my $location = $answer->header('Location') // '';
	is($answer->code, 303, "$route->{path}: sent") or diag($poster->text);
	my $cookie = join '; ', sort $answer->header('Set-Cookie');
	unchanged("$route->{path}: sent again", sub {
		my $again = $poster->send($request);
		is($again->code, 303, "$route->{path}: sent again: 303") or diag($poster->text);
		is($again->header('Location'), $location, "$route->{path}: to the same place");
		my $kept = join '; ', sort grep { /^vestibule=[^;]/ } $again->header('Set-Cookie');
		is($kept, join('; ', sort grep { /^vestibule=[^;]/ } $answer->header('Set-Cookie')), "$route->{path}: with the same session")
		    if $cookie =~ /vestibule=[^;]/;
	});
	succeeded($form);

	# The same token with other values. Forms before sign-in have become those of another session by now.
	my ($text) = grep { $_->{type} =~ /^(line|lines|choice|number)$/ } @{ $route->{fields} };
	if ($text && !is_public($route)) {
		my %sent = @{ $form->{fields} };
		my $other = $text->{type} eq 'choice' ? (grep { $_ ne $sent{ $text->{name} } } @{ $text->{choices} })[0]
		    : $text->{type} eq 'number' ? $text->{most} : "$sent{ $text->{name} }X";
		unchanged("$route->{path}: the token again with other values", sub {
			my $again = $poster->send($poster->request_for($form->{path}, with($form, $text->{name} => $other)));
			# What the act used up is not there any more.
			like($again->code, $form->{answer}->code == 200 && $poster->page($form->{address})->code == 200 ? qr/^409$/ : qr/^40[49]$/,
			    "$route->{path}: the token again with other values is refused") or diag($poster->text);
		});
	}
	end_object($form);

	# Eight at once do what one does.
	$poster = poster($route);
	$form = ready($route, $poster);
	$request = $poster->request_for($form->{path}, $form->{fields});
	$before = sizes();
	my @answers = $poster->all_at_once($request, 8);
	my $eight = added($before, sizes());
	my %codes;
	$codes{ $_->code . ' ' . ($_->header('Location') // '-') }++ for @answers;
	is(scalar(keys %codes), 1, "$route->{path}: eight at once have one answer") or diag(explain(\%codes), $answers[-1]->content);
	like((keys %codes)[0], qr/^303 /, "$route->{path}: eight at once: 303");
	# Less, where the first one has changed things already.
	my %most = map { split ' ' } split /, /, $one;
	my @more = grep { my ($table, $rows) = split ' '; abs $rows > abs($most{$table} // 0) } split /, /, $eight;
	is("@more", '', "$route->{path}: eight at once do not more than one: $one");
	like($eight, qr/\bform_nonce \+1\b/, "$route->{path}: eight at once are one");
	$once++;
	succeeded($form);
	end_object($form);
}

# --- the password before a serious act ------------------------------------------------------------------------------------

for my $route (grep { $_->{recent} } @posts) {
	my $name = $route->{path};
	$browser->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE');
	my $form = ready($route, $browser);
	my %typed = typed($form);
	my $before = checksums();
	my $answer = $browser->post($form->{path}, $form->{fields});
	is($answer->code, 422, "$name: the password is asked for");
	is(join(' ', changed($before, checksums())), 'parked_form', "$name: the form waits, nothing else is written");
	unlike($answer->content, qr/\Q$_\E/, "$name: the question does not repeat what was typed") for grep { length > 5 } values %typed;
	my %question = $browser->fields_of($form->{path});
	delete $question{password};
	like($question{parked} // '', qr/^[0-9a-f]{32}$/, "$name: the question names the form");
	my $parked = $question{parked};

	# What is not the right password.
	my %right = (%question, password => $owner->{password});
	my @wrong = (['a wrong password', 422, { %question, password => 'not this one at all' }], ['no password', 422, \%question],
	    ['an unknown form', 409, { %right, parked => missing_id() }], ['a form that is none', 409, { %right, parked => 'x' }],
	    ['an unknown field', 400, { %right, user_id => 1 }], ['no token', 403, { %right, token => '' }],
	    ['the password twice', 400, [%right, password => $owner->{password}]]);
	$browser->move;
	for my $case (@wrong) {
		my ($what, $status, $fields) = @$case;
		$before = sizes();
		$answer = $browser->post($form->{path}, ref $fields eq 'HASH' ? [%$fields] : $fields);
		is($answer->code, $status, "$name: $what: $status") or diag($browser->text);
		my $added = added($before, sizes());
		$added =~ s/audit_event \+1// if $what eq 'a wrong password';
		is($added, '', "$name: $what: nothing is done");
	}
	is(value('SELECT failures FROM throttle ORDER BY last DESC LIMIT 1'), 1, "$name: the wrong password is counted");

	# Somebody else cannot use the parked form.
	my $stranger = Vestibule::Browser->new->sign_in($other);
	my $stolen = craft_token($stranger->cookie, $form->{path},
	    Vestibule::Forms::has_workspace($route) ? $form->{workspace} : undef);
	$before = checksums();
	is($stranger->post($form->{path}, [%{ { %question, password => $other->{password}, token => $stolen } }])->code, 409,
	    "$name: somebody else's session does not open it");
	is(join(' ', changed($before, checksums())), '', "$name: and nothing is done");

	# The right one carries out what was typed.
	$before = sizes();
	my $request = $browser->request_for($form->{path}, [%right]);
	$answer = $browser->send($request);
	is($answer->code, 303, "$name: the right password carries it out") or diag($browser->text);
	my $one = added($before, sizes());
	unlike($one, qr/^$/, "$name: once: $one");
	my $location = $answer->header('Location');
	my $before_again = checksums();
	$answer = $browser->send($request);
	is($answer->code, 303, "$name: the answer again: 303");
	is($answer->header('Location'), $location, "$name: to the same place");
	# The password was right a second time, so the session has a newer proof.
	is(join(' ', grep { $_ ne 'session' } changed($before_again, checksums())), '', "$name: the answer again: nothing is done twice");
	if (defined $typed{label}) {
		is(value('SELECT label FROM credential WHERE person = ? ORDER BY id DESC LIMIT 1', $owner->{id}), $typed{label},
		    "$name: with the values that were typed");
	}
	if (defined $typed{hours}) {
		is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), expires) / 3600) FROM credential WHERE public_id = UNHEX(?)',
		    $form->{id}), $typed{hours}, "$name: with the values that were typed");
	}
	succeeded($form);
	end_object($form);

	# The proof is fresh for ten minutes.
	$form = ready($route, $browser);
	is($browser->post($form->{path}, $form->{fields})->code, 303, "$name: not asked again at once");
	succeeded($form);
	end_object($form);

	# A form does not wait for ever.
	$browser->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE');
	$form = ready($route, $browser);
	$browser->post($form->{path}, $form->{fields});
	%question = ($browser->fields_of($form->{path}), password => $owner->{password});
	execute('UPDATE parked_form SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = UNHEX(?)', $question{parked});
	$answer = $browser->post($form->{path}, [%question]);
	is($answer->code, 409, "$name: a form that waited too long");
	like($browser->text, qr/waited too long/, "$name: says so");
	end_object($form);
	$browser->set_session('authenticated = UTC_TIMESTAMP(6)');
}

# --- the session ended while somebody typed -------------------------------------------------------------------------------

for my $route (grep { !is_public($_) } @posts) {
	my $poster = Vestibule::Browser->new->sign_in($owner);
	my $form = ready($route, $poster);
	$poster->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
	unchanged("$route->{path}: signed out", sub {
		my $answer = $poster->post($form->{path}, $form->{fields});
		is($answer->code, 403, "$route->{path}: signed out meanwhile: 403");
		my $text = $poster->text;
		my %typed = typed($form);
		like($text, qr/signed out/, "$route->{path}: says so");
		is(join(' ', grep { index($text, $typed{$_} =~ s/\s+/ /gr) < 0 } sort keys %typed), '', "$route->{path}: what was typed can be copied");
		my @passwords = grep { defined } map { my %sent = @{ $form->{fields} }; $sent{ $_->{name} } }
		    grep { $_->{type} eq 'password' } @{ $route->{fields} };
		is(join(' ', grep { index($text, $_) >= 0 } @passwords), '', "$route->{path}: passwords are not shown");
	});
	end_object($form);
}

diag(scalar(@posts) . " forms: $forged forgeries refused, $once sent eight times at once");
finish;
