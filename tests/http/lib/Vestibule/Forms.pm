package Vestibule::Forms;

# Forms of any section, filled so that they would succeed: for the tests that walk over all tables.
#
#	my $form = ready($route, $browser, workspace => $id);
#	$form->{path}		without base path, ":id" filled in
#	$form->{fields}		list of name and value, token and ws first
#	with($form, name => 'x')	the list with other values; undef leaves a field out
#	$form->{drawn}		whether the page at this path has the form (else the token is made here)

use v5.36;
use utf8;
use Exporter 'import';
use Vestibule;
use Vestibule::Browser;

our @EXPORT = qw(is_public visitor ready with succeeded end_object path_of address value_for missing_id);

sub is_public ($route)
{
	return $route->{access} eq 'public';
}

# Whether the pages of the route belong to a workspace.
sub has_workspace ($route)
{
	return $route->{access} =~ /^(member|administrator|owner)$/;
}

sub missing_id
{
	return join '', map { sprintf '%04x', int rand 65536 } 1 .. 8;
}

sub path_of ($route, $id)
{
	return $route->{path} =~ s/:id/$id/gr;
}

# The path with the workspace that a GET is about.
sub address ($route, $path, $workspace)
{
	return has_workspace($route) ? "$path?ws=$workspace" : $path;
}

# A value that the field takes.
my $words = 0;
sub value_for ($field)
{
	my $type = $field->{type};
	return $field->{initial} if defined $field->{initial};
	return $field->{choices}[0] if $type eq 'choice';
	return $field->{choices}[-1] if $type eq 'select';
	return $field->{least} if $type eq 'number';
	return 'somebody@example.org' if $type eq 'email';
	return 'long enough to be one, ' . ++$words if $type eq 'password';
	return '' if $type =~ /^(hidden|button|check)$/ && !$field->{required};
	return '1' if $type eq 'check';
	my $text = 'Words ' . ++$words;
	$text .= '.' while length $text < $field->{least};
	return $field->{most} ? substr $text, 0, $field->{most} : $text;
}

# Who posts a form that everybody may post: not signed in; but it is known as whom the form will act.
sub visitor ($route, $person)
{
	my $browser = Vestibule::Browser->new;
	$browser->{person} = $person;
	return $browser;
}

sub ready ($route, $browser, %o)
{
	my $fixture = fixture($route);
	my $workspace = $o{workspace} // ($fixture->{workspace} ? $fixture->{workspace}->($browser) : $browser->{person}{workspace});
	my $form = { route => $route, browser => $browser, workspace => $workspace };
	$fixture->{prepare}->($browser) if $fixture->{prepare};
	$form->{id} = $o{id} // ($fixture->{object} ? $fixture->{object}->($browser, $workspace) : undef);
	$form->{path} = path_of($route, $form->{id} // '');
	$form->{address} = address($route, $form->{path}, $workspace);
	$form->{answer} = $browser->page($form->{address});
	my $token = $browser->token_of($form->{path});
	$form->{drawn} = defined $token;
	$token //= craft_token($browser->cookie, $form->{path}, has_workspace($route) ? $workspace : undef);
	my @fields = (token => $token, has_workspace($route) ? (ws => $workspace) : ());
	my %values = $fixture->{values} ? $fixture->{values}->($browser) : ();
	my %drawn = $browser->fields_of($form->{path});
	for my $field (@{ $route->{fields} }) {
		my $value = $values{ $field->{name} } // ($field->{type} eq 'hidden' ? $drawn{ $field->{name} } : undef) // value_for($field);
		push @fields, $field->{name}, $value if $value ne '' || $field->{type} ne 'check';
	}
	$form->{fields} = \@fields;
	return $form;
}

sub with ($form, %changes)
{
	my @fields = @{ $form->{fields} };
	my @out;
	while (my ($name, $value) = splice @fields, 0, 2) {
		$value = delete $changes{$name} if exists $changes{$name};
		push @out, $name, $value if defined $value;
	}
	push @out, map { ($_ => $changes{$_}) } grep { defined $changes{$_} } sort keys %changes;
	return \@out;
}

# After a post that did what it should.
sub succeeded ($form)
{
	my $fixture = fixture($form->{route});
	$fixture->{after}->($form->{browser}, @{ $form->{fields} }) if $fixture->{after};
}

sub end_object ($form)
{
	my $fixture = fixture($form->{route});
	$fixture->{dispose}->($form->{id}) if $fixture->{dispose} && defined $form->{id};
	$fixture->{undo}->($form->{browser}) if $fixture->{undo};
}

1;
