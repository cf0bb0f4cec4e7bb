# One person in Lynx, told in plain words: what a walk of a chapter is written with. The keys are those of Lynx.pm.
package LynxWalk;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Lynx;
use Walk;

our @EXPORT = qw(start person command show follow button field area tick choose sign_in sign_out screen seen terminal);
my ($lynx, $email, $password);

sub terminal { return $lynx->{terminal} }
sub start { my ($url) = @_; $lynx = Lynx->new(rows => 100, url => "$url/"); return }

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
sub show { my ($pattern, $what) = @_; return $lynx->wait_for($pattern, $what) }
sub screen { return terminal()->screen }
# The screen in one line matches.
sub seen { my ($screen, $pattern, $what) = @_; return Walk::seen($screen, $pattern, $what) }

sub follow { return $lynx->link(@_) }
sub button { return $lynx->button(@_) }
sub field { return $lynx->field(@_) }
sub area { return $lynx->area(@_) }
sub tick { return $lynx->tick(@_) }
sub choose { return $lynx->choose(@_) }

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
