# Who may see and do what: every route of every section × everybody × everything, by GET and by POST with a token that the
# product would have drawn. What is refused changes nothing.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;

# One workspace with an owner, an administrator and two members; and somebody from elsewhere.
my %person = map { $_ => person(name => "Access $_") } qw(owner administrator member neighbour stranger);
join_workspace($person{$_}, $person{owner}, $_ eq 'neighbour' ? 'member' : $_) for qw(administrator member neighbour);
my %browser = map { $_ => Vestibule::Browser->new->sign_in($person{$_}) } keys %person;
my $workspace = $person{owner}{workspace};
my %level = (member => 1, administrator => 2, owner => 3);
my $refused = 0;

# What the table says for a role in the workspace, before any object is looked for: a status, or 0 for "go on".
sub by_table ($route, $role, $method)
{
	return 0 if is_public($route) || $route->{access} eq 'signed-in';
	return $method eq 'GET' ? 404 : 403 if $role eq 'stranger';
	my $special = fixture($route)->{for_role};
	return ($level{$role} // 1) >= $level{ $route->{access} } ? $special ? $special->($role) : 0 : 403;
}

# One request of somebody: its status is the expected one (0: whatever is no refusal), and a refusal changes nothing.
sub try ($who, $method, $route, $path, $expected, $what, $ws = $workspace)
{
	my $browser = $browser{$who} // Vestibule::Browser->new;
	my ($before, $answer) = (checksums());
	if ($method eq 'GET') {
		$answer = $browser->page(address($route, $path, $ws));
	} else {
		my $form = { fields => [map { ($_->{name} => value_for($_)) } grep { $_->{type} ne 'check' } @{ $route->{fields} }] };
		my $fixture = fixture($route);
		$form->{fields} = with($form, $fixture->{values}->($browser)) if $fixture->{values} && $browser->{person};
		my $bound = Vestibule::Forms::has_workspace($route) ? $ws : undef;
		my $token = defined $browser->cookie ? craft_token($browser->cookie, $path, $bound) : undef;
		$answer = $browser->post($path, with($form, token => $token, ws => $bound));
	}
	my $status = $answer->code;
	my @changed = changed($before, checksums());
	my $is_refusal = $status >= 400 || ($method eq 'GET' && $status == 303 && ($answer->header('Location') // '') =~ m{/sign-in\?});
	my $right = $expected ? $status == $expected : !$is_refusal && $status =~ /^(200|303)$/;
	$right &&= !@changed if $is_refusal || $method eq 'GET';
	$refused++ if $is_refusal;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($right, "$who, $method $what") or diag("status $status, expected " . ($expected || 'no refusal') . "; changed: @changed\n"
	    . $browser->text);
	return $answer;
}

for my $route (in_short(routes())) {
	my $fixture = fixture($route);
	my @methods = (($route->{get} ? 'GET' : ()), ($route->{post} ? 'POST' : ()));
	my $name = $route->{path};
	next if is_public($route);

	if (!$fixture->{object}) {
		for my $method (@methods) {
			my $answer = try('nobody', $method, $route, $name, $method eq 'GET' ? 303 : 403, $name);
			like($answer->header('Location') // '', qr{^\Q$base\E/sign-in(\?|$)}, "nobody, $name: asked to sign in")
			    if $method eq 'GET';
			for my $who (qw(member administrator owner stranger)) {
				my $role = $who eq 'stranger' ? 'stranger' : $who;
				try($who, $method, $route, $name, by_table($route, $role, $method), $name);
				$fixture->{restore}->($browser{$who}, $workspace, $role) if $fixture->{restore} && $method eq 'POST' && $role ne 'stranger';
			}
		}
		next;
	}

	my %object = map { $_ => $fixture->{object}->($browser{$_}, $workspace) } qw(owner administrator member neighbour);
	$object{stranger} = $fixture->{object}->($browser{stranger}, $person{stranger}{workspace});
	for my $method (@methods) {
		try('nobody', $method, $route, path_of($route, $object{member}), $method eq 'GET' ? 303 : 403, $name);
		for my $who (qw(member administrator owner)) {
			my $table = by_table($route, $who, $method);
			for my $whose (qw(owner administrator member neighbour stranger missing)) {
				my $id = $object{$whose} // missing_id();
				my $expected = $table || ($whose eq $who ? 0 : 404);
				my $of_others = $fixture->{of_others};
				$expected = $of_others->($method, $who) if !$table && $of_others && $whose ne $who &&
				    $whose !~ /^(stranger|missing)$/;
				if (!$table && $whose =~ /^(stranger|missing)$/) {
					$expected = $fixture->{missing} // 404 if $method eq 'GET';
					$expected = 303 if $method eq 'POST' && ($fixture->{missing} // 0) == 303;
				}
				$expected = 0 if $expected == 303 || $expected == 200;
				# What an act may use up is made for it.
				if ($method eq 'POST' && !$expected && $whose !~ /^(stranger|missing)$/) {
					$id = $fixture->{object}->($browser{$whose}, $workspace);
				}
				try($who, $method, $route, path_of($route, $id), $expected, "$name of " . ($whose eq $who ? 'their own' : $whose));
				$fixture->{dispose}->($id) if $fixture->{dispose} && $id ne ($object{$whose} // $id);
			}
		}
		# From elsewhere: in that workspace, and the same object under one's own.
		my $scoped = Vestibule::Forms::has_workspace($route);
		my $missing = $fixture->{missing} && ($method eq 'GET' || $fixture->{missing} == 303) ? 0 : 404;
		try('stranger', $method, $route, path_of($route, $object{member}),
		    $scoped ? ($method eq 'GET' ? 404 : 403) : $missing, "$name of a workspace of others");
		try('stranger', $method, $route, path_of($route, $object{member}), $missing,
		    "$name of others, under their own workspace", $person{stranger}{workspace}) if $scoped;
		try('member', $method, $route, path_of($route, $object{member}), $missing,
		    "$name of theirs, under another workspace of theirs", $person{member}{workspace}) if $scoped;
	}
	$fixture->{dispose}->($_) for $fixture->{dispose} ? values %object : ();
}

# What everybody may see.
for my $route (grep { is_public($_) && $_->{get} } routes()) {
	my $fixture = fixture($route);
	try('nobody', 'GET', $route, $route->{path}, $fixture->{for_anybody} // 0, $route->{path});
	try('member', 'GET', $route, $route->{path}, $fixture->{for_anybody} // 0, $route->{path});
}

# What this edition does not have is not there for anybody.
for my $route (routes_off()) {
	my $path = path_of($route, missing_id());
	try($_, 'GET', $route, $path, 404, "$route->{path}, which is switched off") for qw(owner member);
	try('owner', 'POST', $route, $path, 404, "$route->{path}, which is switched off") if $route->{post};
}

# A workspace that is none, or not named: by GET the active one, by POST refused.
my $route = (grep { $_->{path} eq '/settings/credentials/new' } routes())[0];
for my $ws ('0' x 32, 'F' x 32, 'x', '1', "$workspace%20", "../$workspace") {
	try('member', 'GET', $route, $route->{path}, 404, "a workspace \"$ws\"", $ws);
}
my $form = ready($route, $browser{member}, workspace => $workspace);
unchanged('a form without its workspace', sub {
	is($browser{member}->post($form->{path}, with($form, ws => undef))->code, 403, 'a form without its workspace is refused') });
my $loose = craft_token($browser{member}->cookie, $form->{path});
unchanged('a form for no workspace', sub {
	is($browser{member}->post($form->{path}, with($form, ws => undef, token => $loose))->code, 400,
	    'a token for no workspace does not help') });
unchanged('another workspace in the form', sub {
	is($browser{member}->post($form->{path}, with($form, ws => $person{member}{workspace}))->code, 403,
	    'the workspace of the form cannot be exchanged') });

# Membership ends at once, also for a form that is open.
$form = ready($route, $browser{neighbour}, workspace => $workspace);
execute('DELETE FROM membership WHERE workspace = ? AND person = ?', $person{owner}{workspace_id}, $person{neighbour}{id});
execute('UPDATE workspace SET members = members - 1 WHERE id = ?', $person{owner}{workspace_id});
unchanged('after leaving', sub {
	my $answer = $browser{neighbour}->post($form->{path}, $form->{fields});
	is($answer->code, 403, 'no longer a member: the open form is refused');
	like($browser{neighbour}->text, qr/no longer a member/, 'and says why');
});
is($browser{neighbour}->page($form->{address})->code, 404, 'no longer a member: the page is not there');

# Who was an administrator: every form that was open says why it is refused, every page is not there, and what proves nothing learns nothing
# (decisions 7, Q63). Whatever the object is, and whether it exists.
my $former = person(name => 'Access former');
join_workspace($former, $person{owner}, 'administrator');
my $past = Vestibule::Browser->new->sign_in($former);
my @scoped = grep { Vestibule::Forms::has_workspace($_) && $_->{access} ne 'owner' } routes();
my @forms = map { ready($_, $past, workspace => $workspace) } grep { $_->{post} } @scoped;
my %of = map { $_->{section} => 1 } @scoped;
ok($of{$_}, "$_ has pages of a workspace, so the above was about them, too") for qw(workspace users groups invite credentials);
execute("DELETE FROM $_ WHERE workspace = ? AND person = ?", $person{owner}{workspace_id}, $former->{id}) for qw(group_member membership);
execute('UPDATE workspace SET members = members - 1 WHERE id = ?', $person{owner}{workspace_id});
execute('UPDATE person SET memberships = 1 WHERE id = ?', $former->{id});
for my $form (@forms) {
	my $name = $form->{route}{path};
	unchanged("$name, of a former administrator", sub {
		is($past->post($form->{path}, $form->{fields})->code, 403, "$name: the form that was open is refused");
		like($past->text, qr/no longer a member of this workspace\. Nothing was changed/, "$name: with the reason");
		my $gone = $name =~ /:id/ ? path_of($form->{route}, missing_id()) : $form->{path};
		is($past->post($gone, with($form, token => craft_token($past->cookie, $gone, $workspace)))->code, 403, "$name: the same for what was never there");
		is($past->post($form->{path}, with($form, token => craft_token($past->cookie, $form->{path}, $workspace, seconds => -1)))->code, 404,
		    "$name: a token that is over proves nothing: not there");
		is($past->post($form->{path}, with($form, token => 'A' x 96))->code, 404, "$name: nor does one that is none");
		is($browser{stranger}->post($form->{path}, $form->{fields})->code, 404, "$name: nor somebody else with it");
	});
}
for my $route (grep { $_->{get} } @scoped) {
	my ($form) = grep { $_->{route} == $route } @forms;
	is($past->page(address($route, $form ? $form->{path} : path_of($route, missing_id()), $workspace))->code, 404, "$route->{path}: the page is not there");
}

diag("$refused refusals changed nothing");
finish;
