# Lynx, used by its keys: Down goes to the next link or field, Enter presses it. The selected link has the cursor before it.
package Lynx;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Terminal;
use Walk;

our @EXPORT = qw(start person command show select_it follow button field area tick choose sign_in sign_out screen seen terminal);
our $terminal;
my ($email, $password);

sub terminal { return $terminal }
sub start { my ($url) = @_; $terminal = Terminal->new(rows => 100, command => ['lynx', '-nopause', '-accept_all_cookies', "$url/"]); return }

# Makes somebody, whom sign_in() signs in from now on: their address.
sub person {
	my ($name, @options) = @_;
	$password = 'correct horse battery staple';
	$email = lc($name =~ s/\W+/./gr) . '.' . substr(time, -5) . "$$\@example.org";
	Walk::command("$password\n", qw(person add --email), $email, '--name', $name, '--password-stdin', @options);
	return $email;
}
sub command { return Walk::command('', @_) }

# Waits until the screen matches.
sub show { my ($pattern, $what) = @_; return $terminal->wait_for($pattern, $what) }
sub screen { return $terminal->screen }
# The screen in one line matches.
sub seen { my ($screen, $pattern, $what) = @_; return Walk::seen($screen, $pattern, $what) }

sub select_it {
	my ($what, $is_it) = @_;
	$terminal->to_top if $what !~ /^the field/;
	$terminal->move_to('Down', $what, $is_it);
	return;
}
sub follow { my ($name) = @_; select_it("the link $name", sub { $_[1] =~ /^ ?\Q$name\E/ }); $terminal->press('Enter'); return }
# Lynx writes the value of a named button in front of its words.
sub button { my ($name) = @_; select_it("the button $name", sub { $_[1] =~ /^ ?\((?:BUTTON|[a-z]+)\) \Q$name\E/ }); $terminal->press('Enter'); return }
# The label is on the line of the field, or on the one above.
sub field {
	my ($label, $text) = @_;
	select_it("the field $label", sub { $_[0] =~ /\Q$label\E/ });
	$terminal->type($text);
	$terminal->press('Down');
	return;
}
# An area of many lines; its label is above it.
sub area {
	my ($label, $text) = @_;
	select_it("the area $label", sub { $terminal->above_cursor =~ /\Q$label\E/ });
	$terminal->type($text);
	return;
}
# Enter turns a box over.
sub tick {
	my ($label) = @_;
	select_it("the box $label", sub { $_[1] =~ /^ ?\[.\] *\Q$label\E/ || $_[0] =~ /\[.\]? *$/ && $_[1] =~ /\Q$label\E/ });
	$terminal->press('Enter');
	return;
}
# A list opens by Enter, is searched with "/", and the found one taken by Enter.
sub choose {
	my ($shown, $wanted) = @_;
	select_it("the list $shown", sub { $_[1] =~ /^ ?\[\Q$shown\E/ });
	$terminal->press('Enter');
	$terminal->wait_for(qr/\(Choice list\)/, 'the open list');
	$terminal->type("/$wanted");
	$terminal->press('Enter');
	$terminal->press('Enter');
	$terminal->wait_for(qr/\[\Q$wanted\E/, "$wanted, chosen");
	return;
}

sub sign_in {
	my (%with) = @_;
	show(qr/Sign in.*Keep me signed in/s, 'the sign-in page');
	field('E-mail', $with{email} // $email);
	field('Password', $with{password} // $password);
	button('Sign in');
	return;
}
sub sign_out { button('Logout'); show(qr/You are signed out\./); return }

1;
